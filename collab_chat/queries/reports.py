"""The situation report: who may read it, what was typed, the versions that were kept."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab_chat.core.markings import may_read
from collab_chat.core.report_document import ReportDocument
from collab_chat.models import Event, ReportUpdate, ReportVersion, Room
from collab_chat.queries.cases import readable_seqs
from collab_chat.queries.rooms import owner_of, room_of, standing_in
from collab_chat.schemas.events import Kind
from collab_chat.schemas.markings import Tlp, strictest
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor
from common.errors import Forbidden, NotFound
from common.i18n import gettext as _


@dataclass(frozen=True)
class ReportMarking:
    """The markings that a room had since its report was begun, the present one last: who reads it may read under each of them.

    `readers` of a TLP:RED that is over are those who were there when it ended; None: everybody in the room.
    """

    had: Sequence[tuple[Tlp, Sequence[str] | None]]
    owner: uuid.UUID | None  # of TLP:AMBER+STRICT: the organisation that opened the room

    @property
    def tlp(self) -> Tlp:
        """The strictest of them: what the report bears."""
        return strictest(*(tlp for tlp, _readers in self.had))

    def keeping_out(self, standing: Standing) -> Sequence[Tlp]:
        """Return those of the markings that keep the report from somebody in the room."""
        me = [str(standing.person_id)]
        return [
            tlp
            for tlp, readers in self.had
            if not may_read(
                standing,
                tlp,
                author=None,
                organisation=self.owner,
                readers=me if readers is None else readers,
            )
        ]


@dataclass(frozen=True)
class Access:
    """How somebody stands to a room's report; `tlp`: what it bears."""

    standing: Standing
    may_write: bool
    tlp: Tlp


def report_access(session: Session, actor: Actor, room_id: uuid.UUID) -> Access:
    """Return whether somebody may read a room's report, and write in it.

    The report bears the strictest marking that the room had since it was begun, so a room that is widened does not open it.
    Of a TLP:AMBER+STRICT room it is the report of the organisation that opened the room.

    Raises:
        NotFound: the room is not theirs. Forbidden: its marking keeps the report from them.
    """
    standing = standing_in(session, actor, room_id)
    room = room_of(session, room_id)
    marking = report_marking(session, room)
    keeping_out = marking.keeping_out(standing)
    if keeping_out:
        raise Forbidden(
            _("The report bears the marking %(tlp)s, which keeps it from you.")
            % {"tlp": strictest(*keeping_out).label}
        )
    return Access(standing, standing.may(Right.POST) and not room.archived, marking.tlp)


def report_marking(session: Session, room: Room) -> ReportMarking:
    """Return how a room's report is marked. A change of the room bears, as every event, the marking from before it."""
    begun = select(func.min(ReportUpdate.seq)).where(ReportUpdate.room_id == room.id).scalar_subquery()
    changes = session.execute(
        select(Event.tlp, Event.readers)
        .where(Event.room_id == room.id, Event.kind == Kind.ROOM_CHANGED.value, Event.seq > begun)
        .order_by(Event.seq)
    ).all()
    followed_by = [*(one.tlp for one in changes[1:]), room.tlp]
    over = [
        (Tlp(one.tlp), one.readers)
        for one, next_tlp in zip(changes, followed_by, strict=False)
        if one.tlp != next_tlp
    ]
    return ReportMarking([*over, (Tlp(room.tlp), None)], owner_of(session, room.id))


def updates_after(session: Session, room_id: uuid.UUID, number: int) -> Sequence[ReportUpdate]:
    """Return the stored updates that follow, in order."""
    return session.scalars(
        select(ReportUpdate)
        .where(ReportUpdate.room_id == room_id, ReportUpdate.number > number)
        .order_by(ReportUpdate.number)
    ).all()


def last_numbers(session: Session, room_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return the number of the last update of each room."""
    rows = session.execute(
        select(ReportUpdate.room_id, func.max(ReportUpdate.number))
        .where(ReportUpdate.room_id.in_(room_ids))
        .group_by(ReportUpdate.room_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def count_updates(session: Session, room_id: uuid.UUID) -> int:
    """Return how many updates of a room's report are stored one by one."""
    query = select(func.count()).select_from(ReportUpdate).where(ReportUpdate.room_id == room_id)
    return session.scalar(query) or 0


def document_of(session: Session, room_id: uuid.UUID) -> ReportDocument | None:
    """Return the document as it is stored; None where nobody has begun one."""
    updates = updates_after(session, room_id, 0)
    return ReportDocument(one.content for one in updates) if updates else None


def versions_of(session: Session, standing: Standing) -> Sequence[ReportVersion]:
    """Return the versions that somebody may read, newest first."""
    found = session.scalars(
        select(ReportVersion)
        .where(ReportVersion.room_id == standing.room_id)
        .order_by(ReportVersion.number.desc())
    ).all()
    readable = readable_seqs(session, standing, (one.seq for one in found))
    return [one for one in found if one.seq in readable]


def version_for(session: Session, standing: Standing, number: int) -> ReportVersion:
    """Return one version. Raises NotFound: there is none, or it is not theirs."""
    found = session.get(ReportVersion, (standing.room_id, number))
    if found is None or found.seq not in readable_seqs(session, standing, [found.seq]):
        raise NotFound(_("There is no such version of the report."))
    return found


def last_version(session: Session, room_id: uuid.UUID) -> ReportVersion | None:
    """Return the last version of a room's report, whoever may read it."""
    return session.scalars(
        select(ReportVersion)
        .where(ReportVersion.room_id == room_id)
        .order_by(ReportVersion.number.desc())
        .limit(1)
    ).first()


def quiet_reports(session: Session, before: datetime) -> Sequence[uuid.UUID]:
    """Return the rooms whose report somebody changed since its last version, and nobody after `before`."""
    kept = (
        select(func.max(ReportVersion.at))
        .where(ReportVersion.room_id == ReportUpdate.room_id)
        .scalar_subquery()
    )
    return session.scalars(
        select(ReportUpdate.room_id)
        .join(Room, Room.id == ReportUpdate.room_id)
        .where(Room.archived.is_(False), ReportUpdate.by_id.is_not(None))
        .group_by(ReportUpdate.room_id)
        .having(func.max(ReportUpdate.at) <= before, (kept.is_(None)) | (func.max(ReportUpdate.at) > kept))
    ).all()
