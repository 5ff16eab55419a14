"""What a volunteer says of one creative."""

import uuid
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from political_ads.schemas.shape import Key, Shape

CANNOT_TELL = "cannot_tell"  # an answer to every question, whatever its kind


class Flag(StrEnum):
    """What a volunteer says of the ad as shown, beside the questions."""

    OFFENSIVE = "offensive"
    BROKEN = "broken"  # unreadable
    WRONG_LANGUAGE = "wrong_language"


class Highlight(Shape):
    """Characters `start` (inclusive) to `end` (exclusive) of the creative's text, and the option that they are about."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]
    option: str = ""


# single: an option's key · multiple: keys (empty: none applies) · scale: 1…steps · span: highlights · text: words · any: CANNOT_TELL
Value = str | int | tuple[str, ...] | tuple[Highlight, ...]


class GivenAnswer(Shape):
    """An answer as the page sends it. `client_key` is made by the browser: sent twice, it counts once."""

    item_id: int
    client_key: uuid.UUID
    questionnaire_id: int | None = None  # the version that was shown; None: the campaign's present one
    answers: dict[Key, Value] = Field(default_factory=dict)
    highlights: tuple[Highlight, ...] = ()  # for options with `highlight`
    flag: Flag | None = None  # with no answers: the creative could not be labelled
    comment: Annotated[str, Field(max_length=2_000)] = ""
    seconds: Annotated[float, Field(ge=0, le=86_400)] = 0.0  # on screen, as the browser measured
