"""An entry's texts in two languages, section beside section."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from markupsafe import Markup
from sqlalchemy.orm import Session

from common.i18n import current_locale
from common.i18n import gettext as _
from encyclopedia.core.markup import sections
from encyclopedia.models import Page, Revision
from encyclopedia.queries.revisions import text_of
from encyclopedia.schemas import Text
from encyclopedia.service.rendering import render_preview
from encyclopedia.views.head import EntryHead
from encyclopedia.views.sheet_words import text_part_name
from encyclopedia.wording import language_name

TOP = 2  # headings of this level and above begin a row


@dataclass(frozen=True)
class Side:
    """One of the two texts."""

    language: str
    name: str
    title: str
    number: int
    href: str


@dataclass(frozen=True)
class Row:
    """The same part in both languages, as HTML; "" where one lacks it."""

    name: str
    left: Markup
    right: Markup


@dataclass(frozen=True)
class LanguagesPage:
    """Two texts of an entry, side by side."""

    head: EntryHead
    left: Side
    right: Side
    rows: tuple[Row, ...]
    words_left: int
    words_right: int


def side(page: Page, revision: Revision, href: str) -> Side:
    """Return the head of one column."""
    return Side(page.language, language_name(page.language), revision.title, revision.number, href)


def rows(session: Session, left: tuple[str, Revision], right: tuple[str, Revision]) -> tuple[Row, ...]:
    """Return both texts (language, revision) cut into parts that face one another: lead, fields, sections by their order."""
    one, other = text_of(left[1]), text_of(right[1])
    found = [Row(_("Lead"), _html(session, one.lead, left[0]), _html(session, other.lead, right[0]))]
    for key in dict.fromkeys((*one.fields, *other.fields)):
        words = (one.fields.get(key, ""), other.fields.get(key, ""))
        name = text_part_name(f"fields.{key}")
        found.append(Row(name, _html(session, words[0], left[0]), _html(session, words[1], right[0])))
    for a, b in zip_longest(_parts(one), _parts(other), fillvalue=""):
        found.append(Row("", _html(session, a, left[0]), _html(session, b, right[0])))
    return tuple(row for row in found if row.left or row.right)


def _parts(text: Text) -> Sequence[str]:
    """Cut a text at its headings of the first two levels."""
    starts = [0, *(each.start for each in sections(text.body) if 0 < each.level <= TOP), len(text.body)]
    return [text.body[start:end] for start, end in pairwise(starts)]


def _html(session: Session, words: str, language: str) -> Markup:
    if not words.strip():
        return Markup("")
    text = Text.model_construct(title="", lead="", fields={}, body=words)
    html = render_preview(session, text, language).at(f"/{current_locale()}").html
    return Markup(html)  # noqa: S704 - made and sanitised by core.markup
