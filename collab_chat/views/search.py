"""What a search found, as pages show it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from starlette.routing import NoMatchFound

from collab_chat.core.snippets import Piece
from collab_chat.queries.searching import MOST_COUNTED, PAGE, Found, Results
from collab_chat.views.shell import Marked, marked, part_url
from common.i18n import N_
from common.i18n import gettext as _
from common.web.templating import path_for

KINDS: dict[str, tuple[str, str]] = {
    "message": (N_("Message"), "messages-square"),
    "evidence": (N_("Evidence"), "scan-search"),
    "case": (N_("Case"), "folder"),
    "signal": (N_("Signal"), "activity"),
}


@dataclass(frozen=True)
class ShownFound:
    """One thing that was found."""

    kind: str
    kind_name: str
    icon: str
    url: str | None
    room: str
    exercise: bool
    at: datetime
    author: str
    tlp: Marked
    title: Sequence[Piece]
    body: Sequence[Piece]


@dataclass(frozen=True)
class SearchPart:
    """A search box and what was found. `query` is "" before anything was asked for."""

    query: str
    found: list[ShownFound]
    count: int
    at_least: bool  # there are more than `count`
    page: int
    pages: int
    href: str  # of a page of results; `{page}` stands for its number
    action: str
    here: bool  # within one room


@dataclass(frozen=True)
class SearchPage:
    """The page of the search over all one's rooms."""

    content: SearchPart


def search_part(
    request: Request, query: str, results: Results, room_id: uuid.UUID | None = None
) -> SearchPart:
    """Word what was found."""
    action = (
        path_for(request, "room_panel_search", room_id=room_id)
        if room_id
        else path_for(request, "rooms_search")
    )
    href = path_for(request, "room_panel_search", room_id=room_id, query={"q": query}) if room_id else path_for(request, "rooms_search", query={"q": query})  # fmt: skip
    return SearchPart(
        query,
        [_shown(request, one) for one in results.found],
        results.count,
        results.count >= MOST_COUNTED,
        results.page,
        max(1, -(-results.count // PAGE)),
        href.replace("{", "%7B") + "&page={page}",
        action,
        room_id is not None,
    )


def _shown(request: Request, one: Found) -> ShownFound:
    name, icon = KINDS[one.what]
    return ShownFound(
        one.what,
        _(name),
        icon,
        url_of(request, one),
        one.room_name,
        bool(one.room and one.room.exercise_id),
        one.at,
        one.author,
        marked(one.tlp.value),
        one.title,
        one.body,
    )


def url_of(request: Request, one: Found) -> str | None:
    """Return where something that was found is shown; None where that page is not served."""
    if one.room is None:
        try:
            return path_for(request, "rooms_signal", signal_id=uuid.UUID(one.ref))
        except NoMatchFound:
            return None
    if one.what == "evidence":
        return path_for(request, "room_evidence", room_id=one.room.id, seq=one.seq)
    if one.what == "case":
        return part_url(request, "case", one.room.id) or path_for(request, "room_page", room_id=one.room.id)
    return path_for(request, "room_page", room_id=one.room.id, query={"at": one.seq}) + f"#m{one.seq}"
