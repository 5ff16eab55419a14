"""Projections of cases: each row can be made from its room's log again."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, KeptJson, NullableJson, UtcDateTime


class Counter(Base):
    """The last number given: cases, and exercises' cases apart."""

    __tablename__ = "room_counter"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]


class Case(Base):
    """A signal taken up. One room, one case."""

    __tablename__ = "room_case"
    __table_args__ = (Index("ix_room_case_status", "status", "severity"),)
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text, default="")
    abcde: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    status: Mapped[str] = mapped_column(String(20), default="new")
    other_id: Mapped[uuid.UUID | None]  # of a duplicate or a merged one: the room of the other case
    harm: Mapped[int | None]
    breakout: Mapped[int | None]
    severity: Mapped[str | None] = mapped_column(String(20))
    lead_id: Mapped[uuid.UUID | None]
    scribe_id: Mapped[uuid.UUID | None]
    reporter_id: Mapped[uuid.UUID | None]
    reporter_organisation_id: Mapped[uuid.UUID | None]
    organisations: Mapped[dict[str, str]] = mapped_column(Json, default=dict)  # id → name
    criteria: Mapped[dict[str, list[str]]] = mapped_column(Json, default=dict)  # organisation id → criteria
    round: Mapped[int] = mapped_column(default=1)
    exercise_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    triaged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last time
    qualifying_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    qualified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last decision
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # on a reaction
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verdict: Mapped[str | None] = mapped_column(String(30))  # of the last decision
    reminded: Mapped[dict[str, str]] = mapped_column(
        Json, default=dict
    )  # core.timers.Reminder.key → the due time (ISO) of which it reminded


class Vote(Base):
    """One person's sheet of one round; a later one of the same person and round takes its place, the log keeps both."""

    __tablename__ = "room_vote"
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID | None]
    sheet: Mapped[dict[str, Any]] = mapped_column(Json)  # schemas.cases.Sheet
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    changes: Mapped[int] = mapped_column(default=0)  # cast again so often, perhaps having read the others'
    first_verdict: Mapped[str] = mapped_column(String(30))


class Objection(Base):
    """An objection to deciding."""

    __tablename__ = "room_objection"
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    round: Mapped[int]
    person_id: Mapped[uuid.UUID | None]
    why: Mapped[str] = mapped_column(Text)
    blocking: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    lifted_seq: Mapped[int | None]
    answer: Mapped[str] = mapped_column(Text, default="")


class Decision(Base):
    """A frozen record: what a round added up to."""

    __tablename__ = "room_decision"
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[uuid.UUID | None]
    record: Mapped[dict[str, Any]] = mapped_column(KeptJson)
    sha256: Mapped[str] = mapped_column(String(64))


class ReactionTaken(Base):
    """A reaction that was decided; attributions too (`kind` = proposed, then attribution), with what they say in `details`."""

    __tablename__ = "room_reaction_taken"
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    why: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Task(Base):
    """Something to do in a room."""

    __tablename__ = "room_task"
    __table_args__ = (Index("ix_room_task_owner", "owner_id", "done_at"),)
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(300))
    owner_id: Mapped[uuid.UUID | None]
    due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    playbook: Mapped[str] = mapped_column(String(60), default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by_id: Mapped[uuid.UUID | None]
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Evidence(Base):
    """An address or a file, with its last capture; earlier captures stay in the log."""

    __tablename__ = "room_evidence"
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10))  # url, file
    url: Mapped[str] = mapped_column(Text, default="")
    canonical_url: Mapped[str] = mapped_column(Text, default="")
    file: Mapped[dict[str, Any] | None] = mapped_column(NullableJson)
    note: Mapped[str] = mapped_column(Text, default="")
    tlp: Mapped[str] = mapped_column(String(20))
    readers: Mapped[list[str]] = mapped_column(Json, default=list)
    organisation_id: Mapped[uuid.UUID | None]
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))  # waiting, captured, failed, kept (a file)
    captures: Mapped[int] = mapped_column(default=0)
    capture: Mapped[dict[str, Any] | None] = mapped_column(NullableJson)  # events.EvidenceCaptured
    why: Mapped[str] = mapped_column(Text, default="")  # it failed


class Link(Base):
    """An account, ad, entry, address, signal or case that belongs to a case; similar cases are found by them."""

    __tablename__ = "room_link"
    __table_args__ = (Index("ix_room_link_ref", "what", "ref"),)
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    what: Mapped[str] = mapped_column(String(10), primary_key=True)
    ref: Mapped[str] = mapped_column(String(500), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(Text, default="")
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
