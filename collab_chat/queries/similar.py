"""Earlier cases that may be about the same: shared addresses, shared accounts and ads, near-identical words."""

import re
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz
from sqlalchemy import and_, not_, select
from sqlalchemy.orm import Session

from collab_chat.core.addresses import canonical_url
from collab_chat.models import Case, Event, Evidence, Link, Member, Room
from collab_chat.queries.cases import kept_from
from collab_chat.queries.events import readable
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.rooms import Standing
from common.accounts.actors import Actor, Role

MOST_CASES = 500  # of the reader's newest that are compared by their words
MOST = 8  # that are offered
ALIKE = 85.0  # per cent of rapidfuzz's token_set_ratio from which on words count as near-identical
FEWEST_WORDS = 5  # a title of three words is like many others
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True)
class Similar:
    """An earlier case, and what it shares with this one. `alike`: how like their words are, in per cent; None: not very."""

    room_id: uuid.UUID
    number: int
    title: str
    status: str
    opened_at: datetime
    addresses: Sequence[str] = ()
    links: Sequence[str] = ()
    alike: int | None = None

    @property
    def weight(self) -> float:
        """The more is shared the higher: an account or address weighs more than words."""
        return 2.0 * len(self.addresses) + 2.0 * len(self.links) + (self.alike or 0) / 100


def similar_cases(session: Session, viewer: Actor, room_id: uuid.UUID, *, most: int = MOST) -> list[Similar]:
    """Return cases like a room's, the likest first: only those that the viewer is in, and of each only what they may read.

    Cases of exercises are compared among their own exercise only.

    Raises:
        NotFound: the room is not the viewer's.
    """
    here = standing_in(session, viewer, room_id)
    case = session.get(Case, room_id)
    if case is None or here.person_id is None:
        return []
    others = _cases_of(session, here.person_id, case)
    addresses, links = _addresses(session, [here, *others]), _links(session, [here, *others])
    text = _words(f"{case.title} {case.summary}")
    found = []
    for standing, other in others.items():
        shared = sorted(addresses[room_id] & addresses[standing.room_id])
        linked = sorted(links[room_id].keys() & links[standing.room_id].keys())
        alike = _alike(text, _words(f"{other.title} {other.summary}"))
        if shared or linked or alike is not None:
            names = [links[room_id][key] for key in linked]
            found.append(Similar(other.room_id, other.number, other.title, other.status, other.opened_at, shared, names, alike))  # fmt: skip
    return sorted(found, key=lambda one: (one.weight, one.opened_at), reverse=True)[:most]


def _cases_of(session: Session, person_id: uuid.UUID, case: Case) -> dict[Standing, Case]:
    """Return the other cases that a person is in, newest first, with how they stand there; guests do not read across rooms."""
    rows = session.execute(
        select(Case, Member)
        .join(Member, and_(Member.room_id == Case.room_id, Member.person_id == person_id))
        .join(Room, Room.id == Case.room_id)
        .where(
            Member.left_seq.is_(None),
            Member.role != Role.GUEST.value,
            not_(kept_from(person_id)),
            Case.room_id != case.room_id,
            Case.exercise_id.is_not_distinct_from(case.exercise_id),
        )
        .order_by(Case.opened_at.desc())
        .limit(MOST_CASES)
    )
    return {
        Standing(one.room_id, person_id, member.name, Role(member.role), member.organisation_id): one
        for one, member in rows
    }


def _addresses(session: Session, standings: Sequence[Standing]) -> dict[uuid.UUID, set[str]]:
    """Return the pages that rooms have as evidence or link, as far as each may be read."""
    by_room = {one.room_id: one for one in standings}
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    rows = session.scalars(
        select(Evidence).where(Evidence.room_id.in_(by_room), Evidence.canonical_url != "")
    )
    for row in rows:
        if readable(by_room[row.room_id], row):
            found[row.room_id].add(row.canonical_url)
    for link in _readable_links(session, standings, ["url"]):
        if canonical := canonical_url(link.url or link.ref):
            found[link.room_id].add(canonical)
    return found


def _links(session: Session, standings: Sequence[Standing]) -> dict[uuid.UUID, dict[tuple[str, str], str]]:
    """Return the accounts and ads that belong to rooms' cases, with their titles, as far as each may be read."""
    found: dict[uuid.UUID, dict[tuple[str, str], str]] = defaultdict(dict)
    for link in _readable_links(session, standings, ["account", "ad"]):
        found[link.room_id][link.what, link.ref] = link.title or link.ref
    return found


def _readable_links(session: Session, standings: Sequence[Standing], kinds: Sequence[str]) -> Iterator[Link]:
    """Give what is linked to rooms' cases, as far as each may be read."""
    by_room = {one.room_id: one for one in standings}
    rows = session.execute(
        select(Link, Event)
        .join(Event, and_(Event.room_id == Link.room_id, Event.seq == Link.seq))
        .where(Link.room_id.in_(by_room), Link.what.in_(kinds))
    )
    for link, event in rows:
        if readable(by_room[link.room_id], event):
            yield link


def _words(text: str) -> str:
    """Return a text's words of three letters or more, without accents and case."""
    parted = unicodedata.normalize("NFD", text.casefold())
    return " ".join(_WORD.findall("".join(one for one in parted if not unicodedata.combining(one))))


def _alike(one: str, other: str) -> int | None:
    """Return how like two texts are, in per cent, where they are near-identical and long enough to say so.

    rapidfuzz's token_set_ratio: order and repeated words do not count, and a text inside a longer one is alike.
    """
    if min(len(set(one.split())), len(set(other.split()))) < FEWEST_WORDS:
        return None
    ratio = fuzz.token_set_ratio(one, other, score_cutoff=ALIKE)
    return round(ratio) if ratio >= ALIKE else None
