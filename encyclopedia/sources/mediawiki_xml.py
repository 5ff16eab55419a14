"""MediaWiki's XML export, versions 0.10 and 0.11 (https://www.mediawiki.org/wiki/Help:Export), read as a stream.

No entity and no document type is expanded (defusedxml), the file is never held whole, and each page leaves memory once it has been
given out. A file that breaks off raises `Invalid` with line and column after the pages before the break have been given out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from common.errors import Invalid
from common.i18n import N_, gettext

VERSIONS = ("0.10", "0.11")
LARGEST_PAGE = 400_000_000  # characters of all a page's revisions together
MOST_REVISIONS = 100_000  # of one page
_ROOT = re.compile(r"\{http://www\.mediawiki\.org/xml/export-([\d.]+)/\}mediawiki$")


@dataclass(frozen=True)
class Site:
    """What the export says of its wiki."""

    name: str = ""
    base: str = ""
    generator: str = ""
    namespaces: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WikiRevision:
    """One saved state. What was hidden on the wiki (text, contributor, comment) is None or empty here."""

    id: int
    at: datetime
    contributor: str
    comment: str
    minor: bool
    model: str  # wikitext, markdown …
    format: str
    text: str | None
    sha1: str  # base 36, as MediaWiki writes it
    parent: int | None = None


@dataclass(frozen=True)
class WikiPage:
    """One page with its revisions, oldest first."""

    id: int
    namespace: int
    title: str
    redirect: str | None
    revisions: tuple[WikiRevision, ...]
    site: Site


def read_pages(stream: IO[bytes]) -> Iterator[WikiPage]:
    """Yield the pages of an export. Raises `Invalid` where the file is not such an export, is broken, or goes beyond the bounds."""
    site = Site()
    root: Element | None = None
    reading = _PageReading()
    try:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            if root is None:
                root = element
                _check_version(element.tag)
                continue
            name = element.tag.rpartition("}")[2]
            if event == "start":
                reading.start(name)
            elif name == "siteinfo":
                site = _site(element)
            elif name == "revision" and reading.inside:
                reading.revision(element)
            elif name == "page":
                yield reading.page(element, site)
                root.clear()  # or the tree would grow with every page
    except ParseError as error:
        line, column = error.position
        raise _invalid(
            N_("The file breaks at line %(line)s, column %(column)s; the pages before it are complete."),
            line=line,
            column=column + 1,
        ) from error
    except DefusedXmlException as error:
        raise _invalid(
            N_("The file declares a document type or entities, which an export never does.")
        ) from error


def _check_version(tag: str) -> None:
    found = _ROOT.fullmatch(tag)
    if found is None:
        raise _invalid(N_("This is XML, but not a MediaWiki export."))
    if found[1] not in VERSIONS:
        raise _invalid(
            N_("The export's version is %(version)s; 0.10 and 0.11 can be read."), version=found[1]
        )


class _PageReading:
    """The page that is being read: its revisions are taken as they end, so that their elements can go."""

    def __init__(self) -> None:
        self.inside = False
        self.revisions: list[WikiRevision] = []
        self.characters = 0

    def start(self, name: str) -> None:
        if name == "page":
            self.inside, self.revisions, self.characters = True, [], 0

    def revision(self, element: Element) -> None:
        revision = _revision(element)
        self.characters += len(revision.text or "")
        if self.characters > LARGEST_PAGE or len(self.revisions) >= MOST_REVISIONS:
            raise _invalid(N_("A page's history is too large (revision %(revision)s)."), revision=revision.id)
        self.revisions.append(revision)
        element.clear()

    def page(self, element: Element, site: Site) -> WikiPage:
        self.inside = False
        redirect = _child(element, "redirect")
        return WikiPage(
            id=_number(_text(element, "id")),
            namespace=_number(_text(element, "ns")),
            title=_text(element, "title"),
            redirect=redirect.get("title") if redirect is not None else None,
            revisions=tuple(sorted(self.revisions, key=lambda revision: (revision.at, revision.id))),
            site=site,
        )


def _revision(element: Element) -> WikiRevision:
    text, contributor = _child(element, "text"), _child(element, "contributor")
    return WikiRevision(
        id=_number(_text(element, "id")),
        at=_moment(_text(element, "timestamp")),
        contributor=_contributor(contributor),
        comment=_text(element, "comment"),
        minor=_child(element, "minor") is not None,
        model=_text(element, "model") or "wikitext",
        format=_text(element, "format") or "text/x-wiki",
        text=None if text is None or text.get("deleted") else text.text or "",
        sha1=_text(element, "sha1") or (text.get("sha1", "") if text is not None else ""),
        parent=_number(_text(element, "parentid")) or None,
    )


def _contributor(element: Element | None) -> str:
    if element is None or element.get("deleted"):
        return ""
    return _text(element, "username") or _text(element, "ip")


def _site(element: Element) -> Site:
    spaces = _child(element, "namespaces")
    named: dict[int, str] = {}
    for space in spaces if spaces is not None else ():
        named[_number(space.get("key", "0"))] = space.text or ""
    return Site(_text(element, "sitename"), _text(element, "base"), _text(element, "generator"), named)


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if child.tag.rpartition("}")[2] == name), None)


def _text(element: Element, name: str) -> str:
    child = _child(element, name)
    return (child.text or "").strip() if child is not None else ""


def _number(text: str) -> int:
    if re.fullmatch(r"-?\d{1,12}", text):
        return int(text)
    if not text:
        return 0
    raise _invalid(N_("“%(text)s” is not a number."), text=text[:40])


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise _invalid(
            N_("“%(text)s” is not a moment such as 2019-05-07T12:00:00Z."), text=text[:40]
        ) from error


def _invalid(template: str, **values: Any) -> Invalid:
    return Invalid(gettext(template) % values)
