"""Later answers of integrations: the `response_url` that goes out with a command, good for half an hour and five answers."""

import hashlib
import uuid
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

from collab_chat.actions.speaking import Words, speak
from collab_chat.core.integrations import Answer, read_answer
from collab_chat.core.slack import read_payload
from collab_chat.schemas.events import Via
from collab_chat.service.transactions import changing
from common.accounts.actors import operator
from common.web.services import Services

MAX_AGE, MOST_USES = 30 * 60, 5  # seconds, answers
_PURPOSE = "room response"


class TokenOver(Exception):
    """The address was never given, is over, or was used five times."""


@dataclass(frozen=True)
class Asker:
    """Who asked which command in which room, and of which organisation they are."""

    room_id: uuid.UUID
    command: str
    person_id: uuid.UUID
    organisation_id: uuid.UUID | None


def response_url(services: Services, asker: Asker) -> str:
    """Return the address to which an integration sends what it says later."""
    organisation = str(asker.organisation_id) if asker.organisation_id else ""
    # two commands of one second have one address otherwise, and share its five uses
    once = uuid.uuid4().hex[:12]
    token = _signer(services).dumps(
        [str(asker.room_id), asker.command, str(asker.person_id), organisation, once]
    )
    return f"{services.settings.public_url.rstrip('/')}/hooks/responses/{token}"


def take_response(services: Services, token: str, body: bytes, content_type: str) -> None:
    """Say in the room what an integration answers later.

    Raises:
        TokenOver: the address does not hold. ValueError: the answer is none. Conflict: the room is archived.
    """
    asker = _asker(services, token)
    answer = read_answer(read_payload(body, content_type))
    used = hashlib.sha256(token.encode()).hexdigest()
    if not services.limiter.hit(f"room-response:{used}", MOST_USES, MAX_AGE).allowed:
        raise TokenOver
    say_answer(services, asker, answer)


def say_answer(services: Services, asker: Asker, answer: Answer) -> None:
    """Say an integration's answer in the room: to all, or (`ephemeral`) as TLP:RED to whoever asked. Silence is no answer."""
    if answer.empty:
        return
    via = Via(kind="integration", name=f"/{asker.command}")
    words = Words(
        answer.text,
        via,
        answer.attachments,
        asker=asker.person_id,
        organisation_id=asker.organisation_id,
        only=None if answer.in_channel else asker.person_id,
    )
    with changing(services) as session:
        speak(session, operator("job"), asker.room_id, words, at=services.clock())


def _asker(services: Services, token: str) -> Asker:
    try:
        room, command, person, organisation, _once = _signer(services).loads(token, max_age=MAX_AGE)
        return Asker(
            uuid.UUID(room),
            str(command),
            uuid.UUID(person),
            uuid.UUID(organisation) if organisation else None,
        )
    except (BadSignature, ValueError, TypeError) as error:
        raise TokenOver from error


def _signer(services: Services) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services.settings.secret, _PURPOSE)
