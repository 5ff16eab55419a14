"""Running jobs: threads that take them from the table, renew their leases and keep their progress."""

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from common.bus import Bus
from common.clock import now
from common.db import Database
from common.errors import Problem
from common.jobs.models import Job, JobState
from common.jobs.queue import finish, renew, take

TOPIC = "jobs"
POLL_SECONDS = 1.0  # the safety net where a wake-up was lost
log = structlog.get_logger()


class Stopped(Exception):
    """Raised inside a job at a checkpoint: a person asked it to stop, or another worker has it."""

    def __init__(self, state: JobState | None) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True)
class JobKind:
    """A kind of long work. `run(context, payload)` returns the job's result and may be called again after a crash."""

    name: str
    run: Callable[["JobContext", Mapping[str, Any]], dict[str, Any]]


@dataclass
class JobContext:
    """What a running job has: the database, the clock, its last checkpoint, and a way to say how far it is."""

    database: Database
    job_id: uuid.UUID
    worker: str
    checkpoint: dict[str, Any]
    services: Any  # the application's services, as `common.launch` built them
    stopping: Callable[[], bool] = field(default=lambda: False)  # the runner itself was told to stop
    clock: Callable[[], datetime] = field(default=now)

    def progress(
        self, done: int, total: int | None = None, note: str = "", *, checkpoint: dict[str, Any] | None = None
    ) -> None:
        """Keep progress and checkpoint; raises `Stopped` where a person wishes so or the lease was lost."""
        with self.database.write() as session:
            if not renew(session, self.job_id, worker=self.worker, at=self.clock()):
                raise Stopped(None)
            job = session.get_one(Job, self.job_id)
            job.done, job.total, job.note = done, total if total is not None else job.total, note[:200]
            if checkpoint is not None:
                job.checkpoint = self.checkpoint = checkpoint
            wish = job.wish
        if wish:
            raise Stopped(JobState.CANCELLED if wish == "cancel" else JobState.PAUSED)
        if self.stopping():
            raise Stopped(JobState.QUEUED)


class JobRunner:
    """Threads that run jobs until they are told to stop."""

    def __init__(  # noqa: PLR0913 - what it runs, and what it looks at
        self,
        database: Database,
        bus: Bus,
        kinds: Sequence[JobKind],
        *,
        services: Any,
        threads: int = 1,
        housekeeping: Callable[[], None] = lambda: None,
        housekeeping_every: timedelta = timedelta(hours=1),
        pulse: Callable[[], None] = lambda: None,
    ) -> None:
        self._keep_house, self._every, self._house_kept = (
            housekeeping,
            housekeeping_every,
            datetime.min.replace(tzinfo=UTC),
        )
        self._pulse = pulse
        self.database, self.bus, self.services = database, bus, services
        self.kinds = {kind.name: kind for kind in kinds}
        self.name = f"worker-{uuid.uuid4().hex[:8]}"
        self._stop, self._wake = threading.Event(), threading.Event()
        names = [f"{self.name}-{number}" for number in range(threads)]
        self._threads = [
            threading.Thread(target=self._work, args=(name,), name=name, daemon=True) for name in names
        ]
        self._listener = threading.Thread(target=self._listen, name=f"{self.name}-listener", daemon=True)

    def start(self) -> None:
        """Begin to take jobs."""
        self._listener.start()
        for thread in self._threads:
            thread.start()

    def stop(self, *, timeout: float = 10.0) -> None:
        """Take no more jobs; one that runs is put back at its next checkpoint."""
        self._stop.set()
        self._wake.set()
        for thread in (*self._threads, self._listener):
            if thread.is_alive():
                thread.join(timeout)

    def run_one(self, worker: str) -> bool:
        """Take and run one job; False where none waits."""
        if not self.kinds:
            return False
        with self.database.write() as session:
            job = take(session, kinds=self.kinds, worker=worker, at=now())
        if job is None:
            return False
        self._run(job, worker)
        return True

    def _work(self, worker: str) -> None:
        while not self._stop.is_set():
            try:
                worked = self.run_one(worker)
            except Exception:  # the database may be away for a while: try again, and say so
                log.exception("job runner could not reach its table")
                worked = False
            if not worked:
                self._wake.wait(POLL_SECONDS)
                self._wake.clear()

    def _listen(self) -> None:
        with closing(self.bus.subscribe(TOPIC)) as subscription:
            while not self._stop.is_set():
                if subscription.get(timeout=POLL_SECONDS) is not None:
                    self._wake.set()
                self._look_at_the_time()

    def _look_at_the_time(self) -> None:
        try:
            self._pulse()
        except Exception:  # what was due now is still due in a second
            log.exception("what was due could not be begun")
        self._keep_house_when_due()

    def _keep_house_when_due(self) -> None:
        if now() - self._house_kept < self._every:
            return
        self._house_kept = now()
        try:
            self._keep_house()
        except Exception:  # what could not be tidied now is tidied in an hour
            log.exception("housekeeping failed")

    def _run(self, job: Job, worker: str) -> None:
        context = JobContext(
            self.database, job.id, worker, dict(job.checkpoint), self.services, self._stop.is_set
        )
        log.info("job started", job=str(job.id), kind=job.kind, attempt=job.attempts)
        result: dict[str, Any] | None = None
        error, state = "", JobState.DONE
        try:
            result = self.kinds[job.kind].run(context, job.payload)
        except Stopped as stopped:
            if stopped.state is None:
                return  # somebody else has it
            state = stopped.state
        except Problem as problem:
            state, error = JobState.FAILED, problem.message
        except Exception:  # a job must not take its worker with it
            log.exception("job failed", job=str(job.id), kind=job.kind)
            state, error = JobState.FAILED, "internal"
        with self.database.write() as session:
            held = session.get_one(Job, job.id, with_for_update=True)
            if held.leased_by == worker:
                finish(held, state, at=now(), result=result, error=error)
        log.info("job ended", job=str(job.id), kind=job.kind, state=state.value)


def wake(bus: Bus) -> None:
    """Tell the runners that a job waits."""
    bus.publish(TOPIC, {})
