"""Exercises that run: what is due is given about every second."""

from collab_chat.service.exercises import play
from common.web.services import Services

EVERY = 2.0  # seconds between two looks, by whichever process comes first


def pulse(services: Services) -> None:
    """Look now and then."""
    if services.limiter.hit("rooms_exercises", 1, EVERY).allowed:
        play(services, services.clock())
