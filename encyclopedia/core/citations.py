"""Sources as readers and reference managers see them in a page: lines of a list of references, COinS, keys."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from common.i18n import gettext as _
from encyclopedia.core.markup.cleaning import slugify
from encyclopedia.schemas import Author, SourceData

LONGEST_KEY = 80
SHOWN_AUTHORS = 3  # more become "First et al."


@dataclass(frozen=True)
class Reference:
    """One line of a list of references, in parts (author-date); an empty part is not shown."""

    authors: str
    year: str
    title: str
    container: str
    publisher: str
    href: str  # the DOI's address, else the source's own
    link_text: str  # the DOI, else the host
    archive_href: str = ""
    accessed: str = ""  # ISO 8601


def reference(source: SourceData) -> Reference:
    """Return a source as a line of a list of references, in the reader's language."""
    href = f"https://doi.org/{source.doi}" if source.doi else source.url or ""
    return Reference(
        authors=_shown_authors(source.authors),
        year=source.issued[:4] if source.issued else _("n.d."),
        title=source.title,
        container=source.container,
        publisher="" if source.publisher == source.container else source.publisher,
        href=href,
        link_text=f"doi:{source.doi}" if source.doi else _host(source.url),
        archive_href=source.archive_url or "",
        accessed=source.accessed.isoformat() if source.accessed else "",
    )


def propose_key(
    title: str,
    *,
    authors: Iterable[Author] = (),
    issued: str | None = None,
    url: str | None = None,
    taken: Collection[str] = (),
) -> str:
    """Propose a key that is not taken: who, a telling word of the title, the year; such as "meta-crowdtangle-2024"."""
    first = next(iter(authors), Author())
    who = slugify(first.family or first.literal or _host(url).partition(".")[0] or "source")[:30].strip("-")
    told = set(who.split("-"))
    words = [
        word
        for word in slugify(title).split("-")
        if len(word) > 3 and word not in told and not word.isdigit()
    ]
    parts = [who, *(word[:30] for word in words[:1]), *([issued[:4]] if issued else [])]
    stem = key = "-".join(parts)[: LONGEST_KEY - 5].strip("-")
    count = 1
    while key in taken:
        count += 1
        key = f"{stem}-{count}"
    return key


def coins(source: SourceData) -> str:
    """Return a source as ContextObjects in Spans: the `title` of ``<span class="Z3988">`` (not yet escaped for HTML).

    OpenURL 1.0 key-value pairs (ANSI/NISO Z39.88-2004; https://web.archive.org/web/2017/http://ocoins.info/).
    """
    form, genre = COINS_FORMS.get(source.type, ("dc", source.type))
    pairs = [("ctx_ver", "Z39.88-2004"), ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form}")]
    if form == "dc":
        pairs += [("rft.type", genre), ("rft.title", source.title), ("rft.source", source.container)]
        pairs += [("rft.creator", _full_name(author)) for author in source.authors]
        pairs += [("rft.identifier", source.url or "")]
    else:
        titles = COINS_TITLES.get(source.type, ("rft.title", ""))
        pairs += [("rft.genre", genre), (titles[0], source.title)]
        pairs += [(titles[1], source.container)] if titles[1] else []
        pairs += [("rft.au", _full_name(author)) for author in source.authors]
    pairs += [("rft.date", (source.issued or "").partition("/")[0]), ("rft.publisher", source.publisher)]
    pairs += [("rft.language", source.language), ("rft_id", source.url or "")]
    pairs += [("rft_id", f"info:doi/{source.doi}")] if source.doi else []
    return urlencode([(name, value) for name, value in pairs if value])


COINS_FORMS = {
    "article-journal": ("journal", "article"), "article-newspaper": ("journal", "article"),
    "report": ("book", "report"), "book": ("book", "book"), "chapter": ("book", "bookitem"),
    "paper-conference": ("book", "proceeding"), "thesis": ("dissertation", "dissertation"),
}  # fmt: skip
COINS_TITLES = {  # where the source's title goes, and its container's
    "article-journal": ("rft.atitle", "rft.jtitle"), "article-newspaper": ("rft.atitle", "rft.jtitle"),
    "chapter": ("rft.atitle", "rft.btitle"), "paper-conference": ("rft.atitle", "rft.btitle"),
    "book": ("rft.btitle", ""), "report": ("rft.btitle", ""),
}  # fmt: skip


def _shown_authors(authors: tuple[Author, ...]) -> str:
    names = [_short_name(author) for author in authors]
    if len(names) > SHOWN_AUTHORS:
        return _("%(first)s et al.") % {"first": names[0]}
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def _short_name(author: Author) -> str:
    """Return "Arendt, H." or an organisation's name."""
    if not author.family:
        return author.literal or author.given
    initials = " ".join(
        "-".join(f"{part[0]}." for part in name.split("-") if part) for name in author.given.split()
    )
    return f"{author.family}, {initials}" if initials else author.family


def _full_name(author: Author) -> str:
    return ", ".join(part for part in (author.family, author.given) if part) or author.literal


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:  # such as an unclosed bracket
        return ""
