"""Tables of tools, and our own folder as an import."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from common.taxonomy import Criterion, EntryKind, Phase
from encyclopedia.core.exchange import dump_folder
from encyclopedia.schemas import ExchangedEntry, SourceData, Text
from encyclopedia.sources.folder import import_folder
from encyclopedia.sources.tools_csv import BroughtTools, read_tools

ENGLISH = (
    "Name,Website,Made by,What,Platforms,Languages,Price,Status,Phase,Criterion,Colour\n"
    'Gauge,https://gauge.example/,One; Two,"It counts,\nand more.",Twitter; Facebook|VK,English; fr; Klingonese,Free,Active,Detection,Massive; artificial,red\n'
    "Plumb,nowhere,,,,,,,Dreaming,,\n"
    ",https://nameless.example/,,,,,,,,,\n"
    "gauge,,,,,,,,,,\n"
)
FRENCH = "Nom;Site web;Plateformes;Prix;Statut;Critères;Description;Langues\nJauge;https://jauge.example/;Télégramme, X;Gratuit;Mort;Massive;Elle compte.;français, anglais\n"


def facts(brought: BroughtTools, place: int) -> dict[str, list[str]]:
    return {key: [fact.value for fact in found] for key, found in brought.entries[place].entry.facts.items()}


def test_columns_and_values_are_known_by_names_and_synonyms() -> None:
    brought = read_tools("tools.csv", ENGLISH.encode(), licence="CC0-1.0", attribution="Some list")
    entry = brought.entries[0].entry

    assert (entry.slug, entry.kind, entry.licence, entry.attribution) == (
        "gauge",
        EntryKind.TOOL,
        "CC0-1.0",
        "Some list",
    )
    assert (entry.phases, entry.criteria) == ((Phase.DETECTION,), (Criterion.MASSIVE, Criterion.ARTIFICIAL))
    assert entry.texts["en"] == Text(title="Gauge", fields={"what": "It counts,\nand more."})
    assert facts(brought, 0) == {
        "website": ["https://gauge.example/"],
        "made_by": ["One", "Two"],
        "platforms": ["x", "facebook", "vk"],
        "interface_languages": ["en", "fr"],
        "price": ["free"],
        "status": ["alive"],
    }


def test_what_is_not_known_is_reported_with_its_line() -> None:
    brought = read_tools("tools.csv", ENGLISH.encode())

    assert [(note.line, note.text) for note in brought.report.not_understood] == [
        (1, "Colour"),
        (2, "interface_languages: Klingonese"),
        (4, "website: nowhere"),
        (4, "phases: Dreaming"),
        (5, ",https://nameless.example/,,,,,,,,,"),
        (6, "gauge"),
    ]
    assert brought.report.counts == {"rows": 4, "tools": 2, "rows left out": 2}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_french_table_is_read_whatever_its_encoding(encoding: str) -> None:
    brought = read_tools("outils.csv", FRENCH.encode(encoding), language="fr")

    entry = brought.entries[0].entry
    assert entry.texts == {"fr": Text(title="Jauge", body="Elle compte.")}
    assert facts(brought, 0) == {
        "website": ["https://jauge.example/"],
        "platforms": ["x"],
        "price": ["free"],
        "status": ["dead"],
        "interface_languages": ["fr", "en"],
    }
    assert [note.text for note in brought.report.not_understood] == ["platforms: Télégramme"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x00\x01", b"\xff\xfe\x00"])
def test_what_is_no_table_of_tools_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_tools("a.csv", content)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=5))
def test_any_rows_are_taken_or_reported(rows: list[list[str]]) -> None:
    table = "\n".join(["name,price,notes", *(",".join(row) for row in rows)])
    brought = read_tools("a.csv", table.encode())
    assert brought.report.counts["tools"] == len(brought.entries)


def test_reading_the_table_again_gives_the_same_hashes() -> None:
    assert read_tools("a.csv", ENGLISH.encode()).entries == read_tools("b.csv", ENGLISH.encode()).entries


def test_our_own_folder_is_an_import_in_which_every_file_is_accounted_for() -> None:
    entry = ExchangedEntry(
        "gauge", EntryKind.TOOL, texts={"en": Text(title="Gauge", body="See <https://a.example/>.")}
    )
    files: dict[str, bytes | str] = {
        **dump_folder([entry], [SourceData(key="s", title="S")]),
        "README.md": "about",
        "entries/bad/entry.yaml": "kind: spaceship",
    }

    brought = import_folder(files)

    assert [(found.origin, found.entry) for found in brought.entries] == [("entries/gauge", entry)]
    assert {line.path: (line.outcome, line.links) for line in brought.report.files} == {
        "README.md": ("passed_over", 0),
        "entries/bad/entry.yaml": ("refused", 0),
        "entries/gauge/en.md": ("entries", 1),
        "entries/gauge/entry.yaml": ("entries", 0),
        "sources.yaml": ("source", 0),
    }
    assert [source.key for source in brought.sources] == ["s"]
