"""What happened: `recentchanges`, `usercontribs`, `watchlist`, `logevents`."""

from collections.abc import Sequence
from typing import Any

from common.i18n import gettext as _
from encyclopedia.api.mediawiki.call import Call
from encyclopedia.api.mediawiki.change_items import line_item, log_item, revision_item
from encyclopedia.api.mediawiki.failures import ApiFailure
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.pageset import titled
from encyclopedia.api.mediawiki.table import (
    CONTINUE,
    DIRECTION,
    END,
    LIMIT,
    NAMESPACE,
    START,
    Listing,
    Module,
    Parameter,
)
from encyclopedia.core.wiki_titles import Namespace
from encyclopedia.permissions import Permission
from encyclopedia.queries.mediawiki import changes
from encyclopedia.queries.mediawiki.changes import Asked, Mark, Some, happened
from encyclopedia.queries.mediawiki.pages import WikiPage, main_of, texts

SHOWN = ("minor", "bot", "anon", "patrolled")
TYPES = ("edit", "new", "log", "external", "categorize")
LOG_TYPES = tuple(
    dict.fromkeys([*(type_ for type_, _action in changes.LOG_TYPES.values()), changes.OWN_TYPE])
)
NOT_RECENT = ("created",)  # the first revision says so already


def recent_changes(call: Call, given: Given) -> Listing:
    """List revisions and lines of the log, newest first."""
    types = set(given.texts("type"))
    in_main = _in_main(given)
    page = titled(call, given.text("title")) if given.text("title") else None
    if page is not None and not page.is_text:
        return Listing([])
    asked = Asked(
        edits="edit" in types and in_main,
        new="new" in types and in_main,
        log="log" in types and in_main,
        newest_only=given.flag("toponly"),
        author=given.text("user"),
        besides=given.text("excludeuser"),
        page_id=page.page_id if page else None,
        entry_id=page.entry_id if page else None,
        not_actions=NOT_RECENT,
        **_common(given),
    )
    return _listing(call, given, asked)


def contributions(call: Call, given: Given) -> Listing:
    """List what people saved."""
    prefix = given.text("userprefix")
    if prefix:
        raise ApiFailure("badvalue", _("Name people in full: beginnings of names are not looked up."))
    names = given.texts("user")
    if not names:
        raise ApiFailure("missingparam", _('The "%(name)s" parameter must be set.') % {"name": "ucuser"})
    show = given.texts("show")
    asked = Asked(
        edits=_in_main(given) and "new" not in show,
        new=_in_main(given) and "!new" not in show,
        newest_only="top" in show or given.flag("toponly"),
        authors=names,
        **_common(given),
    )
    return _listing(call, given, asked, "user", "userid")


def watchlist(call: Call, given: Given) -> Listing:
    """List what changed in the entries that the asker watches."""
    if call.actor.person_id is None:
        raise ApiFailure("notloggedin", _("You must be logged in to have a watchlist."))
    types = set(given.texts("type"))
    asked = Asked(
        edits="edit" in types and _in_main(given),
        new="new" in types and _in_main(given),
        newest_only=not given.flag("allrev"),
        author=given.text("user"),
        besides=given.text("excludeuser"),
        watched_by=call.actor.person_id,
        **_common(given),
    )
    return _listing(call, given, asked)


def log_events(call: Call, given: Given) -> Listing:
    """List the log."""
    type_, _slash, action = given.text("action").partition("/")
    type_ = type_ or given.text("type")
    own = changes.actions_of(type_, action) if type_ else None
    page = titled(call, given.text("title")) if given.text("title") else None
    if page is not None and page.entry_id is None:
        return Listing([])
    asked = Asked(
        edits=False,
        new=False,
        log=True,
        author=given.text("user"),
        entry_id=page.entry_id if page else None,
        actions=own,
        not_actions=tuple(changes.LOG_TYPES) if type_ == changes.OWN_TYPE else (),
        **_common(given),
    )
    some = _some(call, given, asked)
    lines = [each.line for each in some.items if each.line is not None]
    mains = main_of(call.session, {line.entry_id for line in lines if line.entry_id is not None})
    wanted = set(given.texts("prop"))
    return Listing([log_item(line, mains, wanted) for line in lines], next=some.next)


