"""Checking a room's log: offline, from nothing but its events; the first broken one is named, with what is wrong in plain words."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import rfc8785

from collab_chat.core.chain import GENESIS, VERSION, commitment_of
from collab_chat.core.log_export import FORMAT, FORMAT_VERSION

HEADER = ("v", "room", "seq", "kind", "at", "author", "organisation", "cid", "tlp", "readers", "commitment", "prev")  # fmt: skip
FIELDS = frozenset({*HEADER, "hash", "content", "salt", "sealed"})
ERASING = frozenset({"message.redacted", "member.forgotten"})
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_SALT = re.compile(r"[0-9a-f]{32}\Z")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_text_or_null(value: object) -> bool:
    return isinstance(value, str | None)


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and _SHA256.match(value) is not None


_TEXT = (_is_text, "text")
_TEXT_OR_NULL = (_is_text_or_null, "text or null")
_DIGEST = (_is_sha256, "a SHA-256 in hexadecimal digits")
_WHOLE = (lambda value: type(value) is int, "a whole number")
TYPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(("v", "seq"), _WHOLE),
    **dict.fromkeys(("room", "kind", "at", "tlp", "prev"), _TEXT),
    **dict.fromkeys(("author", "organisation", "cid"), _TEXT_OR_NULL),
    **dict.fromkeys(("hash", "commitment"), _DIGEST),
    "readers": (lambda value: isinstance(value, list) and all(map(_is_text, value)), "a list of text"),
    "sealed": (lambda value: isinstance(value, bool), "true or false"),
    "content": (lambda value: isinstance(value, Mapping | None), "an object or null"),
    "salt": (
        lambda value: value is None or (isinstance(value, str) and _SALT.match(value) is not None),
        "32 hexadecimal digits or null",
    ),
}


class Fault(StrEnum):
    """What can be wrong."""

    FORMAT = "format"  # the document is not a log of this format
    MALFORMED = "malformed"
    ROOM = "room"
    GAP = "gap"
    DUPLICATE = "duplicate"
    PREDECESSOR = "predecessor"
    HASH = "hash"
    COMMITMENT = "commitment"
    MISSING = "missing"  # a content, though nothing erased it
    KEPT = "kept"  # a content, though it was erased
    HEAD = "head"


@dataclass(frozen=True)
class Verdict:
    """What a check found. `broken`: the first broken event; None of a fault: the document itself, or the log is whole.

    `erased` contents are listed by a redaction; `sealed` ones were not for the exporter; of `unknown` ones the redaction itself was
    sealed, so that one cannot tell. All three keep their place in the chain.
    """

    events: int
    erased: int = 0
    sealed: int = 0
    unknown: int = 0
    head: str = GENESIS
    fault: Fault | None = None
    broken: int | None = None
    says: str = ""

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault is None


class Broken(Exception):
    """An event is not what it should be."""

    def __init__(self, fault: Fault, seq: int | None, says: str) -> None:
        super().__init__(says)
        self.fault, self.seq, self.says = fault, seq, says


@dataclass
class _Reading:
    """What was read so far."""

    room: str | None
    last: int = 0
    prev: str = GENESIS
    present: set[int] = field(default_factory=set)
    missing: set[int] = field(default_factory=set)
    sealed: set[int] = field(default_factory=set)
    listed: dict[int, int] = field(default_factory=dict)  # erased event → the one that says so
    sealed_erasing: int = 0  # the last redaction that we may not read


def verify_document(document: object, *, known_head: str | None = None) -> Verdict:
    """Check an exported log, as `json.load` gives it. `known_head`: a hash noted elsewhere that must be among the events."""
    match document:
        case {
            "format": str(name),
            "version": version,
            "room": str(room),
            "head": {"seq": int(head_seq), "hash": str(head_hash)},
            "events": list(events),
        } if name == FORMAT and version == FORMAT_VERSION:
            return verify(events, room=room, head_seq=head_seq, head_hash=head_hash, known_head=known_head)
    return Verdict(
        0, fault=Fault.FORMAT, says=f"This is not a log of the format {FORMAT}, version {FORMAT_VERSION}."
    )


def verify(
    events: Iterable[object],
    *,
    room: str | None = None,
    head_seq: int | None = None,
    head_hash: str | None = None,
    known_head: str | None = None,
) -> Verdict:
    """Check events in the form of `core.log_export.exported`, in one pass.

    Args:
        events: in the order in which they stand.
        room: the room that they must be of; None: that of the first.
        head_seq: the sequence number of the last one, where it is known: otherwise a cut-off end cannot be seen.
        head_hash: the hash of the last one.
        known_head: the hash of any event, noted earlier: who rewrote the whole log cannot have made it again.
    """
    reading = _Reading(room)
    met = known_head is None
    try:
        for event in events:
            _check(reading, event)
            met = met or reading.prev == known_head
        _check_head(reading, head_seq, head_hash)
        if not met:
            raise Broken(
                Fault.HEAD, None, "The hash that you noted is not in this log: it was written anew since."
            )
    except Broken as found:
        earlier = _misplaced(reading, whole=False)
        return _verdict(reading, earlier if earlier is not None else found)
    return _verdict(reading, _misplaced(reading, whole=True))


def _verdict(reading: _Reading, found: Broken | None) -> Verdict:
    erased = reading.missing & reading.listed.keys()
    return Verdict(
        events=reading.last,
        erased=len(erased),
        sealed=len(reading.sealed),
        unknown=len(reading.missing - erased),
        head=reading.prev,
        fault=found.fault if found else None,
        broken=found.seq if found else None,
        says=found.says if found else "",
    )


def _check(reading: _Reading, event: object) -> None:
    """Check one event against what stood before it, and note what the end must know."""
    expected = reading.last + 1
    one = _well_formed(event, expected)
    if reading.room is None:
        reading.room = one["room"]
    if one["room"] != reading.room:
        raise Broken(Fault.ROOM, expected, f"Event {expected} belongs to another room.")
    seq = one["seq"]
    if seq > expected:
        raise Broken(Fault.GAP, expected, f"Event {expected} is missing: event {seq} stands in its place.")
    if seq < expected:
        raise Broken(
            Fault.DUPLICATE, expected, f"Where event {expected} should stand, event {seq} stands again."
        )
    if one["prev"] != reading.prev:
        raise Broken(Fault.PREDECESSOR, seq, f"Event {seq} names another predecessor than event {seq - 1}.")
    if _hash_of(one) != one["hash"]:
        raise Broken(Fault.HASH, seq, f"Event {seq} was changed: its hash is not that of what it says.")
    _check_content(reading, one)
    reading.last, reading.prev = seq, one["hash"]


def _well_formed(event: object, expected: int) -> Mapping[str, Any]:
    """Return the event if it has the format's fields, each of its type."""
    if not isinstance(event, Mapping):
        raise _malformed(expected, "it is not an object")
    if event.keys() != FIELDS:
        odd = sorted(map(str, event.keys() ^ FIELDS))
        raise _malformed(expected, f"fields are missing or unknown ({', '.join(odd)})")
    for name, (allows, what) in TYPES.items():
        if not allows(event[name]):
            raise _malformed(expected, f"{name} is not {what}")
    if event["v"] != VERSION:
        raise _malformed(expected, f"it is of version {event['v']}, which is not known here")
    return event


