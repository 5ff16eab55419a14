"""Large files: batches of the size asked for, bounded memory, progress."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from bot_detector.sources.formats import document, lines, read_batches
from bot_detector.sources.formats.bytesource import ByteSource
from bot_detector.sources.formats.document import document_blocks
from bot_detector.sources.formats.lines import Block, blocks
from bot_detector.sources.formats.records import Decoder
from bot_detector.sources.formats.registry import SHAPES
from bot_detector.sources.formats.shapes import Reject
from tests.bot_detector.sources.samples import NOW, Reading, json_lines, read, user


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BLOCK_BYTES", 10_000)
    monkeypatch.setattr(document, "BLOCK_BYTES", 10_000)
    monkeypatch.setattr(document, "WHOLE_BYTES", 10_000)


@pytest.mark.parametrize("rows", [1, 99, 100, 101, 250])
@pytest.mark.parametrize("container", ["jsonl", "json", "csv", "parquet"])
def test_batches_have_the_size_asked_for(
    tmp_path: Path, rows: int, container: str, small_blocks: None
) -> None:
    path = tmp_path / f"accounts.{container}"
    _write(path, rows)
    batches = list(read_batches(path, now=NOW, batch_rows=100))
    assert [batch.accounts.height for batch in batches] == [100] * (rows // 100) + (
        [rows % 100] if rows % 100 else []
    )
    reading = Reading(batches)
    assert reading.column("account_id") == [str(n) for n in range(rows)]
    first = 2 if container == "csv" else 1
    assert reading.lines == list(range(first, rows + first))
    positions = [batch.bytes_read for batch in batches]
    assert positions == sorted(positions)
    assert positions[-1] == batches[-1].bytes_total == path.stat().st_size


def _write(path: Path, rows: int) -> None:
    records = [
        {"platform": "x", "account_id": str(n), "description": "made up " * 20, "followers": n}
        for n in range(rows)
    ]
    if path.suffix == ".jsonl":
        path.write_text(json_lines(*records))
    elif path.suffix == ".json":
        path.write_text(json.dumps(records, indent=1))
    elif path.suffix == ".csv":
        pl.DataFrame(records).write_csv(path)
    else:
        pl.DataFrame(records).write_parquet(path, row_group_size=70)


def test_refusals_come_even_where_nothing_else_does() -> None:
    reading = read(json_lines(user(1), *["?"] * 25_000))
    assert len(reading.rejects) == 25_000
    assert max(len(batch.rejects) for batch in reading.batches) <= 25_000


def test_posts_tell_how_far_the_reading_is_before_the_first_account_comes(small_blocks: None) -> None:
    post = {"created_at": "Tue Oct 01 08:00:00 +0000 2024", "user": user(1)}
    reading = read(json_lines(*[post] * 2_000))
    assert reading.accounts.height == 1
    assert reading.lines == [2_000]
    heights = [batch.accounts.height for batch in reading.batches]
    assert heights == [0] * (len(heights) - 1) + [1]
    assert len({batch.bytes_read for batch in reading.batches}) > 1


def test_a_line_beyond_the_limit_is_refused_and_never_held(small_blocks: None) -> None:
    long = json.dumps(user(2, description="x" * 300_000))
    source = ByteSource(json_lines(user(1), long, user(3), long).encode())
    pieces = list(blocks(source, limit=50_000))
    refused = [piece for piece in pieces if isinstance(piece, Reject)]
    assert [reject.line for reject in refused] == [2, 4]
    assert all(len(reject.excerpt) <= 201 for reject in refused)
    assert [number for piece in pieces if isinstance(piece, Block) for number, _ in piece.records()] == [1, 3]


def test_a_line_within_a_block_beyond_the_limit_is_refused_where_it_is_looked_at_singly() -> None:
    decoder = Decoder(SHAPES["x-v1"], limit=1_000)
    text = json_lines(user(1), "?", user(2, description="x" * 2_000)).encode()
    raws = decoder.decode(Block(text, 3))
    assert [(reject.line, "longer than" in str(reject.reason)) for raw in raws for reject in raw.rejects] == [
        (2, False),
        (3, True),
    ]


def test_a_record_beyond_the_limit_in_a_document_ends_the_reading_and_says_so(small_blocks: None) -> None:
    records = [user(1), user(2), user(3, description="x" * 300_000), user(4)]
    pieces = list(document_blocks(ByteSource(json.dumps(records).encode()), limit=50_000))
    refused = [piece for piece in pieces if isinstance(piece, Reject)]
    assert [reject.line for reject in refused] == [3]
    assert "the rest of the file was not read" in str(refused[0].reason)


def test_a_document_walked_in_small_steps(small_blocks: None) -> None:
    answers = {
        "meta": {"count": 300},
        "users": [user(n, name="Ünïcode 水 😀") for n in range(300)],
        "next": None,
    }
    reading = read(gzip.compress(json.dumps(answers, ensure_ascii=False).encode()))
    assert reading.column("account_id") == [str(n) for n in range(300)]
    assert set(reading.column("display_name")) == {"Ünïcode 水 😀"}


_MEASURE = """
import sys
from pathlib import Path
from bot_detector.sources.formats import read_batches
rejects = sum(len(batch.rejects) for batch in read_batches(Path(sys.argv[1])))
# Not getrusage: its peak counts the process that started this one, which shares its memory until this program is loaded.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024, rejects)
"""


@pytest.mark.slow
def test_a_line_of_a_gigabyte_is_never_held(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        file.write(json.dumps(user(1)).encode() + b'\n{"id": 2, "screen_name": "a", "description": "')
        for _ in range(1024):
            file.write(b"x" * 2**20)
        file.write(b'"}\n' + json.dumps(user(3)).encode() + b"\n")
    out = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    megabytes, rejects = map(int, out.stdout.split())
    assert rejects == 1
    assert megabytes < 500


@pytest.mark.slow
def test_many_accounts_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    with path.open("w") as file:
        for n in range(300_000):
            file.write(json.dumps(user(n)) + "\n")
    out = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    megabytes, rejects = map(int, out.stdout.split())
    assert rejects == 0
    assert megabytes < 700
