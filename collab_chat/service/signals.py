"""Reporting signals from doors."""

from collab_chat.actions.signals import Raised, raise_signal
from collab_chat.schemas.signals import Origin, SignalForm
from collab_chat.service.transactions import changing
from common.accounts.actors import Actor
from common.accounts.viewer import limit
from common.web.services import Services

MOST_AN_HOUR = 200  # of one person, their programs among them


def report(services: Services, actor: Actor, form: SignalForm, origin: Origin | None = None) -> Raised:
    """Report something. Raises what `raise_signal` raises, and TooMany over 200 an hour."""
    limit(services.limiter, f"room-signal:{actor.person_id}", MOST_AN_HOUR, 3_600)
    with changing(services) as session:
        return raise_signal(session, actor, form, at=services.clock(), origin=origin)
