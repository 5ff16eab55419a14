"""The tools' questions to each other, over their own open interfaces: in this process, or over the network."""

from common.peers.bots import BotDetectorPeer, PeerScore
from common.peers.calls import Caller
from common.peers.statements import Statement, read_statement, sign_statement

__all__ = ["BotDetectorPeer", "Caller", "PeerScore", "Peers", "Statement", "read_statement", "sign_statement"]


class Peers:
    """The tools that can be asked."""

    def __init__(self, caller: Caller) -> None:
        self.bots = BotDetectorPeer(caller)
        self.close = caller.close
