"""Checking whether sources' addresses still answer, and tidying copies of pages that no source took."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import operator
from common.errors import Problem
from common.i18n import gettext as _
from common.i18n import use_locale
from common.jobs import Job, JobContext, JobKind, JobState, enqueue
from common.web.services import Services
from encyclopedia.actions.checking import record_check
from encyclopedia.models import Source
from encyclopedia.queries.sources import captures_in_use, count_due, due_sources
from encyclopedia.service.outside import outside_of
from encyclopedia.sources.web import Web

CHECK_LINKS = "encyclopedia.check_links"
MOST_CHECKED = 500  # in one run
GRACE = timedelta(hours=1)  # whoever has just written a source down has just seen its page
SILENT = 5  # addresses in a row without any answer: likely our own network is away
REFUSED_BY_US = 403  # an address that this toolkit may not open counts as one that does not answer programs
UNUSED_FOR = timedelta(days=1)
UNFINISHED = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.PAUSED.value)


@dataclass
class _Run:
    """One run: what was found, and silences that are not believed until some other site has answered."""

    counts: dict[str, int] = field(default_factory=dict)
    silent: list[int] = field(default_factory=list)
    heard: bool = False

    @property
    def alone(self) -> bool:
        """Whether nobody answers at all."""
        return not self.heard and len(self.silent) >= SILENT


def check_links(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Check the addresses that are due, at most `MOST_CHECKED`; a resumed run goes on with what is still due."""
    web = outside_of(context.services).web
    with use_locale(payload.get("locale", "en")):
        with context.database.read() as session:
            due = due_sources(session, before=context.clock(), limit=MOST_CHECKED)
            waiting = [(source.id, source.url or "") for source in due]
        run = _Run()
        for done, (source_id, url) in enumerate(waiting, 1):
            _check(context, web, run, source_id, url)
            if run.alone:
                raise _Offline(_("No site answers: this machine seems to be offline. Nothing was marked."))
            context.progress(done, len(waiting), _("%(count)s addresses checked") % {"count": done})
        if (
            not run.heard
        ):  # too few to tell our silence from theirs; a silence alone never makes a source dead
            _record_silent(context, run)
    return {"checked": sum(run.counts.values()), **run.counts}


class _Offline(Problem):
    """Our own network is away."""

    status = 503


def _check(context: JobContext, web: Web, run: _Run, source_id: int, url: str) -> None:
    status = _status(web, url)
    if status is None and not run.heard:
        run.silent.append(source_id)
        return
    if status is not None and not run.heard:
        run.heard = True
        _record_silent(context, run)
    _record(context, run, source_id, status)


def _record_silent(context: JobContext, run: _Run) -> None:
    for silent in run.silent:
        _record(context, run, silent, None)
    run.silent.clear()


def _status(web: Web, url: str) -> int | None:
    try:
        return web.status_of(url)
    except Problem:  # not an address that may be opened; the source says so, the run goes on
        return REFUSED_BY_US


def _record(context: JobContext, run: _Run, source_id: int, status: int | None) -> None:
    with context.database.write() as session:
        source = session.get(Source, source_id)
        if source is None:  # removed while its address was being asked
            return
        state = record_check(session, operator("job"), source, status, at=context.clock())
    run.counts[state.value] = run.counts.get(state.value, 0) + 1


def begin_check(
    session: Session, *, at: datetime, locale: str = "en", owner_id: uuid.UUID | None = None
) -> Job:
    """Return the check that waits or runs, or begin one."""
    standing = latest_check(session)
    if standing is not None and standing.state in UNFINISHED:
        return standing
    return enqueue(session, CHECK_LINKS, {"locale": locale}, at=at, owner_id=owner_id)


def latest_check(session: Session) -> Job | None:
    """Return the newest check of addresses."""
    return session.scalars(
        select(Job).where(Job.kind == CHECK_LINKS).order_by(Job.created_at.desc()).limit(1)
    ).first()


def keep_house(services: Services) -> None:
    """Begin a check where addresses have been due for a while; remove copies of pages that no source took."""
    at = services.clock()
    with services.database.write() as session:
        if count_due(session, before=at - GRACE):
            begin_check(session, at=at)
        used = captures_in_use(session)
    captures = outside_of(services).captures
    for sha256 in captures.older_than((at - UNUSED_FOR).timestamp()):
        if sha256 not in used:
            captures.remove(sha256)


JOB_KINDS = (JobKind(CHECK_LINKS, check_links),)
