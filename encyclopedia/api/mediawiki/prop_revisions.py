"""`prop=revisions`: the newest revision of many pages, revisions by number, or the history of one page."""

from dataclasses import dataclass
from typing import Any

from common.errors import NotFound
from common.i18n import gettext as _
from encyclopedia.api.mediawiki.answers import Star, timestamp
from encyclopedia.api.mediawiki.call import Call
from encyclopedia.api.mediawiki.failures import ApiFailure
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.prop_info import FORMAT, MODEL
from encyclopedia.api.mediawiki.table import (
    CONTINUE,
    DIRECTION,
    END,
    START,
    Batch,
    Module,
    Outcome,
    Parameter,
)
from encyclopedia.core.markup import section_text
from encyclopedia.models import Revision
from encyclopedia.queries.mediawiki.details import (
    Made,
    Span,
    history,
    made,
    newest_revisions,
    revisions_by_id,
)
from encyclopedia.queries.mediawiki.pages import WikiPage
from encyclopedia.queries.mediawiki.people import person_number

MOST_WITH_TEXT = 50  # revisions of one answer, where their texts are wanted
ENUMERATING = ("limit", "startid", "endid", "start", "end", "user", "excludeuser")
PROPS = (
    "ids", "flags", "timestamp", "user", "userid", "size", "slotsize", "sha1", "slotsha1", "contentmodel", "comment",
    "parsedcomment", "content", "tags", "roles", "parsetree",
)  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """What is wanted of each revision."""

    props: frozenset[str]
    slots: bool
    section: str

    @property
    def with_text(self) -> bool:
        """Whether the text is wanted."""
        return "content" in self.props


def revisions(call: Call, given: Given, batch: Batch) -> Outcome:
    """Tell of revisions."""
    shape = Shape(frozenset(given.texts("prop")), bool(given.texts("slots")), given.text("section"))
    if batch.asked_revisions:
        return _by_number(call, batch, shape)
    if any(given.has(name) for name in ENUMERATING):
        return _enumerated(call, given, batch, shape)
    newest = newest_revisions(call.session, batch.texts(), with_text=shape.with_text)
    for page in batch.pages:
        revision = newest.get(page.page_id) if page.is_text and page.page_id is not None else None
        if revision is not None:
            batch.add(page, "revisions", told(revision, shape))
        elif page.exists and not page.is_text:
            _add_made(call, batch, page, shape)
    return Outcome()


def _by_number(call: Call, batch: Batch, shape: Shape) -> Outcome:
    wanted = [number for numbers in batch.asked_revisions.values() for number in numbers]
    found = revisions_by_id(call.session, wanted, with_text=shape.with_text)
    for page_id, page in batch.texts().items():
        for number in batch.asked_revisions.get(page_id, ()):
            if number in found:
                batch.add(page, "revisions", told(found[number], shape))
    return Outcome()


def _enumerated(call: Call, given: Given, batch: Batch, shape: Shape) -> Outcome:
    if len(batch.pages) > 1:
        message = _("These parameters list the history of one page; several were named.")
        raise ApiFailure("rvmultpages", message)
    if not batch.pages:
        return Outcome()
    page = batch.pages[0]
    if not page.is_text or page.page_id is None:
        if page.exists and not given.has("continue"):
            _add_made(call, batch, page, shape)
        return Outcome()
    limit = min(given.limit(), MOST_WITH_TEXT) if shape.with_text else given.limit()
    cursor = given.text("continue").rpartition("|")[2]
    found = history(
        call.session,
        page.page_id,
        Span(
            given.newer_first(),
            int(cursor) if cursor.isdigit() else given.number("startid"),
            given.number("endid"),
            given.moment("start"),
            given.moment("end"),
            given.text("user"),
            given.text("excludeuser"),
        ),
        limit=limit + 1,
        with_text=shape.with_text,
    )
    for revision in found[:limit]:
        batch.add(page, "revisions", told(revision, shape))
    following = found[limit] if len(found) > limit else None
    return Outcome(next=f"{following.at:%Y%m%d%H%M%S}|{following.id}" if following else None)


def told(revision: Revision, shape: Shape) -> dict[str, Any]:
    """Return what is told of one revision."""
    known: dict[str, dict[str, Any]] = {
        "ids": {"revid": revision.id, "parentid": revision.parent_id or 0},
        "flags": {"minor": revision.minor},
        "user": {"user": revision.author_name},
        "userid": {"userid": person_number(revision.author_id)},
        "timestamp": {"timestamp": timestamp(revision.at)},
        "size": {"size": revision.bytes},
        "sha1": {"sha1": revision.sha1},
        "roles": {"roles": ["main"]},
        "comment": {"comment": revision.summary},
        "parsedcomment": {"parsedcomment": _escaped(revision.summary)},
        "tags": {"tags": [] if revision.origin == "edit" else [revision.origin]},
    }
    facts = {key: value for name in known if name in shape.props for key, value in known[name].items()}
    return facts | _content(revision.body if shape.with_text else None, shape)


def _add_made(call: Call, batch: Batch, page: WikiPage, shape: Shape) -> None:
    text = made(call.session, page)
    if text is not None:
        batch.add(page, "revisions", _told_of_made(text, shape))


def _told_of_made(text: Made, shape: Shape) -> dict[str, Any]:
    size = len(text.text.encode())
    return {
        "revid": text.revision_id, "parentid": 0, "minor": False, "user": text.author, "userid": 0,
        "timestamp": timestamp(text.at), "size": size, "roles": ["main"], "comment": "", "parsedcomment": "", "tags": [],
        **_content(text.text if shape.with_text else None, shape),
    }  # fmt: skip


def _content(text: str | None, shape: Shape) -> dict[str, Any]:
    """Return the text as it is asked for: in slots, or as clients before 1.32 know it."""
    slot: dict[str, Any] = {}
    if "contentmodel" in shape.props or (text is not None):
        slot["contentmodel"] = MODEL
    if text is not None:
        slot |= {"contentformat": FORMAT, "content": Star(_section(text, shape.section))}
    if shape.slots and slot:
        return {"slots": {"main": slot}}
    return slot


def _section(text: str, section: str) -> str:
    if not section:
        return text
    try:
        return section_text(text, int(section))
    except (NotFound, ValueError) as error:
        raise ApiFailure("nosuchsection", _("There is no section %(number)s.") % {"number": section[:20]}) from error  # fmt: skip


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


MODULE = Module(
    "revisions",
    "prop",
    (
        Parameter("prop", PROPS, multi=True, default="ids|timestamp|flags|comment|user"),
        Parameter("slots", ("main",), multi=True),
        Parameter("limit", "limit"),
        Parameter("section"),
        Parameter("startid", "integer"),
        Parameter("endid", "integer"),
        START,
        END,
        DIRECTION,
        Parameter("user", "user"),
        Parameter("excludeuser", "user"),
        Parameter("tag"),
        CONTINUE,
    ),
    revisions,
    prefix="rv",
    is_generator=False,
)
