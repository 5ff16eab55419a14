"""`action=edit`: a text's Markdown changed, in whole or in part, or a new page written. Title, lead and fields stay as they are."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from common.errors import NotFound
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from encyclopedia.actions.entries import add_language, create_entry
from encyclopedia.actions.guard import may_edit_under, standing_block
from encyclopedia.actions.revisions import Edit, EditConflict, Saved, newest, save_text
from encyclopedia.actions.undo import undo_edit
from encyclopedia.actions.watching import unwatch, watch
from encyclopedia.api.mediawiki.answers import timestamp
from encyclopedia.api.mediawiki.call import Answer, Call
from encyclopedia.api.mediawiki.failures import ApiFailure, missing_parameter, missing_title
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.pageset import one
from encyclopedia.api.mediawiki.prop_info import MODEL
from encyclopedia.api.mediawiki.table import PAGE_ID, TITLE, Module, Parameter
from encyclopedia.core.exchange.front_matter import new_page
from encyclopedia.core.markup import replace_section, section_text, sections
from encyclopedia.core.wiki_titles import Namespace, name_of, split_language
from encyclopedia.models import Entry, Page, Revision
from encyclopedia.permissions import Permission, Protection
from encyclopedia.queries.entries import pages_by_language
from encyclopedia.queries.mediawiki.details import revision_at
from encyclopedia.queries.mediawiki.pages import WikiPage, texts
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.schemas import LANGUAGES, LARGEST_TEXT, Sheet, Text
from encyclopedia.service.spam import score_edit


@dataclass(frozen=True)
class Base:
    """What an edit began from."""

    revision_id: int
    text: Text


def edit(call: Call, given: Given) -> Answer:
    """Save an edit; what others saved meanwhile is merged with it."""
    page = one(call, given)
    page = page.leads_to or page  # a redirect has no text of its own that could be edited
    _check_place(page)
    _check_checksum(given)
    if page.exists:
        if given.flag("createonly"):
            raise ApiFailure("articleexists", _("The page you tried to create has been created already."))
        return _change(call, given, page)
    if given.flag("nocreate"):
        raise missing_title()
    return _create(call, given, page)


def refuse_editor(call: Call, entry: Entry | None, *, creating: bool = False) -> None:
    """Raise, with MediaWiki's codes, where the asker may not edit an entry (or open one)."""
    needed = Permission.CREATE if creating else Permission.EDIT
    if not call.may(needed):
        code = "cantcreate" if creating else "noedit"
        code += "" if call.actor.person_id else "-anon"
        raise ApiFailure(code, _("You don't have permission to edit pages here."))
    if entry is not None and not may_edit_under(call.actor, Protection(entry.protection)):
        raise ApiFailure(
            "protectedpage", _("This page has been protected to prevent editing or other actions.")
        )
    block = standing_block(call.session, call.actor, at=call.at)
    if block is not None:
        raise ApiFailure("blocked", _("You have been blocked from editing."), blockinfo={"blockreason": block.reason})  # fmt: skip


def _check_place(page: WikiPage) -> None:
    if page.title.namespace != Namespace.MAIN:
        message = _(
            "Programs write texts of entries only; talk, files and categories are reached in other ways."
        )
        raise ApiFailure("protectednamespace", message)


def _check_checksum(given: Given) -> None:
    if not given.text("md5"):
        return
    whole = given.text("text") or given.text("prependtext") + given.text("appendtext")
    if hashlib.md5(whole.encode(), usedforsecurity=False).hexdigest() != given.text("md5").lower():
        raise ApiFailure("badmd5", _("The supplied MD5 hash was incorrect."))


def _change(call: Call, given: Given, wiki_page: WikiPage) -> Answer:
    page = call.session.get_one(Page, wiki_page.page_id)
    entry = call.session.get_one(Entry, page.entry_id)
    refuse_editor(call, entry)
    current = newest(call.session, page)
    if current is None:
        raise missing_title()
    made = Edit(
        call.at,
        given.text("summary"),
        minor=given.flag("minor") and not given.flag("notminor"),
        bot=given.flag("bot") and call.may(Permission.REVIEW),
    )
    saved = (
        _undone(call, given, page, made) if given.number("undo") else _saved(call, given, page, current, made)
    )
    _mind_watch(call, given, entry)
    return {"edit": _told(wiki_page, saved, current)}


def _saved(call: Call, given: Given, page: Page, current: Revision, made: Edit) -> Saved:
    base = _base(call, given, page, current)
    body = _new_body(given, base.text.body)
    text = base.text.model_copy(update={"body": body, "title": page.title})
    spam = score_edit(call.session, call.actor, page, text, at=call.at)
    return save_text(call.session, call.actor, page, text, replace(made, base_id=base.revision_id, spam=spam))


def _undone(call: Call, given: Given, page: Page, made: Edit) -> Saved:
    """Take one edit out, keeping what came after it."""
    try:
        revision = revision_of(call.session, call.actor, given.number("undo") or 0, page=page)
    except NotFound as error:
        raise ApiFailure("nosuchrevid", _("There is no revision with this number.")) from error
    words = _("Undid revision %(number)s of %(name)s") % {"number": revision.id, "name": revision.author_name}
    try:
        return undo_edit(
            call.session, call.actor, page, revision, replace(made, summary=made.summary or words)
        )
    except EditConflict as error:
        raise ApiFailure("undofailure", _("The edit could not be undone: later edits changed the same words.")) from error  # fmt: skip


