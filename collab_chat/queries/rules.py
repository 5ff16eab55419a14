"""Consensus rules and playbooks, for who manages them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.models import ConsensusRule, PlaybookTemplate
from collab_chat.permissions import PERMISSIONS, Permission
from common.accounts.actors import Actor
from common.accounts.models import Organisation


def all_rules(session: Session, actor: Actor) -> Sequence[ConsensusRule]:
    """Return all rules, oldest first."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    return session.scalars(select(ConsensusRule).order_by(ConsensusRule.id)).all()


def all_organisations(session: Session, actor: Actor) -> Sequence[Organisation]:
    """Return the deployment's organisations by name."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    return session.scalars(select(Organisation).order_by(Organisation.name)).all()


def own_playbooks(session: Session, actor: Actor) -> Sequence[PlaybookTemplate]:
    """Return the playbooks that this deployment's organisations wrote."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    return session.scalars(select(PlaybookTemplate).order_by(PlaybookTemplate.key)).all()
