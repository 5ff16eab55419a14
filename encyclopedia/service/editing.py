"""Between a form and a save: whose turn it is to edit, what the form's values make of the text, what was decided in a conflict."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Invalid, NotFound, TooMany
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from encyclopedia.actions.guard import may_edit
from encyclopedia.core.fieldmerge import LONGEST_FIELD, LONGEST_LEAD
from encyclopedia.core.markup import replace_section, section_text, sections
from encyclopedia.models import Entry, Page, Revision
from encyclopedia.queries.entries import FoundPage
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.schemas import SHEET, Text
from encyclopedia.service.sheet_values import Values, prose_fields

LONGEST_TITLE = 200


@dataclass(frozen=True)
class EditDesk:
    """A text that is being edited: the revision that the editor began from, and the section, where it is only one."""

    entry: Entry
    page: Page
    base: Revision
    section: int | None

    @property
    def key(self) -> str:
        """The key of its draft."""
        return f"page:{self.page.id}" + ("" if self.section is None else f":{self.section}")

    @property
    def section_title(self) -> str:
        """The heading of the section, "" for the whole text and for what precedes all headings."""
        if self.section is None:
            return ""
        return sections(self.base.body)[self.section].title


def require_editor(session: Session, actor: Actor, entry: Entry | None, *, at: datetime) -> None:
    """Raise where the actor may not edit; somebody who is only too quick may go on typing, and save later."""
    try:
        may_edit(session, actor, entry, at=at)
    except TooMany:
        return


def open_desk(
    session: Session,
    actor: Actor,
    found: FoundPage,
    *,
    base_id: int | None,
    section: int | None,
    at: datetime,
) -> EditDesk:
    """Return what is edited, from a base (None: the newest revision).

    The base says which page is meant, so that an edit goes where it began even when a translation was added meanwhile.

    Raises:
        Forbidden, SignInNeeded: the actor may not edit it.
        NotFound: no such revision of this entry, or no such section in it.
    """
    require_editor(session, actor, found.entry, at=at)
    wanted = base_id or found.page.revision_id
    if wanted is None:
        raise NotFound(_("This page has no text yet."))
    base = revision_of(session, actor, wanted)
    page = session.get_one(Page, base.page_id)
    if page.entry_id != found.entry.id or page.language == SHEET:
        raise NotFound(_("The revision that this edit began from is not one of this page."))
    if section is not None:
        section_text(base.body, section)  # raises where there is none
    return EditDesk(found.entry, page, base, section)


def values_for(desk: EditDesk) -> Values:
    """Return what the form holds before anybody typed."""
    if desk.section is not None:
        return {"body": section_text(desk.base.body, desk.section)}
    return text_values(text_of(desk.base))


def text_values(text: Text) -> Values:
    """Return a text as a form's values: `title`, `lead`, `field.<key>`, `body`."""
    fields = {f"field.{key}": value for key, value in text.fields.items()}
    return {"title": text.title, "lead": text.lead, **fields, "body": text.body}


def edited_text(desk: EditDesk, values: Mapping[str, str]) -> Text:
    """Return the text that a form's values make of its base; the title stays, it changes by renaming."""
    base = text_of(desk.base)
    if desk.section is not None:
        body = replace_section(base.body, desk.section, values.get("body", ""))
        return base.model_copy(update={"body": body})
    return text_from(values, EntryKind(desk.entry.kind), kept=base)


def text_from(values: Mapping[str, str], kind: EntryKind, *, kept: Text | None = None) -> Text:
    """Return the text that a form's values stand for; `kept` gives the title, and fields that the form does not show.

    Raises:
        Invalid: a part is too long.
    """
    shown = [definition.key for definition in prose_fields(kind)]
    fields = {key: value for key, value in kept.fields.items() if key not in shown} if kept else {}
    fields |= {key: values.get(f"field.{key}", "") for key in shown}
    errors = {f"field.{key}": _too_long(LONGEST_FIELD) for key in shown if len(fields[key]) > LONGEST_FIELD}
    title = kept.title if kept else values.get("title", "")
    lead = " ".join(values.get("lead", "").split())
    if len(lead) > LONGEST_LEAD:
        errors["lead"] = _too_long(LONGEST_LEAD)
    if len(title) > LONGEST_TITLE:
        errors["title"] = _too_long(LONGEST_TITLE)
    if errors:
        raise Invalid(_("Some parts are too long."), fields=errors)
    return Text.model_construct(title=title, lead=lead, fields=fields, body=values.get("body", ""))


def _too_long(most: int) -> str:
    return _("At most %(count)s characters fit here.") % {"count": most}
