"""Saving: every change of a page is a new revision, merged with what others saved meanwhile, and nothing is lost."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer_group

from common.accounts.actors import Actor
from common.errors import Conflict, Invalid, NotFound
from common.i18n import gettext as _
from encyclopedia.actions.derive import derive_sheet, derive_text
from encyclopedia.actions.guard import may_edit
from encyclopedia.actions.news import tell_watchers
from encyclopedia.actions.touching import touch_neighbours
from encyclopedia.core.fieldmerge import FieldConflict, merge_sheets, merge_texts
from encyclopedia.core.markup import normalise
from encyclopedia.models import Entry, Page, Rendering, Revision
from encyclopedia.queries.revisions import sheet_of, text_of
from encyclopedia.schemas import LARGEST_TEXT, SHEET, Sheet, Text

TICK = timedelta(seconds=1)  # programs see whole seconds only: two revisions of a page never share one


class Origin(StrEnum):
    """How a revision came about."""

    EDIT = "edit"
    CREATE = "create"
    RESTORE = "restore"
    UNDO = "undo"
    RENAME = "rename"
    TRANSLATE = "translate"
    IMPORT = "import"
    SUGGESTION = "suggestion"
    REVERT = "revert"


@dataclass(frozen=True)
class Edit:
    """What goes with a save. `base_id`: the revision that the editor began from; None takes the newest."""

    at: datetime
    summary: str = ""
    minor: bool = False
    bot: bool = False
    base_id: int | None = None
    origin: Origin = Origin.EDIT
    made_from_id: int | None = None  # a translation: the source's revision it now agrees with
    spam: float = 0.0
    credit: str = ""  # whom the revision names instead of the actor: somebody without an account, whose suggestion was taken up


@dataclass(frozen=True)
class Saved:
    """What a save did: its revision (None where nothing had changed), and whether others' changes were merged in."""

    revision: Revision | None
    merged: bool = False


class EditConflict(Conflict):
    """Two people changed the same words. Both versions are here, part by part, so that nothing is lost."""

    def __init__(self, ours: Text | Sheet, current: Revision, conflicts: tuple[FieldConflict, ...]) -> None:
        super().__init__(
            _("Somebody changed the same words while you were editing. Choose what stays; nothing is lost.")
        )
        self.ours, self.current, self.conflicts = ours, current, conflicts


def save_text(session: Session, actor: Actor, page: Page, text: Text, edit: Edit) -> Saved:
    """Save one language's text.

    Raises:
        EditConflict: somebody else changed the same words since `edit.base_id`.
        Forbidden, TooMany: the actor may not, or not so quickly.
    """
    entry = session.get_one(Entry, page.entry_id)
    may_edit(session, actor, entry, at=edit.at)
    current = newest(session, page)
    text = tidy(text)
    merged = False
    if current is not None and edit.base_id not in {None, current.id}:
        base = text_of(_revision_of(session, page, edit.base_id))
        outcome = merge_texts(base, text, text_of(current))
        if outcome.conflicts:
            raise EditConflict(text, current, outcome.conflicts)
        text, merged = tidy(outcome.text), text_of(current) != base
    if current is not None and text == text_of(current) and edit.made_from_id in {None, page.made_from_id}:
        return Saved(None)
    revision = append(session, actor, entry, page, current, text=text, edit=edit)
    return Saved(revision, merged)


def save_sheet(session: Session, actor: Actor, entry: Entry, sheet: Sheet, edit: Edit) -> Saved:
    """Save what does not depend on a language: phases, criteria, facts, relations, ledger. Raises as `save_text` does."""
    may_edit(session, actor, entry, at=edit.at)
    page = sheet_page(session, entry)
    current = newest(session, page)
    merged = False
    if current is not None and edit.base_id not in {None, current.id}:
        base = sheet_of(_revision_of(session, page, edit.base_id))
        outcome = merge_sheets(base, sheet, sheet_of(current))
        if outcome.conflicts:
            raise EditConflict(sheet, current, outcome.conflicts)
        sheet, merged = outcome.sheet, sheet_of(current) != base
    if current is not None and sheet == sheet_of(current):
        return Saved(None)
    revision = append(session, actor, entry, page, current, sheet=sheet, edit=edit)
    return Saved(revision, merged)


