"""Searching what somebody may read: both databases' full-text search behind one question.

The index (migration 0007) has each message, piece of evidence, case and signal with its marking. The markings' rule is asked in SQL,
so that pages are full, and once more of each row that is found.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    Uuid,
    and_,
    column,
    func,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from collab_chat.core.markdown import plain
from collab_chat.core.markings import may_read
from collab_chat.core.search_box import Term, Wanted
from collab_chat.core.snippets import MOST_READ, Piece, snippet
from collab_chat.models import Case, Member, Room
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.cases import hidden_cases, kept_from, name_shown
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from common.accounts.actors import Actor, Role
from common.accounts.models import Person
from common.db import UtcDateTime
from common.errors import SignInNeeded
from common.i18n import gettext as _

PAGE = 20
MOST_COUNTED = 1_000
# The index is no model: each database has its own beneath it.
ENTRY = Table(
    "room_fts_entry",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("what", String(10)),
    Column("ref", String(40)),
    Column("room_id", Uuid),
    Column("seq", Integer),
    Column("at", UtcDateTime),
    Column("author_id", Uuid),
    Column("organisation_id", Uuid),
    Column("tlp", String(20)),
    Column("readers", Text),
    Column("has_file", Boolean),
    Column("has_link", Boolean),
    Column("title", Text),
    Column("body", Text),
)
E = ENTRY.c


@dataclass(frozen=True)
class Found:
    """One thing that was found. Of a signal `room` is None and `ref` its id; `room_name`: as the reader may know it."""

    what: str  # message, evidence, case, signal
    ref: str
    room: Room | None
    room_name: str
    seq: int | None
    at: datetime
    author: str
    tlp: Tlp
    title: list[Piece]
    body: list[Piece]


@dataclass(frozen=True)
class Results:
    """A page of what was found, newest first. `count` stops at 1,000."""

    found: Sequence[Found]
    count: int
    page: int


def search(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    room_id: uuid.UUID | None = None,
    page: int = 1,
    size: int = PAGE,
) -> Results:
    """Search the rooms that somebody is in, and signals where they may read these; in one room only where it is named.

    Raises:
        SignInNeeded, Forbidden: the tool is not theirs.
    """
    PERMISSIONS.require(actor, Permission.ENTER)
    if actor.person_id is None:
        raise SignInNeeded(_("Sign in to search."))
    if wanted.empty:
        return Results((), 0, 1)
    hidden = hidden_cases(session, actor.person_id)
    query = _rows(session, actor, actor.person_id, wanted, room_id, hidden)
    count = session.scalar(select(func.count()).select_from(query.limit(MOST_COUNTED).subquery())) or 0
    rows = session.execute(
        query.order_by(E.at.desc(), E.id.desc()).limit(size).offset((page - 1) * size)
    ).all()
    found = [one for row in rows if (one := _shown(session, row, wanted.terms, hidden))]
    return Results(found, count, page)


def _rows(
    session: Session,
    actor: Actor,
    person_id: uuid.UUID,
    wanted: Wanted,
    room_id: uuid.UUID | None,
    hidden: Collection[uuid.UUID],
) -> Any:
    mine = and_(Member.room_id == E.room_id, Member.person_id == person_id, Member.left_seq.is_(None))
    signals = room_id is None and PERMISSIONS.allows(actor, Permission.READ_SIGNALS)
    readable: ColumnElement[bool] = and_(
        Member.person_id.is_not(None),
        or_(_readable_case(person_id), and_(E.what != "case", _readable(person_id))),
    )
    if signals:
        readable = or_(readable, and_(E.what == "signal", _readable_signal(session, person_id)))
    query = (
        select(ENTRY, Member, Room)
        .select_from(ENTRY)
        .outerjoin(Member, mine)
        .outerjoin(Room, Room.id == E.room_id)
        .where(readable)
    )
    if room_id is not None:
        query = query.where(E.room_id == room_id)
    for condition in _filters(wanted, hidden):
        query = query.where(condition)
    if wanted.terms:
        query = query.where(_words(session, wanted.terms))
    return query


def _readable(person_id: uuid.UUID) -> ColumnElement[bool]:
    """Return the markings' rule for a row of a room that is no case's (`core.markings.may_read`)."""
    tlp = E.tlp
    return or_(
        E.author_id == person_id,
        tlp.in_([Tlp.CLEAR.value, Tlp.GREEN.value]),
        and_(tlp == Tlp.RED.value, E.readers.contains(str(person_id), autoescape=True)),
        and_(
            Member.role != Role.GUEST.value,
            or_(
                tlp == Tlp.AMBER.value,
                and_(tlp == Tlp.AMBER_STRICT.value, Member.organisation_id == E.organisation_id),
            ),
        ),
    )


def _readable_case(person_id: uuid.UUID) -> ColumnElement[bool]:
    """Return that a row is a case's, and that the case is not kept from somebody (`queries.cases.readable_case`)."""
    hidden = (
        select(Case.room_id).where(Case.room_id == E.room_id, kept_from(person_id)).correlate(ENTRY, Member)
    )
    return and_(E.what == "case", ~hidden.exists())


