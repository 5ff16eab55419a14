"""Upkeep of translations: each block is current, outdated, missing or extra, in the order of the present source."""

from hypothesis import given
from hypothesis import strategies as st

from encyclopedia.core.translation import MOST_BLOCKS, BlockState, blocks, status

CURRENT, OUTDATED, MISSING, EXTRA = (
    BlockState.CURRENT,
    BlockState.OUTDATED,
    BlockState.MISSING,
    BlockState.EXTRA,
)
SOURCE = """Intro in 2019.

## What it is

The tool shows links [@meta-2024].

It was closed in 2024.

## For whom

- journalists
- researchers

Others must ask.
"""
TRANSLATION = """Introduction en 2019.

## Ce que c'est

L'outil montre des liens [@meta-2024].

Il a été fermé en 2024.

## Pour qui

- les journalistes
- les chercheurs

Les autres doivent demander.
"""


def states(old: str, new: str, translation: str) -> list[tuple[BlockState, str | None]]:
    return [
        (block.state, (block.source_now or block.source_before or "")[:12])
        for block in status(old, new, translation).blocks
    ]


def test_an_unchanged_source_leaves_the_translation_up_to_date() -> None:
    found = status(SOURCE, SOURCE, TRANSLATION)
    assert {block.state for block in found.blocks} == {CURRENT}
    assert (found.current_share, found.up_to_date) == (1.0, True)
    assert found.blocks[3].translation == "Il a été fermé en 2024."


def test_an_edited_paragraph_is_outdated_with_its_source_difference() -> None:
    found = status(SOURCE, SOURCE.replace("closed in 2024", "closed in August 2024"), TRANSLATION)
    (block,) = [block for block in found.blocks if block.state is not CURRENT]
    assert (block.state, block.translation) == (OUTDATED, "Il a été fermé en 2024.")
    assert block.source_diff().added == len("August ")
    assert 0.5 < found.current_share < 1
    assert not found.up_to_date


def test_a_new_paragraph_is_missing_and_a_removed_one_leaves_an_extra_translation() -> None:
    new = SOURCE.replace("It was closed in 2024.\n\n", "").replace(
        "Others must ask.", "Others must ask.\n\nA last word about prices."
    )
    found = states(SOURCE, new, TRANSLATION)
    assert [entry for entry in found if entry[0] is not CURRENT] == [
        (EXTRA, "It was close"),
        (MISSING, "A last word "),
    ]
    assert found.index((EXTRA, "It was close")) == 3


def test_what_the_translator_left_out_is_missing_and_the_rest_still_finds_its_source() -> None:
    shorter = TRANSLATION.replace("L'outil montre des liens [@meta-2024].\n\n", "")
    found = status(SOURCE, SOURCE, shorter)
    assert [(block.state, block.source_now) for block in found.blocks if block.state is not CURRENT] == [
        (MISSING, "The tool shows links [@meta-2024].")
    ]


def test_what_the_translator_added_is_shown_and_does_not_count() -> None:
    longer = TRANSLATION.replace("## Pour qui", "> Note du traducteur.\n\n## Pour qui")
    found = status(SOURCE, SOURCE, longer)
    (own,) = [block for block in found.blocks if block.added_by_translator]
    assert (own.state, own.translation, found.current_share, found.up_to_date) == (
        EXTRA,
        "> Note du traducteur.",
        1.0,
        True,
    )


def test_a_section_that_the_translation_lacks_does_not_shift_the_others() -> None:
    shorter = TRANSLATION[: TRANSLATION.index("## Ce que")] + TRANSLATION[TRANSLATION.index("## Pour qui") :]
    by_source = {block.source_now: block.translation for block in status(SOURCE, SOURCE, shorter).blocks}
    assert by_source["- journalists\n- researchers"] == "- les journalistes\n- les chercheurs"
    assert by_source["It was closed in 2024."] is None


def test_blocks_keep_fences_lists_and_sequels_whole_and_headings_apart() -> None:
    text = "# T\ntext\nmore\n\n```\na\n\nb\n```\n\n- one\n\n- two\n\n  sequel\n\n!!! note\n    inside\n\n    still\nend\n"
    assert blocks(text) == [
        "# T",
        "text\nmore",
        "```\na\n\nb\n```",
        "- one\n\n- two\n\n  sequel",
        "!!! note\n    inside\n\n    still\nend",
    ]


PARAGRAPHS = st.lists(
    st.sampled_from(["# H", "a b c", "d 1", "- x", "```\n\nq\n```", "e f g h"]), max_size=8
).map("\n\n".join)


@given(PARAGRAPHS, PARAGRAPHS, PARAGRAPHS)
def test_every_block_of_all_three_texts_has_its_place(old: str, new: str, translation: str) -> None:
    found = status(old, new, translation)
    assert [block.source_now for block in found.blocks if block.source_now is not None] == blocks(new)
    placed = [block.translation_index for block in found.blocks if block.translation_index is not None]
    assert sorted(placed) == list(range(len(blocks(translation))))
    assert 0 <= found.current_share <= 1


@given(st.text(st.sampled_from("`~#- \na"), max_size=60))
def test_cutting_into_blocks_loses_no_word(text: str) -> None:
    assert "".join("".join(blocks(text)).split()) == "".join(text.split())


def test_a_text_of_very_many_blocks_ends_in_one_large_block() -> None:
    found = blocks("a\n\n" * (MOST_BLOCKS + 100))
    assert (len(found), found[-1].count("a")) == (MOST_BLOCKS, 101)
