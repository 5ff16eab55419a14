"""Blind votes, objections, decisions, and who is behind it."""

import uuid
from typing import Annotated, Any

from pydantic import Field

from collab_chat.schemas.cases import Confidence, Line, Shape, Sheet, Text
from collab_chat.schemas.events.parts import Seq, Sha256


class VoteCast(Shape):
    """A qualification sheet. Its content goes to nobody but its author before the round is decided."""

    round: Annotated[int, Field(ge=1)]
    sheet: Sheet


class ObjectionRaised(Shape):
    """Somebody objects; a blocking objection keeps the decision open."""

    why: Text
    blocking: bool


class ObjectionLifted(Shape):
    """An objection was answered, or taken back."""

    objection: Seq
    why: Text


class WaitShortened(Shape):
    """A lead agrees to decide before the waiting time is over; two must."""

    round: Annotated[int, Field(ge=1)]
    why: Text = ""


class DecisionMade(Shape):
    """The qualification's frozen record: `core/consensus.py` makes it, and `sha256` is over its canonical JSON."""

    round: Annotated[int, Field(ge=1)]
    record: dict[str, Any]
    sha256: Sha256


class CaseReopened(Shape):
    """New evidence opened a new round; the old record stays."""

    round: Annotated[int, Field(ge=2)]
    why: Text
    evidence: tuple[Seq, ...] = ()


class AttributionProposed(Shape):
    """Somebody says who is behind it; nothing is stated before a person of another organisation agrees."""

    actor: Line
    confidence: Confidence
    why: Text
    evidence: tuple[Seq, ...]


class AttributionStated(Shape):
    """Who is behind it, with a bar of its own: evidence and at least moderate confidence from two organisations."""

    actor: Line
    confidence: Confidence
    why: Text
    evidence: tuple[Seq, ...]
    second: uuid.UUID  # the person of another organisation who agrees, and the event's author
    proposal: Seq | None = None
