"""A room as it stands, for a client that begins anew: all of it read at one moment."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from collab_chat.core.chain import stamp
from collab_chat.core.markdown import to_html
from collab_chat.models import Message, ReactionMark, ReadPointer
from collab_chat.permissions import require_right
from collab_chat.queries.cases import hidden_cases, name_shown
from collab_chat.queries.conversation import Stretch, stretch_before
from collab_chat.queries.events import readable
from collab_chat.queries.rooms import members_of, room_of, standing_in
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor
from common.web.services import Services

MOST_MESSAGES = 200


def snapshot(services: Services, actor: Actor, room_id: uuid.UUID) -> dict[str, Any]:
    """Return a room with its members and its last messages, and the event up to which that is true.

    Raises:
        NotFound, Forbidden, SignInNeeded: as for reading the room.
    """
    with services.database.read() as session:
        if (
            not services.database.is_sqlite
        ):  # each statement would see another moment otherwise; SQLite's do not
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        standing = standing_in(session, actor, room_id)
        require_right(actor, standing, Right.READ)
        return _room(session, standing) | {
            "members": _members(session, room_id),
            "messages": _messages(standing, stretch_before(session, standing, most=MOST_MESSAGES)),
        }


def _room(session: Session, standing: Standing) -> dict[str, Any]:
    room = room_of(session, standing.room_id)
    pointer = session.get(ReadPointer, (room.id, standing.person_id)) if standing.person_id else None
    hidden = hidden_cases(session, standing.person_id) if standing.person_id else {}
    return {
        "room": room.id,
        "epoch": room.epoch,
        "as_of_seq": room.head_seq,
        "name": name_shown(room, hidden),
        "topic": "" if room.id in hidden else room.topic,
        "kind": room.kind,
        "tlp": room.tlp,
        "archived": room.archived,
        "exercise": room.exercise_id is not None,
        "you": {"person": standing.person_id, "role": standing.role.value},
        "read": pointer.seq if pointer else 0,
    }


def _members(session: Session, room_id: uuid.UUID) -> list[dict[str, Any]]:
    return [
        {
            "person": one.person_id,
            "name": one.name,
            "role": one.role,
            "organisation": one.organisation_name,
            "here": one.left_seq is None,
        }
        for one in members_of(session, room_id, gone=True)
    ]


def _messages(standing: Standing, stretch: Stretch) -> list[dict[str, Any]]:
    reactions = stretch.reactions or {}
    return [_message(standing, one, reactions.get(one.seq, ())) for one in stretch.messages]


def _message(standing: Standing, message: Message, reactions: Any) -> dict[str, Any]:
    head = {
        "seq": message.seq,
        "at": stamp(message.at),
        "author": message.author_id,
        "tlp": message.tlp,
        "replies": message.replies,
    }
    if not readable(standing, message):
        return {**head, "sealed": True}
    return {
        **head,
        "text": message.text,
        "html": to_html(message.text),
        "redacted": message.redacted_seq is not None,
        "edited_at": stamp(message.edited_at) if message.edited_at else None,
        "pinned": message.pinned,
        "files": message.files,
        "quote": message.quote,
        "via": message.via,
        "attachments": message.attachments,
        "cards": message.cards,
        "reactions": [_reaction(one) for one in reactions],
    }


def _reaction(mark: ReactionMark) -> dict[str, Any]:
    return {"emoji": mark.emoji, "person": mark.person_id}
