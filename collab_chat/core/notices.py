"""What people are told elsewhere, and how much of it may travel."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from collab_chat.schemas.markings import Tlp
from common.i18n import N_
from common.i18n import gettext as _

MOST_ATTEMPTS = 5
FIRST_PAUSE = timedelta(minutes=1)
QUIET = timedelta(seconds=45)  # whoever reads the room meanwhile is not told elsewhere
LONGEST_BODY = 300  # characters


class What(StrEnum):
    """What somebody can be told of."""

    MENTION = "mention"
    TASK = "task"
    TIMER = "timer"
    DECISION = "decision"
    SIGNAL = "signal"


WHAT_NAMES: dict[What, str] = {
    What.MENTION: N_("Somebody names me"),
    What.TASK: N_("A task is given to me"),
    What.TIMER: N_("A time limit of a case that I lead, or of my task, is near or past"),
    What.DECISION: N_("A case of mine is decided"),
    What.SIGNAL: N_("A case of mine is graded high or critical"),
}
DEFAULT = (What.MENTION, What.TASK, What.TIMER)


@dataclass(frozen=True)
class Wording:
    """A notice as it leaves: cut to what its marking allows."""

    title: str
    body: str


def worded(tlp: Tlp, title: str, body: str, *, exercise: bool) -> Wording:
    """Return what may travel: of anything above TLP:GREEN only that there is news. Exercises say so first."""
    if tlp.rank > Tlp.GREEN.rank:
        title, body = _("There is news in a room"), ""
    body = " ".join(body.split())
    if len(body) > LONGEST_BODY:
        body = body[: LONGEST_BODY - 1].rstrip() + "…"
    return Wording(f"{_('EXERCISE')} · {title}" if exercise else title, body)


def key_of(room: str, seq: int, person: str, way: str, address: str) -> str:
    """Return the key under which the same thing is told once by one way."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:16]
    return f"{room}:{seq}:{person}:{way}:{digest}"


def pause_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many attempts (1, 4, 16, 64 minutes); None: give up."""
    return None if attempts >= MOST_ATTEMPTS else FIRST_PAUSE * 4 ** (attempts - 1)
