"""News between the parts of the toolkit, in one process or in many: publish keys, subscribe, look in the database."""

from typing import Protocol

from common.bus.memory import MemoryBus
from common.bus.messages import GAP, Message, Payload
from common.bus.subscription import Subscription

__all__ = ["GAP", "Bus", "Message", "Payload", "Subscription", "open_bus"]


class Bus(Protocol):
    """Tells what happened to whoever listens now, in this process or in all of them. Nothing is kept.

    Messages of one publisher arrive in the order in which they were published.
    """

    def publish(self, topic: str, payload: Payload) -> None:
        """Tell all subscribers of `topic`. Never waits for a reader. Raises ValueError for more than keys."""

    def subscribe(self, *topics: str) -> Subscription:
        """Listen to topics (exact names); messages published after the return arrive, or a lagged one does."""

    def ping(self) -> bool:
        """Return whether messages can be told now."""

    def close(self) -> None:
        """End all subscriptions and give back what the bus holds."""


def open_bus(url: str | None) -> Bus:
    """Return a bus: among all processes on the Redis or Valkey at `url`, or inside this one without."""
    if url is None:
        return MemoryBus()
    # Importing the Redis client takes 0.16 s; one machine alone needs none of it.
    from common.bus.redis import RedisBus  # noqa: PLC0415

    return RedisBus(url)
