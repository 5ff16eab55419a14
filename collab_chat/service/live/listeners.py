"""Those who are connected to this process, and how much each may say."""

import uuid
from dataclasses import dataclass, field

from collab_chat.queries.live import Credential
from collab_chat.service.live.channel import Follower
from collab_chat.service.live.frames import Frame
from collab_chat.service.live.outlets import Outlet
from common.accounts.actors import Actor
from common.i18n import N_, use_locale
from common.i18n import gettext as _

RATE = 20.0  # frames a second that somebody may send in the long run, over all their connections to a process
BURST = 60.0  # frames at once
# Codes of closing: a client resumes after all of them but 4401 and 4403, where it would be refused again.
TOO_SLOW = 4008
MEMBERSHIP = 4001
SIGN_IN = 4401
FORBIDDEN = 4403
TOO_MANY = 4429
MISBEHAVED = 4400
TOO_BIG = 1009
REASONS = {
    TOO_SLOW: N_("You read too slowly; come back and resume."),
    MEMBERSHIP: N_("You are no longer in one of these rooms; come back for the others."),
    SIGN_IN: N_("Sign in to follow the rooms."),
    FORBIDDEN: N_("Your role does not let you into the alert room."),
    TOO_MANY: N_("You have too many connections open."),
    MISBEHAVED: N_("Too many frames that are not understood."),
    TOO_BIG: N_("A frame takes at most 96 KiB; send longer texts as a file."),
}
_LONGEST_REASON = 120  # bytes: a close frame takes 123 (RFC 6455 § 5.5)


@dataclass(eq=False, slots=True)
class Caller:
    """A person, over all their connections to this process: what they may still say now."""

    listeners: set["Listener"] = field(default_factory=set)
    tokens: float = BURST
    filled_at: float = 0.0
    typed: dict[uuid.UUID, float] = field(default_factory=dict)

    def spend(self, now: float) -> float:
        """Count one frame; return 0.0, or in how many seconds the next is taken."""
        self.tokens = min(BURST, self.tokens + (now - self.filled_at) * RATE)
        self.filled_at = now
        if self.tokens < 1:
            return (1 - self.tokens) / RATE
        self.tokens -= 1
        return 0.0


@dataclass(eq=False, slots=True)
class Listener:
    """One connection: a socket, a stream of events, a long poll."""

    actor: Actor
    person_id: uuid.UUID
    credential: Credential | None
    locale: str
    outlet: Outlet
    rooms: dict[uuid.UUID, Follower] = field(default_factory=dict)
    caller: Caller = field(default_factory=Caller)
    wrong: int = 0  # frames in a row that were not understood
    ended: int = 0  # the code it was closed with

    def tell(self, frame: Frame, *, passing: bool = False) -> None:
        """Give a frame; who is too slow for it is closed."""
        if not self.ended and not self.outlet.give(frame, passing=passing):
            self.end(TOO_SLOW)

    def end(self, code: int) -> None:
        """Close the connection, once, and say why."""
        if not self.ended:
            self.ended = code
            self.outlet.close(code, self.reason(code))

    def reason(self, code: int) -> str:
        """Return the sentence of a code in the reader's language, as long as a close frame can carry."""
        with use_locale(self.locale):
            sentence = _(REASONS[code])
        return sentence.encode()[:_LONGEST_REASON].decode(errors="ignore")
