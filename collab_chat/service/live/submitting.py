"""What a client says by an ordinary request: the same frames, stored by the same writer."""

import asyncio

from collab_chat.schemas.frames import Read, Writing
from collab_chat.service.live.live import Live
from collab_chat.service.live.writer import BUSY, Accepted, Order, Outcome, Refused
from common.accounts.actors import Actor
from common.errors import TooMany, Unavailable
from common.i18n import current_locale
from common.i18n import gettext as _

LONGEST = 15.0  # seconds; the client sends the same cid again, and nothing is stored twice


async def submit(live: Live, actor: Actor, said: Writing | Read) -> Accepted:
    """Have something stored, and return what it became.

    Raises:
        TooMany: too much waits; come again. Unavailable: no answer in time. And what the action raises.
    """
    live.start()
    answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def done(outcome: Outcome) -> None:
        if not answer.done():
            answer.set_result(outcome)

    if not live.hub.order(Order(actor, said, current_locale(), done)):
        raise TooMany(_(BUSY), retry_after=1.0)
    try:
        async with asyncio.timeout(LONGEST):
            outcome = await answer
    except TimeoutError as error:
        raise Unavailable(_(BUSY)) from error
    if isinstance(outcome, Refused):
        if outcome.problem is not None:
            raise outcome.problem
        raise TooMany(outcome.message, retry_after=outcome.retry_after or 1.0)
    return outcome
