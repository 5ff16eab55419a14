"""Questions to the bot detector."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from common.peers.calls import Caller

TOOL = "bot_detector"


class PeerReason(BaseModel):
    """One feature's part in a score; `contribution` in log-odds, positive speaks for automation."""

    model_config = ConfigDict(extra="ignore")

    feature: str
    value: float | None
    contribution: float
    percentile: float | None


class PeerScore(BaseModel):
    """What other tools need of a score: never without its interval and its prevalence."""

    model_config = ConfigDict(extra="ignore")

    id: uuid.UUID
    platform: str
    account_id: str
    handle: str | None
    probability: float | None
    low: float | None
    high: float | None
    prevalence: float
    verdict: str
    reasons: list[PeerReason]
    caveats: list[str]
    model_version: str


class PeerScoreWords(BaseModel):
    """A kept score in the reader's language; `reasons` and `caveats` are sentences."""

    model_config = ConfigDict(extra="ignore")

    id: uuid.UUID
    platform: str
    account_id: str
    handle: str | None
    observed_at: datetime | None
    scored_at: datetime
    probability: float | None
    low: float | None
    high: float | None
    prevalence: float
    verdict_words: str
    sentence: str
    reasons: list[str]
    caveats: list[str]
    model_version: str


class BotDetectorPeer:
    """The bot detector, as other tools see it."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def score(
        self, account: Mapping[str, Any], *, for_person: uuid.UUID, prevalence: float | None = None
    ) -> PeerScore:
        """Have one account scored (fields of `Account`), with the rights of a person."""
        asked: dict[str, Any] = {"account": dict(account)}
        if prevalence is not None:
            asked["prevalence"] = prevalence
        answer = self._caller.call(TOOL, "POST", "/api/v1/bots/scores", for_person=for_person, json=asked)
        return PeerScore.model_validate(answer["scores"][0])

    def read(self, score_id: uuid.UUID, *, for_person: uuid.UUID) -> PeerScore:
        """Read a kept score again."""
        answer = self._caller.call(TOOL, "GET", f"/api/v1/bots/scores/{score_id}", for_person=for_person)
        return PeerScore.model_validate(answer)

    def find(self, account: str, *, for_person: uuid.UUID, platform: str = "") -> list[PeerScoreWords]:
        """Find the kept scores of an account, by handle or id, that a person may find; newest first."""
        answer = self._caller.get(
            TOOL, "/api/v1/bots/scores", for_person=for_person, account=account, platform=platform
        )
        return [PeerScoreWords.model_validate(one) for one in answer["scores"]]

    def words(self, score_id: uuid.UUID, *, for_person: uuid.UUID) -> PeerScoreWords:
        """Read a kept score in words."""
        answer = self._caller.get(TOOL, f"/api/v1/bots/scores/{score_id}/words", for_person=for_person)
        return PeerScoreWords.model_validate(answer)
