"""Links to the toolkit's own tools in messages, unfolded into cards. Nothing is fetched from elsewhere.

A card shows what the message's author may read in the other tool; where they may not, or the tool does not answer, the link stays a link.
"""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import unquote, urlsplit

import structlog

from collab_chat.actions.messages import card_message
from collab_chat.models import Event
from collab_chat.schemas.events import Card, Kind
from collab_chat.service.answering import answers_of
from collab_chat.service.cards import creative_card, entry_card, score_card
from collab_chat.service.transactions import changing
from common.accounts.actors import operator
from common.errors import Problem
from common.peers import Peers
from common.web.services import Services

MOST_CARDS = 4  # of one message
_LINK = re.compile(r"https?://[^\s<>\"')\]]+")
_LANGUAGE = re.compile(r"^/(?:en|fr)(?=/)")
_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
log = structlog.get_logger()

Unfold = Callable[[Peers, re.Match[str], uuid.UUID], Card]


def unfold_new(services: Services, appended: Mapping[uuid.UUID, Sequence[Event]]) -> None:
    """Have the links of stored messages unfolded, a moment later."""
    for room_id, events in appended.items():
        for event in events:
            if event.kind != Kind.MESSAGE_POSTED.value or event.author_id is None or event.content is None:
                continue
            paths = own_paths(str(event.content.get("text", "")), services.settings.public_url)
            if paths:
                _later(services, room_id, event.seq, event.author_id, paths)


def own_paths(text: str, public_url: str) -> list[str]:
    """Return the paths, without language, of the links in a text that lead to this deployment; each once."""
    own = urlsplit(public_url).netloc
    found = []
    for link in _LINK.findall(text):
        try:
            parts = urlsplit(link.rstrip(".,;:!?*_~"))
        except ValueError:  # half an IPv6 address
            continue
        path = _LANGUAGE.sub("", unquote(parts.path))
        if parts.netloc == own and any(one.fullmatch(path) for one in PAGES):
            found.append(path)
    return list(dict.fromkeys(found))[:MOST_CARDS]


def cards_for(peers: Peers, paths: Sequence[str], author: uuid.UUID) -> list[Card]:
    """Return the cards of the tools that answered."""
    cards = []
    for path in paths:
        for pattern, unfold in PAGES.items():
            match = pattern.fullmatch(path)
            if match is None:
                continue
            try:
                cards.append(unfold(peers, match, author))
            except Problem as problem:  # down, deleted, or not theirs to read: the link says enough
                log.info("link.folded", path=path, reason=type(problem).__name__)
    return cards


def _later(services: Services, room_id: uuid.UUID, seq: int, author: uuid.UUID, paths: Sequence[str]) -> None:
    def unfold() -> None:
        cards = cards_for(services.peers, paths, author) if services.peers else []
        if not cards:
            return
        try:
            with changing(services) as session:
                card_message(session, operator("job"), room_id, seq, cards, at=services.clock())
        except Problem as problem:  # removed meanwhile
            log.info("link.folded", room=str(room_id), seq=seq, reason=type(problem).__name__)

    try:
        answers_of(services).later(unfold)
    except Problem:
        log.info("link.folded", room=str(room_id), seq=seq, reason="busy")


def _score(peers: Peers, match: re.Match[str], author: uuid.UUID) -> Card:
    return score_card(peers.bots.words(uuid.UUID(match.group(1)), for_person=author))


def _creative(peers: Peers, match: re.Match[str], author: uuid.UUID) -> Card:
    return creative_card(peers.ads.read(int(match.group(1)), for_person=author))


def _entry(peers: Peers, match: re.Match[str], author: uuid.UUID) -> Card:
    return entry_card(peers.encyclopedia.read(match.group(1), for_person=author))


PAGES: dict[re.Pattern[str], Unfold] = {
    re.compile(rf"/bots/scores/({_UUID})"): _score,
    re.compile(r"/ads/library/(\d{1,18})"): _creative,
    re.compile(r"/encyclopedia/entries/([^/\s]{1,200})"): _entry,
}