def _readable_signal(session: Session, person_id: uuid.UUID) -> ColumnElement[bool]:
    organisation = session.scalar(select(Person.organisation_id).where(Person.id == person_id))
    return or_(
        E.author_id == person_id,
        E.tlp.in_([Tlp.CLEAR.value, Tlp.GREEN.value, Tlp.AMBER.value]),
        and_(E.tlp == Tlp.AMBER_STRICT.value, E.organisation_id == organisation),
    )


def _filters(wanted: Wanted, hidden: Collection[uuid.UUID]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.after:
        conditions.append(E.at >= wanted.after)
    if wanted.before:
        conditions.append(E.at < wanted.before)
    if wanted.has_file:
        conditions.append(E.has_file.is_(True))
    if wanted.has_link:
        conditions.append(E.has_link.is_(True))
    if wanted.room:
        conditions.append(_room_named(wanted.room, hidden))
    if wanted.author:
        named = select(Member.person_id).where(Member.name.icontains(wanted.author, autoescape=True))
        conditions.append(E.author_id.in_(named.where(Member.room_id == E.room_id).correlate(ENTRY)))
    return conditions


def _room_named(name: str, hidden: Collection[uuid.UUID]) -> ColumnElement[bool]:
    """Return that a row's room is called so; by the titles of cases that are hidden from the reader nothing is found."""
    number = name.removeprefix("#")
    named: ColumnElement[bool] = and_(Room.name.icontains(name, autoescape=True), Room.id.not_in(hidden))
    if number.isascii() and number.isdigit() and len(number) < 10:
        cases = select(Case.room_id).where(Case.number == int(number))
        named = or_(named, E.room_id.in_(cases))
    return named


def _words(session: Session, terms: Sequence[Term]) -> ColumnElement[bool]:
    """Return the condition that a row holds every term."""
    if session.get_bind().dialect.name == "sqlite":
        match = " AND ".join(f'"{term.words}"{"*" if term.begins else ""}' for term in terms)
        fts = table("room_fts", column("rowid", Integer))
        rows = select(fts.c.rowid).where(text("room_fts MATCH :match").bindparams(match=match))
        return E.id.in_(rows)
    vector: ColumnElement[Any] = column("words", _selectable=ENTRY)
    every = [vector.op("@@")(func.room_query(term.words, term.begins)) for term in terms]
    return and_(*every)


def _shown(
    session: Session, row: Row[Any], terms: Sequence[Term], hidden: Mapping[uuid.UUID, int]
) -> Found | None:
    """Return a row for its reader; None where the markings' rule, asked again, says otherwise."""
    entry = row._mapping
    member, room = entry["Member"], entry["Room"]
    tlp = Tlp(entry[E.tlp] or room.tlp)
    if member is not None and entry[E.what] != "case":
        standing = Standing(
            member.room_id, member.person_id, member.name, Role(member.role), member.organisation_id
        )
        if not may_read(
            standing,
            tlp,
            author=entry[E.author_id],
            organisation=entry[E.organisation_id],
            readers=entry[E.readers],
        ):
            return None
    elif member is None and entry[E.what] != "signal":
        return None
    return Found(
        entry[E.what],
        entry[E.ref],
        room,
        name_shown(room, hidden) if room is not None else "",
        entry[E.seq],
        entry[E.at],
        _name(session, room, entry[E.author_id]),
        tlp,
        snippet(entry[E.title], terms) if entry[E.title].strip() else [],
        _excerpt(entry[E.what], entry[E.body], terms),
    )


def _excerpt(what: str, text: str, terms: Sequence[Term]) -> list[Piece]:
    """Return the words around what was found: a message's without its markup, unless what was found is in that (an address)."""
    if not text.strip():
        return []
    if what != "message":
        return snippet(text, terms)
    pieces = snippet(plain(text[:MOST_READ]), terms)
    return pieces if any(one.found for one in pieces) or not terms else snippet(text, terms)


def _name(session: Session, room: Room | None, person_id: uuid.UUID | None) -> str:
    """Return an author's name as the room knows it; each is asked for once in a session."""
    member = session.get(Member, (room.id, person_id)) if room is not None and person_id is not None else None
    return member.name if member is not None else ""
