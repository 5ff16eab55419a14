"""What the writers are given."""

from dataclasses import dataclass, field
from datetime import datetime

from encyclopedia.schemas import ExchangedEntry, Sheet, Text


@dataclass(frozen=True)
class ExportedEntry:
    """An entry with what this deployment knows of it. `revisions`: language → the revision that its text is."""

    id: int
    entry: ExchangedEntry
    created_at: datetime
    updated_at: datetime
    reviewed_at: datetime | None = None
    reviewed_by: str = ""
    review_due_at: datetime | None = None
    states: dict[str, str] = field(default_factory=dict)  # language → state of review
    revisions: dict[str, int] = field(default_factory=dict)

    def title(self, language: str = "en") -> str:
        """Return the title in a language, or else in one that the entry has."""
        return self.text(language).title

    def text(self, language: str) -> Text:
        """Return the text in a language, or else in one that the entry has."""
        texts = self.entry.texts
        return texts[self.language(language)] if texts else Text.model_construct(title=self.entry.slug)

    def language(self, wanted: str) -> str:
        """Return the language itself where the entry has it, else the first that it has."""
        texts = self.entry.texts
        return wanted if wanted in texts or not texts else min(texts)


@dataclass(frozen=True)
class ExportedRevision:
    """One past state of one page. `text` is None for a sheet, and `sheet` for a text."""

    id: int
    page_id: int
    number: int  # from 1, within its page
    parent_id: int | None
    language: str  # or SHEET
    slug: str  # of the entry, as it is exported now
    title: (
        str  # of the page now, as MediaWiki names it: a language other than the first stands behind a slash
    )
    at: datetime
    author_id: str  # "" for somebody without an account
    author: str
    summary: str
    minor: bool
    text: Text | None = None
    sheet: Sheet | None = None


@dataclass(frozen=True)
class Site:
    """Where the encyclopedia stands: its name, its address without a slash at the end, its software and its version."""

    name: str
    address: str
    version: str

    def entry(self, entry_id: int) -> str:
        """Return an entry's lasting address."""
        return f"{self.address}/encyclopedia/id/{entry_id}"
