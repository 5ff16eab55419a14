"""The exchange folder: what is written is read back, and what is wrong is said without losing the rest."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.i18n import use_locale
from common.taxonomy import Criterion, EntryKind, Phase
from encyclopedia.core.exchange import (
    dump_entry_yaml,
    dump_folder,
    dump_page,
    dump_sources,
    parse_entry_yaml,
    parse_page,
    parse_sources,
    read_folder,
)
from encyclopedia.core.fields import RELATIONS, FieldDefinition, FieldType, fields_of
from encyclopedia.core.plain_yaml import MOST_CHARACTERS, YamlError, read_yaml
from encyclopedia.schemas import (
    Author,
    Confidence,
    ExchangedEntry,
    Fact,
    LedgerLine,
    Replication,
    SourceData,
    StudyDesign,
    Text,
)

SLUGS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
KEYS = st.from_regex(r"[a-z0-9][a-z0-9_:.-]{0,20}", fullmatch=True)
DATES = st.from_regex(r"(19|20)[0-9]{2}(-0[1-9](-1[0-9])?)?", fullmatch=True)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
ADDRESSES = st.from_regex(r"https?://[a-z0-9.-]{1,20}/[!-~é]{0,20}", fullmatch=True)
WORDS = st.text(max_size=60)
VALUES = {
    FieldType.URL: ADDRESSES,
    FieldType.DATE: DATES,
    FieldType.COUNTRY: st.sampled_from(["FR", "NO", "DE"]),
    FieldType.LANGUAGE: st.sampled_from(["no", "fr", "pt-BR"]),
    FieldType.LICENCE: st.sampled_from(["MIT", "proprietary", "GPL-3.0-only"]),
    FieldType.TERM: st.sampled_from(["T0049", "T0049.001", "1e3"]),
    FieldType.TEXT: st.text(min_size=1, max_size=40),
}


def values_of(definition: FieldDefinition) -> st.SearchStrategy[str]:
    if definition.type is FieldType.CHOICE:
        return st.sampled_from([code for code, _ in definition.choices])
    return VALUES[definition.type]


def facts_of(definition: FieldDefinition) -> st.SearchStrategy[tuple[Fact, ...]]:
    fact = st.builds(
        Fact,
        value=values_of(definition),
        source=st.none() | KEYS,
        quote=WORDS,
        read_on=st.none() | DAYS,
        archive_url=st.none() | ADDRESSES,
        archive_sha256=st.none() | st.just("0e" * 32),
        confidence=st.none() | st.sampled_from(Confidence),
        valid_from=st.none() | DATES,
        valid_to=st.none() | DATES,
    )
    bare = st.builds(Fact, value=values_of(definition))
    return st.lists(bare | fact, max_size=3 if definition.many else 1).map(tuple)


LEDGER = st.builds(
    LedgerLine,
    claim=WORDS,
    design=st.sampled_from(StudyDesign),
    effect=WORDS,
    replication=st.sampled_from(Replication),
    source=st.none() | KEYS,
    year=st.none() | st.integers(1900, 2200),
)
SOURCES = st.builds(
    SourceData,
    key=KEYS,
    type=st.sampled_from(["webpage", "report", "thesis"]),
    title=st.text(min_size=1, max_size=40),
    authors=st.lists(st.builds(Author, family=WORDS, literal=WORDS), max_size=2).map(tuple),
    issued=st.none() | DATES,
    url=st.none() | ADDRESSES,
    doi=st.none() | st.just("10.1007/978-3-540"),
    accessed=st.none() | DAYS,
)


def texts_of(kind: EntryKind) -> st.SearchStrategy[Text]:
    prose = [definition.key for definition in fields_of(kind) if definition.type is FieldType.PROSE]
    return st.builds(
        Text,
        title=st.text(min_size=1, max_size=60),
        lead=WORDS,
        fields=st.dictionaries(st.sampled_from(prose), st.text(max_size=80), max_size=3) if prose else st.just({}),
        body=st.text(max_size=200),
    )  # fmt: skip


@st.composite
def entries(draw: st.DrawFn) -> ExchangedEntry:
    kind = draw(st.sampled_from(EntryKind))
    factual = [definition for definition in fields_of(kind) if definition.type is not FieldType.PROSE]
    chosen = draw(st.lists(st.sampled_from(factual), max_size=4)) if factual else []
    relations = [relation.key for relation in RELATIONS if kind in relation.sources]
    return ExchangedEntry(
        slug=draw(SLUGS),
        kind=kind,
        phases=draw(st.lists(st.sampled_from(Phase), max_size=3).map(tuple)),
        criteria=draw(st.lists(st.sampled_from(Criterion), max_size=3).map(tuple)),
        facts={definition.key: draw(facts_of(definition)) for definition in chosen},
        relations=draw(st.lists(st.tuples(st.sampled_from(relations), SLUGS, WORDS), max_size=2).map(tuple)),
        ledger=draw(st.lists(LEDGER, max_size=2).map(tuple)),
        texts=draw(st.dictionaries(st.sampled_from(["en", "fr"]), texts_of(kind), min_size=1)),
        slugs=draw(st.dictionaries(st.sampled_from(["en", "fr"]), SLUGS)),
        licence=draw(st.sampled_from(["", "CC-BY-4.0"])),
        attribution=draw(WORDS),
        reviewed_on=draw(st.none() | DAYS),
    )


FOLDERS = st.tuples(
    st.lists(entries(), max_size=3, unique_by=lambda entry: entry.slug),
    st.lists(SOURCES, max_size=3, unique_by=lambda source: source.key),
)


@settings(max_examples=40, deadline=None)
@given(FOLDERS)
def test_what_is_written_is_read_back(folder: tuple[list[ExchangedEntry], list[SourceData]]) -> None:
    written = dump_folder(*folder)
    read = read_folder({path: text.encode() for path, text in written.items()})

    assert read.problems == ()
    assert read.entries == tuple(sorted(folder[0], key=lambda entry: entry.slug))
    assert read.sources == tuple(sorted(folder[1], key=lambda source: source.key))
    assert dump_folder(read.entries, read.sources) == written


@settings(max_examples=40, deadline=None)
@given(st.text() | st.text(alphabet="-: \n[]{}&*!|>'\"#%@`a\t"))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    folder = read_folder(
        {"entries/a/entry.yaml": text, "entries/a/en.md": f"---\n{text}\n---\n{text}", "sources.yaml": text}
    )

    assert folder.entries == ()
    assert folder.problems


def entry_files(yaml: str, page: str = "---\ntitle: A\n---\n") -> dict[str, bytes | str]:
    return {"entries/a/entry.yaml": yaml, "entries/a/en.md": page}


@pytest.mark.parametrize(
    ("yaml", "line", "words"),
    [
        ("kind: tool\nphases: [detection, dreaming]\n", 2, "phases.1: “dreaming” is not one of introduction"),
        ("kind: tool\ncolour: red\n", 2, "colour is not known."),
        ("kind: tool\nfacts:\n  website: ftp://a\n", 3, "website: “ftp://a” is not a web address"),
        ("kind: tool\nfacts:\n  founded: 2019\n", 3, "no fact “founded”"),
        ("kind: tool\nfacts:\n  status:\n    value: dead\n    confidence: total\n", 5, "not one of low, moderate or high"),
        ("kind: tool\nfacts:\n  status: [dead, alive]\n", 3, "takes one value"),
        ("kind: tool\nrelations:\n  - {type: loves, entry: b}\n", 3, "no relation “loves”"),
        ("kind: tool\nslugs: {de: a}\n", 2, "not a language of this encyclopedia"),
        ("kind: tool\nreviewed_on: yesterday\n", 2, "reviewed_on: “yesterday” cannot be used."),
    ],
)  # fmt: skip
def test_a_wrong_part_is_left_out_and_said(yaml: str, line: int, words: str) -> None:
    folder = read_folder(entry_files(yaml))

    assert [entry.slug for entry in folder.entries] == ["a"]
    (problem,) = folder.problems
    assert (problem.path, problem.line) == ("entries/a/entry.yaml", line)
    assert words in str(problem)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (entry_files("phases: [detection]\n"), "kind is missing."),
        (entry_files("kind: spaceship\n"), "“spaceship” is not one of"),
        (entry_files("kind: [unclosed\n"), "This is not YAML"),
        (entry_files("- tool\n"), "Keys with values were expected"),
        (entry_files("kind: tool\nkind: actor\n"), "stands twice"),
        (entry_files("kind: tool\n", "No front matter."), "does not begin with front matter"),
        (entry_files("kind: tool\n", "---\nlead: x\n---\n"), "title is missing."),
        ({"entries/a/en.md": "---\ntitle: A\n---\n"}, "entry.yaml is missing"),
        ({"entries/A B/entry.yaml": "kind: tool"}, "cannot be an entry's address"),
        ({"entries/a/entry.yaml": b"kind: \xff\xfe"}, "not UTF-8 (byte 6)"),
        ({"entries/a/picture.png": b""}, "no place in a folder of entries"),
    ],
)
def test_an_entry_that_cannot_be_read_leaves_the_others(files: dict[str, bytes | str], words: str) -> None:
    good: dict[str, bytes | str] = {
        "entries/z/entry.yaml": "kind: actor",
        "entries/z/fr.md": "---\ntitle: Z\n---\n\nTexte.\n",
    }

    folder = read_folder(files | good)

    assert [entry.slug for entry in folder.entries] == ["z"]
    assert words in " ".join(map(str, folder.problems))


@pytest.mark.parametrize(
    "hostile",
    [
        "a: &a [x, x]\nb: [*a, *a]\n",
        "!!python/object/apply:os.system [ls]",
        "a: !!binary aGk=",
        "[" * 100 + "]" * 100,
        "{" * 10_000,
        "- a\n" * 300_000,
        "x" * (MOST_CHARACTERS + 1),
        "a: 1\n---\nb: 2\n",
        "? [a]\n: b",
        "a: \x00",
    ],
)
def test_hostile_yaml_is_refused(hostile: str) -> None:
    with pytest.raises(YamlError):
        read_yaml(hostile)


def test_scalars_stay_what_was_written() -> None:
    document = read_yaml(
        "no: no\nyear: 2019\nday: 2019-05-07\nnumber: 0x1F\nnothing:\ntilde: ~\nquoted: '~'\n"
    )

    assert document.value == {
        "no": "no",
        "year": "2019",
        "day": "2019-05-07",
        "number": "0x1F",
        "quoted": "~",
    }


def test_a_page_written_on_windows_is_read() -> None:
    text, problems = parse_page("\ufeff---\r\ntitle: A\r\n---\r\n\r\nOne.\r\nTwo.\r\n")

    assert problems == ()
    assert text == Text(title="A", body="One.\nTwo.")


def test_short_and_long_forms_say_the_same() -> None:
    short, _ = parse_entry_yaml("a", "kind: tool\nphases: detection\nfacts:\n  platforms: x\n")
    long, _ = parse_entry_yaml("a", "kind: tool\nphases: [detection]\nfacts:\n  platforms: [{value: x}]\n")

    assert short == long
    assert short is not None
    assert short.facts == {"platforms": (Fact(value="x"),)}


def test_files_look_as_a_person_would_write_them() -> None:
    fact = Fact(value="dead", source="meta-2024", read_on=date(2024, 8, 15), confidence=Confidence.HIGH)
    entry = ExchangedEntry(
        "crowdtangle",
        EntryKind.TOOL,
        phases=(Phase.DETECTION, Phase.RESEARCH),
        facts={"status": (fact,), "website": (Fact(value="https://example.org/"),)},
        relations=(("implements", "network-mapping", ""),),
        reviewed_on=date(2026, 9, 1),
    )

    assert dump_entry_yaml(entry) == (
        "kind: tool\nphases: [detection, research]\nfacts:\n  website: https://example.org/\n  status:\n"
        "    value: dead\n    source: meta-2024\n    read_on: 2024-08-15\n    confidence: high\n"
        "relations:\n- type: implements\n  entry: network-mapping\nreviewed_on: 2026-09-01\n"
    )
    assert dump_page(Text(title="A", fields={"what": "One.\n\nTwo."}, body="## B")) == (
        "---\ntitle: A\nfields:\n  what: |-\n    One.\n\n    Two.\n---\n\n## B\n"
    )


def test_sources_of_several_files_are_one_list_and_a_repeated_key_is_said() -> None:
    files: dict[str, Any] = {
        "export-main/entries/a/entry.yaml": "kind: tool",
        "export-main/entries/a/en.md": "---\ntitle: A\n---",
        "export-main/sources/one.yaml": "b: {title: B}\na: {title: A, url: nowhere}\n",
        "export-main/sources/two.yaml": "b: {title: Again}\nc: words\n",
    }

    folder = read_folder(files)

    assert [(source.key, source.title, source.url) for source in folder.sources] == [
        ("a", "A", None),
        ("b", "B", None),
    ]
    assert [problem.line for problem in folder.problems] == [2, None, 2] or len(folder.problems) == 3
    assert parse_sources(dump_sources(folder.sources)) == (folder.sources, ())


def test_problems_speak_the_reader_s_language() -> None:
    (problem,) = parse_page("", "en.md")[1]
    with use_locale("fr"):
        assert str(problem).startswith("en.md: ")
