"""What open reports ask of the database, in the hub's threads."""

import uuid

from collab_chat.actions.reports import begin_report, store_updates
from collab_chat.core.report_document import ReportDocument
from collab_chat.queries.reports import Access, last_numbers, report_access, updates_after
from collab_chat.service.live.report_open import Editor, OpenReport
from common.accounts.actors import Actor
from common.db import Database
from common.errors import Conflict, Forbidden, NotFound
from common.i18n import gettext as _
from common.i18n import use_locale
from common.web.services import Services


def begin(services: Services, actor: Actor, room_id: uuid.UUID, locale: str) -> Access:
    """See that a report has a document. Raises NotFound, Forbidden, Conflict."""
    with use_locale(locale):
        with services.database.read() as session:
            access = report_access(session, actor, room_id)
            begun = bool(last_numbers(session, [room_id]))
        if not begun and not access.may_write:
            raise Conflict(_("Nobody has begun a report in this room."))
        if not begun:
            with services.database.write(durable=True) as session:
                begin_report(session, actor, room_id, at=services.clock())
    return access


def load(database: Database, room_id: uuid.UUID) -> OpenReport:
    """Return a report as it is stored."""
    rows = rows_after(database, room_id, 0)
    document = ReportDocument(content for _number, content in rows)
    return OpenReport(room_id, document, rows[-1][0] if rows else 0, size=len(document.text))


def write(services: Services, actor: Actor, room_id: uuid.UUID, updates: list[bytes]) -> int:
    """Store what one editor typed; return its number. Raises Problem."""
    with services.database.write(durable=True) as session:
        return store_updates(session, actor, room_id, updates, at=services.clock())


def rows_after(database: Database, room_id: uuid.UUID, last: int) -> list[tuple[int, bytes]]:
    """Return the stored updates that follow."""
    with database.read() as session:
        return [(one.number, one.content) for one in updates_after(session, room_id, last)]


def ask_all(
    database: Database, editors: list[Editor]
) -> tuple[dict[uuid.UUID, int], list[tuple[Editor, bool, str]]]:
    """Return how far reports have grown, and for each editor whether they may write, and why they may not even read."""
    found = []
    with database.read() as session:
        for editor in editors:
            try:
                with use_locale(editor.listener.locale):
                    access = report_access(session, editor.listener.actor, editor.room_id)
                found.append((editor, access.may_write, ""))
            except (Forbidden, NotFound) as problem:
                found.append((editor, False, problem.message))
        return last_numbers(session, list({one.room_id for one in editors})), found
