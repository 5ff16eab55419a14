"""The situation report: begun, written in by many, kept as versions in the log."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking, append, hold_room
from collab_chat.core.report_document import (
    MOST_CHARACTERS,
    MOST_UPDATE,
    ReportDocument,
    kept_text,
    merged,
    template,
    text_hash,
)
from collab_chat.models import Case, ReportUpdate, ReportVersion
from collab_chat.permissions import require_right
from collab_chat.queries.cases import readable_case, title_marking
from collab_chat.queries.reports import (
    count_updates,
    document_of,
    last_numbers,
    last_version,
    report_access,
    report_marking,
    updates_after,
)
from collab_chat.queries.rooms import members_of, owner_of
from collab_chat.schemas.events import ReportSaved
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor, Role
from common.errors import Conflict, Invalid, NotFound, TooLarge
from common.i18n import gettext as _

QUIET = timedelta(minutes=10)  # without typing, after which changes are kept as a version
MOST_ROWS = 100  # updates of a room, before they are merged into one
MOST_STORED = 8 * 1024 * 1024  # bytes of a document with all that was ever deleted from it


def begin_report(session: Session, actor: Actor, room_id: uuid.UUID, *, at: datetime) -> None:
    """See that the room's report has a document; a new one has headings in the language of who begins it.

    Raises:
        NotFound, Forbidden: the room, or its report, is not theirs. Conflict: the room is archived.
    """
    standing = _writing(session, actor, room_id)
    if last_numbers(session, [room_id]):
        return
    document = ReportDocument()
    made = document.rewrite(template({"title": _title(session, standing)}))
    seq = hold_room(session, room_id).head_seq
    session.add(ReportUpdate(room_id=room_id, number=1, content=made, seq=seq, by_id=None, at=at))
    session.flush()


def store_updates(
    session: Session, actor: Actor, room_id: uuid.UUID, updates: Sequence[bytes], *, at: datetime
) -> int:
    """Store what an editor typed, as one update; return its number. Checked anew each time: roles and markings change.

    Raises:
        NotFound, Forbidden: they may not write in it (any more). Conflict: the room is archived. TooLarge: it grew too long.
    """
    standing = _writing(session, actor, room_id)
    content = merged(updates) if len(updates) > 1 else updates[0]
    if len(content) > MOST_UPDATE:
        raise TooLarge(_("This is too much at once for the report."))
    number = last_numbers(session, [room_id]).get(room_id, 0) + 1
    seq = hold_room(session, room_id).head_seq
    session.add(
        ReportUpdate(
            room_id=room_id, number=number, content=content, seq=seq, by_id=standing.person_id, at=at
        )
    )
    session.flush()
    _merge_many(session, room_id)
    return number


def save_report(session: Session, actor: Actor, room_id: uuid.UUID, *, at: datetime) -> ReportVersion:
    """Keep the report as it is stored now; its hash goes into the log. An unchanged text makes no new version.

    The version bears the report's marking, which may be stricter than the room's.

    Raises:
        NotFound: nobody has begun a report, or the room is not theirs. Forbidden, Conflict: they may not write here.
    """
    standing = _writing(session, actor, room_id)
    document = document_of(session, room_id)
    if document is None:
        raise NotFound(_("Nobody has begun a report in this room."))
    text, last = kept_text(document.text), last_version(session, room_id)
    if len(text) > MOST_CHARACTERS:
        raise TooLarge(_("The report takes at most %(most)s characters.") % {"most": MOST_CHARACTERS})
    if last is not None and last.text == text:
        _note_kept(session, room_id, last.at)
        return last
    if standing.organisation_id is None or standing.person_id is None:
        standing = replace(standing, organisation_id=owner_of(session, room_id))  # AMBER+STRICT asks for it
    number = last.number + 1 if last else 1
    content = ReportSaved(number=number, text=text, sha256=text_hash(text))
    append(session, standing, content, at=at, marking=_marking(session, room_id))
    return session.get_one(ReportVersion, (room_id, number))


def write_report(
    session: Session, actor: Actor, room_id: uuid.UUID, text: str, *, based_on: str, at: datetime
) -> ReportVersion:
    """Take a whole text, as the form without script sends it, and keep it as a version. `based_on`: the hash of what it was made from.

    Raises:
        Conflict: the report was changed meanwhile. Invalid: it is empty. TooLarge: it is too long. NotFound, Forbidden: as for saving.
    """
    _writing(session, actor, room_id)
    document = document_of(session, room_id) or ReportDocument()  # nobody has begun: their text is the first
    if text_hash(document.text) != based_on:
        raise Conflict(
            _("Somebody changed the report while you were writing. Below is what you wrote; take it over.")
        )
    if len(text) > MOST_CHARACTERS:
        raise TooLarge(_("The report takes at most %(most)s characters.") % {"most": MOST_CHARACTERS})
    if not text.strip():
        raise Invalid(_("Write something first."), fields={"text": _("Write something first.")})
    if kept_text(text) != kept_text(document.text):
        store_updates(session, actor, room_id, [document.rewrite(kept_text(text))], at=at)
    return save_report(session, actor, room_id, at=at)


def _writing(session: Session, actor: Actor, room_id: uuid.UUID) -> Standing:
    room = hold_room(session, room_id)
    access = report_access(session, actor, room_id)
    require_right(actor, access.standing, Right.POST)
    if room.archived:
        raise Conflict(_("This room is archived: it can be read, not written in."))
    return access.standing


def _marking(session: Session, room_id: uuid.UUID) -> Marking:
    marking = report_marking(session, hold_room(session, room_id))
    if marking.tlp is not Tlp.RED:
        return Marking(marking.tlp)
    reading = (
        one.person_id
        for one in members_of(session, room_id)
        if not marking.keeping_out(
            Standing(room_id, one.person_id, one.name, Role(one.role), one.organisation_id)
        )
    )
    return Marking(Tlp.RED, frozenset(reading))


def _title(session: Session, standing: Standing) -> str:
    if session.get(Case, standing.room_id) is None:
        return ""
    try:
        case = readable_case(session, standing)
    except NotFound:
        return ""
    title, room = title_marking(session, standing.room_id), Tlp(hold_room(session, standing.room_id).tlp)
    if title.rank > Tlp.GREEN.rank and (room is Tlp.RED or title.rank > room.rank):
        return ""  # who reads the report may not be who reads the case
    return _("Situation report: %(title)s") % {"title": case.title}


def _note_kept(session: Session, room_id: uuid.UUID, kept_at: datetime) -> None:
    """Note that what was typed since a version came to nothing, so that nobody looks again."""
    for row in updates_after(session, room_id, 0):
        row.at = min(row.at, kept_at)


def _merge_many(session: Session, room_id: uuid.UUID) -> None:
    """Merge many updates into the last one's row: readers who have less than it find in it all that they miss."""
    if count_updates(session, room_id) <= MOST_ROWS:
        return
    rows = updates_after(session, room_id, 0)
    last = rows[-1]
    content = ReportDocument(one.content for one in rows).whole()
    if len(content) > MOST_STORED:
        raise TooLarge(_("The report has become too long. Keep a version, and continue in a new room."))
    last.content, last.seq = content, rows[0].seq
    session.execute(
        delete(ReportUpdate).where(ReportUpdate.room_id == room_id, ReportUpdate.number < last.number)
    )
    session.flush()
