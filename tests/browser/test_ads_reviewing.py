"""Reviewers and coordinators at work in real browsers, on the demonstration: what they decide shows on the public pages."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from common.db import Database
from common.demo import fill
from political_ads.models import Answer, Campaign, Creative, Item, Label, QuestionnaireVersion
from tests.browser.conftest import serious_violations
from tests.browser.serving import served_toolkit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("known_seeds")]

ADS = "/en/ads"
RESULTS = f"{ADS}/campaigns/demonstration/results"
DESK = f"{ADS}/manage/campaigns/demonstration"
WAITING = 5
REVIEWER, COORDINATOR = "reviewer@example.org", "admin@example.org"
WHY = "It asks readers to press the council for a rule."


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The tool with its demonstration, which these tests change."""
    folder = tmp_path_factory.mktemp("reviewing")
    with served_toolkit(folder, tools=("political_ads",), open_tools=("political_ads",)) as app:
        fill(app.state.services)
        leave_to_reviewers(app.state.services.database)
        yield app


def leave_to_reviewers(database: Database) -> None:
    """Have enough ads wait for reviewers, however well the demonstration's volunteers agree: its least sure labels do."""
    with database.write() as session:
        waiting = session.scalar(select(func.count()).where(Item.state == "adjudicate")) or 0
        query = select(Item).join(Label, Label.item_id == Item.id)
        query = query.where(Item.state == "retired", Label.question == "political").order_by(Label.confidence)
        for item in session.scalars(query.limit(max(0, WAITING - waiting))).all():
            item.state = "adjudicate"


@pytest.fixture(scope="module")
def address(served: FastAPI) -> str:
    """The address that `open_page` opens pages at."""
    return str(served.state.services.settings.public_url)


@pytest.fixture(scope="module")
def database(served: FastAPI) -> Database:
    """The served toolkit's database."""
    found: Database = served.state.services.database
    return found


def figures(page: Page) -> list[int]:
    """Return the dashboard's first figures: answers, creatives with a label, of how many, not agreed."""
    page.goto(RESULTS)
    said = page.locator(".finding-figures").inner_text()
    return [
        int(number)
        for number in re.findall(r"^(\d+)(?: of (\d+))?$", said, re.M)
        for number in number
        if number
    ]


def items(database: Database, state: str) -> list[tuple[int, int]]:
    """Return the items of the demonstration in a state, with their creatives."""
    with database.read() as session:
        query = select(Item.id, Item.creative_id).where(Item.state == state, Item.gold.is_(False))
        return [(item, creative) for item, creative in session.execute(query.order_by(Item.id))]


def sound(page: Page) -> None:
    """Check that axe finds nothing on the page."""
    assert serious_violations(page) == []


def ready(page: Page) -> Page:
    """Wait until the keys work."""
    expect(page.locator("[data-deciding]")).to_have_attribute("data-started", "")
    return page


def test_a_reviewer_decides_by_keyboard_and_leaves_one_disputed(
    open_page: Callable[..., Page], database: Database
) -> None:
    page = open_page(RESULTS, email=REVIEWER)
    answers, labelled, of, apart = figures(page)
    waiting = items(database, "adjudicate")
    page.goto(f"{ADS}/review")
    sound(page)
    page.get_by_role("link", name="Begin with the first").click()
    sound(page)
    first = page.url
    ready(page).keyboard.press("2")
    expect(page.locator(".question-big input:checked")).to_have_value("issue")
    page.keyboard.press("r")
    page.keyboard.type(WHY)
    page.keyboard.press("Control+Enter")
    expect(page.locator("body")).to_contain_text("Decided. Thank you.")
    second = page.url
    assert second != first
    ready(page).keyboard.press("n")
    expect(page).not_to_have_url(second)
    ready(page).keyboard.press("r")
    page.keyboard.type("Careful readers differ, with good reasons on both sides.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="It stays disputed")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("Decided. Thank you.")
    assert len(items(database, "adjudicate")) == len(waiting) - 2
    page.goto(f"{ADS}/review?queue=decided")
    expect(page.locator("main")).to_contain_text("good reasons on both sides")
    sound(page)
    assert figures(page) == [answers, labelled + 1, of, apart - 1]


def test_a_decision_needs_an_answer_and_a_reason_and_keeps_what_was_typed(
    open_page: Callable[..., Page], database: Database
) -> None:
    item, _creative = items(database, "adjudicate")[-1]
    page = open_page(f"{ADS}/review/ads/{item}", email=REVIEWER)
    ready(page).keyboard.press("r")
    page.keyboard.type(WHY)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error").first).to_be_visible()
    expect(page.locator("[name=reason]").first).to_have_value(WHY)
    sound(page)
    assert item in dict(items(database, "adjudicate"))


def test_a_reader_objects_and_a_reviewer_answers(open_page: Callable[..., Page], database: Database) -> None:
    item, creative = items(database, "retired")[0]
    reader = open_page(f"{ADS}/library/{creative}")
    sound(reader)
    reader.get_by_text("This label is wrong").click()
    reader.get_by_label("Why is it wrong?").fill("It is a shop’s offer; the list that pays is another one.")
    sound(reader)
    reader.get_by_role("button", name="Send to a reviewer").click()
    page = open_page(f"{ADS}/review?queue=contests", email=REVIEWER)
    page.get_by_role("link", name="Begin with the first").click()
    expect(page.locator(".desk-contest")).to_contain_text("the list that pays is another one")
    sound(page)
    ready(page).keyboard.press("3")
    page.keyboard.press("r")
    page.keyboard.type("The reader is right: nothing in it is political.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Nothing waits here")
    assert item in dict(items(database, "adjudicated"))
    reader.goto(f"{ADS}/library/{creative}")
    expect(reader.locator(f"#label-{item}")).to_contain_text(
        "The reader is right: nothing in it is political."
    )
    sound(reader)


def test_a_coordinator_makes_fills_opens_and_pauses_a_campaign(
    open_page: Callable[..., Page], database: Database
) -> None:
    page = open_page(f"{ADS}/manage", email=COORDINATOR)
    sound(page)
    page.get_by_role("link", name="New campaign").first.click()
    sound(page)
    page.get_by_label("Title in English").fill("What is said in French")
    page.locator("select[name=questionnaire]").select_option(index=1)
    before = page.locator("#match-count").inner_text()
    page.locator("input[name='language.fr']").check()
    expect(page.locator("#match-count")).not_to_have_text(before)
    found = int(re.findall(r"\d+", page.locator("#match-count").inner_text())[0])
    with database.read() as session:
        query = select(func.count()).where(Creative.language == "fr", Creative.ads > 0)
        assert session.scalar(query) == found
    page.get_by_role("button", name="Create the draft").click()
    sound(page)
    page.get_by_role("button", name=f"Put {found} creatives in").click()
    expect(page.locator("body")).to_contain_text(f"{found} creatives came in.")
    page.get_by_role("button", name="Open the campaign").click()
    expect(page.locator("body")).to_contain_text("The campaign is open.")
    page.get_by_role("button", name="Pause", exact=True).first.click()
    page.get_by_label("Why").fill("The quiz is missing.")
    sound(page)
    page.locator("#pausing").get_by_role("button", name="Pause").click()
    expect(page.locator("body")).to_contain_text("The campaign is paused.")
    expect(page.locator(".desk-log")).to_contain_text("The quiz is missing.")
    sound(page)
    page.goto(f"{ADS}/campaigns/what-is-said-in-french")
    expect(page.locator("main")).to_contain_text(re.compile("paused", re.I))
    with database.read() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.slug == "what-is-said-in-french")).one()
        assert campaign.state == "paused"


