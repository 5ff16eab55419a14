"""The rows of the open data, each column with its meaning: the data dictionary is made from here."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from political_ads.core.export.cells import Cell


def _column(meaning: str) -> Any:
    return field(metadata={"meaning": meaning})


@dataclass(frozen=True)
class LabelRow:
    """One (sub-)question's label of one creative: what the answers add up to."""

    campaign: str = _column("The campaign's short name, as in its address.")
    creative_id: int = _column("The creative: a group of ads whose text is the same but for small changes.")
    question: str = _column("Key of the question in the questionnaire.")
    option: str = _column(
        "Of a question with several answers: the option that this label is about. Else empty."
    )
    label: str = _column(
        "The answer that leads (of an option: yes or no; of a scale: the median step). Empty: answers share the first place, or the "
        "question is soft."
    )
    confidence: float | None = _column("Probability of that label, 0 to 1. Empty where there is no label.")
    entropy: float = _column("Doubt that is left, in bits: 0 is none.")
    answers: int = _column("Answers to this question that count.")
    votes: str = _column("JSON: answer → how many gave it.")
    posterior: str = _column(
        "JSON: answer → probability; of a soft question the weighted share of readers who said it."
    )
    soft: bool = _column("True: experts agree poorly on such a question; only the shares are published.")
    state: str = _column(
        "Of the creative: open (still asked), retired (enough answers), adjudicate (with reviewers), adjudicated (reviewers decided), "
        "blank (unreadable)."
    )
    disputed: bool = _column("True: published as disputed; nobody's answer is put above the others'.")
    random_set: bool = _column(
        "True: drawn uniformly at random within its language. Shares of the campaign rest on these alone."
    )
    method: str = _column("ensemble (batch), online (as answers came), adjudicated (reviewers).")
    updated_at: str = _column("When the label last changed (ISO 8601, UTC).")


@dataclass(frozen=True)
class AnswerRow:
    """What one volunteer said to one question about one creative."""

    campaign: str = _column("The campaign's short name, as in its address.")
    contributor: str = _column(
        "A pseudonym that holds in this file alone; every file has others. The same volunteer has the same one inside a file."
    )
    creative_id: int = _column("The creative.")
    questionnaire: str = _column("Key and version of the questionnaire under which it was given.")
    question: str = _column("Key of the question.")
    value: str = _column(
        "What was answered: an option's key, keys with | between them, a step, cannot_tell; of marked words JSON with their places."
    )
    counted: bool = _column(
        "False: it came when the creative had its answers already; kept, and not added up."
    )
    drawn: str = _column(
        "Why the creative was given out: nearest (to done), uncertain (for the model), random."
    )
    seconds: float = _column("Seconds on screen, as the browser measured, rounded.")
    day: str = _column(
        "Day on which it arrived (UTC). The hour is left out, so that people are not recognised by it."
    )


@dataclass(frozen=True)
class CreativeRow:
    """One creative of the campaign, as the platforms' libraries published its ads."""

    campaign: str = _column("The campaign's short name, as in its address.")
    creative_id: int = _column("The creative.")
    language: str = _column("ISO 639-1; empty: not known.")
    page_name: str = _column("The page that showed the ad which stands for the group.")
    paid_for_by: str = _column("The disclaimer of that ad. Empty: none was shown.")
    title: str = _column("Its title.")
    text: str = _column("Its text. It belongs to whoever wrote it, and is quoted for research.")
    library_url: str = _column("Where the platform shows that ad.")
    platform: str = _column("The platform of that ad.")
    ads: int = _column("Ads in the group.")
    pages: int = _column("Different pages that showed them.")
    currency: str = _column("ISO 4217. Empty: unknown, or several.")
    spend_low: float | None = _column(
        "Sum of the lower ends of what was spent. Empty: not known, which is not zero."
    )
    spend_high: float | None = _column("Sum of the upper ends.")
    impressions_low: int | None = _column("Sum of the lower ends of impressions.")
    impressions_high: int | None = _column("Sum of the upper ends.")
    started_at: str = _column("When the first of them began (ISO 8601, UTC).")
    ended_at: str = _column("When the last of them ended.")
    state: str = _column("As in the labels.")
    answers: int = _column("Answers of volunteers that count.")
    disputed: bool = _column("As in the labels.")
    random_set: bool = _column("As in the labels.")


Row = LabelRow | AnswerRow | CreativeRow
TABLES: dict[str, type[Row]] = {"labels": LabelRow, "answers": AnswerRow, "creatives": CreativeRow}
_TYPES = {
    "str": "text",
    "int": "integer",
    "float": "number",
    "bool": "true or false",
    "float | None": "number or empty",
    "int | None": "integer or empty",
}


@dataclass(frozen=True)
class Column:
    """A line of the data dictionary."""

    name: str
    type: str
    meaning: str


def columns_of(row: type[Row]) -> tuple[str, ...]:
    """Return a table's columns in their order."""
    return tuple(part.name for part in fields(row))


def dictionary(row: type[Row]) -> tuple[Column, ...]:
    """Return the data dictionary of a table."""
    return tuple(Column(part.name, _type_of(part), str(part.metadata["meaning"])) for part in fields(row))


def as_record(row: Row) -> dict[str, Cell]:
    """Return a row as plain data."""
    return dict(vars(row))


def column_types(row: type[Row]) -> Mapping[str, type]:
    """Return the Python type of each column, nothing apart."""
    plain: dict[str, type] = {"int": int, "float": float, "bool": bool, "str": str}
    return {part.name: plain[_annotation(part).removesuffix(" | None")] for part in fields(row)}


def _type_of(part: Field[Any]) -> str:
    return _TYPES[_annotation(part)]


def _annotation(part: Field[Any]) -> str:
    return part.type.__name__ if isinstance(part.type, type) else str(part.type)
