"""Entries to test with, and an application in which guests may read."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from common.accounts.actors import EVERY_TOOL, Actor, Role, operator
from common.settings import Settings
from common.taxonomy import EntryKind
from encyclopedia.actions.entries import add_language, create_entry
from encyclopedia.actions.revisions import Edit
from encyclopedia.models import Entry, Page
from encyclopedia.queries.entries import pages_by_language
from encyclopedia.schemas import Sheet, Text

START = datetime.fromisoformat("2026-11-02T09:00:00+00:00")
ROLES = (None, Role.GUEST, Role.MEMBER, Role.REVIEWER, Role.COORDINATOR, Role.ADMIN)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The encyclopedia is open to readers without an account, as in most deployments."""
    return settings.model_copy(update={"tools": ("encyclopedia",), "open_tools": ("encyclopedia",)})


def actor_with(role: Role | None, name: str = "Robin") -> Actor:
    """Return somebody with a role who is in no table."""
    return Actor(None, name, {EVERY_TOOL: role} if role else {}, via="session")


def make_entry(
    session: Session,
    title: str = "Prebunking",
    *,
    body: str = "Some text.\n",
    kind: EntryKind = EntryKind.PRACTICE,
    language: str = "en",
    actor: Actor | None = None,
    at: datetime = START,
    sheet: Sheet | None = None,
    translations: dict[str, Text] | None = None,
    **text: Any,
) -> Entry:
    """Open an entry; `text` takes the further parts of `schemas.Text`."""
    who = actor or operator()
    entry = create_entry(
        session, who, kind, language, Text(title=title, body=body, **text), sheet or Sheet(), Edit(at)
    )
    source = pages_by_language(session, entry.id)[language]
    for code, translated in (translations or {}).items():
        add_language(session, who, entry, code, translated, Edit(at, made_from_id=source.revision_id))
    return entry


def page_of(session: Session, entry: Entry, language: str = "en") -> Page:
    """Return an entry's page in a language."""
    return pages_by_language(session, entry.id)[language]
