"""Two people qualify a case: both fill their sheets without seeing the other's, one decides, the record reaches both, the case is told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, StorageState, expect

from collab_chat.actions.qualifying import cast_vote
from collab_chat.service.transactions import changing
from common.accounts.actions.sign_ins import open_sign_in
from common.accounts.models import Person
from tests.browser.conftest import serious_violations
from tests.browser.serving import served_toolkit
from tests.collab_chat.casework import Work, qualifying, sheet

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXPECT = 10_000  # milliseconds: shared machines are sometimes slow
PANEL = ".panel-qualification"


@dataclass
class Served:
    """A served toolkit, and a case in which two of four organisations have voted."""

    app: FastAPI
    work: Work


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_toolkit(tmp_path_factory.mktemp("cases"), tools=("collab_chat",)) as app:
        services = app.state.services
        with changing(services) as session:
            work = qualifying(session, at=services.clock() - timedelta(hours=1))
            for actor in work.people[2:4]:
                cast_vote(session, actor, work.room, sheet(), at=work.at)
        yield Served(app, work)


@pytest.fixture(scope="module")
def address(served: Served) -> str:
    return str(served.app.state.services.settings.public_url)


@pytest.fixture(scope="module")
def signed_in(served: Served, browser: Browser, address: str) -> Callable[[str], StorageState]:
    """Sign the lead or the reviewer in, by their sign-in cookie."""

    def cookies_of(name: str) -> StorageState:
        services = served.app.state.services
        actor = served.work.people[0 if name == "lead" else 1]
        with services.database.write() as session:
            who = session.get_one(Person, actor.person_id)
            token = open_sign_in(session, who, browser="test", at=services.clock(), days=14)
        context = browser.new_context(base_url=address)
        context.add_cookies([{"name": "sign_in", "value": token, "url": address}])
        state = context.storage_state()
        context.close()
        return state

    return cookies_of


def cast(page: Page) -> None:
    """Fill a sheet: yes to what is required, and the verdict."""
    for criterion in page.locator(f"{PANEL} .q-required").all():
        criterion.get_by_label("Yes").check()
    page.get_by_role("radio", name="Disinformation", exact=True).check()
    page.get_by_role("button", name="Cast the sheet").click()
    expect(page.locator(f"{PANEL} .q-grid")).to_be_visible(timeout=EXPECT)


def test_a_half_filled_sheet_outlives_a_look_at_the_evidence(
    served: Served, open_page: Callable[..., Page]
) -> None:
    path = f"/en/rooms/{served.work.room}"
    lead = open_page(f"{path}/qualification", email="lead")
    expect(lead.locator("[data-net]")).to_have_attribute("data-is", "live", timeout=EXPECT)
    lead.locator(f"{PANEL} .q-required").first.get_by_label("No", exact=True).check()
    lead.select_option(f"{PANEL} [name=confidence]", "high")
    lead.fill(f"{PANEL} [name=reason]", "The stamp is that of another town")
    lead.click("[data-part-link=evidence]")
    expect(lead.locator("#panel-title")).to_have_text("Evidence")
    lead.click("[data-part-link=qualification]")
    expect(lead.locator(f"{PANEL} [name=reason]")).to_have_value("The stamp is that of another town")
    expect(lead.locator(f"{PANEL} .q-required").first.get_by_label("No", exact=True)).to_be_checked()
    lead.reload()
    expect(lead.locator(f"{PANEL} [name=confidence]")).to_have_value("high")
    lead.get_by_role("button", name="Cast the sheet").click()
    expect(lead.locator(f"{PANEL} .error-summary")).to_be_visible(timeout=EXPECT)
    expect(lead.locator(f"{PANEL} [name=reason]")).to_have_value("The stamp is that of another town")


def test_vote_decide_report(served: Served, open_page: Callable[..., Page]) -> None:
    path = f"/en/rooms/{served.work.room}"
    lead = open_page(f"{path}/qualification", email="lead")
    reviewer = open_page(f"{path}/qualification", email="reviewer")
    for page in (lead, reviewer):
        expect(page.locator("[data-net]")).to_have_attribute("data-is", "live", timeout=EXPECT)
        assert page.locator(f"{PANEL} .q-grid").count() == 0, "others' sheets are hidden before one's own"
    cast(reviewer)
    expect(lead.locator(PANEL)).to_contain_text("3 sheets have been cast", timeout=EXPECT)
    assert lead.locator(f"{PANEL} .q-grid").count() == 0
    cast(lead)
    lead.get_by_role("button", name="Decide", exact=True).click()
    lead.click("#confirm button[value=yes]")

    for page in (lead, reviewer):
        expect(page.locator(".q-record-verdict")).to_have_text("Disinformation", timeout=EXPECT)
    assert serious_violations(reviewer) == []
    reviewer.goto(f"{path}/after-action")
    expect(reviewer.locator("main")).to_contain_text("Disinformation")
    assert reviewer.locator("main code, main .hash").count() > 0, "the record's hash is told"
