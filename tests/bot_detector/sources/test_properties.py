"""What holds for every file, not only for those that somebody thought of."""

import io
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from bot_detector.schemas import ACCOUNT_COLUMNS, Account
from bot_detector.sources.formats import lines
from bot_detector.sources.formats.bytesource import ByteSource
from bot_detector.sources.formats.dates import parse_dates
from bot_detector.sources.formats.document import _Text, _Walker
from bot_detector.sources.formats.lines import Block, blocks
from bot_detector.sources.formats.newest import newest_observations
from bot_detector.sources.formats.normalise import Checks, Part, normalise
from bot_detector.sources.formats.raw import line_series
from bot_detector.sources.formats.registry import SHAPES
from bot_detector.sources.formats.repair import repair
from bot_detector.sources.formats.values import clean_counts
from common.errors import Invalid
from tests.bot_detector.sources.samples import NOW, json_lines, read, user

pytestmark = pytest.mark.slow  # hundreds of files read

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(max_examples=200, deadline=None)

moments = st.integers(0, 250_000_000).map(
    lambda seconds: datetime(2012, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
# Blanks at the ends are removed on the way in.
plain = st.text(st.sampled_from("abcXYZ019_-éß水 ,;\"'=+@\n"), max_size=20).map(str.strip)
counts = st.none() | st.integers(0, 10**9).map(float)
flags = st.none() | st.booleans()


def handle_without_its_sign(text: str) -> bool:
    """Whether a handle comes back as it was written: a leading "@" is dropped on reading, and nothing is no handle."""
    return bool(text) and not text.startswith("@")


@st.composite
def accounts(draw: st.DrawFn) -> dict[str, Any]:
    created = draw(moments)
    return {
        "platform": draw(st.sampled_from(["x", "mastodon", "elsewhere"])),
        "account_id": draw(st.text(st.sampled_from("abc0123456789:"), min_size=1, max_size=20)),
        "handle": draw(st.none() | plain.map(str.strip).filter(handle_without_its_sign)),
        "display_name": draw(st.none() | plain),
        "description": draw(st.none() | plain),
        "location": draw(st.none() | plain),
        "url": draw(st.none() | plain.filter(bool)),
        "language": draw(st.none() | st.sampled_from(["en", "fr", "zh-Hant"])),
        "created_at": created,
        "observed_at": draw(st.none() | st.just(created + timedelta(days=30))),
        **{name: draw(counts) for name in ("followers", "friends", "statuses", "favourites", "listed")},
        **{name: draw(flags) for name, dtype in ACCOUNT_COLUMNS.items() if dtype == pl.Boolean()},
    }


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=ACCOUNT_COLUMNS)


def _written(frame: pl.DataFrame, container: str) -> bytes:
    rows = [
        {k: v.isoformat() if isinstance(v, datetime) else v for k, v in row.items()}
        for row in frame.to_dicts()
    ]
    if container == "jsonl":
        return json_lines(*rows).encode()
    if container == "json":
        return json.dumps(rows, indent=1).encode()
    stream = io.BytesIO()
    if container == "csv":
        frame.write_csv(stream, datetime_format="%Y-%m-%dT%H:%M:%SZ")
    else:
        frame.write_parquet(stream)
    return stream.getvalue()


@FEW
@pytest.mark.parametrize("container", ["jsonl", "json", "csv", "parquet"])
@given(rows=st.lists(accounts(), min_size=1, max_size=12))
def test_accounts_written_in_any_container_come_back_the_same(
    container: str, rows: list[dict[str, Any]]
) -> None:
    frame = _frame(rows)
    assert_frame_equal(read(_written(frame, container)).accounts, frame)


@FEW
@given(rows=st.lists(accounts(), min_size=1, max_size=5))
def test_what_is_read_is_what_the_schema_allows(rows: list[dict[str, Any]]) -> None:
    for row in read(_written(_frame(rows), "jsonl")).accounts.to_dicts():
        Account.model_validate(row)


@FEW
@given(
    rows=st.lists(accounts(), min_size=1, max_size=8), spoiler=st.sampled_from(["text", "broken", "other"])
)
def test_a_bad_neighbour_changes_nothing_in_how_a_row_is_read(
    rows: list[dict[str, Any]], spoiler: str
) -> None:
    """The fast way, the way over text and the way line by line agree."""
    lines_read = _written(_frame(rows), "jsonl").decode()
    odd = {
        "text": {"platform": "x", "account_id": "odd", "followers": "12"},
        "broken": "{",
        "other": user(1),
    }[spoiler]
    reading = read(lines_read + "\n" + json_lines(odd))
    assert_frame_equal(reading.accounts.head(len(rows)), _frame(rows))
    assert reading.accounts.height + len(reading.rejects) == len(rows) + 1


@FEW
@given(rows=st.lists(accounts(), min_size=1, max_size=4))
def test_the_slow_way_alone_reads_the_same(rows: list[dict[str, Any]]) -> None:
    numbered = list(enumerate(_written(_frame(rows), "jsonl").splitlines(), 1))
    raws = repair(numbered, SHAPES["accounts"])
    parts = [normalise(raw, Checks(NOW)) for raw in raws]
    assert_frame_equal(pl.concat([part.accounts for part in parts]), _frame(rows))


@MANY
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_raise_anything_but_a_sentence(content: bytes) -> None:
    with suppress(Invalid):
        read(content)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("id", "id_str", "screen_name", "name", "description", "followers_count", "created_at", "verified", "user", "profile",
          "acct", "did", "handle", "labels", "public_metrics", "data", "includes", "platform", "account_id")  # fmt: skip


@FEW
@given(
    st.lists(st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=8), min_size=1, max_size=8),
    st.booleans(),
)
def test_any_json_values_in_known_fields_are_read_or_refused(
    records: list[dict[str, Any]], as_array: bool
) -> None:
    records = [user(1), *records]
    reading = read(json.dumps(records) if as_array else json_lines(*records))
    seen = set(reading.lines) | {reject.line for reject in reading.rejects}
    empty = {number for number, record in enumerate(records, 1) if _holds_nothing(record)}
    assert seen | empty >= set(range(1, len(records) + 1))
    for row in reading.accounts.to_dicts():
        Account.model_validate(row)


