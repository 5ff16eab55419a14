"""A room's log as a JSON document: one header, then one event a line, so that large logs are written and read piece by piece."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from collab_chat.core.chain import Header, header_dict, stamp

FORMAT = "disinfo-room-log"
FORMAT_VERSION = 1
SEALED_RULES = (
    "An event with sealed = true has a content that was not for whoever exported this log: by its marking (TLP 2.0), or because it "
    "is a vote of a round that was not decided yet. Its commitment and its hash are there, so the chain can be checked."
)
ERASED_RULES = "An event whose content is null and that is not sealed was erased; a later message.redacted or member.forgotten lists it."


@dataclass(frozen=True)
class Taken:
    """What the log was taken from, when, by whom. `marking`: the room's, in capitals."""

    room: uuid.UUID
    name: str
    epoch: str
    head_seq: int
    head_hash: str
    marking: str
    exercise: bool
    at: datetime
    by: str


def exported(
    header: Header, digest: str, content: Mapping[str, Any] | None, salt: str | None, *, sealed: bool
) -> dict[str, Any]:
    """Return an event as exports hold it: its hashed header, its hash, and its content unless it is sealed."""
    return {
        **header_dict(header),
        "hash": digest,
        "content": None if sealed or content is None else dict(content),
        "salt": None if sealed else salt,
        "sealed": sealed,
    }


def beginning(taken: Taken) -> dict[str, Any]:
    """Return what stands before the events."""
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "room": str(taken.room),
        "name": taken.name,
        "epoch": taken.epoch,
        "marking": taken.marking,
        "exercise": taken.exercise,
        "head": {"seq": taken.head_seq, "hash": taken.head_hash},
        "exported_at": stamp(taken.at),
        "exported_by": taken.by,
        "sealed": SEALED_RULES,
        "erased": ERASED_RULES,
    }


def pieces(taken: Taken, events: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Give the document's bytes, one event a piece."""
    yield orjson.dumps(beginning(taken))[:-1] + b',"events":['
    between = b"\n"
    for event in events:
        yield between + orjson.dumps(event)
        between = b",\n"
    yield b"\n]}\n"
