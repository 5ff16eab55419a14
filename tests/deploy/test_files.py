"""The deployment files: valid to the programs that read them, and true to the toolkit's own settings and commands."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from typer.testing import CliRunner

from common.cli import app
from common.settings import Settings
from tests.common.http.site import Site, reply, serving
from tests.keeper import free_port

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
CADDYFILE = ROOT / "deploy" / "Caddyfile"
FILLED_IN = {"DISINFO_SITE": "disinfo.example", "POSTGRES_PASSWORD": "p" * 64, "DISINFO_SECRET_KEY": "k" * 64}


def compose(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run docker-compose on the file as it is, without an engine and without a `.env` of this machine."""
    command = [
        str(PROGRAMS / "docker-compose"),
        "--env-file",
        os.devnull,
        "--file",
        str(ROOT / "docker-compose.yml"),
    ]
    return subprocess.run(
        [*command, *words],
        env={"PATH": os.defpath, "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    told = compose("config", "--format", "json", **FILLED_IN)
    assert told.returncode == 0, told.stderr
    found: dict[str, Any] = json.loads(told.stdout)["services"]
    return found


def ours(services: dict[str, Any]) -> dict[str, Any]:
    return {name: about for name, about in services.items() if about["image"].startswith("disinfo-toolkit:")}


def test_compose_accepts_the_file() -> None:
    told = compose("config", "--quiet", **FILLED_IN)
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize("missing", sorted(FILLED_IN))
@pytest.mark.parametrize("given", [None, ""], ids=["unset", "empty"])
def test_nothing_starts_without_its_secrets(missing: str, given: str | None) -> None:
    environment = {name: value for name, value in FILLED_IN.items() if name != missing}
    told = compose("config", "--quiet", **environment, **({} if given is None else {missing: given}))
    assert told.returncode != 0
    assert missing in told.stderr
    assert "set it in .env" in told.stderr


def test_the_example_names_what_the_file_asks_for() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text())) - {"DISINFO_VERSION"}
    named = re.findall(
        r"^(?:# )?([A-Z_]+)=(.*)$", (ROOT / "deploy" / "env.example").read_text(), re.MULTILINE
    )
    assert {name for name, _ in named} == asked
    assert {name for name, value in named if not value} == set(FILLED_IN)


def test_the_settings_that_are_given_exist(services: dict[str, Any]) -> None:
    known = {f"DISINFO_{name.upper()}" for name in Settings.model_fields}
    dockerfile = set(re.findall(r"\bDISINFO_[A-Z_]+(?==)", (ROOT / "Dockerfile").read_text()))
    given = {name for about in ours(services).values() for name in about["environment"]}
    assert given | dockerfile <= known
    assert len(ours(services)) == 3


def test_the_commands_that_are_run_exist(services: dict[str, Any]) -> None:
    for about in ours(services).values():
        command, *options = about["command"]
        told = CliRunner().invoke(app, [command, "--help"], terminal_width=200)
        assert told.exit_code == 0
        assert all(word in told.output for word in options if word.startswith("--"))


def test_only_the_proxy_can_be_reached_from_outside(services: dict[str, Any]) -> None:
    assert [name for name, about in services.items() if about.get("ports")] == ["proxy"]
    assert list(services["postgres"]["networks"]) == list(services["valkey"]["networks"]) == ["inside"]
    address = services["proxy"]["networks"]["front"]["ipv4_address"]
    assert services["web"]["environment"]["DISINFO_TRUSTED_PROXIES"] == address


def test_our_processes_may_do_little(services: dict[str, Any]) -> None:
    for about in ours(services).values():
        assert about["read_only"]
        assert about["cap_drop"] == ["ALL"]
        assert about["security_opt"] == ["no-new-privileges:true"]
    last_stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", last_stage, re.MULTILINE)


def test_no_secret_is_written_down() -> None:
    """Each line that speaks of a secret takes it from outside, and stops where there is none."""
    lines = [line for line in (ROOT / "docker-compose.yml").read_text().splitlines() if "#" not in line]
    found = [line for line in lines if re.search(r"PASSWORD|SECRET|KEY", line)]
    assert len(found) == 3
    for line in found:
        assert re.search(r"\$\{(POSTGRES_PASSWORD|DISINFO_SECRET_KEY):\?", line), line


