"""Sources: written down once, cited by their key."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Invalid
from common.i18n import gettext as _
from encyclopedia.actions.guard import may_edit
from encyclopedia.actions.log import note
from encyclopedia.actions.touching import touch_citing
from encyclopedia.models import Citation, Source
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.schemas import SourceData


def add_source(session: Session, actor: Actor, data: SourceData, *, at: datetime) -> Source:
    """Write a source down under its key.

    Raises:
        Invalid: the key is taken.
    """
    may_edit(session, actor, None, at=at)
    if session.scalars(select(Source.id).where(Source.key == data.key)).first():
        message = _(
            "Another source has this key. Choose a key that tells them apart, such as the key with a letter."
        )
        raise Invalid(message, fields={"key": message})
    source = _new(session, actor, data, at=at)
    note(session, actor, "added a source", at=at, title=data.title, key=data.key)
    return source


def change_source(session: Session, actor: Actor, source: Source, data: SourceData, *, at: datetime) -> bool:
    """Correct a source; its key stays, since texts cite it. Return whether anything changed."""
    may_edit(session, actor, None, at=at)
    if data.key != source.key:
        raise Invalid(
            _("A source keeps its key: texts cite it."), fields={"key": _("The key cannot be changed.")}
        )
    if SourceData.model_validate(source.data) == data:
        return False
    if data.url != source.url:
        _check_anew(source, at)
    source.data = data.model_dump(mode="json", exclude_defaults=True)
    source.title, source.url, source.updated_at = data.title, data.url, at
    touch_citing(session, source.key, at=at)
    note(session, actor, "corrected a source", at=at, title=data.title, key=data.key)
    return True


def remove_source(session: Session, actor: Actor, source: Source, *, at: datetime) -> None:
    """Remove a source that nothing cites."""
    PERMISSIONS.require(actor, Permission.REVIEW)
    citing = session.scalar(select(func.count()).where(Citation.source_key == source.key)) or 0
    if citing:
        raise Conflict(
            _("%(count)s pages cite this source. Have them cite another one first.") % {"count": citing}
        )
    note(session, actor, "removed a source", at=at, title=source.title, key=source.key)
    session.delete(source)


def keep_sources(
    session: Session, actor: Actor, given: Iterable[SourceData], *, at: datetime
) -> dict[str, str]:
    """Take sources in from outside; return key → what became of it: added, changed, same."""
    PERMISSIONS.require(actor, Permission.EDIT)
    outcome: dict[str, str] = {}
    for data in given:
        known = session.scalars(select(Source).where(Source.key == data.key)).first()
        if known is None:
            _new(session, actor, data, at=at)
            outcome[data.key] = "added"
        else:
            outcome[data.key] = "changed" if change_source(session, actor, known, data, at=at) else "same"
    return outcome


def _new(session: Session, actor: Actor, data: SourceData, *, at: datetime) -> Source:
    source = Source(
        key=data.key,
        data=data.model_dump(mode="json", exclude_defaults=True),
        title=data.title,
        url=data.url,
        created_at=at,
        created_by=actor.person_id,
        updated_at=at,
    )
    _check_anew(source, at)
    session.add(source)
    session.flush()
    touch_citing(session, data.key, at=at)
    return source


def _check_anew(source: Source, at: datetime) -> None:
    """Have the link checker look at a source's address as soon as it comes round."""
    source.link_state, source.http_status, source.failures = "unchecked", None, 0
    source.next_check_at = at if source.url else None
