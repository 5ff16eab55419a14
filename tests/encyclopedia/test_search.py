"""What the search finds, in which order: one set of expectations for both databases."""

import shutil
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from common.accounts.actors import operator
from common.db import Database, open_database
from encyclopedia.queries.search import Only, SearchQuery, Sort, complete, did_you_mean, search
from encyclopedia.schemas import Text
from tests.conftest import _server
from tests.encyclopedia.conftest import make_entry
from tests.encyclopedia.search_documents import DOCUMENTS, Document, Told

OPERATOR = operator()


def text_of(told: Told) -> Text:
    fields = {"synonyms": told.synonyms} if told.synonyms else {}
    return Text(title=told.title, lead=told.lead, fields=fields, body=told.body)


def add(session: Session, document: Document) -> None:
    first, *others = document.texts
    text = text_of(first)
    make_entry(
        session,
        first.title,
        kind=document.kind,
        language=first.language,
        sheet=document.sheet,
        lead=text.lead,
        fields=text.fields,
        body=text.body,
        translations={told.language: text_of(told) for told in others},
    )


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The documents in a database of each kind, written once for all tests, which only read."""
    name = f"t_{uuid.uuid4().hex}"
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("library") / "library.sqlite3"
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copyfile(template, path)
        url = f"sqlite:///{path}"
    else:
        server: str = request.getfixturevalue("postgres_server")
        template_name: str = request.getfixturevalue("postgres_template")
        names = sql.Identifier(name), sql.Identifier(template_name)
        with _server(server) as link:
            link.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        url = make_url(server).set(database=name).render_as_string(False)
    opened = open_database(url)
    with opened.write() as session:
        for document in DOCUMENTS:
            add(session, document)
    yield opened
    opened.close()
    if request.param == "postgresql":
        with _server(server) as link:
            link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def titles(library: Database, wanted: SearchQuery | str, **more: object) -> list[str]:
    query = SearchQuery(wanted) if isinstance(wanted, str) else wanted
    with library.read() as session:
        return [hit.title for hit in search(session, replace(query, **more), size=100).hits]


FIRST = [
    # typed, the reader's language, what must come first, in this order
    ("prebunking", "en", ["Prebunking"]),
    ("PREBUNKING", "en", ["Prebunking"]),
    ("désinformation", "fr", ["Désinformation"]),
    ("desinformation", "fr", ["Désinformation"]),
    ("Desinformation", "en", ["Désinformation"]),
    ("éducation aux médias", "fr", ["Éducation aux médias"]),
    ("education medias", "fr", ["Éducation aux médias"]),
    ("œuvres", "fr", ["Œuvre de propagande"]),
    ("oeuvre", "fr", ["Œuvre de propagande"]),
    ("naive realism", "en", ["Naïve realism"]),
    ("rumours", "en", ["Rumour", "The flooded dam rumour"]),
    ("rumeurs", "fr", ["Rumeur sur les bureaux de vote"]),
    ("journal doublé", "fr", ["Les journaux doublés"]),
    ("doubled newspaper", "en", ["Doubled newspapers"]),
    ("verify claims", "en", ["Fact-checking"]),
    ("vérifier une affirmation", "fr", ["Vérification des faits"]),
    ("fact check", "en", ["Fact-checking"]),
    ("fact-checks", "en", ["Fact-checking"]),
    ("fact checkers network", "en", ["The Verifiers"]),
    ("coordinated accounts", "en", ["Coordinated inauthentic behaviour", "Coordinated behaviour analysis"]),
    ("infox", "fr", ["Désinformation"]),
    ("fake news", "en", ["Disinformation"]),
    ("astroturfing", "fr", ["Similitantisme"]),
    ("astroturfing", "en", ["Astroturfing"]),
    ("deepfake", "fr", ["Hypertrucage"]),
    ("l'inoculation", "fr", ["Prémunition"]),
    ("inoculation", "en", ["Prebunking"]),
    ("voix clonée", "fr", ["Une voix clonée au téléphone"]),
    ("telegram", "en", ["Lapwing"]),
    ("archive", "en", ["Plover Archive", "Glasswing"]),
    ("tool archive", "en", ["Plover Archive"]),
    ("hash", "en", ["Hash", "Plover Archive"]),
    ("mali", "fr", ["Observatoire du Sahel"]),
    ("allemagne", "fr", ["Les journaux doublés"]),
    ("germany rumour", "en", ["The flooded dam rumour"]),
    ("T0049", "en", ["Coordinated behaviour analysis"]),
    ("agpl", "en", ["Plover Archive"]),
    ("emotional language", "en", ["Prebunking"]),
    ("obser*", "en", ["Northern Observatory"]),
    ("ingérence", "fr", ["Ingérence numérique étrangère"]),
    ("étrangères numériques", "fr", ["Ingérence numérique étrangère"]),
    ("the", "en", ["The Verifiers"]),
]


@pytest.mark.parametrize(("typed", "language", "expected"), FIRST)
def test_what_was_meant_comes_first(
    library: Database, typed: str, language: str, expected: list[str]
) -> None:
    assert titles(library, SearchQuery(typed, language))[: len(expected)] == expected


EXACTLY = [
    ('"false claim"', {"Debunking"}),
    ('"claim false"', set()),
    ('"same link"', {"Heron", "Coordinated behaviour analysis"}),
    ("information false -truth -intent -order", set()),
    ("harm -true -platform", {"Disinformation", "Misinformation"}),
    ("kind:tool archive", {"Glasswing", "Plover Archive"}),
    ("kind:tool -archive telegram", {"Lapwing"}),
    ("platform:telegram", {"Lapwing", "The flooded dam rumour"}),
    ("platform:x kind:tool", {"Sandpiper", "Dotterel"}),
    ("status:dead", {"Dotterel", "Harbour Fund"}),
    ("status:dead kind:tool", {"Dotterel"}),
    ("statut:dead genre:tool", {"Dotterel"}),
    ("licence:mit", {"Heron", "Lapwing"}),
    ("country:US election", {"A cloned voice before an election"}),
    ("pays:états-unis kind:case", {"A cloned voice before an election"}),
    ("technique:t0099", {"Doubled newspapers"}),
    ("criterion:artificial", {"Coordinated behaviour analysis"}),
    ("price:free -status:alive kind:tool", {"Dotterel"}),
    ("kind:tool lang:fr", {"Archive Pluvier"}),
    ("lang:fr élection", {"Rumeur sur les bureaux de vote"}),
    ("lang:en radio", {"Curlew"}),
    ("kind:nothing", set()),
]


@pytest.mark.parametrize(("typed", "expected"), EXACTLY)
def test_phrases_minus_words_and_filters_find_these_and_no_others(
    library: Database, typed: str, expected: set[str]
) -> None:
    assert set(titles(library, typed)) == expected


SLIPS = [
    ("prebuncking", "prebunking"),
    ("disinfromation", "disinformation"),
    ("desinfrmation", "desinformation"),
    ("telegarm channels", "telegram channels"),
    ("lapwign", "lapwing"),
    ("astrotufring", "astroturfing"),
    ("ypertrucage", "hypertrucage"),
    ("prémunitoin kind:practice", "premunition kind:practice"),
    ('"flase claim"', '"false claim"'),
]


@pytest.mark.parametrize(("typed", "meant"), SLIPS)
def test_a_slip_is_understood_and_said(library: Database, typed: str, meant: str) -> None:
    with library.read() as session:
        assert did_you_mean(session, typed, keys=["kind"]) == meant
        found = search(session, SearchQuery(typed))
        assert found.corrected == meant
        assert [hit.entry_id for hit in found.hits] == [
            hit.entry_id for hit in search(session, SearchQuery(meant)).hits
        ]
        assert found.hits


def test_what_is_right_is_not_corrected(library: Database) -> None:
    with library.read() as session:
        assert did_you_mean(session, "prebunking telegram") is None
        assert search(session, SearchQuery("prebunking telegram")).corrected is None
        nothing = search(session, SearchQuery("zzzzqqqq"))
    assert (nothing.total, nothing.hits, nothing.did_you_mean) == (0, (), None)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("preb", "Prebunking"), ("telegr", "Lapwing"), ("fact ch", "Fact-checking"), ("désinf", "Désinformation"), ("desinf", "Désinformation")],
)  # fmt: skip
def test_beginnings_are_found_while_typing(library: Database, typed: str, first: str) -> None:
    language = "fr" if first.startswith("D") else "en"
    assert titles(library, SearchQuery(typed, language, typing=True))[0] == first


def test_a_word_that_nobody_wrote_is_taken_for_a_beginning(library: Database) -> None:
    assert titles(library, "inocul")[0] == "Prebunking"
    assert titles(library, "transcr broadc") == ["Curlew"]


def test_an_entry_comes_once_in_the_readers_language(library: Database) -> None:
    assert titles(library, SearchQuery("astroturfing", "fr")) == ["Similitantisme"]
    assert titles(library, SearchQuery("astroturfing", "en")) == ["Astroturfing"]
    assert titles(library, SearchQuery("prémunition", "en")) == ["Prémunition"]


def test_titles_only(library: Database) -> None:
    assert titles(library, SearchQuery("claim", only=Only.TITLES)) == []
    found = titles(library, SearchQuery("rumour -dam", only=Only.TITLES))
    assert found == ["Rumour"]


def test_orders(library: Database) -> None:
    by_title = titles(library, SearchQuery("kind:tool", sort=Sort.TITLE))
    assert by_title == sorted(by_title)
    assert len(by_title) == 8
    everything = titles(library, SearchQuery(sort=Sort.TITLE))
    assert len(everything) == len(DOCUMENTS)
    assert everything[0] == "A cloned voice before an election"
    due = titles(library, SearchQuery("information", sort=Sort.DUE))
    assert set(due) == set(titles(library, "information"))


def test_facets_are_counted_under_the_other_filters_and_not_their_own(library: Database) -> None:
    with library.read() as session:
        tools = search(session, SearchQuery(facets={"kind": ("tool",)}))
        free = search(session, SearchQuery(facets={"kind": ("tool",), "price": ("free", "freemium")}))
        everything = search(session, SearchQuery())
        words = search(session, SearchQuery("archive", facets={"kind": ("tool",)}))
    assert (tools.total, tools.capped) == (8, False)
    assert dict(tools.facets["price"]) == {"free": 4, "paid": 2, "freemium": 1, "on_request": 1}
    assert dict(tools.facets["kind"]) == {
        "concept": 15,
        "practice": 12,
        "tool": 8,
        "actor": 5,
        "case_study": 5,
    }
    assert dict(free.facets["price"]) == dict(tools.facets["price"])
    assert dict(free.facets["kind"]) == {"tool": 5}
    assert free.total == 5
    assert everything.total == len(DOCUMENTS)
    assert dict(everything.facets["kind"]) == dict(tools.facets["kind"])
    assert dict(everything.facets["language"]) == Counter(
        told.language for document in DOCUMENTS for told in document.texts
    )
    assert dict(words.facets["price"]) == {"free": 1, "paid": 1}
    assert "source" not in everything.facets


def test_pages_of_a_list_hold_each_entry_once(library: Database) -> None:
    with library.read() as session:
        pages = [search(session, SearchQuery("a OR information"), page=n, size=3) for n in (1, 2)]
        every = search(session, SearchQuery("information"), size=100)
        first, second = (search(session, SearchQuery("information"), page=n, size=3) for n in (1, 2))
    assert [hit.entry_id for hit in (*first.hits, *second.hits)] == [hit.entry_id for hit in every.hits[:6]]
    assert first.total == every.total == len(every.hits)
    assert pages[0].total >= len(pages[0].hits)


def test_a_snippet_shows_and_marks_what_was_looked_for(library: Database) -> None:
    with library.read() as session:
        (hit, *_) = search(session, SearchQuery("false claims", "en")).hits
        (french, *_) = search(session, SearchQuery("supprimee", "fr")).hits
    assert hit.title == "Debunking"
    assert [span.text for span in hit.snippet if span.marked] == ["false", "claim"]
    assert [span.text for span in french.snippet if span.marked] == ["supprimée"]
    assert "".join(span.text for span in french.snippet).endswith("quand la page est supprimée.")


def test_titles_complete_as_one_types(library: Database) -> None:
    with library.read() as session:
        assert [each.title for each in complete(session, "Fact", "en", limit=3)] == ["Fact-checking"]
        assert [each.title for each in complete(session, "verif", "en")] == ["The Verifiers"]
        assert [each.title for each in complete(session, "educ", "fr")] == ["Éducation aux médias"]
        assert [each.title for each in complete(session, "behav coord", "en")] == [
            "Coordinated behaviour analysis",
            "Coordinated inauthentic behaviour",
        ]
        assert complete(session, "  ", "en") == []
        assert complete(session, "zzzz", "en") == []


@pytest.mark.parametrize(
    "typed",
    ['"', "-", "''", "a'b", "*", "AND", "NOT (", "NEAR(a b)", "title:x", "^a", "\\", "%", "_", ":", "kind:", "-kind:tool", "é" * 400,
     "\ud800", "\x00", "a " * 300, '"unclosed phrase', "::: -- **", "{title} : x", "' | 'x", "🦊", "<->", "!a & b"],
)  # fmt: skip
def test_nothing_typed_breaks_the_search(library: Database, typed: str) -> None:
    with library.read() as session:
        found = search(session, SearchQuery(typed))
        assert found.total >= len(found.hits)
        complete(session, typed, "en")
        did_you_mean(session, typed)
