"""What a file is, told by what it holds and never by its name, and the name under which it is given out."""

import codecs
import json
import re
import unicodedata
from collections.abc import Mapping

from common.errors import Invalid
from common.i18n import gettext as _

HEAD = 4_096  # bytes at the beginning that tell the kind
IMAGES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
PDF, ZIP, GZIP = "application/pdf", "application/zip", "application/gzip"
TEXT, CSV, JSON = "text/plain", "text/csv", "application/json"
LONGEST_NAME = 200  # characters
# The endings that a name may keep; the first is added where it has none of them.
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    PDF: (".pdf",),
    ZIP: (".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".wacz"),
    GZIP: (".gz", ".tgz", ".warc.gz"),
    "video/mp4": (".mp4", ".m4v", ".mov", ".m4a"),
    "video/webm": (".webm", ".mkv"),
    "audio/mpeg": (".mp3",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    TEXT: (".txt", ".md", ".log", ".srt", ".vtt", ".eml", ".tsv", ".ndjson", ".jsonl", ".yaml", ".yml"),
    CSV: (".csv",),
    JSON: (".json", ".geojson"),
}
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", PDF),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),  # an empty archive
    (b"\x1f\x8b\x08", GZIP),
    (b"\x1aE\xdf\xa3", "video/webm"),  # EBML: WebM and Matroska
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)
# What browsers take for a page or a drawing wherever it stands near the beginning (WHATWG MIME Sniffing § 7.1, and SVG).
_ACTIVE = re.compile(
    rb"<(?:!doctype|html|head|body|script|iframe|svg|math|object|embed|style|link|meta|base|form|\?xml|xsl)[\s>/:!]",
    re.IGNORECASE,
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # what plain text does not hold
_BAD_IN_NAMES = re.compile(r'[/\\:*?"<>|]+')


def type_of(head: bytes, name: str = "") -> str:
    """Return the media type of a file from its first bytes (`HEAD` of them at least, where it has so many).

    `name` only tells kinds of text apart.

    Raises:
        Invalid: it is empty, a page or drawing that could carry a program, or of a kind that is not taken.
    """
    if not head:
        raise refused(_("The file is empty."))
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if len(head) > 1 and head[0] == 0xFF and head[1] in {0xFB, 0xF3, 0xF2}:
        return "audio/mpeg"
    return _text_type(head[:HEAD], name)


def _text_type(head: bytes, name: str) -> str:
    if not _is_text(head):
        raise refused(
            _(
                "Files of this kind are not taken. Pictures, PDF, text, CSV, JSON, video, sound and ZIP are; put others into a ZIP."
            )
        )
    if _ACTIVE.search(head):
        raise refused(
            _(
                "Web pages and drawings in SVG can carry programs and are not taken as they are. "
                "Add the page's address as evidence, or put the file into a ZIP."
            )
        )
    lower = name.lower()
    return next((kind for kind in (CSV, JSON) if lower.endswith(ENDINGS[kind])), TEXT)


def _is_text(head: bytes) -> bool:
    """Say whether bytes are the beginning of UTF-8 text; its last letter may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return _CONTROLS.search(head) is None


def is_json(data: bytes) -> bool:
    """Say whether data is JSON, as its name claims."""
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def file_name(given: str, media_type: str) -> str:
    """Return the name under which a file is given out: no folders, no controls, no turned writing, an ending that fits.

    A name is what people wrote; it never becomes a path here.
    """
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    # Cc: controls. Cf: marks that turn the direction of writing, so that "gpj.exe" reads "exe.jpg". Cs, Co: no letters.
    name = "".join(letter for letter in name if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co"})
    name = " ".join(_BAD_IN_NAMES.sub("-", name).split()).strip(". -")
    endings = ENDINGS.get(media_type, ("",))
    ending = next((one for one in endings if name.lower().endswith(one)), "")
    stem = name[: len(name) - len(ending)].rstrip(". ") if ending else name
    return f"{stem[: LONGEST_NAME - 10] or _('file')}{ending or endings[0]}"


def refused(sentence: str) -> Invalid:
    """Return the refusal of a file."""
    return Invalid(sentence, fields={"file": sentence})
