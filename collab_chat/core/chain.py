"""The chain of a room's log: what each event's hash is over, so that anybody can check a log offline.

Each event has a *header* (what never changes) and a *content* (what can be erased). The header holds a salted commitment to the
content: `commitment = SHA-256(salt ‖ JCS(content))`, with 16 random bytes of salt. The hash is over the canonical JSON of the
header, which names the predecessor's hash: `hash = SHA-256(JCS(header))`. JCS is RFC 8785. Redaction erases content *and* salt:
the commitment stays, so the chain verifies, and nobody can guess short contents from it any more.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

VERSION = 1
GENESIS = ""  # the predecessor of a room's first event
SALT_BYTES = 16


@dataclass(frozen=True)
class Header:
    """What an event's hash is over. Ids are UUIDs; `at` is UTC with whole milliseconds."""

    room: uuid.UUID
    seq: int
    kind: str
    at: datetime
    author: uuid.UUID | None
    organisation: uuid.UUID | None
    cid: uuid.UUID | None
    tlp: str
    readers: Sequence[str]
    commitment: str
    prev: str


def stamp(at: datetime) -> str:
    """Return a time as the log writes it: `2026-11-22T08:00:00.000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def whole_milliseconds(at: datetime) -> datetime:
    """Cut a time to what the log keeps."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def commitment_of(salt: str, content: Mapping[str, Any]) -> str:
    """Return the commitment to a content. `salt`: 32 hexadecimal digits."""
    return hashlib.sha256(bytes.fromhex(salt) + rfc8785.dumps(dict(content))).hexdigest()


def header_dict(header: Header) -> dict[str, Any]:
    """Return the header as the JSON object that is hashed."""
    return {
        "v": VERSION,
        "room": str(header.room),
        "seq": header.seq,
        "kind": header.kind,
        "at": stamp(header.at),
        "author": _text(header.author),
        "organisation": _text(header.organisation),
        "cid": _text(header.cid),
        "tlp": header.tlp,
        "readers": list(header.readers),
        "commitment": header.commitment,
        "prev": header.prev,
    }


def hash_of(header: Header) -> str:
    """Return the event's hash: 64 hexadecimal digits."""
    return hashlib.sha256(rfc8785.dumps(header_dict(header))).hexdigest()


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
