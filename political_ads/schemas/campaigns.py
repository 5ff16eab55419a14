"""A labelling campaign's rules, as data."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from political_ads.schemas.shape import Shape


class Audience(StrEnum):
    """Who may take part."""

    EVERYBODY = "everybody"  # also without signing in: a cookie is the identity
    SIGNED_IN = "signed_in"
    MEMBERS = "members"
    REVIEWERS = "reviewers"


class Mix(Shape):
    """How the next creative is drawn; the shares add up to 1."""

    nearest: Annotated[float, Field(ge=0, le=1)] = 0.6  # nearest to done
    uncertain: Annotated[float, Field(ge=0, le=1)] = 0.2  # where the model is least sure
    random: Annotated[float, Field(ge=0, le=1)] = (
        0.2  # uniformly, kept apart: prevalence and evaluation rest on it
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if abs(self.nearest + self.uncertain + self.random - 1) > 1e-6:
            msg = "the shares of the mix must add up to 1"
            raise ValueError(msg)
        return self


class Rules(Shape):
    """When a creative has enough answers, and what is mixed into a volunteer's work."""

    at_least: Annotated[int, Field(ge=1, le=100)] = 3
    at_most: Annotated[int, Field(ge=1, le=100)] = 9
    posterior: Annotated[float, Field(gt=0.5, le=1)] = 0.99
    lead: Annotated[int, Field(ge=0, le=100)] = 3  # votes by which the first must lead the second
    blank_after: Annotated[int, Field(ge=1, le=20)] = 3  # first answers "unreadable"
    mix: Mix = Mix()
    gold_first: Annotated[int, Field(ge=0, le=200)] = 25  # answers in which gold is denser
    gold_every_first: Annotated[int, Field(ge=0, le=100)] = 5  # 1 in 5; 0: none
    gold_every: Annotated[int, Field(ge=0, le=100)] = 10
    quiz_questions: Annotated[int, Field(ge=0, le=50)] = 5
    quiz_right: Annotated[int, Field(ge=0, le=50)] = 4
    lease_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 20
    ahead: Annotated[int, Field(ge=1, le=10)] = 3  # creatives that a browser holds at once
    per_hour: Annotated[int, Field(ge=10, le=10_000)] = 900  # answers of one contributor

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.at_least > self.at_most or self.quiz_right > self.quiz_questions:
            msg = "at_least ≤ at_most, and quiz_right ≤ quiz_questions"
            raise ValueError(msg)
        return self


def _without_nul(text: str) -> str:
    return text.replace("\0", "")  # PostgreSQL takes none, not even in a question


Typed = Annotated[str, AfterValidator(_without_nul)]


class Query(Shape):
    """Which creatives a campaign takes: all that fit every condition stated."""

    text: Annotated[Typed, Field(max_length=200)] = ""
    languages: tuple[Typed, ...] = ()
    countries: tuple[Typed, ...] = ()
    sources: tuple[Typed, ...] = ()
    advertiser: Annotated[Typed, Field(max_length=200)] = ""
    declared: bool | None = None
    import_id: int | None = None
    sample: Annotated[int, Field(ge=1)] | None = None  # at most so many, drawn at random
