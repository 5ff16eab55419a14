"""The deployment of several processes: web and worker on PostgreSQL and Redis, as `docker-compose.yml` starts them."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a long and quiet sentence"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def deployment(postgres_url, redis_url, tmp_path) -> Iterator[tuple[str, dict[str, str]]]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DISINFO_DATABASE_URL": postgres_url,
        "DISINFO_REDIS_URL": redis_url,
        "DISINFO_DATA_DIR": str(tmp_path / "var"),
        "DISINFO_PUBLIC_URL": address,
        "DISINFO_RUN_JOBS": "false",
        "DISINFO_LOG_FORMAT": "json",
    }
    command = [sys.executable, "-c", "from common.cli import main; main()"]
    subprocess.run([*command, "migrate"], env=environment, cwd=ROOT, check=True, capture_output=True)
    log = (tmp_path / "log").open("wb")
    started = [
        subprocess.Popen([*command, *words], env=environment, cwd=ROOT, stdout=log, stderr=log)
        for words in (["serve", "--port", str(port)], ["worker"])
    ]
    try:
        wait_until(lambda: answers(address), seconds=60)
        yield address, environment
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(20)
        log.close()


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def wait_until(true, *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def accounts(path: Path, rows: int) -> Path:
    with path.open("wb") as file:
        for number in range(rows):
            account = {
                "platform": "x",
                "account_id": str(number),
                "handle": f"invented_{number}",
                "display_name": f"Invented {number}",
                "description": "An account that exists nowhere, with a description of usual length.",
                "created_at": "2020-01-01T00:00:00Z",
                "observed_at": "2026-10-01T00:00:00Z",
                "followers": number % 900,
                "friends": number % 400,
                "statuses": number % 5000,
                "favourites": number % 7000,
                "listed": number % 9,
            }
            file.write(orjson.dumps(account) + b"\n")
    return path


@pytest.mark.slow
def test_sign_in_score_a_file_as_a_job_and_see_its_progress(deployment, tmp_path):
    address, environment = deployment
    command = [sys.executable, "-c", "from common.cli import main; main()", "admin-link"]
    told = subprocess.run(
        command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True
    ).stderr
    link = re.search(r"http\S+/invitation/\S+", told)
    assert link, told
    with httpx.Client(
        base_url=address, follow_redirects=True, timeout=30, headers={"Accept": "text/html"}
    ) as client:
        form = {"email": "first@example.org", "name": "First", "password": PASSWORD}
        assert client.post(link.group(), data=form).status_code == 200
        assert "First" in client.get("/en/account").text
        token = re.search(
            r"dit_[\w-]+", client.post("/en/account/tokens", data={"name": "test", "days": "1"}).text
        )
        assert token
    head = {"Authorization": f"Bearer {token.group()}", "Accept": "application/json"}
    file = accounts(tmp_path / "accounts.jsonl", 20_000)
    with httpx.Client(base_url=address, headers=head, timeout=60) as program:
        with file.open("rb") as content:
            answer = program.post("/api/v1/bots/batches", files={"file": ("accounts.jsonl", content)})
        assert answer.status_code == 202, answer.text
        where, seen = answer.headers["location"], []

        def done() -> bool:
            batch = program.get(where).json()
            seen.append((batch["stage"], batch["done"], batch["scored"]))
            return batch["stage"] in {"done", "failed"}

        wait_until(done, seconds=120)
        batch = program.get(where).json()
        assert (batch["stage"], batch["scored"], batch["refused"]) == ("done", 20_000, 0)
        assert sum(batch["verdicts"].values()) == 20_000
        assert any(0 < scored < 20_000 for _stage, _done, scored in seen), "no progress was seen"
        one = program.get(f"{where}/scores", params={"size": 1}).json()["scores"][0]
        score = program.get(f"/api/v1/bots/scores/{one['id']}").json()
        assert score["probability"] == pytest.approx(one["probability"], abs=1e-9)
    assert "invented_" not in (tmp_path / "log").read_text(), "a handle reached the log"
