"""Pictures of ads: decoded and written anew as WebP, so that nothing rides along.

What cameras and programs note in files (places, names, thumbnails) goes away, and nothing that hid behind the picture survives. Of an
animation, its first frame is kept: an ad is shown as it stands.
"""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from common.errors import Invalid
from common.i18n import gettext as _

LARGEST_FILE = 10_000_000  # bytes
MOST_PIXELS = 40_000_000  # 160 MB once decoded
LONGEST_SIDE = 1_600  # pixels of what is kept: twice the width of an ad on the page
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MEDIA_TYPE = "image/webp"
QUALITY = 84
# What Pillow's readers raise for files that are broken, or made to break them.
BROKEN = (
    UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, SyntaxError, ValueError,
    EOFError, KeyError, IndexError, TypeError, struct.error, zlib.error, OverflowError,
)  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept: WebP, `width` × `height` pixels."""

    data: bytes
    width: int
    height: int


def prepare(data: bytes) -> Picture:
    """Return a given file as the picture that is kept.

    Raises:
        Invalid: it is empty, too large, broken, or no PNG, JPEG, WebP or GIF; the sentence says which.
    """
    if not data:
        raise _refusal(_("The file is empty."))
    if len(data) > LARGEST_FILE:
        raise _refusal(_("The file is larger than %(most)s MB.") % {"most": LARGEST_FILE // 1_000_000})
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise _refusal(
                    _("The picture has more than %(most)s million pixels. Make it smaller first.")
                    % {"most": MOST_PIXELS // 1_000_000}
                )
            return _written(_plain(opened))
    except BROKEN as error:
        raise _refusal(
            _("This is not a picture that can be read. PNG, JPEG, WebP and GIF files are taken.")
        ) from error


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"picture": sentence})


def _plain(opened: Image.Image) -> Image.Image:
    """Return the bare pixels: turned as the camera noted, not larger than what is kept, in a mode that WebP takes."""
    if opened.format == "JPEG":
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # decodes a large one at a fraction of its size
    turned = ImageOps.exif_transpose(opened)
    if turned.mode.startswith("I;16"):
        turned = turned.point(lambda value: value / 256).convert("L")
    clear = turned.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in turned.info
    turned = turned.convert("RGBA" if clear else "RGB")
    turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    bare = Image.new(turned.mode, turned.size)
    bare.paste(turned)
    return bare


def _written(picture: Image.Image) -> Picture:
    written = BytesIO()
    picture.save(written, format="WEBP", quality=QUALITY, method=4)
    return Picture(written.getvalue(), picture.width, picture.height)
