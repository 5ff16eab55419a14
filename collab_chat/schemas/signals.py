"""Signals: what may be worth attention, from a person or a machine, before anybody takes it up."""

import uuid
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from collab_chat.schemas.cases import Line, Shape
from collab_chat.schemas.markings import Tlp
from common.i18n import N_

LONGEST = 10_000  # characters of a signal's text
MOST_FACTS = 20


class SignalState(StrEnum):
    """Where a signal is."""

    NEW = "new"
    TAKEN = "taken"
    DISMISSED = "dismissed"


class SignalSource(StrEnum):
    """What raised it."""

    FORM = "form"
    WEBHOOK = "webhook"
    FEED = "feed"
    SCORE = "score"
    AD = "ad"
    PROGRAM = "program"
    INJECT = "inject"


STATE_NAMES: dict[SignalState, str] = {
    SignalState.NEW: N_("New"),
    SignalState.TAKEN: N_("Taken up"),
    SignalState.DISMISSED: N_("Dismissed"),
}
SOURCE_NAMES: dict[SignalSource, str] = {
    SignalSource.FORM: N_("a person"),
    SignalSource.WEBHOOK: N_("a webhook"),
    SignalSource.FEED: N_("a feed"),
    SignalSource.SCORE: N_("the bot detector"),
    SignalSource.AD: N_("the ads tool"),
    SignalSource.PROGRAM: N_("a program"),
    SignalSource.INJECT: N_("an exercise"),
}
# TLP:RED names its readers; a signal has none yet, so it is told to people in a room instead.
MARKINGS = (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT)
# What a program brings: it belongs to no organisation, and cannot name people.
PROGRAM_MARKINGS = (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER)

MEANINGS: dict[Tlp, str] = {
    Tlp.CLEAR: N_("May be told to everybody."),
    Tlp.GREEN: N_("May be told in the community, not in public."),
    Tlp.AMBER: N_("For the members of the alert room and those of their organisations who need it."),
    Tlp.AMBER_STRICT: N_("For the members of your organisation only."),
}


class SignalForm(Shape):
    """What is reported. `key`: the same thing reported under the same key is counted once.

    `facts`: names and values that come with it, as words; shown, never acted upon.
    """

    title: Line = ""
    text: Annotated[str, Field(max_length=LONGEST)] = ""
    url: Annotated[str, Field(max_length=2_000)] = ""
    tlp: Tlp = Tlp.AMBER
    facts: Annotated[dict[Annotated[str, Field(max_length=60)], Line], Field(max_length=MOST_FACTS)] = Field(
        default_factory=dict
    )
    key: Annotated[str, Field(max_length=200)] = ""


class Origin(Shape):
    """Where a signal comes from: what raised it, by which name, and in which exercise (None: it is real).

    `by_address`: its words say of every such thing nearly the same, so only its address tells which one it is.
    """

    source: SignalSource = SignalSource.FORM
    name: Line = ""
    exercise: uuid.UUID | None = None
    by_address: bool = False
