"""Open data as files: what there is, and writing each to a stream."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.orm import Session

from common.errors import NotFound
from common.i18n import N_
from common.i18n import gettext as _
from political_ads.core.export.cells import BOM, csv_lines
from political_ads.core.export.label_studio import annotation, prediction, task
from political_ads.core.export.pseudonyms import pseudonym
from political_ads.core.export.rows import TABLES, Row, as_cells, as_record, column_types, columns_of
from political_ads.core.questionnaires.votes import NO
from political_ads.core.spans import spans_of
from political_ads.models import Campaign
from political_ads.queries.published import answers_in, item_parts, labels_in, sizes
from political_ads.queries.questionnaires import Version
from political_ads.service.published_rows import ad_records, answer_rows, creative_rows, label_rows
from political_ads.sources.parquet import write_parquet

PIECE = 1 << 18  # bytes sent at once
AT_ONCE = (
    20_000  # creatives and answers together, up to which a file is made while the reader waits: some seconds
)


@dataclass(frozen=True)
class Format:
    """A form in which a table can be had."""

    extension: str
    media_type: str


FORMATS = {
    "csv": Format("csv", "text/csv; charset=utf-8"),
    "jsonl": Format("jsonl", "application/jsonl"),
    "parquet": Format("parquet", "application/vnd.apache.parquet"),
    "json": Format("json", "application/json"),
}
FILES: dict[str, tuple[str, str, tuple[str, ...]]] = {  # key → name, what it is for, its formats
    "labels": (
        N_("Labels"),
        N_("What the answers add up to, one row for each creative and question, with confidence and votes."),
        ("csv", "jsonl", "parquet"),
    ),
    "answers": (
        N_("Answers"),
        N_(
            "What each volunteer said, one row for each answer and question, under a pseudonym that holds in this file alone."
        ),
        ("csv", "jsonl", "parquet"),
    ),
    "creatives": (
        N_("Creatives"),
        N_("The ads’ texts, pages, spend, impressions and dates, one row for each creative."),
        ("csv", "jsonl", "parquet"),
    ),
    "label-studio": (
        N_("Label Studio"),
        N_("Tasks with volunteers’ answers as annotations and labels as predictions, ready to import."),
        ("json",),
    ),
    "transparency": (
        N_("Transparency standard"),
        N_("The ads in the Political Advertising Transparency Data Standard 1.0.0, one object for each."),
        ("jsonl",),
    ),
}


@dataclass(frozen=True)
class Order:
    """A file that somebody wants. `key` makes its pseudonyms, and is forgotten with it."""

    what: str
    format: str
    key: bytes


def checked(what: str, format_name: str) -> tuple[str, str]:
    """Return what was asked for. Raises `NotFound` where there is no such file."""
    if what not in FILES or format_name not in FILES[what][2]:
        raise NotFound(_("There is no such file."))
    return what, format_name


def work_of(session: Session, campaign: Campaign) -> int:
    """Return how much work a campaign's files are: creatives and answers."""
    return sum(sizes(session, campaign))


def pieces_of(
    session: Session,
    campaign: Campaign,
    version: Version,
    order: Order,
    *,
    tell: Callable[[int], None] = lambda _rows: None,
) -> Iterator[bytes]:
    """Yield a file's bytes. `tell` is told now and then how many rows were written."""
    if order.what == "label-studio":
        yield from _joined(_tasks(session, campaign, version, order.key), tell)
        return
    if order.what == "transparency":
        for records in ad_records(session, campaign):
            tell(len(records))
            yield b"".join(orjson.dumps(record) + b"\n" for record in records)
        return
    parts = _told(_rows(session, campaign, version, order), tell)
    match order.format:
        case "csv":
            yield (BOM + csv_lines([columns_of(TABLES[order.what])])).encode()
            for part in parts:
                yield csv_lines(as_cells(row) for row in part).encode()
        case "jsonl":
            for part in parts:
                yield b"".join(orjson.dumps(as_record(row)) + b"\n" for row in part)
        case _:
            yield from _parquet(parts, order.what)


def _rows(session: Session, campaign: Campaign, version: Version, order: Order) -> Iterator[list[Row]]:
    match order.what:
        case "labels":
            return label_rows(session, campaign, version)
        case "answers":
            return answer_rows(session, campaign, order.key)
        case _:
            return creative_rows(session, campaign)


def _told(parts: Iterator[list[Row]], tell: Callable[[int], None]) -> Iterator[list[Row]]:
    for part in parts:
        tell(len(part))
        yield part


def _parquet(parts: Iterator[list[Row]], what: str) -> Iterator[bytes]:
    """Write the file beside, then send it: Parquet keeps its table of contents at the end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        records = ([as_record(row) for row in part] for part in parts)
        write_parquet(records, column_types(TABLES[what]), path)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _joined(tasks: Iterator[list[dict[str, Any]]], tell: Callable[[int], None]) -> Iterator[bytes]:
    """Yield a JSON list of tasks, part by part."""
    first = True
    yield b"["
    for part in tasks:
        tell(len(part))
        lines = b",\n".join(orjson.dumps(one) for one in part)
        yield (b"\n" if first else b",\n") + lines
        first = False
    yield b"\n]\n"


def _tasks(
    session: Session, campaign: Campaign, version: Version, key: bytes
) -> Iterator[list[dict[str, Any]]]:
    main = version.content.main.key
    for part in item_parts(session, campaign):
        ids = [item.id for item, _creative, _ad in part]
        labels, answers = labels_in(session, ids), answers_in(session, ids)
        tasks = []
        for item, creative, _ad in part:
            given = [answer for answer in answers[item.id] if answer.answers]
            known = {label.question: label for label in labels[item.id]}
            names = {question: label.label for question, label in known.items()}
            marked = {
                question: spans_of(label.spans, creative.text)
                for question, label in known.items()
                if label.label != NO
            }
            data = {
                "text": creative.text,
                "page": creative.page_name,
                "title": creative.title,
                "language": creative.language,
                "state": item.state,
                "disputed": item.disputed,
                "random_set": item.sampled,
                "contributors": [pseudonym(answer.contributor_id, key) for answer in given],
            }
            annotations = [
                annotation(version.content, answer.answers, creative.text, answer.highlights)
                for answer in given
            ]
            sure = known[main].confidence if main in known else 0.0
            predicted = prediction(version.content, names, sure, marked, creative.text)
            predictions = [predicted] if main in known else []
            tasks.append(task(creative.id, data, annotations, predictions))
        yield tasks


def steps_of(session: Session, campaign: Campaign, what: str) -> int:
    """Return about how many rows a file has, for a progress bar."""
    creatives, answers = sizes(session, campaign)
    return max(1, answers if what == "answers" else creatives)


def first_bytes(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Begin a file at once, so that what cannot be written fails before the answer has begun."""
    first = next(pieces, b"")
    return chain([first], pieces)
