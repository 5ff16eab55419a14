"""Every fact that a model can read is said in words."""

import pytest

from political_ads.core.classifier.fact_kinds import BUTTONS, ENDINGS, LISTED
from political_ads.core.classifier.facts import NAMES, NOTHING_STATED, statements
from political_ads.views.fact_words import fact_name, fact_words


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("button=donate", "Button: donate"),
        ("button=other", "Button: something else"),
        ("platform=youtube", "Platform: YouTube"),
        ("language=fr", "Language: French"),
        ("sponsor=unknown", "Who paid: nobody is named"),
        ("spend=1e3", "Spent: 1,000 and more"),
        ("impressions=0", "Impressions: 0"),
        ("length=10 to 24", "Words in the text: 10 to 24"),
        ("days=31 and more", "Days it ran: 31 and more"),
        ("days=open", "Days it ran: no end stated"),
        ("days=1", "Days it ran: 1"),
        ("gender=yes", "Gender: some were chosen"),
        ("colour=red", "colour: red"),
    ],
)
def test_a_statement_is_said_in_words(statement: str, words: str) -> None:
    assert fact_words(statement) == words


def test_every_name_and_every_kind_has_words() -> None:
    assert all(fact_name(name) != name for name in NAMES)
    kinds = [f"button={kind}" for kind in BUTTONS]
    kinds += [f"link={kind}" for kind in {*ENDINGS.values(), *LISTED, "state", "country"}]
    said = [fact_words(each) for each in (*kinds, *statements(NOTHING_STATED))]
    assert not any("=" in each or "unknown" in each for each in said)
    assert len(set(said)) == len(said)
    assert all(
        fact_words(each).split(": ")[1] != each.split("=")[1] for each in kinds if each.startswith("link=")
    )
