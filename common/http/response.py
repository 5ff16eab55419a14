"""Answers of other sites, read whole and never beyond a limit."""

import json
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from common.http.errors import OutgoingFailed
from common.i18n import gettext as _

UNPACK_STEP = 1 << 16  # bytes unpacked at a time
GZIP = 16 + zlib.MAX_WBITS  # zlib's way to say: gzip headers


Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the head of its answer, in the order of their fields; `server` is the network address that answered."""

    url: str
    sent: Fields
    status: int
    received: Fields
    server: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """What a site answered: status, the address that it came from in the end, headers (any case), unpacked body.

    `exchanges`: how it came about, hop by hop; the last one's answer is this.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    encoding: str = "utf-8"
    exchanges: tuple[Exchange, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text, UTF-8 unless the site named a known encoding; what cannot be decoded becomes U+FFFD."""
        try:
            return self.body.decode(self.encoding, "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON. Raises OutgoingFailed if it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise OutgoingFailed(_("The site answered with something that is not JSON.")) from error

    def checked(self) -> "Response":
        """Return the response if its status is 2xx. Raises OutgoingFailed otherwise."""
        if self.ok:
            return self
        raise OutgoingFailed(_("The site answered with an error (%(status)d).") % {"status": self.status})


class Unpacker:
    """Unpacks a body piece by piece and stops at `limit` bytes, however well it was packed."""

    def __init__(self, encoding: str, limit: int) -> None:
        """Prepare for a Content-Encoding. Raises OutgoingFailed for one that was not asked for."""
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise OutgoingFailed(_("The site answered in a form that was not asked for."))
        self._gzip = zlib.decompressobj(GZIP) if "gzip" in encoding else None
        self._limit = limit
        self._body = bytearray()

    def feed(self, piece: bytes) -> None:
        """Take a piece as it came. Raises OutgoingFailed beyond the limit or for broken data."""
        if self._gzip is None:
            self._add(piece)
            return
        try:
            while piece:
                if self._gzip.eof:  # RFC 1952, section 2.2: a file may have several members
                    self._gzip = zlib.decompressobj(GZIP)
                self._add(self._gzip.decompress(piece, UNPACK_STEP))
                piece = self._gzip.unconsumed_tail or self._gzip.unused_data
        except zlib.error as error:
            raise OutgoingFailed(_("The site's answer is damaged.")) from error

    def finish(self) -> bytes:
        """Return the whole body. Raises OutgoingFailed if its end is missing."""
        if self._gzip is not None:
            while not self._gzip.eof and (rest := self._gzip.decompress(b"", UNPACK_STEP)):
                self._add(rest)
            if self._body and not self._gzip.eof:
                raise OutgoingFailed(_("The site's answer is damaged."))
        return bytes(self._body)

    def _add(self, piece: bytes) -> None:
        self._body += piece
        if len(self._body) > self._limit:
            message = _("The site's answer is larger than %(limit)s MB.")
            raise OutgoingFailed(message % {"limit": f"{self._limit / 1e6:.3g}"})


async def read_body(pieces: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """Return the body made of raw pieces, of at most `limit` bytes once unpacked."""
    unpacker = Unpacker(encoding.strip().lower(), limit)
    async for piece in pieces:
        unpacker.feed(piece)
    return unpacker.finish()
