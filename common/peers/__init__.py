"""The tools' questions to each other, over their own open interfaces: in this process, or over the network."""

from common.peers.ads import AdsPeer, PeerCreative
from common.peers.bots import BotDetectorPeer, PeerScore, PeerScoreWords
from common.peers.calls import Caller
from common.peers.encyclopedia import EncyclopediaPeer, PeerEntry
from common.peers.rooms import PeerSignal, RoomsPeer
from common.peers.statements import Statement, read_statement, sign_statement

__all__ = [
    "AdsPeer",
    "BotDetectorPeer",
    "Caller",
    "EncyclopediaPeer",
    "PeerCreative",
    "PeerEntry",
    "PeerScore",
    "PeerScoreWords",
    "PeerSignal",
    "Peers",
    "RoomsPeer",
    "Statement",
    "read_statement",
    "sign_statement",
]


class Peers:
    """The tools that can be asked."""

    def __init__(self, caller: Caller) -> None:
        self.ads = AdsPeer(caller)
        self.bots = BotDetectorPeer(caller)
        self.encyclopedia = EncyclopediaPeer(caller)
        self.rooms = RoomsPeer(caller)
        self.close = caller.close
