"""How a text will look before it is saved: rendered, compared with what is stored, looked over by the linter."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from common.i18n import current_locale
from common.i18n import gettext as _
from encyclopedia.actions.revisions import tidy
from encyclopedia.core.lint import Known, Severity, lint
from encyclopedia.core.markup import sections
from encyclopedia.queries.places import known_names
from encyclopedia.queries.revisions import text_of
from encyclopedia.schemas import Text
from encyclopedia.service.editing import EditDesk
from encyclopedia.service.rendering import render_preview
from encyclopedia.views.diff import ShownDiff, text_diff
from encyclopedia.views.sheet_words import text_part_name

MOST_NOTICED = 30  # more advice than anybody follows


@dataclass(frozen=True)
class Noticed:
    """One piece of advice: on which part, what, and whether somebody may be harmed."""

    part: str
    message: str
    grave: bool


@dataclass(frozen=True)
class PreviewPart:
    """How a text will look: HTML by part, what differs from the stored text, what the linter noticed."""

    language: str
    lead: Markup
    prose: tuple[tuple[str, Markup], ...]  # (label, HTML)
    body: Markup
    diff: ShownDiff | None
    warnings: tuple[Noticed, ...]


@dataclass(frozen=True)
class PreviewOnly:
    """The preview alone, for a page that has the form already."""

    preview: PreviewPart


def preview_of(session: Session, desk: EditDesk, text: Text, *, compare: bool) -> PreviewPart:
    """Return the preview of a text that is being edited; `compare`: with what differs from its base.

    Of a section only the section is shown; what is compared is always the whole.
    """
    before = text_of(desk.base)
    shown = text if desk.section is None else section_alone(desk, text)
    diff = text_diff(before, tidy(text)) if compare else None
    return preview_part(session, shown, desk.page.language, diff)


def preview_part(
    session: Session, text: Text, language: str, diff: ShownDiff | None, *, advise: bool = True
) -> PreviewPart:
    """Return how a text looks; `advise`: with what the linter says of it."""
    shown = render_preview(session, text, language).at(f"/{current_locale()}")
    prose = tuple((text_part_name(f"fields.{key}"), _safe(html)) for key, html in shown.prose.items() if html)
    return PreviewPart(
        language, _safe(shown.lead), prose, _safe(shown.html), diff, noticed(session, text) if advise else ()
    )


def section_alone(desk: EditDesk, text: Text) -> Text:
    """Return what is edited of a text where it is one section: its new words, without title and fields."""
    old = text_of(desk.base).body
    found = sections(old)[desk.section or 0]
    after = len(old) - found.end
    body = text.body[found.start : len(text.body) - after]
    return Text.model_construct(title=text.title, lead="", fields={}, body=body)


def noticed(session: Session, text: Text) -> tuple[Noticed, ...]:
    """Return the linter's advice on all parts of a text. Actors that have an entry are public, and may be named."""
    known = Known(names=known_names(session))
    parts = [("body", text.body), *((f"fields.{key}", value) for key, value in text.fields.items())]
    found = [
        Noticed(
            text_part_name(part), _(finding.message) % finding.values, finding.severity is Severity.WARNING
        )
        for part, words in parts
        for finding in lint(words, known=known, lead=text.lead if part == "body" else None)
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: not each.grave)[:MOST_NOTICED])


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - made and sanitised by core.markup
