"""A source as a form's fields, and back."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import ValidationError

from common.errors import Invalid
from common.i18n import N_
from common.i18n import gettext as _
from encyclopedia.core.citations import propose_key
from encyclopedia.core.page_meta import PageMeta
from encyclopedia.schemas import Author, SourceData

TEXTS = ("key", "type", "title", "issued", "container", "publisher", "url", "doi", "language", "archive_url")
FIELDS = (*TEXTS, "authors", "accessed")
MOST_AUTHORS = 100
SENTENCES = {
    "key": N_("A key has lower-case letters, digits, hyphens, dots and colons, such as “arendt-truth-1967”; it begins with a letter or digit."),
    "title": N_("Give the title, in at most 500 characters."),
    "type": N_("Choose what kind of source it is."),
    "issued": N_("Give the date as 2019, 2019-05 or 2019-05-07."),
    "url": N_("An address begins with http:// or https:// and has no spaces."),
    "archive_url": N_("An address begins with http:// or https:// and has no spaces."),
    "doi": N_("A DOI begins with “10.”, such as 10.1126/science.aap9559."),
    "accessed": N_("Give the day as 2019-05-07."),
    "authors": N_("A name is too long."),
}  # fmt: skip
TOO_LONG = N_("This is too long.")


def source_values(data: SourceData) -> dict[str, str]:
    """Return a source as the form's values."""
    said = data.model_dump(mode="json")
    values = {name: str(said[name] or "") for name in (*TEXTS, "accessed")}
    return values | {"authors": "\n".join(author_line(author) for author in data.authors)}


def source_from(values: Mapping[str, str]) -> SourceData:
    """Return the source that a form's values describe.

    Raises:
        Invalid: with a sentence for each field that cannot be taken.
    """
    given: dict[str, object] = {name: values.get(name, "").strip() for name in TEXTS}
    for name in ("issued", "url", "doi", "archive_url"):
        given[name] = given[name] or None
    given["doi"] = _bare_doi(given["doi"])
    given["accessed"] = values.get("accessed", "").strip() or None
    given["authors"] = _authors(values.get("authors", ""))
    given["type"] = given["type"] or "webpage"
    try:
        return SourceData.model_validate(given)
    except ValidationError as error:
        places = [str(each["loc"][0]) for each in error.errors()]
        fields = {name: _(SENTENCES.get(name, TOO_LONG)) for name in places}
        raise Invalid(_("Some of this cannot be kept as it stands."), fields=fields) from error


def proposed_values(meta: PageMeta, at: datetime, taken: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return the form's values that a page proposes for itself; `taken`: keys that other sources have."""
    return {
        "key": propose_key(meta.title or meta.url, authors=meta.authors, issued=meta.issued, url=meta.url, taken=taken),
        "type": meta.type,
        "title": meta.title,
        "authors": "\n".join(author_line(author) for author in meta.authors),
        "issued": meta.issued,
        "container": meta.container,
        "publisher": meta.publisher,
        "url": meta.url,
        "doi": meta.doi,
        "language": meta.language,
        "accessed": at.date().isoformat(),
    }  # fmt: skip


def fill_key(values: Mapping[str, str], taken: frozenset[str]) -> dict[str, str]:
    """Return the values with a proposed key where none was given."""
    if values.get("key", "").strip():
        return dict(values)
    authors = _authors(values.get("authors", ""))
    key = propose_key(
        values.get("title", ""),
        authors=authors,
        issued=values.get("issued", "")[:4] or None,
        url=values.get("url"),
        taken=taken,
    )
    return {**values, "key": key}


def author_line(author: Author) -> str:
    """Return an author as a line of the form: "Family, Given", or an organisation's name."""
    return author.literal or ", ".join(part for part in (author.family, author.given) if part)


def _authors(lines: str) -> tuple[Author, ...]:
    """Return authors by lines: with a comma a person, without one an organisation."""
    found = []
    for line in lines.split("\n")[:MOST_AUTHORS]:
        family, comma, given = (part.strip() for part in line.partition(","))
        if family:
            found.append(
                Author.model_construct(family=family, given=given)
                if comma and given
                else Author.model_construct(literal=line.strip().rstrip(","))
            )
    return tuple(found)


def _bare_doi(given: object) -> object:
    """Return a DOI without the address or the word that people paste with it."""
    if not isinstance(given, str):
        return given
    for start in ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"):
        if given.lower().startswith(start):
            return given[len(start) :].strip()
    return given
