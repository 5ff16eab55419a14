"""Questions to the alert room."""

import uuid
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from common.peers.calls import Caller

TOOL = "collab_chat"


class PeerSignal(BaseModel):
    """What became of a signal: its number of sightings, and whether it is new or was raised again."""

    model_config = ConfigDict(extra="ignore")

    id: uuid.UUID
    title: str
    state: str
    times: int
    new: bool
    again: bool


class RoomsPeer:
    """The alert room, as other tools see it."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def raise_signal(
        self,
        *,
        for_person: uuid.UUID,
        source: str,
        title: str,
        url: str = "",
        text: str = "",
        facts: Mapping[str, str] | None = None,
        key: str = "",
    ) -> PeerSignal:
        """Raise a signal for a person. `source`: score or ad; `key`: the same thing is counted once under it."""
        asked = {
            "source": source,
            "title": title,
            "url": url,
            "text": text,
            "facts": dict(facts or {}),
            "key": key,
        }
        answer = self._caller.call(TOOL, "POST", "/api/v1/rooms/signals", for_person=for_person, json=asked)
        return PeerSignal.model_validate(answer)
