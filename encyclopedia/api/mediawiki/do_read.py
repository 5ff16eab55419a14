"""`parse`, `compare`, `expandtemplates`, `purge`: texts as HTML, differences, and what wikis do with templates."""

from typing import Any

from common.accounts.viewer import limit
from common.errors import NotFound
from common.i18n import gettext as _
from encyclopedia.actions.renderings import drop_renderings
from encyclopedia.api.mediawiki.answers import Nested, Star
from encyclopedia.api.mediawiki.call import Answer, Call
from encyclopedia.api.mediawiki.difference import table_rows
from encyclopedia.api.mediawiki.failures import ApiFailure, missing_title
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.pageset import PARAMETERS as PAGES
from encyclopedia.api.mediawiki.pageset import described, find, titled
from encyclopedia.api.mediawiki.prop_links import named
from encyclopedia.api.mediawiki.table import Module, Parameter
from encyclopedia.core.markup import parse as read_markup
from encyclopedia.core.markup import section_text, sections
from encyclopedia.models import Page, Revision
from encyclopedia.queries.mediawiki import links as pointing
from encyclopedia.queries.mediawiki.details import made, newest_revisions, revisions_by_id
from encyclopedia.queries.mediawiki.pages import WikiPage, texts
from encyclopedia.queries.revisions import neighbours
from encyclopedia.schemas import LANGUAGES, LARGEST_TEXT, Text
from encyclopedia.service.rendering import render_preview

ALL = 500
PURGES, PURGE_SECONDS = 60, 60
PARSE_PROPS = (
    "text", "langlinks", "categories", "categorieshtml", "links", "templates", "images", "externallinks", "sections", "revid",
    "displaytitle", "subtitle", "headhtml", "modules", "jsconfigvars", "encodedjsconfigvars", "indicators", "iwlinks",
    "wikitext", "properties", "limitreportdata", "limitreporthtml", "parsetree", "parsewarnings", "parsewarningshtml",
)  # fmt: skip
WHICH = ("title", "id", "rev")


def parse(call: Call, given: Given) -> Answer:
    """Return a text as HTML, with what it points to."""
    page, revision, body = _to_parse(call, given)
    if given.text("section"):
        body = _section(body, given.text("section"))
    language = page.language if page else LANGUAGES[0]
    title = str(page.title) if page else given.text("title") or "API"
    told: dict[str, Any] = {"title": title, "pageid": page.id if page else 0}
    wanted = given.texts("prop")
    if "revid" in wanted:
        told["revid"] = revision.id if revision else 0
    if "text" in wanted:
        text = Text.model_construct(title=title, lead="", fields={}, body=body)
        html = render_preview(call.session, text, language).at(f"/{language}").html
        told["text"] = Nested(f'<div class="mw-parser-output">{html}</div>')
    if "wikitext" in wanted:
        told["wikitext"] = Nested(body)
    if "displaytitle" in wanted:
        told["displaytitle"] = page.own_title if page else title
    return {"parse": told | _read_from(call, page, body, language, wanted)}


def _to_parse(call: Call, given: Given) -> tuple[WikiPage | None, Revision | None, str]:
    if given.number("oldid") is not None:
        number = given.number("oldid") or 0
        revision = revisions_by_id(call.session, [number], with_text=True).get(number)
        if revision is None:
            raise ApiFailure("nosuchrevid", _("There is no revision with this number."))
        return texts(call.session, [revision.page_id])[revision.page_id], revision, revision.body
    if given.text("page") or given.number("pageid") is not None:
        page = titled(call, given.text("page")) if given.text("page") else _by_number(call, given)
        page = (page.leads_to or page) if given.flag("redirects") else page
        if page.is_text and page.page_id is not None:
            newest = newest_revisions(call.session, [page.page_id], with_text=True)[page.page_id]
            return page, newest, newest.body
        text = made(call.session, page) if page.exists else None
        if text is None:
            raise missing_title()
        return page, None, text.text
    if not given.has("text"):
        raise ApiFailure("missingparam", _('One of the parameters "page", "pageid", "oldid" and "text" is required.'))  # fmt: skip
    if len(given.text("text")) > LARGEST_TEXT:
        raise ApiFailure("contenttoobig", _("The text is larger than %(most)s characters.") % {"most": LARGEST_TEXT})  # fmt: skip
    return None, None, given.text("text")


