"""Uploaded archives: what is safe is read, everything else is refused quickly and says why."""

import io
import stat
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from encyclopedia.sources import archives
from encyclopedia.sources.archives import archive_kind, detect, read_archive
from tests.encyclopedia.sources.given import zipped


def test_a_zip_is_read_without_the_stray_files_of_a_mac() -> None:
    files = {"entries/a/entry.yaml": "kind: tool", "__MACOSX/x": "y", "é.md": "é"}
    assert read_archive(zipped(files)) == {"entries/a/entry.yaml": b"kind: tool", "é.md": "é".encode()}


def test_a_bomb_is_refused_by_what_it_announces() -> None:
    with pytest.raises(Invalid, match=r"too much \(30 MB\)"):
        read_archive(zipped({"a.md": "0" * 30_000_000}))


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    content = zipped({"a.md": "0" * 3_000_000})
    for size in ((3_000_000).to_bytes(4, "little"),):
        content = content.replace(size, (90_000).to_bytes(4, "little"))
    with pytest.raises(Invalid):
        read_archive(content)


@pytest.mark.parametrize(
    "path", ["../a.md", "/etc/a.md", "a/../../b.md", "a\\..\\b.md", "C:/a.md", "x/" * 30 + "a.md"]
)
def test_a_path_that_leaves_the_folder_is_refused(path: str) -> None:
    with pytest.raises(Invalid, match=r"leave the archive's folder|too deep"):
        read_archive(zipped({path: "x"}))


@pytest.mark.parametrize("name", ["inner.zip", "inner.tar.gz", "INNER.ZIP"])
def test_an_archive_in_the_archive_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="an archive in the archive"):
        read_archive(zipped({name: "x"}))


def test_a_symbolic_link_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        member = zipfile.ZipInfo("a.md")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")
    with pytest.raises(Invalid, match="is a link or a device"):
        read_archive(buffer.getvalue())


def test_too_many_files_and_too_large_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    monkeypatch.setattr(archives, "LARGEST_FILE", 10)
    with pytest.raises(Invalid, match="more than 3 files"):
        read_archive(zipped({f"{number}.md": "x" for number in range(4)}))
    with pytest.raises(Invalid, match="too large"):
        read_archive(zipped({"a.md": "x" * 11}))


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: zipped({"a.md": "x"})[:-20] + tail))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(Invalid):
        assert all(isinstance(read, bytes) for read in read_archive(content).values())


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.zip", b"PK\x03\x04", "archive"),
        ("a.xlsx", b"PK\x03\x04", "workbook"),
        ("dump.xml", b'\xef\xbb\xbf<mediawiki xmlns="x">', "mediawiki"),
        ("a.xml", b"<html>", "unknown"),
        ("a.json", b' {"a": 1}', "json"),
        ("tools.CSV", b"name,url", "tools_csv"),
        ("a.md", b"---", "markdown"),
        ("a.exe", b"MZ", "unknown"),
    ],
)
def test_the_kind_of_import_is_told_from_name_and_first_bytes(name: str, head: bytes, kind: str) -> None:
    assert detect(name, head) == kind


def test_the_kind_of_folder_is_told_from_its_paths() -> None:
    assert archive_kind({f"x/_pages/en/{number}.md": b"" for number in range(3)}) == "disencyclopedia"
    assert archive_kind({"x/entries/a/entry.yaml": b""}) == "folder"
    assert archive_kind({"a.txt": b""}) == "unknown"
