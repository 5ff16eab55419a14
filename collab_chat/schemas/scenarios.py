"""Scenarios of exercises: who plays which role, what is given when, and what the players are to reach."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from collab_chat.schemas.cases import Line, Shape
from common.i18n import N_

Language = Literal["en", "fr"]
Words = Annotated[dict[Language, Annotated[str, Field(min_length=1, max_length=4_000)]], Field(min_length=1)]
Key = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")]
Minutes = Annotated[float, Field(ge=0, le=1_440)]
Share = Annotated[float, Field(ge=0, le=1)]


class InjectKind(StrEnum):
    """What can be given to the players."""

    POST = "post"  # what a simulated account says, shown in the exercise's room
    SIGNAL = "signal"  # a signal, as if from an alerting tool
    FEED = "feed"  # a signal, as if from a feed
    ACCOUNT = "account"  # a simulated account with a score that the scenario gives
    DOCUMENT = "document"  # a text file


class Reach(StrEnum):
    """What a goal asks for; the debrief finds it in the log."""

    READ = "read"  # so many players have read what was given first
    CASE = "case"  # a case was opened
    TRIAGED = "triaged"
    EVIDENCE = "evidence"  # so many pieces were added
    VOTED = "voted"  # so many organisations voted
    DECIDED = "decided"  # with the verdict, where one is named
    REACTION = "reaction"
    TASKS = "tasks"  # so many were done
    REPORT = "report"  # a version of the situation report was kept


INJECT_NAMES: dict[InjectKind, str] = {
    InjectKind.POST: N_("Post"),
    InjectKind.SIGNAL: N_("Signal"),
    InjectKind.FEED: N_("Feed item"),
    InjectKind.ACCOUNT: N_("Account"),
    InjectKind.DOCUMENT: N_("Document"),
}


class PlayedRole(Shape):
    """A role. `rights`: what its player may do in the exercise's rooms."""

    key: Key
    name: Words
    briefing: Words
    rights: Literal["member", "reviewer"] = "member"


class SimulatedAccount(Shape):
    """An account that exists nowhere. The likelihood of automation is given by the scenario: nobody computed it."""

    key: Key
    handle: Annotated[str, Field(min_length=1, max_length=100)]
    platform: Annotated[str, Field(min_length=1, max_length=60)]
    likelihood: Share
    low: Share
    high: Share
    reasons: Words

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.likelihood <= self.high:
            raise ValueError("“likelihood” lies between “low” and “high”")
        return self


class Inject(Shape):
    """What is given. `at`: minutes of the scenario; `times`: sightings of a signal at once."""

    at: Minutes
    kind: InjectKind
    account: Key | None = None
    source: Line = ""
    title: Words | None = None
    text: Words | None = None
    url: Annotated[str, Field(max_length=2_000, pattern=r"^(https://[^\s]+)?$")] = ""
    times: Annotated[int, Field(ge=1, le=50)] = 1

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind is InjectKind.ACCOUNT and self.account is None:
            raise ValueError("an account needs “account”, the key of one of the accounts")
        if self.kind is not InjectKind.ACCOUNT and self.text is None:
            raise ValueError("this needs a “text”")
        if self.kind is InjectKind.DOCUMENT and self.title is None:
            raise ValueError("a document needs a “title”")
        return self


class Goal(Shape):
    """What the players are to reach, within so many minutes of the scenario. `count`: people, organisations, pieces or tasks."""

    key: Key
    text: Words
    reach: Reach
    within: Minutes
    count: Annotated[int, Field(ge=1, le=50)] = 1
    verdict: (
        Literal["disinformation", "misinformation", "satire_or_opinion", "authentic", "inconclusive"] | None
    ) = None


class Scenario(Shape):
    """A scenario, in one or both languages throughout."""

    key: Key
    title: Words
    summary: Words
    roles: Annotated[tuple[PlayedRole, ...], Field(min_length=1, max_length=20)]
    accounts: Annotated[tuple[SimulatedAccount, ...], Field(max_length=50)] = ()
    injects: Annotated[tuple[Inject, ...], Field(min_length=1, max_length=200)]
    goals: Annotated[tuple[Goal, ...], Field(max_length=30)] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it can be played in."""
        return tuple(self.title)

    @property
    def minutes(self) -> float:
        """When the last thing is given."""
        return max(one.at for one in self.injects)

    def account(self, key: str) -> SimulatedAccount:
        """Return a simulated account. KeyError: there is none."""
        found = {one.key: one for one in self.accounts}
        return found[key]

    def role(self, key: str) -> PlayedRole | None:
        """Return a role; None: there is none."""
        return next((one for one in self.roles if one.key == key), None)