def _base(call: Call, given: Given, page: Page, current: Revision) -> Base:
    """Return the revision that the client had read. What is added at an end begins from the newest."""
    if given.has("appendtext") or given.has("prependtext"):
        number: int | None = current.id
    elif given.number("baserevid"):
        number = given.number("baserevid")
    elif (moment := given.moment("basetimestamp")) is not None:
        number = revision_at(call.session, page.id, moment)
    else:
        number = current.id
    if number is None or number == current.id:
        return Base(current.id, text_of(current))
    try:
        revision = revision_of(call.session, call.actor, number, page=page)
    except NotFound as error:
        raise ApiFailure("nosuchrevid", _("There is no revision with this number.")) from error
    return Base(revision.id, text_of(revision))


def _new_body(given: Given, before: str) -> str:
    number = given.text("section")
    if number == "new":
        title = given.text("sectiontitle") or given.text("summary")
        head = f"## {title}\n\n" if title else ""
        return _joined(before, f"{head}{given.text('text')}")
    if not number:
        return _changed(given, before)
    if not number.isdigit() or int(number) >= len(sections(before)):
        raise ApiFailure("nosuchsection", _("There is no section %(number)s.") % {"number": number[:20]})
    return replace_section(before, int(number), _changed(given, section_text(before, int(number))))


def _changed(given: Given, before: str) -> str:
    if given.has("text"):
        return given.text("text")
    if not given.has("appendtext") and not given.has("prependtext"):
        raise ApiFailure("missingparam", _('One of the parameters "text", "appendtext" and "prependtext" is required.'))  # fmt: skip
    return given.text("prependtext") + before + given.text("appendtext")


def _joined(before: str, added: str) -> str:
    return f"{before.rstrip()}\n\n{added}" if before.strip() else added


def _create(call: Call, given: Given, page: WikiPage) -> Answer:
    whole = _whole(given)
    base, language = split_language(page.title.name)
    if page.entry_id is None and (language is not None or not name_of(page.title.name, "")):
        message = _(
            "A page of its own cannot have this title: a translation needs the page that it translates."
        )
        raise ApiFailure("invalidtitle", message)
    front = new_page(whole, title=base)
    made = Edit(
        call.at,
        given.text("summary"),
        bot=given.flag("bot") and call.may(Permission.REVIEW),
        spam=score_edit(call.session, call.actor, None, front.text, at=call.at),
    )
    if page.entry_id is not None:
        entry = call.session.get_one(Entry, page.entry_id)
        refuse_editor(call, entry)
        added = add_language(call.session, call.actor, entry, page.language, front.text, made)
    else:
        refuse_editor(call, None, creating=True)
        text = front.text.model_copy(update={"title": page.title.name})
        kind = front.kind or EntryKind.CONCEPT
        entry = create_entry(call.session, call.actor, kind, LANGUAGES[0], text, Sheet(), made)
        added = pages_by_language(call.session, entry.id)[LANGUAGES[0]]
    _mind_watch(call, given, entry)
    written = texts(call.session, [added.id])[added.id]
    revision = call.session.get_one(Revision, added.revision_id)
    return {"edit": {"result": "Success", "new": True, **_about(written), **_numbers(revision, 0)}}


def _whole(given: Given) -> str:
    if not any(given.has(name) for name in ("text", "appendtext", "prependtext")):
        raise missing_parameter("text")
    whole = given.text("text") or given.text("prependtext") + given.text("appendtext")
    if len(whole) > LARGEST_TEXT:
        message = _("The text is larger than %(most)s characters.") % {"most": LARGEST_TEXT}
        raise ApiFailure("contenttoobig", message)
    return whole


def _mind_watch(call: Call, given: Given, entry: Entry) -> None:
    """Watch the entry, or not any more. Who edits an entry watches it from then on, so only `unwatch` asks for something."""
    if given.text("watchlist") == "unwatch":
        unwatch(call.session, call.actor, entry)
    elif given.text("watchlist") == "watch":
        watch(call.session, call.actor, entry, at=call.at)


def _told(page: WikiPage, saved: Saved, before: Revision) -> dict[str, Any]:
    about = {"result": "Success", **_about(page)}
    if saved.revision is None:
        return {**about, "nochange": True}
    return {**about, **_numbers(saved.revision, before.id)}


def _about(page: WikiPage) -> dict[str, Any]:
    return {"pageid": page.id, "title": str(page.title), "contentmodel": MODEL}


def _numbers(revision: Revision, before: int) -> dict[str, Any]:
    return {"oldrevid": before, "newrevid": revision.id, "newtimestamp": timestamp(revision.at)}


MODULE = Module(
    "edit",
    "action",
    (
        TITLE,
        PAGE_ID,
        Parameter("section"),
        Parameter("sectiontitle"),
        Parameter("text", "text"),
        Parameter("summary"),
        Parameter("tags", multi=True),
        Parameter("minor", "boolean"),
        Parameter("notminor", "boolean"),
        Parameter("bot", "boolean"),
        Parameter("baserevid", "integer"),
        Parameter("basetimestamp", "timestamp"),
        Parameter("starttimestamp", "timestamp"),
        Parameter("recreate", "boolean"),
        Parameter("createonly", "boolean"),
        Parameter("nocreate", "boolean"),
        Parameter("watchlist", ("watch", "unwatch", "preferences", "nochange"), default="preferences"),
        Parameter("md5"),
        Parameter("prependtext", "text"),
        Parameter("appendtext", "text"),
        Parameter("undo", "integer"),
        Parameter("undoafter", "integer"),
        Parameter("redirect", "boolean"),
        Parameter("contentformat"),
        Parameter("contentmodel"),
    ),
    edit,
    token="csrf",  # noqa: S106 - a kind of token
    writes=True,
)
