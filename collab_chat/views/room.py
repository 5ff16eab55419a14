"""A room's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from collab_chat.core.mentions import handle
from collab_chat.models import Member
from collab_chat.queries.conversation import Stretch, stretch_around, stretch_before
from collab_chat.queries.rail import rail_of
from collab_chat.queries.reading import pointer_of
from collab_chat.queries.rooms import members_of, room_of
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Right, RoomKind, Standing
from collab_chat.views.commands import known_commands
from collab_chat.views.messages import Author, Item, ShownMessage, initials, items_of, reader_of
from collab_chat.views.rail import RailGroup, rail_groups
from collab_chat.views.shell import (
    Marked,
    Me,
    Panel,
    RoomHead,
    Tab,
    head_of,
    marked,
    me_in,
    part_url,
    tabs_of,
)
from collab_chat.views.words import script_words
from common.accounts.actors import Role
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.templating import PageContext, path_for


@dataclass(frozen=True)
class RoomPage:
    """Rail, conversation, panel. `content` is what the open panel shows; `blank` the message that script fills."""

    room: RoomHead
    me: Me
    rail: list[RailGroup]
    tabs: list[Tab]
    head_tabs: list[Tab]  # members, pins, search, settings: in the room's head
    members: int
    items: list[Item]
    earlier: int | None  # what comes before this number can be asked for
    later: int | None  # what is shown ends with this number, the room does not
    panel: Panel | None
    content: PageContext | None
    form: Form
    markings: list[Marked]  # that a message may bear here
    people: list[tuple[str, str]]  # id and name: whom TLP:RED can name
    blank: ShownMessage
    config: dict[str, Any]
    words: dict[str, str]


@dataclass(frozen=True)
class StretchPart:
    """A stretch of the conversation alone, for script."""

    room: RoomHead
    me: Me
    items: list[Item]


@dataclass(frozen=True)
class RailPart:
    """The rail alone, for script."""

    rail: list[RailGroup]


def room_page(  # noqa: PLR0913 - what a page is put together from
    request: Request,
    session: Session,
    standing: Standing,
    *,
    panel: Panel | None = None,
    content: PageContext | None = None,
    at: int | None = None,
    before: int | None = None,
    form: Form | None = None,
) -> RoomPage:
    """Put a room's page together. `at`: the message that a link leads to; `before`: older ones are asked for."""
    room = room_of(session, standing.room_id)
    members = members_of(session, room.id, gone=True)
    present = [one for one in members if one.left_seq is None]
    stretch = stretch_around(session, standing, at) if at else stretch_before(session, standing, before)
    seen = pointer_of(session, room.id, standing.person_id) if standing.person_id else 0
    items = items_of(reader_of(standing, members, room.tlp), stretch, seen=seen)
    head, me = head_of(session, standing), me_in(standing)
    return RoomPage(
        room=head,
        me=me,
        rail=rail_groups(rail_of(session, standing.person_id), room.id) if standing.person_id else [],
        tabs=tabs_of(request, head, panel.key if panel else None),
        head_tabs=_tools(request, head, me, panel),
        members=len(present),
        items=items,
        earlier=_first(stretch) if stretch.earlier else None,
        later=_last(stretch) if stretch.later or before is not None else None,
        panel=panel,
        content=content,
        form=form or Form(),
        markings=[marked(one.value) for one in Tlp if one.rank >= Tlp(room.tlp).rank],
        people=[(str(one.person_id), one.name) for one in present if one.person_id != standing.person_id],
        blank=_blank(standing, present),
        config=_config(
            request,
            head,
            me,
            present,
            seen,
            known_commands(session),
            live=not stretch.later and before is None,
        ),
        words=script_words(),
    )


def stretch_part(session: Session, standing: Standing, stretch: Stretch) -> StretchPart:
    """Return a stretch of the conversation as it is shown."""
    room = room_of(session, standing.room_id)
    reader = reader_of(standing, members_of(session, room.id, gone=True), room.tlp)
    return StretchPart(head_of(session, standing), me_in(standing), items_of(reader, stretch))


def _last(stretch: Stretch) -> int:
    return max([*(one.seq for one in stretch.messages), *(one.seq for one in stretch.lines)], default=1)


def _first(stretch: Stretch) -> int:
    return min([*(one.seq for one in stretch.messages), *(one.seq for one in stretch.lines)])


def _tools(request: Request, room: RoomHead, me: Me, panel: Panel | None) -> list[Tab]:
    wanted = [("search", _("Search this room"), "search"), ("pins", _("Pinned messages"), "bookmark"),
              ("members", _("Members"), "users"), ("settings", _("Settings"), "settings")]  # fmt: skip
    if Right.MODERATE.value not in me.rights:
        wanted = wanted[:-1]
    return [
        Tab(key, name, icon, url, panel is not None and panel.key == key)
        for key, name, icon in wanted
        if (url := part_url(request, key, room.id)) is not None
    ]


def _blank(standing: Standing, present: Sequence[Member]) -> ShownMessage:
    mine = next((one for one in present if one.person_id == standing.person_id), None)
    author = Author(
        str(standing.person_id or ""),
        standing.name,
        initials(standing.name),
        mine.organisation_name if mine else "",
    )
    return ShownMessage(seq=0, at=None, author=author, state="shown")


def _config(
    request: Request,
    room: RoomHead,
    me: Me,
    present: Sequence[Member],
    seen: int,
    commands: Sequence[tuple[str, str]],
    *,
    live: bool,
) -> dict[str, Any]:
    base = path_for(request, "room_page", room_id=room.id)
    return {
        "room": str(room.id),
        "epoch": room.epoch,
        "head": room.head_seq,
        "seen": seen,
        "live": live,  # the page reaches to the end of the conversation
        "me": me.id,
        "rights": sorted(me.rights),
        "tlp": room.tlp.code,
        "locale": current_locale(),
        "base": base,
        "rail": path_for(request, "rooms_rail"),
        "api": "/api/v1/rooms",
        "case": room.kind is RoomKind.CASE,
        "markings": [[one.value, one.label] for one in Tlp],
        "members": [
            {
                "id": str(one.person_id),
                "name": one.name,
                "handle": handle(one.name),
                "initials": initials(one.name),
                "note": one.organisation_name,
            }
            for one in present
        ],
        "commands": [list(one) for one in commands],
        "groups": ["here", *(role.value for role in Role)],
    }
