"""One batch: the finding, the table, and who may stop, delete or list it."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot_detector.service import INLINE_BYTES
from common.accounts.actors import Role
from common.launch import build_runner, read_manifests
from tests.bot_detector.pages.conftest import account, go, lines, send, text_of

PEOPLE = [
    account(
        account_id=str(number),
        handle=f"person{number}",
        created_at="2012-01-01T00:00:00Z",
        followers=300 + number,
        friends=280,
        statuses=2_000,
        favourites=4_000,
        listed=4,
    )
    for number in range(55)
]
HOSTILE = account(
    account_id="=cmd|'/c calc'!A1",
    handle="<script>alert(1)</script>",
    display_name="=HYPERLINK(1)",
    description="<img src=x onerror=alert(1)>",
)


@pytest.fixture
def batch(member: TestClient) -> str:
    """The address of a batch of 56 accounts and one refused row."""
    content = lines(*PEOPLE, HOSTILE) + b'\n{"broken": \n'
    answer = send(member, file=("<i>list</i>.jsonl", content))
    found: str = answer.headers["location"]
    return found


@pytest.fixture
def large(member: TestClient) -> str:
    """The address of a batch that waits for its job."""
    padded = lines(*(account(account_id=str(number), description="river " * 60) for number in range(3_500)))
    assert len(padded) > INLINE_BYTES
    found: str = send(member, file=("large.jsonl", padded)).headers["location"]
    return found


def run_jobs(app: FastAPI) -> None:
    services = app.state.services
    runner = build_runner(services, read_manifests(("bot_detector",)))
    while runner.run_one("test"):
        pass


def handles(page: str) -> list[str]:
    return re.findall(r'<a class="break" href="[^"]+">([^<]+)</a>', page)


def test_the_finding_is_the_title_and_counts_add_up(member: TestClient, batch: str) -> None:
    page = go(member, batch).text
    title = re.search(r"<h1>(.*?)</h1>", page)
    assert title
    assert "56" in title.group(1) or "accounts" in title.group(1)
    counts = [int(each) for each in re.findall(r'<span class="bots-count">([\d,]+)</span>', page)]
    assert sum(counts) == 56


def test_nothing_from_a_file_is_taken_for_markup(member: TestClient, batch: str) -> None:
    page = go(member, batch + "?search=script").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    score = re.search(r'class="break" href="([^"]+)"', page)
    assert score
    single = go(member, score.group(1)).text
    assert "<script>alert" not in single
    assert "<img src=x" not in single


def test_pages_filters_and_orders(member: TestClient, batch: str) -> None:
    assert len(handles(go(member, batch).text)) == 50
    assert len(handles(go(member, batch + "?page=2").text)) == 6
    rising = handles(go(member, batch + "?sort=handle&search=person").text)
    assert rising == sorted(rising)
    falling = handles(go(member, batch + "?sort=-handle&search=person").text)
    assert falling == sorted(falling, reverse=True)
    assert handles(go(member, batch + "?search=@person7").text) == ["@person7"]
    assert "No account fits" in go(member, batch + "?search=nobody-at-all").text
    assert "No account fits" in go(member, batch + "?at_least=99,9").text


def test_odd_addresses_are_no_failure(member: TestClient, batch: str) -> None:
    for query in ("?sort=drop table", "?verdict=guilty", "?at_least=abc", "?search=%25_%5C", "?page=9999"):
        assert go(member, batch + query).status_code == 200
    assert go(member, batch + "?page=0").status_code == 422


def test_refused_rows_have_line_and_reason(member: TestClient, batch: str) -> None:
    assert "1 row could not be read" in text_of(go(member, batch).text)
    content = go(member, batch + "/download?as=rejects").content.decode("utf-8-sig")
    [refused] = csv.DictReader(io.StringIO(content))
    assert refused["line"] == "57"
    assert refused["reason"]


def test_downloads_hold_every_account_and_no_formula(member: TestClient, batch: str) -> None:
    table = go(member, batch + "/download?as=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == 56
    assert rows[-1]["account_id"].startswith("'=cmd")
    assert rows[-1]["display_name"] == "'=HYPERLINK(1)"
    objects = go(member, batch + "/download?as=jsonl").text.splitlines()
    assert len(objects) == 56
    frame = pl.read_parquet(io.BytesIO(go(member, batch + "/download?as=parquet").content))
    assert frame.height == 56
    assert frame["probability"].to_list() == pytest.approx([float(row["probability"]) for row in rows])
    assert frame["display_name"][-1] == "=HYPERLINK(1)"
    assert go(member, batch + "/download?as=exe").status_code == 422


def test_a_large_file_shows_its_progress_and_then_its_scores(
    app: FastAPI, member: TestClient, large: str
) -> None:
    page = go(member, large).text
    assert "Waiting for its turn" in page
    assert "data-poll" in page
    part = go(member, large + "/progress")
    assert "HX-Refresh" not in part.headers
    assert "<html" not in part.text
    run_jobs(app)
    assert go(member, large + "/progress").headers["HX-Refresh"] == "true"
    assert "3,500 accounts" in text_of(go(member, large).text)


def test_pause_go_on_and_cancel(app: FastAPI, member: TestClient, large: str) -> None:
    def press(what: str) -> Any:
        return member.post(f"{large}/{what}", follow_redirects=False)

    assert press("pause").status_code == 303
    assert "Paused" in go(member, large).text
    run_jobs(app)
    assert "Paused" in go(member, large).text
    assert press("resume").status_code == 303
    assert press("resume").status_code == 409
    assert press("cancel").status_code == 303
    run_jobs(app)
    assert "cancelled" in text_of(go(member, large).text)


def test_a_batch_without_a_job_cannot_be_steered(member: TestClient, batch: str) -> None:
    assert member.post(f"{batch}/pause").status_code == 409


@pytest.mark.parametrize("what", ["pause", "resume", "cancel", "delete"])
def test_nobody_else_may_steer_or_delete(
    guest: TestClient, sign_in_as: Callable[..., TestClient], large: str, what: str
) -> None:
    assert guest.post(f"{large}/{what}").status_code == 401
    assert sign_in_as(Role.MEMBER).post(f"{large}/{what}").status_code == 403
    assert sign_in_as(Role.COORDINATOR).post(f"{large}/{what}").status_code == 403


def test_the_owner_deletes_for_good(member: TestClient, batch: str) -> None:
    score = re.search(r'class="break" href="([^"]+)"', go(member, batch).text)
    assert score
    assert member.post(f"{batch}/delete", follow_redirects=False).status_code == 303
    assert go(member, batch).status_code == 404
    assert go(member, score.group(1)).status_code == 404


def test_an_admin_deletes_everybodys(sign_in_as: Callable[..., TestClient], batch: str) -> None:
    admin = sign_in_as(Role.ADMIN)
    assert admin.post(f"{batch}/delete", follow_redirects=False).status_code == 303
    assert go(admin, batch).status_code == 404


def test_lists_are_ones_own_unless_one_may_see_all(sign_in_as: Callable[..., TestClient], batch: str) -> None:
    other, coordinator = sign_in_as(Role.MEMBER), sign_in_as(Role.COORDINATOR)
    assert "Nothing was scored yet" in other.get("/en/bots/batches").text
    assert other.get("/en/bots/batches?whose=everybody").status_code == 403
    assert batch in coordinator.get("/en/bots/batches?whose=everybody").text
    assert batch not in coordinator.get("/en/bots/batches").text


def test_lists_need_somebody(guest: TestClient) -> None:
    assert guest.get("/en/bots/batches").status_code == 401


def test_a_batch_is_read_by_its_address_with_a_role_only(
    guest: TestClient, sign_in_as: Callable[..., TestClient], batch: str
) -> None:
    assert go(sign_in_as(Role.MEMBER), batch).status_code == 200
    assert go(sign_in_as(None), batch).status_code == 403
    assert guest.get(batch).status_code == 401
