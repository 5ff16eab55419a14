"""Consensus rules: for all cases, or for a set of organisations."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.core.consensus import Rule
from collab_chat.models import ConsensusRule
from collab_chat.permissions import PERMISSIONS, TOOL, Permission
from common.accounts.actors import Actor
from common.accounts.audit import record
from common.accounts.models import Organisation
from common.errors import Invalid, NotFound
from common.i18n import gettext as _

LONGEST_NAME = 120  # characters


def keep_rule(
    session: Session,
    actor: Actor,
    name: str,
    organisations: Collection[uuid.UUID],
    rule: Rule,
    *,
    at: datetime,
) -> ConsensusRule:
    """Keep the rule of a set of organisations (none: of all cases); it takes the place of the one that the set had.

    Rounds that are decided keep the rule that stands in their record.

    Raises:
        Invalid: no name, or an organisation that does not exist.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        message = _("Give the rule a name of at most %(most)s characters.") % {"most": LONGEST_NAME}
        raise Invalid(message, fields={"name": message})
    wanted = set(organisations)
    known = (
        set(session.scalars(select(Organisation.id).where(Organisation.id.in_(wanted)))) if wanted else set()
    )
    if known != wanted:
        raise Invalid(
            _("There is no such organisation."), fields={"organisations": _("Choose from the list.")}
        )
    ids = sorted(map(str, wanted))
    kept = next((one for one in session.scalars(select(ConsensusRule)) if one.organisation_ids == ids), None)
    if kept is None:
        kept = ConsensusRule(organisation_ids=ids)
        session.add(kept)
    kept.name, kept.rule, kept.by_id, kept.at = name, rule.model_dump(mode="json"), actor.person_id, at
    session.flush()
    record(session, actor, "rule_kept", f"rule {kept.id}", tool=TOOL, at=at, **rule.model_dump())
    return kept


def drop_rule(session: Session, actor: Actor, rule_id: int, *, at: datetime) -> None:
    """Let a rule go: the next fitting one holds, or the default."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    kept = session.get(ConsensusRule, rule_id)
    if kept is None:
        raise NotFound(_("There is no such rule."))
    session.delete(kept)
    record(session, actor, "rule_dropped", f"rule {rule_id}", tool=TOOL, at=at)
