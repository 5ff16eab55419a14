"""Evidence as its panel shows it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from collab_chat.core.file_types import IMAGES
from collab_chat.models import Member
from collab_chat.queries.evidence import EvidenceRow, Told
from collab_chat.schemas.events import EvidenceCaptured, FileRef
from collab_chat.schemas.markings import Tlp
from collab_chat.views.files import ShownFile, names_of, shown_file
from collab_chat.views.shell import Marked, marked
from common.i18n import N_
from common.i18n import gettext as _
from common.web.forms import Form

SHOWN = 12  # digits of a hash in a list; the whole is copied
STATES: dict[str, tuple[str, str]] = {
    "waiting": (N_("Waiting to be captured"), "quiet"),
    "captured": (N_("Captured"), "ok"),
    "failed": (N_("Could not be captured"), "warn"),
    "kept": (N_("File kept"), "ok"),
}


@dataclass(frozen=True)
class ShownCapture:
    """One capture. `sound`: whether the kept file still is what the log says; None: not looked at."""

    seq: int | None
    at: datetime
    status: int
    final_url: str
    title: str
    excerpt: str
    body_sha256: str
    warc: ShownFile
    picture: ShownFile | None
    token: ShownFile | None
    notes: Sequence[str]
    sound: bool | None = None


@dataclass(frozen=True)
class ShownFailure:
    """Why there was no capture."""

    seq: int
    at: datetime
    why: str


@dataclass(frozen=True)
class ShownEvidence:
    """A piece of evidence. `sha256`: of the file, or of the captured page's body."""

    seq: int
    kind: str
    url: str
    title: str
    note: str
    file: ShownFile | None
    thumbnail: ShownFile | None
    sha256: str
    by: str
    at: datetime
    tlp: Marked
    state: str
    tone: str
    why: str
    captures: int
    capture: ShownCapture | None
    going: str | None  # what the capture does now; None: none goes on
    done: int = 0
    total: int | None = None
    history: Sequence[ShownCapture | ShownFailure] = field(default=())


@dataclass(frozen=True)
class EvidencePart:
    """The evidence panel. `evidence`: newest first; `open`: the form is shown at once."""

    evidence: list[ShownEvidence]
    form: Form
    markings: list[Marked]
    largest: int  # MB of a file
    open: bool


@dataclass(frozen=True)
class OneEvidencePart:
    """One piece of evidence with its history."""

    one: ShownEvidence


def evidence_part(
    rows: Sequence[EvidenceRow], members: Sequence[Member], room_tlp: str, largest: int, form: Form | None = None
) -> EvidencePart:  # fmt: skip
    """Word the evidence of a room."""
    names = names_of(members)
    least = Tlp(room_tlp)
    wider = [one for one in Tlp if least.rank <= one.rank < Tlp.RED.rank] or [least]
    return EvidencePart(
        [shown_evidence(row, names) for row in rows],
        form or Form(),
        [marked(one.value) for one in wider],
        largest,
        form is not None or not rows,
    )


def one_evidence_part(
    row: EvidenceRow, members: Sequence[Member], sound: Mapping[int, bool]
) -> OneEvidencePart:
    """Word one piece of evidence. `sound`: by the capture's event, whether its file is what the log says."""
    history = [_told(one, sound.get(one.event.seq)) for one in row.history]
    return OneEvidencePart(shown_evidence(row, names_of(members), history))


def shown_evidence(
    row: EvidenceRow,
    names: Mapping[uuid.UUID, str],
    history: Sequence[ShownCapture | ShownFailure] = (),
) -> ShownEvidence:
    """Word one piece of evidence."""
    stored, capture = row.row, row.capture
    file = shown_file(FileRef.model_validate(stored.file)) if stored.file else None
    state, tone = STATES[stored.state]
    picture = file if file and file.image else _picture(capture)
    return ShownEvidence(
        seq=stored.seq,
        kind=stored.kind,
        url=stored.url,
        title=(capture.title if capture else "") or (file.name if file else stored.url),
        note=stored.note,
        file=file,
        thumbnail=picture,
        sha256=file.sha256 if file else (capture.body_sha256 if capture else ""),
        by=names.get(stored.by_id, "") if stored.by_id else _("the toolkit"),
        at=stored.at,
        tlp=marked(stored.tlp),
        state=_(state),
        tone=tone,
        why=_(stored.why),  # kept as the job said it, in English
        captures=stored.captures,
        capture=_capture(capture) if capture else None,
        going=(row.going.note or _("Waiting for its turn")) if row.going else None,
        done=row.going.done if row.going else 0,
        total=row.going.total if row.going else None,
        history=history,
    )


def _picture(capture: EvidenceCaptured | None) -> ShownFile | None:
    if capture is None or capture.screenshot is None or capture.screenshot.media_type not in IMAGES:
        return None
    return shown_file(capture.screenshot)


def _told(one: Told, sound: bool | None) -> ShownCapture | ShownFailure:  # noqa: FBT001 - three answers, None among them
    if one.captured is not None:
        return _capture(one.captured, seq=one.event.seq, sound=sound)
    return ShownFailure(one.event.seq, one.event.at, _(one.failed.why) if one.failed else "")


def _capture(capture: EvidenceCaptured, *, seq: int | None = None, sound: bool | None = None) -> ShownCapture:
    return ShownCapture(
        seq=seq,
        at=capture.at,
        status=capture.status,
        final_url=capture.final_url,
        title=capture.title,
        excerpt=capture.text_excerpt,
        body_sha256=capture.body_sha256,
        warc=shown_file(capture.warc),
        picture=_picture(capture),
        token=shown_file(capture.timestamp) if capture.timestamp else None,
        notes=[_(one) for one in capture.notes],
        sound=sound,
    )
