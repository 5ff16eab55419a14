"""Lists of pages: by title, of a category, linking to a page, found by a search, at random."""

from collections.abc import Sequence
from secrets import randbelow
from typing import Any

from common.i18n import gettext as _
from encyclopedia.api.mediawiki.answers import Star, timestamp
from encyclopedia.api.mediawiki.call import Call
from encyclopedia.api.mediawiki.failures import ApiFailure
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.pageset import one
from encyclopedia.api.mediawiki.table import (
    CONTINUE,
    END,
    LIMIT,
    NAMESPACE,
    PAGE_ID,
    REDIRECTS,
    START,
    TITLE,
    UP_OR_DOWN,
    Listing,
    Module,
    Parameter,
)
from encyclopedia.core.wiki_titles import Namespace
from encyclopedia.permissions import Protection
from encyclopedia.queries.mediawiki import lists, titles
from encyclopedia.queries.mediawiki.pages import WikiPage

CHANCES = 2**31
PROTECTED = tuple(each.value for each in Protection if each is not Protection.OPEN)


def all_pages(call: Call, given: Given) -> Listing:
    """List the pages of one namespace by title."""
    namespace = int(given.text("namespace") or 0)
    wanted = _titles(given)
    cursor, limit = given.text("continue"), given.limit()
    if namespace == Namespace.MAIN:
        some = titles.all_texts(call.session, wanted, cursor=cursor, limit=limit)
    elif namespace == Namespace.FILE:
        some = titles.all_files(call.session, wanted, cursor=cursor, limit=limit)
    elif namespace == Namespace.CATEGORY:
        some, _counts = titles.all_categories(call.session, wanted, cursor=cursor, limit=limit)
    else:
        some = lists.Some([])
    return Listing([_named(page) for page in some.pages], some.pages, some.next)


def all_categories(call: Call, given: Given) -> Listing:
    """List the categories by title."""
    some, counts = titles.all_categories(
        call.session, _titles(given), cursor=given.text("continue"), limit=given.limit()
    )
    with_size = "size" in given.texts("prop")
    items = []
    for page, count in zip(some.pages, counts, strict=True):
        item: dict[str, Any] = {"category": Star(page.title.name)}
        items.append(item | ({"size": count, "pages": count, "files": 0, "subcats": 0} if with_size else {}))
    return Listing(items, some.pages, some.next)


def category_members(call: Call, given: Given) -> Listing:
    """List a category's entries, in the order in which they were opened."""
    page = one(call, given)
    if page.title.namespace != Namespace.CATEGORY:
        raise ApiFailure("invalidcategory", _("The category name you entered is not valid."))
    if page.facet is None or not _wants(given, Namespace.MAIN) or not _wants_kind(given, "page"):
        return Listing([])
    down = given.text("dir") in {"desc", "descending", "older"}
    some, opened = lists.members(
        call.session,
        page.facet,
        down=down,
        cursor=given.text("continue"),
        limit=given.limit(),
        start=given.moment("start"),
        end=given.moment("end"),
    )
    wanted = given.texts("prop")
    items = []
    for member, at in zip(some.pages, opened, strict=True):
        item = _named(member) if "ids" in wanted else {"ns": 0}
        item |= {"title": str(member.title)} if "title" in wanted else {}
        item |= {"sortkey": member.title.name.encode().hex()} if "sortkey" in wanted else {}
        item |= {"sortkeyprefix": ""} if "sortkeyprefix" in wanted else {}
        item |= {"type": "page"} if "type" in wanted else {}
        item |= {"timestamp": timestamp(at)} if "timestamp" in wanted else {}
        items.append(item)
    return Listing(items, some.pages, some.next)


def backlinks(call: Call, given: Given) -> Listing:
    """List the texts that link to a page."""
    page = one(call, given)
    if page.title.namespace != Namespace.MAIN or not _wants(given, Namespace.MAIN):
        return Listing([])
    some = lists.backlinks(
        call.session,
        page.leads_to or page,
        redirects=given.text("filterredir"),
        cursor=given.text("continue"),
        limit=given.limit(),
    )
    items = [_named(each) | ({"redirect": True} if each.leads_to else {}) for each in some.pages]
    return Listing(items, some.pages, some.next)


def embedded_in(call: Call, given: Given) -> Listing:
    """List nothing: our markup includes no page in another. The page is looked up all the same, so that mistakes are told."""
    one(call, given)
    return Listing([])


def image_usage(call: Call, given: Given) -> Listing:
    """List the texts that show a file."""
    page = one(call, given)
    if page.title.namespace != Namespace.FILE:
        raise ApiFailure("badvalue", _("The title of a file is needed."))
    if not _wants(given, Namespace.MAIN) or given.text("filterredir") == "redirects":
        return Listing([])
    name = page.own_title or page.title.name
    some = lists.using_file(call.session, name, cursor=given.text("continue"), limit=given.limit())
    return Listing([_named(each) for each in some.pages], some.pages, some.next)


def external_usage(call: Call, given: Given) -> Listing:
    """List the texts that link to a host elsewhere."""
    if not _wants(given, Namespace.MAIN):
        return Listing([])
    some = lists.linking_outside(
        call.session,
        given.text("query").partition("://")[2] or given.text("query"),
        given.text("protocol"),
        cursor=given.text("continue"),
        limit=given.limit(),
    )
    items = [_named(page) | {"url": url} for page, url in zip(some.pages, some.links, strict=True)]
    return Listing(items, some.pages, some.next)


