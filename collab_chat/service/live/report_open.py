"""A report that is open in this process, and the windows in which it is."""

import asyncio
import uuid
from dataclasses import dataclass, field
from typing import Any

from collab_chat.core.report_document import MOST_CHARACTERS, ReportDocument
from collab_chat.core.y_protocol import Presence
from collab_chat.service.live.listeners import TOO_BIG, TOO_SLOW, Listener
from collab_chat.service.live.report_outlet import ReportOutlet
from common.i18n import gettext as _

COLOURS = 8  # classes of cursors in the style sheet


class Refused(Exception):
    """An editor is refused; with the close code and a sentence."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(eq=False)
class Editor:
    """One window in which a report is open."""

    listener: Listener
    outlet: ReportOutlet
    room_id: uuid.UUID
    may_write: bool
    clients: set[int] = field(default_factory=set)  # the ids under which it shows its cursor
    stored: int = 0  # its updates that are stored

    @property
    def user(self) -> dict[str, Any]:
        """What others see beside the cursor: said by us, so that nobody wears another's name."""
        return {"name": self.listener.actor.name, "colour": self.listener.person_id.int % COLOURS}

    def tell(self, data: bytes, *, passing: bool = False) -> None:
        """Give a frame; who is too slow is closed, and resumes."""
        if not self.listener.ended and not self.outlet.give_bytes(data, passing=passing):
            self.listener.end(TOO_SLOW)

    def end(self, code: int, message: str) -> None:
        """Close, and say why."""
        if not self.listener.ended:
            self.listener.ended = code
            self.outlet.close(code, message.encode()[:120].decode(errors="ignore"))


@dataclass(eq=False)
class OpenReport:
    """A report that somebody has open here. `last`: the number of the last stored update in `document`."""

    room_id: uuid.UUID
    document: ReportDocument
    last: int
    editors: dict[Editor, None] = field(default_factory=dict)
    cursors: dict[int, tuple[Presence, Editor | None, float]] = field(default_factory=dict)
    waiting: list[tuple[Editor, bytes]] = field(default_factory=list)
    storing: bool = False
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    size: int = 0  # upper bound of the text's characters

    def tell(self, data: bytes, *, but: Editor | None = None, passing: bool = False) -> None:
        """Give a frame to all editors here but one."""
        for editor in tuple(self.editors):
            if editor is not but:
                editor.tell(data, passing=passing)


def check_fits(report: OpenReport, update: bytes) -> None:
    """Refuse what makes the text too long; tried on a copy only where it could be. Raises Refused, BadUpdate."""
    if report.size + len(update) <= MOST_CHARACTERS:  # an update's text is never longer than the update
        return
    report.size = len(report.document.text)
    if report.size + len(update) > MOST_CHARACTERS:
        copy = ReportDocument([report.document.whole(), update])
        if len(copy.text) > MOST_CHARACTERS:
            raise Refused(
                TOO_BIG, _("The report takes at most %(most)s characters.") % {"most": MOST_CHARACTERS}
            )
