"""Organisations, and the criteria that each requires before it says disinformation."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.audit import record
from common.accounts.models import Organisation, Person
from common.accounts.permissions import PERMISSIONS, Permission
from common.errors import Conflict, Invalid, NotFound
from common.events import PersonMoved, tell
from common.i18n import gettext as _
from common.taxonomy import Criterion


def create_organisation(
    session: Session, actor: Actor, name: str, criteria: Collection[Criterion], *, at: datetime
) -> Organisation:
    """Add an organisation with the criteria that it requires."""
    PERMISSIONS.require(actor, Permission.MANAGE_PEOPLE)
    name = name.strip()
    if not 1 <= len(name) <= 200:
        problem = {"name": _("Give the organisation a name.")}
        raise Invalid(_("The organisation was not added."), fields=problem)
    if session.scalars(select(Organisation.id).where(Organisation.name == name)).first():
        problem = {"name": _("There is already an organisation of this name.")}
        raise Invalid(_("The organisation was not added."), fields=problem)
    organisation = Organisation(name=name, criteria=_codes(criteria), created_at=at)
    session.add(organisation)
    session.flush()
    record(session, actor, "added an organisation", str(organisation.id), tool="accounts", at=at)
    return organisation


def set_criteria(
    session: Session,
    actor: Actor,
    organisation_id: uuid.UUID,
    criteria: Collection[Criterion],
    *,
    at: datetime,
) -> None:
    """Change what an organisation requires. What was decided under the former criteria keeps them."""
    PERMISSIONS.require(actor, Permission.MANAGE_PEOPLE)
    organisation = _find(session, organisation_id)
    organisation.criteria = _codes(criteria)
    chosen = " ".join(organisation.criteria)
    record(session, actor, "set criteria", str(organisation_id), tool="accounts", at=at, criteria=chosen)


def set_organisation(
    session: Session, actor: Actor, person_id: uuid.UUID, organisation_id: uuid.UUID | None, *, at: datetime
) -> None:
    """Say to which organisation a person belongs (None: to none)."""
    PERMISSIONS.require(actor, Permission.MANAGE_PEOPLE)
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(_("This person has no account here."))
    if organisation_id is not None:
        _find(session, organisation_id)
    person.organisation_id = organisation_id
    tell(session, PersonMoved(person=person_id), at=at)
    record(session, actor, "set the organisation", str(person_id), tool="accounts", at=at)


def delete_organisation(session: Session, actor: Actor, organisation_id: uuid.UUID, *, at: datetime) -> None:
    """Delete an organisation that nobody belongs to."""
    PERMISSIONS.require(actor, Permission.MANAGE_PEOPLE)
    organisation = _find(session, organisation_id)
    if session.scalars(select(Person.id).where(Person.organisation_id == organisation_id)).first():
        raise Conflict(_("People belong to this organisation. Move them first."))
    session.delete(organisation)
    record(session, actor, "deleted an organisation", str(organisation_id), tool="accounts", at=at)


def _find(session: Session, organisation_id: uuid.UUID) -> Organisation:
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound(_("This organisation was deleted, or never was."))
    return organisation


def _codes(criteria: Collection[Criterion]) -> list[str]:
    return [criterion.value for criterion in Criterion if criterion in criteria]
