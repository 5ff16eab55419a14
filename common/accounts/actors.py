"""Who acts: the one argument that every action takes, and the one question that every action asks first."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from common.errors import Forbidden, SignInNeeded
from common.i18n import N_
from common.i18n import gettext as _

P = TypeVar("P", bound=StrEnum)
EVERY_TOOL = "*"


class Role(StrEnum):
    """What somebody may be in a tool, from least to most."""

    GUEST = "guest"
    MEMBER = "member"
    REVIEWER = "reviewer"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


ROLE_NAMES: dict[Role, str] = {
    Role.GUEST: N_("Guest"),
    Role.MEMBER: N_("Member"),
    Role.REVIEWER: N_("Reviewer"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.ADMIN: N_("Admin"),
}


@dataclass(frozen=True)
class Actor:
    """Somebody, or something, that acts. `roles` maps a tool's key (or ``*``) to a role."""

    person_id: uuid.UUID | None = None
    name: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)
    via: str = "anonymous"  # session, token, command, job
    session_id: str | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether we know who this is (a command of the operator's counts)."""
        return self.person_id is not None or self.via in {"command", "job"}

    @property
    def is_admin(self) -> bool:
        """Whether this actor administers the whole deployment."""
        return self.roles.get(EVERY_TOOL) == Role.ADMIN

    def role_in(self, tool: str) -> Role | None:
        """Return the actor's role in a tool: the one given there, or the one that holds everywhere."""
        return (
            self.roles.get(EVERY_TOOL) if self.is_admin else self.roles.get(tool, self.roles.get(EVERY_TOOL))
        )


ANONYMOUS = Actor()


def operator(via: str = "command") -> Actor:
    """Return the actor for a command at the machine or for a job: whoever can run it holds the database anyway."""
    return Actor(name="operator", roles={EVERY_TOOL: Role.ADMIN}, via=via)


@dataclass(frozen=True)
class PermissionTable(Generic[P]):
    """A tool's permissions as one table: role → what it may do; `None` is somebody who is not signed in."""

    tool: str
    granted: Mapping[Role | None, Collection[P]]

    def allows(self, actor: Actor, permission: P) -> bool:
        """Say whether the actor may."""
        return permission in self.granted.get(actor.role_in(self.tool), ())

    def require(self, actor: Actor, permission: P) -> None:
        """Raise `SignInNeeded` or `Forbidden` where the actor may not."""
        if self.allows(actor, permission):
            return
        if not actor.is_signed_in:
            raise SignInNeeded(_("Sign in to do this."))
        raise Forbidden(_("Your role here does not allow this. An admin can change it."))
