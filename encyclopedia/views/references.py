"""An entry's references: numbered by first appearance, with links back to where each is cited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fastapi import Request

from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.templating import path_for
from encyclopedia.core.citations import coins, reference
from encyclopedia.queries.reading import CitedSource

_ANY = "0-any-0"
_formats = Formats()


@dataclass(frozen=True)
class ReferenceLine:
    """One line of the list: what was cited, where it can be read today, and where the entry cites it."""

    number: int
    key: str
    authors: str
    year: str
    title: str
    container: str
    publisher: str
    href: str
    link_text: str
    archive_href: str
    accessed: str  # a sentence, "" for none
    dead: str  # a sentence where the address no longer answers, "" otherwise
    own_copy: bool
    coins: str
    page_href: str
    back: tuple[str, ...]  # ids of the mentions


@dataclass
class Mentions:
    """The numbers of sources on one page: those of the text first, then those that only facts cite."""

    known: Mapping[str, CitedSource]
    anchors: dict[str, list[str]] = field(default_factory=dict)

    def cite(self, key: str | None, anchor: str) -> int | None:
        """Count one mention in the facts; return the source's number, None where there is no such source."""
        if key is None or key not in self.known:
            return None
        self.anchors.setdefault(key, []).append(anchor)
        return list(self.anchors).index(key) + 1


def mentions_of(
    known: Mapping[str, CitedSource], cited: Iterable[str], anchors: Mapping[str, tuple[str, ...]]
) -> Mentions:
    """Begin with what the text cites."""
    return Mentions(known, {key: list(anchors.get(key, ())) for key in cited})


def reference_lines(request: Request, mentions: Mentions) -> tuple[ReferenceLine, ...]:
    """Return the list of references for all that was mentioned."""
    return tuple(
        _line(request, number, key, mentions.known[key], tuple(anchors))
        for number, (key, anchors) in enumerate(mentions.anchors.items(), 1)
        if key in mentions.known
    )


def _line(
    request: Request, number: int, key: str, source: CitedSource, back: tuple[str, ...]
) -> ReferenceLine:
    parts = reference(source.data)
    accessed = source.data.accessed
    return ReferenceLine(
        number=number,
        key=key,
        authors=parts.authors,
        year=parts.year,
        title=parts.title,
        container=parts.container,
        publisher=parts.publisher,
        href=parts.href,
        link_text=parts.link_text,
        archive_href=parts.archive_href,
        accessed=_("read %(date)s") % {"date": _formats.date(accessed)} if accessed else "",
        dead=_dead(source),
        own_copy=source.has_capture,
        coins=coins(source.data),
        page_href=path_for(request, "encyclopedia_source", key=_ANY).replace(_ANY, key),
        back=back,
    )


def _dead(source: CitedSource) -> str:
    if source.link_state != "dead":
        return ""
    if source.checked_at is None:
        return _("this address no longer answers")
    return _("this address no longer answers (checked %(date)s)") % {
        "date": _formats.date(source.checked_at.date())
    }
