"""Capturing an address as evidence: taken, kept as WARC, pictured, time-stamped, told in the room."""

import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from collab_chat.actions.evidence import note_capture, toolkit_for
from collab_chat.core.file_types import IMAGES, type_of
from collab_chat.core.page_text import LONGEST_TITLE, PageText, read_html, tidy
from collab_chat.core.previews import check_picture
from collab_chat.models import Evidence
from collab_chat.schemas.events import EvidenceCaptured, EvidenceFailed, FileRef
from collab_chat.service.files import keep_made, kept_files
from collab_chat.service.transactions import changing
from collab_chat.sources import timestamps, warc
from collab_chat.sources.captures import HTML_TYPES, Captures, Taken
from collab_chat.sources.chromium import find_chromium, picture_of
from common.accounts.actors import operator
from common.errors import Invalid, NotFound, Problem
from common.i18n import gettext as _
from common.web.services import Services

LONGEST_URL = 2_000
STEPS = 4  # taken, pictured, time-stamped, kept
NONCE_BITS = 63


@dataclass(frozen=True)
class Picture:
    """A picture of what was captured."""

    data: bytes
    media_type: str


@dataclass
class Made:
    """What a capture adds up to, before it is kept. `notes`: what was not possible, a sentence each."""

    taken: Taken
    archive: bytes
    words: PageText
    picture: Picture | None = None
    token: bytes | None = None
    notes: list[str] = field(default_factory=list)


def capture(
    services: Services,
    room_id: uuid.UUID,
    seq: int,
    *,
    captures: Captures,
    tell: Callable[[int, str], None] = lambda _done, _note: None,
) -> bool:
    """Capture an evidence's address and append what became of it; return whether there is a capture.

    A second run, after a crash, is a second capture: nothing is overwritten.
    """
    with services.database.read() as session:
        row = session.get(Evidence, (room_id, seq))
    if row is None or row.kind != "url":
        raise NotFound(_("There is no such evidence in this room."))
    tell(0, _("Opening the page"))
    try:
        taken = captures.take(row.url, at=services.clock())
    except Problem as problem:
        with changing(services) as session:
            note_capture(session, operator("job"), row, EvidenceFailed(evidence=seq, why=problem.message), at=services.clock())  # fmt: skip
        return False
    made = Made(taken, warc.warc_of(taken), _words(taken))
    tell(1, _("Making a picture of it"))
    _picture(services, made)
    tell(2, _("Asking for a time-stamp"))
    _stamp(services, made)
    tell(3, _("Keeping it"))
    with changing(services) as session:
        content = _kept(services, session, row, made)
        note_capture(session, operator("job"), row, content, at=services.clock())
    return True


def check(services: Services, captured: EvidenceCaptured) -> bool:
    """Say whether the kept WARC still has the hash in the log, and holds the body whose hash is in the log."""
    place = kept_files(services).path(captured.warc.sha256)
    if place is None:
        return False
    archive = place.read_bytes()
    return (
        hashlib.sha256(archive).hexdigest() == captured.warc.sha256
        and hashlib.sha256(warc.body_of(archive)).hexdigest() == captured.body_sha256
    )


def _words(taken: Taken) -> PageText:
    if taken.media_type in HTML_TYPES:
        return read_html(taken.text)
    return PageText("", tidy(taken.text))


def _picture(services: Services, made: Made) -> None:
    """Add a picture where one can be had: the page's, or the captured picture itself."""
    taken = made.taken
    if taken.media_type not in HTML_TYPES:
        made.picture = _own_picture(taken.body)
        if made.picture is None and not taken.media_type.startswith("text/"):
            made.notes.append(_("No picture: what was captured is no page."))
        return
    chromium = find_chromium(services.settings.rooms_chromium)
    if chromium is None:
        made.notes.append(_("No picture: no Chromium is installed here."))
        return
    data = picture_of(chromium, taken.text)
    if data is None:
        made.notes.append(_("No picture: the page could not be drawn in time."))
        return
    made.picture = Picture(data, "image/png")
    made.notes.append(
        _("The picture is drawn from the captured bytes alone, without what the page loads from elsewhere.")
    )


def _own_picture(body: bytes) -> Picture | None:
    try:
        kind = type_of(body)
        if kind not in IMAGES:
            return None
        check_picture(BytesIO(body))
    except Invalid:
        return None
    return Picture(body, kind)


def _stamp(services: Services, made: Made) -> None:
    url = services.settings.rooms_timestamp_url
    if not url:
        return
    digest = hashlib.sha256(made.archive).digest()
    try:
        made.token, _said = timestamps.stamp(url, digest, secrets.randbits(NONCE_BITS))
    except Problem as problem:
        made.notes.append(_("No time-stamp: %(why)s") % {"why": problem.message})


def _kept(services: Services, session: Session, row: Evidence, made: Made) -> EvidenceCaptured:
    """Keep the files and return the event's content."""
    standing, taken = toolkit_for(row), made.taken

    def keep(data: bytes, name: str, media_type: str) -> FileRef:
        return keep_made(services, session, standing, data, name, media_type)

    name = warc.warc_name(taken.at, urlsplit(taken.final_url).hostname or "")
    stem = name.removesuffix(".warc.gz")
    picture = made.picture
    ending = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif"}
    if len(taken.final_url) > LONGEST_URL:
        made.notes.append(
            _("The page's address is longer than is written here; it stands whole in the WARC.")
        )
    return EvidenceCaptured(
        evidence=row.seq,
        status=min(max(taken.status, 100), 599),
        final_url=taken.final_url[:LONGEST_URL],
        title=made.words.title[:LONGEST_TITLE],
        text_excerpt=made.words.text,
        at=taken.at,
        body_sha256=hashlib.sha256(taken.body).hexdigest(),
        warc=keep(made.archive, name, warc.MEDIA_TYPE),
        screenshot=keep(picture.data, stem + ending[picture.media_type], picture.media_type)
        if picture
        else None,
        timestamp=keep(made.token, f"{name}.tsr", timestamps.MEDIA_TYPE) if made.token else None,
        notes=tuple(made.notes),
    )
