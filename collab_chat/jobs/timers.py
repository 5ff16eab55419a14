"""Cases' timers: what is due is said in the room."""

from collab_chat.actions.reminding import remind
from collab_chat.core.timers import TASK_SOON, reminders, timers
from collab_chat.queries.cases import open_task_dues, running_cases, times_of
from collab_chat.service.transactions import changing
from common.accounts.actors import operator
from common.web.services import Services

EVERY = 20.0  # seconds between two looks, by whichever process comes first


def give_reminders(services: Services) -> None:
    """Look which reminders are due, and give them; each case in a transaction of its own."""
    now = services.clock()
    with services.database.read() as session:
        dues = open_task_dues(session, now + TASK_SOON)
        waiting = [
            one.room_id
            for one in running_cases(session)
            if reminders(timers(times_of(one)), dues.get(one.room_id, {}), one.reminded, now)
        ]
    for room_id in waiting:
        with changing(services) as session:
            remind(session, operator("job"), room_id, dues.get(room_id, {}), at=now)


def pulse(services: Services) -> None:
    """Look now and then."""
    if services.limiter.hit("rooms_timers", 1, EVERY).allowed:
        give_reminders(services)
