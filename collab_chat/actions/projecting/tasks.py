"""Tasks, from the log."""

from collab_chat.actions.projecting.projector import Projector, nothing
from collab_chat.schemas.events import Kind

PROJECTORS: dict[Kind, Projector] = {
    Kind.TASK_ADDED: nothing,
    Kind.TASK_CHANGED: nothing,
}
