"""A training in the process of whoever asks, for the command line and for tests."""

from common.accounts.actors import Actor
from common.web.services import Services
from political_ads.actions.training import fail_training
from political_ads.models import Model
from political_ads.queries.campaigns import campaign_of
from political_ads.queries.training import model_of
from political_ads.service.predicting import models_of
from political_ads.service.supplying import ask_for_training
from political_ads.service.training import Progress, run_training


def train_now(
    services: Services,
    actor: Actor,
    slug: str,
    question: str = "",
    *,
    progress: Progress = lambda *_said: None,
) -> Model:
    """Train the next version of a question's model (none named: the first) and return it. Raises `NotFound`, `Conflict`."""
    with services.database.write() as session:
        campaign = campaign_of(session, actor, slug)
        asked = ask_for_training(session, actor, campaign, question, at=services.clock(), as_job=False)
        model_id = asked.id
    try:
        run_training(
            services.database,
            models_of(services),
            actor,
            model_id,
            clock=services.clock,
            progress=progress,
        )
    except BaseException as error:  # an interrupt, too, must not leave a version that waits for nobody
        with services.database.write() as session:
            fail_training(session, actor, [model_id], str(error) or type(error).__name__)
        raise
    with services.database.read() as session:
        return model_of(session, model_id)
