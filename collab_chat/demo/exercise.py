"""An exercise that is ready to be played: its director names the players and begins."""

from collab_chat.actions.exercises import prepare_exercise
from collab_chat.demo.stage import Stage
from collab_chat.service.transactions import changing
from collab_chat.sources.scenarios import shipped

SCENARIO = "polling_stations"


def ready_exercise(stage: Stage) -> None:
    """Load a shipped scenario, in English."""
    with changing(stage.services) as session:
        prepare_exercise(session, stage.admin, shipped()[SCENARIO], "en", at=stage.ago(hours=1))
