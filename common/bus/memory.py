"""The bus of a single process: no server, nothing to wait for."""

from common.bus.messages import Payload, checked
from common.bus.subscription import Subscribers, Subscription


class MemoryBus:
    """Hands messages to the subscriptions of this process."""

    def __init__(self) -> None:
        self._subscribers = Subscribers()

    def publish(self, topic: str, payload: Payload) -> None:
        """Tell the subscribers of `topic`. Raises ValueError for more than keys."""
        self._subscribers.deliver(checked(topic, payload))

    def subscribe(self, *topics: str) -> Subscription:
        """Listen to topics from now on."""
        return self._subscribers.add(topics)

    def ping(self) -> bool:
        """Return True: memory does not go away."""
        return True

    def close(self) -> None:
        """End all subscriptions."""
        self._subscribers.close()
