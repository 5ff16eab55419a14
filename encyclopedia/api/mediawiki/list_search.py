"""`list=search`: our own search, by the page."""

from typing import Any

from encyclopedia.api.mediawiki.answers import timestamp
from encyclopedia.api.mediawiki.call import Call
from encyclopedia.api.mediawiki.failures import missing_parameter
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.pageset import titled
from encyclopedia.api.mediawiki.table import LIMIT, NAMESPACE, Listing, Module, Parameter
from encyclopedia.core.wiki_titles import Namespace
from encyclopedia.queries.mediawiki.details import TextState, states
from encyclopedia.queries.mediawiki.pages import WikiPage, texts
from encyclopedia.queries.search import LARGEST_PAGE, Found, Hit, Only, SearchQuery, Span, search

MOST_FOUND = 10_000  # nobody reads further, and each page costs the whole search
PROPS = (
    "size", "wordcount", "timestamp", "snippet", "titlesnippet", "redirecttitle", "redirectsnippet", "sectiontitle",
    "sectionsnippet", "isfilematch", "categorysnippet", "score", "hasrelated", "extensiondata",
)  # fmt: skip


def find(call: Call, given: Given) -> Listing:
    """List what the search finds; one text of each entry."""
    words = given.text("search").strip()
    if not words:
        raise missing_parameter("srsearch")
    if given.texts("namespace") and str(Namespace.MAIN.value) not in given.texts("namespace"):
        return Listing([], beside=_beside(given, None))
    if given.text("what") == "nearmatch":
        return _near(call, given, words)
    only = Only.TITLES if given.text("what") == "title" else Only.EVERYTHING
    offset, limit = max(given.number("offset") or 0, 0), given.limit()
    found, hits = _part(call, SearchQuery(words, only=only), offset, limit)
    known = texts(call.session, [hit.page_id for hit in hits])
    stand = states(call.session, known)
    wanted = set(given.texts("prop"))
    shown = [hit for hit in hits if hit.page_id in known]
    items = [_told(known[hit.page_id], hit, stand.get(hit.page_id), wanted) for hit in shown]
    more = offset + limit < min(found.total, MOST_FOUND)
    pages = [known[hit.page_id] for hit in shown]
    return Listing(items, pages, str(offset + limit) if more else None, _beside(given, found))


def _part(call: Call, wanted: SearchQuery, offset: int, limit: int) -> tuple[Found, list[Hit]]:
    """Return the hits of any part of the list; the search itself gives whole pages of it."""
    size = min(limit, LARGEST_PAGE)
    number, skipped = offset // size + 1, offset % size
    found = search(call.session, wanted, page=number, size=size)
    hits = list(found.hits)
    while len(hits) < skipped + limit and number * size < min(found.total, MOST_FOUND):
        number += 1
        hits += search(call.session, wanted, page=number, size=size).hits
    return found, hits[skipped : skipped + limit]


def _near(call: Call, given: Given, words: str) -> Listing:
    page = titled(call, words)
    page = page.leads_to or page
    if not page.is_text:
        return Listing([], beside=_beside(given, None))
    return Listing([{"ns": 0, "title": str(page.title), "pageid": page.id}], [page])


def _told(page: WikiPage, hit: Hit, state: TextState | None, wanted: set[str]) -> dict[str, Any]:
    item: dict[str, Any] = {"ns": 0, "title": str(page.title), "pageid": page.id}
    if state is not None:
        item |= {"size": state.bytes} if "size" in wanted else {}
        item |= {"timestamp": timestamp(state.touched_at)} if "timestamp" in wanted else {}
    if "wordcount" in wanted:
        item["wordcount"] = 0 if state is None else max(1, state.bytes // 6)
    if "snippet" in wanted:
        item["snippet"] = "".join(map(_marked, hit.snippet))
    return item


def _marked(span: Span) -> str:
    plain = span.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<span class="searchmatch">{plain}</span>' if span.marked else plain


def _beside(given: Given, found: Found | None) -> dict[str, Any]:
    wanted = given.texts("info")
    facts: dict[str, Any] = {"totalhits": found.total if found else 0} if "totalhits" in wanted else {}
    if found is not None and found.did_you_mean and "suggestion" in wanted:
        facts["suggestion"] = found.did_you_mean
    if found is not None and found.corrected and "rewrittenquery" in wanted:
        facts["rewrittenquery"] = found.corrected
    return {"searchinfo": facts} if facts else {}


MODULE = Module(
    "search",
    "list",
    (
        Parameter("search", required=True),
        NAMESPACE,
        Parameter("what", ("title", "text", "nearmatch")),
        Parameter("info", ("totalhits", "suggestion", "rewrittenquery"), multi=True, default="totalhits|suggestion|rewrittenquery"),
        Parameter("prop", PROPS, multi=True, default="size|wordcount|timestamp|snippet"),
        Parameter("interwiki", "boolean"),
        Parameter("enablerewrites", "boolean"),
        Parameter("sort", ("relevance", "none", "just_match"), default="relevance"),
        LIMIT,
        Parameter("offset", "integer", default="0"),
    ),
    find,
    prefix="sr",
    is_generator=True,
)  # fmt: skip
