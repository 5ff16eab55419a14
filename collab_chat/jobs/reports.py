"""Reports that were changed and then left alone: kept as a version by the toolkit."""

from collab_chat.actions.reports import QUIET, save_report
from collab_chat.queries.reports import quiet_reports
from collab_chat.service.transactions import changing
from common.accounts.actors import operator
from common.errors import Conflict
from common.web.services import Services

EVERY = 30.0  # seconds between two looks, by whichever process comes first


def keep_quiet_reports(services: Services) -> None:
    """Keep a version of each report that nobody has changed for ten minutes since somebody did."""
    with services.database.read() as session:
        waiting = list(quiet_reports(session, services.clock() - QUIET))
    for room_id in waiting:
        try:
            with changing(services) as session:
                save_report(session, operator("job"), room_id, at=services.clock())
        except Conflict:
            continue  # archived in this moment


def pulse(services: Services) -> None:
    """Look now and then."""
    if services.limiter.hit("rooms_reports", 1, EVERY).allowed:
        keep_quiet_reports(services)
