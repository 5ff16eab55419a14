"""Signals: raised, grouped, raised again when they grow, taken up, dismissed."""

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking, append
from collab_chat.actions.leading import in_case, reason
from collab_chat.core.addresses import canonical_url, web_address
from collab_chat.core.likeness import compared, likest
from collab_chat.models import Room, Signal, SignalSight
from collab_chat.permissions import PERMISSIONS, TOOL, Permission
from collab_chat.queries.rooms import room_of, standing_in
from collab_chat.queries.signals import (
    compared_since,
    organisation_of,
    sight_known,
    signal_at,
    signal_of,
)
from collab_chat.schemas.events import SignalLinked
from collab_chat.schemas.markings import Tlp, strictest
from collab_chat.schemas.rooms import Right
from collab_chat.schemas.signals import MARKINGS, Origin, SignalForm, SignalState
from common.accounts.actors import Actor, operator
from common.accounts.audit import record
from common.errors import Conflict, Invalid
from common.i18n import gettext as _

_LOCK = 7_410_231_884_002  # of PostgreSQL's advisory locks: one signal is grouped at a time
GROWTH = 2  # a signal is raised again when its sightings have grown so many times
TITLE = 160  # characters of a title made from a text
SAME_PERSON = "%Y-%m-%d"  # what one person reports twice in a day is one sighting


@dataclass(frozen=True)
class Raised:
    """What became of a report: the signal, and whether it is new, was raised again, or was only counted."""

    signal: Signal
    is_new: bool = False
    again: bool = False
    counted: bool = True


def raise_signal(
    session: Session, actor: Actor, form: SignalForm, *, at: datetime, origin: Origin | None = None
) -> Raised:
    """Report something that may be worth attention; what was reported before is counted there.

    Two reports are one by their canonical address, or (but `origin.by_address`) by their text save for small changes (`core.likeness`),
    within one audience and one exercise. A signal that was dismissed, or put aside, is raised again when its sightings have doubled; one that a case took up is
    told in the case's room then.

    Raises:
        Invalid: it says nothing, its address is none, or it is TLP:RED.
    """
    PERMISSIONS.require(actor, Permission.SIGNAL)
    origin = origin or Origin()
    form = _checked(form)
    _turn(session)
    by, organisation = actor.person_id, organisation_of(session, actor)
    if form.tlp is Tlp.AMBER_STRICT and organisation is None:
        raise Invalid(_("TLP:AMBER+STRICT is for one’s organisation; you are in none."))
    address = canonical_url(form.url)
    words = "" if address and origin.by_address else compared(f"{form.title} {form.text}")
    key = _key(actor, form, origin, address or words, at=at)
    known = sight_known(session, key)
    if known is not None:
        return Raised(session.get_one(Signal, known.signal_id), counted=False)
    audience = organisation if form.tlp is Tlp.AMBER_STRICT else None
    signal = _same(session, address, words, audience, origin.exercise, at=at)
    is_new = signal is None
    if signal is None:
        signal = _made(form, origin, address, words, at=at)
        signal.by_id, signal.organisation_id = by, organisation
        session.add(signal)
        session.flush()
    session.add(
        SignalSight(
            key=key, signal_id=signal.id, source=origin.source.value, source_name=origin.name, text=form.text, url=form.url, at=at
        )
    )  # fmt: skip
    again = not is_new and _counted(session, signal, form.tlp, at=at)
    session.flush()
    return Raised(signal, is_new=is_new, again=again)


def take_signal(
    session: Session, actor: Actor, signal_id: uuid.UUID, room_id: uuid.UUID, *, at: datetime
) -> None:
    """Take a signal up into a case that exists; the room says so, and hears of it when the signal grows.

    Raises:
        Conflict: it has a case already, or the one is an exercise and the other is real. Invalid: the signal's marking is stricter
        than the room's. NotFound: the signal or the case is not theirs.
    """
    PERMISSIONS.require(actor, Permission.TRIAGE)
    signal = signal_of(session, actor, signal_id)
    standing, _case = in_case(session, actor, room_id, Right.ATTACH)
    room = room_of(session, room_id)
    if signal.case_id is not None:
        raise Conflict(_("This signal has a case already."))
    if signal.exercise_id != room.exercise_id:
        raise Conflict(_("Exercises and real cases never mix."))
    if Tlp(signal.tlp).rank > Tlp(room.tlp).rank:
        raise Invalid(
            _(
                "The signal is marked %(signal)s, the case’s room only %(room)s. Narrow the room’s marking first."
            )
            % {"signal": Tlp(signal.tlp).label, "room": Tlp(room.tlp).label}
        )
    append(session, standing, _linked(signal), at=at, marking=Marking(Tlp(signal.tlp)))
    signal.state, signal.case_id, signal.why = SignalState.TAKEN.value, room_id, ""
    record(session, actor, "signal_taken", f"signal {signal.id}", tool=TOOL, at=at, room=str(room_id))


