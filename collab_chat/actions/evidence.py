"""Evidence: added, captured, captured again. Nothing here is ever overwritten."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.actions.appending import UNMARKED, Marking, append, narrowed
from collab_chat.actions.files import attachable
from collab_chat.core.addresses import canonical_url, web_address
from collab_chat.models import Event, Evidence
from collab_chat.permissions import PERMISSIONS, Permission, require_right
from collab_chat.queries.events import event_of_cid
from collab_chat.queries.evidence import CAPTURE, captures_going, evidence_for, history_of, same_address
from collab_chat.queries.rooms import room_of, standing_in
from collab_chat.schemas.events import EvidenceAdded, EvidenceCaptured, EvidenceFailed, FileRef
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor, Role
from common.errors import Conflict, Invalid
from common.i18n import gettext as _
from common.jobs import Job, JobState, enqueue
from common.jobs.queue import finish

LONGEST_NOTE = 4_000  # characters
MOST_WAITING = 20  # captures of one room at once


@dataclass(frozen=True)
class EvidenceForm:
    """What somebody adds: an address to capture, or a file that they uploaded."""

    url: str = ""
    file: FileRef | None = None
    note: str = ""
    marking: Marking = field(default=UNMARKED)


def add_evidence(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    form: EvidenceForm,
    *,
    at: datetime,
    cid: uuid.UUID | None = None,
) -> Event:
    """Add evidence; an address is captured by a job that begins after the transaction.

    Raises:
        Invalid: no usable address and no file, or both; a RED one without readers. Conflict: the page is evidence here already, or
        twenty captures wait. NotFound, Forbidden: see `standing_in`, `require_right`.
    """
    standing = standing_in(session, actor, room_id)
    require_right(actor, standing, Right.ATTACH)
    sent = event_of_cid(session, room_id, standing.person_id, cid) if cid and standing.person_id else None
    if sent is not None:
        return sent
    note = form.note.strip()
    if len(note) > LONGEST_NOTE:
        message = _("A note takes at most %(most)s characters.") % {"most": LONGEST_NOTE}
        raise Invalid(message, fields={"note": message})
    if bool(form.url.strip()) == (form.file is not None):
        message = _("Give an address or choose a file, one of the two.")
        raise Invalid(message, fields={"url": message})
    if form.marking.tlp is Tlp.RED and not form.marking.readers:
        message = _("Name who may read it: TLP:RED is for named people only.")
        raise Invalid(message, fields={"tlp": message})
    if form.file is not None:
        (file,) = attachable(session, standing, [form.file])
        return append(session, standing, EvidenceAdded(kind="file", file=file, note=note), at=at, cid=cid, marking=form.marking)  # fmt: skip
    url = _new_address(session, standing, form.url)
    event = append(session, standing, EvidenceAdded(kind="url", url=url, note=note), at=at, cid=cid, marking=form.marking)  # fmt: skip
    _enqueue(session, actor, room_id, event.seq, at=at)
    return event


def capture_again(session: Session, actor: Actor, room_id: uuid.UUID, seq: int, *, at: datetime) -> Evidence:
    """Have an address captured once more; what was captured before stays.

    Raises:
        Conflict: it is being captured. Invalid: it is a file. NotFound: it is not there, or not theirs.
    """
    standing = standing_in(session, actor, room_id)
    require_right(actor, standing, Right.ATTACH)
    found = evidence_for(session, standing, seq)
    if found.row.kind != "url":
        raise Invalid(_("Only addresses are captured; a file is what it is."))
    if room_of(session, room_id).archived:
        raise Conflict(_("This room is archived: it can be read, not written in."))
    if found.going is not None:
        raise Conflict(_("This address is being captured already."))
    _enqueue(session, actor, room_id, seq, at=at)
    return found.row


def note_capture(
    session: Session,
    actor: Actor,
    row: Evidence,
    content: EvidenceCaptured | EvidenceFailed,
    *,
    at: datetime,
) -> Event:
    """Append what became of a capture, for the readers of its evidence and nobody else. The toolkit's own."""
    PERMISSIONS.require(actor, Permission.OPERATE)
    own = Marking(Tlp(row.tlp), frozenset(map(uuid.UUID, row.readers)))
    room = room_of(session, row.room_id)
    marking = narrowed(session, room, own, author=row.by_id, organisation=row.organisation_id)
    if marking.tlp is Tlp.RED and row.by_id is not None:
        marking = Marking(Tlp.RED, marking.readers | {row.by_id})
    return append(session, toolkit_for(row), content, at=at, marking=marking)


def note_given_up(session: Session, actor: Actor, job_id: uuid.UUID, *, at: datetime) -> Event | None:
    """Append that a capture broke off and was given up, once: its job counts as done afterwards. The toolkit's own.

    None where there is nothing to tell: it was told, or what came of it was kept before its job broke off.
    """
    PERMISSIONS.require(actor, Permission.OPERATE)
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None or job.state != JobState.FAILED.value:
        return None
    finish(job, JobState.DONE, at=at, result={"captured": False}, error=job.error)
    row = session.get(Evidence, (uuid.UUID(job.payload["room"]), int(job.payload["evidence"])))
    if (
        row is None
        or row.kind != "url"
        or any(one.event.at >= job.created_at for one in history_of(session, row))
    ):
        return None
    why = _(
        "The capture broke off and was given up. Capture it again; if it breaks off again, tell the operator."
    )
    return note_capture(session, actor, row, EvidenceFailed(evidence=row.seq, why=why), at=at)


def toolkit_for(row: Evidence) -> Standing:
    """Return how the toolkit stands when it captures for somebody: the readers of their organisation stay readers."""
    return Standing(row.room_id, None, "capture", Role.ADMIN, row.organisation_id)


def _new_address(session: Session, standing: Standing, given: str) -> str:
    url = web_address(given)
    same = same_address(session, standing, canonical_url(url))
    if same is not None:
        message = _("This page is evidence %(seq)s here already. Capture it again there.") % {"seq": same.seq}
        raise Conflict(message)
    if len(captures_going(session, standing.room_id)) >= MOST_WAITING:
        raise Conflict(_("Many captures wait in this room. Try again when some are done."))
    return url


def _enqueue(session: Session, actor: Actor, room_id: uuid.UUID, seq: int, *, at: datetime) -> None:
    enqueue(session, CAPTURE, {"room": str(room_id), "evidence": seq}, at=at, owner_id=actor.person_id)
