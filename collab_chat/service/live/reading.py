"""What the hub's threads ask the database."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from collab_chat.queries.events import events_after
from collab_chat.queries.live import (
    Credential,
    Head,
    account_changes,
    actors_now,
    heads_of,
    standing_credentials,
    standings_of,
)
from collab_chat.service.live.channel import Channel
from collab_chat.service.live.wires import Wire, wires_of
from common.accounts.actors import Role
from common.db import Database

READ_AT_ONCE = 1_000  # events in one question
WARM = 200  # events that a channel keeps from the start


@dataclass(frozen=True)
class Look:
    """Who may stay connected."""

    credentials: Collection[Credential]
    people: Mapping[uuid.UUID, tuple[str, Mapping[str, Role]]]


def open_channel(database: Database, room_id: uuid.UUID) -> Channel | None:
    """Return a room's channel with its last events; None where there is no such room."""
    with database.read() as session:
        head = heads_of(session, [room_id]).get(room_id)
        if head is None:
            return None
        # Members are read after the head: what changed between comes as an event once more, and changes nothing.
        channel = Channel(room_id, head.epoch, head.seq, standings_of(session, room_id))
        events = events_after(session, room_id, max(0, head.seq - WARM), most=WARM)
        for wire in wires_of(session, room_id, [one for one in events if one.seq <= head.seq]):
            channel.keep(wire)
    return channel


def wires_after(database: Database, channel: Channel, after: int) -> list[Wire]:
    """Return the events that follow, encoded, at most `READ_AT_ONCE`."""
    with database.read() as session:
        events = events_after(session, channel.room_id, after, most=READ_AT_ONCE)
        return wires_of(session, channel.room_id, events)


def read_heads(database: Database, room_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Head]:
    """Return how far rooms have grown."""
    with database.read() as session:
        return heads_of(session, room_ids)


def look(
    database: Database,
    room_ids: Collection[uuid.UUID],
    known: frozenset[int] | None,
) -> tuple[Mapping[uuid.UUID, Head], frozenset[int] | None]:
    """Return how far rooms have grown, and the newest changes to accounts.

    None for these where more happened than can be told from `known`, so that everybody must be asked about.
    """
    with database.read() as session:
        oldest, changes = account_changes(session)
        if known and oldest > max(known) and changes:
            return heads_of(session, room_ids), None
        return heads_of(session, room_ids), changes


def look_at_people(
    database: Database, credentials: Collection[Credential], people: Collection[uuid.UUID], *, at: datetime
) -> Look:
    """Return whose sign-ins, tokens and accounts still hold."""
    with database.read() as session:
        return Look(standing_credentials(session, credentials, at=at), actors_now(session, people))
