"""One or both workbooks to terms, links and a report whose counts are the sheets'."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from common.i18n import N_
from encyclopedia.schemas import (
    BroughtVocabulary,
    DeadReference,
    ExchangedTerm,
    ExchangedTermLink,
    FileLine,
    ImportReport,
    Message,
    NotUnderstood,
)
from encyclopedia.sources.disarm.references import Present, links_of
from encyclopedia.sources.disarm.sheets import REFERENCES, SHEETS, Record, read_sheets, terms_of

LICENCE = "CC-BY-SA-4.0"
ATTRIBUTION = "DISARM Foundation, DISARM framework"


def is_disarm(sheet_names: Iterable[str]) -> bool:
    """Whether a workbook's sheets are those of either DISARM workbook."""
    names = set(sheet_names)
    return {"techniques", "countermeasures"} <= names or {"incidents", "externalgroups"} <= names


def read_disarm(files: Mapping[str, bytes], known: Iterable[ExchangedTerm] = ()) -> BroughtVocabulary:
    """Read DISARM's workbooks, by file name. `known`: terms that exist already, where only one of the two is given.

    Raises `Invalid` where a file is not a workbook.
    """
    books = {name: read_sheets(content) for name, content in sorted(files.items())}
    terms: list[ExchangedTerm] = []
    for sheets in books.values():
        for name, records in sheets.items():
            if name in SHEETS:
                terms.extend(terms_of(SHEETS[name], records))
    archives = _archives(books)
    terms = [_with_addresses(term, archives) if term.kind == "incident" else term for term in terms]
    present = Present([*known, *terms])
    links = [
        link
        for sheets in books.values()
        for name, records in sheets.items()
        for link in links_of(name, records, present)
    ]
    return BroughtVocabulary(tuple(terms), tuple(links), _report(books, terms, links, present))


def _archives(books: Mapping[str, dict[str, list[Record]]]) -> dict[str, Record]:
    """Return the rows of the sheets of addresses, by address."""
    rows = (record for sheets in books.values() for record in sheets.get("urls", []))
    return {record["url_id"]: record for record in rows if record.get("url_id")}


def _with_addresses(term: ExchangedTerm, archives: Mapping[str, Record]) -> ExchangedTerm:
    """Return an incident whose addresses are objects with their archived copies."""
    sources: list[dict[str, Any]] = []
    for address in term.extra.get("urls", "").split():
        address = address.strip(",;")
        row = archives.get(address, {})
        about = {key: row[key] for key in ("pub_date", "authors", "org", "archive_link") if row.get(key)}
        sources.append({"url": address, **about})
    return replace(term, extra={**term.extra, "sources": sources}) if sources else term


def _report(
    books: Mapping[str, dict[str, list[Record]]],
    terms: list[ExchangedTerm],
    links: list[ExchangedTermLink],
    present: Present,
) -> ImportReport:
    counts: dict[str, int] = dict(sorted(Counter(term.kind for term in terms).items()))
    for link in links:
        for key in (
            f"{link.from_kind} {link.relation} {link.to_kind}",
            f"{link.from_kind} {link.relation} {link.to_kind} {link.state}",
        ):
            counts[key] = counts.get(key, 0) + 1
    return ImportReport(
        kind="disarm",
        files=tuple(_account(book, name, records) for book, sheets in books.items() for name, records in sheets.items()),
        counts=counts,
        not_understood=tuple(_without_code(books)),
        dead_references=tuple(_dead(link, link.state, present) for link in links if link.state != "resolved"),
    )  # fmt: skip


def _account(book: str, sheet: str, records: list[Record]) -> FileLine:
    path = f"{book} › {sheet}"
    if sheet in SHEETS or sheet in REFERENCES:
        found = sum(bool(record.get("disarm_id") or record.get("url_id")) for record in records)
        sentence = N_("%(rows)s rows.")
        return FileLine(
            path=path, outcome="entries", notes=(Message(template=sentence, values={"rows": found}),)
        )
    sentence = N_("This sheet holds no terms; it was passed over.")
    return FileLine(path=path, outcome="passed_over", notes=(Message(template=sentence),))


def _without_code(books: Mapping[str, dict[str, list[Record]]]) -> Iterable[NotUnderstood]:
    reason = Message(template=N_("A row without an id; it was left out."))
    for book, sheets in books.items():
        for name, records in sheets.items():
            if name not in SHEETS:
                continue
            for number, record in enumerate(records, start=2):
                if not record.get("disarm_id"):
                    text = " ".join(value for value in record.values() if value)[:300]
                    yield NotUnderstood(path=f"{book} › {name}", line=number, text=text, reason=reason)


def _dead(
    link: ExchangedTermLink, state: Literal["dead", "reused", "unclear"], present: Present
) -> DeadReference:
    return DeadReference(
        from_kind=link.from_kind,
        from_code=link.from_code,
        to_kind=link.to_kind,
        to_code=link.to_code,
        raw=link.raw,
        state=state,
        likeness=link.likeness,
        present_name=present.names.get((link.to_kind, link.to_code), ""),
        proposals=link.proposals,
    )
