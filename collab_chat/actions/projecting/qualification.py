"""Votes, objections, decisions, reactions, from the log."""

from collab_chat.actions.projecting.projector import Projector, nothing
from collab_chat.schemas.events import Kind

PROJECTORS: dict[Kind, Projector] = {
    Kind.VOTE_CAST: nothing,
    Kind.OBJECTION_RAISED: nothing,
    Kind.OBJECTION_LIFTED: nothing,
    Kind.WAIT_SHORTENED: nothing,
    Kind.DECISION_MADE: nothing,
    Kind.ATTRIBUTION_STATED: nothing,
    Kind.REACTION_CHOSEN: nothing,
}
