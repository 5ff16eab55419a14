"""Counts over all entries, taken again only when something was saved or the day changed."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.contents import Matrix, matrix
from encyclopedia.queries.help_wanted import Need, counts, state_mark
from encyclopedia.service.kept import Kept

_kept: Kept[tuple[Matrix, Mapping[Need, int]]] = Kept(10)  # states, for each database


def counted(session: Session, actor: Actor, *, at: datetime) -> tuple[Matrix, Mapping[Need, int]]:
    """Return how many entries there are in each phase and kind, and how many need which help."""
    PERMISSIONS.require(actor, Permission.READ)
    key = (*state_mark(session), at.date())
    found = _kept.get(session, key)
    if found is None:
        found = matrix(session, actor), counts(session, actor, at=at)
        _kept.put(session, key, found, 1)
    return found