def _holds_nothing(record: dict[str, Any]) -> bool:
    """Posts say so themselves: of several of one author only the newest is kept."""
    return any(isinstance(record.get(key), dict) for key in ("user", "account"))


@FEW
@given(st.lists(st.sampled_from(["good", "bad", "blank", "other"]), min_size=1, max_size=80))
def test_every_line_is_an_account_or_a_refusal(kinds: list[str]) -> None:
    shown = {"bad": '{"id": 1, ', "blank": "  ", "other": '{"colour": 1}'}
    written = [json.dumps(user(0))] + [
        json.dumps(user(n)) if kind == "good" else shown[kind] for n, kind in enumerate(kinds, 2)
    ]
    reading = read("\n".join(written))
    numbered = list(enumerate(kinds, 2))
    assert reading.lines == [1, *(number for number, kind in numbered if kind == "good")]
    assert sorted(reject.line for reject in reading.rejects) == [
        number for number, kind in numbered if kind in ("bad", "other")
    ]


@MANY
@given(st.binary(max_size=300), st.integers(1, 40))
def test_blocks_hold_all_lines_whatever_their_size(content: bytes, size: int) -> None:
    content = content.replace(b"\r", b"").replace(b"\0", b"")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK_BYTES", size)
        source = _Trickle(content, size)
        pieces = list(blocks(source))  # type: ignore[arg-type] # reads as the source does
    found = [record for piece in pieces if isinstance(piece, Block) for record in piece.records()]
    assert found == [(n, line) for n, line in enumerate(content.split(b"\n"), 1) if line.strip()]
    for one, next_one in pairwise(piece for piece in pieces if isinstance(piece, Block)):
        assert next_one.first == one.first + one.height


