"""What a web page says of itself as a source: title, authors, date, site, DOI.

Read in this order, the first that says something wins: tags for scholarly search engines (citation_*), JSON-LD (schema.org), Open Graph
and article:*, Dublin Core (dc.*), plain meta tags, <title>. What a page says is a proposal: the editor looks it over.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from encyclopedia.schemas import Author

MOST_READ = 2_000_000  # characters of a page
MOST_AUTHORS = 30
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"'<>?#]+")
_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?!\d)")
_JSON_LD_TYPES = {
    "NewsArticle": "article-newspaper", "ReportageNewsArticle": "article-newspaper", "ScholarlyArticle": "article-journal",
    "BlogPosting": "post-weblog", "Report": "report", "Book": "book", "Dataset": "dataset", "SoftwareApplication": "software",
    "SoftwareSourceCode": "software", "VideoObject": "video", "Thesis": "thesis", "Legislation": "legislation",
}  # fmt: skip
_ORGANISATION = re.compile(
    r"\b(agency|association|centre|center|commission|committee|council|department|foundation|government|group|institute|lab"
    r"|ministry|minist[eè]re|observatory|office|organi[sz]ation|press|research|service|team|university|universit[eé])\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PageMeta:
    """What a page says of itself; empty where it says nothing. `issued`: EDTF level 0."""

    title: str = ""
    authors: tuple[Author, ...] = ()
    issued: str = ""
    container: str = ""
    publisher: str = ""
    doi: str = ""
    language: str = ""
    url: str = ""  # the address that the page itself prefers
    type: str = "webpage"


@dataclass(eq=False)
class _Found(HTMLParser):
    """Collects what the head of a page says; HTML that is broken gives less, never an error."""

    tags: dict[str, list[str]] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    title: str = ""
    language: str = ""
    canonical: str = ""
    _into: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the tags that say something about the page."""
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        elif tag == "meta":
            name = (given.get("name") or given.get("property") or given.get("itemprop") or "").lower()
            if name and given.get("content"):
                self.tags.setdefault(name, []).append(_line(given["content"]))
        elif tag == "link" and "canonical" in given.get("rel", "").lower().split():
            self.canonical = given.get("href", "")
        elif tag == "title" and not self.title:
            self._into = "title"
        elif tag == "script" and given.get("type", "").lower() == "application/ld+json":
            self._into = "script"
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        """End what was being read."""
        if tag == self._into:
            self._into = ""

    def handle_data(self, data: str) -> None:
        """Take the words of the title, and JSON-LD."""
        if self._into == "title":
            self.title += data
        elif self._into == "script":
            self.scripts[-1] += data


def read_meta(html: str, url: str) -> PageMeta:
    """Return what a page says of itself; `url` is where it was read."""
    found = _Found()
    found.feed(html[:MOST_READ])
    linked = _thing(found.scripts)
    tag = found.tags
    journal = _first(tag, "citation_journal_title")
    site = _first(tag, "og:site_name", "application-name") or _name_of(linked.get("publisher"))
    return PageMeta(
        title=_title(
            _first(tag, "citation_title")
            or _words(linked.get("headline"))
            or _first(tag, "og:title", "dc.title", "dcterms.title", "twitter:title")
            or _line(found.title),
            site,
        )[:500],
        authors=_authors(tag, linked),
        issued=_date(
            _first(tag, "citation_publication_date", "citation_date", "citation_online_date")
            or _words(linked.get("datePublished"))
            or _first(tag, "article:published_time", "og:published_time", "dc.date", "dcterms.issued", "dc.date.issued", "date", "pubdate")
        ),
        container=(journal or site)[:300],
        publisher=(_first(tag, "citation_publisher", "dc.publisher") or _name_of(linked.get("publisher")))[:300],
        doi=_doi(tag, url),
        language=(_first(tag, "citation_language", "dc.language") or found.language or _words(linked.get("inLanguage")))[:20],
        url=_address(found.canonical or _first(tag, "og:url"), url),
        type=_type(tag, linked, journal),
    )  # fmt: skip


def _first(tags: dict[str, list[str]], *names: str) -> str:
    return next((tags[name][0] for name in names if tags.get(name)), "")


