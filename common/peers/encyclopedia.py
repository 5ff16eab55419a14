"""Questions to the encyclopedia."""

import uuid
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict

from common.i18n import current_locale
from common.peers.calls import Caller
from common.taxonomy import EntryKind, Phase

TOOL = "encyclopedia"
MOST = 20
MOST_TITLE = 200  # characters of an entry's title


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

    def begin_case_study(
        self, title: str, lead: str, body: str, language: str, *, for_person: uuid.UUID, summary: str
    ) -> str:
        """Begin an entry of this kind with the person's rights there, and return its page. It stands there unreviewed.

        Raises:
            Problem: they may not, or the encyclopedia takes no such text. Unavailable: it does not answer.
        """
        entry = {
            "kind": EntryKind.CASE_STUDY,
            "language": language,
            "text": {"title": title[:MOST_TITLE], "lead": lead, "body": body},
            "sheet": {"phases": [Phase.QUALIFICATION, Phase.REACTION]},
            "summary": summary,
        }
        path = f"/{current_locale()}/api/v1/encyclopedia/entries"
        answer = self._caller.call(TOOL, "POST", path, for_person=for_person, json=entry)
        slug = answer["languages"][language]["slug"] if "languages" in answer else answer["slug"]
        return f"/encyclopedia/entries/{slug}"

    def practices(self, phase: Phase, *, for_person: uuid.UUID, size: int = 5) -> list[PeerEntry]:
        """Return practices that the encyclopedia files under a phase."""
        return self.search(for_person=for_person, kind=EntryKind.PRACTICE, phase=phase, size=size)

    def read(self, slug: str, *, for_person: uuid.UUID) -> PeerEntry:
        """Read an entry by its slug, in the language that the slug is of. Raises as `search` does; NotFound without such an entry."""
        path = f"/{current_locale()}/api/v1/encyclopedia/entries/{quote(slug, safe='')}"
        answer = self._caller.call(TOOL, "GET", path, for_person=for_person)
        texts = answer["texts"]
        language = next(
            (code for code, own in answer["slugs"].items() if own == slug and code in texts),
            next(iter(texts)),
        )
        text = texts[language]
        return PeerEntry(
            id=answer["id"],
            kind=answer["kind"],
            language=language,
            slug=slug,
            title=text.get("title", slug),
            lead=text.get("lead", ""),
        )
