"""`move`, `delete`, `undelete`, `protect`: what is done to an entry as a whole."""

from collections.abc import Mapping
from typing import Any

from common.i18n import gettext as _
from encyclopedia.actions import entries, media, watching
from encyclopedia.actions.revisions import Edit
from encyclopedia.api.mediawiki.call import Answer, Call
from encyclopedia.api.mediawiki.do_edit import refuse_editor
from encyclopedia.api.mediawiki.failures import ApiFailure, missing_title
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.pageset import existing_text, one, titled
from encyclopedia.api.mediawiki.rights import LEVELS
from encyclopedia.api.mediawiki.table import PAGE_ID, TITLE, Module, Parameter
from encyclopedia.core.wiki_titles import InvalidTitle, Namespace, name_of, parse_title
from encyclopedia.models import Entry, Media, Page
from encyclopedia.permissions import Permission, Protection
from encyclopedia.queries.mediawiki.pages import WikiPage
from encyclopedia.queries.mediawiki.removed import removed_entry

NO_LIMIT = "infinite"
EVERYBODY = {"", "all", "open"}


def move(call: Call, given: Given) -> Answer:
    """Give an entry another title; its translations follow, since they are named after it."""
    page = existing_text(call, given, title="from", number="fromid")
    _require(call, Permission.RENAME)
    if not page.primary:
        message = _("A translation is named after its entry. Rename the entry, or change the translation's title in its editor.")  # fmt: skip
        raise ApiFailure("immobilenamespace", message)
    to = titled(call, given.text("to"))
    if to.title.namespace != Namespace.MAIN or name_of(to.title.name, "") == "":
        raise ApiFailure("invalidtitle", _("An entry cannot have this title."))
    if to.title == page.title:
        raise ApiFailure("selfmove", _("The title is the same."))
    if to.exists and (to.leads_to is None or to.leads_to.page_id != page.page_id):
        raise ApiFailure("articleexists", _("A page of that name already exists."))
    refuse_editor(call, call.session.get_one(Entry, page.entry_id))
    own = call.session.get_one(Page, page.page_id)
    with_redirect = not given.flag("noredirect")
    edit = Edit(call.at, given.text("reason"))
    entries.rename(call.session, call.actor, own, to.title.name, edit, keep_redirect=with_redirect)
    told: dict[str, Any] = {"from": str(page.title), "to": str(to.title), "reason": given.text("reason")}
    return {"move": told | ({"redirectcreated": True} if with_redirect else {})}


def delete(call: Call, given: Given) -> Answer:
    """Take an entry, with all its languages, or a file away from readers."""
    page = one(call, given)
    page = page.leads_to or page
    _require(call, Permission.DELETE)
    reason = given.text("reason").strip() or _("No reason was given.")
    if page.media_id is not None:
        file = call.session.get_one(Media, page.media_id)
        media.delete_media(call.session, call.actor, file, reason, at=call.at)
    elif page.is_text and page.primary:
        entry = call.session.get_one(Entry, page.entry_id)
        entries.delete_entry(call.session, call.actor, entry, reason, at=call.at)
    elif page.is_text:
        raise ApiFailure("cantdelete", _("A translation cannot be deleted alone."))
    else:
        raise missing_title()
    return {"delete": {"title": str(page.title), "reason": reason}}


def undelete(call: Call, given: Given) -> Answer:
    """Bring a deleted entry back."""
    _require(call, Permission.DELETE)
    try:
        wanted = parse_title(given.text("title"))
    except InvalidTitle as error:
        raise ApiFailure("invalidtitle", _("The title cannot be read.")) from error
    found = removed_entry(call.session, wanted)
    if found is None:
        raise ApiFailure("cantundelete", _("Nothing under this title was deleted."))
    entry = call.session.get_one(Entry, found.entry_id)
    entries.restore_entry(call.session, call.actor, entry, at=call.at)
    told = {
        "title": str(wanted),
        "revisions": found.revisions,
        "fileversions": 0,
        "reason": given.text("reason"),
    }
    return {"undelete": told}


