"""What a volunteer's browser sends: the steps that it kept while it could not reach us, in order."""

import uuid
from typing import Annotated, Literal

from pydantic import Field

from political_ads.schemas.answers import GivenAnswer
from political_ads.schemas.shape import Shape

MOST_STEPS = 50  # in one request; a browser that was long offline sends several


class AnswerStep(Shape):
    """An answer was given."""

    kind: Literal["answer"]
    given: GivenAnswer


class UndoStep(Shape):
    """An answer was taken back; `client_key` is the answer's."""

    kind: Literal["undo"]
    client_key: uuid.UUID


class SkipStep(Shape):
    """A creative was passed over."""

    kind: Literal["skip"]
    item_id: int


Step = Annotated[AnswerStep | UndoStep | SkipStep, Field(discriminator="kind")]


class Sent(Shape):
    """Steps of one volunteer. `identity` is the page's: another person's steps are never taken as theirs."""

    identity: Annotated[str, Field(max_length=64)]
    steps: Annotated[tuple[Step, ...], Field(max_length=MOST_STEPS)] = ()
    holding: Annotated[tuple[int, ...], Field(max_length=200)] = ()  # items that the page has already
