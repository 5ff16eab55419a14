"""What tools tell each other. Ids and counts, no personal data: whoever wants more asks, through `common.peers`.

`path` is where a person reads more, below the public address and without a language.
"""

import uuid
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0)]


class Word(BaseModel):
    """One thing that happened. Fields may be added with a default; a field that changes its meaning takes a new topic."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    topic: ClassVar[str]


class BatchScored(Word):
    """The bot detector has scored a whole batch. `likely_automated`: accounts with this verdict, at `error_level`.

    `owner`: whose batch it is; None: a guest's.
    """

    topic = "bots.batch_scored"
    batch: uuid.UUID
    owner: uuid.UUID | None
    accounts: Count
    likely_automated: Count
    undecided: Count  # unclear, or too little known
    error_level: Annotated[float, Field(gt=0, lt=1)]
    path: str


class AdFlagged(Word):
    """A flag has come to stand on a creative: `people` of the `asked` gave it. Told once for each creative and flag."""

    topic = "ads.flagged"
    creative: int
    campaign: str
    flag: str  # the option's key
    people: Count
    asked: Count
    path: str


class PersonMoved(Word):
    """An admin said that somebody belongs to another organisation now, or to none. Whose they are stands in their account."""

    topic = "accounts.person_moved"
    person: uuid.UUID


class LabelContested(Word):
    """A reader says that a published label is wrong; a reviewer will answer."""

    topic = "ads.label_contested"
    creative: int
    campaign: str
    path: str
