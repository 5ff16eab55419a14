"""Notices: what somebody chose, what is written down to be sent, what became of it."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from collab_chat.core.markdown import plain
from collab_chat.core.notices import QUIET, What, Wording, key_of, pause_after, worded
from collab_chat.models import Case, Event, Message, Notice, NoticeChoice, NoticePointer, PushAddress, Room
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.cases import title_marking
from collab_chat.queries.notices import (
    TOLD,
    Ways,
    addresses_of,
    due_notices,
    events_to_tell,
    has_read,
    readers_of,
    told_by,
    ways_of,
)
from collab_chat.schemas.markings import Tlp, strictest
from common.accounts.actors import Actor
from common.errors import Invalid, SignInNeeded
from common.i18n import gettext as _
from common.i18n import use_locale

OLD = timedelta(days=1)  # of what happened longer ago nobody is told
CLAIM = timedelta(minutes=5)  # until a notice that somebody began to send is taken up by another
MOST_SERVICES, MOST_BROWSERS = 5, 10
LONGEST_ADDRESS = 500


@dataclass(frozen=True)
class Choice:
    """What somebody wants to be told of, and how."""

    what: Collection[str]
    email: bool
    push: bool
    services: Collection[str]
    muted: Collection[str]
    language: str


@dataclass(frozen=True)
class Offered:
    """Which ways this deployment has. `services`: the kinds of Apprise addresses that it allows."""

    email: bool
    push: bool
    services: Collection[str]
    language: str


def choose(session: Session, actor: Actor, choice: Choice, offered: Offered) -> None:
    """Keep somebody's own choice. Raises Invalid for an address of a kind that is not allowed here."""
    person = _self(actor)
    services = [one.strip() for one in choice.services if one.strip()]
    wrong = [one for one in services if urlsplit(one).scheme not in offered.services]
    if wrong or len(services) > MOST_SERVICES or any(len(one) > LONGEST_ADDRESS for one in services):
        allowed = ", ".join(f"{one}://" for one in sorted(offered.services)) or _("none")
        message = _("Of other services this deployment allows: %(allowed)s (at most %(most)s addresses).") % {
            "allowed": allowed,
            "most": MOST_SERVICES,
        }
        raise Invalid(message, fields={"services": message})
    kept = session.get(NoticeChoice, person) or NoticeChoice(person_id=person)
    kept.what = [one.value for one in What if one.value in choice.what]
    kept.email, kept.push = choice.email, choice.push
    kept.services, kept.muted_rooms = services, sorted(choice.muted)
    kept.language = choice.language if choice.language in {"en", "fr"} else "en"
    session.add(kept)


def keep_browser(
    session: Session, actor: Actor, endpoint: str, keys: dict[str, str], *, at: datetime
) -> None:
    """Keep a browser's address for web push; the same one is kept once. Raises Invalid for what is none."""
    person = _self(actor)
    parts = urlsplit(endpoint)
    known = {key: keys[key] for key in ("p256dh", "auth") if isinstance(keys.get(key), str)}
    if parts.scheme != "https" or not parts.hostname or len(endpoint) > 2_000 or len(known) != 2:
        raise Invalid(_("This is no address for web push."))
    have = addresses_of(session, actor)
    if any(one.endpoint == endpoint for one in have):
        return
    if len(have) >= MOST_BROWSERS:
        session.delete(have[0])
    session.add(PushAddress(person_id=person, endpoint=endpoint, keys=known, at=at))


def drop_browser(session: Session, actor: Actor, address_id: uuid.UUID) -> None:
    """Let one of one's own browsers go."""
    session.execute(
        delete(PushAddress).where(PushAddress.id == address_id, PushAddress.person_id == _self(actor))
    )


