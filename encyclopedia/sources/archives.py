"""Opens an uploaded file safely, and says what kind of import it seems to be.

A zip is looked over by its directory before a byte is unpacked, and what unpacks is counted: a bomb (a small file that unpacks
into gigabytes), a path that leaves the folder, a link, an encrypted member and an archive in the archive are refused.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Literal

from common.errors import Invalid
from common.i18n import N_, gettext

MOST_FILES = 20_000
MOST_BYTES = 200_000_000  # unpacked, all files together
LARGEST_FILE = 20_000_000  # unpacked
MOST_RATIO = 200  # unpacked to packed; text packs to a tenth, rarely to a fiftieth
SMALL = 100_000  # bytes below which any ratio is harmless
DEEPEST = 20  # folders
_ARCHIVES = (".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz", ".zst")
_STRAY = ("__MACOSX/", ".git/")

ImportKind = Literal["archive", "mediawiki", "tools_csv", "workbook", "json", "markdown", "unknown"]


def detect(name: str, head: bytes) -> ImportKind:
    """Say what a file seems to be, from its name and its first bytes (a few hundred are enough)."""
    ending = PurePosixPath(name.casefold()).suffix
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "workbook" if ending in (".xlsx", ".xlsm") else "archive"
    if text.startswith(b"<"):
        return "mediawiki" if b"<mediawiki" in head else "unknown"
    if text.startswith((b"{", b"[")):
        return "json"
    if ending in (".csv", ".tsv"):
        return "tools_csv"
    return "markdown" if ending in (".md", ".markdown") else "unknown"


def read_archive(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip by their paths. Raises `Invalid` with the reason where it is not safe or not a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            members = [member for member in members if not member.filename.startswith(_STRAY)]
            check_members(members)
            return _unpacked(archive, members)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        UnicodeDecodeError,
        ValueError,
    ) as error:
        raise _invalid(N_("The archive is damaged or is not a zip.")) from error


def check_members(members: list[zipfile.ZipInfo]) -> None:
    """Raise `Invalid` where a zip's directory announces more than is taken, or something that may not be in it."""
    if len(members) > MOST_FILES:
        raise _invalid(N_("The archive holds more than %(most)s files."), most=MOST_FILES)
    packed = sum(member.compress_size for member in members)
    whole = sum(member.file_size for member in members)
    if whole > MOST_BYTES or (whole > SMALL and whole > MOST_RATIO * max(packed, 1)):
        raise _invalid(
            N_("The archive would unpack into too much (%(megabytes)s MB)."), megabytes=whole // 1_000_000
        )
    seen: set[str] = set()
    for member in members:
        _check_member(member)
        if member.filename in seen:
            raise _invalid(N_("“%(path)s” stands twice in the archive."), path=member.filename[:200])
        seen.add(member.filename)


def _check_member(member: zipfile.ZipInfo) -> None:
    path, values = PurePosixPath(member.filename), {"path": member.filename[:200]}
    if path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in (path.parts or ("",))[0]:
        raise _invalid(N_("“%(path)s” would leave the archive's folder."), **values)
    if len(path.parts) > DEEPEST:
        raise _invalid(N_("“%(path)s” lies too deep."), **values)
    mode = member.external_attr >> 16
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        raise _invalid(N_("“%(path)s” is a link or a device, not a file."), **values)
    if member.flag_bits & 0x1:
        raise _invalid(N_("“%(path)s” is encrypted."), **values)
    if path.suffix.casefold() in _ARCHIVES:
        raise _invalid(N_("“%(path)s” is an archive in the archive."), **values)
    if member.file_size > LARGEST_FILE:
        raise _invalid(N_("“%(path)s” is too large."), **values)


def _unpacked(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = 0
    for member in members:
        with archive.open(member) as opened:
            content = opened.read(LARGEST_FILE + 1)
        total += len(content)
        # The directory may lie; what comes out is counted as well.
        if len(content) > LARGEST_FILE or total > MOST_BYTES:
            raise _invalid(N_("The archive unpacks into more than it says."))
        files[member.filename] = content
    return files


def check_workbook(content: bytes) -> None:
    """Raise `Invalid` where a workbook (a zip of XML) is not one, or is a bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _invalid(N_("The file is not a workbook (.xlsx).")) from error
    whole, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if whole > MOST_BYTES or (whole > SMALL and whole > MOST_RATIO * max(packed, 1)):
        raise _invalid(
            N_("The archive would unpack into too much (%(megabytes)s MB)."), megabytes=whole // 1_000_000
        )


def archive_kind(paths: Mapping[str, object]) -> Literal["disencyclopedia", "folder", "unknown"]:
    """Say which kind of folder the files of an archive are."""
    if sum("/_pages/" in f"/{path}" and path.endswith(".md") for path in paths) >= 3:
        return "disencyclopedia"
    if any(path.endswith("/entry.yaml") and "entries" in PurePosixPath(path).parts for path in paths):
        return "folder"
    return "unknown"


def _invalid(template: str, **values: str | int) -> Invalid:
    return Invalid(gettext(template) % values)
