"""MediaWiki's XML export, version 0.11, with full history (https://www.mediawiki.org/xml/export-0.11.xsd).

A page is an entry's text in one language, title, lead and fields as front matter before the body (`core.exchange.dump_page`).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from xml.sax.saxutils import escape, quoteattr

from encyclopedia.core.exchange import dump_page
from encyclopedia.core.export.shapes import ExportedRevision, Site
from encyclopedia.schemas import SHEET

NAMESPACE = "http://www.mediawiki.org/xml/export-0.11/"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 § 2.2
_SPACES = (
    (-2, "Media"), (-1, "Special"), (0, ""), (1, "Talk"), (2, "User"), (3, "User talk"), (4, "Project"), (5, "Project talk"),
    (6, "File"), (7, "File talk"), (8, "MediaWiki"), (9, "MediaWiki talk"), (10, "Template"), (11, "Template talk"),
    (12, "Help"), (13, "Help talk"), (14, "Category"), (15, "Category talk"),
)  # fmt: skip


class Model(StrEnum):
    """What a wiki is told that the text is. One that has no Markdown refuses "markdown"; every one takes plain text."""

    MARKDOWN = "markdown"
    TEXT = "text"


_FORMATS = {Model.MARKDOWN: "text/markdown", Model.TEXT: "text/plain"}


def write_xml(
    revisions: Iterable[ExportedRevision], site: Site, *, model: Model = Model.MARKDOWN
) -> Iterator[bytes]:
    """Write the pages; their revisions must come page by page, oldest first. Sheets have no place here and are passed over."""
    yield _head(site)
    texts = (revision for revision in revisions if revision.language != SHEET)
    for page_id, history in groupby(texts, attrgetter("page_id")):
        for number, revision in enumerate(history):
            if not number:
                title = _text(revision.title)
                yield f"  <page>\n    <title>{title}</title>\n    <ns>0</ns>\n    <id>{page_id}</id>\n".encode()
            yield _revision(revision, model)
        yield b"  </page>\n"
    yield b"</mediawiki>\n"


def _head(site: Site) -> bytes:
    spaces = "".join(
        f'      <namespace key="{key}" case="case-sensitive"'
        + (f">{name}</namespace>\n" if name else " />\n")
        for key, name in _SPACES
    )
    return (
        f'<mediawiki xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{NAMESPACE} http://www.mediawiki.org/xml/export-0.11.xsd" version="0.11" xml:lang="en">\n'
        f"  <siteinfo>\n    <sitename>{_text(site.name)}</sitename>\n    <dbname>encyclopedia</dbname>\n"
        f"    <base>{_text(site.address)}/encyclopedia/</base>\n    <generator>{_text(site.version)}</generator>\n"
        f"    <case>case-sensitive</case>\n    <namespaces>\n{spaces}    </namespaces>\n  </siteinfo>\n"
    ).encode()


def _revision(revision: ExportedRevision, model: Model) -> bytes:
    text = _NOT_XML.sub("\ufffd", dump_page(revision.text) if revision.text else "")
    size, sha1 = len(text.encode()), _base36(hashlib.sha1(text.encode(), usedforsecurity=False).digest())
    parent = f"      <parentid>{revision.parent_id}</parentid>\n" if revision.parent_id else ""
    minor = "      <minor/>\n" if revision.minor else ""
    return (
        f"    <revision>\n      <id>{revision.id}</id>\n{parent}"
        f"      <timestamp>{revision.at:%Y-%m-%dT%H:%M:%SZ}</timestamp>\n"
        f"      <contributor>\n        <username>{_text(revision.author) or 'unknown'}</username>\n        <id>0</id>\n"
        f"      </contributor>\n{minor}      <comment>{_text(revision.summary)}</comment>\n"
        f"      <origin>{revision.id}</origin>\n      <model>{model.value}</model>\n      <format>{_FORMATS[model]}</format>\n"
        f'      <text bytes="{size}" sha1={quoteattr(sha1)} xml:space="preserve">{escape(text)}</text>\n'
        f"      <sha1>{sha1}</sha1>\n    </revision>\n"
    ).encode()


def _text(words: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", words))


def _base36(digest: bytes) -> str:
    """Return a SHA-1 as MediaWiki writes it: 31 digits to the base 36."""
    number, digits = int.from_bytes(digest), ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits.rjust(31, "0")