def append(  # noqa: PLR0913 - the one place where all of a revision comes together
    session: Session,
    actor: Actor,
    entry: Entry,
    page: Page,
    parent: Revision | None,
    *,
    edit: Edit,
    text: Text | None = None,
    sheet: Sheet | None = None,
    author_name: str = "",
) -> Revision:
    """Add a revision to a page and derive from it what the page points to. The caller has checked that the actor may."""
    author_name = author_name or edit.credit
    content = _content(text, sheet)
    size = len(content)
    revision = Revision(
        page_id=page.id,
        number=parent.number + 1 if parent else 1,
        parent_id=parent.id if parent else None,
        base_id=edit.base_id,
        at=_after(parent, edit.at),
        author_id=None if author_name else actor.person_id,
        author_name=(author_name or actor.name)[:120],
        summary=edit.summary.strip()[:500],
        minor=edit.minor,
        bot=edit.bot,
        origin=edit.origin.value,
        title=text.title if text else page.title,
        lead=text.lead if text else "",
        fields=dict(text.fields) if text else {},
        body=text.body if text else "",
        sheet=sheet.model_dump(mode="json", exclude_defaults=True) if sheet else None,
        bytes=size,
        bytes_before=page.bytes,
        sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        made_from_id=edit.made_from_id or page.made_from_id,
        spam=edit.spam,
    )
    session.add(revision)
    session.flush()
    _move_on(session, entry, page, revision, text, sheet)
    tell_watchers(session, actor, entry, page, revision, at=edit.at)
    return revision


def _move_on(
    session: Session, entry: Entry, page: Page, revision: Revision, text: Text | None, sheet: Sheet | None
) -> None:
    """Make the page and the entry show their new revision."""
    before = page.revision_id
    page.revision_id, page.bytes, page.made_from_id = revision.id, revision.bytes, revision.made_from_id
    page.updated_at = entry.updated_at = revision.at
    page.touched_at = max(page.touched_at + TICK, revision.at)
    if page.state == "reviewed":
        page.state = "draft"  # what readers see is still the reviewed revision, where the team so chose
    if before is not None:
        session.execute(delete(Rendering).where(Rendering.revision_id == before))
    if text is not None:
        renamed = (page.title != text.title) or before is None
        page.title, page.lead = text.title, text.lead
        derive_text(session, entry, page, text)
        if renamed:
            touch_neighbours(session, entry.id)
    if sheet is not None:
        entry.sheet = sheet.model_dump(mode="json", exclude_defaults=True)
        derive_sheet(session, entry, page, sheet)


def newest(session: Session, page: Page) -> Revision | None:
    """Return a page's newest revision with its text, holding the page against other writers until the transaction ends."""
    session.execute(select(Page.id).where(Page.id == page.id).with_for_update())
    session.refresh(page)
    if page.revision_id is None:
        return None
    return session.get_one(
        Revision, page.revision_id, options=[undefer_group("text")], populate_existing=True
    )


def sheet_page(session: Session, entry: Entry) -> Page:
    """Return the page that holds an entry's sheet."""
    return session.scalars(select(Page).where(Page.entry_id == entry.id, Page.language == SHEET)).one()


def tidy(text: Text) -> Text:
    """Return a text as it is stored: normalised, without empty fields.

    Raises:
        Invalid: it has no title, or is longer than `LARGEST_TEXT`.
    """
    title = " ".join(normalise(text.title).split())
    if not any(letter.isalnum() for letter in title):
        raise Invalid(_("An entry needs a title."), fields={"title": _("Write the entry’s title.")})
    if len(text.body) > LARGEST_TEXT:
        raise Invalid(
            _("This text is too long: at most %(count)s characters.") % {"count": LARGEST_TEXT},
            fields={"body": _("Shorten the text, or divide it into several entries.")},
        )
    fields = {key: normalise(value).strip() for key, value in sorted(text.fields.items())}
    return Text(
        title=title,
        lead=" ".join(normalise(text.lead).split()),
        fields={key: value for key, value in fields.items() if value},
        body=normalise(text.body),
    )


def _revision_of(session: Session, page: Page, revision_id: int | None) -> Revision:
    found = session.get(Revision, revision_id, options=[undefer_group("text")], populate_existing=True)
    if found is None or found.page_id != page.id:
        raise NotFound(_("The revision that this edit began from is not one of this page."))
    return found


def _content(text: Text | None, sheet: Sheet | None) -> bytes:
    """Return what is counted and hashed: the body's Markdown, as programs are given it, or the sheet as JSON."""
    if text is not None:
        return text.body.encode()
    return sheet.model_dump_json(exclude_defaults=True).encode() if sheet is not None else b""


def _after(parent: Revision | None, at: datetime) -> datetime:
    """Return the time to store: whole seconds later than the parent's, so that programs can tell the two apart."""
    at = at.replace(microsecond=0)
    return max(at, parent.at.replace(microsecond=0) + TICK) if parent else at


def as_of(edit: Edit, base_id: int | None) -> Edit:
    """Return the same edit on another base: what a person chose after a conflict."""
    return replace(edit, base_id=base_id)
