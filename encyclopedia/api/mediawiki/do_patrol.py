"""`patrol` and `rollback`: what reviewers do about edits."""

from common.i18n import gettext as _
from encyclopedia.actions import patrol as patrolling
from encyclopedia.actions.revisions import Edit, newest
from encyclopedia.actions.undo import restore
from encyclopedia.api.mediawiki.call import Answer, Call
from encyclopedia.api.mediawiki.do_edit import refuse_editor
from encyclopedia.api.mediawiki.failures import ApiFailure, missing_parameter, missing_title
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.pageset import existing_text
from encyclopedia.api.mediawiki.table import PAGE_ID, TITLE, Module, Parameter
from encyclopedia.models import Entry, Page
from encyclopedia.permissions import Permission
from encyclopedia.queries.mediawiki.details import revisions_by_id
from encyclopedia.queries.mediawiki.history import last_by_others
from encyclopedia.queries.mediawiki.pages import texts


def patrol(call: Call, given: Given) -> Answer:
    """Mark an edit as looked at; recent changes number revisions evenly, lines of the log oddly."""
    number, change = given.number("revid"), given.number("rcid")
    if number is None and change is None:
        raise missing_parameter("rcid")
    wanted = number if number is not None else (change or 0) // 2
    revision = (
        None if number is None and (change or 0) % 2 else revisions_by_id(call.session, [wanted]).get(wanted)
    )
    if revision is None:
        raise ApiFailure("nosuchrcid" if number is None else "nosuchrevid", _("There is no such change."))
    if not call.may(Permission.REVIEW):
        raise ApiFailure("permissiondenied", _("You do not have permission to patrol changes."))
    if revision.author_id is not None and revision.author_id == call.actor.person_id:
        raise ApiFailure("noautopatrol", _("You cannot mark your own changes as patrolled."))
    patrolling.patrol(call.session, call.actor, revision, at=call.at)
    page = texts(call.session, [revision.page_id])[revision.page_id]
    return {"patrol": {"rcid": revision.id * 2, "ns": 0, "title": str(page.title)}}


def rollback(call: Call, given: Given) -> Answer:
    """Go back to the last revision that is not by whoever made the newest ones."""
    wiki_page = existing_text(call, given)
    user = given.text("user")
    if not call.may(Permission.REVIEW):
        raise ApiFailure("permissiondenied", _("You do not have permission to roll back."))
    page = call.session.get_one(Page, wiki_page.page_id)
    refuse_editor(call, call.session.get_one(Entry, page.entry_id))
    current = newest(call.session, page)
    if current is None:
        raise missing_title()
    if current.author_name != user:
        message = _("Somebody else has edited or rolled back the page already.")
        raise ApiFailure("alreadyrolled", message)
    target = last_by_others(call.session, current)
    if target is None:
        raise ApiFailure("onlyauthor", _("Cannot revert edit; last contributor is only author of this page."))
    words = _("Reverted edits by %(name)s to the last version by %(other)s")
    summary = given.text("summary") or words % {"name": user, "other": target.author_name}
    edit = Edit(call.at, summary, bot=given.flag("markbot"))
    saved = restore(call.session, call.actor, page, target, edit)
    return {
        "rollback": {
            "title": str(wiki_page.title),
            "pageid": wiki_page.id,
            "summary": summary,
            "revid": saved.revision.id if saved.revision else current.id,
            "old_revid": current.id,
            "last_revid": target.id,
        }
    }


MODULES = (
    Module(
        "patrol",
        "action",
        (Parameter("rcid", "integer"), Parameter("revid", "integer"), Parameter("tags", multi=True)),
        patrol,
        token="patrol",  # noqa: S106 - a kind of token
        writes=True,
    ),
    Module(
        "rollback",
        "action",
        (
            TITLE,
            PAGE_ID,
            Parameter("tags", multi=True),
            Parameter("user", "user", required=True),
            Parameter("summary", default=""),
            Parameter("markbot", "boolean"),
            Parameter("watchlist"),
        ),
        rollback,
        token="rollback",  # noqa: S106 - a kind of token
        writes=True,
    ),
)
