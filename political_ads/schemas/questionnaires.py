"""Questionnaires are data: YAML, versioned, translated. `core.questionnaires` reads and checks them."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from political_ads.schemas.shape import Key, Shape, Words


class QuestionKind(StrEnum):
    """How a question is answered. "Cannot tell" is always an answer, of every kind."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    SPAN = "span"  # highlights in the ad's text
    TEXT = "text"


class Example(Shape):
    """A short example of an ad for which an answer is right (or, where `fits` is false, a near miss), and why."""

    text: Words
    why: Words
    fits: bool = True


class Option(Shape):
    """One answer that can be given."""

    key: Key
    label: Words
    help: Words
    examples: tuple[Example, ...] = ()
    soft: bool = (
        False  # experts agree poorly on it: published as a share with an interval, never as a verdict
    )
    highlight: bool = False  # whoever chooses it is asked to mark the words that it is about


class Condition(Shape):
    """Ask only if an earlier question was answered with one of these options."""

    question: Key
    any_of: Annotated[tuple[Key, ...], Field(min_length=1)]


class Question(Shape):
    """One question. A scale has `steps` (2 to 9) from `low_label` to `high_label`, stored as 1 to `steps`."""

    key: Key
    kind: QuestionKind
    text: Words
    help: Words
    options: tuple[Option, ...] = ()
    required: bool = False
    when: Condition | None = None
    steps: Annotated[int, Field(ge=2, le=9)] | None = None
    low_label: Words
    high_label: Words
    fold: bool = False  # shown when asked for: kept out of the way of the first questions

    @model_validator(mode="after")
    def _whole(self) -> Self:
        chosen = self.kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}
        if chosen and not 2 <= len(self.options) <= 40:
            msg = f"question {self.key}: give 2 to 40 options"
            raise ValueError(msg)
        if not chosen and self.kind is not QuestionKind.SPAN and self.options:
            msg = f"question {self.key}: only single, multiple and span questions have options"
            raise ValueError(msg)
        if (self.kind is QuestionKind.SCALE) != (self.steps is not None):
            msg = f"question {self.key}: a scale, and only a scale, has steps"
            raise ValueError(msg)
        return self

    def option(self, key: str) -> Option | None:
        """Return an option by its key."""
        return next((option for option in self.options if option.key == key), None)


class Questionnaire(Shape):
    """A set of questions, in order. The first is the campaign's main question: retirement looks at it."""

    key: Key
    title: Words
    intro: Words
    guidelines: Words  # Markdown
    source: str = ""  # a law's article, a published coding guide
    reviewers_only: bool = False  # law is asked apart, of trained reviewers
    country: Annotated[str, Field(max_length=2)] = ""  # of a rule pack: whose law
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=30)]

    def question(self, key: str) -> Question | None:
        """Return a question by its key."""
        return next((question for question in self.questions if question.key == key), None)

    @property
    def main(self) -> Question:
        """The question that decides when a creative has enough answers."""
        return self.questions[0]
