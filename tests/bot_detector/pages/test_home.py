"""The first page: what is pasted or uploaded becomes a score or a batch, and nothing typed is lost."""

import gzip
import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot_detector.schemas import Account
from bot_detector.service import accounts_frame, detector_of
from common.settings import Settings
from tests.bot_detector.pages.conftest import ACCOUNT, account, errors_of, go, lines, send, text_of


def test_one_pasted_account_gives_the_score_of_the_core(app: FastAPI, member: TestClient) -> None:
    answer = send(member, json.dumps(ACCOUNT), percent="20")
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert re.fullmatch(r"/en/bots/scores/[0-9a-f-]{36}", address)
    given = go(member, address + "/download?as=json").json()
    [expected] = detector_of(app.state.services).explain(accounts_frame([Account(**ACCOUNT)]), 0.2)
    assert given["probability"] == expected.probability
    assert given["input_hash"] == expected.input_hash
    assert f"{expected.probability:.0%}" in text_of(go(member, address).text)


def test_a_file_becomes_a_batch(member: TestClient) -> None:
    answer = send(member, file=("suspects.jsonl", lines(account(), account(account_id="78"))))
    page = go(member, answer.headers["location"]).text
    assert "/en/bots/batches/" in answer.headers["location"]
    assert "suspects.jsonl" in page
    assert page.count("@river_watch77120934") == 2


def test_a_gzipped_file_is_read(member: TestClient) -> None:
    content = gzip.compress(lines(account(), account(account_id="78")))
    assert "batches" in send(member, file=("a.jsonl.gz", content)).headers["location"]


@pytest.mark.parametrize(
    "text", ["@somebody", "somebody@example.social", "https://x.com/somebody", "bsky.app/profile/a.b"]
)
def test_a_handle_or_link_is_told_honestly_that_nothing_is_fetched(member: TestClient, text: str) -> None:
    answer = send(member, text)
    assert answer.status_code == 422
    assert any("not connected" in sentence for sentence in errors_of(answer.text))
    assert text in unescape(answer.text)


