"""The conditions by which words, advertisers and filters find creatives: both databases' full-text search behind one expression.

The index `ads_fts` (migration 0005) has a creative's title, its pages' names, its text, and its facets: words that filters ask for.
Words are whole, without accents and case; a word of three letters or more also finds what begins with it. Nothing that people
type raises: they write words, not the databases' languages.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Self

from sqlalchemy import (
    Boolean,
    ColumnElement,
    String,
    case,
    cast,
    func,
    literal,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType

from political_ads.models import Ad, Creative
from political_ads.schemas import Query

MOST_TERMS = 20
MANY = (
    50_000  # creatives that fit, from which on SQLite goes through all in order: one in twenty of a million
)
BEGINS = 3  # letters from which on a word also finds longer ones; the beginnings of one letter are half of all texts
EVERYWHERE, PAGES, FACETS = "words", "pages", "facets"
_FTS5 = {EVERYWHERE: "{title page_names text}", PAGES: "page_names", FACETS: "facets"}
_WEIGHTS = {EVERYWHERE: "ABD", PAGES: "B", FACETS: "C"}
_TERMS = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True)
class Term:
    """Words that stand together, in a place of the index; `begins`: the last one may go on."""

    words: str
    place: str = EVERYWHERE
    begins: bool = False

    def fts5(self) -> str:
        """Return it as FTS5 writes it; the words have no quotation mark."""
        return f'{_FTS5[self.place]} : "{self.words}"{"*" if self.begins else ""}'

    def weights(self) -> str:
        """Return where PostgreSQL's `ads_query` looks for it."""
        return _WEIGHTS[self.place] + ("*" if self.begins else "")


class _InIndex(FunctionElement[bool]):
    """`creative id IN (the index's rows that fit)`. Arguments: the id, the FTS5 query, the tsquery; each database reads its own."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: OperatorType | None = None) -> Self:  # noqa: ARG002 - SQLAlchemy's interface
        """Return it as it is: it compares already, and SQLite walks the whole table where `= 1` is written behind."""
        return self


@compiles(_InIndex, "sqlite")
def _in_fts5(element: FunctionElement[bool], compiler: SQLCompiler, **kw: Any) -> str:
    creative_id, match, _tsquery = element.clauses
    rows = f"SELECT rowid FROM ads_fts WHERE ads_fts MATCH {compiler.process(match, **kw)}"  # noqa: S608 - bound
    return f"{compiler.process(creative_id, **kw)} IN ({rows})"


@compiles(_InIndex, "postgresql")
def _in_tsvector(element: FunctionElement[bool], compiler: SQLCompiler, **kw: Any) -> str:
    creative_id, _match, tsquery = element.clauses
    rows = f"SELECT creative_id FROM ads_fts WHERE words @@ ({compiler.process(tsquery, **kw)})"  # noqa: S608 - bound
    return f"{compiler.process(creative_id, **kw)} IN ({rows})"


def facets_of_ad() -> ColumnElement[str]:
    """Return the SQL for what filters ask of an ad, as words: `countryFR`, `sourcemeta_end`, `declaredyes` or `declaredno`."""
    listed = cast(Ad.countries, String)  # ["FR", "BE"], on both databases
    countries = func.replace(func.replace(listed, '["', " country"), ', "', " country")
    declared = case((Ad.declared_political.is_(True), " declaredyes"), else_=" declaredno")
    return (
        countries
        + " source"
        + Ad.source
        + "_end"
        + case((Ad.declared_political.is_not(None), declared), else_="")
    )


def facets(countries: Sequence[str], source: str, *, declared: bool | None) -> str:
    """Return the same of an ad's values, so that most groups are written into the index once."""
    listed = json.dumps(list(countries)).replace('["', " country").replace(', "', " country")
    said = "" if declared is None else " declaredyes" if declared else " declaredno"
    return f"{listed} source{source}_end{said}"


def in_index(wanted: Query) -> list[Sequence[Term]]:
    """Return what the index is asked for a query: every clause must be met, by any of its terms. Empty: nothing.

    Of filters on ads the index knows the groups only: one ad may have the country and another one the source.
    """
    clauses: list[Sequence[Term]] = [[term] for term in terms(wanted.text)]
    clauses += [[term] for term in terms(wanted.advertiser, PAGES)]
    declared = () if wanted.declared is None else ("yes" if wanted.declared else "no",)
    filters = (
        _facets("country{}", wanted.countries),
        _facets("source{}_end", wanted.sources),
        _facets("declared{}", declared),
        _facets("language{}", wanted.languages),
    )
    return clauses + [each for each in filters if each]


def only_signs(wanted: Query) -> bool:
    """Say whether words or an advertiser were typed in which nothing is left to look for."""
    return any(typed.strip() and not terms(typed) for typed in (wanted.text, wanted.advertiser))


def found(clauses: Sequence[Sequence[Term]], *, many: bool = False) -> ColumnElement[bool]:
    """Return the condition that a creative fits every clause, which is any of its terms.

    `many`: SQLite goes through its creatives in the order asked for until enough of them are found, instead of fetching all that
    fit and sorting them. PostgreSQL knows by itself which is quicker.
    """
    either = (
        reduce(lambda one, other: one.op("||")(other), (_tsquery(term) for term in clause))
        for clause in clauses
    )
    every = reduce(lambda one, other: one.op("&&")(other), (each.self_group() for each in either))
    within = _InIndex(Creative.id, literal(_match(clauses)), every)
    return within.is_(True) if many else within


def are_many(session: Session, clauses: Sequence[Sequence[Term]]) -> bool:
    """Say whether so many creatives fit that going through all in order finds enough of them soon; asked of SQLite only."""
    if not clauses or session.get_bind().dialect.name != "sqlite":
        return False
    fitting = text("SELECT count(*) FROM (SELECT 1 FROM ads_fts WHERE ads_fts MATCH :match LIMIT :many)")
    counted = session.execute(fitting, {"match": _match(clauses), "many": MANY})
    return int(counted.scalar_one()) == MANY


def terms(typed: str, place: str = EVERYWHERE) -> list[Term]:
    """Return what a person typed: each word, and words in quotation marks as they stand; at most `MOST_TERMS`."""
    return list(_terms(typed, place))[:MOST_TERMS]


def _terms(typed: str, place: str) -> Iterator[Term]:
    for quoted, word in _TERMS.findall(typed):
        given = quoted or word
        if any(letter.isalnum() for letter in given):
            yield Term(given, place, begins=bool(word) and len(word) >= BEGINS)


def _facets(form: str, values: Sequence[str]) -> list[Term]:
    return [Term(form.format(value.replace('"', " ")), FACETS) for value in values]


def _match(clauses: Sequence[Sequence[Term]]) -> str:
    """Return the clauses as FTS5 writes them."""
    return " AND ".join(f"({' OR '.join(term.fts5() for term in clause)})" for clause in clauses)


def _tsquery(term: Term) -> ColumnElement[Any]:
    return func.ads_query(term.words, term.weights())
