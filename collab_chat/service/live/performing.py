"""From what a client says to the action that does it."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.actions.appending import UNMARKED, Marking
from collab_chat.actions.marking import pin_message, set_reaction
from collab_chat.actions.messages import Draft, edit_message, post_message, redact_message
from collab_chat.actions.reading import move_pointer
from collab_chat.core.mentions import GROUPS, Named, named_in
from collab_chat.models import Event
from collab_chat.queries.rooms import members_of
from collab_chat.schemas.events import Quote
from collab_chat.schemas.frames import Edit, Pin, QuoteRef, React, Read, Redact, Send, Writing
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Actor


def perform(session: Session, actor: Actor, said: Writing | Read, *, at: datetime) -> Event | None:
    """Do what a client said. Returns the event that it became; None for what is no event. Raises what the actions raise."""
    match said:
        case Send():
            return post_message(session, actor, said.room, _draft(session, said), at=at, cid=said.cid)
        case Edit():
            return _edit(session, actor, said, at=at)
        case Redact():
            return redact_message(session, actor, said.room, said.message, said.why, at=at, cid=said.cid)
        case React():
            return set_reaction(
                session, actor, said.room, said.message, said.emoji, on=said.on, at=at, cid=said.cid
            )
        case Pin():
            return pin_message(session, actor, said.room, said.message, on=said.on, at=at, cid=said.cid)
        case Read():
            move_pointer(session, actor, said.room, said.seq, at=at)
    return None


def _draft(session: Session, said: Send) -> Draft:
    named = _named(session, said.room, said)
    return Draft(
        said.text,
        thread=said.thread,
        mentions=named.people,
        groups=named.groups,
        files=said.files,
        quote=_quote(said.quote),
        marking=Marking(said.tlp or Tlp.RED, frozenset(said.to)) if said.tlp or said.to else UNMARKED,
    )


def _edit(session: Session, actor: Actor, said: Edit, *, at: datetime) -> Event:
    named = _named(session, said.room, said)
    return edit_message(
        session,
        actor,
        said.room,
        said.message,
        said.text,
        mentions=named.people,
        groups=named.groups,
        at=at,
        cid=said.cid,
    )


def _named(session: Session, room_id: uuid.UUID, said: Send | Edit) -> Named:
    """Return whom the text names, and whom the client named beside it; without an @ nobody is looked up."""
    found = Named(frozenset(), frozenset())
    if "@" in said.text:
        found = named_in(said.text, [(one.person_id, one.name) for one in members_of(session, room_id)])
    return Named(found.people | set(said.mentions), found.groups | (GROUPS & set(said.groups)))


def _quote(ref: QuoteRef | None) -> Quote | None:
    """Return a quote of which only the place is believed; the action takes the words from there."""
    return Quote(room=ref.room, seq=ref.seq, text="", author="", tlp=Tlp.CLEAR) if ref else None
