"""What travels on the bus: a topic and a few keys. The database holds the truth; a message says where to look."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

Payload = Mapping[str, str | int]

MAX_TOPIC = 200  # characters
MAX_PAYLOAD = 1_000  # characters of keys and values together: room for identifiers, not for contents


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `lagged` marks the place of messages that were lost, and then there is nothing else in it.

    A reader who meets a lagged message looks everything up anew, as it did when it began.
    """

    topic: str
    payload: Payload = field(default_factory=dict)
    lagged: bool = False


GAP = Message(topic="", lagged=True)


def checked(topic: str, payload: Payload) -> Message:
    """Return the message if it carries keys only.

    Raises ValueError for an empty or long topic, other values than text and integers, or more than `MAX_PAYLOAD`
    characters: contents belong into the database.
    """
    if not 0 < len(topic) <= MAX_TOPIC:
        raise ValueError(f"A topic has 1 to {MAX_TOPIC} characters, not {len(topic)}.")
    # `type`, not `isinstance`: True is an int to Python, but not after a journey through JSON.
    wrong = [key for key, value in payload.items() if type(value) not in (str, int) or type(key) is not str]
    if wrong:
        raise ValueError(f"Only text and integers travel on the bus, unlike {', '.join(map(str, wrong))}.")
    size = sum(len(key) + len(str(value)) for key, value in payload.items())
    if size > MAX_PAYLOAD:
        raise ValueError(f"A message carries keys, at most {MAX_PAYLOAD} characters, not {size}.")
    return Message(topic, dict(payload))


def encoded(message: Message) -> str:
    """Return the message as JSON text: `[topic, payload]`."""
    return json.dumps([message.topic, message.payload], separators=(",", ":"))


def decoded(text: str) -> Message:
    """Return the message that `encoded` wrote. Raises ValueError for anything else."""
    match json.loads(text):
        case [str(topic), dict(payload)]:
            return checked(topic, payload)
    raise ValueError("This is not a message of the bus.")
