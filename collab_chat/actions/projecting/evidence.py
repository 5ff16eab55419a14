"""Evidence, from the log."""

from collab_chat.actions.projecting.projector import Projector, nothing
from collab_chat.schemas.events import Kind

PROJECTORS: dict[Kind, Projector] = {
    Kind.EVIDENCE_ADDED: nothing,
    Kind.EVIDENCE_CAPTURED: nothing,
    Kind.EVIDENCE_FAILED: nothing,
}
