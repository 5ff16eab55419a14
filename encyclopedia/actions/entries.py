"""Entries as a whole: opened, translated, renamed, protected, deleted, brought back."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Forbidden, Invalid
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from encyclopedia.actions.derive import entries_by_slug, slug_now_leads
from encyclopedia.actions.guard import may_edit, may_edit_under
from encyclopedia.actions.indexing import drop_page, index_page
from encyclopedia.actions.log import note
from encyclopedia.actions.revisions import (
    Edit,
    Origin,
    Saved,
    append,
    newest,
    save_text,
    tidy,
)
from encyclopedia.actions.touching import touch_neighbours
from encyclopedia.core.fields import FRESH_DAYS
from encyclopedia.core.markup import slugify
from encyclopedia.models import Entry, Page, Redirect, Rendering
from encyclopedia.permissions import PERMISSIONS, Permission, Protection
from encyclopedia.queries.revisions import text_of
from encyclopedia.schemas import LANGUAGES, SHEET, Sheet, Text


def create_entry(  # noqa: PLR0913 - an entry is made of these
    session: Session,
    actor: Actor,
    kind: EntryKind,
    language: str,
    text: Text,
    sheet: Sheet,
    edit: Edit,
    *,
    slug: str = "",
    noted_at: datetime | None = None,
) -> Entry:
    """Open an entry with its sheet and its first text. `slug` empty: made from the title.

    `noted_at`: when the log says that it was opened, where its first revision is older (an imported history).
    """
    may_edit(session, actor, None, at=edit.at)
    text = tidy(text)
    _refuse_taken_title(session, language, text.title)
    entry = Entry(
        kind=kind.value,
        sheet={},
        created_at=edit.at,
        created_by=actor.person_id,
        updated_at=edit.at,
        review_due_at=edit.at + timedelta(days=FRESH_DAYS[kind]),
    )
    session.add(entry)
    session.flush()
    made = replace(edit, origin=Origin.CREATE if edit.origin is Origin.EDIT else edit.origin, base_id=None)
    first = _add_page(session, entry, SHEET, text.title, f"e{entry.id}", at=edit.at)
    append(session, actor, entry, first, None, sheet=sheet, edit=made)
    page = _add_page(session, entry, language, text.title, slug, at=edit.at)
    append(session, actor, entry, page, None, text=text, edit=made)
    slug_now_leads(session, page.slug, entry.id)
    note(session, actor, "created", at=noted_at or edit.at, entry_id=entry.id, title=text.title)
    return entry


def add_language(
    session: Session, actor: Actor, entry: Entry, language: str, text: Text, edit: Edit, *, slug: str = ""
) -> Page:
    """Add an entry's text in one more language; `edit.made_from_id` says which revision it was translated from."""
    may_edit(session, actor, entry, at=edit.at)
    if language not in LANGUAGES:
        raise Invalid(_("The encyclopedia is not written in this language."))
    text = tidy(text)
    if session.scalars(select(Page.id).where(Page.entry_id == entry.id, Page.language == language)).first():
        raise Conflict(_("Somebody has just added this language. Open it and put your text there."))
    _refuse_taken_title(session, language, text.title)
    made = replace(edit, origin=Origin.TRANSLATE if edit.origin is Origin.EDIT else edit.origin, base_id=None)
    page = _add_page(session, entry, language, text.title, slug, at=edit.at)
    append(session, actor, entry, page, None, text=text, edit=made)
    slug_now_leads(session, page.slug, entry.id)
    return page


def rename(
    session: Session, actor: Actor, page: Page, title: str, edit: Edit, *, keep_redirect: bool = True
) -> Saved:
    """Give a page another title and address; the former address leads to it, unless it is taken by another page."""
    PERMISSIONS.require(actor, Permission.RENAME)
    current = newest(session, page)
    if current is None:
        raise Conflict(_("This page has no text yet."))
    text = tidy(text_of(current).model_copy(update={"title": title}))
    former_title, former_slug = page.title, page.slug
    if text.title == former_title:
        return Saved(None)
    _refuse_taken_title(session, page.language, text.title, besides=page)
    page.slug = free_slug(session, page.language, slugify(text.title), besides=page)
    session.flush()
    _forget_redirect(session, page.language, page.slug)
    if keep_redirect and page.slug != former_slug:
        former = Redirect(
            language=page.language, slug=former_slug, page_id=page.id, title=former_title, at=edit.at
        )
        session.add(former)
        session.flush()  # the search finds the page under its former title, too
    saved = save_text(session, actor, page, text, replace(edit, origin=Origin.RENAME, base_id=current.id))
    if page.slug != former_slug:
        slug_now_leads(session, page.slug, page.entry_id)
        _lead_anew(session, former_slug, page.language)
    note(
        session,
        actor,
        "renamed",
        at=edit.at,
        entry_id=page.entry_id,
        title=former_title,
        new_title=text.title,
    )
    return saved


