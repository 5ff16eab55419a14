"""Forms as clients send them, with either end of line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encyclopedia.api.mediawiki.multipart import BrokenForm, read_form

KIND = "multipart/form-data; boundary=abc123"


def form(parts: list[tuple[str, bytes, bool]], end: bytes) -> bytes:
    lines = []
    for name, content, is_file in parts:
        more = b'; filename="x"' if is_file else b""
        head = b'Content-Disposition: form-data; name="' + name.encode() + b'"' + more
        lines.append(b"--abc123" + end + head + end + end + content + end)
    return b"".join(lines) + b"--abc123--" + end


names = st.text("abcdefgh", min_size=1, max_size=8)


@given(
    st.lists(
        st.tuples(names, st.binary(max_size=200), st.just(value=True)),
        max_size=5,
        unique_by=lambda part: part[0],
    ),
    st.sampled_from([b"\r\n", b"\n"]),
)
def test_files_come_out_as_they_went_in(parts: list[tuple[str, bytes, bool]], end: bytes) -> None:
    parts = [
        part
        for part in parts
        if not (end == b"\n" and part[1].endswith(b"\r")) and b"--abc123" not in part[1]
    ]
    _values, files = read_form(KIND, form(parts, end))
    assert files == {name: content for name, content, _is_file in parts}


def test_texts_and_files_are_told_apart() -> None:
    values, files = read_form(
        KIND, form([("text", "été".encode(), False), ("file", b"\x00\r\n", True)], b"\r\n")
    )
    assert values == {"text": "été"}
    assert files == {"file": b"\x00\r\n"}


@pytest.mark.parametrize("body", [b"--abc123\r\nno end of head", b"--abc123\r\nX: y\r\n\r\nz\r\n--abc123--"])
def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(BrokenForm):
        read_form(KIND, body)
    with pytest.raises(BrokenForm):
        read_form("multipart/form-data", body)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        read_form(KIND, body)
    except BrokenForm:
        return
