"""The tools' words to each other: told in the transaction that they are about, delivered at least once after it is stored."""

from common.events.delivery import Delivery, Listener
from common.events.models import Heard, Told
from common.events.telling import forget, tell
from common.events.words import AdFlagged, BatchScored, LabelContested, PersonMoved, Word

__all__ = [
    "AdFlagged",
    "BatchScored",
    "Delivery",
    "Heard",
    "LabelContested",
    "Listener",
    "PersonMoved",
    "Told",
    "Word",
    "forget",
    "tell",
]
