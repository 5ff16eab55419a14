"""Small copies of pictures, decoded and written anew: what pages show, while the original stays byte for byte what it was."""

import struct
import zlib
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from common.errors import Invalid
from common.i18n import gettext as _

MOST_PIXELS = 50_000_000  # 200 MB once decoded
LONGEST_SIDE = 960  # pixels
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MEDIA_TYPE = "image/webp"
# What Pillow's readers raise for files that are broken, or made to break them.
BROKEN = (
    UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, SyntaxError, ValueError,
    EOFError, KeyError, IndexError, TypeError, struct.error, zlib.error, OverflowError,
)  # fmt: skip


def check_picture(file: BinaryIO) -> None:
    """Look at a picture's head: its size, and that it is one.

    Raises:
        Invalid: it is none, or has so many pixels that showing it could fill the memory.
    """
    try:
        with Image.open(file, formats=FORMATS) as opened:
            pixels = opened.width * opened.height
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pixels = MOST_PIXELS + 1
    except BROKEN as error:
        raise _refused(_("This picture cannot be read. Is the file whole?")) from error
    if pixels > MOST_PIXELS:
        raise _refused(
            _("The picture has more than %(most)s million pixels. Make it smaller first.")
            % {"most": MOST_PIXELS // 1_000_000}
        )


def preview(file: BinaryIO) -> bytes:
    """Return a picture's first frame as WebP of at most 960 × 960 pixels, without anything that rode along.

    Raises:
        Invalid: it cannot be decoded.
    """
    check_picture(file)
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as opened:
            if opened.format == "JPEG":
                opened.draft(
                    "RGB", (LONGEST_SIDE, LONGEST_SIDE)
                )  # decodes a large one at a fraction of its size
            return _written(ImageOps.exif_transpose(opened))
    except BROKEN as error:
        raise _refused(_("This picture cannot be read. Is the file whole?")) from error


def _written(picture: Image.Image) -> bytes:
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
    clear = picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info
    picture = picture.convert("RGBA" if clear else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    written = BytesIO()
    bare.save(written, format="WEBP", quality=80, method=3)
    return written.getvalue()


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"file": sentence})
