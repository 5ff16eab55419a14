"""Going back: an old revision restored, or one past edit taken out of what came after it."""

from dataclasses import replace

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Invalid
from common.i18n import gettext as _
from encyclopedia.actions.guard import may_edit
from encyclopedia.actions.revisions import (
    Edit,
    EditConflict,
    Origin,
    Saved,
    newest,
    save_sheet,
    save_text,
    tidy,
)
from encyclopedia.core.fieldmerge import merge_sheets, merge_texts
from encyclopedia.models import Entry, Page, Revision
from encyclopedia.queries.revisions import revision_of, sheet_of, text_of
from encyclopedia.schemas import SHEET, Text


def restore(session: Session, actor: Actor, page: Page, revision: Revision, edit: Edit) -> Saved:
    """Save an old revision's content as the newest one. The page keeps its title: titles change by renaming.

    Raises:
        Forbidden, TooMany: the actor may not edit, or not so quickly.
        NotFound: the revision is not one of this page.
    """
    entry = session.get_one(Entry, page.entry_id)
    may_edit(session, actor, entry, at=edit.at)
    old = revision_of(session, actor, revision.id, page=page)
    newest(session, page)  # holds the page
    made = replace(edit, origin=Origin.RESTORE, base_id=None)
    if page.language == SHEET:
        return save_sheet(session, actor, entry, sheet_of(old), made)
    return save_text(session, actor, page, _titled(text_of(old), page), made)


def undo_edit(session: Session, actor: Actor, page: Page, revision: Revision, edit: Edit) -> Saved:
    """Take one past edit out of the newest revision, keeping all that came after it.

    It is a three-way merge whose base is the edit, with what was before the edit on one side and what is now on the other.

    Raises:
        EditConflict: later edits changed the same words; its `ours` is what stood before the edit.
        Invalid: the edit is the page's first, or a rename.
    """
    entry = session.get_one(Entry, page.entry_id)
    may_edit(session, actor, entry, at=edit.at)
    undone = revision_of(session, actor, revision.id, page=page)
    if undone.parent_id is None:
        raise Invalid(_("This is the page’s first revision: there is nothing before it to go back to."))
    before = revision_of(session, actor, undone.parent_id, page=page)
    current = newest(session, page)
    if current is None:
        raise Invalid(_("This page has no text yet."))
    made = replace(edit, origin=Origin.UNDO, base_id=None)
    if page.language == SHEET:
        sheets = merge_sheets(sheet_of(undone), sheet_of(before), sheet_of(current))
        if sheets.conflicts:
            raise EditConflict(sheet_of(before), current, sheets.conflicts)
        return save_sheet(session, actor, entry, sheets.sheet, made)
    if undone.origin == Origin.RENAME.value:
        raise Invalid(_("This edit renamed the page. Rename it again to go back."))
    texts = merge_texts(
        tidy(_titled(text_of(undone), page)), tidy(_titled(text_of(before), page)), text_of(current)
    )
    if texts.conflicts:
        raise EditConflict(_titled(text_of(before), page), current, texts.conflicts)
    return save_text(session, actor, page, texts.text, made)


def _titled(text: Text, page: Page) -> Text:
    return text.model_copy(update={"title": page.title})
