"""Notices between the log and those who carry them."""

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta

import orjson
from sqlalchemy import select

from collab_chat.actions.notices import (
    Offered,
    claim_due,
    forget_old_notices,
    look_through,
    note_failed,
    note_sent,
)
from collab_chat.models import Notice, PushAddress
from collab_chat.queries.notices import due_notices, rooms_behind
from collab_chat.sources.mail import MailServer, send_mail
from collab_chat.sources.other_services import send_by_service
from collab_chat.sources.push import BrowserGone, send_push
from common.accounts.actors import operator
from common.errors import Problem
from common.i18n import gettext as _
from common.jobs import Job, JobState, enqueue
from common.settings import Settings
from common.web.services import Services

SEND = "rooms_notices"  # the kind of the jobs that send what is due
KEPT_DAYS = 30
Send = Callable[[Services, Notice], None]


def offered_by(settings: Settings) -> Offered:
    """Return which ways this deployment has."""
    return Offered(
        email=bool(settings.smtp_host and settings.smtp_from),
        push=settings.rooms_push,
        services=settings.rooms_notice_services,
        language=settings.default_locale,
    )


def look(services: Services) -> int:
    """Look through what rooms' logs have grown by; each room in a transaction of its own. Return how many events were looked at."""
    offered, at = offered_by(services.settings), services.clock()
    with services.database.read() as session:
        rooms = rooms_behind(session)
    looked = 0
    for room_id in rooms:
        with services.database.write() as session:
            looked += look_through(session, operator("job"), room_id, offered, at=at)
    return looked


def begin_sending(services: Services) -> bool:
    """Have a job send what is due, where none is about it already."""
    at = services.clock()
    with services.database.read() as session:
        if not due_notices(session, at, most=1):
            return False
    with services.database.write() as session:
        going = (JobState.QUEUED.value, JobState.RUNNING.value)
        if session.scalars(select(Job.id).where(Job.kind == SEND, Job.state.in_(going)).limit(1)).first():
            return False
        enqueue(session, SEND, {}, at=at)
    return True


def send_due(services: Services, ways: Mapping[str, Send] | None = None) -> int:
    """Send what is due, one by one; return how many went.

    A notice is claimed before it is sent and noted after. A crash between the two sends it again after five minutes: it is written
    down once, and carried at least once.
    """
    ways = ways or WAYS
    sent = 0
    with services.database.write() as session:
        claimed = claim_due(session, operator("job"), at=services.clock())
    for notice in claimed:
        try:
            ways[notice.way](services, notice)
        except Problem as problem:
            with services.database.write() as session:
                note_failed(session, operator("job"), notice.id, problem.message, at=services.clock(), gone=isinstance(problem, BrowserGone))  # fmt: skip
            continue
        with services.database.write() as session:
            note_sent(session, operator("job"), notice.id, at=services.clock())
        sent += 1
    return sent


def link_of(services: Services, notice: Notice) -> str:
    """Return the address that a notice leads to, in its reader's language."""
    return f"{services.settings.public_url.rstrip('/')}/{notice.content['language']}{notice.content['path']}"


def by_mail(services: Services, notice: Notice) -> None:
    """Send a notice as a letter."""
    settings = services.settings
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
    server = MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_from,
        settings.smtp_user,
        password,
    )
    send_mail(server, notice.address, str(notice.content["title"]), _text(services, notice))


def by_push(services: Services, notice: Notice) -> None:
    """Send a notice to a browser."""
    with services.database.read() as session:
        address = session.get(PushAddress, uuid.UUID(notice.address))
    if address is None:
        raise BrowserGone(_("This browser no longer takes notices."))
    said = {
        "title": notice.content["title"],
        "body": notice.content["body"],
        "url": link_of(services, notice),
    }
    settings = services.settings
    contact = f"mailto:{settings.smtp_from}" if "@" in settings.smtp_from else settings.public_url
    send_push(
        settings.data_dir.resolve(), address.endpoint, address.keys, orjson.dumps(said), contact=contact
    )


def by_service(services: Services, notice: Notice) -> None:
    """Send a notice by one of the services that the operator allows."""
    send_by_service(notice.address, str(notice.content["title"]), _text(services, notice))


def forget(services: Services) -> None:
    """Forget what was sent or given up a month ago."""
    with services.database.write() as session:
        forget_old_notices(session, operator("job"), before=services.clock() - timedelta(days=KEPT_DAYS))


def _text(services: Services, notice: Notice) -> str:
    return "\n\n".join(filter(None, (str(notice.content["body"]), link_of(services, notice)))) + "\n"


WAYS: dict[str, Send] = {"email": by_mail, "push": by_push, "service": by_service}
