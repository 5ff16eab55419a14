"""Who is in a room."""

from collections.abc import Sequence
from dataclasses import dataclass

from collab_chat.models import Member
from collab_chat.schemas.rooms import Right, Standing
from collab_chat.views.messages import initials
from collab_chat.views.settings import roles_below
from common.accounts.actors import ROLE_NAMES, Role
from common.i18n import gettext as _
from common.web.forms import Form


@dataclass(frozen=True)
class ShownMember:
    """A member as the list shows them. `changeable`: the reader may give them another role, or remove them."""

    id: str
    name: str
    initials: str
    organisation: str
    role: str
    role_name: str
    me: bool
    changeable: bool


@dataclass(frozen=True)
class MembersPart:
    """The members' panel."""

    members: list[ShownMember]
    may_add: bool
    roles: list[tuple[str, str]]
    form: Form


def members_part(members: Sequence[Member], standing: Standing, *, form: Form | None = None) -> MembersPart:
    """Word the members of a room."""
    order = list(Role)
    moderates = standing.may(Right.MODERATE)
    return MembersPart(
        [
            ShownMember(
                str(one.person_id),
                one.name,
                initials(one.name),
                one.organisation_name,
                one.role,
                _(ROLE_NAMES[Role(one.role)]),
                one.person_id == standing.person_id,
                moderates and order.index(Role(one.role)) <= order.index(standing.role),
            )
            for one in members
        ],
        moderates,
        roles_below(standing.role),
        form or Form(),
    )