BROKEN = {
    "nothing": b"",
    "blanks": b"   \n ",
    "empty list": b"[]",
    "truncated": b'[{"platform": "x", "account_id": "1", "handle"',
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "only nulls": b"\x00" * 50,
    "a zip": b"PK\x03\x04" + b"\x00" * 40,
    "prose": b"Bonjour, voici un compte suspect, merci de regarder.",
    "an object of nothing": b'{"hello": "world"}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_read_gets_a_sentence(member: TestClient, content: bytes) -> None:
    answer = send(member, file=("given.json", content))
    if (
        answer.status_code == 303
    ):  # a table whose columns a person may explain, or a batch that names its refused rows
        assert go(member, answer.headers["location"]).status_code == 200
        return
    assert answer.status_code == 422
    [sentence] = errors_of(answer.text)
    assert len(sentence) > 15


ODD = {
    "not a number": b'{"platform": "x", "account_id": "1", "followers": NaN, "friends": Infinity}',
    "negative": lines(account(followers=-5, statuses=-1)),
    "absurd": lines(account(followers=10**30)),
    "before the platform": lines(account(created_at="1999-01-01T00:00:00Z")),
    "from the future": lines(account(created_at="2099-01-01T00:00:00Z", observed_at="2098-01-01T00:00:00Z")),
    "zero by zero": lines(account(followers=0, friends=0, statuses=0, favourites=0)),
    "long": lines(account(description="x" * 400_000)),
    "null bytes": lines(account(handle="a\x00b", description="\x00")),
    "latin-1": '{"platform": "x", "account_id": "1", "handle": "été"}'.encode("latin-1"),
    "utf-16": json.dumps(ACCOUNT).encode("utf-16"),
    "any script": lines(account(handle="تجربة", display_name="测试 🧪", description="проверка")),
    "unknown fields": lines(account(shoe_size=44)),
    "mixed platforms": lines(account(), account(platform="mastodon", account_id="2")),
    "twice the same": lines(account(), account()),
    "one broken line": lines(account()) + b'\n{"broken": \n',
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD.keys())
def test_odd_accounts_are_scored_or_refused_in_words_never_with_a_failure(
    member: TestClient, content: bytes
) -> None:
    answer = send(member, file=("odd.jsonl", content))
    assert answer.status_code in {303, 422}
    if answer.status_code == 422:
        assert errors_of(answer.text)
        return
    page = go(member, answer.headers["location"])
    assert page.status_code == 200
    assert "nan" not in re.findall(r"[a-zA-Z]+", text_of(page.text))


def test_too_little_is_insufficient_and_has_no_number(member: TestClient) -> None:
    little = {"platform": "x", "account_id": "5", "handle": "hello"}
    page = go(member, send(member, json.dumps(little)).headers["location"])
    assert page.status_code == 200
    assert "insufficient data" in page.text
    assert "gauge-value" not in page.text


def test_nothing_typed_is_lost_when_something_must_be_corrected(member: TestClient) -> None:
    typed = '[{"platform": "x", "note": "</textarea><script>alert(1)</script>"}'
    answer = send(member, typed, percent="250", observed_at="2090-01-01", format="x-v2")
    assert answer.status_code == 422
    assert len(errors_of(answer.text)) == 2
    assert typed in unescape(answer.text)
    assert "<script>alert" not in answer.text
    assert 'value="250"' in answer.text
    assert 'value="2090-01-01"' in answer.text
    assert re.search(r'<option value="x-v2" selected>', answer.text)


def test_both_a_text_and_a_file_are_refused(member: TestClient) -> None:
    answer = send(member, json.dumps(ACCOUNT), file=("a.json", b"{}"))
    assert answer.status_code == 422
    assert json.dumps(ACCOUNT) in unescape(answer.text)


@pytest.mark.parametrize("percent", ["0", "100", "-3", "nan", "inf", "many"])
def test_a_prevalence_that_cannot_be_is_refused(member: TestClient, percent: str) -> None:
    answer = send(member, json.dumps(ACCOUNT), percent=percent)
    assert answer.status_code == 422
    assert any("prevalence" in sentence for sentence in errors_of(answer.text))


def test_a_prevalence_may_have_a_comma(member: TestClient) -> None:
    address = send(member, json.dumps(ACCOUNT), percent="12,5 %").headers["location"]
    assert go(member, address + "/download?as=json").json()["prevalence"] == 0.125


def test_a_day_of_observation_counts_for_accounts_that_state_none(member: TestClient) -> None:
    address = send(member, json.dumps(account(observed_at=None)), observed_at="2026-09-15").headers[
        "location"
    ]
    assert go(member, address + "/download?as=json").json()["observed_at"].startswith("2026-09-15")


def test_an_example_fills_the_box(member: TestClient) -> None:
    assert "news_wave" in member.get("/en/bots/?example=amplifier").text
    assert "news_wave" not in member.get("/en/bots/?example=no-such").text


def test_whoever_may_not_score_is_told_so_and_leaves_no_file(app: FastAPI, guest: TestClient) -> None:
    page = guest.get("/en/bots/")
    assert page.status_code == 200
    assert "<textarea" not in page.text
    assert send(guest, json.dumps(ACCOUNT)).status_code == 401
    assert not list(detector_of(app.state.services).uploads.iterdir())


def test_somebody_without_a_role_may_not_score(sign_in_as: Callable[..., TestClient]) -> None:
    assert send(sign_in_as(None), json.dumps(ACCOUNT)).status_code == 403


def test_a_refused_file_is_not_kept(app: FastAPI, member: TestClient) -> None:
    send(member, file=("empty.json", b""))
    send(member, file=("list.json", b"[]"))
    assert not list(detector_of(app.state.services).uploads.iterdir())


class TestGuests:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"open_tools": ("bot_detector",)})

    def test_a_guest_scores_and_reads_by_the_address(self, guest: TestClient) -> None:
        answer = send(guest, json.dumps(ACCOUNT))
        assert go(guest, answer.headers["location"]).status_code == 200

    def test_a_guest_is_slowed_down(self, guest: TestClient) -> None:
        codes = [send(guest, "@somebody").status_code for _ in range(32)]
        assert codes[:30] == [422] * 30
        assert codes[30:] == [429] * 2

    def test_a_guests_large_file_is_refused_in_words_and_not_kept(
        self, app: FastAPI, guest: TestClient
    ) -> None:
        answer = send(
            guest, file=("large.jsonl", lines(account(description="river " * 300_000))), percent="7"
        )
        assert answer.status_code == 422
        assert any("without signing in" in sentence for sentence in errors_of(answer.text))
        assert 'value="7"' in answer.text
        assert not list(detector_of(app.state.services).uploads.iterdir())
