"""Files of the media library: what is taken, what goes away, what is refused."""

import zlib
from io import BytesIO

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from common.errors import Invalid
from encyclopedia.core.pictures import LARGEST_FILE, LONGEST_SIDE, media_name, prepare

GPS = 0x8825
ORIENTATION = 0x0112


def picture(
    kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object
) -> bytes:
    written = BytesIO()
    Image.new(mode, size, 0).save(written, kind, **options)
    return written.getvalue()


def reopened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def test_where_a_picture_was_taken_goes_away_and_it_stands_as_it_was_held() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # held on its side
    exif[0x010F] = "Maker of the camera"
    exif.get_ifd(GPS).update({1: "N", 2: (IFDRational(48), IFDRational(51), IFDRational(24))})
    given = picture("JPEG", (40, 30), exif=exif)
    assert b"Maker" in given
    kept = prepare(given)
    assert (kept.type, kept.width, kept.height) == ("image/jpeg", 30, 40)
    assert b"Maker" not in kept.data
    assert not dict(reopened(kept.data).getexif())


def test_what_hides_behind_a_picture_does_not_survive() -> None:
    kept = prepare(picture() + b"<script>alert(1)</script>")
    assert b"script" not in kept.data
    assert reopened(kept.data).size == (40, 30)


def test_texts_inside_a_picture_go_away() -> None:
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 - used here alone

    info = PngInfo()
    info.add_text("Author", "Somebody private")
    assert b"Somebody" not in prepare(picture(pnginfo=info)).data


def test_large_pictures_become_smaller_and_get_variants() -> None:
    kept = prepare(picture(size=(3000, 1500)))
    assert (kept.width, kept.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)
    assert {side: reopened(data).size for side, data in kept.variants.items()} == {
        800: (800, 400),
        240: (240, 120),
    }


def test_a_small_picture_has_no_larger_variants() -> None:
    assert prepare(picture(size=(200, 100))).variants == {}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_of_every_mode_is_taken(mode: str) -> None:
    assert reopened(prepare(picture("PNG", mode=mode)).data).format == "PNG"


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpeg_of_every_mode_is_taken(mode: str) -> None:
    assert reopened(prepare(picture("JPEG", mode=mode)).data).mode in {"L", "RGB"}


def test_what_is_clear_stays_clear() -> None:
    written = BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(written, "WEBP")
    kept = reopened(prepare(written.getvalue()).data)
    assert kept.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]  # four channels


def test_an_animation_keeps_its_frames() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    written = BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0)
    kept = reopened(prepare(written.getvalue()).data)
    assert getattr(kept, "n_frames", 1) == 3
    assert kept.info["duration"] == 80


def test_a_document_is_kept_as_it_came() -> None:
    given = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
    kept = prepare(given)
    assert (kept.type, kept.data, kept.width) == ("application/pdf", given, None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "SVG"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><svg/>", "SVG"),
        (b"<html><script>alert(1)</script></html>", "SVG"),
        (b"MZ\x90\x00", "not a picture"),
        (b"%PDF-1.4 cut", "not whole"),
        (b"%PDF-1.4 /OpenAction << /S /JavaScript /JS (app.alert) >> %%EOF", "program"),
        (b"0" * (LARGEST_FILE + 1), "larger than 20 MB"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_reason(given: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        prepare(given)


def test_a_picture_that_breaks_off_is_refused() -> None:
    with pytest.raises(Invalid, match="not a picture"):
        prepare(picture(size=(300, 300))[:-40])


def test_a_decompression_bomb_is_refused_before_it_goes_off() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    side = (20_000).to_bytes(4, "big")
    head = chunk(b"IHDR", side + side + bytes([8, 2, 0, 0, 0]))
    with pytest.raises(Invalid):
        prepare(
            b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
        )


def test_names_have_the_ending_of_the_true_type_and_no_folders() -> None:
    assert media_name("C:\\fotos\\My map_of sites.JPEG", "image/png") == "My-map-of-sites.png"
    assert media_name("../../etc/passwd", "application/pdf") == "passwd.pdf"
    assert media_name("Été à Paris.png", "image/png") == "Été-à-Paris.png"
    assert media_name("<>.png", "image/png") == ""
