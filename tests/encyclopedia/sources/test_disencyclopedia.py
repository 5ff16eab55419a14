"""The folder of 2019: made-up pages in its manner, and the real one where it is."""

import re
from pathlib import Path

import pytest

from common.taxonomy import Criterion, EntryKind, Phase
from encyclopedia.core.exchange import dump_folder, read_folder
from encyclopedia.core.markup import parse
from encyclopedia.schemas import BroughtEntry
from encyclopedia.sources.bring import addresses
from encyclopedia.sources.disencyclopedia import Brought2019, read_disencyclopedia
from tests.encyclopedia.sources.given import REAL, needs_real_files

TOOLS = """---
parent: Detection
permalink: /detection/tools
---

# Detection tools

{% include table-of-contents.md %}

## Criterion: Massive

Words before the first tool, see [media](https://before.example/).

### [Gauge](https://gauge.example/)

Gauge counts. See [Plumb](#plumb), [the practices]({{ "detection/practices" | relative_url }})
and [a term]({{ "glossary" | relative_url | append: "#trap" }}).
<!-- add a picture -->

#### Chat wrapper

It answers in the chat.

### Networks

#### Plumb

##### By whom?

[Plumb](https://plumb.example/) was made by <abbr title="Some Institute">SI</abbr>.

##### What?

A tool.{: .big}

![Chart]({{ "assets/chart.png" | relative_url }})

##### For whom?

Everybody.

## Criterion: Harmful

- [**Sieve**](https://sieve.example/) is a sieve.

### Void

## Criterion: Loud

### [Horn](https://horn.example/)
"""
MORE_TOOLS = """---
permalink: /research/tools
---

# Research tools

## Criterion: Artificial

### [Gauge](https://gauge.example/)

It also helps research.
"""
CASES = {
    "en": "---\npermalink: /introduction/examples\n---\n\n# Examples\n\n## Sources\n\nIntro.\n\n| The Spoon Affair |\n|-|\n| **Date:** 2018|\n"
    "| **Nature of the suspected actors:** state actor (Nowhere)|\n| **Type of manipulation:** exogenous|\n"
    "| **Channels used:** Twitter, messaging|\n| **Supposed goals:** confusion|\n| **Summary:** Spoons.<br>And forks.|\n"
    "| **Source:** [Paper](https://paper.example/spoon)|\n{: #spoon }\n\n| The Fork Case |\n|-|\n| **Date:** 2019|\n| **Summary:** Forks.|\n",
    "fr": "---\ntitle: Exemples\npermalink: /introduction/examples/fr\n---\n\n# Exemples\n\n| Le cas des fourchettes |\n|-|\n| **Date :** 2019|\n"
    "| **Résumé :** Fourchettes.|\n\n| L’affaire des cuillères |\n|-|\n| **Date :** 2018|\n| **Type de manipulation :** exogène|\n"
    "| **Résumé :** Cuillères.|\n| **Source :** [Journal](https://paper.example/spoon)|\n{: #cuilleres }\n",
}  # fmt: skip
FILES: dict[str, bytes | str] = {
    "top/_pages/en/2-detection/3-tools.md": TOOLS,
    "top/_pages/en/6-research/3-tools.md": MORE_TOOLS,
    "top/_pages/en/1-introduction/1-case-studies.md": CASES["en"].replace("\n", "\r\n"),
    "top/_pages/fr/1-introduction/1-case-studies.md": CASES["fr"].encode(),
    "top/_pages/en/glossary.md": "---\npermalink: /glossary\n---\n\n# Glossary\n\n#### Trap\n\nSynonyms: **snare**.\n\nA thing.\n",
    "top/_pages/en/2-detection/2-practices.md": "---\npermalink: /detection/practices\n---\n\n# P\n\n_No content yet, please contribute!_\n",
    "top/_pages/en/legal-notice.md": "---\npermalink: /legal-notice\n---\n\n# Legal notice\n\nSee [host](https://host.example/).\n",
    "top/_pages/en/9-broken.md": b"---\ntitle: \xff\n---\n",
    "top/README.md": "not a page",
}


