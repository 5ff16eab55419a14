"""The sentences of the model's page: what it is worth, what that rests on, and what it goes by."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from common.i18n import gettext as _
from common.i18n import ngettext
from political_ads.core.model_report import ENOUGH_DRAWN
from political_ads.views.fact_words import fact_name
from political_ads.views.results.figures import fmt


@dataclass(frozen=True)
class TermList:
    """The words that speak most for an answer, each with how many ads hold it."""

    answer: str
    terms: tuple[tuple[str, str], ...]


def percent_range(estimate: dict[str, Any]) -> str:
    """Write a share with its interval: 84 % (79 % to 88 %)."""
    return _("%(value)s (%(low)s to %(high)s)") % {
        name: fmt.percent(estimate[name]) for name in ("value", "low", "high")
    }


def finding_of(report: dict[str, Any]) -> str:
    """Say how far the model agrees with volunteers."""
    return _(
        "On ads that it never saw, from advertisers that it never saw, the model agrees with volunteers in %(share)s"
    ) % {"share": percent_range(report["agreement"])}


def basis_of(report: dict[str, Any]) -> str:
    """Say on which ads that was measured, and what the model reads."""
    agreement = report["agreement"]
    count = fmt.number(agreement["n"])
    if agreement["random"]:
        told = _(
            "Measured on %(count)s ads that were drawn at random, whatever the model thought of them."
        ) % {"count": count}
    else:
        told = _(
            "Measured on all %(count)s labelled ads: only %(drawn)s of the random set are labelled yet, and it takes %(enough)s. Which ads "
            "were labelled first was not left to chance, so the rest of the campaign may be easier or harder."
        ) % {"count": count, "drawn": fmt.number(agreement["drawn"]), "enough": ENOUGH_DRAWN}
    return f"{told} {_reads(report)}"


def _reads(report: dict[str, Any]) -> str:
    if (report.get("beside") or {}).get("used"):
        return _(
            "It guesses from words and from a few facts that libraries state beside them: it sees no picture, no sound and no link."
        )
    return _("It guesses from words alone: it sees no picture, no sound and no link.")


def beside_of(report: dict[str, Any], words: Callable[[str], str]) -> str:
    """Say what guessing without a model would reach, and what this one does on all labelled ads."""
    agreement = report["agreement"]
    beside = _("Always guessing “%(answer)s” would agree in %(share)s.") % {
        "answer": words(agreement["usual"]["class"]),
        "share": fmt.percent(agreement["usual"]["value"]),
    }
    if not agreement["random"]:
        return beside
    return f"{beside} " + _("On all %(count)s labelled ads the model agrees in %(share)s.") % {
        "count": fmt.number(agreement["all"]["n"]),
        "share": percent_range(agreement["all"]),
    }


def notes_of(report: dict[str, Any], words: Callable[[str], str]) -> Iterator[str]:
    """Say what the model does not know, what facts changed, and whether the ads moved since the version before."""
    if report["left_out"]:
        rare = ", ".join(f"“{words(name)}” ({count})" for name, count in report["left_out"].items())
        yield _(
            "It does not know answers that are still too rare: %(answers)s. Ads that people put there count as not agreed."
        ) % {"answers": rare}
    if untold := report["untold"]:
        yield ngettext(
            "%(count)s ad where most volunteers could not tell is left out.",
            "%(count)s ads where most volunteers could not tell are left out.",
            untold,
        ) % {"count": fmt.number(untold)}
    if beside := report.get("beside"):
        yield _beside_words(beside)
    if drift := report.get("drift"):
        told = (
            _(
                "The %(new)s ads labelled since version %(since)s differ from those before it: look closely before relying on it."
            )
            if drift["moved"]
            else _("The %(new)s ads labelled since version %(since)s are much like those before it.")
        )
        yield told % {"new": fmt.number(drift["new"]), "since": drift["since"]}
        if drift["moved"] and drift.get("fact"):
            yield _("Beside their words, what changed most is: %(fact)s.") % {
                "fact": fact_name(drift["fact"])
            }


def _beside_words(measured: dict[str, Any]) -> str:
    figures = {
        key: fmt.number(measured[key]["macro_f1"], 2)
        for key in ("words", "both")
        if measured[key]["macro_f1"] is not None
    }
    if measured["used"]:
        told = _(
            "On the same ads, words alone reach a macro-F1 of %(words)s, words and facts %(both)s; the probabilities are clearly better with facts, "
            "so the model reads them."
        )
    else:
        told = _(
            "Facts that libraries state beside the words (the button, the spending, the days it ran …) were tried and left out: the "
            "probabilities are not clearly better with them (macro-F1 %(both)s, against %(words)s with words alone)."
        )
    return told % {"words": "–", "both": "–", **figures}


def terms_of(
    report: dict[str, Any], words: Callable[[str], str], shown: Callable[[str], str], part: str = "terms"
) -> Iterator[TermList]:
    """List what speaks most for each answer: words (`part` "terms") or facts ("facts"), each as `shown`."""
    for name, found in report.get(part, {}).items():
        terms = tuple((shown(str(each["term"])), fmt.number(each["n"])) for each in found)
        if terms:
            yield TermList(words(name), terms)
