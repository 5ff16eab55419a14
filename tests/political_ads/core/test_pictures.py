"""Pictures of ads: written anew, bounded, nothing rides along."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from common.errors import Invalid
from political_ads.core.pictures import LARGEST_FILE, LONGEST_SIDE, prepare


def drawn(kind: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    """Return a picture with a secret behind its end."""
    written = BytesIO()
    Image.new(mode, size, 200 if mode in ("L", "P") else "red").save(written, kind, **options)
    return written.getvalue() + b"<script>hidden</script>"


def opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("WEBP", "RGB"), ("GIF", "P")])  # fmt: skip
def test_every_kind_is_kept_as_webp_without_what_hid_behind_it(kind: str, mode: str) -> None:
    made = prepare(drawn(kind, mode=mode))
    again = opened(made.data)
    assert (again.format, again.size, (made.width, made.height)) == ("WEBP", (40, 20), (40, 20))
    assert b"hidden" not in made.data


def test_what_a_camera_noted_goes_and_its_turn_stays() -> None:
    noted = Image.Exif()
    noted[0x0112] = 6  # turned by a quarter
    noted[0x010E] = "taken at home"
    made = prepare(drawn("JPEG", exif=noted))
    assert (made.width, made.height) == (20, 40)
    assert b"taken at home" not in made.data
    assert not opened(made.data).getexif()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_one_is_made_smaller_in_its_shape(kind: str) -> None:
    made = prepare(drawn(kind, (3_200, 1_600)))
    assert (made.width, made.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(Invalid, match="million pixels"):
        prepare(drawn("PNG", (8_000, 8_000), "L"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\0" * (LARGEST_FILE + 1), "larger than 10 MB"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (b"%PDF-1.7", "not a picture"),
        (drawn("PNG")[:60], "not a picture"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_reason(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        prepare(data)
    assert "picture" in refused.value.fields


@given(st.data())
def test_a_broken_file_is_refused_or_read_and_never_fails_otherwise(data: st.DataObject) -> None:
    whole = bytearray(drawn(data.draw(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"])), mode="RGB"))
    for _count in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = prepare(bytes(whole))
    except Invalid:
        return
    assert opened(made.data).format == "WEBP"
