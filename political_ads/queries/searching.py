"""The conditions by which words, advertisers and filters find creatives: both databases' full-text search behind one expression.

The index `ads_fts` (migration 0005) has a creative's title, its pages' names, its text, and its facets: words that filters ask for.
Words are whole, without accents and case; a word of three letters or more also finds what begins with it. Nothing that people
type raises: they write words, not the databases' languages.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    String,
    case,
    cast,
    false,
    func,
    literal,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from political_ads.models import Ad, Creative
from political_ads.schemas import Query

MOST_TERMS = 20
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
    """Return the SQL for what filters ask of an ad: countries as two letters, `source…`, `declaredyes` or `declaredno`."""
    declared = case((Ad.declared_political.is_(True), " declaredyes"), else_=" declaredno")
    return (
        cast(Ad.countries, String)
        + " source"
        + Ad.source
        + case((Ad.declared_political.is_not(None), declared), else_="")
    )


def in_index(wanted: Query) -> list[ColumnElement[bool]]:
    """Return the conditions on creatives that the index answers: words and advertiser exactly, filters at least roughly.

    Roughly: of one group, one ad may have the country and another one the source. Who needs both of one ad asks the ads too.
    """
    words, pages = terms(wanted.text), terms(wanted.advertiser, PAGES)
    if (wanted.text.strip() and not words) or (wanted.advertiser.strip() and not pages):
        return [false()]  # nothing but signs: nothing can be found by it
    clauses = [[term] for term in (*words, *pages)]
    clauses += [_facets("", wanted.countries), _facets("source", wanted.sources)]
    clauses += [_facets("declared", () if wanted.declared is None else ("yes" if wanted.declared else "no",))]
    clauses = [clause for clause in clauses if clause]
    if clauses:
        clauses += [clause for clause in [_facets("language", wanted.languages)] if clause]
    return [found(clauses)] if clauses else []


def found(clauses: Sequence[Sequence[Term]]) -> ColumnElement[bool]:
    """Return the condition that a creative fits every clause, which is any of its terms."""
    match = " AND ".join(f"({' OR '.join(term.fts5() for term in clause)})" for clause in clauses)
    either = (
        reduce(lambda one, other: one.op("||")(other), (_tsquery(term) for term in clause))
        for clause in clauses
    )
    every = reduce(lambda one, other: one.op("&&")(other), (each.self_group() for each in either))
    return _InIndex(Creative.id, literal(match), every)


def terms(text: str, place: str = EVERYWHERE) -> list[Term]:
    """Return what a person typed: each word, and words in quotation marks as they stand; at most `MOST_TERMS`."""
    return list(_terms(text, place))[:MOST_TERMS]


def _terms(text: str, place: str) -> Iterator[Term]:
    for quoted, word in _TERMS.findall(text):
        given = quoted or word
        if any(letter.isalnum() for letter in given):
            yield Term(given, place, begins=bool(word) and len(word) >= BEGINS)


def _facets(kind: str, values: Sequence[str]) -> list[Term]:
    """Return what any of some values is found by; nothing where one of them has no letter or digit to find it by."""
    given = [Term(kind + _without(value), FACETS) for value in values]
    return given if all(any(map(str.isalnum, value)) for value in values) else []


def _without(value: str) -> str:
    return value.replace('"', " ")


def _tsquery(term: Term) -> ColumnElement[Any]:
    return func.ads_query(term.words, term.weights())