def random(call: Call, given: Given) -> Listing:
    """List entries from a random place on."""
    if not _wants(given, Namespace.MAIN) or given.text("filterredir") == "redirects":
        return Listing([])
    some = lists.from_number(call.session, randbelow(CHANCES) / CHANCES, limit=given.limit())
    items = [{"id": page.id, "ns": 0, "title": str(page.title)} for page in some.pages]
    return Listing(items, some.pages)


def watched(call: Call, given: Given) -> Listing:
    """List the pages that the asker watches."""
    if call.actor.person_id is None:
        raise ApiFailure("notloggedin", _("You must be logged in to have a watchlist."))
    if not _wants(given, Namespace.MAIN):
        return Listing([])
    some = lists.watched_by(
        call.session, call.actor.person_id, cursor=given.text("continue"), limit=given.limit()
    )
    return Listing([_named(page) for page in some.pages], some.pages, some.next)


def _titles(given: Given) -> titles.Titles:
    translated = {"withlanglinks": True, "withoutlanglinks": False}.get(given.text("filterlanglinks"))
    levels = tuple(level for level in given.texts("prlevel") if level in PROTECTED)
    return titles.Titles(
        prefix=given.text("prefix").replace("_", " "),
        start=given.text("from").replace("_", " "),
        end=given.text("to").replace("_", " "),
        down=given.text("dir") == "descending",
        redirects=given.text("filterredir") or "all",
        smallest=given.number("minsize"),
        largest=given.number("maxsize"),
        translated=translated,
        protection=levels or (PROTECTED if given.texts("prtype") else ()),
    )


def _named(page: WikiPage) -> dict[str, Any]:
    item = {"ns": int(page.title.namespace), "title": str(page.title)}
    return {"pageid": page.id, **item} if page.exists else item


def _wants(given: Given, namespace: Namespace) -> bool:
    return not given.texts("namespace") or str(namespace.value) in given.texts("namespace")


def _wants_kind(given: Given, kind: str) -> bool:
    return not given.texts("type") or kind in given.texts("type")


def _module(name: str, prefix: str, run: Any, *more: Parameter) -> Module:
    return Module(name, "list", (*more, LIMIT, CONTINUE), run, prefix=prefix, is_generator=True)


def _between() -> Sequence[Parameter]:
    return (Parameter("from"), Parameter("to"), Parameter("prefix"), UP_OR_DOWN)


MODULES = (
    _module(
        "allpages",
        "ap",
        all_pages,
        *_between(),
        Parameter("namespace", "namespace", default="0"),
        REDIRECTS,
        Parameter("filterlanglinks", ("all", "withlanglinks", "withoutlanglinks"), default="all"),
        Parameter("minsize", "integer"),
        Parameter("maxsize", "integer"),
        Parameter("prtype", ("edit", "move", "upload"), multi=True),
        Parameter("prlevel", ("", *PROTECTED), multi=True),
        Parameter("prfiltercascade", ("all", "cascading", "noncascading"), default="all"),
        Parameter("prexpiry", ("all", "definite", "indefinite"), default="all"),
    ),
    _module(
        "allcategories",
        "ac",
        all_categories,
        *_between(),
        Parameter("min", "integer"),
        Parameter("max", "integer"),
        Parameter("prop", ("size", "hidden"), multi=True),
    ),
    _module(
        "categorymembers",
        "cm",
        category_members,
        TITLE,
        PAGE_ID,
        Parameter("prop", ("ids", "title", "sortkey", "sortkeyprefix", "type", "timestamp"), multi=True, default="ids|title"),
        NAMESPACE,
        Parameter("type", ("page", "subcat", "file"), multi=True),
        Parameter("sort", ("sortkey", "timestamp"), default="sortkey"),
        Parameter("dir", ("asc", "desc", "ascending", "descending", "newer", "older"), default="ascending"),
        START,
        END,
        Parameter("startsortkeyprefix"),
        Parameter("endsortkeyprefix"),
    ),
    _module("backlinks", "bl", backlinks, TITLE, PAGE_ID, NAMESPACE, REDIRECTS, Parameter("redirect", "boolean")),
    _module("embeddedin", "ei", embedded_in, TITLE, PAGE_ID, NAMESPACE, REDIRECTS),
    _module("imageusage", "iu", image_usage, TITLE, PAGE_ID, NAMESPACE, REDIRECTS, Parameter("redirect", "boolean")),
    _module(
        "exturlusage",
        "eu",
        external_usage,
        Parameter("prop", ("ids", "title", "url"), multi=True, default="ids|title|url"),
        Parameter("protocol", ("", "http", "https"), default=""),
        Parameter("query"),
        NAMESPACE,
        Parameter("expandurl", "boolean"),
    ),
    _module("random", "rn", random, NAMESPACE, REDIRECTS),
    _module(
        "watchlistraw",
        "wr",
        watched,
        NAMESPACE,
        Parameter("prop", ("changed",), multi=True),
        Parameter("show", ("changed", "!changed"), multi=True),
    ),
)  # fmt: skip