def test_read_only_services_are_given_no_secret_that_compose_would_have_to_write() -> None:
    """Compose accepts such a file and then refuses to start it (docker/compose#12031)."""
    plain = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    inline = {
        name
        for kind in ("secrets", "configs")
        for name, about in plain.get(kind, {}).items()
        if "file" not in about
    }
    for about in plain["services"].values():
        if about.get("read_only"):
            assert not inline & {*about.get("secrets", []), *about.get("configs", [])}


# The proxy, for real


@pytest.fixture(scope="module")
def upstream() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture(scope="module")
def proxy(upstream: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run Caddy with the deployment's file before the upstream; yield its port."""
    folder, port = tmp_path_factory.mktemp("caddy"), free_port()
    environment = {
        "DISINFO_SITE": f"http://127.0.0.1:{port}",
        "DISINFO_UPSTREAM": f"127.0.0.1:{upstream.port}",
        "DISINFO_UPLOAD_MAX_MB": "1",
        "HOME": str(folder),
    }
    command = [str(PROGRAMS / "caddy"), "run", "--adapter", "caddyfile", "--config", str(CADDYFILE)]
    with (folder / "log").open("wb") as log:
        caddy = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(port, caddy, folder / "log")
        yield port
    finally:
        caddy.terminate()
        caddy.wait(20)


def _wait_for(port: int, caddy: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and caddy.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(log.read_text())


def test_caddy_accepts_its_file_and_its_format() -> None:
    environment = {"DISINFO_SITE": "disinfo.example", "HOME": "/nonexistent", "PATH": os.defpath}
    command = [str(PROGRAMS / "caddy"), "validate", "--adapter", "caddyfile", "--config", str(CADDYFILE)]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert told.returncode == 0, told.stderr
    assert '"level":"warn"' not in told.stderr


@pytest.mark.slow
def test_the_proxy_says_who_asks_and_does_not_believe_the_client(proxy: int, upstream: Site) -> None:
    upstream.answers["/page"] = reply(200, b"page")
    claims = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
    }
    answer = httpx.get(f"http://127.0.0.1:{proxy}/page", headers=claims)
    assert answer.text == "page"
    assert "Server" not in answer.headers
    headers = next(asked[2] for asked in reversed(upstream.asked) if asked[1] == "/page")
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"
    assert headers["X-Forwarded-Host"] == headers["Host"] == f"127.0.0.1:{proxy}"


@pytest.mark.slow
def test_the_proxy_keeps_figures_inside(proxy: int, upstream: Site) -> None:
    upstream.answers["/metrics"] = reply(200, b"figures")
    assert httpx.get(f"http://127.0.0.1:{proxy}/metrics").status_code == 404


@pytest.mark.slow
def test_the_proxy_stops_what_is_too_large(proxy: int, upstream: Site) -> None:
    upstream.answers["/upload"] = reply(201)
    url = f"http://127.0.0.1:{proxy}/upload"
    assert httpx.post(url, content=bytes(1_000_000)).status_code == 201
    assert httpx.post(url, content=bytes(1_100_000)).status_code == 413


@pytest.mark.slow
def test_live_connections_pass_through_the_proxy(proxy: int, upstream: Site) -> None:
    ended = threading.Event()

    def echo(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(101)
        handler.send_header("Connection", "Upgrade")
        handler.send_header("Upgrade", "websocket")
        handler.end_headers()
        while words := handler.connection.recv(100):
            handler.connection.sendall(words.upper())
        handler.close_connection = True
        ended.set()

    upstream.answers["/live"] = echo
    with closing(socket.create_connection(("127.0.0.1", proxy), 10)) as link:
        link.sendall(
            b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += link.recv(1)
        assert head.startswith(b"HTTP/1.1 101")
        for words in (b"first", b"second"):
            link.sendall(words)
            echoed = b""
            while len(echoed) < len(words):  # a stream may come in pieces
                echoed += link.recv(100)
            assert echoed == words.upper()
    assert ended.wait(10)


def test_what_continuous_integration_runs_is_a_program() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
