"""Cases, from the log."""

from collab_chat.actions.projecting.projector import Projector, nothing
from collab_chat.schemas.events import Kind

PROJECTORS: dict[Kind, Projector] = {
    Kind.CASE_OPENED: nothing,
    Kind.CASE_EDITED: nothing,
    Kind.CASE_MOVED: nothing,
    Kind.CASE_GRADED: nothing,
    Kind.CASE_STAFFED: nothing,
    Kind.CASE_ORGANISATIONS: nothing,
    Kind.CASE_LINKED: nothing,
    Kind.CASE_REOPENED: nothing,
    Kind.SIGNAL_LINKED: nothing,
    Kind.REMINDER_GIVEN: nothing,
}
