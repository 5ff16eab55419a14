"""Two people at work on entries in real browsers: they edit at once, review, translate, restore, search."""

import re

import pytest

from tests.browser.conftest import serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANALYST, REVIEWER = "analyst@example.org", "reviewer@example.org"
ENTRY = "/en/encyclopedia/entries/"


def write(page, text, *, script=True):
    """Put a text into the page's body, through the rich editor where script runs."""
    if not script:
        page.fill("textarea[name=body]", text)
        return
    page.locator(".cm-content").last.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def press(page, what):
    """Press something that leads to another page, and wait for that page."""
    with page.expect_navigation():
        (page.locator(what) if isinstance(what, str) else what).first.click()


def save(page, summary):
    page.fill("input[name=summary]", summary)
    press(page, "[data-save], .conflict .button-main")


def new_entry(open_page, title, body):
    page = open_page("/en/encyclopedia/new?kind=concept", email=ANALYST, script=False)
    page.fill("input[name=title]", title)
    page.fill("textarea[name=body]", body)
    press(page, "[data-save]")
    if page.locator("input[name=sure]").count():  # entries of a similar title exist already
        page.check("input[name=sure]")
        press(page, "[data-save]")
    assert page.locator("h1").inner_text() == title
    return page.url.split("?")[0]


@pytest.mark.parametrize("script", [True, False])
def test_two_people_who_change_the_same_words_lose_nothing(open_page, script):
    title = f"Conflict {'with' if script else 'without'} script"
    address = new_entry(open_page, title, "The first line.\n\nThe second line.\n")
    mine = open_page(f"{address}/edit", email=ANALYST, script=script)
    theirs = open_page(f"{address}/edit", email=REVIEWER, script=script)
    write(theirs, "The first line.\n\nTheir second line.\n", script=script)
    save(theirs, "their wording")
    write(mine, "My first line.\n\nMy second line.\n", script=script)
    save(mine, "my wording")
    conflict = mine.locator(".clash")
    assert conflict.count() == 1
    assert "Their second line" in conflict.inner_text()
    assert "My second line" in conflict.inner_text()
    if script:
        assert serious_violations(mine) == []
    mine.check(".clash input[value=both]")
    press(mine, ".conflict .button-main")
    text = mine.locator("main").inner_text()
    assert "My first line" in text
    assert "My second line" in text
    assert "Their second line" in text


def test_changes_to_different_paragraphs_are_merged_and_said_to_be(open_page):
    address = new_entry(open_page, "Merged quietly", "One.\n\nTwo.\n\nThree.\n")
    mine = open_page(f"{address}/edit", email=ANALYST)
    theirs = open_page(f"{address}/edit", email=REVIEWER)
    write(theirs, "One.\n\nTwo.\n\nThree, by the reviewer.\n")
    save(theirs, "the last")
    write(mine, "One, by the analyst.\n\nTwo.\n\nThree.\n")
    save(mine, "the first")
    text = mine.locator("main").inner_text()
    assert "One, by the analyst." in text
    assert "Three, by the reviewer." in text
    history = open_page(f"{address}/history", email=ANALYST)
    assert "merged" in history.locator("main").inner_text()
    assert serious_violations(history) == []


def test_an_old_state_is_compared_and_restored(open_page):
    address = new_entry(open_page, "Restored", "As it was.\n")
    page = open_page(f"{address}/edit", email=ANALYST)
    write(page, "As it became.\n")
    save(page, "a change to take back")
    history = open_page(f"{address}/history", email=ANALYST)
    press(history, "text=what changed")
    assert history.locator("ins, .added, .changed").count()
    assert serious_violations(history) == []
    history.goto(f"{address}/history")
    press(history, history.locator("main a", has_text=re.compile(r"\d{4}, \d\d:")).nth(-1))
    history.locator("summary", has_text="Restore this revision").click()
    press(history, history.locator("button", has_text="Save it as the newest revision"))
    history.goto(address)
    assert "As it was." in history.locator("main").inner_text()


def test_a_text_is_proposed_and_approved(open_page):
    address = new_entry(open_page, "To be reviewed", "A text.\n")
    slug = address.rsplit("/", 1)[1]
    writer = open_page(f"/en/encyclopedia/entries/{slug}/review", email=ANALYST)
    press(writer, writer.locator("button", has_text="Ask for a review"))
    reviewer = open_page(f"/en/encyclopedia/entries/{slug}/review", email=REVIEWER)
    assert serious_violations(reviewer) == []
    press(reviewer, reviewer.locator("button", has_text="Approve"))
    reviewer.goto(address)
    assert "Last reviewed" in reviewer.locator("main").inner_text()


def test_a_translation_shows_what_is_outdated(open_page):
    page = open_page("/fr/encyclopedia/entries/prebunking/translate", email=ANALYST)
    assert "%" in page.locator("main").inner_text()
    assert serious_violations(page) == []


def test_a_typing_error_is_helped_and_the_list_is_walked_by_keys(open_page):
    page = open_page("/en/encyclopedia/search?q=prebuking")
    assert "prebunking" in page.locator("main").inner_text().lower()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/entries/"))


def test_a_reader_without_an_account_suggests_and_a_member_sees_it(open_page):
    page = open_page(f"{ENTRY}gephi/suggest")
    page.fill("textarea[name=note]", "The second paragraph names a version that is not the newest any more.")
    page.wait_for_timeout(4_500)  # nobody writes quicker: the form says so, too
    press(page, "main form button[type=submit]")
    desk = open_page("/en/encyclopedia/suggestions", email=ANALYST)
    assert "not the newest any more" in desk.locator("main").inner_text()
    assert serious_violations(desk) == []


def test_what_is_typed_is_kept_as_a_draft(open_page):
    address = new_entry(open_page, "Drafted", "A text.\n")
    page = open_page(f"{address}/edit", email=ANALYST)
    write(page, "A text that was never saved.\n")
    page.get_by_text("Draft saved").first.wait_for()
    again = open_page(f"{address}/edit", email=ANALYST)
    press(again, "a[href*='draft=1']")
    assert "never saved" in again.locator("textarea[name=body]").input_value()
