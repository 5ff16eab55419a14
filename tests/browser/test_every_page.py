"""Every page, in each language, theme and width: no serious violation, nothing cut off."""

import pytest

from tests.browser.conftest import listen, serious_violations

ENTRIES = "/encyclopedia/entries"
ADS = "/ads/campaigns/demonstration"
ADS_DESK = "/ads/manage/campaigns/demonstration"
PUBLIC = (
    "/", "/styleguide", "/developers", "/sign-in", "/bots/", "/bots/methodology", "/nothing-here",
    "/encyclopedia/", "/encyclopedia/search?q=fact", "/encyclopedia/help-wanted", "/encyclopedia/changes",
    "/encyclopedia/sources", "/encyclopedia/media", "/encyclopedia/about", "/encyclopedia/vocabularies",
    "/encyclopedia/export", "/encyclopedia/suggest", f"{ENTRIES}/prebunking", f"{ENTRIES}/crowdtangle",
    f"{ENTRIES}/doppelganger", f"{ENTRIES}/backfire-effect/talk", f"{ENTRIES}/debunking/history",
    f"{ENTRIES}/debunking/map", f"{ENTRIES}/gephi/suggest",
    "/ads/", "/ads/library", "/ads/library?q=zyzzyva", "/ads/library/1", "/ads/methodology", ADS, f"{ADS}/learn", f"{ADS}/quiz",
    f"{ADS}/label", f"{ADS}/guidelines", f"{ADS}/mine", f"{ADS}/results", f"{ADS}/results/agreement", f"{ADS}/results/data",
    f"{ADS}/results/model", "/rooms/",
)  # fmt: skip
SIGNED_IN = (
    "/account", "/admin/people", "/admin/organisations", "/admin/audit", "/bots/batches",
    "/encyclopedia/desk", "/encyclopedia/reviews", "/encyclopedia/suggestions", "/encyclopedia/imports",
    "/encyclopedia/translations", "/encyclopedia/new", "/encyclopedia/new?kind=tool", "/encyclopedia/new-source",
    "/encyclopedia/media/upload", "/encyclopedia/vocabularies/matrix", "/encyclopedia/vocabularies/references", "/encyclopedia/vocabularies/crosswalks",
    f"{ENTRIES}/debunking/edit", f"{ENTRIES}/debunking/facts", f"{ENTRIES}/debunking/manage",
    f"{ENTRIES}/debunking/review", f"{ENTRIES}/debunking/rename", f"{ENTRIES}/debunking/languages",
    f"{ENTRIES}/prebunking/translate",
    "/ads/library/1", "/ads/imports", "/ads/review", "/ads/manage", "/ads/manage/new", "/ads/manage/questionnaires",
    "/ads/manage/questionnaires/new", ADS_DESK, f"{ADS_DESK}/edit", f"{ADS_DESK}/log",
    f"{ADS_DESK}/contributors", f"{ADS_DESK}/contributors/1", "/ads/manage/questionnaires/political_ads", f"{ADS_DESK}/gold", f"{ADS_DESK}/gold/1", f"{ADS_DESK}/simulator", f"{ADS_DESK}/webhooks",
    "/rooms/", "/rooms/cases", "/rooms/cases/new", "/rooms/signals", "/rooms/signals/new", "/rooms/search?q=water", "/rooms/exercises",
    "/rooms/metrics", "/rooms/notices", "/rooms/manage", "/rooms/manage/rules", "/rooms/feeds",
)  # fmt: skip
# A case by its status, and what is open in its room; the demonstration has one of each.
ROOMS = (
    ("new", ""), ("new", "/case"), ("qualifying", "/qualification"), ("closed", "/qualification"), ("closed", "/evidence"),
    ("responding", "/tasks"), ("responding", "/reaction"), ("closed", "/report"), ("closed", "/outputs"), ("closed", "/after-action"),
    ("triaged", "/members"), ("triaged", "/settings"), ("closed", "/search?q=water"),
)  # fmt: skip
# Each page is fetched once in each language, at one width, and looked at once more at the other: both widths are fetched.
LOOKS = {"en": ((1280, "light"), (390, "dark")), "fr": ((390, "light"), (1280, "dark"))}

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def people(browser, address, signed_in):
    """Return each person's one page and the errors of its script; a browser of its own for every look took most of the time."""
    kept = {}

    def page_of(email):
        if email not in kept:
            context = browser.new_context(
                base_url=address,
                storage_state=signed_in(email) if email else None,
                reduced_motion="reduce",  # nothing to wait for before axe looks
            )
            errors = []
            listen(page := context.new_page(), errors)
            kept[email] = page, errors
        return kept[email]

    yield page_of
    for page, _ in kept.values():
        page.context.close()


