"""The demonstration: a team's room, a case in each state, one of them whole, and an exercise that is ready to be played.

All of it is invented: places, people, pages. It is written through the actions that people use, with times of the days before.
"""

from collab_chat.demo.complete import complete_case
from collab_chat.demo.conversation import team_room
from collab_chat.demo.exercise import ready_exercise
from collab_chat.demo.stage import Stage
from collab_chat.demo.states import decided_cases, open_cases
from common.manifest import DemoPeople
from common.web.services import Services


def fill(services: Services, people: DemoPeople) -> None:
    """Add the demonstration's rooms, cases, signals and exercise; oldest first, in short transactions."""
    stage = Stage(services, people)
    complete_case(stage)
    decided_cases(stage)
    rooms = open_cases(stage)
    team_room(stage, rooms)
    ready_exercise(stage)
