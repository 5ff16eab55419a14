"""Which pages a request is about: by title, by number, by revision; redirects followed where that was asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from common.i18n import gettext as _
from encyclopedia.api.mediawiki.answers import ById
from encyclopedia.api.mediawiki.call import Call
from encyclopedia.api.mediawiki.failures import ApiFailure, missing_parameter, missing_title
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.table import Batch, Parameter
from encyclopedia.core.wiki_titles import InvalidTitle, WikiTitle, parse_title
from encyclopedia.queries.mediawiki.details import revisions_by_id
from encyclopedia.queries.mediawiki.pages import WikiPage, by_numbers, by_titles, texts

PARAMETERS = (
    Parameter("titles", "title", multi=True),
    Parameter("pageids", "integer", multi=True),
    Parameter("revids", "integer", multi=True),
    Parameter("redirects", "boolean"),
    Parameter("converttitles", "boolean"),
)


@dataclass
class PageSet:
    """The pages asked for, and what is told about how they were found."""

    pages: list[WikiPage] = field(default_factory=list)
    revisions: dict[int, list[int]] = field(default_factory=dict)  # page → revisions asked for
    normalized: list[dict[str, Any]] = field(default_factory=list)
    redirects: list[dict[str, Any]] = field(default_factory=list)
    invalid: list[dict[str, Any]] = field(default_factory=list)
    missing_numbers: list[int] = field(default_factory=list)
    bad_revisions: list[int] = field(default_factory=list)

    def batch(self) -> Batch:
        """Return the pages for properties to be told."""
        return Batch(self.pages, revisions=self.revisions)

    def told(self, batch: Batch | None) -> dict[str, Any]:
        """Return what the answer says of all this."""
        pages = ById([described(page) | (batch.told[page] if batch else {}) for page in self.pages])
        pages += [
            {"title": each["title"], "invalidreason": each["reason"], "invalid": True}
            for each in self.invalid
        ]
        pages += [{"pageid": number, "missing": True} for number in self.missing_numbers]
        found: dict[str, Any] = {}
        if self.normalized:
            found["normalized"] = self.normalized
        if self.redirects:
            found["redirects"] = self.redirects
        if self.bad_revisions:
            found["badrevids"] = {
                str(number): {"revid": number, "missing": True} for number in self.bad_revisions
            }
        if pages:
            found["pages"] = pages
        return found


def described(page: WikiPage) -> dict[str, Any]:
    """Return how a page stands in any list: number, namespace, title."""
    if page.exists:
        return {"pageid": page.id, "ns": int(page.title.namespace), "title": str(page.title)}
    return {"ns": int(page.title.namespace), "title": str(page.title), "missing": True}


def find(call: Call, given: Given) -> PageSet:
    """Return the pages that a request names; they may be named in one way only."""
    named = [name for name in ("titles", "pageids", "revids") if given.texts(name)]
    if len(named) > 1:
        message = _("The parameters %(names)s can not be used together.")
        raise ApiFailure("invalidparammix", message % {"names": ", ".join(named)})
    found = PageSet()
    if named == ["titles"]:
        _by_title(call, given.texts("titles"), found)
    elif named == ["pageids"]:
        numbers = given.numbers("pageids")
        pages = by_numbers(call.session, numbers)
        found.pages = [pages[number] for number in numbers if number in pages]
        found.missing_numbers = [number for number in numbers if number not in pages]
    elif named == ["revids"]:
        _by_revision(call, given.numbers("revids"), found)
    if given.flag("redirects"):
        follow(found)
    return found


def of_pages(pages: Sequence[WikiPage], *, redirects: bool) -> PageSet:
    """Return the pages that a generator found."""
    found = PageSet(list(dict.fromkeys(pages)))
    if redirects:
        follow(found)
    return found


def follow(found: PageSet) -> None:
    """Put the pages that redirects lead to into their place."""
    for page in found.pages:
        if page.leads_to is not None:
            found.redirects.append({"from": str(page.title), "to": str(page.leads_to.title)})
    found.pages = list(dict.fromkeys(page.leads_to or page for page in found.pages))


def one(call: Call, given: Given, *, title: str = "title", number: str = "pageid") -> WikiPage:
    """Return the one page that an action is about; it may be missing. Raises `ApiFailure` where none is named."""
    if given.has(number):
        pages = by_numbers(call.session, [given.number(number) or 0])
        if not pages:
            raise ApiFailure("nosuchpageid", _("There is no page with this number."))
        return pages.popitem()[1]
    if not given.text(title):
        raise missing_parameter(title)
    return titled(call, given.text(title))


def titled(call: Call, written: str) -> WikiPage:
    """Return the page under a title; it may be missing."""
    try:
        wanted = parse_title(written)
    except InvalidTitle as error:
        message = _('Bad title "%(title)s".') % {"title": written[:200]}
        raise ApiFailure("invalidtitle", message) from error
    return by_titles(call.session, [wanted])[wanted]


def existing_text(call: Call, given: Given, *, title: str = "title", number: str = "pageid") -> WikiPage:
    """Return the one text that an action is about; a redirect is followed. Raises `ApiFailure` where there is none."""
    page = one(call, given, title=title, number=number)
    page = page.leads_to or page
    if not page.is_text:
        raise missing_title()
    return page


def _by_title(call: Call, written: Sequence[str], found: PageSet) -> None:
    wanted: list[WikiTitle] = []
    for text in written:
        try:
            title = parse_title(text)
        except InvalidTitle as error:
            found.invalid.append({"title": text, "reason": str(error)})
            continue
        if str(title) != text:
            found.normalized.append({"fromencoded": False, "from": text, "to": str(title)})
        wanted.append(title)
    pages = by_titles(call.session, wanted) if wanted else {}
    found.pages = list(dict.fromkeys(pages[title] for title in wanted))


def _by_revision(call: Call, numbers: Sequence[int], found: PageSet) -> None:
    revisions = revisions_by_id(call.session, numbers)
    pages = texts(call.session, {revision.page_id for revision in revisions.values()})
    for number in numbers:
        revision = revisions.get(number)
        if revision is None or revision.page_id not in pages:
            found.bad_revisions.append(number)
            continue
        found.revisions.setdefault(revision.page_id, []).append(number)
    found.pages = [pages[page_id] for page_id in found.revisions]
