"""A made-up encyclopedia of realistic size: words by Zipf's law, texts of 500 words, facets, links, citations, history.

    fill(database, entries=10_000, rng=np.random.default_rng(1))

writes straight into the tables and the search's index what saving would have written, but for renderings and log lines. No word
of it means anything: words are made of syllables, the commonest ones are each language's own.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from common.db import Database
from common.i18n import use_locale
from common.taxonomy import Criterion, EntryKind, Phase
from encyclopedia.actions.counting import word_row
from encyclopedia.actions.derive import facets_of
from encyclopedia.actions.indexing import LANGUAGE, SOURCE, fts_row, spoken_sheet
from encyclopedia.core.fields import FRESH_DAYS, FieldType, fields_of
from encyclopedia.core.indexed import Content, indexed, vectors
from encyclopedia.core.words import STOP_WORDS, filter_token, fold
from encyclopedia.models.search import COUNTED_TO
from encyclopedia.schemas import SHEET, Fact, Sheet

VOCABULARY = 60_000  # words of a language
BODY = 500  # words of a text
AT_ONCE = 500  # entries a transaction
TRANSLATED = 0.15  # of the entries have a text in both languages
LINKS, CITATIONS, SOURCES = 5, 3, 5_000
OLDEST, NEWEST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
SYLLABLES = {
    "en": "al an ar be com con de der dis ed en er ex for form gen hap in ing ist ker lan ly man ment mis ness old out per pre pro re shi son ter tion un ver wor".split(),  # noqa: SIM905
    "fr": "ai an au bou ca chan com con cou dé dis é eau em en eur fai fran gou il ion jou lan li ma ment mi mou né ou pa par pré qua ré san té tion tra ver vi".split(),  # noqa: SIM905
}
FACET_VALUES = {
    FieldType.COUNTRY: ["FR", "DE", "US", "GB", "UA", "EE", "TW", "BR", "IN", "ML"],
    FieldType.LANGUAGE: ["en", "fr", "de", "es", "uk", "pt", "zh", "ar"],
    FieldType.LICENCE: ["proprietary", "MIT", "GPL-3.0-only", "AGPL-3.0-only", "Apache-2.0"],
    FieldType.TERM: [f"T{number:04}" for number in range(1, 121)],
}
KINDS = tuple(EntryKind)
KIND_SHARES = (0.3, 0.2, 0.25, 0.15, 0.1)
Row = dict[str, Any]


@dataclass
class Rows:
    """The rows of some entries, by table."""

    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, **row: object) -> None:
        """Add a row."""
        self.tables.setdefault(table, []).append(row)


@dataclass
class Corpus:
    """A generator's state: vocabularies, where ids begin, what is counted for the search."""

    rng: np.random.Generator
    words: dict[str, list[str]]
    chances: NDArray[np.float64]  # cumulated, by rank
    revisions: int
    first_id: int
    entry_id: int
    page_id: int
    revision_id: int
    pages_with: Counter[str] = field(default_factory=Counter)
    titles_with: Counter[str] = field(default_factory=Counter)
    facets: Counter[tuple[str, str]] = field(default_factory=Counter)

    def draw(self, language: str, count: int) -> list[str]:
        """Draw words by Zipf's law."""
        ranks = np.searchsorted(self.chances, self.rng.random(count))
        known = self.words[language]
        return [known[rank] for rank in ranks]

    def title(self, language: str) -> str:
        """Return three to five words that are neither the commonest nor the rarest, with the first letter in capitals."""
        ranks = self.rng.integers(100, 20_000, int(self.rng.integers(3, 6)))
        return " ".join(self.words[language][rank] for rank in ranks).capitalize()