def ask_for_test(session: Session, actor: Actor, offered: Offered, *, at: datetime) -> int:
    """Write down a notice to oneself by each way that one has; return how many."""
    person = _self(actor)
    ways = ways_of(session, [person])[person]
    with use_locale(ways.language or offered.language):
        wording = Wording(_("A test from the alert room"), _("Notices reach you here."))
    content: dict[str, str | int] = {
        "title": wording.title,
        "body": wording.body,
        "path": "/rooms/notices",
    }
    rows = [
        _row(f"test:{uuid.uuid4().hex}", ways, way, address, "test", content, at=at, wait=False)
        for way, address in _addresses(ways, offered)
    ]
    session.add_all(rows)
    return len(rows)


def look_through(
    session: Session, actor: Actor, room_id: uuid.UUID, offered: Offered, *, at: datetime
) -> int:
    """Write down the notices for what happened in a room since the last look; return how many events were looked at.

    The room's pointer is locked until the transaction ends, and each notice has a key: the same thing is written down once.
    """
    PERMISSIONS.require(actor, Permission.OPERATE)
    pointer = _pointer(session, room_id)
    events = events_to_tell(session, room_id, pointer.seq)
    for event in events:
        if event.kind in TOLD and event.at > at - OLD:
            _note(session, event, offered, at=at)
    if events:
        pointer.seq = events[-1].seq
    return len(events)


def claim_due(session: Session, actor: Actor, *, at: datetime) -> list[Notice]:
    """Take what is to be sent now, so that no other process sends it; what its reader has read meanwhile is let go."""
    PERMISSIONS.require(actor, Permission.OPERATE)
    claimed = []
    for one in due_notices(session, at, lock=True):
        room, seq = one.content.get("room"), one.content.get("seq")
        if room and seq and has_read(session, uuid.UUID(room), one.person_id, int(seq)):
            session.delete(one)
            continue
        if not _still_said(session, one):
            session.delete(one)
            continue
        one.attempts, one.next_at = one.attempts + 1, at + CLAIM
        claimed.append(one)
    session.flush()
    return claimed


def note_sent(session: Session, actor: Actor, notice_id: uuid.UUID, *, at: datetime) -> None:
    """Note that a notice was taken by whoever carries it."""
    PERMISSIONS.require(actor, Permission.OPERATE)
    notice = session.get_one(Notice, notice_id)
    notice.state, notice.sent_at, notice.error = "sent", at, ""


def note_failed(
    session: Session, actor: Actor, notice_id: uuid.UUID, why: str, *, at: datetime, gone: bool = False
) -> None:
    """Note why a notice did not go; it is tried again, later each time, five times at most. `gone`: its browser is no more."""
    PERMISSIONS.require(actor, Permission.OPERATE)
    notice = session.get_one(Notice, notice_id)
    notice.error = why[:500]
    pause = None if gone else pause_after(notice.attempts)
    if pause is None:
        notice.state = "failed"
    else:
        notice.next_at = at + pause
    if gone and notice.way == "push":
        session.execute(delete(PushAddress).where(PushAddress.id == uuid.UUID(notice.address)))


def forget_old_notices(session: Session, actor: Actor, *, before: datetime) -> None:
    """Forget notices that were sent or given up long ago."""
    PERMISSIONS.require(actor, Permission.OPERATE)
    session.execute(delete(Notice).where(Notice.state != "waiting", Notice.at < before))


def _note(session: Session, event: Event, offered: Offered, *, at: datetime) -> None:
    told = dict(told_by(session, event))
    if not told:
        return
    able = readers_of(session, event, list(told))
    for person, ways in ways_of(session, sorted(able)).items():
        what = told[person]
        if what.value not in ways.what or str(event.room_id) in ways.muted:
            continue
        with use_locale(ways.language or offered.language):
            content = _content(session, event, what)
        for way, address in _addresses(ways, offered):
            key = key_of(str(event.room_id), event.seq, str(person), way, address)
            _add_once(session, _row(key, ways, way, address, what.value, content, at=at))