def _line(text: str) -> str:
    return " ".join(text.split())


def _words(value: Any) -> str:
    """Return a JSON-LD value that should be a text."""
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, dict):
        first = first.get("@value") or first.get("name")
    return _line(first) if isinstance(first, str) else ""


def _name_of(value: Any) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return _words(first.get("name")) if isinstance(first, dict) else _words(first)


def _thing(scripts: Iterable[str]) -> dict[str, Any]:
    """Return the first thing of JSON-LD that is a work of writing: one with a headline, or of a type that we know."""
    for script in scripts:
        try:
            given = json.loads(script)
        except (ValueError, RecursionError):
            continue
        for thing in _things(given, depth=4):
            if thing.get("headline") or _kind(thing):
                return thing
    return {}


def _things(given: Any, *, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        return
    if isinstance(given, list):
        for each in given[:50]:
            yield from _things(each, depth=depth - 1)
    elif isinstance(given, dict):
        yield given
        yield from _things(given.get("@graph"), depth=depth - 1)


def _kind(thing: dict[str, Any]) -> str:
    kinds = thing.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return next(
        (_JSON_LD_TYPES[name] for name in names if isinstance(name, str) and name in _JSON_LD_TYPES), ""
    )


def _type(tags: dict[str, list[str]], linked: dict[str, Any], journal: str) -> str:
    if journal:
        return "article-journal"
    if tags.get("citation_conference_title"):
        return "paper-conference"
    if tags.get("citation_technical_report_institution"):
        return "report"
    return _kind(linked) or ("video" if _first(tags, "og:type").startswith("video") else "webpage")


def _title(title: str, site: str) -> str:
    """Return a title without the site's name at its end, which is said elsewhere."""
    for mark in (" | ", " - ", " – ", " — ", " · "):
        stem, _mark, end = title.rpartition(mark)
        if stem and site and end.casefold() == site.casefold():
            return stem
    return title


def _authors(tags: dict[str, list[str]], linked: dict[str, Any]) -> tuple[Author, ...]:
    names = tags.get("citation_author", [])
    if not names:
        given = linked.get("author")
        people = given if isinstance(given, list) else [given]
        names = [name for name in map(_name_of, people) if name]
    if not names:
        each = (tags.get(name, []) for name in ("dc.creator", "dcterms.creator", "author", "article:author"))
        names = next((found for found in each if found), [])
    distinct = dict.fromkeys(name for name in names if not name.startswith(("http://", "https://", "@")))
    return tuple(author_of(name) for name in list(distinct)[:MOST_AUTHORS])


def author_of(name: str) -> Author:
    """Return an author by a name as pages write it: "Family, Given", "Given Family", or an organisation."""
    name = _line(name)
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and given:
        return Author(family=family[:200], given=given[:200])
    words = name.split(" ")
    if _ORGANISATION.search(name) or not 2 <= len(words) <= 4 or name.isupper() or not words[0][:1].isupper():
        return Author(literal=name[:300])
    return Author(family=words[-1][:200], given=" ".join(words[:-1])[:200])


def _date(text: str) -> str:
    found = _DATE.match(text.strip())
    if not found:
        return ""
    year, month, day = found.groups()
    known = [part.zfill(2) for part in (month, day) if part]
    if (known and not 1 <= int(known[0]) <= 12) or (len(known) > 1 and not 1 <= int(known[1]) <= 31):
        return str(year)
    return "-".join([str(year), *known])


def _doi(tags: dict[str, list[str]], url: str) -> str:
    said = _first(tags, "citation_doi", "dc.identifier", "dc.identifier.doi", "bepress_citation_doi")
    found = _DOI.search(said) or (_DOI.search(url) if "doi.org/" in url else None)
    return found.group().rstrip(".,;)")[:300] if found else ""


def _address(said: str, url: str) -> str:
    """Return the address that a page prefers for itself, where it is of the same site; else the one where it was read."""
    try:
        own, read = urlsplit(said), urlsplit(url)
        same = own.scheme in {"http", "https"} and own.hostname == read.hostname and own.path not in {"", "/"}
    except ValueError:
        return url
    return said if same and len(said) <= 2_000 and " " not in said else url
