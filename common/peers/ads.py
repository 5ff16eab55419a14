"""Questions to the ads tool."""

import uuid
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from common.peers.calls import Caller

TOOL = "political_ads"


class PeerLabel(BaseModel):
    """What a campaign's answers add up to, for one question: never without its confidence."""

    model_config = ConfigDict(extra="ignore")

    label: str | None
    confidence: float | None


class PeerCampaignLabels(BaseModel):
    """A campaign's labels of a creative, by question."""

    model_config = ConfigDict(extra="ignore")

    campaign: str
    disputed: bool
    contested: bool
    questions: dict[str, PeerLabel]


class PeerCreative(BaseModel):
    """A group of ads with the same text."""

    model_config = ConfigDict(extra="ignore")

    id: int
    text: str
    title: str
    language: str
    page_name: str
    ads: int
    labels: list[PeerCampaignLabels] = Field(default_factory=list)


class AdsPeer:
    """The ads tool, as other tools see it."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def search(self, words: str, *, for_person: uuid.UUID, size: int = 3) -> tuple[list[PeerCreative], int]:
        """Find creatives by words, with the rights of a person; return the newest and how many there are."""
        answer = self._caller.get(TOOL, "/api/v1/ads/creatives", for_person=for_person, text=words, size=size)
        return [PeerCreative.model_validate(one) for one in answer["items"]], int(answer["total"])

    def read(self, creative_id: int, *, for_person: uuid.UUID) -> PeerCreative:
        """Read a creative with its published labels."""
        answer: Any = self._caller.get(TOOL, f"/api/v1/ads/creatives/{creative_id}", for_person=for_person)
        return PeerCreative.model_validate(answer)
