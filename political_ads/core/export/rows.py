"""The rows of the open data, each column with its meaning: the data dictionary is made from here."""

from collections.abc import Iterable, Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any

import orjson

from political_ads.core.export.cells import Cell
from political_ads.core.spans import AgreedSpan


def _column(meaning: str) -> Any:
    return field(metadata={"meaning": meaning})


@dataclass(frozen=True)
class MarkedWords:
    """A place of a creative's text: code points `start` to `end` (not included), its words, and the share of those asked who marked it."""

    start: int
    end: int
    text: str
    share: float
    asked: int


Places = tuple[MarkedWords, ...]


def marked_words(spans: Iterable[AgreedSpan], text: str) -> Places:
    """Return places of a text as they are published."""
    return tuple(
        MarkedWords(one.start, one.end, text[one.start : one.end], round(one.share, 6), one.asked)
        for one in spans
    )


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
    spans: tuple[MarkedWords, ...] = _column(
        "Words of the text that more than half of those marked who were asked to (each weighed by what their answers tell): start and end "
        "(not included) in Unicode code points from 0, the words, the share of those asked who marked at least half of them, and how many "
        'were asked. In CSV: start-end, the words as a JSON string, the share, as in 18-35 "free for everyone" 0.8; with | between places.'
    )
    soft: bool = _column("True: experts agree poorly on such a question; only the shares are published.")
    state: str = _column(
        "Of the creative: open (not enough answers; in the file once the campaign is closed), retired (enough answers), adjudicate (with reviewers), adjudicated (reviewers decided), "
        "blank (unreadable)."
    )
    disputed: bool = _column("True: published as disputed; nobody's answer is put above the others'.")
    random_set: bool = _column(
        "True: drawn uniformly at random within its language. Shares of the campaign rest on these alone, and on all of them: until the "
        "campaign is closed, the file lacks those that are still asked about, which are the harder ones. The results page has them in."
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
    marked: str = _column(
        "JSON: of options that ask for words of the text, the places that were marked: start and end (not included) in Unicode code points "
        "from 0, and the option. Empty: no option asked for them."
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
    "Places": "list of start, end, text, share, asked",
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


def as_record(row: Row) -> dict[str, Any]:
    """Return a row as plain data: text, numbers, truth, and of marked words a list of objects."""
    return asdict(row)


def as_cells(row: Row) -> tuple[Cell, ...]:
    """Return a row as the cells of a table."""
    return tuple(_places_cell(value) if isinstance(value, tuple) else value for value in vars(row).values())


def column_types(row: type[Row]) -> Mapping[str, type]:
    """Return the Python type of each column, nothing apart; `MarkedWords` stands for a list of such."""
    plain: dict[str, type] = {"int": int, "float": float, "bool": bool, "str": str, "Places": MarkedWords}
    return {part.name: plain[_annotation(part).removesuffix(" | None")] for part in fields(row)}


def _places_cell(places: Places) -> str:
    return " | ".join(
        f"{one.start}-{one.end} {orjson.dumps(one.text).decode()} {one.share:g}" for one in places
    )


def _type_of(part: Field[Any]) -> str:
    return _TYPES[_annotation(part)]


def _annotation(part: Field[Any]) -> str:
    if part.type == Places:
        return "Places"
    return part.type.__name__ if isinstance(part.type, type) else str(part.type)