def vocabulary(rng: np.random.Generator, language: str, size: int = VOCABULARY) -> list[str]:
    """Return made-up words by falling frequency, a language's own commonest words first; every sixth is a plural."""
    common = sorted(STOP_WORDS)
    parts = SYLLABLES[language]
    found = dict.fromkeys(common)
    while len(found) < size:
        picks = rng.integers(0, len(parts), (size, 4))
        lengths = rng.integers(2, 5, size)
        for pick, length in zip(picks, lengths, strict=True):
            word = "".join(parts[at] for at in pick[:length])
            found.setdefault(word)
            if pick[0] % 6 == 0:
                found.setdefault(word + "s")
    return list(found)[:size]


def new_corpus(connection: Connection, rng: np.random.Generator, revisions_each: int) -> Corpus:
    """Return a generator whose ids begin behind those that the database has."""
    chances = np.cumsum(1.0 / (np.arange(VOCABULARY) + 2.7))  # Mandelbrot's form of Zipf's law
    ids = [
        connection.execute(text(f"SELECT coalesce(max(id), 0) + 1 FROM encyclopedia_{table}")).scalar_one()  # noqa: S608
        for table in ("entry", "page", "revision")
    ]
    words = {language: vocabulary(rng, language) for language in SYLLABLES}
    return Corpus(rng, words, chances / chances[-1], revisions_each, ids[0], *ids)


def fill(
    database: Database,
    entries: int,
    rng: np.random.Generator,
    revisions_each: int = 3,
    progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005
) -> Corpus:
    """Write `entries` entries with their pages, revisions, links, citations, facets and search index; return the generator."""
    with database.engine.connect() as connection:
        corpus = new_corpus(connection, rng, revisions_each)
    for start in range(0, entries, AT_ONCE):
        rows = Rows()
        for _ in range(min(AT_ONCE, entries - start)):
            add_entry(corpus, rows)
        with database.write() as session:
            write(session.connection(), rows)
        progress(min(start + AT_ONCE, entries), entries)
    with database.write() as session:
        write_counts(session.connection(), corpus)
    if database.is_sqlite:
        with database.write() as session:
            session.execute(text("ANALYZE"))
    else:
        _finish_postgres(database)
    return corpus


def add_entry(corpus: Corpus, rows: Rows) -> None:
    """Add one entry: its sheet, a text, and sometimes a second one."""
    rng, entry_id = corpus.rng, corpus.entry_id
    corpus.entry_id += 1
    kind = KINDS[int(rng.choice(len(KINDS), p=KIND_SHARES))]
    made = OLDEST + (NEWEST - OLDEST) * float(rng.random())
    changed = made + timedelta(days=corpus.revisions)
    sheet = new_sheet(rng, kind)
    stored = sheet.model_dump(mode="json", exclude_defaults=True)
    reviewed = changed if rng.random() < 0.5 else None
    rows.add(
        "entry", id=entry_id, kind=kind.value, sheet=stored, protection="open", reviewed_at=reviewed,
        reviewed_by="Robin" if reviewed else "", review_due_at=changed + timedelta(days=FRESH_DAYS[kind]), licence="CC-BY-4.0",
        attribution="", created_at=made, updated_at=changed,
    )  # fmt: skip
    facets = sorted(set(facets_of(kind.value, sheet)))
    for key, value in facets:
        rows.add("facet", entry_id=entry_id, key=key, value=value)
        corpus.facets[key, value] += 1
    languages = ["en", "fr"] if rng.random() < 0.5 else ["fr", "en"]
    _add_page(
        rows, corpus, entry_id, SHEET, f"e{entry_id}", "", [orjson.dumps(stored).decode()], made, stored
    )
    for language in languages if rng.random() < TRANSLATED else languages[:1]:
        add_text(corpus, rows, entry_id, kind, language, made, stored, facets)


def new_sheet(rng: np.random.Generator, kind: EntryKind) -> Sheet:
    """Return a sheet with one or two phases, a criterion, and every facet that the kind has."""
    facts = {}
    for definition in fields_of(kind):
        if definition.facet:
            known = [code for code, _ in definition.choices] or FACET_VALUES[definition.type]
            picked = rng.choice(len(known), 2 if definition.many else 1, replace=False)
            facts[definition.key] = tuple(Fact(value=known[at]) for at in picked)
    phases, criteria = tuple(Phase), tuple(Criterion)
    return Sheet(
        phases=tuple(phases[at] for at in sorted(rng.choice(len(phases), 1 + int(rng.random() < 0.3), replace=False))),
        criteria=(criteria[int(rng.integers(len(criteria)))],),
        facts=facts,
    )  # fmt: skip


