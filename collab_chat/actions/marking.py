"""What is done to a message that stands: reactions, pins, its marking."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.actions.appending import UNMARKED, Marking, append
from collab_chat.actions.messages import addressed, begun, living, marking_of, quote_for
from collab_chat.core.emoji import is_emoji
from collab_chat.models import Event, Message
from collab_chat.permissions import require_right
from collab_chat.queries.messages import emoji_on, may_have_quote
from collab_chat.queries.rooms import able_to_read, room_of
from collab_chat.schemas.events import MessageMarked, MessagePinned, Quote, ReactionSet
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor
from common.errors import Conflict, Forbidden, Invalid
from common.i18n import gettext as _

MOST_EMOJI = 24  # different ones on one message: more is noise


def set_reaction(  # noqa: PLR0913 - who, where, what, when
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    message_seq: int,
    emoji: str,
    *,
    on: bool,
    at: datetime,
    cid: uuid.UUID | None = None,
) -> Event:
    """Put an emoji on a message, or take one's own away. Put twice, it is there once; each sending has its event, so that a lost answer can be asked for again.

    Raises:
        Invalid: it is not an emoji. Conflict: the message was redacted, or bears too many already.
    """
    standing, sent = begun(session, actor, room_id, cid)
    if sent is not None:
        return sent
    require_right(actor, standing, Right.POST)
    message = living(session, standing, message_seq)
    if not is_emoji(emoji):
        raise Invalid(_("A reaction is one emoji."))
    if on:
        known = emoji_on(session, room_id, message_seq)
        if emoji not in known and len(known) >= MOST_EMOJI:
            raise Conflict(_("This message has enough different reactions."))
    content = ReactionSet(message=message_seq, emoji=emoji, on=on)
    return append(session, standing, content, at=at, cid=cid, marking=marking_of(session, message))


def pin_message(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    message_seq: int,
    *,
    on: bool,
    at: datetime,
    cid: uuid.UUID | None = None,
) -> Event:
    """Pin a message to the room, or unpin it. Raises Conflict for a redacted one."""
    standing, sent = begun(session, actor, room_id, cid)
    if sent is not None:
        return sent
    message = living(session, standing, message_seq)
    require_right(actor, standing, Right.MARK)
    content = MessagePinned(message=message_seq, pinned=on)
    return append(session, standing, content, at=at, cid=cid, marking=marking_of(session, message))


def mark_message(  # noqa: PLR0913 - who, where, what, when
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    message_seq: int,
    tlp: Tlp,
    to: Collection[uuid.UUID] = (),
    *,
    at: datetime,
    cid: uuid.UUID | None = None,
) -> Event:
    """Change how far a message may travel. `to`: the people of TLP:RED; nobody, in a RED room: those here who may read it as it is.

    Narrowing is its author's and the moderators'. Widening is its author's alone, since TLP leaves it to the source (FIRST, TLP 2.0,
    § 1: "they must obtain explicit permission from the source"); of what the toolkit said, the moderators'. Never wider than the
    room, or than what the message quotes. The event itself bears the room's marking, and reaches whoever gains or loses the message.

    Raises:
        Forbidden: it is not theirs to change so. Invalid: wider than the room or the quote, or RED for nobody here.
    """
    standing, sent = begun(session, actor, room_id, cid)
    if sent is not None:
        return sent
    require_right(actor, standing, Right.POST)
    message = living(session, standing, message_seq)
    _not_wider(session, message, tlp)
    marking = addressed(session, standing, Marking(tlp, frozenset(to)))
    if marking is UNMARKED:  # the room is RED, and nobody is named
        marking = marking_of(session, message)
    if message.quote is not None and marking.tlp is Tlp.RED:
        quote = Quote.model_validate(message.quote)
        quote_for(may_have_quote(session, room_id, quote), quote, marking.readers)
    now = _able(session, message, Tlp(message.tlp), message.readers)
    then = _able(session, message, marking.tlp, list(map(str, marking.readers)))
    widens = marking.tlp.rank < Tlp(message.tlp).rank or not then <= now  # to who may come, or is here
    _theirs(actor, standing, message, widens=widens)
    content = MessageMarked(message=message_seq, tlp=marking.tlp, to=tuple(sorted(marking.readers)))
    return append(session, standing, content, at=at, cid=cid, marking=_told(session, standing, now | then))


def _theirs(actor: Actor, standing: Standing, message: Message, *, widens: bool) -> None:
    """Refuse who may not change the marking so."""
    if message.author_id is not None and message.author_id == standing.person_id:
        return
    require_right(actor, standing, Right.MODERATE)
    if message.author_id is not None and widens:
        raise Forbidden(_("Only who wrote a message can let more people read it."))


def _able(session: Session, message: Message, tlp: Tlp, readers: Collection[str]) -> frozenset[uuid.UUID]:
    """Return who of those here may read a message if it is marked so."""
    return able_to_read(
        session,
        message.room_id,
        tlp,
        author=message.author_id,
        organisation=message.organisation_id,
        readers=readers,
    )


def _told(session: Session, standing: Standing, concerned: frozenset[uuid.UUID]) -> Marking:
    """Return the marking of the change itself: the room's, or RED for all whom it reaches where it would not reach all concerned."""
    tlp = Tlp(room_of(session, standing.room_id).tlp)
    reached = able_to_read(
        session, standing.room_id, tlp, author=standing.person_id, organisation=standing.organisation_id
    )
    if tlp is Tlp.RED or concerned <= reached:
        return UNMARKED  # in a RED room, RED for all who are here
    return Marking(Tlp.RED, reached | concerned)


def _not_wider(session: Session, message: Message, tlp: Tlp) -> None:
    least = Tlp(room_of(session, message.room_id).tlp)
    if message.quote is not None:
        least = max(least, Tlp(message.quote["tlp"]), key=lambda one: one.rank)
    if tlp.rank < least.rank:
        raise Invalid(_("Here nothing can be marked wider than %(marking)s.") % {"marking": least.label})
