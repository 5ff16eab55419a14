import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import NotFound
from encyclopedia.core.markup import parse, replace_section, section_text, sections

TEXT = "Before\n\n## One\n\nwords\n\n### Within\n\nmore\n\n```\n## not a heading\n```\n\nTwo\n---\n\nend\n"
PIECES = st.sampled_from(
    ["## A\n", "### B\n", "# C\n", "words\n", "\n", "```\n", "Set\n---\n", "> ## q\n", "\r\n", "\r", "- x\n", "    ", "[[a|b]]", "|-|\n", "\x00", "#", "\f", "\u2028"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join)


def test_a_section_runs_to_the_next_heading_of_its_level_and_holds_its_sub_sections() -> None:
    found = [(s.number, s.level, s.title) for s in sections(TEXT)]

    assert found == [(0, 0, ""), (1, 2, "One"), (2, 3, "Within"), (3, 2, "Two")]
    assert section_text(TEXT, 0) == "Before\n\n"
    assert section_text(TEXT, 1).startswith("## One")
    assert "### Within" in section_text(TEXT, 1)
    assert section_text(TEXT, 2).endswith("```\n\n")
    assert section_text(TEXT, 3) == "Two\n---\n\nend\n"


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_untouched_sections_give_the_text_back(text: str) -> None:
    found = sections(text)
    ends = [section.start for section in found[1:]] + [len(text)]

    assert "".join(text[section.start : end] for section, end in zip(found, ends, strict=True)) == text
    for section in found:
        assert replace_section(text, section.number, section_text(text, section.number)) == text


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_the_numbers_of_sections_are_those_that_headings_bear(text: str) -> None:
    numbers = [heading.section for heading in parse(text, "en").headings if heading.section]

    assert numbers == [section.number for section in sections(text)][1:]


def test_a_new_section_does_not_run_into_the_next() -> None:
    changed = replace_section(TEXT, 1, "## One\n\nchanged")

    assert [s.title for s in sections(changed)] == ["", "One", "Two"]
    assert changed == "Before\n\n## One\n\nchanged\n\nTwo\n---\n\nend\n"


def test_a_section_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound):
        replace_section(TEXT, 9, "x")