def _malformed(seq: int, why: str) -> Broken:
    return Broken(Fault.MALFORMED, seq, f"Event {seq} cannot be read: {why}.")


def _hash_of(one: Mapping[str, Any]) -> str:
    try:
        return hashlib.sha256(rfc8785.dumps({name: one[name] for name in HEADER})).hexdigest()
    except rfc8785.CanonicalizationError:
        return ""


def _check_content(reading: _Reading, one: Mapping[str, Any]) -> None:
    seq, content, salt = one["seq"], one["content"], one["salt"]
    if content is None:
        _note_missing(reading, one)
        return
    if one["sealed"]:
        raise Broken(Fault.MALFORMED, seq, f"Event {seq} is called sealed, but its content is there.")
    if salt is None:
        raise Broken(Fault.MISSING, seq, f"The salt of event {seq} is missing, but its content is there.")
    try:
        committed = commitment_of(salt, content)
    except rfc8785.CanonicalizationError:
        committed = ""
    if committed != one["commitment"]:
        message = f"The content of event {seq} was changed: it is not what was committed to."
        raise Broken(Fault.COMMITMENT, seq, message)
    reading.present.add(seq)
    erased = content.get("events")
    if one["kind"] in ERASING and isinstance(erased, list):
        for earlier in erased:
            if type(earlier) is int and earlier < seq:
                reading.listed.setdefault(earlier, seq)


def _note_missing(reading: _Reading, one: Mapping[str, Any]) -> None:
    seq = one["seq"]
    if one["salt"] is not None:
        raise Broken(Fault.MISSING, seq, f"The content of event {seq} is missing, but its salt is there.")
    (reading.sealed if one["sealed"] else reading.missing).add(seq)
    if one["sealed"] and one["kind"] in ERASING:
        reading.sealed_erasing = seq


def _check_head(reading: _Reading, head_seq: int | None, head_hash: str | None) -> None:
    if head_seq is not None and reading.last < head_seq:
        missing = reading.last + 1
        raise Broken(
            Fault.GAP, missing, f"Event {missing} is missing: the log should end with event {head_seq}."
        )
    if head_seq is not None and reading.last > head_seq:
        more = head_seq + 1
        raise Broken(
            Fault.HEAD, more, f"Event {more} stands after the end: the log should end with event {head_seq}."
        )
    if head_hash is not None and reading.prev != head_hash:
        raise Broken(
            Fault.HEAD, reading.last, f"Event {reading.last} is not the one that the log should end with."
        )


def _misplaced(reading: _Reading, *, whole: bool) -> Broken | None:
    """Return the first event whose content is missing without a redaction, or there in spite of one.

    Of a log that broke off (not `whole`) only the second can be known: the redaction may have stood behind the break.
    """
    wrong = dict.fromkeys((reading.present | reading.sealed) & reading.listed.keys(), Fault.KEPT)
    if whole:
        unlisted = reading.missing - reading.listed.keys()
        wrong |= {seq: Fault.MISSING for seq in unlisted if seq > reading.sealed_erasing}
    if not wrong:
        return None
    seq = min(wrong)
    if wrong[seq] is Fault.MISSING:
        return Broken(
            Fault.MISSING, seq, f"The content of event {seq} is missing, and no redaction lists it."
        )
    by = reading.listed[seq]
    return Broken(
        Fault.KEPT, seq, f"The content of event {seq} should be erased: event {by} says that it was."
    )
