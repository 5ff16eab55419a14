"""Volunteers at work in real browsers: learn, quiz, label by keys, undo, mark words, lose the network and lose nothing."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, StorageState, expect
from sqlalchemy import func, select

from common.accounts.actors import operator
from common.launch import create_app
from common.settings import Settings
from political_ads.actions.campaigns import (
    CampaignForm,
    create_campaign,
    fill_campaign,
    keep_questionnaire,
    move_campaign,
)
from political_ads.actions.creatives import place
from political_ads.actions.gold import GoldForm, set_gold
from political_ads.models import Ad, Answer, Campaign, Creative, Item
from political_ads.schemas import Rules
from political_ads.sources.shipped import demo_ads, demo_gold, questionnaires
from tests.browser.conftest import serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("known_seeds")]

HOME = "/en/ads/campaigns"
DONE = "All your answers are saved."


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The tool, served with two campaigns of the shipped ads; `state.address` is where."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path_factory.mktemp("labelling"),
        public_url=f"http://127.0.0.1:{port}",
        tools=("political_ads",),
        open_tools=("political_ads",),
        log_level="error",
    )
    app = create_app(settings)
    app.state.address = settings.public_url
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 30
    while not server.started and time.monotonic() < end:
        time.sleep(0.05)
    make_campaigns(app)
    yield app
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def address(served: FastAPI) -> str:
    """The address that `open_page` opens pages at."""
    return str(served.state.address)


@pytest.fixture(scope="module")
def signed_in() -> Callable[[str], StorageState]:
    """Nobody signs in here: volunteers are anonymous."""

    def cookies_of(email: str) -> StorageState:
        raise LookupError(email)

    return cookies_of


def make_campaigns(app: FastAPI) -> None:
    """Put the shipped ads into a campaign with a quiz, and into one without."""
    services, who = app.state.services, operator()
    at = services.clock()
    with services.database.write() as session:
        version = keep_questionnaire(session, who, questionnaires()["political_ads"], at=at)
        ads = [
            Ad(
                **record.model_dump(
                    include={"source", "platform", "external_id", "text", "title", "page_name"}
                ),
                **record.model_dump(include={"paid_for_by", "language", "call_to_action", "link_caption"}),
                demographics=[share.model_dump() for share in record.demographics],
                content_hash="0" * 32,
                imported_at=at,
                updated_at=at,
            )
            for record in demo_ads()
        ]
        session.add_all(ads)
        session.flush()
        place(session, who, ads, at=at)
        creatives = {ad.external_id: ad.creative_id for ad in ads}
        for slug, rules in (("quiz", Rules()), ("plain", Rules(quiz_questions=0, quiz_right=0))):
            form = CampaignForm(
                slug=slug,
                title={"en": f"The {slug} one"},
                questionnaire_id=version.id,
                languages=["en", "fr"],
                rules=rules,
            )
            campaign = create_campaign(session, who, form, at=at)
            fill_campaign(session, who, campaign, at=at, rng=np.random.default_rng(1))
            for gold in demo_gold() if slug == "quiz" else ():
                right = GoldForm(gold.used, gold.right, gold.why, gold.position)
                set_gold(session, who, campaign, creatives[gold.ad], right, at=at)
            move_campaign(session, who, campaign, "open", at=at)


def answers_of(app: FastAPI, slug: str) -> int:
    """Count a campaign's answers that stand."""
    with app.state.services.database.read() as session:
        query = (
            select(func.count(Answer.id))
            .join(Campaign, Campaign.id == Answer.campaign_id)
            .where(Campaign.slug == slug, Answer.undone_at.is_(None))
        )
        return session.scalar(query) or 0


def newest(app: FastAPI) -> tuple[Answer, Creative]:
    """Return the newest answer, with the creative that it is about."""
    with app.state.services.database.read() as session:
        answer = session.scalars(select(Answer).order_by(Answer.at.desc(), Answer.id.desc()).limit(1)).one()
        creative = session.get_one(Creative, session.get_one(Item, answer.item_id).creative_id)
        session.expunge_all()
        return answer, creative


def started(page: Page) -> Page:
    """Wait until the page's script has begun."""
    expect(page.locator("[data-labelling]")).to_have_attribute("data-started", "")
    return page


def saved(page: Page) -> None:
    """Wait until the server has everything."""
    expect(page.locator("[data-net]:not([data-pending])")).to_have_text(DONE)


def item_of(page: Page) -> str:
    return page.locator("[data-place] [data-item]").get_attribute("data-item") or ""


def test_a_newcomer_learns_passes_the_quiz_and_labels_by_keys(open_page, served):
    page = open_page(f"{HOME}/quiz/label")
    expect(page.locator("h1")).to_contain_text("Worked example 1")
    assert serious_violations(page) == []
    page.locator(".answer").first.click()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".teach-answer h2")).to_be_visible()
    assert serious_violations(page) == []
    page.goto(f"{HOME}/quiz/learn?example=99")
    page.get_by_role("button", name="On to the quiz").click()
    expect(page.locator("h1")).to_contain_text("Question 1 of")
    assert serious_violations(page) == []
    pass_quiz(page)
    page.get_by_role("link", name="Begin labelling").click()
    started(page)
    before = answers_of(served, "quiz")
    seen = set()
    for _ in range(20):
        item = item_of(page)
        assert item not in seen
        seen.add(item)
        page.keyboard.press("3")  # "no": nothing follows, the next ad is there
        expect(page.locator(f"[data-place] [data-item='{item}']")).to_have_count(0)
    saved(page)
    expect(page.locator("[data-goal-words]")).to_have_text("20 of 20 today")
    assert answers_of(served, "quiz") == before + 20
    page.goto(f"{HOME}/quiz/mine")
    assert page.locator(".mine > li").count() == 20
    assert serious_violations(page) == []


