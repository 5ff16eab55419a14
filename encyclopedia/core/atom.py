"""Atom feeds (RFC 4287, The Atom Syndication Format), written so that the same changes always give the same bytes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
# What XML 1.0 (fifth edition, § 2.2) has no place for; no escape would help.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class AtomEntry:
    """One thing that happened. `id` never changes (an IRI); `summary` is plain text; addresses are absolute."""

    id: str
    title: str
    href: str
    updated: datetime
    author: str
    author_href: str = ""
    summary: str = ""
    category: str = ""


@dataclass(frozen=True)
class AtomFeed:
    """A feed. `own` is its own address, `href` the page that shows the same to people; `empty_at` dates a feed without entries."""

    id: str
    title: str
    own: str
    href: str
    language: str
    entries: Sequence[AtomEntry]
    empty_at: datetime
    publisher: str

    @property
    def updated(self) -> datetime:
        """When something last happened."""
        return max((entry.updated for entry in self.entries), default=self.empty_at)


def write_feed(feed: AtomFeed) -> bytes:
    """Return a feed as UTF-8 encoded XML."""
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", _moment(feed.updated))
    _link(root, "self", feed.own, MEDIA_TYPE)
    _link(root, "alternate", feed.href, "text/html")
    # § 4.1.1: a feed has an author unless all its entries have one; with no entries, it needs its own.
    _text(ElementTree.SubElement(root, "author"), "name", feed.publisher)
    for entry in feed.entries:
        _entry(root, entry)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ElementTree.Element, entry: AtomEntry) -> None:
    element = ElementTree.SubElement(root, "entry")
    _text(element, "id", entry.id)
    _text(element, "title", entry.title or "–")
    _text(element, "updated", _moment(entry.updated))
    _link(element, "alternate", entry.href, "text/html")
    author = ElementTree.SubElement(element, "author")
    _text(author, "name", entry.author or "–")
    if entry.author_href:
        _text(author, "uri", entry.author_href)
    if entry.category:
        ElementTree.SubElement(element, "category", {"term": _clean(entry.category)})
    if entry.summary:
        _text(element, "summary", entry.summary)


def _text(parent: ElementTree.Element, name: str, words: str) -> None:
    ElementTree.SubElement(parent, name).text = _clean(words)


def _link(parent: ElementTree.Element, relation: str, href: str, media_type: str) -> None:
    ElementTree.SubElement(parent, "link", {"rel": relation, "type": media_type, "href": _clean(href)})


def _moment(at: datetime) -> str:
    """Return an RFC 3339 time in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _clean(words: str) -> str:
    return _NOT_XML.sub("", words)
