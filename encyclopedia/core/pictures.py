"""Files of the media library: told by what they hold, and written anew, so that nothing rides along.

A picture is decoded and encoded again: what cameras and programs note in files (places, names, thumbnails) goes away, and nothing that
hid behind the picture survives. A PDF is kept as it came; it is only ever offered for download.
"""

import re
import struct
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps, ImageSequence, UnidentifiedImageError

from common.errors import Invalid
from common.i18n import gettext as _

LARGEST_FILE = 20_000_000  # bytes
MOST_PIXELS = 50_000_000  # of all frames together: 200 MB once decoded
LONGEST_SIDE = 2400  # pixels of what is kept
VARIANTS = (800, 240)  # pixels: what texts show, what lists show
PDF = "application/pdf"
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif", PDF: ".pdf"}
LONGEST_NAME = 160
ENCODING: dict[str, dict[str, object]] = {
    "PNG": {"optimize": True},
    "JPEG": {"quality": 88, "optimize": True, "progressive": True},
    "WEBP": {"quality": 86, "method": 4},
    "GIF": {"optimize": True},
}
_KNOWN_ENDING = re.compile(r"\.(png|jpe?g|webp|gif|pdf|svg|tiff?|bmp|heic|avif)$", re.IGNORECASE)
_ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|RichMedia)\b")
# What Pillow's readers raise for files that are broken, or made to break them.
BROKEN = (
    UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, SyntaxError, ValueError,
    EOFError, KeyError, IndexError, TypeError, struct.error, zlib.error, OverflowError,
)  # fmt: skip


@dataclass(frozen=True)
class MediaFile:
    """A file as it is kept; `variants`: smaller copies by their longest side, only those smaller than the file."""

    type: str  # media type (RFC 6838)
    data: bytes
    width: int | None = None  # pixels; None for documents
    height: int | None = None
    variants: dict[int, bytes] = field(default_factory=dict)


def prepare(data: bytes) -> MediaFile:
    """Return a given file as it is kept.

    Raises:
        Invalid: it is empty, too large, broken, or of a kind that is not taken; the sentence says which.
    """
    if not data:
        raise _refusal(_("The file is empty."))
    if len(data) > LARGEST_FILE:
        raise _refusal(_("The file is larger than %(most)s MB.") % {"most": LARGEST_FILE // 1_000_000})
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%PDF-"):
        return _document(data)
    if start.startswith(b"<"):
        raise _refusal(
            _(
                "Drawings in SVG can carry programs and are not taken. Export it as PNG or WebP and upload that."
            )
        )
    try:
        with Image.open(BytesIO(data), formats=list(TYPES)) as opened:
            return _picture(opened)
    except BROKEN as error:
        raise _refusal(
            _("This is not a picture that can be read. PNG, JPEG, WebP, GIF and PDF files are taken.")
        ) from error


def media_name(given: str, type_: str) -> str:
    """Return the name of a file in the library: the given one without folders or blanks, with the ending of its true type."""
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    stem = _KNOWN_ENDING.sub("", name.strip())
    stem = re.sub(r"[^\w.()+-]+", "-", stem).replace("_", "-")
    stem = re.sub(r"-{2,}", "-", stem).strip("-.")[:LONGEST_NAME].rstrip("-.")
    return f"{stem}{ENDINGS[type_]}" if stem else ""


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"file": sentence})


def _document(data: bytes) -> MediaFile:
    """Take a PDF that says nothing of programs. Packed parts are not looked into: readers only get it as a download."""
    if b"%%EOF" not in data[-2048:]:
        raise _refusal(_("This PDF is not whole: its end is missing."))
    if _ACTIVE_PDF.search(data):
        raise _refusal(_("This PDF carries a program. Print it to a new PDF and upload that."))
    return MediaFile(PDF, data)


def _picture(opened: Image.Image) -> MediaFile:
    kind = (
        "JPEG" if opened.format == "MPO" else str(opened.format)
    )  # MPO: a phone's JPEG with a second picture
    count = 1 if kind == "JPEG" else int(getattr(opened, "n_frames", 1))
    if opened.width * opened.height * count > MOST_PIXELS:
        raise _refusal(
            _("The picture has more than %(most)s million pixels. Make it smaller first.")
            % {"most": MOST_PIXELS // 1_000_000}
        )
    pauses: list[int] = []
    frames: list[Image.Image] = []
    for frame in ImageSequence.Iterator(opened):
        frames.append(_within(_plain(frame, kind), LONGEST_SIDE))
        pauses.append(int(frame.info.get("duration", 100)))
        if len(frames) == count:
            break
    first = frames[0]
    smaller = {
        side: _encoded([_within(first, side)], kind, []) for side in VARIANTS if max(first.size) > side
    }
    return MediaFile(TYPES[kind], _encoded(frames, kind, pauses), first.width, first.height, smaller)


def _plain(frame: Image.Image, kind: str) -> Image.Image:
    """Return a frame's bare pixels: turned as its camera noted, in sRGB, in a mode that every encoder takes."""
    turned = ImageOps.exif_transpose(frame)
    profile = turned.info.get("icc_profile")
    if turned.mode.startswith("I;16"):
        turned = turned.point(lambda value: value / 256).convert("L")
    if turned.mode == "P":
        turned = turned.convert("RGBA" if "transparency" in turned.info else "RGB")
    if profile and turned.mode in {"RGB", "RGBA", "CMYK"}:
        turned = _in_srgb(turned, profile)
    wanted = {"L", "RGB"} if kind == "JPEG" else {"L", "RGB", "RGBA"}
    if turned.mode not in wanted:
        clear = kind != "JPEG" and turned.mode in {"LA", "PA", "La", "RGBa"}
        turned = turned.convert("RGBA" if clear else "RGB")
    bare = Image.new(turned.mode, turned.size)
    bare.paste(turned)
    return bare


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Return a picture in sRGB, since its colour profile goes away; with a profile that is broken, as it stands."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha else picture
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        made = ImageCms.profileToProfile(colours, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture
    result = made or colours
    if alpha:
        result.putalpha(alpha)
    return result


def _within(picture: Image.Image, side: int) -> Image.Image:
    """Return a picture whose longer side is at most `side` pixels."""
    if max(picture.size) <= side:
        return picture
    scale = side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _encoded(frames: Sequence[Image.Image], kind: str, pauses: Sequence[int]) -> bytes:
    options: dict[str, Any] = dict(ENCODING[kind])
    if len(frames) > 1:
        options |= {"save_all": True, "append_images": list(frames[1:]), "duration": list(pauses), "loop": 0}
    written = BytesIO()
    frames[0].save(written, format=kind, **options)
    return written.getvalue()
