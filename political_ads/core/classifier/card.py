"""The model card, written by the training run (Mitchell and others 2019, "Model cards for model reporting", DOI 10.1145/3287560.3287596)."""

from typing import Any

from political_ads.core.classifier.facts import NAMES
from political_ads.core.classifier.model import Model

_CARD = """# Model card: {version}

## What it does
For the text of an ad{beside_it}, a probability for each of: {classes}. It orders what volunteers see (most unsure first) and stands, with its
date and version, beside their answers. It never stands in for them: labels come from people.

It is **not** for calling an ad illegal, misleading or foreign, nor for acting against an advertiser. No volunteer sees its opinion before
answering.

## How it works
Addresses are stripped; words and pairs of words, and groups of two to five characters, are hashed into {buckets} places (no word is
stored); TF-IDF; the average of a ridge logistic regression and one on log-count ratios, trained on the volunteers' probabilities (soft labels), each
creative weighing as much as the answers behind it are worth. A slope and an offset, fitted on pages that the models had not seen, turn the sum
into a probability.

- Trained on {rows:,} creatives of {pages:,} pages or advertisers.
- Recipe: `{recipe}`

{facts}## What was measured
Every figure is about pages that the models had not seen, near-duplicates kept on one side.

| rows | ads | F1 | macro-F1 | AUC | ECE |
|---|---:|---:|---:|---:|---:|
{figures}

F1 is that of "{last}". ECE: mean gap between stated and observed shares over ten bins.{later}
{beside}
## Limits
- It knows the words of its training ads: another language, country or year needs labels of its own. Look at the drift figures.
- Irony, images, sound and what is left unsaid are outside its reach.
- Where volunteers agree poorly, it has learned their disagreement.
{limits}- Posts that say little ("Breaking news") are judged by very little.
"""
_LATER = """

"Later" is the test by time: each window was judged by models that knew only what came before it and none of its pages."""


_BESIDE = """
## Facts beside the words
{found} Tried: {names}; each as one value of a closed list, "unknown" among them. Never who speaks: no page, sponsor, domain, address or id is
read, or it would learn advertisers by heart; whether an ad was declared as political is not read either. Measured on the same folds:

| reads | F1 | macro-F1 | AUC | ECE | log loss |
|---|---:|---:|---:|---:|---:|
{figures}

Facts are read where they lower the log loss by more than two standard errors of the difference (one is {doubt:.3f}, posts of one page counted
together); as the better of two is used, the figures further up are a very little too kind.
"""
_USED = "It reads a few facts that libraries state beside the text."
_UNUSED = "It reads words alone: facts that libraries state beside the text were tried and did not make its probabilities clearly better."
_LIMITS = """- Facts say how ads were run when it learned. Where most political ads in the labels named who paid, it is slower to see the one that hides it.
"""


def model_card(model: Model) -> str:
    """Write the card of a trained model in Markdown; figures that were not measured are shown as "—"."""
    told = model.told
    measured: dict[str, Any] = told["measured"]
    lines = [_row("all", measured["held_out"])]
    lines += [_row(language or "unknown", each) for language, each in measured["by_language"].items()]
    if measured["later"]:
        lines.append(_row("later", measured["later"]))
    shown = {"rows", "pages", "recipe", "measured"}
    facts = "".join(f"- {name}: {value}\n" for name, value in told.items() if name not in shown)
    beside, used = measured.get("beside"), bool(model.facts)
    return _CARD.format(
        beside_it=" and a few facts beside it" if used else "",
        beside=_beside(beside) if beside else "",
        limits=_LIMITS if used else "",
        version=model.version,
        classes=", ".join(model.classes),
        buckets=f"{len(model.frequency):,}",
        rows=told["rows"],
        pages=told["pages"],
        recipe=told["recipe"],
        facts=f"{facts}\n" if facts else "",
        figures="\n".join(lines),
        last=model.classes[-1],
        later=_LATER if measured["later"] else "",
    )


def _beside(measured: dict[str, Any]) -> str:
    lines = [
        f"| {name} | "
        + " | ".join(_cell(measured[key][figure]) for figure in ("f1", "macro_f1", "auc", "ece", "log_loss"))
        + " |"
        for name, key in (("words alone", "words"), ("words and facts", "both"))
    ]
    return _BESIDE.format(
        doubt=measured["doubt"],
        found=_USED if measured["used"] else _UNUSED,
        names=", ".join(NAMES),
        figures="\n".join(lines),
    )


def _row(name: str, figures: dict[str, float | None]) -> str:
    cells = [_cell(figures[key]) for key in ("f1", "macro_f1", "auc", "ece")]
    return f"| {name} | {figures['rows']:,.0f} | " + " | ".join(cells) + " |"


def _cell(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
