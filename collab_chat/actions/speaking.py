"""What the toolkit says in rooms itself: for webhooks, integrations and the answers of commands."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking, append, standing_held
from collab_chat.actions.messages import card_message, checked, edit_message
from collab_chat.core.integrations import Attachment, ButtonAnswer, split_buttons
from collab_chat.models import Button, Event, Message
from collab_chat.permissions import PERMISSIONS, Permission, require_right
from collab_chat.queries.rooms import owner_of, room_of
from collab_chat.schemas.events import Card, MessagePosted, Via
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Right
from common.accounts.actors import Actor
from common.errors import Conflict
from common.i18n import gettext as _

BUTTONS_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Words:
    """What is said. `asker`, `organisation_id`: whose line it answers, since TLP:AMBER+STRICT is read by one's own organisation.

    In a room marked so, what nobody asked for is read by the organisation that opened the room; the answer to somebody who is of none
    by them alone. `tlp`: the least marking that it bears; the room's holds where it is stricter.
    """

    text: str
    via: Via
    attachments: Sequence[
        Attachment
    ] = ()  # of core.integrations, with buttons that still know where they lead
    cards: Sequence[Card] = ()
    thread: int | None = None
    only: uuid.UUID | None = (
        None  # a TLP:RED message for one person, where only who asked is to read the answer
    )
    asker: uuid.UUID | None = None
    organisation_id: uuid.UUID | None = None
    tlp: Tlp = Tlp.CLEAR


def speak(session: Session, actor: Actor, room_id: uuid.UUID, words: Words, *, at: datetime) -> Event:
    """Say something in a room as the toolkit. Where its buttons lead is kept beside the log.

    Raises:
        Forbidden: a person tries. NotFound: there is no such room. Conflict: it is archived.
    """
    PERMISSIONS.require(actor, Permission.OPERATE)
    standing = standing_held(session, actor, room_id)
    require_right(actor, standing, Right.POST)
    organisation = words.organisation_id if words.asker else owner_of(session, room_id)
    standing = replace(standing, person_id=None, organisation_id=organisation)
    attachments, buttons = split_buttons(words.attachments, lambda: secrets.token_hex(16))
    content = MessagePosted(
        text=checked(words.text, empty=bool(attachments or words.cards)),
        thread=words.thread,
        via=words.via,
        attachments=attachments,
    )
    event = append(
        session, standing, content, at=at, marking=_marking(words, Tlp(room_of(session, room_id).tlp))
    )
    for one in buttons:
        session.add(
            Button(id=one.id, room_id=room_id, name=words.via.name, url=one.url, context=dict(one.context), at=at)
        )  # fmt: skip
    if words.cards:
        card_message(session, actor, room_id, event.seq, words.cards, at=at)
    return event


def _marking(words: Words, room: Tlp) -> Marking:
    alone = words.asker if room is Tlp.AMBER_STRICT and words.organisation_id is None else None
    only = words.only or alone
    return Marking(words.tlp) if only is None else Marking(Tlp.RED, frozenset({only}))


def update_message(
    session: Session, actor: Actor, message: Message, answer: ButtonAnswer, *, at: datetime
) -> None:
    """Give a message of an integration the words, attachments and buttons that its integration answered.

    Raises:
        Conflict: the message is not an integration's.
    """
    PERMISSIONS.require(actor, Permission.OPERATE)
    if message.author_id is not None or message.via is None:
        raise Conflict(_("An integration changes its own messages only."))
    if answer.message is None and answer.attachments is None:
        return
    attachments, buttons = (None, ()) if answer.attachments is None else split_buttons(
        answer.attachments, lambda: secrets.token_hex(16)
    )  # fmt: skip
    text = message.text if answer.message is None else answer.message
    edit_message(session, actor, message.room_id, message.seq, text, attachments=attachments, at=at)
    name = str(message.via.get("name", ""))
    for one in buttons:
        session.add(
            Button(
                id=one.id, room_id=message.room_id, name=name, url=one.url, context=dict(one.context), at=at
            )
        )


def forget_old_buttons(session: Session, actor: Actor, *, at: datetime) -> None:
    """Forget where buttons lead that are older than 90 days; pressing one says so then."""
    PERMISSIONS.require(actor, Permission.OPERATE)
    session.execute(delete(Button).where(Button.at < at - BUTTONS_KEPT))
