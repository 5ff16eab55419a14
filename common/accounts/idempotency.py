"""Requests that may arrive twice: the answer is kept under the client's key and given again (draft-ietf-httpapi-idempotency-key-header)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.models import StoredAnswer
from common.db import Database
from common.errors import Conflict, Invalid
from common.i18n import gettext as _

KEPT = timedelta(hours=24)
MAX_KEY = 200


@dataclass(frozen=True)
class Answer:
    """What was answered: status and JSON text."""

    status: int
    body: str


def known_answer(database: Database, actor: Actor, key: str, request: bytes) -> Answer | None:
    """Return what was answered to this key before; None for a new key, for no key, and for guests.

    Raises:
        Invalid: the key is too long. Conflict: it was used for another request.
    """
    if not key or actor.person_id is None:
        return None
    if len(key) > MAX_KEY:
        raise Invalid(_("The idempotency key is longer than 200 characters."))
    query = select(StoredAnswer).where(StoredAnswer.person_id == actor.person_id, StoredAnswer.key == key)
    with database.read() as session:
        held = session.scalars(query).one_or_none()
    if held is None:
        return None
    if held.request_hash != _hash(request):
        raise Conflict(_("This idempotency key was used for another request. Choose a new one for each."))
    return Answer(held.status, held.body)


def keep_answer(
    session: Session, actor: Actor, key: str, request: bytes, answer: Answer, *, at: datetime
) -> None:
    """Keep an answer for a day, in the transaction of what it tells of; nothing without a key, or for guests.

    Raises:
        Conflict: the same request is being answered at this moment; nothing was done twice.
    """
    if not key or actor.person_id is None:
        return
    session.execute(delete(StoredAnswer).where(StoredAnswer.created_at < at - KEPT))
    session.add(
        StoredAnswer(
            person_id=actor.person_id,
            key=key,
            request_hash=_hash(request),
            status=answer.status,
            body=answer.body,
            created_at=at,
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(_("The same request is being answered right now. Ask again in a moment.")) from error


def _hash(request: bytes) -> str:
    return hashlib.sha256(request).hexdigest()