@pytest.fixture
def turn_to(people):
    """Open an address in somebody's page; an error in its script fails the test."""
    asked = set()

    def turn(path, *, width, scheme, email=""):
        page, _ = people(email)
        asked.add(email)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(path)
        return page

    yield turn
    for page, errors in map(people, asked):
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        found = errors.copy()
        errors.clear()
        assert not found


def check(page, *, status=200):
    assert page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus") == status
    assert serious_violations(page) == []
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"the page is {overflow} pixels wider than the screen"


def look(turn_to, path, language, *, status=200, email="", go=None):
    """Open a page (or the part of what its link leads to: `go`), check it, turn it to the other width and scheme, check it again."""
    (width, scheme), (other_width, other_scheme) = LOOKS[language]
    page = turn_to(f"/{language}{path}", width=width, scheme=scheme, email=email)
    if go:
        link, part = go
        page.goto(page.locator(link).first.get_attribute("href") + part)
    check(page, status=status)
    page.emulate_media(color_scheme=other_scheme)
    page.set_viewport_size({"width": other_width, "height": 900})
    check(page, status=status)
    return page


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages(turn_to, path, language):
    look(turn_to, path, language, status=404 if path == "/nothing-here" else 200)


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("path", SIGNED_IN)
def test_pages_for_people_who_signed_in(turn_to, path, language):
    look(turn_to, path, language, email="admin@example.org")


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize(("status", "part"), ROOMS)
def test_rooms_of_cases(turn_to, status, part, language):
    go = ("main table a[href*='/rooms/']", part)
    look(turn_to, f"/rooms/cases?status={status}", language, email="admin@example.org", go=go)


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("kind", ["signals", "exercises"])
def test_a_signal_and_an_exercise(turn_to, kind, language):
    go = (f"main li a[href*='/rooms/{kind}/']:not([href$='/new'])", "")
    look(turn_to, f"/rooms/{kind}", language, email="admin@example.org", go=go)


def test_moments_stand_by_the_readers_clock(open_page):
    page = open_page("/en/rooms/exercises", email="admin@example.org")
    moment = page.locator("main time").first
    assert moment.get_attribute("title").endswith(" UTC")
    local = page.evaluate(
        "time => new Date(time).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'})",
        moment.get_attribute("datetime"),
    )
    assert moment.inner_text().endswith(local)


def test_a_missing_last_slash_is_forgiven(open_page):
    assert open_page("/en/rooms").url.endswith("/en/rooms/")
    assert open_page("/en/encyclopedia/changes/?page=1").url.endswith("/en/encyclopedia/changes?page=1")


@pytest.mark.parametrize(
    ("language", "look"), [(one, each) for one, looks in LOOKS.items() for each in looks]
)
def test_a_batch_and_a_score(open_page, language, look):
    width, scheme = look
    page = open_page(f"/{language}/bots/batches", width=width, scheme=scheme, email="analyst@example.org")
    page.click("text=Demonstration")
    check(page)
    page.click("main a[href*='/bots/scores/']")
    check(page)


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_roles_can_be_changed_on_any_screen(open_page, width):
    page = open_page("/fr/admin/people", width=width, email="admin@example.org")
    page.locator("td summary").first.click()
    for button in page.locator(".role-form button").all():
        if button.is_visible():
            box = button.bounding_box()
            frame = page.locator(".table-frame").bounding_box()
            assert box["x"] + box["width"] <= frame["x"] + frame["width"], "a button is cut off"
