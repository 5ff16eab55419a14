"""Questions to the encyclopedia."""

import uuid
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict

from common.i18n import current_locale
from common.peers.calls import Caller
from common.taxonomy import EntryKind, Phase

TOOL = "encyclopedia"
MOST = 20


class PeerEntry(BaseModel):
    """What other tools need of an entry: where it is, and what it is about."""

    model_config = ConfigDict(extra="ignore")

    id: int
    kind: str
    language: str
    slug: str
    title: str
    lead: str

    @property
    def path(self) -> str:
        """Return the entry's page, in this deployment."""
        return f"/encyclopedia/entries/{self.slug}"


class EncyclopediaPeer:
    """The encyclopedia, as other tools see it."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def search(
        self,
        words: str = "",
        *,
        for_person: uuid.UUID,
        kind: EntryKind | None = None,
        phase: Phase | None = None,
        size: int = 5,
    ) -> list[PeerEntry]:
        """Return the best entries for some words, a kind and a phase, titles in the reader's language first.

        Raises:
            Problem: with the encyclopedia's sentence. Unavailable: it does not answer.
        """
        asked = {"q": words, "kind": kind or "", "phase": phase or "", "size": str(min(size, MOST))}
        query = urlencode({name: value for name, value in asked.items() if value})
        path = f"/{current_locale()}/api/v1/encyclopedia/entries?{query}"
        answer = self._caller.call(TOOL, "GET", path, for_person=for_person)
        return [PeerEntry.model_validate(one) for one in answer["items"]]

    def practices(self, phase: Phase, *, for_person: uuid.UUID, size: int = 5) -> list[PeerEntry]:
        """Return practices that the encyclopedia files under a phase."""
        return self.search(for_person=for_person, kind=EntryKind.PRACTICE, phase=phase, size=size)
