"""The co-written reports of one process: who writes in which, what is to be stored, what others are given.

An update is applied to this process's copy as it comes (which shows that it is one), stored within `BATCH` together with what came
beside it, then acknowledged to who made it and given to the others. Other processes hear by the bus that there is more, and look
every two seconds in case they did not. Cursors are stored nowhere.
"""

import asyncio
import base64
import secrets
import uuid
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from collab_chat.core.report_document import BadUpdate
from collab_chat.core.y_protocol import (
    BadFrame,
    Presence,
    Sync,
    awareness_frame,
    read_states,
    states_update,
    stored_frame,
    sync_frame,
)
from collab_chat.queries.reports import Access
from collab_chat.service.live.listeners import FORBIDDEN, Listener
from collab_chat.service.live.live import Live
from collab_chat.service.live.report_open import Editor, OpenReport, Refused, check_fits
from collab_chat.service.live.report_outlet import ReportOutlet
from collab_chat.service.live.report_storage import ask_all, begin, load, rows_after, write
from common.bus import Payload, Subscription
from common.errors import Problem
from common.i18n import gettext as _
from common.i18n import use_locale
from common.web.services import Services

TOPIC, CURSORS = "rooms_report", "rooms_report_cursors"
BATCH = 0.05  # seconds in which updates are stored together
LOOK_EVERY = 2.0  # seconds: the safety net under the bus, and how long a lost right still reads
CURSOR_LIFE = (
    35.0  # seconds after which the cursor of another process is forgotten; editors renew theirs every 15
)
MOST_TOLD = 800  # characters of a cursor on the bus
AGAIN = (
    4009  # close code: something went wrong on our side, come back and send again what was not acknowledged
)
KEY = "collab_chat_reports"  # in `services.extras`

log = structlog.get_logger(__name__)


