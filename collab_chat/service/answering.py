"""Work that answers later: in threads of this process, so that nobody's message waits for another tool.

Not a job: a job waits behind others, and somebody who asks under pressure should not. What was under way when the process stopped is
lost, and asked again by whoever typed it.
"""

import contextvars
import threading
from collections.abc import Callable

import structlog

from common.errors import Unavailable
from common.i18n import gettext as _
from common.web.services import Services

ANSWERS = "collab_chat.answers"
AT_ONCE = 8
log = structlog.get_logger()


class Answers:
    """Threads that end by themselves; at most `AT_ONCE` work at a time."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def later(self, work: Callable[[], None]) -> None:
        """Do something soon, in the language of now. Raises Unavailable where too much is under way."""
        if not self._free.acquire(blocking=False):
            raise Unavailable(_("Too many questions are under way. Try again in a moment."))
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run, work), name="answer", daemon=True).start()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # nobody waits for this thread: the log is the only one to tell
            log.exception("an answer failed")
        finally:
            self._free.release()


def answers_of(services: Services) -> Answers:
    """Return what answers later; made when it is first needed. Tests put one in its place that answers at once."""
    found = services.extras.get(ANSWERS)
    if not isinstance(found, Answers):
        found = services.extras[ANSWERS] = Answers()
    return found
