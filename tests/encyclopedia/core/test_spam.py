"""The spam score: honest edits stay low, blatant ones rise, no single reason suffices, trust lowers it."""

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encyclopedia.core.spam import ATTENTION, PRIOR, REASON_NAMES, WEIGHTS, SpamReason, SpamScore, spam_score

PAGE = (
    "CrowdTangle showed how public posts spread on several platforms, until its owner closed it in 2024. " * 8
)


def score(
    old: str,
    new: str,
    links: tuple[str, ...] = (),
    edits: int = 0,
    seconds: float = 0,
    known: tuple[str, ...] = (),
) -> SpamScore:
    return spam_score(
        old, new, added_links=links, editor_edits=edits, seconds_since_first=seconds, known_domains=known
    )


def test_no_single_reason_is_enough_for_attention() -> None:
    assert 1 / (1 + exp(-(PRIOR + max(WEIGHTS.values())))) < ATTENTION
    assert WEIGHTS.keys() == REASON_NAMES.keys() == set(SpamReason)


@pytest.mark.parametrize(
    ("new", "links"),
    [
        (PAGE + "\n\nA study of 2023 compared it with two other tools [@doe-2023].", ()),
        (PAGE.replace("several", "many"), ()),
        (
            PAGE
            + "\n\nSee the [announcement](https://about.example/news) of its closing, which gives the date.",
            ("https://about.example/news",),
        ),
        (PAGE + "\n\n| OSINT | GEOINT | NATO |\n|-------|--------|------|\n| yes | no | yes |", ()),
        (PAGE + "\n\n---------------\n\n## Limits\n\n************\n", ()),
        ("", ()),
    ],
    ids=["sourced sentence", "one word", "one link", "acronyms", "rules", "an empty page of nothing"],
)
def test_honest_first_edits_give_no_reason(new: str, links: tuple[str, ...]) -> None:
    old = PAGE if new else ""
    found = score(old, new, links)
    assert found.reasons == ()
    assert found.value < 0.03


def test_an_advertisement_with_links_draws_attention() -> None:
    links = ("https://a.example/1", "https://b.example/2", "https://c.example/3")
    found = score(PAGE, PAGE + "\n\nBUY NOW best price " + " ".join(links), links)
    assert found.value > ATTENTION
    assert set(found.reasons) == {SpamReason.PHRASES, SpamReason.LINK_DENSITY, SpamReason.NEW_DOMAINS}


def test_links_to_sites_that_entries_cite_are_not_strange() -> None:
    links = ("https://www.a.example/1", "https://b.example/2", "https://c.example/3")
    found = score(PAGE, PAGE + " word" * 40, links, known=("a.example", "b.example"))
    assert SpamReason.NEW_DOMAINS not in found.reasons


@pytest.mark.parametrize(
    ("added", "reason"),
    [
        ("<a href='https://a.example'>x</a>", SpamReason.FOREIGN_MARKUP),
        ("THIS PAGE IS WRONG AND EVERYBODY KNOWS IT WELL ENOUGH BY NOW", SpamReason.CAPITALS),
        ("noooooooooooo", SpamReason.REPEATED),
        ("so bad!!! really!!! awful", SpamReason.SHOUTING),
        ("Это объявление написано другим письмом, чем вся страница", SpamReason.OTHER_SCRIPT),
        ("cliquez ici pour en savoir davantage", SpamReason.PHRASES),
    ],
)
def test_each_sign_in_the_added_words_is_named(added: str, reason: SpamReason) -> None:
    assert score(PAGE, f"{PAGE}\n\n{added}\n").reasons == (reason,)
    assert score(f"{PAGE}\n\n{added}\n", f"{PAGE}\n\n{added}\n\nA calm sentence.\n").reasons == ()


def test_blanking_and_shrinking_are_told_apart() -> None:
    assert score(PAGE, "").reasons == (SpamReason.BLANKED,)
    assert score(PAGE, PAGE[:300]).reasons == (SpamReason.SHRUNK,)


def test_a_burst_counts_for_new_editors_only() -> None:
    assert score(PAGE, PAGE + "x", edits=5, seconds=30).reasons == (SpamReason.BURST,)
    assert score(PAGE, PAGE + "x", edits=500, seconds=30).reasons == ()


@given(
    st.text(max_size=80),
    st.text(max_size=80),
    st.lists(st.text(max_size=30), max_size=3),
    st.integers(0, 1000),
)
def test_any_edit_has_a_score_and_trust_never_raises_it(
    old: str, new: str, links: list[str], edits: int
) -> None:
    new_editor = score(old, new, tuple(links), edits=0, seconds=1e9)
    trusted = score(old, new, tuple(links), edits=edits, seconds=1e9)
    assert 0 < trusted.value <= new_editor.value < 1
    assert trusted.reasons == new_editor.reasons
