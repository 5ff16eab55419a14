"""What pages point to: `links`, `images`, `extlinks`, `langlinks`, `categories`, `redirects`, and `templates`, of which Markdown has none."""

from collections.abc import Sequence
from typing import Any

from encyclopedia.api.mediawiki.answers import Star
from encyclopedia.api.mediawiki.call import Call
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.table import (
    CONTINUE,
    LIMIT,
    NAMESPACE,
    UP_OR_DOWN,
    Batch,
    Module,
    Outcome,
    Parameter,
)
from encyclopedia.core.wiki_titles import Namespace
from encyclopedia.queries.mediawiki import links as pointing
from encyclopedia.queries.mediawiki.pages import WikiPage
from encyclopedia.wording import LANGUAGE_NAMES


def links(call: Call, given: Given, batch: Batch) -> Outcome:
    """Tell which entries texts link to."""
    namespaces = given.texts("namespace")
    texts = batch.texts()
    if namespaces and str(Namespace.MAIN.value) not in namespaces:
        return Outcome()
    found = pointing.links(call.session, texts, cursor=given.text("continue"), limit=given.limit())
    wanted = set(given.texts("titles"))
    targets = []
    for item in found.items:
        if item.to is not None and (not wanted or str(item.to.title) in wanted):
            batch.add(texts[item.page_id], "links", named(item.to))
            targets.append(item.to)
    return Outcome(targets, found.next)


def images(call: Call, given: Given, batch: Batch) -> Outcome:
    """Tell which files texts show."""
    texts = batch.texts()
    found = pointing.files(call.session, texts, cursor=given.text("continue"), limit=given.limit())
    for item in found.items:
        if item.to is not None:
            batch.add(texts[item.page_id], "images", named(item.to))
    return Outcome([item.to for item in found.items if item.to is not None], found.next)


def external_links(call: Call, given: Given, batch: Batch) -> Outcome:
    """Tell which addresses elsewhere texts link to."""
    texts = batch.texts()
    found = pointing.addresses(call.session, texts, cursor=given.text("continue"), limit=given.limit())
    for item in found.items:
        batch.add(texts[item.page_id], "extlinks", {"url": Star(item.address)})
    return Outcome((), found.next)


def language_links(call: Call, given: Given, batch: Batch) -> Outcome:
    """Tell in which other languages there is a text of the same entry."""
    wanted = given.text("lang")
    counterparts = pointing.languages(call.session, list(batch.texts().values()))
    for page, others in counterparts.items():
        for other in others:
            if wanted in {"", other.language}:
                name = LANGUAGE_NAMES.get(other.language, other.language)
                batch.add(
                    page,
                    "langlinks",
                    {"lang": other.language, "autonym": name, "title": Star(str(other.title))},
                )
    return Outcome()


def categories(call: Call, given: Given, batch: Batch) -> Outcome:
    """Tell in which categories entries are; none of them is hidden."""
    if "hidden" in given.texts("show"):
        return Outcome()
    texts = batch.texts()
    found = pointing.categories_of(
        call.session, list(texts.values()), cursor=given.text("continue"), limit=given.limit()
    )
    wanted = set(given.texts("categories"))
    targets: list[WikiPage] = []
    for item in found.items:
        if item.to is not None and (not wanted or str(item.to.title) in wanted):
            batch.add(texts[item.page_id], "categories", named(item.to) | _asked_of_category(given, item.to))
            targets.append(item.to)
    return Outcome(targets, found.next)


def templates(call: Call, given: Given, batch: Batch) -> Outcome:  # noqa: ARG001 - every module takes what was given
    """Tell of nothing: our markup includes no page in another."""
    return Outcome()


def redirects(call: Call, given: Given, batch: Batch) -> Outcome:
    """Tell which former titles lead to texts."""
    if set(given.texts("show")) >= {"fragment"}:
        return Outcome()
    texts = batch.texts()
    found = pointing.redirects(call.session, texts, cursor=given.text("continue"), limit=given.limit())
    targets: list[WikiPage] = []
    for item in found.items:
        if item.to is not None:
            batch.add(texts[item.page_id], "redirects", {"pageid": item.to.id, **named(item.to)})
            targets.append(item.to)
    return Outcome(targets, found.next)


def named(page: WikiPage) -> dict[str, Any]:
    """Return a page as lists of links have it."""
    return {"ns": int(page.title.namespace), "title": str(page.title)}


def _asked_of_category(given: Given, page: WikiPage) -> dict[str, Any]:
    wanted = given.texts("prop")
    facts: dict[str, Any] = {}
    if "sortkey" in wanted:
        facts |= {"sortkey": page.title.name.encode().hex(), "sortkeyprefix": ""}
    if "hidden" in wanted:
        facts["hidden"] = False
    return facts


def _module(name: str, prefix: str, run: Any, more: Sequence[Parameter], *, generator: bool = True) -> Module:
    return Module(
        name, "prop", (*more, LIMIT, CONTINUE, UP_OR_DOWN), run, prefix=prefix, is_generator=generator
    )


MODULES = (
    _module("links", "pl", links, (NAMESPACE, Parameter("titles", "title", multi=True))),
    _module(
        "redirects",
        "rd",
        redirects,
        (
            Parameter("prop", ("pageid", "title", "fragment"), multi=True, default="pageid|title"),
            NAMESPACE,
            Parameter("show", ("fragment", "!fragment"), multi=True),
        ),
    ),
    _module("templates", "tl", templates, (NAMESPACE, Parameter("templates", "title", multi=True))),
    _module("images", "im", images, (Parameter("images", "title", multi=True),)),
    _module(
        "extlinks",
        "el",
        external_links,
        (Parameter("protocol"), Parameter("query"), Parameter("expandurl", "boolean")),
        generator=False,
    ),
    _module(
        "langlinks",
        "ll",
        language_links,
        (
            Parameter("prop", ("url", "langname", "autonym"), multi=True),
            Parameter("lang"),
            Parameter("title"),
        ),
        generator=False,
    ),
    _module(
        "categories",
        "cl",
        categories,
        (
            Parameter("prop", ("sortkey", "timestamp", "hidden"), multi=True),
            Parameter("show", ("hidden", "!hidden"), multi=True),
            Parameter("categories", "title", multi=True),
        ),
    ),
)