def test_a_coordinator_brings_a_new_version_and_sees_what_changes(
    open_page: Callable[..., Page], database: Database, tmp_path: Path
) -> None:
    page = open_page(f"{ADS}/manage/questionnaires", email=COORDINATOR)
    sound(page)
    page.goto(f"{ADS}/manage/questionnaires/political_ads")
    given = page.request.get(f"{ADS}/manage/questionnaires/political_ads/1.yaml").text()
    head = given.split("\n- key: tone", 1)
    assert len(head) == 2, "the shipped questionnaire asks for the tone"
    changed = tmp_path / "newer.yaml"
    rest = head[1].split("\n- key:", 1)[1]
    changed.write_text(f"{head[0]}\n- key:{rest}", encoding="utf-8")
    page.goto(f"{ADS}/manage/questionnaires/new")
    page.locator("input[type=file]").set_input_files(changed)
    page.get_by_role("button", name="Check it").click()
    expect(page.locator(".desk-changes")).to_contain_text("Question removed")
    sound(page)
    page.get_by_role("button", name="Keep it as version 2").click()
    expect(page.locator("body")).to_contain_text("Version 2 is kept.")
    page.goto(DESK)
    page.get_by_role("link", name="See what changed").click()
    expect(page.locator(".desk-changes")).to_contain_text("Question removed")
    sound(page)
    page.get_by_role("button", name="Ask the other version from now on").click()
    expect(page.locator("body")).to_contain_text("The campaign asks the other version from now on.")
    with database.read() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.slug == "demonstration")).one()
        assert session.get_one(QuestionnaireVersion, campaign.questionnaire_id).version == 2


def test_a_coordinator_tries_a_rule_on_past_answers(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{DESK}/simulator", email=COORDINATOR)
    sound(page)
    own = page.locator("#finding").inner_text()
    page.get_by_label("Probability of the label").fill("60")
    page.get_by_label("Lead in answers").fill("1")
    page.get_by_label("At least so many answers").fill("1")
    page.get_by_role("button", name="Replay").click()
    expect(page.locator("#finding")).not_to_have_text(own)
    expect(page.locator("#finding")).to_contain_text(re.compile(r"would have used \d+ ?% fewer answers"))
    sound(page)


def test_a_contributor_is_withdrawn_and_the_dashboard_follows(
    open_page: Callable[..., Page], database: Database
) -> None:
    page = open_page(f"{DESK}/contributors", email=COORDINATOR)
    sound(page)
    page.locator("tbody th a").first.click()
    sound(page)
    who = int(page.url.rsplit("/", 1)[1])
    with database.read() as session:
        mine = (Answer.contributor_id == who, Answer.withdrawn_at.is_(None), Answer.undone_at.is_(None))
        query = select(func.count(Answer.id)).join(Item, Item.id == Answer.item_id).where(*mine)
        counted = session.scalar(query.where(Item.gold.is_(False))) or 0
        given = session.scalar(query) or 0
    before = figures(page)[0]
    page.goto(f"{DESK}/contributors/{who}")
    page.get_by_role("button", name=f"Withdraw {given} answers").click()
    expect(page.locator("main")).to_contain_text("Nothing was withdrawn yet.")
    sound(page)
    page.get_by_label("Why").fill("Answers faster than anybody reads.")
    page.get_by_label("I know that this cannot be undone").check()
    page.get_by_role("button", name=f"Withdraw {given} answers").click()
    expect(page.locator("body")).to_contain_text(f"{given} answers were withdrawn")
    assert figures(page)[0] == before - counted
    sound(page)
