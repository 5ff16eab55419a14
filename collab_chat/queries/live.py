"""What the live room asks: whole batches at once, since a thousand sockets would otherwise ask a thousand times."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.models import Decision, Event, Message, Room
from collab_chat.queries.events import about
from collab_chat.queries.rooms import members_of
from collab_chat.schemas.events import SEALED, Kind
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from common.accounts.actors import Actor, Role
from common.accounts.models import ApiToken, AuditEntry, Person, RoleGrant, SignIn

T = TypeVar("T")
LAST_AUDITED = 200
MOST_ASKED = 500  # values in one IN list


@dataclass(frozen=True, slots=True)
class Protection:
    """Who may read an event's content, as it stands now: by its marking, and nobody but its author where it is `sealed`."""

    tlp: Tlp
    author: uuid.UUID | None
    organisation: uuid.UUID | None
    readers: frozenset[str]
    sealed: bool = False
    said_by: uuid.UUID | None = None  # the event's own author, who may not be the message's


@dataclass(frozen=True, slots=True)
class Head:
    """How far a room's log goes."""

    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class Credential:
    """By what somebody came in: the hash of a sign-in's cookie or of an API token."""

    kind: str  # session, token
    key: str


def protections(
    session: Session, room_id: uuid.UUID, events: Sequence[Event], *, fresh: bool = False
) -> dict[int, Protection]:
    """Return how each event is protected: what is about a message, by the message's marking now.

    The same rule as `queries.events.sealed_for`, without a reader; two statements at most. `fresh`: these are all events of this very
    transaction, so that a message posted in it is marked as its event says, unless it was marked anew.
    """
    asked = {seq for one in events if (seq := about(one)) is not None}
    if fresh and not any(one.kind == Kind.MESSAGE_MARKED.value for one in events):
        asked -= {one.seq for one in events if one.kind == Kind.MESSAGE_POSTED.value}
    now = _messages(session, room_id, asked)
    decided = _decided(session, room_id) if any(Kind(one.kind) in SEALED for one in events) else set()
    return {one.seq: _protection(one, now.get(about(one) or 0), decided) for one in events}


def _protection(event: Event, message: Message | None, decided: Collection[int]) -> Protection:
    if message is not None:
        return Protection(
            Tlp(message.tlp),
            message.author_id,
            message.organisation_id,
            frozenset(message.readers),
            said_by=event.author_id,
        )
    sealed = Kind(event.kind) in SEALED and (event.content or {}).get("round") not in decided
    return Protection(
        Tlp(event.tlp), event.author_id, event.organisation_id, frozenset(event.readers), sealed
    )


def _messages(session: Session, room_id: uuid.UUID, seqs: Collection[int]) -> Mapping[int, Message]:
    if not seqs:
        return {}
    found = session.scalars(select(Message).where(Message.room_id == room_id, Message.seq.in_(seqs)))
    return {one.seq: one for one in found}


def _decided(session: Session, room_id: uuid.UUID) -> set[int]:
    return set(session.scalars(select(Decision.round).where(Decision.room_id == room_id)))


def heads_of(session: Session, room_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Head]:
    """Return how far rooms have grown; rooms that are gone are left out."""
    found: dict[uuid.UUID, Head] = {}
    for some in _slices(room_ids):
        rows = session.execute(select(Room.id, Room.epoch, Room.head_seq).where(Room.id.in_(some)))
        found |= {row[0]: Head(row[1], row[2]) for row in rows}
    return found


def standings_of(session: Session, room_id: uuid.UUID) -> dict[uuid.UUID, Standing]:
    """Return how everybody stands who is in a room."""
    return {
        one.person_id: Standing(room_id, one.person_id, one.name, Role(one.role), one.organisation_id)
        for one in members_of(session, room_id)
    }


def standing_credentials(
    session: Session, credentials: Iterable[Credential], *, at: datetime
) -> set[Credential]:
    """Return those of the credentials that still hold."""
    wanted: dict[str, list[str]] = {"session": [], "token": []}
    for one in credentials:
        wanted[one.kind].append(one.key)
    found: set[Credential] = set()
    for table, kind in ((SignIn, "session"), (ApiToken, "token")):
        for some in _slices(wanted[kind]):
            query = select(table.token_hash).where(table.token_hash.in_(some), table.expires_at >= at)
            found |= {Credential(kind, key) for key in session.scalars(query)}
    return found


def actors_now(
    session: Session, person_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[str, Mapping[str, Role]]]:
    """Return the names and roles of people whose accounts are open."""
    found: dict[uuid.UUID, tuple[str, dict[str, Role]]] = {}
    for some in _slices(person_ids):
        people = session.execute(
            select(Person.id, Person.name).where(Person.id.in_(some), Person.disabled_at.is_(None))
        )
        found |= {row[0]: (row[1], {}) for row in people}
        grants = select(RoleGrant.person_id, RoleGrant.tool, RoleGrant.role).where(
            RoleGrant.person_id.in_(some)
        )
        for person_id, tool, role in session.execute(grants):
            if person_id in found:
                found[person_id][1][tool] = Role(role)
    return dict(found)


def account_changes(session: Session) -> tuple[int, frozenset[int]]:
    """Return the oldest of the last entries of the audit trail, and those among them that may end a connection.

    All that happens to people, sign-ins, tokens and roles is audited: nothing new there, and nobody need be asked about.
    """
    rows = session.execute(
        select(AuditEntry.id, AuditEntry.tool, AuditEntry.action)
        .order_by(AuditEntry.id.desc())
        .limit(LAST_AUDITED)
    ).all()
    told = frozenset(row[0] for row in rows if row[1] == "accounts" and row[2] != "signed in")
    return (rows[-1][0] if rows else 0), told


def credential_of(actor: Actor, token_hash: str | None) -> Credential | None:
    """Return by what an actor came in; None for who came in by neither (a peer, an operator)."""
    if actor.session_id:
        return Credential("session", actor.session_id)
    return Credential("token", token_hash) if token_hash else None


def _slices(values: Iterable[T]) -> Iterable[list[T]]:
    listed = list(values)
    return (listed[start : start + MOST_ASKED] for start in range(0, len(listed), MOST_ASKED))