def _content(session: Session, event: Event, what: What) -> dict[str, str | int]:
    room = session.get_one(Room, event.room_id)
    case = session.get(Case, event.room_id)
    name = room.name
    if case is not None:
        told = title_marking(session, room.id).rank <= Tlp.GREEN.rank
        name = f"#{case.number} {case.title}" if told else _("Case %(number)s") % {"number": case.number}
    said = event.content or {}
    titles: dict[What, Callable[[], str]] = {
        What.MENTION: lambda: _("You were named in %(room)s"),
        What.TASK: lambda: _("A task for you in %(room)s"),
        What.TIMER: lambda: _("A time limit in %(room)s"),
        What.DECISION: lambda: _("Decided: %(room)s"),
        What.SIGNAL: lambda: _("Graded high or critical: %(room)s"),
    }
    body = plain(str(said.get("text", "")), 300) if what in {What.MENTION, What.TASK} else ""
    message_seq = int(said.get("message", event.seq))
    message = session.get(Message, (event.room_id, message_seq))
    tlp = strictest(Tlp(event.tlp), Tlp(room.tlp), *([Tlp(message.tlp)] if message else []))
    wording = worded(tlp, titles[what]() % {"room": name}, body, exercise=room.exercise_id is not None)
    return {
        "title": wording.title,
        "body": wording.body,
        "path": f"/rooms/{event.room_id}?at={event.seq}",
        "room": str(event.room_id),
        "seq": event.seq,
        "message": message_seq,
    }


def _still_said(session: Session, notice: Notice) -> bool:
    """Cut a notice to what the markings allow by now; False where its message was redacted meanwhile, or is not for them any more."""
    content = notice.content
    if "message" not in content:
        return True
    room = session.get_one(Room, uuid.UUID(content["room"]), populate_existing=True)
    event = session.get_one(Event, (room.id, int(content["seq"])))
    message = session.get(Message, (room.id, int(content["message"])))
    if message is not None and message.redacted_seq is not None:
        return False
    if notice.person_id not in readers_of(session, event, [notice.person_id]):
        return False
    tlp = strictest(Tlp(room.tlp), *([Tlp(message.tlp)] if message else []))
    if tlp.rank > Tlp.GREEN.rank:
        with use_locale(str(content.get("language", "en"))):
            now = worded(tlp, "", "", exercise=room.exercise_id is not None)
        notice.content = {**content, "title": now.title, "body": now.body}
    return True


def _addresses(ways: Ways, offered: Offered) -> list[tuple[str, str]]:
    found = [("email", ways.person.email)] if ways.email and offered.email else []
    if offered.push:
        found += [("push", str(one)) for one in ways.push]
    found += [("service", one) for one in ways.services if urlsplit(one).scheme in offered.services]
    return found


def _row(  # noqa: PLR0913 - what a notice is made of
    key: str,
    ways: Ways,
    way: str,
    address: str,
    what: str,
    content: dict[str, str | int],
    *,
    at: datetime,
    wait: bool = True,
) -> Notice:
    language = ways.language or "en"
    return Notice(
        key=key,
        person_id=ways.person.id,
        way=way,
        address=address,
        what=what,
        content={**content, "language": language},
        state="waiting",
        attempts=0,
        at=at,
        next_at=at + QUIET if wait else at,
    )


def _add_once(session: Session, row: Notice) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    columns = ("key", "person_id", "way", "address", "what", "content", "state", "attempts", "at", "next_at")
    values = {name: getattr(row, name) for name in columns} | {"id": uuid.uuid4(), "error": ""}
    session.execute(insert(Notice).values(**values).on_conflict_do_nothing(index_elements=["key"]))


def _pointer(session: Session, room_id: uuid.UUID) -> NoticePointer:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(NoticePointer).values(room_id=room_id, seq=0).on_conflict_do_nothing())
    return session.get_one(NoticePointer, room_id, with_for_update=True, populate_existing=True)


def _self(actor: Actor) -> uuid.UUID:
    PERMISSIONS.require(actor, Permission.ENTER)
    if actor.person_id is None:
        raise SignInNeeded(_("Sign in to do this."))
    return actor.person_id
