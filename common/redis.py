"""The connection to Redis or Valkey: one way to open it, with limits on every wait."""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_TIMEOUT = 2.0  # seconds; it stands in the same rack
ANSWER_TIMEOUT = 5.0  # seconds
HEALTH_INTERVAL = 15  # seconds of silence after which a connection is tried before it is used


def connect(url: str) -> redis.Redis:
    """Return a client for `url` (`redis://`, `rediss://`, `unix://`); it connects at first use.

    A command that meets a broken connection is tried once more, at once: a restarted server costs no error.
    """
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        health_check_interval=HEALTH_INTERVAL,
        retry=Retry(NoBackoff(), 1),
        socket_connect_timeout=CONNECT_TIMEOUT,
        socket_keepalive=True,
        socket_timeout=ANSWER_TIMEOUT,
    )
