"""The tables: the log is the truth, and all of `Message`, `Member`, `Case`, … can be made from it again."""

from collab_chat.models.cases import (
    Case,
    Counter,
    Decision,
    Evidence,
    Link,
    Objection,
    ReactionTaken,
    Task,
    Vote,
)
from collab_chat.models.exercises import Exercise
from collab_chat.models.integrations import (
    Button,
    ConsensusRule,
    Feed,
    Hook,
    PlaybookTemplate,
    ReachFigure,
    SlashCommand,
)
from collab_chat.models.log import Event, Room
from collab_chat.models.messages import (
    File,
    Member,
    Mention,
    Message,
    ReactionMark,
    ReadPointer,
    RoomInvitation,
)
from collab_chat.models.notices import Notice, NoticeChoice, NoticePointer, PushAddress
from collab_chat.models.reports import ReportUpdate, ReportVersion
from collab_chat.models.signals import Signal, SignalSight

__all__ = [
    "Button",
    "Case",
    "ConsensusRule",
    "Counter",
    "Decision",
    "Event",
    "Evidence",
    "Exercise",
    "Feed",
    "File",
    "Hook",
    "Link",
    "Member",
    "Mention",
    "Message",
    "Notice",
    "NoticeChoice",
    "NoticePointer",
    "Objection",
    "PlaybookTemplate",
    "PushAddress",
    "ReachFigure",
    "ReactionMark",
    "ReactionTaken",
    "ReadPointer",
    "ReportUpdate",
    "ReportVersion",
    "Room",
    "RoomInvitation",
    "Signal",
    "SignalSight",
    "SlashCommand",
    "Task",
    "Vote",
]