class ReportHub:
    """Belongs to the event loop of the live room."""

    def __init__(self, services: Services, live: Live) -> None:
        self.services, self.live = services, live
        self.open: dict[uuid.UUID, OpenReport] = {}
        self.name = secrets.token_hex(8)  # of this process on the bus
        self.loop: asyncio.AbstractEventLoop | None = None
        self._opening: dict[uuid.UUID, asyncio.Lock] = {}
        self._subscription: Subscription | None = None

    def start(self) -> None:
        """Begin on the running loop."""
        loop = asyncio.get_running_loop()
        if self.loop is loop:
            return
        self.loop = loop
        self.open.clear()
        self._opening.clear()
        for work in (self._listen(), self._look_out()):
            self.live.hub.spawn(work)

    # — editors come and go —

    async def enter(self, listener: Listener, outlet: ReportOutlet, room_id: uuid.UUID) -> Editor:
        """Let somebody open a report. Raises Problem: it is not theirs."""
        async with self._opening.setdefault(room_id, asyncio.Lock()):
            access: Access = await self.live.hub.ask(
                partial(begin, self.services, listener.actor, room_id, listener.locale)
            )
            report = self.open.get(room_id)
            if report is None:
                report = self.open[room_id] = await self.live.hub.ask(
                    partial(load, self.services.database, room_id)
                )
        editor = Editor(listener, outlet, room_id, access.may_write)
        report.editors[editor] = None
        editor.tell(sync_frame(Sync.STEP_1, report.document.state))
        if report.cursors:
            editor.tell(awareness_frame([one for one, _editor, _at in report.cursors.values()]))
        return editor

    def leave(self, editor: Editor) -> None:
        """Forget a window: its cursor goes, what it typed is stored."""
        report = self.open.get(editor.room_id)
        if report is None or editor not in report.editors:
            return
        del report.editors[editor]
        gone = [
            Presence(one, report.cursors[one][0].clock + 1, None)
            for one in editor.clients
            if one in report.cursors
        ]
        for one in gone:
            del report.cursors[one.client]
        if gone:
            report.tell(awareness_frame(gone))
            self._publish_cursors(report, gone)
        if not report.editors and not report.waiting and not report.storing:
            del self.open[editor.room_id]

    # — what editors say —

    def sync(self, editor: Editor, kind: Sync, content: bytes) -> None:
        """Take a sync frame. Raises Refused."""
        report = self._report(editor)
        try:
            if kind is Sync.STEP_1:
                editor.tell(sync_frame(Sync.STEP_2, report.document.missing(content)))
                return
            nothing_new = kind is Sync.STEP_2 and (not editor.may_write or not report.document.gains(content))
            if nothing_new:  # what comes back says all deletions again
                editor.stored += 1
                editor.tell(stored_frame(editor.stored))
                return
            if not editor.may_write:
                raise Refused(FORBIDDEN, _("You may read this report, not write in it."))
            check_fits(report, content)
            report.document.apply(content)
        except BadUpdate as error:
            raise BadFrame(str(error)) from error
        report.waiting.append((editor, content))
        if not report.storing:
            report.storing = True
            self.live.hub.spawn(self._store(report))

    def cursor(self, editor: Editor, states: tuple[Presence, ...]) -> None:
        """Take where an editor's cursor is. Raises BadFrame: it speaks of another's."""
        report = self._report(editor)
        told = []
        for one in states:
            known = report.cursors.get(one.client)
            if known is not None and known[1] is not editor:
                continue  # clients repeat what they were told of others
            if one.state is None and known is None:
                continue
            editor.clients.add(one.client)
            if len(editor.clients) > 4:
                raise BadFrame("too many cursors for one window")
            told.append(self._noted(report, editor, one))
        if told:
            report.tell(awareness_frame(told), but=editor, passing=True)
            self._publish_cursors(report, told)

    def _noted(self, report: OpenReport, editor: Editor, one: Presence) -> Presence:
        if one.state is None:
            report.cursors.pop(one.client, None)
            return one
        state = {"user": editor.user, "cursor": one.state.get("cursor")}
        noted = Presence(one.client, one.clock, state)
        report.cursors[one.client] = (noted, editor, asyncio.get_running_loop().time())
        return noted

    def _report(self, editor: Editor) -> OpenReport:
        report = self.open.get(editor.room_id)
        if report is None or editor not in report.editors:
            raise Refused(AGAIN, _("Please come back: the report was opened anew."))
        return report

    # — storing —

    async def _store(self, report: OpenReport) -> None:
        try:
            while report.waiting:
                await asyncio.sleep(BATCH)
                waiting, report.waiting = report.waiting, []
                groups: dict[Editor, list[bytes]] = {}
                for editor, update in waiting:
                    groups.setdefault(editor, []).append(update)
                for editor, updates in groups.items():
                    await self._store_of(report, editor, updates)
                await self._catch_up(report)
        except (Problem, SQLAlchemyError) as error:
            log.warning("rooms.report_not_stored", room=str(report.room_id), error=type(error).__name__)
            self._give_up(report)
        finally:
            report.storing = False
            if not report.editors and not report.waiting and self.open.get(report.room_id) is report:
                del self.open[report.room_id]

    async def _store_of(self, report: OpenReport, editor: Editor, updates: list[bytes]) -> None:
        actor = editor.listener.actor
        number: int = await self.live.hub.ask(partial(write, self.services, actor, report.room_id, updates))
        editor.stored += len(updates)
        editor.tell(stored_frame(editor.stored))
        await self.live.hub.ask(
            partial(self._publish, TOPIC, {"room": str(report.room_id), "number": number})
        )

    def _give_up(self, report: OpenReport) -> None:
        """Let all come back: this copy holds what could not be stored. Clients keep and send again what was not acknowledged."""
        if self.open.get(report.room_id) is report:
            del self.open[report.room_id]
        report.waiting.clear()
        for editor in tuple(report.editors):
            with use_locale(editor.listener.locale):
                editor.end(
                    AGAIN,
                    _("The report could not be stored just now. Your changes are kept here and sent again."),
                )
        report.editors.clear()

    # — what others stored —

    async def _catch_up(self, report: OpenReport) -> None:
        """Give out what is stored and was not given yet, ours too."""
        async with report.reading:
            rows = await self.live.hub.ask(
                partial(rows_after, self.services.database, report.room_id, report.last)
            )
            for number, content in rows:
                report.document.apply(content)
                report.size += len(content)
                report.tell(sync_frame(Sync.UPDATE, content))
                report.last = number

    async def _listen(self) -> None:
        subscribe = self.services.bus.subscribe
        self._subscription = await self.live.hub.ask(lambda: subscribe(TOPIC, CURSORS))
        async for message in self._subscription:
            if message.lagged:
                continue  # the look finds it
            report = self.open.get(uuid.UUID(str(message.payload["room"])))
            if report is None:
                continue
            if message.topic == CURSORS:
                self._others_cursors(report, str(message.payload["from"]), str(message.payload["states"]))
            elif int(message.payload["number"]) > report.last and not report.storing:
                self.live.hub.spawn(self._catch_up(report))

    async def _look_out(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if not self.open:
                continue
            try:
                await self._look_once()
            except SQLAlchemyError as error:
                log.warning("rooms.reports_not_looked", error=type(error).__name__)

    async def _look_once(self) -> None:
        editors = [one for report in self.open.values() for one in report.editors]
        numbers, lost = await self.live.hub.ask(partial(ask_all, self.services.database, editors))
        for editor, may_write, message in lost:
            editor.may_write = may_write
            if message:
                editor.end(FORBIDDEN, message)
        now = asyncio.get_running_loop().time()
        for report in tuple(self.open.values()):
            if numbers.get(report.room_id, 0) > report.last and not report.storing:
                await self._catch_up(report)
            for client in [
                key
                for key, (_one, mine, at) in report.cursors.items()
                if mine is None and now - at > CURSOR_LIFE
            ]:
                del report.cursors[client]

    # — cursors between processes —

    def _publish_cursors(self, report: OpenReport, states: list[Presence]) -> None:
        told = base64.b64encode(states_update(states)).decode()
        if len(told) <= MOST_TOLD:  # a name of hundreds of characters stays here
            payload = {"room": str(report.room_id), "from": self.name, "states": told}
            self.live.hub.spawn(self.live.hub.ask(partial(self._publish, CURSORS, payload)))

    def _publish(self, topic: str, payload: Payload) -> None:
        self.services.bus.publish(topic, payload)

    def _others_cursors(self, report: OpenReport, sender: str, told: str) -> None:
        if sender == self.name:
            return
        states = read_states(base64.b64decode(told))
        now = asyncio.get_running_loop().time()
        for one in states:
            if one.state is None:
                report.cursors.pop(one.client, None)
            else:
                report.cursors[one.client] = (one, None, now)
        report.tell(awareness_frame(states), passing=True)


def reports_of(services: Services, live: Live) -> ReportHub:
    """Return the process's reports, begun on the running loop."""
    found: ReportHub | None = services.extras.get(KEY)
    if found is None:
        found = services.extras[KEY] = ReportHub(services, live)
    found.start()
    return found