def pass_quiz(page: Page) -> None:
    """Answer the quiz from the explanations that it gives itself, again until it is passed."""
    known: dict[str, str] = {}
    for _ in range(40):
        if page.get_by_role("link", name="Begin labelling").count():
            return
        if page.get_by_role("button", name="Try again").count():
            page.get_by_role("button", name="Try again").click()
            continue
        text = page.locator(".ad-text").inner_text()
        page.locator(".answer", has_text=known.get(text, "No")).first.click()
        page.get_by_role("button", name="Answer", exact=True).click()
        said = page.locator(".teach-answer strong").inner_text()
        known[text] = re.findall("“([^”]*)”", said)[0]
        page.get_by_role("link", name="Go on").click()
    raise AssertionError("the quiz cannot be passed")


def test_an_answer_is_taken_back_and_given_anew(open_page, served):
    page = started(open_page(f"{HOME}/plain/label"))
    first = item_of(page)
    page.keyboard.press("3")
    saved(page)
    before = answers_of(served, "plain")
    page.keyboard.press("u")
    assert item_of(page) == first
    assert page.locator(".question-big input:checked").get_attribute("value") == "no"
    page.keyboard.press("1")
    expect(page.locator("[data-further]")).to_be_visible()
    assert serious_violations(page) == []
    page.keyboard.press("2")  # the first of the further questions
    page.keyboard.press("Enter")
    saved(page)
    assert item_of(page) != first
    assert answers_of(served, "plain") == before
    answer, _creative = newest(served)
    assert answer.answers["political"] == "actor"
    assert answer.answers["sponsor"] == "absent"


def test_words_are_marked_by_keyboard_and_kept_as_places_in_the_text(open_page, served):
    page = started(open_page(f"{HOME}/plain/label"))
    page.keyboard.press("1")
    page.locator("[data-fold] summary").last.click()
    page.locator("label", has_text="mislead").first.click()
    page.get_by_role("button", name="Mark the words").first.click()
    expect(page.locator(".word").first).to_be_focused()
    assert serious_violations(page) == []
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    words = page.locator(".word[aria-checked=true]").all_inner_texts()
    page.keyboard.press("Enter")
    expect(page.locator(".word")).to_have_count(0)
    page.get_by_role("button", name="Next ad").click()
    saved(page)
    answer, creative = newest(served)
    (mark,) = answer.highlights
    assert creative.text[mark["start"] : mark["end"]].split() == words
    assert mark["option"] == "misleading"


def test_without_a_network_answers_wait_and_are_sent_once(open_page, served):
    page = started(open_page(f"{HOME}/plain/label"))
    before = answers_of(served, "plain")
    page.context.set_offline(True)
    page.keyboard.press("3")
    page.keyboard.press("3")
    expect(page.locator("[data-net]")).to_have_text("2 answers wait for the network.")
    assert serious_violations(page) == []
    assert answers_of(served, "plain") == before
    page.context.set_offline(False)
    saved(page)
    assert answers_of(served, "plain") == before + 2
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('ads-step')).length") == 0


def test_a_closed_tab_loses_nothing_and_nobody_else_sends_it(open_page, served):
    page = started(open_page(f"{HOME}/plain/label"))
    context, before = page.context, answers_of(served, "plain")
    context.set_offline(True)
    page.keyboard.press("3")
    expect(page.locator("[data-net]")).to_have_text("1 answer waits for the network.")
    page.close()
    context.set_offline(False)
    mine = context.storage_state()["cookies"]
    context.clear_cookies()
    other = context.new_page()
    other.goto(f"{HOME}/plain/label")
    started(other).keyboard.press("3")
    saved(other)
    assert answers_of(served, "plain") == before + 1
    context.clear_cookies()
    context.add_cookies(mine)
    other.goto(f"{HOME}/plain/label")
    saved(other)
    assert answers_of(served, "plain") == before + 2


def test_it_works_without_script(open_page, served):
    page = open_page(f"{HOME}/plain/label", script=False)
    before, first = answers_of(served, "plain"), item_of(page)
    page.locator(".question-big .answer").nth(2).click()
    page.get_by_role("button", name="Next ad").click()
    assert item_of(page) != first
    assert answers_of(served, "plain") == before + 1
    page.get_by_role("button", name="Next ad").click()  # without an answer
    assert "cannot be kept" in page.locator(".notices").inner_text()
    assert page.locator(".needs-script:visible").count() == 0


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1280, "light"), ("fr", 390, "dark")])
def test_a_thumb_labels_on_any_screen(open_page, served, language, width, scheme):
    page = open_page(f"/{language}/ads/campaigns/plain/label", width=width, scheme=scheme)
    started(page)
    assert serious_violations(page) == []
    first = item_of(page)
    answer = page.locator(".question-big .answer").nth(2)
    box = answer.bounding_box()
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= 900, "the answers are below the screen"
    answer.click()
    expect(page.locator(f"[data-place] [data-item='{first}']")).to_have_count(0)
    page.keyboard.press("h")
    expect(page.locator("#label-help")).to_be_visible()
    assert serious_violations(page) == []
    page.keyboard.press("Escape")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