class _Trickle:
    """A source that gives a few bytes at a time."""

    def __init__(self, content: bytes, size: int) -> None:
        self._chunks = iter([content[at : at + size] for at in range(0, len(content), size)])

    def read(self, size: int) -> bytes:  # noqa: ARG002 - as the source has it
        return next(self._chunks, b"")

    def rest_of_line(self, limit: int) -> bytes:  # noqa: ARG002 - as the source has it
        return b""


@MANY
@given(st.lists(json_values, max_size=6), st.integers(1, 50), st.sampled_from([None, 1]))
def test_a_walked_document_has_the_elements_that_a_parser_sees(
    values: list[Any], size: int, indent: int | None
) -> None:
    content = json.dumps(values, indent=indent, ensure_ascii=False).encode("utf-8", "replace")
    chunks: Iterator[bytes] = iter([content[at : at + size] for at in range(0, len(content), size)])
    walked = list(_Walker(_Text(chunks), 10_000).records())
    expected = json.loads(content)
    assert [number for number, _ in walked] == list(range(1, len(values) + 1))  # type: ignore[misc] # none is refused
    assert repr([json.loads(text) for _, text in walked]) == repr(expected)  # type: ignore[misc] # repr, because nan != nan


@MANY
@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | moments), max_size=30), st.integers(1, 8))
def test_the_newest_observation_of_each_account_is_kept(
    seen: list[tuple[str, datetime | None]], size: int
) -> None:
    rows = [{"platform": "x", "account_id": who, "observed_at": when} for who, when in seen]
    parts = [
        Part(_frame(rows[at : at + size]), line_series(range(at + 1, min(at + size, len(rows)) + 1)))
        for at in range(0, len(rows), size)
    ]
    kept = list(newest_observations(parts, held=8))
    found = {
        who: line for part in kept for who, line in zip(part.accounts["account_id"], part.lines, strict=True)
    }
    early = datetime.min.replace(tzinfo=UTC)
    expected: dict[str, tuple[datetime, int]] = {}
    for line, (who, when) in enumerate(seen, 1):
        expected[who] = max(expected.get(who, (early, 0)), (when or early, line))
    assert found == {who: line for who, (_, line) in expected.items()}


@MANY
@given(
    st.lists(st.none() | moments, min_size=1, max_size=10),
    st.sampled_from(["%Y-%m-%dT%H:%M:%SZ", "%a %b %d %H:%M:%S +0000 %Y"]),
)
def test_dates_come_back(dates: list[datetime | None], layout: str) -> None:
    written = pl.Series("d", [date.strftime(layout) if date else None for date in dates], dtype=pl.String)
    moments_read, unreadable = parse_dates(written)
    assert moments_read.to_list() == dates
    assert not unreadable.any()


@MANY
@given(st.lists(st.none() | st.floats() | st.integers().map(float), min_size=1, max_size=10), st.booleans())
def test_counts_are_possible_or_missing_and_the_impossible_are_marked(
    values: list[float | None], as_text: bool
) -> None:
    series = (
        pl.Series("c", [None if v is None else repr(v) for v in values], dtype=pl.String)
        if as_text
        else pl.Series("c", values, dtype=pl.Float64)
    )
    numbers, bad = clean_counts(series)
    for value, number, wrong in zip(values, numbers, bad, strict=True):
        if value is not None and 0 <= value <= 1e12:
            assert number == value
            assert not wrong
        else:
            assert number is None
            assert wrong == (
                value is not None and (value == value or not as_text)
            )  # the word "nan" is no value


def test_a_source_of_bytes_gives_back_the_bytes() -> None:
    content = json_lines(user(1), user(2)).encode()
    source = ByteSource(content)
    assert source.sample()[0] == content
    assert b"".join(iter(lambda: source.read(7), b"")) == content
    assert source.position == source.total == len(content)


def test_the_sign_alone_is_no_handle() -> None:
    row = {"platform": "x", "account_id": "1", "handle": "@", "followers": 3}
    assert read(json_lines(row)).accounts["handle"].to_list() == [None]