@pytest.fixture(scope="module")
def made_up() -> Brought2019:
    return read_disencyclopedia(FILES)


def entry(brought: Brought2019, slug: str) -> BroughtEntry:
    return next(found for found in brought.entries if found.entry.slug == slug)


def all_addresses(brought: Brought2019) -> set[str]:
    found: set[str] = set()
    for one in brought.entries:
        for text in one.entry.texts.values():
            found |= addresses("\n".join([text.body, *text.fields.values()]))
        found |= {fact.value for facts in one.entry.facts.values() for fact in facts}
    return found


def test_headings_become_tools_with_fields_criteria_and_website(made_up: Brought2019) -> None:
    plumb = entry(made_up, "plumb").entry

    assert plumb.kind is EntryKind.TOOL
    assert plumb.criteria == (Criterion.MASSIVE,)
    assert plumb.facts["website"][0].value == "https://plumb.example/"
    assert plumb.texts["en"].fields == {
        "by_whom": "[Plumb](https://plumb.example/) was made by SI (Some Institute).",
        "what": "A tool.\n\n*Chart*",
        "for_whom": "Everybody.",
    }
    assert plumb.licence == "CC-BY-SA-2.0"
    assert "French Ambassador for Digital Affairs" in plumb.attribution


def test_a_tool_of_two_phases_is_one_entry(made_up: Brought2019) -> None:
    gauge = entry(made_up, "gauge")

    assert gauge.origin == "_pages/en/2-detection/3-tools.md#gauge"
    assert gauge.entry.phases == (Phase.DETECTION, Phase.RESEARCH)
    assert gauge.entry.criteria == (Criterion.MASSIVE, Criterion.ARTIFICIAL)
    assert "It also helps research." in gauge.entry.texts["en"].body
    assert any("6-research/3-tools.md#gauge" in str(note) for note in made_up.report.notes)


def test_links_within_the_site_become_wikilinks_or_words(made_up: Brought2019) -> None:
    body = entry(made_up, "gauge").entry.texts["en"].body

    assert "[[plumb|Plumb]], the practices\nand [[trap|a term]]." in body
    assert "## Chat wrapper" in body
    assert any("[the practices]" in note.text for note in made_up.report.not_understood)


def test_list_items_and_what_stands_around_entries_are_kept(made_up: Brought2019) -> None:
    assert entry(made_up, "sieve").entry.criteria == (Criterion.INTENT_TO_HARM,)
    around = entry(made_up, "detection-tools")
    assert around.role == "page"
    assert "https://before.example/" in around.entry.texts["en"].body


def test_cases_in_tables_are_joined_with_their_french_texts_wherever_these_stand(
    made_up: Brought2019,
) -> None:
    spoon = entry(made_up, "the-spoon-affair").entry

    assert spoon.kind is EntryKind.CASE_STUDY
    assert {key: tuple(fact.value for fact in facts) for key, facts in spoon.facts.items()} == {
        "dates": ("2018",),
        "suspected_nature": ("state",),
        "origin": ("exogenous",),
        "channels": ("x", "messaging"),
    }
    assert spoon.texts["en"].body.startswith("Spoons.\n\nAnd forks.")
    assert spoon.texts["fr"].title == "L’affaire des cuillères"
    assert entry(made_up, "the-fork-case").entry.texts["fr"].title == "Le cas des fourchettes"


def test_every_file_is_accounted_for(made_up: Brought2019) -> None:
    outcomes = {line.path.removeprefix("_pages/"): line.outcome for line in made_up.report.files}

    assert outcomes == {
        "en/2-detection/3-tools.md": "entries",
        "en/6-research/3-tools.md": "entries",
        "en/1-introduction/1-case-studies.md": "entries",
        "fr/1-introduction/1-case-studies.md": "translation",
        "en/glossary.md": "entries",
        "en/2-detection/2-practices.md": "empty",
        "en/legal-notice.md": "site",
        "en/9-broken.md": "refused",
    }
    reasons = {str(note.reason) for note in made_up.report.not_understood if "tools" in note.path}
    assert {
        "An editor's comment; it was left out.",
        "A heading with nothing below it; it was left out.",
    } <= reasons


