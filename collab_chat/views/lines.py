"""The quiet lines of a conversation: what happened beside what was said."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from collab_chat.models import Event, Member
from collab_chat.queries.events import reminded_task
from collab_chat.schemas.cases import (
    REACTION_NAMES,
    SEVERITY_NAMES,
    STATUS_NAMES,
    VERDICT_NAMES,
    CaseStatus,
    ReactionKind,
    Severity,
    Verdict,
)
from collab_chat.schemas.events import Kind
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import ROLE_NAMES, Role
from common.i18n import gettext as _
from common.i18n import ngettext


@dataclass(frozen=True)
class Line:
    """One line. `icon` says of what kind, `strong`: it should not be overlooked.

    `folded`: the numbers of the events after the first that it tells of, too; `whole`: what it says in full, where it is shortened.
    """

    seq: int
    at: datetime
    icon: str
    text: str
    strong: bool = False
    grouped: bool = False
    folded: Sequence[int] = ()
    whole: str = ""
    what: str = field(default="line", init=False)


Content = Mapping[str, Any]
Who = Callable[[object], str]
NO_TASKS: Mapping[int, str] = MappingProxyType({})


def line_of(
    members: Mapping[uuid.UUID, Member], event: Event, tasks: Mapping[int, str] = NO_TASKS
) -> Line | None:
    """Return what an event says in a line; None where nothing needs to be said. `tasks`: what tasks say that may be named."""
    worded = _WORDS.get(Kind(event.kind))
    if worded is None:
        return None
    icon, words, strong = worded
    content, who = event.content or {}, called(members)
    task = tasks.get(reminded_task(event) or 0)
    text = words({**content, "task": task} if task else content, who(event.author_id), who)
    return Line(event.seq, event.at, icon, text, strong) if text else None


def called(members: Mapping[uuid.UUID, Member]) -> Who:
    """Return what gives the names of people in the room, by their ids."""

    def who(person: object) -> str:
        try:
            member = members.get(uuid.UUID(str(person))) if person else None
        except ValueError:
            member = None
        if person is None:
            return _("The toolkit")
        return (member.name if member else "") or _("Somebody who left")

    return who


def _created(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    return _("%(who)s opened this room.") % {"who": by}


def _changed(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    if content.get("archived") is not None:
        words = _("%(who)s archived this room.") if content["archived"] else _("%(who)s reopened this room.")
        return words % {"who": by}
    if content.get("tlp"):
        return _("%(who)s marked this room %(tlp)s.") % {"who": by, "tlp": Tlp(content["tlp"]).label}
    if content.get("name"):
        return _("%(who)s named this room %(name)s.") % {"who": by, "name": content["name"]}
    return _("%(who)s changed what this room is about.") % {"who": by}


def _joined(content: Content, by: str, who: Who) -> str:
    person = who(content.get("person"))
    if content.get("how") == "added" and person != by:
        return _("%(who)s brought %(person)s in.") % {"who": by, "person": person}
    return _("%(person)s came in.") % {"person": person}


def _role(content: Content, by: str, who: Who) -> str:
    if content.get("organisation_name"):
        words = {"person": who(content.get("person")), "organisation": content["organisation_name"]}
        return _("%(person)s is of %(organisation)s now.") % words
    if "organisation_name" in content:
        return _("%(person)s is of no organisation now.") % {"person": who(content.get("person"))}
    role = _(ROLE_NAMES[Role(content["role"])]) if content.get("role") else "?"
    return _("%(who)s made %(person)s a %(role)s of this room.") % {
        "who": by,
        "person": who(content.get("person")),
        "role": role.lower(),
    }


def _left(content: Content, by: str, who: Who) -> str:
    person = who(content.get("person"))
    if person != by:
        return _("%(who)s removed %(person)s.") % {"who": by, "person": person}
    return _("%(person)s left.") % {"person": person}


def _opened(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    return _("%(who)s opened case %(number)s: %(title)s") % {
        "who": by,
        "number": content.get("number", "?"),
        "title": content.get("title", ""),
    }


def _moved(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    status = _(STATUS_NAMES[CaseStatus(content["status"])]) if content.get("status") else "?"
    return _with_reason(_("%(who)s set the case to: %(status)s.") % {"who": by, "status": status}, content)


def _graded(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    severity = _(SEVERITY_NAMES[Severity(content["severity"])]) if content.get("severity") else "?"
    told = _("%(who)s graded the case: %(severity)s (harm %(harm)s of 4, breakout %(breakout)s of 6).") % {
        "who": by,
        "severity": severity.lower(),
        "harm": content.get("harm", "?"),
        "breakout": content.get("breakout", "?"),
    }
    return _with_reason(told, content)


def _staffed(content: Content, by: str, who: Who) -> str:
    lead, scribe = content.get("lead"), content.get("scribe")
    return _("%(who)s set the lead: %(lead)s; the scribe: %(scribe)s.") % {
        "who": by,
        "lead": who(lead) if lead else _("nobody"),
        "scribe": who(scribe) if scribe else _("nobody"),
    }


def _organisations(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    names = ", ".join(sorted((content.get("organisations") or {}).values()))
    return _("%(who)s set the organisations involved: %(names)s.") % {"who": by, "names": names or _("none")}


def _linked(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    words = (
        _("%(who)s linked %(title)s to the case.")
        if content.get("on", True)
        else _("%(who)s took %(title)s from the case.")
    )
    return words % {"who": by, "title": content.get("title", "")}


def _reopened(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    told = _("%(who)s reopened the case; round %(round)s begins.") % {
        "who": by,
        "round": content.get("round", "?"),
    }
    return _with_reason(told, content)


def _signal(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    times = int(content.get("times") or 1)
    words = ngettext(
        "Signal: %(title)s (seen %(times)s time).", "Signal: %(title)s (seen %(times)s times).", times
    )
    return words % {"title": content.get("title", ""), "times": str(times)}


def _evidence(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    what = content.get("url") or (content.get("file") or {}).get("name", "")
    return _("%(who)s added evidence: %(what)s") % {"who": by, "what": what}


def _captured(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    return _("Evidence %(seq)s was captured.") % {"seq": content.get("evidence", "?")}


def _failed(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    return _("Evidence %(seq)s could not be captured: %(why)s") % {
        "seq": content.get("evidence", "?"),
        "why": content.get("why", ""),
    }


def _task(content: Content, by: str, who: Who) -> str:
    told = _("%(who)s added a task: %(text)s") % {"who": by, "text": content.get("text", "")}
    return f"{told} → {who(content['owner'])}" if content.get("owner") else told


def _task_changed(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    words = (
        _("%(who)s finished a task: %(text)s")
        if content.get("done")
        else _("%(who)s changed a task: %(text)s")
    )
    return words % {"who": by, "text": content.get("text", "")}


def _vote(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    return _("%(who)s filled in a qualification sheet.") % {"who": by}


def _objection(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    words = (
        _("%(who)s blocks the decision: %(why)s")
        if content.get("blocking")
        else _("%(who)s objects: %(why)s")
    )
    return words % {"who": by, "why": content.get("why", "")}


def _lifted(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    return _("%(who)s lifted an objection: %(why)s") % {"who": by, "why": content.get("why", "")}


def _shortened(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    return _("%(who)s agrees to decide before the waiting time is over.") % {"who": by}


def _decision(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    verdict = (content.get("record") or {}).get("verdict")
    name = _(VERDICT_NAMES[Verdict(verdict)]) if verdict in set(Verdict) else ""
    return _("Decision of round %(round)s: %(verdict)s. Record %(hash)s…") % {
        "round": content.get("round", "?"),
        "verdict": name,
        "hash": str(content.get("sha256", ""))[:12],
    }


def _attribution(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    return _("%(who)s recorded an attribution; it stands in the case.") % {"who": by}


def _reaction(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    reaction = _(REACTION_NAMES[ReactionKind(content["reaction"])]) if content.get("reaction") else "?"
    return _with_reason(
        _("%(who)s chose a reaction: %(reaction)s.") % {"who": by, "reaction": reaction}, content
    )


def _report(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    return _("%(who)s saved version %(number)s of the report.") % {
        "who": by,
        "number": content.get("number", "?"),
    }


def _reminder(content: Content, by: str, who: Who) -> str:  # noqa: ARG001
    what = str(content.get("what", ""))
    name = {
        "triage": _("to triage"),
        "qualify": _("to qualify"),
        "decide": _("to decide on a reaction"),
    }.get(what) or (
        _("for the task “%(task)s”") % {"task": content["task"]} if content.get("task") else _("for a task")
    )
    words = _("The time %(what)s is over.") if content.get("late") else _("The time %(what)s is nearly over.")
    return words % {"what": name}


def _with_reason(told: str, content: Content) -> str:
    return f"{told} {content['why']}" if content.get("why") else told


_Words = Callable[[Content, str, Who], str]
_WORDS: dict[Kind, tuple[str, _Words, bool]] = {
    Kind.ROOM_CREATED: ("door-open", _created, False),
    Kind.ROOM_CHANGED: ("settings", _changed, False),
    Kind.MEMBER_JOINED: ("user-plus", _joined, False),
    Kind.MEMBER_CHANGED: ("users", _role, False),
    Kind.MEMBER_LEFT: ("log-out", _left, False),
    Kind.CASE_OPENED: ("folder", _opened, True),
    Kind.CASE_MOVED: ("arrow-right", _moved, True),
    Kind.CASE_GRADED: ("gauge", _graded, True),
    Kind.CASE_STAFFED: ("user", _staffed, False),
    Kind.CASE_ORGANISATIONS: ("users", _organisations, False),
    Kind.CASE_LINKED: ("link", _linked, False),
    Kind.CASE_REOPENED: ("undo-2", _reopened, True),
    Kind.SIGNAL_LINKED: ("bell", _signal, False),
    Kind.EVIDENCE_ADDED: ("scan-search", _evidence, False),
    Kind.EVIDENCE_CAPTURED: ("circle-check", _captured, False),
    Kind.EVIDENCE_FAILED: ("triangle-alert", _failed, False),
    Kind.TASK_ADDED: ("list", _task, False),
    Kind.TASK_CHANGED: ("check", _task_changed, False),
    Kind.VOTE_CAST: ("scale", _vote, False),
    Kind.OBJECTION_RAISED: ("octagon-alert", _objection, True),
    Kind.OBJECTION_LIFTED: ("circle-check", _lifted, False),
    Kind.WAIT_SHORTENED: ("clock", _shortened, False),
    Kind.DECISION_MADE: ("scale", _decision, True),
    Kind.ATTRIBUTION_STATED: ("network", _attribution, True),
    Kind.REACTION_CHOSEN: ("megaphone", _reaction, True),
    Kind.REPORT_SAVED: ("file-text", _report, False),
    Kind.REMINDER_GIVEN: ("clock", _reminder, True),
}
