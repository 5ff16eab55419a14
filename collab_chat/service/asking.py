"""Outgoing commands and buttons: asking an integration, and what is done with its answer."""

import uuid
from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from collab_chat.actions.speaking import update_message
from collab_chat.core.integrations import (
    Answer,
    button_in,
    command_form,
    read_answer,
    read_button_answer,
)
from collab_chat.models import Button, Message, Room, SlashCommand
from collab_chat.permissions import require_right
from collab_chat.queries.cases import title_marking
from collab_chat.queries.hooks import button
from collab_chat.queries.messages import message_for
from collab_chat.queries.rooms import room_of, standing_in
from collab_chat.schemas.markings import Tlp, strictest
from collab_chat.schemas.rooms import Right, Standing
from collab_chat.service.outside import integrations
from collab_chat.service.responses import Asker, response_url, say_answer
from collab_chat.service.transactions import changing
from common.accounts.actors import Actor, operator
from common.accounts.viewer import limit
from common.errors import Forbidden, NotFound, Problem
from common.i18n import gettext as _
from common.web.services import Services

MOST_PRESSES = 30  # a minute and person
log = structlog.get_logger()


@dataclass(frozen=True)
class Question:
    """A command to ask outside. Nothing of the room goes along but its id, its name where that may be told, and who asks."""

    command: SlashCommand
    room_name: str
    standing: Standing
    text: str


def ask_outside(services: Services, question: Question) -> None:
    """Ask an integration and say in the room what it answers, or that it does not."""
    command, standing = question.command, question.standing
    if standing.person_id is None:
        return
    asker = Asker(standing.room_id, command.word, standing.person_id, standing.organisation_id)
    form = command_form(
        token=command.token,
        channel_id=str(standing.room_id),
        channel_name=question.room_name,
        user_id=str(standing.person_id),
        user_name=standing.name,
        command=command.word,
        text=question.text,
        response_url=response_url(services, asker),
    )
    try:
        given = integrations(services).ask(command.url, form)
        answer = Answer(in_channel=False, text="") if given is None else read_answer(given)
    except Problem as problem:
        answer = _failed(command.word, problem.message)
    except ValueError:
        answer = _failed(command.word, _("it answered with something else than JSON."))
    try:
        say_answer(services, asker, answer)
    except Problem as problem:
        log.info("command.unanswered", word=command.word, reason=problem.message)


def outside_name(session: Session, room: Room) -> str:
    """Return what another site is told of a room's name: of a case's room that is its title, and bears its marking."""
    marking = strictest(Tlp(room.tlp), title_marking(session, room.id))
    return room.name if marking.rank <= Tlp.GREEN.rank else str(room.id)


def press(services: Services, actor: Actor, room_id: uuid.UUID, message_seq: int, button_id: str) -> str:
    """Press a button under a message: ask where it leads, and do what the answer says; return the sentence for who pressed it.

    Raises:
        NotFound: the message or the button is not there (any more). Forbidden: the room's marking lets nothing out.
        IntegrationFailed: it does not answer. TooMany: over 30 presses a minute.
    """
    limit(services.limiter, f"room-press:{actor.person_id}", MOST_PRESSES, 60)
    with services.database.read() as session:
        standing, target = _pressed(session, actor, room_id, message_seq, button_id)
        body = _press_body(session, standing, message_seq, target)
    given = integrations(services).press(target.url, body)
    if given is None:
        return _("Done.")
    try:
        answer = read_button_answer(given)
    except ValueError:
        return _("The integration answered with something that is not understood.")
    if answer.message is not None or answer.attachments is not None:
        with changing(services) as session:
            message = message_for(session, standing_in(session, actor, room_id), message_seq)
            update_message(session, operator("job"), message, answer, at=services.clock())
    return answer.ephemeral or _("Done.")


def _pressed(
    session: Session, actor: Actor, room_id: uuid.UUID, message_seq: int, button_id: str
) -> tuple[Standing, Button]:
    standing = standing_in(session, actor, room_id)
    require_right(actor, standing, Right.POST)
    if Tlp(room_of(session, room_id).tlp).rank > Tlp.AMBER.rank:
        raise Forbidden(_("The marking of this room keeps what is done here from other sites."))
    message: Message = message_for(session, standing, message_seq)
    if not button_in(message.attachments, button_id):
        raise NotFound(_("This button is not there any more."))
    return standing, button(session, button_id, room_id)


def _press_body(session: Session, standing: Standing, message_seq: int, target: Button) -> dict[str, object]:
    return {
        "user_id": str(standing.person_id),
        "user_name": standing.name,
        "channel_id": str(standing.room_id),
        "channel_name": outside_name(session, room_of(session, standing.room_id)),
        "team_id": "",
        "post_id": f"{standing.room_id}:{message_seq}",
        "type": "button",
        "context": target.context,
    }


def _failed(word: str, reason: str) -> Answer:
    text = _("/%(word)s could not be answered: %(reason)s") % {"word": word, "reason": reason}
    return Answer(in_channel=False, text=text)
