"""What is pinned to a room."""

from dataclasses import dataclass

from collab_chat.queries.conversation import Stretch
from collab_chat.views.messages import Reader, ShownMessage, shown_message


@dataclass(frozen=True)
class PinsPart:
    """The pinned messages, the newest first."""

    messages: list[ShownMessage]


def pins_part(reader: Reader, stretch: Stretch) -> PinsPart:
    """Return the pinned messages that the reader may read."""
    shown = [shown_message(reader, one) for one in reversed(stretch.messages)]
    return PinsPart([one for one in shown if one.state == "shown"])
