"""A room's settings, and its invitations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from collab_chat.models import Case, Room, RoomInvitation
from collab_chat.schemas.markings import TLP_MEANINGS, Tlp
from collab_chat.schemas.rooms import Standing
from collab_chat.views.shell import RoomHead
from common.accounts.actors import ROLE_NAMES, Role
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.templating import path_for

DAYS = (1, 7, 30)


@dataclass(frozen=True)
class ShownInvitation:
    """A link that still holds; the link itself was shown once."""

    key: str  # what is stored of it, to revoke it by
    role: str
    expires_at: datetime
    uses_left: int


@dataclass(frozen=True)
class SettingsPart:
    """The settings' panel. `link`: an invitation that was just made, shown this once."""

    form: Form
    tlps: list[tuple[str, str]]
    roles: list[tuple[str, str]]
    days: list[tuple[int, str]]
    invitations: list[ShownInvitation]
    link: str


@dataclass(frozen=True)
class InvitedPage:
    """What somebody sees who follows an invitation."""

    room: str
    role: str
    exercise: bool
    signed_in: bool
    enter: str
    sign_in: str


def settings_part(
    standing: Standing,
    head: RoomHead,
    invitations: Sequence[RoomInvitation],
    *,
    link: str = "",
    form: Form | None = None,
) -> SettingsPart:
    """Return a room's settings; name and topic as the reader may know them."""
    values = {"name": head.name, "topic": head.topic, "tlp": head.tlp.code}
    return SettingsPart(
        form=form or Form(values),
        tlps=[(one.value, f"{one.label}: {_(TLP_MEANINGS[one])}") for one in Tlp],
        roles=roles_below(standing.role),
        days=[(days, _("%(days)s days") % {"days": days} if days > 1 else _("1 day")) for days in DAYS],
        invitations=[
            ShownInvitation(one.token_hash, _(ROLE_NAMES[Role(one.role)]), one.expires_at, one.uses_left)
            for one in invitations
        ],
        link=link,
    )


def roles_below(role: Role) -> list[tuple[str, str]]:
    """Return the roles that somebody can give: none above their own, and in a room none above coordinator."""
    order = list(Role)
    given = order[: min(order.index(role), order.index(Role.COORDINATOR)) + 1]
    return [(one.value, _(ROLE_NAMES[one])) for one in given]


def invited_page(
    request: Request, room: Room, case: Case | None, held: RoomInvitation, token: str, *, signed_in: bool
) -> InvitedPage:
    """Return the page that an invitation leads to. Whoever has the link reads it, so a case is named by its number alone."""
    here = path_for(request, "room_invited", token=token)
    return InvitedPage(
        room=room.name if case is None else _("Case %(number)s") % {"number": case.number},
        role=_(ROLE_NAMES[Role(held.role)]),
        exercise=room.exercise_id is not None,
        signed_in=signed_in,
        enter=here,
        sign_in=path_for(request, "sign_in", query={"next": here}),
    )


def invitation_link(request: Request, public_url: str, token: str) -> str:
    """Return the whole address of an invitation, in no language of its own."""
    path = str(request.app.url_path_for("room_invited", token=token))
    return public_url.rstrip("/") + path
