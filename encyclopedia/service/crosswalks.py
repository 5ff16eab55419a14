"""Proposing mappings between two vocabularies from the likeness of their terms' names."""

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Invalid
from common.i18n import gettext as _
from encyclopedia.actions.vocabularies import keep_proposals
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.vocabularies import exchanged_terms
from encyclopedia.sources.vocabularies import propose_crosswalk


def propose(session: Session, actor: Actor, one: str, other: str) -> int:
    """Keep a proposal for each term of the first vocabulary that has a like one in the second; return how many are new.

    Raises:
        Invalid: the two are one, or one of them has no terms.
    """
    PERMISSIONS.require(actor, Permission.REVIEW)
    first, second = exchanged_terms(session, actor, one), exchanged_terms(session, actor, other)
    if one == other or not first or not second:
        raise Invalid(
            _("Choose two vocabularies that are here."), fields={"other": _("Choose another vocabulary.")}
        )
    return keep_proposals(session, actor, propose_crosswalk(first, second))
