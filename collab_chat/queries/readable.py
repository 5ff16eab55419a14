"""The markings' rule as SQL: what `core.markings.may_read` says, asked of many rows at once."""

import uuid

from sqlalchemy import ColumnElement, Text, and_, cast, or_
from sqlalchemy.orm import InstrumentedAttribute

from collab_chat.models import Member, Message
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Role


def readable_by(person_id: uuid.UUID) -> ColumnElement[bool]:
    """Return the condition that a person may read a `Message`, where `Member` is joined as that person's row of the room."""
    return or_(
        Message.author_id == person_id,
        Message.tlp.in_([Tlp.CLEAR.value, Tlp.GREEN.value]),
        and_(Message.tlp == Tlp.RED.value, names(Message.readers, person_id)),
        and_(
            Member.role != Role.GUEST.value,
            or_(
                Message.tlp == Tlp.AMBER.value,
                and_(
                    Message.tlp == Tlp.AMBER_STRICT.value,
                    Member.organisation_id == Message.organisation_id,
                ),
            ),
        ),
    )


def names(readers: InstrumentedAttribute[list[str]], person_id: uuid.UUID) -> ColumnElement[bool]:
    """Return the condition that a list of ids holds this one."""
    return cast(readers, Text).contains(str(person_id), autoescape=True)