def protect(
    session: Session, actor: Actor, entry: Entry, protection: Protection, reason: str, *, at: datetime
) -> None:
    """Say who may edit an entry from now on; nobody can shut out more than themselves."""
    PERMISSIONS.require(actor, Permission.PROTECT)
    if not may_edit_under(actor, protection):
        raise Forbidden(_("You cannot protect an entry so that you may not edit it yourself."))
    entry.protection = protection.value
    note(
        session,
        actor,
        "protected",
        at=at,
        entry_id=entry.id,
        title=title_of(session, entry),
        comment=reason,
        protection=protection.value,
    )


def choose_what_readers_see(
    session: Session, actor: Actor, entry: Entry, choice: str | None, *, at: datetime
) -> None:
    """Have readers see the newest or the last reviewed revision; None: as the deployment says."""
    PERMISSIONS.require(actor, Permission.PROTECT)
    if choice not in {None, "latest", "reviewed"}:
        raise Invalid(_("Readers see the newest or the last reviewed revision."))
    entry.readers_see = choice
    note(session, actor, "chose what readers see", at=at, entry_id=entry.id, title=title_of(session, entry))


def delete_entry(session: Session, actor: Actor, entry: Entry, reason: str, *, at: datetime) -> None:
    """Take an entry away from readers; its history stays and it can be brought back."""
    PERMISSIONS.require(actor, Permission.DELETE)
    if not reason.strip():
        raise Invalid(_("Say why."), fields={"reason": _("A deletion needs a reason.")})
    title = title_of(session, entry)
    entry.deleted_at = entry.updated_at = at
    for page in pages_of(session, entry):
        drop_page(session, page)
        slug_now_leads(session, page.slug, None)
        page.touched_at = at
    touch_neighbours(session, entry.id)
    note(session, actor, "deleted", at=at, entry_id=entry.id, title=title, comment=reason)


def restore_entry(session: Session, actor: Actor, entry: Entry, *, at: datetime) -> None:
    """Bring a deleted entry back, as it was."""
    PERMISSIONS.require(actor, Permission.DELETE)
    entry.deleted_at, entry.updated_at = None, at
    for page in pages_of(session, entry):
        page.touched_at = at
        if page.language == SHEET:
            continue
        index_page(session, entry, page, None, None)
        slug_now_leads(session, page.slug, entry.id)
    touch_neighbours(session, entry.id)
    note(session, actor, "brought back", at=at, entry_id=entry.id, title=title_of(session, entry))


def pages_of(session: Session, entry: Entry) -> list[Page]:
    """Return an entry's pages, the sheet among them, by language."""
    return list(session.scalars(select(Page).where(Page.entry_id == entry.id).order_by(Page.language)))


def title_of(session: Session, entry: Entry) -> str:
    """Return an entry's title, in English where it has one."""
    titles = {page.language: page.title for page in pages_of(session, entry)}
    return next((titles[language] for language in (*LANGUAGES, SHEET) if language in titles), "")


def free_slug(session: Session, language: str, wanted: str, *, besides: Page | None = None) -> str:
    """Return the slug, or the slug with the first number behind it that nobody has."""
    taken = select(Page.slug).where(Page.language == language, Page.slug.startswith(wanted, autoescape=True))
    if besides is not None:
        taken = taken.where(Page.id != besides.id)
    slugs = set(session.scalars(taken))
    if wanted not in slugs:
        return wanted
    number = next(n for n in range(2, len(slugs) + 3) if f"{wanted[:112]}-{n}" not in slugs)
    return f"{wanted[:112]}-{number}"


def _add_page(session: Session, entry: Entry, language: str, title: str, slug: str, *, at: datetime) -> Page:
    slug = slug if language == SHEET else free_slug(session, language, slug or slugify(title))
    page = Page(
        entry_id=entry.id, language=language, slug=slug, title=title, bytes=0, touched_at=at, updated_at=at
    )
    session.add(page)
    session.flush()
    if language != SHEET:
        _forget_redirect(session, language, slug)
        for other in pages_of(session, entry):  # they show which languages there are
            other.touched_at = max(other.touched_at, at)
            session.execute(delete(Rendering).where(Rendering.page_id == other.id))
    return page


def _refuse_taken_title(session: Session, language: str, title: str, *, besides: Page | None = None) -> None:
    query = select(Page.slug).where(Page.language == language, Page.title == title)
    if besides is not None:
        query = query.where(Page.id != besides.id)
    if session.scalars(query.limit(1)).first():
        message = _(
            "There is an entry with this title already. Edit that one, or choose a title that tells them apart."
        )
        raise Invalid(message, fields={"title": message})


def _forget_redirect(session: Session, language: str, slug: str) -> None:
    session.execute(delete(Redirect).where(Redirect.language == language, Redirect.slug == slug))


def _lead_anew(session: Session, slug: str, language: str) -> None:
    """Find out where wikilinks to a former slug lead now."""
    slug_now_leads(session, slug, entries_by_slug(session, [slug], language).get(slug))
