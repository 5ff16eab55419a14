"""A table with columns of its own: proposed, confirmed or corrected, then scored."""

import re
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.bot_detector.pages.conftest import errors_of, go, send, text_of

TABLE = (
    b"nick,name,fans,out,notes\nriver_watch,River <b>Watch</b>,41,1502,=1+1\nlake_watch,Lake Watch,12,30,\n"
)
GOOD = {
    "platform_name": "x",
    "account_id": "nick",
    "handle": "nick",
    "display_name": "name",
    "followers": "fans",
    "friends": "out",
}


@pytest.fixture
def address(member: TestClient) -> str:
    """The mapping page of a table that nobody can be sure of."""
    answer = send(member, file=("own columns.csv", TABLE))
    assert answer.headers["location"].endswith("/mapping")
    found: str = answer.headers["location"]
    return found


def confirm(browser: TestClient, address: str, **fields: str) -> Any:
    return browser.post(address, data=fields, follow_redirects=False)


def test_the_first_rows_are_shown_as_they_stand_and_harmless(member: TestClient, address: str) -> None:
    page = go(member, address).text
    assert "River <b>Watch</b>" not in page
    assert "River &lt;b&gt;Watch&lt;/b&gt;" in page
    assert "=1+1" in page
    assert "The usual trap" in page


def test_the_batch_waits_until_the_columns_are_confirmed(member: TestClient, address: str) -> None:
    batch = address.removesuffix("/mapping")
    answer = member.get(batch, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == address


def test_a_confirmed_mapping_is_scored(member: TestClient, address: str) -> None:
    answer = confirm(member, address, **GOOD)
    assert answer.status_code == 303
    page = go(member, answer.headers["location"]).text
    assert "@river_watch" in page
    assert "@lake_watch" in page
    rows = go(member, answer.headers["location"] + "/download?as=jsonl").text
    assert '"friends":1502' in rows.replace(".0", "")
    assert '"display_name":"Lake Watch"' in rows


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"account_id": ""}, "account_id"),
        ({"platform_name": ""}, "platform_name"),
        ({"platform_name": "Not a name!"}, "platform_name"),
        ({"display_name": "nick"}, "display_name"),
    ],
)
def test_a_mapping_that_cannot_be_comes_back_with_every_choice(
    member: TestClient, address: str, changed: dict[str, str], field: str
) -> None:
    answer = confirm(member, address, **{**GOOD, **changed})
    assert answer.status_code == 422
    assert len(errors_of(answer.text)) == 1
    assert f'id="{field}-error"' in answer.text
    chosen = re.search(r'<select[^>]*name="friends".*?</select>', answer.text, re.DOTALL)
    assert chosen
    assert re.search(r'<option value="out" selected>', chosen.group())


def test_a_column_that_the_file_has_not_is_refused(member: TestClient, address: str) -> None:
    answer = confirm(member, address, **{**GOOD, "followers": "no_such_column"})
    assert answer.status_code == 422
    assert "no_such_column" in text_of(unescape(answer.text))


def test_what_is_scored_is_not_mapped_again(member: TestClient, address: str) -> None:
    confirm(member, address, **GOOD)
    answer = member.get(address, follow_redirects=False)
    assert answer.status_code == 303
    assert confirm(member, address, **GOOD).status_code in {303, 409}


def test_somebody_not_signed_in_neither_sees_nor_confirms(guest: TestClient, address: str) -> None:
    assert guest.get(address).status_code == 401
    assert confirm(guest, address, **GOOD).status_code == 401
