"""DISARM's workbooks: a small one made up, and the real ones where they are."""

from collections import Counter

import pytest

from common.errors import Invalid
from encyclopedia.schemas import ExchangedTerm, ExchangedTermLink
from encyclopedia.sources.disarm import is_disarm, read_disarm
from encyclopedia.sources.vocabularies import (
    json_kind,
    propose_crosswalk,
    read_dima,
    read_misp_cluster,
    reused_codes,
)
from tests.encyclopedia.sources.given import REAL, needs_real_files, workbook, zipped

FRAMEWORK = workbook(
    {
        "README": [["words"]],
        "tactics": [["disarm_id", "name", "phase_id", "summary"], ["TA01", "Plan Strategy", "P01", "…"]],
        "techniques": [
            ["disarm_id", "name", "tactic_id", "summary"],
            ["T0001", "Paint Walls", "TA01", "…"],
            ["T0001.002", "Paint Walls Blue", "TA01", ""],
            ["T0029", "Ring Bells", "TA01", ""],
        ],
        "countermeasures": [
            ["disarm_id", "name", "tactic", "techniques", "responsetype"],
            [
                "C00001",
                "Wash",
                "TA01 Strategic Planning",
                "T0001 - Paint walls T0029 - Sell Soup\nT0999 - Paint Walls in Blue",
                "",
            ],
            ["C00002", "Wait", "", "T00029, TA01 - Plan Strategy", ""],
            ["", "", "", "", ""],
        ],
    }
)
DATA = workbook(
    {
        "incidents": [
            ["disarm_id", "name", "urls"],
            ["I00001", "Bell night", "https://a.example/ https://b.example/"],
        ],
        "urls": [
            ["url_id", "org", "archive_link"],
            ["https://a.example/", "Paper", "https://web.archive.org/a"],
        ],
        "incidenttechniques": [
            ["disarm_id", "incident_id", "technique_ids"],
            ["IT1", "I00001", "T0029, T0001.002"],
        ],
        "externalgroups": [["disarm_id", "name", "url"], ["G00001", "Some Group", "https://g.example/"]],
    }
)


def by_target(links: tuple[ExchangedTermLink, ...]) -> dict[tuple[str, str], ExchangedTermLink]:
    return {(link.from_code, link.to_code): link for link in links}


def test_sheets_become_terms_with_parents_tactics_and_archived_sources() -> None:
    brought = read_disarm({"framework.xlsx": FRAMEWORK, "data.xlsx": DATA})
    terms = {term.code: term for term in brought.terms}

    assert terms["T0001.002"].parent == "T0001"
    assert terms["C00001"].tactic == "TA01"
    assert terms["TA01"].parent == "P01"
    assert terms["I00001"].extra["sources"] == [
        {"url": "https://a.example/", "org": "Paper", "archive_link": "https://web.archive.org/a"},
        {"url": "https://b.example/"},
    ]
    assert terms["G00001"].extra == {"url": "https://g.example/"}
    assert [(note.path, note.line) for note in brought.report.not_understood] == [
        ("framework.xlsx › countermeasures", 4)
    ]
    assert {line.path: line.outcome for line in brought.report.files}[
        "framework.xlsx › README"
    ] == "passed_over"


def test_dead_reused_and_unclear_references_are_told_apart_and_get_proposals() -> None:
    links = by_target(read_disarm({"framework.xlsx": FRAMEWORK, "data.xlsx": DATA}).links)

    assert links["C00001", "T0001"].state == "resolved"
    reused = links["C00001", "T0029"]
    assert (reused.state, reused.raw) == ("reused", "T0029 - Sell Soup")
    assert reused.likeness is not None
    assert reused.likeness < 50
    dead = links["C00001", "T0999"]
    assert dead.state == "dead"
    assert dead.proposals[0].code == "T0001.002"
    unclear = links["C00002", "T00029"]
    assert (unclear.state, [proposal.code for proposal in unclear.proposals]) == ("unclear", ["T0029"])
    assert links["C00002", "TA01"].state == "resolved"
    assert links["I00001", "T0001.002"].relation == "used"


def test_terms_that_are_known_resolve_the_second_workbook_alone() -> None:
    techniques = read_disarm({"framework.xlsx": FRAMEWORK}).terms

    alone, helped = read_disarm({"data.xlsx": DATA}), read_disarm({"data.xlsx": DATA}, known=techniques)

    assert Counter(link.state for link in alone.links) == {"dead": 2}
    assert Counter(link.state for link in helped.links) == {"resolved": 2}


@pytest.mark.parametrize("content", [b"", b"words", zipped({"a.txt": "x"}), FRAMEWORK[:-200]])
def test_a_file_that_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_disarm({"framework.xlsx": content})


