"""One account's page: the number, the reasons, and what another prevalence would say."""

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from common.accounts.actors import Role
from tests.bot_detector.pages.conftest import ACCOUNT, account, errors_of, go, send, text_of


@pytest.fixture
def address(member: TestClient) -> str:
    found: str = send(member, json.dumps(ACCOUNT), percent="15").headers["location"]
    return found


def shown(page: str) -> str:
    found = re.search(r'<span class="gauge-value">(.*?)</span>', page)
    assert found
    return found.group(1)


@pytest.mark.parametrize(
    ("query", "prevalence"), [("prevalence=0.5", 0.5), ("percent=50", 0.5), ("percent=2,5", 0.025)]
)
def test_another_prevalence_is_what_the_core_says(
    member: TestClient, address: str, query: str, prevalence: float
) -> None:
    given = go(member, f"{address}/download?as=json&prevalence={prevalence}").json()
    assert given["prevalence"] == prevalence
    assert shown(go(member, f"{address}?{query}").text) == f"{given['probability']:.0%}"


def test_the_table_of_prevalences_agrees_with_the_page(member: TestClient, address: str) -> None:
    page = go(member, address).text
    rows = re.findall(
        r'data-label="If so many are automated"[^>]*><span>(\d+)%.*?class="numeric ?"><span>(.*?)</span>',
        page,
        re.DOTALL,
    )
    assert len(rows) == 7
    for percent, likelihood in rows:
        assert shown(go(member, f"{address}?percent={percent}").text) == likelihood


@pytest.mark.parametrize("query", ["percent=0", "percent=abc", "percent=100", "prevalence=2"])
def test_a_prevalence_that_cannot_be_keeps_the_page_and_says_why(
    member: TestClient, address: str, query: str
) -> None:
    answer = go(member, f"{address}?{query}")
    assert answer.status_code == 422
    assert len(errors_of(answer.text)) == 1
    assert shown(answer.text) == shown(go(member, address).text)


def test_contributions_on_the_page_add_up(member: TestClient, address: str) -> None:
    given = go(member, f"{address}/download?as=json").json()
    table = go(member, f"{address}/download?as=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {row["feature"] for row in rows} == {each["feature"] for each in given["reasons"]}
    total = given["baseline"] + sum(float(row["contribution"]) for row in rows)
    assert 1 / (1 + 2.718281828459045**-total) == pytest.approx(given["probability"], abs=1e-6)


def test_it_never_says_that_an_account_is_something(member: TestClient, address: str) -> None:
    words = text_of(go(member, address).text).lower()
    assert "is a bot" not in words
    assert "fake" not in words
    assert "people decide" in words


def test_context_is_shown_and_told_apart(member: TestClient) -> None:
    marked = account(verified=True, location="Lyon <b>", declared_bot=True)
    page = go(member, send(member, json.dumps(marked)).headers["location"]).text
    assert "Lyon &lt;b&gt;" in page
    assert "never part of the score" in page
    assert "says itself that it is automated" in text_of(page)


def test_other_scores_of_the_account_are_ones_own(
    sign_in_as: Callable[..., TestClient], member: TestClient, address: str
) -> None:
    later = send(member, json.dumps(account(followers=50))).headers["location"]
    assert address in go(member, later).text
    other = sign_in_as(Role.MEMBER)
    foreign = send(other, json.dumps(ACCOUNT)).headers["location"]
    assert address not in go(other, foreign).text


def test_it_is_read_with_a_role_only(
    guest: TestClient, sign_in_as: Callable[..., TestClient], address: str
) -> None:
    assert guest.get(address).status_code == 401
    assert guest.get(address + "/download").status_code == 401
    assert go(sign_in_as(None), address).status_code == 403


def test_a_score_that_never_was_is_not_found(member: TestClient) -> None:
    assert member.get("/en/bots/scores/01900000-0000-7000-8000-000000000000").status_code == 404
    assert member.get("/en/bots/scores/no-id").status_code == 422


def test_the_page_has_no_inline_style_or_script(member: TestClient, address: str) -> None:
    page = go(member, address).text
    assert " style=" not in page
    assert not re.search(r"\son[a-z]+=", page)