def protect(call: Call, given: Given) -> Answer:
    """Say who may edit an entry; renaming goes with editing."""
    page = existing_text(call, given)
    _require(call, Permission.PROTECT)
    wanted = _levels(given)
    level = wanted.get("edit", wanted.get("move", ""))
    protection = Protection.OPEN if level in EVERYBODY else Protection(level)
    entry = call.session.get_one(Entry, page.entry_id)
    entries.protect(call.session, call.actor, entry, protection, given.text("reason"), at=call.at)
    shown = "" if protection is Protection.OPEN else protection.value
    told = [{kind: shown, "expiry": NO_LIMIT} for kind in wanted]
    return {"protect": {"title": str(page.title), "reason": given.text("reason"), "protections": told}}


def _levels(given: Given) -> Mapping[str, str]:
    wanted = {
        kind: level for kind, _equals, level in (each.partition("=") for each in given.texts("protections"))
    }
    for kind, level in wanted.items():
        if kind not in {"edit", "move"}:
            raise ApiFailure("protect-invalidaction", _("Only editing and moving can be protected."))
        if level not in EVERYBODY and level not in LEVELS:
            message = _('Invalid protection level "%(level)s".') % {"level": level[:40]}
            raise ApiFailure("protect-invalidlevel", message)
    if given.text("expiry") not in {"", "infinite", "indefinite", "infinity", "never"}:
        raise ApiFailure("invalidexpiry", _("A protection here has no end: lift it when it is not needed any more."))  # fmt: skip
    return wanted


def _require(call: Call, permission: Permission) -> None:
    if not call.may(permission):
        raise ApiFailure("permissiondenied", _("You do not have permission to do this."))


def watch(call: Call, given: Given) -> Answer:
    """Watch entries, or not any more."""
    written = given.texts("titles") or ((given.text("title"),) if given.text("title") else ())
    if not written:
        raise ApiFailure("missingparam", _('The "%(name)s" parameter must be set.') % {"name": "titles"})
    if call.actor.person_id is None:
        raise ApiFailure("notloggedin", _("You must be logged in to have a watchlist."))
    told = [_watched(call, titled(call, each), off=given.flag("unwatch")) for each in written]
    return {"watch": told if given.texts("titles") else told[0]}


def _watched(call: Call, page: WikiPage, *, off: bool) -> dict[str, Any]:
    page = page.leads_to or page
    about = {"title": str(page.title), "ns": int(page.title.namespace)}
    if page.entry_id is None:
        return {**about, "missing": True}
    entry = call.session.get_one(Entry, page.entry_id)
    if off:
        watching.unwatch(call.session, call.actor, entry)
        return {**about, "unwatched": True}
    watching.watch(call.session, call.actor, entry, at=call.at)
    return {**about, "watched": True}


REASON = Parameter("reason", default="")
MODULES = (
    Module(
        "move",
        "action",
        (
            Parameter("from", "title"),
            Parameter("fromid", "integer"),
            Parameter("to", "title", required=True),
            REASON,
            Parameter("movetalk", "boolean"),
            Parameter("movesubpages", "boolean"),
            Parameter("noredirect", "boolean"),
            Parameter("watchlist", ("watch", "unwatch", "preferences", "nochange"), default="preferences"),
            Parameter("ignorewarnings", "boolean"),
        ),
        move,
        token="csrf",  # noqa: S106 - a kind of token
        writes=True,
    ),
    Module(
        "delete",
        "action",
        (
            TITLE,
            PAGE_ID,
            REASON,
            Parameter("watchlist"),
            Parameter("oldimage"),
            Parameter("deletetalk", "boolean"),
        ),
        delete,
        token="csrf",  # noqa: S106 - a kind of token
        writes=True,
    ),
    Module(
        "undelete",
        "action",
        (
            Parameter("title", "title", required=True),
            REASON,
            Parameter("timestamps", "timestamp", multi=True),
            Parameter("fileids", "integer", multi=True),
        ),
        undelete,
        token="csrf",  # noqa: S106 - a kind of token
        writes=True,
    ),
    Module(
        "protect",
        "action",
        (
            TITLE,
            PAGE_ID,
            Parameter("protections", multi=True, required=True),
            Parameter("expiry", default="infinite"),
            REASON,
            Parameter("cascade", "boolean"),
        ),
        protect,
        token="csrf",  # noqa: S106 - a kind of token
        writes=True,
    ),
    Module(
        "watch",
        "action",
        (
            TITLE,
            Parameter("titles", "title", multi=True),
            Parameter("unwatch", "boolean"),
            Parameter("expiry"),
        ),
        watch,
        token="watch",  # noqa: S106 - a kind of token
        writes=True,
    ),
)