def add_text(  # noqa: PLR0913 - a page is made of these
    corpus: Corpus, rows: Rows, entry_id: int, kind: EntryKind, language: str, made: datetime,
    sheet: dict[str, Any], facets: Sequence[tuple[str, str]],
) -> None:  # fmt: skip
    """Add one language's page with its revisions, each a third longer, and what is derived from the newest."""
    rng, page_id = corpus.rng, corpus.page_id
    title, lead = corpus.title(language), " ".join(corpus.draw(language, 14)).capitalize() + "."
    paragraphs = [" ".join(corpus.draw(language, 50)).capitalize() + "." for _ in range(BODY // 50)]
    slugs = [f"e{number}" for number in rng.integers(corpus.first_id, entry_id + 1, LINKS)]
    keys = [f"s{number}" for number in rng.integers(0, SOURCES, CITATIONS)]
    marked = [f"## {paragraphs[0][:20].strip()}", *paragraphs]
    for at, slug in enumerate(slugs):
        marked[1 + at] += f" See [[{slug}]]."
    for at, key in enumerate(keys):
        marked[-1 - at] += f" [@{key}]"
    bodies = [
        "\n\n".join(marked[: len(marked) * (number + 1) // corpus.revisions]) + "\n"
        for number in range(corpus.revisions)
    ]
    _add_page(rows, corpus, entry_id, language, f"e{entry_id}", lead, bodies, made, None, title=title)
    for slug in dict.fromkeys(slugs):
        rows.add("link", page_id=page_id, slug=slug, entry_id=int(slug[1:]))
    for key in dict.fromkeys(keys):
        rows.add("citation", page_id=page_id, source_key=key)
    with use_locale(language):
        facts = spoken_sheet(kind.value, sheet)
    content = Content(language, title, "", lead, facts, "\n".join([lead, *paragraphs]))
    add_index(corpus, rows, entry_id, page_id, content, facets, keys)


def add_index(
    corpus: Corpus, rows: Rows, entry_id: int, page_id: int, content: Content,
    facets: Sequence[tuple[str, str]], sources: Iterable[str],
) -> None:  # fmt: skip
    """Add what `actions.indexing.index_page` would have kept."""
    words = indexed(content)
    corpus.pages_with.update(words.vocabulary)
    corpus.titles_with.update(words.title_words)
    corpus.facets[LANGUAGE, content.language] += 1
    tokens = [filter_token(key, value) for key, value in [*facets, (LANGUAGE, content.language)]]
    filters = [*tokens, *(filter_token(SOURCE, key) for key in sources)]
    head, everything = vectors(words, filters)
    rows.add(
        "search_page", page_id=page_id, entry_id=entry_id, language=content.language, sort_title=fold(content.title),
        facets=",".join(tokens), counted=corpus.page_id - page_id == 1, head=head, everything=everything,
    )  # fmt: skip
    rows.add(
        "search_text", page_id=page_id, revision_id=corpus.revision_id - 1, words=words.words, stems=words.stems, plain=content.plain,
    )  # fmt: skip
    rows.add("fts", **fts_row(page_id, words, filters))


def _add_page(  # noqa: PLR0913 - the same
    rows: Rows, corpus: Corpus, entry_id: int, language: str, slug: str, lead: str, bodies: Sequence[str], made: datetime,
    sheet: dict[str, Any] | None, *, title: str = "Sheet",
) -> None:  # fmt: skip
    """Add a page and its revisions; the ids move on."""
    page_id, size = corpus.page_id, 0
    for number, body in enumerate(bodies, 1):
        content = body.encode()
        rows.add(
            "revision", id=corpus.revision_id, page_id=page_id, number=number, parent_id=corpus.revision_id - 1 if number > 1 else None,
            at=made + timedelta(days=number), author_name="Robin", summary="", minor=False, bot=False, origin="edit", title=title,
            lead=lead, fields={}, body="" if sheet else body, sheet=sheet, bytes=len(content), bytes_before=size,
            sha1=sha1(content, usedforsecurity=False).hexdigest(), spam=0.0, patrolled_by="",
        )  # fmt: skip
        corpus.revision_id += 1
        size = len(content)
    changed = made + timedelta(days=len(bodies))
    rows.add(
        "page", id=page_id, entry_id=entry_id, language=language, slug=slug, title=title, lead=lead,
        revision_id=corpus.revision_id - 1, state="draft", bytes=size, touched_at=changed, updated_at=changed,
    )  # fmt: skip
    corpus.page_id += 1


ORDER = ("entry", "page", "revision", "facet", "link", "citation", "search_page", "search_text", "fts")
ONLY_POSTGRES = {"head", "everything"}


def write(connection: Connection, rows: Rows) -> None:
    """Write rows: on SQLite by one prepared statement a table, on PostgreSQL by COPY."""
    postgres = connection.dialect.name == "postgresql"
    for name in ORDER:
        found = rows.tables.get(name, [])
        if not found or (name == "fts" and postgres):
            continue
        columns = [column for column in found[0] if postgres or column not in ONLY_POSTGRES]
        listed = ", ".join("rowid" if name == "fts" and column == "page" else column for column in columns)
        values = ([_plain(row[column], postgres=postgres) for column in columns] for row in found)
        if postgres:
            _copy(connection, f"COPY encyclopedia_{name} ({listed}) FROM STDIN", values)
        else:
            marks = ", ".join("?" * len(columns))
            statement = f"INSERT INTO encyclopedia_{name} ({listed}) VALUES ({marks})"  # noqa: S608 - our own names
            connection.exec_driver_sql(statement, [tuple(row) for row in values])


def write_counts(connection: Connection, corpus: Corpus) -> None:
    """Write how often words and facets are; into an encyclopedia that was empty."""
    rows = Rows()
    for word, pages in corpus.pages_with.items():
        rows.add(
            "search_word", **word_row(word, min(pages, COUNTED_TO), min(corpus.titles_with[word], COUNTED_TO))
        )
    for (key, value), entries in corpus.facets.items():
        rows.add("search_facet", token=filter_token(key, value), key=key, value=value, entries=entries)
    for name, found in rows.tables.items():
        columns = list(found[0])
        marks = ", ".join(f":{column}" for column in columns)
        statement = f"INSERT INTO encyclopedia_{name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
        for start in range(0, len(found), 5_000):
            connection.execute(text(statement), found[start : start + 5_000])


def asked_words(corpus: Corpus, rng: np.random.Generator, count: int, words: int = 2) -> Iterator[str]:
    """Give searches for words as often as texts hold them, without those that every search leaves out."""
    for _ in range(count):
        language = "en" if rng.random() < 0.5 else "fr"
        found: list[str] = []
        while len(found) < words:
            ranks = np.searchsorted(corpus.chances, rng.random(words))
            found += [w for rank in ranks if (w := corpus.words[language][rank]) not in STOP_WORDS]
        yield " ".join(found[:words])


def _plain(value: object, *, postgres: bool) -> object:
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    if isinstance(value, datetime) and not postgres:
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return value


def _copy(connection: Connection, statement: str, rows: Iterable[Sequence[object]]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _finish_postgres(database: Database) -> None:
    """Move the sequences behind the ids that were written, and let the planner know what is there."""
    with database.write() as session:
        for table in ("entry", "page", "revision"):
            session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('encyclopedia_{table}', 'id'), "  # noqa: S608
                    f"(SELECT max(id) FROM encyclopedia_{table}))"
                )
            )
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
