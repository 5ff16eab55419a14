"""How the six labels of the 2019 tool translate into ours, and what is lost on the way.

A label of 2019 was one choice that mixed what an ad wants with what a law said of it, and its French button did not always say
the same as the English value that was stored. So no label gives all of our answers. `certain` is what follows from it;
`possible` is what it leaves open, narrowed down; the rest has to be asked again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from common.i18n import N_
from political_ads.schemas import CANNOT_TELL, Value


@dataclass(frozen=True)
class Line:
    """One label of 2019. `code` and `stored` are as the 2019 tool kept them; `key` is its option in `labels_2019`."""

    code: str
    stored: str
    key: str
    certain: Mapping[str, Value]  # answers to the questionnaire `political_ads`
    possible: Mapping[str, tuple[str, ...]]  # question → the options that remain
    lost: str  # in words, translatable
    aliases: tuple[str, ...] = field(default=())


MAPPING_2019 = (
    Line(
        "PROMOTES_A_CANDIDATE",
        "Promotes a candidate, list or political party",
        "promotes_candidates",
        certain={},
        possible={"political": ("actor", "issue"), "tone": ("promote", "attack", "contrast")},
        lost=N_(
            "It does not say whether a political actor speaks or somebody else, and the French button put promoting and"
            " criticising together. The ad is political; which way, and its tone, must be asked again."
        ),
        aliases=("promotes-candidates",),
    ),
    Line(
        "INTRODUCES_OF_A_NEW_CONTROVERSIAL_ELEMENT",
        "Introduces of a new controversial element",
        "new_controversial_element",
        certain={"flags": ("new_controversial",)},
        possible={"political": ("actor", "issue"), "tone": ("attack", "contrast")},
        lost=N_(
            "Who speaks is not known. It was one choice among six: that no other flag was given says nothing about the others."
        ),
        aliases=("new-controversial-element",),
    ),
    Line(
        "SURVEY",
        "Contains a survey",
        "survey",
        certain={},
        possible={"political": ("actor", "issue", "no")},
        lost=N_(
            "The French button meant publishing a poll, the stored English value containing a survey. Only the second is our"
            " purpose “give data, or answer a survey”; publishing polls is asked in the French rule pack. Nothing is certain."
        ),
    ),
    Line(
        "NOTHING_SUSPECT",
        "Nothing suspect",
        "nothing_suspect",
        certain={},
        possible={"political": ("issue", "no")},
        lost=N_(
            "The French button meant encouraging people to take part, for no party or candidate; the stored English value was a"
            " judgement on the ad. An issue ad and an ad that is not political were both possible."
        ),
        aliases=("nothing-suspect",),
    ),
    Line(
        "NOT_RELATED_TO_POLITICS_OR_ISSUES_OF_NATIONAL_IMPORTANCE",
        "Not related to politics or issues of national importance",
        "not_related_to_politics",
        certain={"political": "no"},
        possible={},
        lost=N_(
            "The 2019 label spoke of national importance; ours counts votes and laws at local and regional level too, so a few"
            " local ads may have to be looked at again."
        ),
        aliases=("not-related-to-politics",),
    ),
    Line(
        "CANT_SAY",
        "Can't say",
        CANNOT_TELL,
        certain={"political": CANNOT_TELL},
        possible={},
        lost=N_(
            "Nothing: it is our answer “cannot tell”, which is not an option of its own in `labels_2019`."
        ),
        aliases=("cant-say",),
    ),
)


def line_2019(label: str) -> Line | None:
    """Return the line of a label of 2019, given as its code, its stored value, its address or our key; None if unknown."""
    wanted = label.strip().casefold()
    for line in MAPPING_2019:
        if wanted in {name.casefold() for name in (line.code, line.stored, line.key, *line.aliases)}:
            return line
    return None


def answers_from_2019(label: str) -> dict[str, Value]:
    """Return what a label of 2019 certainly answers in the questionnaire `political_ads`; empty where nothing is certain.

    An answer to `flags` taken from here says yes to its option and nothing about the others: count only the yes.
    """
    line = line_2019(label)
    return dict(line.certain) if line else {}