def _listing(call: Call, given: Given, asked: Asked, *always: str) -> Listing:
    some = _some(call, given, asked)
    revisions = [each.revision for each in some.items if each.revision is not None]
    lines = [each.line for each in some.items if each.line is not None]
    pages = texts(call.session, {revision.page_id for revision in revisions})
    mains = main_of(call.session, {line.entry_id for line in lines if line.entry_id is not None})
    wanted = {*given.texts("prop"), *always}
    sees_patrol = call.may(Permission.REVIEW)
    items: list[dict[str, Any]] = []
    behind: list[WikiPage] = []
    for each in some.items:
        if each.revision is not None and each.revision.page_id in pages:
            page = pages[each.revision.page_id]
            items.append(revision_item(each, each.revision, page, wanted, sees_patrol=sees_patrol))
            behind.append(page)
        elif each.line is not None:
            items.append(line_item(each, each.line, mains, wanted))
            behind += [mains[each.line.entry_id]] if each.line.entry_id in mains else []
    return Listing(items, behind, some.next)


def _some(call: Call, given: Given, asked: Asked) -> Some:
    mark = Mark.read(given.text("continue"))
    if given.text("continue") and mark is None:
        raise ApiFailure("badcontinue", _("Invalid continue parameter."))
    return happened(
        call.session, asked, mark=mark, limit=given.limit(), about_people=call.may(Permission.REVIEW)
    )


def _common(given: Given) -> dict[str, Any]:
    """Return what all of these lists are asked alike."""
    show = set(given.texts("show"))
    wanted = {name: True if name in show else False if f"!{name}" in show else None for name in SHOWN}
    anonymous = wanted["anon"]
    return {
        "newer_first": given.newer_first(),
        "start": given.moment("start"),
        "end": given.moment("end"),
        "minor": wanted["minor"],
        "bot": wanted["bot"],
        "signed_in": None if anonymous is None else not anonymous,
        "patrolled": False if "unpatrolled" in show else wanted["patrolled"],
    }


def _in_main(given: Given) -> bool:
    return not given.texts("namespace") or str(Namespace.MAIN.value) in given.texts("namespace")


def _show(*names: str) -> Parameter:
    return Parameter("show", (*(each for name in names for each in (name, f"!{name}")), "unpatrolled"), multi=True)  # fmt: skip


def _module(name: str, prefix: str, run: Any, more: Sequence[Parameter], *, generator: bool) -> Module:
    parameters = (*more, START, END, DIRECTION, LIMIT, CONTINUE)
    return Module(name, "list", parameters, run, prefix=prefix, is_generator=generator)


PROPS = (
    "user", "userid", "comment", "parsedcomment", "flags", "timestamp", "title", "ids", "sizes", "redirect", "patrolled",
    "loginfo", "tags", "sha1", "notificationtimestamp", "expiry",
)  # fmt: skip
MODULES = (
    _module(
        "recentchanges",
        "rc",
        recent_changes,
        (
            NAMESPACE,
            Parameter("user", "user"),
            Parameter("excludeuser", "user"),
            Parameter("tag"),
            Parameter("prop", PROPS, multi=True, default="title|timestamp|ids"),
            _show("minor", "bot", "anon", "redirect", "patrolled", "autopatrolled"),
            Parameter("type", TYPES, multi=True, default="edit|new|log"),
            Parameter("toponly", "boolean"),
            Parameter("title", "title"),
        ),
        generator=True,
    ),
    _module(
        "usercontribs",
        "uc",
        contributions,
        (
            Parameter("user", "user", multi=True),
            Parameter("userprefix"),
            NAMESPACE,
            Parameter(
                "prop",
                ("ids", "title", "timestamp", "comment", "parsedcomment", "size", "sizediff", "flags", "patrolled", "tags"),
                multi=True,
                default="ids|title|timestamp|comment|size|flags",
            ),
            _show("minor", "patrolled", "autopatrolled", "new", "top"),
            Parameter("tag"),
            Parameter("toponly", "boolean"),
        ),
        generator=False,
    ),
    _module(
        "watchlist",
        "wl",
        watchlist,
        (
            NAMESPACE,
            Parameter("allrev", "boolean"),
            Parameter("user", "user"),
            Parameter("excludeuser", "user"),
            Parameter("prop", PROPS, multi=True, default="ids|title|flags"),
            _show("minor", "bot", "anon", "patrolled", "autopatrolled", "unread"),
            Parameter("type", TYPES, multi=True, default="edit|new|log"),
        ),
        generator=True,
    ),
    _module(
        "logevents",
        "le",
        log_events,
        (
            Parameter(
                "prop",
                ("ids", "title", "type", "user", "userid", "timestamp", "comment", "parsedcomment", "details", "tags"),
                multi=True,
                default="ids|title|type|user|timestamp|comment|details",
            ),
            Parameter("type", LOG_TYPES),
            Parameter("action"),
            Parameter("user", "user"),
            Parameter("title", "title"),
            NAMESPACE,
            Parameter("prefix"),
            Parameter("tag"),
        ),
        generator=False,
    ),
)  # fmt: skip
