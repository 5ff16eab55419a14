"""Citation templates of Wikipedia in English and French, to sources."""

import re
from collections.abc import Mapping

from mwparserfromhell.nodes import Template
from pydantic import ValidationError

from encyclopedia.core.markup import slugify
from encyclopedia.schemas import SourceData

_TYPES = {
    "cite web": "webpage", "cite news": "article-newspaper", "cite journal": "article-journal", "cite book": "book",
    "cite report": "report", "cite conference": "paper-conference", "cite thesis": "thesis", "citation": "webpage",
    "lien web": "webpage", "article": "article-journal", "ouvrage": "book", "rapport": "report",
}  # fmt: skip
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "titre", "article", "chapter"),
    "url": ("url", "lire en ligne", "chapter-url"),
    "doi": ("doi",),
    "issued": ("date", "year", "année", "en ligne le", "publication-date"),
    "accessed": ("access-date", "accessdate", "consulté le"),
    "archive_url": ("archive-url", "archiveurl", "archive"),
    "container": ("website", "work", "journal", "newspaper", "périodique", "site", "magazine"),
    "publisher": ("publisher", "éditeur"),
    "language": ("language", "langue", "lang"),
}
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_YEAR = re.compile(r"\b(1[5-9]|20)\d{2}\b")


def source_of(template: Template) -> SourceData | None:
    """Return the source that a citation template describes; None where it is none, or lacks a title."""
    kind = _TYPES.get(str(template.name).strip().casefold().replace("_", " "))
    if kind is None:
        return None
    given = {str(p.name).strip().casefold(): _plain(str(p.value)) for p in template.params if p.showkey}
    members: dict[str, object] = {
        name: found for name, names in _NAMES.items() if (found := _first(given, names))
    }
    members["issued"] = _dated(str(members.pop("issued", "")))
    accessed = _dated(str(members.pop("accessed", "")))
    members["accessed"] = accessed if accessed and len(accessed) == 10 else None
    authors = _authors(given)
    lead = authors[0].get("family") or authors[0].get("literal") or "" if authors else ""
    key = slugify(f"{lead} {str(members['issued'] or '')[:4]} {str(members.get('title', ''))[:50]}")[
        :80
    ].strip("-")
    try:
        return SourceData.model_validate({**members, "key": key, "type": kind, "authors": authors})
    except ValidationError:
        return None  # the caller keeps the template as it stands, in a footnote


def _first(given: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((given[name] for name in names if given.get(name)), "")


def _authors(given: Mapping[str, str]) -> list[dict[str, str]]:
    authors = []
    for number in ("", "1", "2", "3", "4", "5"):
        family = _first(given, (f"last{number}", f"nom{number}", f"surname{number}"))
        first = _first(given, (f"first{number}", f"prénom{number}"))
        literal = _first(given, (f"author{number}", f"auteur{number}"))
        if family:
            authors.append({"family": family, "given": first})
        elif literal:
            authors.append({"literal": literal})
    return authors


def _dated(text: str) -> str | None:
    if found := _DATE.fullmatch(text):
        return found[0]
    year = _YEAR.search(text)
    return year[0] if year else None


def _plain(value: str) -> str:
    value = re.sub(r"<!--.*?-->", "", value, flags=re.DOTALL)
    value = re.sub(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]", r"\1", value)
    return re.sub(r"'{2,}|\s+", lambda found: "" if found[0].startswith("'") else " ", value).strip()