def test_a_workbook_that_is_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Invalid, match="too much"):
        read_disarm({"framework.xlsx": zipped({"xl/worksheets/sheet1.xml": "0" * 30_000_000})})


def test_the_sheets_tell_a_disarm_workbook() -> None:
    assert is_disarm(["phases", "techniques", "countermeasures"])
    assert not is_disarm(["Sheet1"])


@needs_real_files
def test_the_real_workbooks_import_with_the_sheets_counts_and_every_dead_reference() -> None:
    folder = REAL / "disarm" / "DISARM_MASTER_DATA"

    brought = read_disarm({path.name: path.read_bytes() for path in folder.glob("*.xlsx")})

    kinds = Counter(term.kind for term in brought.terms)
    assert (kinds["phase"], kinds["tactic"], kinds["technique"], kinds["countermeasure"]) == (4, 16, 391, 140)
    assert (kinds["detection"], kinds["incident"], kinds["organisation"], kinds["tool"]) == (
        95,
        129,
        823,
        151,
    )
    states = Counter((link.from_kind, link.state) for link in brought.links if link.to_kind == "technique")
    counters = {state: count for (kind, state), count in states.items() if kind == "countermeasure"}
    detects = {state: count for (kind, state), count in states.items() if kind == "detection"}
    assert sum(counters.values()) == 841
    assert counters["dead"] == 447
    assert sum(detects.values()) == 108
    assert detects["dead"] == 66
    listed = Counter(
        (dead.from_kind, dead.state) for dead in brought.report.dead_references if dead.to_kind == "technique"
    )
    assert (listed["countermeasure", "dead"], listed["detection", "dead"]) == (447, 66)
    assert sum(not note.text.strip(" -") for note in brought.report.not_understood) == 4


def test_dima_and_misp_clusters_are_read_and_a_wrong_shape_is_refused() -> None:
    dima = b'{"phase":"DETECT","tactics":[{"id":"TA1","name":"Voir","techniques":[{"id":"TE1","name":"Biais","description":"d"}]}]}'
    cluster = b'{"values":[{"value":"T0001: Paint Walls","description":"d","meta":{"external_id":"T0001"}}]}'

    terms = read_dima({"DETECT.json": dima}).terms
    assert [(term.kind, term.code, term.parent, term.tactic) for term in terms] == [
        ("phase", "DETECT", "", ""),
        ("tactic", "TA1", "DETECT", ""),
        ("technique", "TE1", "", "TA1"),
    ]
    (term,) = read_misp_cluster("c.json", cluster, scheme="amitt", kind="technique").terms
    assert (term.code, term.name) == ("T0001", "Paint Walls")
    assert json_kind("DETECT.json", dima) == "dima"
    assert json_kind("c.json", cluster.replace(b"{", b'{"type":"x",', 1)) == "misp"
    assert json_kind("a.json", b"{}") == "unknown"
    for wrong in (b"{", b"[]", b'{"phase":"X"}', b'{"phase":1,"tactics":[]}', b'{"phase":"X","tactics":[1]}'):
        with pytest.raises(Invalid):
            read_dima({"a.json": wrong})


@pytest.mark.parametrize(
    ("own", "other", "match"),
    [
        ("Paint Walls", "Paint walls", "exact"),
        ("Paint Walls", "Paint Wall", "close"),
        ("Paint Walls in Blue", "Paint Walls", "broad"),
        ("Paint Walls", "Paint Walls in Blue", "narrow"),
        ("Paint Old Walls", "Paint Grey Walls", "related"),
    ],
)
def test_crosswalks_are_proposed_in_the_words_of_skos(own: str, other: str, match: str) -> None:
    (proposal,) = propose_crosswalk(
        [ExchangedTerm("a", "technique", "T1", own)],
        [ExchangedTerm("b", "technique", "T1", other), ExchangedTerm("b", "tactic", "TA1", own)],
    )
    assert (proposal.match, proposal.to_code) == (match, "T1")
    assert "T1" in proposal.note


def test_nothing_is_proposed_for_names_that_share_nothing() -> None:
    assert (
        propose_crosswalk([ExchangedTerm("a", "t", "1", "Soup")], [ExchangedTerm("b", "t", "2", "Walls")])
        == ()
    )


def test_codes_with_another_name_than_before_are_listed_least_alike_first() -> None:
    earlier = [
        ExchangedTerm("a", "t", "1", "Soup"),
        ExchangedTerm("a", "t", "2", "Paint walls"),
        ExchangedTerm("a", "t", "3", "Same"),
    ]
    present = [
        ExchangedTerm("b", "t", "2", "Paint Wall"),
        ExchangedTerm("b", "t", "1", "Walls"),
        ExchangedTerm("b", "t", "3", "same"),
    ]
    assert [found[0] for found in reused_codes(earlier, present)] == ["1", "2"]
