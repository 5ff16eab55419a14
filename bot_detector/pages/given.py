"""What the form on the first page sends: parsed, checked, and kept as a file to be scored."""

import io
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import Annotated, BinaryIO, TypeVar

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from bot_detector.service import INLINE_BYTES, Given, detector_of
from bot_detector.sources.formats import FORMATS as FILE_FORMATS
from bot_detector.sources.uploads import keep_upload
from bot_detector.views.words import FORMATS, percent_field
from common.errors import Invalid
from common.i18n import gettext as _
from common.web.services import Services

T = TypeVar("T")
MOST_TEXT = 20_000_000  # bytes that may be pasted; more comes as a file
FIRST_YEAR = 2006  # no account of the platforms read here was observed before
_LINK = re.compile(r"(https?://)?([\w-]+\.)+[a-z]{2,}(/\S*)?", re.IGNORECASE)
_HANDLE = re.compile(r"@?[\w.\-]{1,64}(@[\w.\-]+)?")


@dataclass(frozen=True)
class Typed:
    """The form as it was typed."""

    text: str = ""
    percent: str = ""
    observed_at: str = ""
    format: str = ""

    @property
    def values(self) -> dict[str, str]:
        """Return the fields by name, to show them again."""
        return asdict(self)


@dataclass(frozen=True)
class Sent:
    """The form, and the file that came with it (None: none was chosen)."""

    typed: Typed
    file: UploadFile | None

    @property
    def source(self) -> str:
        """Return the field that the accounts came in."""
        return "file" if self.file else "text"


async def _posted(request: Request) -> AsyncIterator[FormData]:
    form = await request.form(
        max_files=1, max_part_size=MOST_TEXT
    )  # pasted text is larger than the usual field
    try:
        yield form
    finally:
        await form.close()


Posted = Annotated[FormData, Depends(_posted, scope="function")]


def sent_form(form: FormData) -> Sent:
    """Read the fields; what is absent is empty."""
    fields = {name: value for name in Typed().values if isinstance(value := form.get(name), str)}
    file = form.get("file")
    return Sent(Typed(**fields), file if isinstance(file, UploadFile) and file.filename else None)


def keep_given(app: Services, sent: Sent, *, jobs: bool) -> Given:
    """Check the form and keep what was sent as a file. Raises `Invalid`, naming every field that cannot be used.

    `jobs`: whether the person may have large files scored as a job.
    """
    errors: dict[str, str] = {}
    prevalence = _collected(errors, "percent", lambda: prevalence_of(sent.typed.percent))
    observed_at = _collected(errors, "observed_at", lambda: moment_of(sent.typed.observed_at, app.clock()))
    _collected(errors, "format", lambda: _known_format(sent.typed.format))
    _collected(errors, "text", lambda: _check_source(sent))
    if errors:
        raise Invalid(_("Some of this cannot be used yet."), fields=errors)
    detector = detector_of(app)
    upload, size = keep_upload(detector.uploads, _content(sent))
    if size > INLINE_BYTES and not jobs:
        (detector.uploads / upload).unlink()
        most = FORMATS.number(INLINE_BYTES / 1_000_000)
        sentence = _("At most %(most)s MB are scored here without signing in as a member.") % {"most": most}
        raise Invalid(_("Some of this cannot be used yet."), fields={sent.source: sentence})
    return Given(
        name=PurePath((sent.file.filename or "").replace("\\", "/")).name if sent.file else "",
        upload=upload,
        size=size,
        prevalence=prevalence if prevalence is not None else detector.default_prevalence,
        format=sent.typed.format or None,
        observed_at=observed_at,
    )


def prevalence_of(percent: str) -> float | None:
    """Return a prevalence typed in per cent as a share; None where nothing was typed. Raises `Invalid`."""
    if not percent.strip():
        return None
    share = percent_field(percent)
    if share is None or not 0.0001 <= share <= 0.9999:
        raise Invalid(_("Enter the prevalence as a number between 0.01 and 99.99, in per cent."))
    return share


def moment_of(text: str, now: datetime) -> datetime | None:
    """Return a day or a moment typed in ISO 8601; a day counts until its end. Raises `Invalid`."""
    text = text.strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(_("Write the date as year-month-day, such as 2026-05-31.")) from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if len(text) == len("2026-05-31"):
        moment = min(moment + timedelta(days=1, seconds=-1), max(moment, now))
    if moment > now:
        raise Invalid(_("This date is in the future: nobody can have observed the accounts then."))
    if moment.year < FIRST_YEAR:
        raise Invalid(
            _("This date is before %(year)s, when the platforms did not exist.") % {"year": FIRST_YEAR}
        )
    return moment


def _collected(errors: dict[str, str], field: str, read: Callable[[], T]) -> T | None:
    """Return what `read` gives; where it refuses, keep the reason under the field's name."""
    try:
        return read()
    except Invalid as problem:
        errors[field] = problem.message
        return None


def _known_format(name: str) -> None:
    if name and name not in FILE_FORMATS:
        raise Invalid(_("Choose a format from the list."))


def _check_source(sent: Sent) -> None:
    """Refuse nothing, both, and what would have to be fetched from a platform first."""
    text = sent.typed.text.strip()
    if sent.file and text:
        raise Invalid(_("There is a file and a pasted text. Empty this box, or choose no file."))
    if not sent.file and not text:
        raise Invalid(_("Paste at least one account, or choose a file."))
    if _LINK.fullmatch(text) or _HANDLE.fullmatch(text):
        raise Invalid(
            _(
                "This looks like a handle or a link. Fetching accounts from platforms is not connected here yet: paste what "
                "the platform's interface or your archive gives for this account, as JSON or as a table."
            )
        )


def _content(sent: Sent) -> BinaryIO:
    return sent.file.file if sent.file else io.BytesIO(sent.typed.text.encode("utf-8", "replace"))
