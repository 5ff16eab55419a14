"""Training models, asking them about every creative, and the next version where labels grew."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from common.accounts.actors import operator
from common.errors import Problem
from common.i18n import gettext as _
from common.jobs import JobContext, JobKind, JobState, Stopped
from common.jobs.queue import renew
from common.web.services import Services
from political_ads.actions.training import ask_again, fail_training
from political_ads.queries.training import TRAIN, abandoned_models, models_with_more_to_predict
from political_ads.service.predicting import models_of
from political_ads.service.supplying import begin_what_grew

PULSE = 20.0  # seconds; a lease lasts 60, and one fit may take longer


def train(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Train a version that was begun; a resumed job goes on after the last creative that was predicted."""
    # SciPy takes a third of a second to import, and processes that only serve pages never train.
    from political_ads.service.training import run_training  # noqa: PLC0415

    model_id = int(payload["model_id"])
    try:
        with _lease_kept(context):
            return run_training(
                context.database,
                models_of(context.services),
                operator("job"),
                model_id,
                clock=context.clock,
                progress=context.progress,
            )
    except Stopped as stopped:
        if stopped.state is JobState.CANCELLED:
            _fail(context, model_id, _("Somebody stopped it."))
        raise
    except Problem as problem:
        _fail(context, model_id, problem.message)
        raise


def keep_house(services: Services) -> None:
    """Give up versions at which nobody works any more, begin the next one wherever labels grew, and ask about ads that came since."""
    at = services.clock()
    with services.database.write() as session:
        gone = abandoned_models(session, at=at)
        if gone:
            fail_training(session, operator("job"), gone, _("The work on it ended before it was done."))
    with services.database.write() as session:
        begin_what_grew(session, operator("job"), at=at)
    with services.database.write() as session:
        for model in models_with_more_to_predict(session):
            ask_again(session, operator("job"), model, at=at)


@contextmanager
def _lease_kept(context: JobContext) -> Iterator[None]:
    """Renew the job's lease while a fit takes its time, lest another worker begin the same work."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(PULSE):
            with context.database.write() as session:
                renew(session, context.job_id, worker=context.worker, at=context.clock())

    thread = threading.Thread(target=beat, name="lease of a training", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _fail(context: JobContext, model_id: int, why: str) -> None:
    with context.database.write() as session:
        fail_training(session, operator("job"), [model_id], why)


JOB_KINDS = (JobKind(TRAIN, train),)
