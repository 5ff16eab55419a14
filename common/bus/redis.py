"""The bus between processes, on Redis or Valkey publish/subscribe.

All messages travel on one channel and each process keeps what its subscribers want: they are small and few, and no
subscription has to be changed on the server while another thread reads from the connection.
"""

import threading
import time
from typing import Any

import redis
import structlog

from common.bus.messages import Payload, checked, decoded, encoded
from common.bus.subscription import Subscribers, Subscription
from common.redis import connect

CHANNEL = "disinfo:bus"
FIRST_WAIT = 5.0  # seconds that a subscriber waits for the first connection before it goes on without
SILENCE = 15.0  # seconds; twice that, and a connection that never says that it broke is given up
POLL = 0.2  # seconds between two looks at whether the bus was closed
BACKOFF = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # seconds between attempts to reconnect; the last one repeats

log = structlog.get_logger(__name__)


class RedisBus:
    """Hands messages to the subscriptions of all processes on one Redis.

    Messages told while the server is away are lost; every subscription gets a lagged message once it is back.
    """

    def __init__(self, url: str, *, channel: str = CHANNEL, silence: float = SILENCE) -> None:
        """Prepare a bus on `channel`; after `silence` seconds without a word the server is asked whether it is there."""
        self._client = connect(url)
        self._channel = channel
        self._silence = silence
        self._failures = 0  # attempts to connect since the last that went well
        self._late = False  # whether a subscriber has gone on without a connection
        self._subscribers = Subscribers()
        self._listening = threading.Event()
        self._closed = threading.Event()
        self._listener: threading.Thread | None = None
        self._starting = threading.Lock()

    def publish(self, topic: str, payload: Payload) -> None:
        """Tell the subscribers of `topic` in all processes. Raises ValueError for more than keys.

        An absent server is logged, not raised: what the message is about has been committed already, and subscribers
        learn from the lagged message that they must look.
        """
        message = checked(topic, payload)
        try:
            self._client.publish(self._channel, encoded(message))
        except redis.RedisError as error:
            log.warning("bus.not_told", topic=topic, error=type(error).__name__)

    def subscribe(self, *topics: str) -> Subscription:
        """Listen to topics; waits up to 5 s for the server, then goes on: a lagged message tells when it is there."""
        subscription = self._subscribers.add(topics)
        self._start()
        if not self._listening.wait(FIRST_WAIT):
            self._late = True
            log.warning("bus.not_connected")
        return subscription

    def ping(self) -> bool:
        """Return whether the server answers."""
        try:
            return bool(self._client.ping())
        except redis.RedisError:
            return False

    def close(self) -> None:
        """End all subscriptions, the listening thread and the connections."""
        self._closed.set()
        self._subscribers.close()
        if self._listener:
            self._listener.join()
        self._client.close()

    def _start(self) -> None:
        with self._starting:
            if self._listener is None:
                self._listener = threading.Thread(target=self._listen, name="bus", daemon=True)
                self._listener.start()

    def _listen(self) -> None:
        """Read messages until the bus is closed, reconnecting after longer and longer pauses."""
        while not self._closed.is_set():
            try:
                self._read()
            except (redis.RedisError, OSError) as error:
                pause = BACKOFF[min(self._failures, len(BACKOFF) - 1)]
                self._failures += 1
                log.warning("bus.disconnected", error=type(error).__name__, again_in=pause)
                self._closed.wait(pause)

    def _read(self) -> None:
        """Read from one connection. Raises RedisError when it breaks or has been silent for too long."""
        with self._client.pubsub() as link:  # type: ignore[no-untyped-call] # the library has not typed it
            link.subscribe(self._channel)
            heard = asked = time.monotonic()
            while not self._closed.is_set():
                event = link.get_message(timeout=POLL)
                moment = time.monotonic()
                if event is not None:
                    heard = moment
                    self._handle(event)
                elif moment - heard > 2 * self._silence:
                    raise redis.TimeoutError("The server has not answered a ping.")
                elif moment - max(heard, asked) > self._silence:
                    link.ping()
                    asked = moment

    def _handle(self, event: dict[str, Any]) -> None:
        if event["type"] == "subscribe":  # also after a reconnection that the client library made by itself
            self._failures = 0
            if self._late or self._listening.is_set():
                self._subscribers.deliver_gap()
            self._listening.set()
        elif event["type"] == "message":
            try:
                message = decoded(event["data"])
            except ValueError:
                log.warning("bus.not_understood")  # another program writes to our channel
            else:
                self._subscribers.deliver(message)
