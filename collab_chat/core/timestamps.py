"""Time-stamps after RFC 3161: the request, and what the answer's token says. DER (ITU-T X.690) by hand, as far as this needs.

The token's signature is not checked here, only what it is over; `openssl ts -verify` checks it against the service's certificates.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

QUERY_TYPE, REPLY_TYPE = "application/timestamp-query", "application/timestamp-reply"
_SHA256 = bytes.fromhex("0609608648016503040201")  # OID 2.16.840.1.101.3.4.2.1
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # OID 1.2.840.113549.1.7.2
_TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")  # OID 1.2.840.113549.1.9.16.1.4
INTEGER, OCTETS, TIME, SEQUENCE = 0x02, 0x04, 0x18, 0x30
GRANTED = frozenset({b"\x00", b"\x01"})  # PKIStatus granted, grantedWithMods


class BadToken(ValueError):
    """The answer is no time-stamp over what was asked."""


@dataclass(frozen=True)
class Stamped:
    """What a token says: when, over which SHA-256 digest."""

    at: datetime
    digest: bytes


def query(digest: bytes, nonce: int) -> bytes:
    """Return a TimeStampReq for a SHA-256 digest (RFC 3161 § 2.4.1), asking for the certificates as well."""
    imprint = _der(SEQUENCE, _der(SEQUENCE, _SHA256 + b"\x05\x00") + _der(OCTETS, digest))
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")
    return _der(SEQUENCE, _der(INTEGER, b"\x01") + imprint + _der(INTEGER, number) + b"\x01\x01\xff")


def read_reply(reply: bytes, digest: bytes, nonce: int) -> Stamped:
    """Return what a TimeStampResp says, if it is granted, over this digest, and an answer to this nonce.

    Raises:
        BadToken: it is not.
    """
    try:
        return _read(reply, digest, nonce)
    except (IndexError, StopIteration, UnicodeDecodeError, RecursionError) as error:
        message = "not a time-stamp reply"
        raise BadToken(message) from error


def _read(reply: bytes, digest: bytes, nonce: int) -> Stamped:
    parts = list(_parts(_inside(reply, SEQUENCE)))
    status = next(_parts(parts[0][1]))
    if status[0] != INTEGER or status[1] not in GRANTED or len(parts) < 2:
        message = "the service did not grant a time-stamp"
        raise BadToken(message)
    info = list(_parts(_inside(_info(parts[1][1]), SEQUENCE)))
    imprint = list(_parts(info[2][1]))
    if imprint[1] != (OCTETS, digest) or not imprint[0][1].startswith(_SHA256):
        message = "the time-stamp is over something else"
        raise BadToken(message)
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")
    if (INTEGER, number) not in info[5:]:
        message = "the time-stamp answers another question"
        raise BadToken(message)
    when = next(value for tag, value in info if tag == TIME).decode("ascii")
    return Stamped(_moment(when), digest)


def _info(token: bytes) -> bytes:
    """Return the TSTInfo inside a ContentInfo: SignedData → encapContentInfo → eContent (RFC 5652)."""
    if not token.startswith(_SIGNED_DATA):
        message = "the reply holds no signed data"
        raise BadToken(message)
    signed = _inside(list(_parts(token))[1][1], SEQUENCE)
    held = next(value for tag, value in _parts(signed) if tag == SEQUENCE)
    if not held.startswith(_TST_INFO):
        message = "what is signed is no time-stamp"
        raise BadToken(message)
    return _inside(list(_parts(held))[1][1], OCTETS)


def _moment(text: str) -> datetime:
    """Read a GeneralizedTime: YYYYMMDDhhmmss[.fraction]Z."""
    whole, _dot, fraction = text.removesuffix("Z").partition(".")
    try:
        moment = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return moment.replace(microsecond=int((fraction or "0")[:6].ljust(6, "0")))
    except ValueError as error:
        message = "the time-stamp has no readable time"
        raise BadToken(message) from error


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give tag and value of each element in a row."""
    place = 0
    while place < len(data):
        tag, length, place = data[place], data[place + 1], place + 2
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4:
                message = "a length that DER does not write here"
                raise BadToken(message)
            length, place = int.from_bytes(data[place : place + count], "big"), place + count
        if place + length > len(data):
            message = "an element is cut off"
            raise BadToken(message)
        yield tag, data[place : place + length]
        place += length


def _inside(data: bytes, tag: int) -> bytes:
    found, value = next(_parts(data))
    if found != tag:
        message = "another kind of element was expected"
        raise BadToken(message)
    return value


def _der(tag: int, value: bytes) -> bytes:
    length = len(value)
    if length < 0x80:
        return bytes([tag, length]) + value
    written = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(written)]) + written + value