def dismiss_signal(session: Session, actor: Actor, signal_id: uuid.UUID, why: str, *, at: datetime) -> Signal:
    """Put a signal aside, with a reason; it comes back when its sightings have doubled. Raises Conflict where a case has it."""
    PERMISSIONS.require(actor, Permission.TRIAGE)
    signal = signal_of(session, actor, signal_id)
    if signal.state == SignalState.TAKEN.value:
        raise Conflict(_("A case has taken this signal up; close the case instead."))
    signal.state, signal.why, signal.raised_times = (
        SignalState.DISMISSED.value,
        reason(why)[:1_000],
        signal.times,
    )
    record(session, actor, "signal_dismissed", f"signal {signal.id}", tool=TOOL, at=at, why=signal.why)
    return signal


def reopen_signal(session: Session, actor: Actor, signal_id: uuid.UUID, *, at: datetime) -> Signal:
    """Bring a dismissed signal back. Raises Conflict where it is not dismissed."""
    PERMISSIONS.require(actor, Permission.TRIAGE)
    signal = signal_of(session, actor, signal_id)
    if signal.state != SignalState.DISMISSED.value:
        raise Conflict(_("This signal is not dismissed."))
    signal.state, signal.why, signal.raised_at = SignalState.NEW.value, "", at
    record(session, actor, "signal_reopened", f"signal {signal.id}", tool=TOOL, at=at)
    return signal


def _checked(form: SignalForm) -> SignalForm:
    """Return the form with an address that is one, and a title. Raises Invalid."""
    url = web_address(form.url) if form.url else ""
    title = " ".join(form.title.split())
    if not title:
        line = next((one.strip() for one in form.text.splitlines() if one.strip()), "")
        title = line if len(line) <= TITLE else line[: TITLE - 1].rstrip() + "…"
    if not title and url:
        parts = urlsplit(url)
        title = f"{parts.hostname}{parts.path}".rstrip("/")[:TITLE]
    if not title:
        sentence = _("Give an address, or say in a few words what you saw.")
        raise Invalid(sentence, fields={"text": sentence})
    if form.tlp not in MARKINGS:
        sentence = _("TLP:RED names its readers, which a signal cannot. Tell them in a room instead.")
        raise Invalid(sentence, fields={"tlp": sentence})
    return form.model_copy(update={"url": url, "title": title})


def _turn(session: Session) -> None:
    """Wait for this transaction's turn, so that two reports of the same thing at once make one signal."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        session.execute(sql("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _key(actor: Actor, form: SignalForm, origin: Origin, content: str, *, at: datetime) -> str:
    """Return under which key a sighting is counted once.

    A program gives its own. What one person reports twice in a day is one sighting. Everything else counts each time.
    """
    if form.key:
        what = f"{origin.name}:{form.key}" if actor.person_id is None else f"{actor.person_id}:{form.key}"
    elif actor.person_id is not None:
        what = f"{actor.person_id}:{at.strftime(SAME_PERSON)}:{content}"
    else:
        what = str(uuid.uuid4())
    exercise = "" if origin.exercise is None else f":{origin.exercise}"
    return f"{origin.source.value}{exercise}:{hashlib.sha256(what.encode()).hexdigest()[:40]}"


def _same(
    session: Session,
    address: str,
    words: str,
    audience: uuid.UUID | None,
    exercise: uuid.UUID | None,
    *,
    at: datetime,
) -> Signal | None:
    found = signal_at(session, address, audience, exercise) if address else None
    if found is not None:
        return found
    others = compared_since(session, audience, exercise, at=at)
    ids = list(others)
    number = likest(words, list(others.values()))
    return None if number is None else session.get_one(Signal, ids[number])


def _made(form: SignalForm, origin: Origin, address: str, words: str, *, at: datetime) -> Signal:
    return Signal(
        source=origin.source.value,
        source_name=origin.name,
        title=form.title,
        text=form.text,
        url=form.url,
        canonical_url=address[:500],
        compared=words,
        tlp=form.tlp.value,
        facts=dict(form.facts),
        times=1,
        raised_times=1,
        state=SignalState.NEW.value,
        exercise_id=origin.exercise,
        first_at=at,
        last_at=at,
        raised_at=at,
    )


def _counted(session: Session, signal: Signal, tlp: Tlp, *, at: datetime) -> bool:
    """Count one more sighting; say whether the signal was raised again by it. The stricter marking holds."""
    signal.times, signal.last_at = signal.times + 1, max(signal.last_at, at)
    signal.tlp = strictest(Tlp(signal.tlp), tlp).value
    if signal.times < GROWTH * signal.raised_times:
        return False
    signal.raised_times, signal.raised_at = signal.times, at
    if signal.state == SignalState.DISMISSED.value:
        signal.state = SignalState.NEW.value
    if signal.case_id is not None:
        _tell_case(session, signal, at=at)
    return True


def _tell_case(session: Session, signal: Signal, *, at: datetime) -> None:
    """Say in the case's room that its signal has grown; an archived room hears nothing more."""
    room = session.get(Room, signal.case_id)
    if room is None or room.archived:
        return
    standing = standing_in(session, operator("job"), room.id)
    standing = replace(standing, organisation_id=signal.organisation_id)
    append(session, standing, _linked(signal), at=at, marking=Marking(Tlp(signal.tlp)))


def _linked(signal: Signal) -> SignalLinked:
    return SignalLinked(
        signal=signal.id, title=signal.title[:300], url=signal.url[:2_000], times=max(1, signal.times)
    )