def _by_number(call: Call, given: Given) -> WikiPage:
    found = texts(call.session, [given.number("pageid") or 0])
    if not found:
        raise ApiFailure("nosuchpageid", _("There is no page with this number."))
    return found.popitem()[1]


def _section(body: str, number: str) -> str:
    try:
        return section_text(body, int(number))
    except (NotFound, ValueError) as error:
        raise ApiFailure("nosuchsection", _("There is no section %(number)s.") % {"number": number[:20]}) from error  # fmt: skip


def _read_from(
    call: Call, page: WikiPage | None, body: str, language: str, wanted: tuple[str, ...]
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    parsed = read_markup(body, language)
    if "externallinks" in wanted:
        told["externallinks"] = list(parsed.external_links)
    if "images" in wanted:
        told["images"] = list(parsed.media)
    if "sections" in wanted:
        told["sections"] = _sections(body)
    told |= {name: [] for name in ("templates", "iwlinks", "parsewarnings") if name in wanted}
    if page is not None and page.page_id is not None and page.is_text:
        if "links" in wanted:
            found = pointing.links(call.session, [page.page_id], cursor="", limit=ALL).items
            told["links"] = [{"ns": 0, "title": Star(str(each.to.title)), "exists": each.to.exists} for each in found if each.to]  # fmt: skip
        if "categories" in wanted:
            found = pointing.categories_of(call.session, [page], cursor="", limit=ALL).items
            told["categories"] = [{"sortkey": "", "category": Star(each.to.title.name.replace(" ", "_"))} for each in found if each.to]  # fmt: skip
        if "langlinks" in wanted:
            others = pointing.languages(call.session, [page]).get(page, [])
            told["langlinks"] = [{"lang": each.language, "title": Star(str(each.title))} for each in others]
    return told


def _sections(body: str) -> list[dict[str, Any]]:
    return [
        {
            "toclevel": section.level,
            "level": str(section.level),
            "line": section.title,
            "number": str(section.number),
            "index": str(section.number),
            "byteoffset": len(body[: section.start].encode()),
            "anchor": section.title.replace(" ", "_"),
        }
        for section in sections(body)[1:]
    ]


def compare(call: Call, given: Given) -> Answer:
    """Return what differs between two texts, as the rows of a table."""
    old = _side(call, given, "from")
    if given.text("torelative"):
        new, old = _relative(call, old, given.text("torelative"))
    else:
        new = _side(call, given, "to")
    told: dict[str, Any] = {}
    for side, (page, revision, _body) in (("from", old), ("to", new)):
        if page is not None and revision is not None:
            told |= {
                f"{side}id": page.id,
                f"{side}revid": revision.id,
                f"{side}ns": 0,
                f"{side}title": str(page.title),
            }
    told["body"] = Star(table_rows(old[2], new[2]))
    return {"compare": told}


Side = tuple[WikiPage | None, Revision | None, str]


def _side(call: Call, given: Given, side: str) -> Side:
    if given.has(f"{side}text"):
        return None, None, given.text(f"{side}text")[:LARGEST_TEXT]
    number = given.number(f"{side}rev")
    if number is None:
        page = titled(call, given.text(f"{side}title")) if given.text(f"{side}title") else None
        page = page or texts(call.session, [given.number(f"{side}id") or 0]).get(
            given.number(f"{side}id") or 0
        )
        if page is None or not (page.leads_to or page).is_text:
            raise missing_title()
        page_id = (page.leads_to or page).page_id or 0
        number = call.session.get_one(Page, page_id).revision_id
    return _of_revision(call, number or 0)


def _of_revision(call: Call, number: int) -> Side:
    revision = revisions_by_id(call.session, [number], with_text=True).get(number)
    if revision is None:
        raise ApiFailure("nosuchrevid", _("There is no revision with this number."))
    return texts(call.session, [revision.page_id]).get(revision.page_id), revision, revision.body


def _relative(call: Call, side: Side, which: str) -> tuple[Side, Side]:
    """Return (new, old) for a revision and its neighbour."""
    page, revision, _body = side
    if page is None or revision is None:
        raise ApiFailure(
            "compare-relative-to-nothing", _("A revision is needed to compare with its neighbour.")
        )
    before, after = neighbours(call.session, revision)
    if which == "prev":
        return side, _of_revision(call, before) if before else (None, None, "")
    if which == "next":
        return (_of_revision(call, after) if after else side), side
    newest = call.session.get_one(Page, revision.page_id).revision_id
    return _of_revision(call, newest or 0), side


def expand_templates(call: Call, given: Given) -> Answer:  # noqa: ARG001 - every module takes the call
    """Return the text as it is: our markup has no templates. Before 1.24 the answer stood under ``*``."""
    text = given.text("text")
    if given.texts("prop"):
        return {"expandtemplates": {"wikitext": text}}
    return {"expandtemplates": {"wikitext": Star(text)}}


def purge(call: Call, given: Given) -> Answer:
    """Have pages rendered anew when they are read next."""
    limit(call.services.limiter, f"encyclopedia-purge:{call.address}", PURGES, PURGE_SECONDS)
    found = find(call, given)
    told: list[dict[str, Any]] = []
    for page in found.pages:
        if page.is_text and page.page_id is not None:
            drop_renderings(call.session, call.actor, call.session.get_one(Page, page.page_id))
            told.append({**named(page), "purged": True})
        else:
            told.append(described(page))
    return {"purge": told, **({"normalized": found.normalized} if found.normalized else {})}


MODULES = (
    Module(
        "parse",
        "action",
        (
            Parameter("title", "title"),
            Parameter("text", "text"),
            Parameter("page", "title"),
            Parameter("pageid", "integer"),
            Parameter("redirects", "boolean"),
            Parameter("oldid", "integer"),
            Parameter(
                "prop",
                PARSE_PROPS,
                multi=True,
                default="text|langlinks|categories|links|templates|images|externallinks|sections|revid|displaytitle|iwlinks|properties|parsewarnings",
            ),
            Parameter("section"),
            Parameter("summary"),
            Parameter("contentmodel"),
            Parameter("disablelimitreport", "boolean"),
            Parameter("disabletoc", "boolean"),
            Parameter("preview", "boolean"),
        ),
        parse,
    ),
    Module(
        "compare",
        "action",
        (
            *(
                Parameter(f"{side}{which}", "title" if which == "title" else "integer")
                for side in ("from", "to")
                for which in WHICH
            ),
            Parameter("fromtext", "text"),
            Parameter("totext", "text"),
            Parameter("torelative", ("prev", "next", "cur")),
            Parameter("difftype", ("table",), default="table"),
            Parameter("prop", ("diff", "ids", "title"), multi=True, default="diff|ids|title"),
        ),
        compare,
    ),
    Module(
        "expandtemplates",
        "action",
        (
            Parameter("title", "title"),
            Parameter("text", "text", required=True),
            Parameter(
                "prop", ("wikitext", "categories", "properties", "volatile", "ttl", "parsetree"), multi=True
            ),
            Parameter("includecomments", "boolean"),
            Parameter("generatexml", "boolean"),
        ),
        expand_templates,
    ),
    Module(
        "purge",
        "action",
        (Parameter("forcelinkupdate", "boolean"), Parameter("forcerecursivelinkupdate", "boolean"), *PAGES),
        purge,
        posted=True,
        writes=True,
    ),
)