def test_a_concept_has_its_definition_and_synonyms(made_up: Brought2019) -> None:
    text = entry(made_up, "trap").entry.texts["en"]
    assert text.fields == {"synonyms": "**snare**", "definition": "A thing."}


def test_no_link_of_the_made_up_pages_is_lost(made_up: Brought2019) -> None:
    given = {
        address for content in FILES.values() if isinstance(content, str) for address in addresses(content)
    }
    assert given <= all_addresses(made_up)


def test_what_is_brought_travels_in_the_exchange_format(made_up: Brought2019) -> None:
    entries = sorted((found.entry for found in made_up.entries), key=lambda one: one.slug)
    folder = read_folder(dump_folder(entries, []))
    assert (folder.problems, folder.entries) == ((), tuple(entries))


def test_reading_again_changes_nothing_and_another_word_changes_one_hash(made_up: Brought2019) -> None:
    again = read_disencyclopedia(FILES)
    path = "top/_pages/en/glossary.md"
    changed = read_disencyclopedia({**FILES, path: str(FILES[path]).replace("A thing", "A snare")})

    assert again == made_up
    before = {found.origin: found.content_hash for found in made_up.entries}
    after = {found.origin: found.content_hash for found in changed.entries}
    assert {origin for origin in before if after[origin] != before[origin]} == {"_pages/en/glossary.md#trap"}


@needs_real_files
def test_the_43_files_of_2019_keep_all_208_links() -> None:
    root = REAL / "ambanum-disencyclopedia"
    files = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.md")}
    pages = {path: content.decode() for path, content in files.items() if path.startswith("_pages")}

    brought = read_disencyclopedia(files)

    assert len(brought.report.files) == len(pages) == 43
    assert all(line.outcome != "refused" for line in brought.report.files)
    assert sum(line.outcome == "empty" for line in brought.report.files) == 6
    assert sum(line.outcome == "translation" for line in brought.report.files) == 2
    linked = {link for text in pages.values() for link in re.findall(r"\]\((https?://[^)\s]+)\)", text)}
    assert len(linked) == 208
    assert linked <= all_addresses(brought)
    # … and our own markup takes each for a link, in a text or as a fact.
    parsed = [
        parse(part, language)
        for found in brought.entries
        for language, text in found.entry.texts.items()
        for part in [text.body, *text.fields.values()]
    ]
    facts = {
        fact.value for found in brought.entries for facts in found.entry.facts.values() for fact in facts
    }
    assert linked <= facts.union(*(document.external_links for document in parsed))
    assert {slug for document in parsed for slug in document.wikilinks} <= {
        found.entry.slug for found in brought.entries
    }
    # Two more stand in the pages without being Markdown links: a bare address and the frame of the tracking page.
    written = {address for text in pages.values() for address in addresses(text)}
    assert len(written) == 210
    assert written <= all_addresses(brought)


@needs_real_files
def test_the_files_of_2019_are_structured_and_paired() -> None:
    root = REAL / "ambanum-disencyclopedia"
    files: dict[str, bytes | str] = {
        str(path.relative_to(root)): path.read_bytes() for path in Path(root).rglob("*.md")
    }

    brought = read_disencyclopedia(files)
    counts = brought.report.counts

    assert (counts["tool entries"], counts["actor entries"], counts["practice entries"]) == (58, 20, 7)
    assert (counts["case_study entries"], counts["concept entries"]) == (15, 14)
    # 6 cases, 6 definitions and the texts around them; the two French pages of positions have no English ones.
    assert counts["in two languages"] == 14
    assert len({found.origin for found in brought.entries}) == len(brought.entries)
    assert len({found.entry.slug for found in brought.entries}) == len(brought.entries)
    assert read_disencyclopedia(dict(reversed(files.items()))) == brought
