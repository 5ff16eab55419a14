"""Slash commands: one line in, an answer out. What asks another tool is acknowledged at once and answered in the room."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from collab_chat.actions.cases import grade_case
from collab_chat.actions.rooms import change_room
from collab_chat.actions.speaking import Words, speak
from collab_chat.actions.tasks import TaskForm, add_task
from collab_chat.core.commands import (
    BUILT_IN,
    Typed,
    misused,
    read_line,
    read_scale,
    read_severity,
    read_task,
    read_tlp,
    usage,
)
from collab_chat.core.mentions import named_in
from collab_chat.core.reach import Figure, standing
from collab_chat.models import SlashCommand
from collab_chat.permissions import require_right
from collab_chat.queries.cases import readable_case
from collab_chat.queries.hooks import slash_command, slash_commands
from collab_chat.queries.reach import has_figures, reach_figures
from collab_chat.queries.rooms import members_of, room_of, standing_in
from collab_chat.schemas.cases import SEVERITY_NAMES
from collab_chat.schemas.events import RoomChanged, Via
from collab_chat.schemas.markings import TLP_MEANINGS, Tlp
from collab_chat.schemas.rooms import Right, Standing
from collab_chat.service import asking_tools
from collab_chat.service.answering import answers_of
from collab_chat.service.asking import Question, ask_outside, outside_name
from collab_chat.service.transactions import changing
from common.accounts.actors import Actor, operator
from common.errors import Conflict, Invalid, Problem, TooMany
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.services import Services

MOST_A_MINUTE = 30  # commands of one person
EPHEMERAL, IN_CHANNEL = "ephemeral", "in_channel"
log = structlog.get_logger()
_formats = Formats()


@dataclass(frozen=True)
class CommandAnswer:
    """What comes back to who typed: words for them alone (`ephemeral`), or a note that it stands in the room (`in_channel`).

    `goto`: a path to open, without language.
    """

    response_type: str
    text: str
    attachments: tuple[Mapping[str, Any], ...] = ()
    goto: str = ""


@dataclass(frozen=True)
class Place:
    """Where a command was typed."""

    services: Services
    actor: Actor
    standing: Standing
    typed: Typed
    at: datetime

    @property
    def room_id(self) -> uuid.UUID:
        """The room."""
        return self.standing.room_id


def run_command(
    services: Services, actor: Actor, room_id: uuid.UUID, text: str, *, at: datetime
) -> CommandAnswer:
    """Do what a command line says. It returns at once: no other tool is waited for.

    Raises:
        NotFound: the room is not theirs. Forbidden: they may not write in it, or not do this. Invalid: the line is not understood; the
        sentence says how it is written. TooMany: over 30 commands a minute. Conflict: the room is archived, or the case elsewhere.
    """
    with services.database.read() as session:
        place = Place(services, actor, standing_in(session, actor, room_id), read_line(text), at)
        require_right(actor, place.standing, Right.POST)
        if room_of(session, room_id).archived:
            raise Conflict(_("This room is archived: it can be read, not written in."))
        outgoing = None if place.typed.word in BUILT_IN else slash_command(session, place.typed.word)
    _not_too_often(place)
    if place.typed.word in ANSWERED:
        return ANSWERED[place.typed.word](place)
    if place.typed.word in BUILT_IN:
        return _ask_tool(place)
    if outgoing is not None:
        return _ask_outside(place, outgoing)
    raise Invalid(
        _("There is no command /%(word)s. Type /help to see what there is.") % {"word": place.typed.word}
    )


def offered(session: Session, actor: Actor, room_id: uuid.UUID) -> list[dict[str, str]]:
    """Return all commands for completion: word, form, help, example."""
    standing_in(session, actor, room_id)
    built_in = [
        {"word": one.word, "form": _(one.form), "help": _(one.help), "example": one.example}
        for one in BUILT_IN.values()
    ]
    outside = [
        {"word": one.word, "form": "", "help": one.help, "example": f"/{one.word}"}
        for one in slash_commands(session)
    ]
    return sorted(built_in + outside, key=lambda one: one["word"])


def _not_too_often(place: Place) -> None:
    decision = place.services.limiter.hit(f"room-command:{place.actor.person_id}", MOST_A_MINUTE, 60)
    if not decision.allowed:
        raise TooMany(_("Too many commands. Wait a moment."), retry_after=decision.retry_after)


def _help(place: Place) -> CommandAnswer:
    word = place.typed.rest.lstrip("/").lower()
    if word in BUILT_IN:
        one = BUILT_IN[word]
        return CommandAnswer(EPHEMERAL, f"**/{word}** — {_(one.help)} {usage(one)}")
    with place.services.database.read() as session:
        lines = [
            f"- `/{one['word']}`{' *' + one['form'] + '*' if one['form'] else ''} — {one['help']}"
            for one in offered(session, place.actor, place.room_id)
        ]
    return CommandAnswer(EPHEMERAL, "\n".join([_("What can be typed here:"), "", *lines]))


def _scale(place: Place) -> CommandAnswer:
    asked = read_scale(place.typed.rest)
    with place.services.database.read() as session:
        if not has_figures(session):
            sentence = _(
                "No table of figures is loaded, and the toolkit invents none. A coordinator can load one whose lines name their source."
            )
            return CommandAnswer(EPHEMERAL, sentence)
        found = standing(reach_figures(session), asked.count, asked.measure, asked.platform)
    if not found:
        raise Invalid(_("The table has no line that this number reaches. Try another measure or platform."))
    shown = _formats.number(asked.count)
    lines = [_("%(count)s, by the loaded table:") % {"count": f"**{shown}**"}, "", *map(_figure_line, found)]
    _say(place, "\n".join(lines))
    return CommandAnswer(IN_CHANNEL, "")


def _figure_line(one: Figure) -> str:
    words = one.meaning.get(current_locale()) or next(iter(one.meaning.values()))
    where = {"where": one.platform, "measure": one.measure, "least": _formats.number(one.at_least)}
    about = _("%(where)s, %(measure)s, from %(least)s on") % where
    return f"- {about}: {words} ({one.dated}, {one.source})"


def _task(place: Place) -> CommandAnswer:
    line = read_task(place.typed, at=place.at)
    with changing(place.services) as session:
        owner = None
        if line.owner:
            members = [(one.person_id, one.name) for one in members_of(session, place.room_id)]
            owner = next(iter(named_in(f"@{line.owner}", members).people), None)
            if owner is None:
                raise misused("task", _("Nobody here is called %(name)s.") % {"name": f"@{line.owner}"})
        add_task(session, place.actor, place.room_id, TaskForm(line.text, owner, line.due), at=place.at)
    told = _("The task is on the list.")
    if line.due:
        told += " " + _("It is due %(when)s (UTC).") % {"when": line.due.strftime("%Y-%m-%d %H:%M")}
    return CommandAnswer(EPHEMERAL, told)


def _vote(place: Place) -> CommandAnswer:
    _in_case(place)
    told = _("Votes are cast on the sheet, not in the open.")
    return CommandAnswer(EPHEMERAL, told, goto=f"/rooms/{place.room_id}/qualification")


def _report(place: Place) -> CommandAnswer:
    return CommandAnswer(EPHEMERAL, "", goto=f"/rooms/{place.room_id}/report")


def _severity(place: Place) -> CommandAnswer:
    _in_case(place)
    harm, breakout = read_severity(place.typed)
    with changing(place.services) as session:
        graded = grade_case(session, place.actor, place.room_id, harm=harm, breakout=breakout, at=place.at)
    told = _("Graded by the matrix: %(severity)s.") % {"severity": _(SEVERITY_NAMES[graded])}
    return CommandAnswer(EPHEMERAL, told)


def _tlp(place: Place) -> CommandAnswer:
    if not place.typed.rest:
        with place.services.database.read() as session:
            now = Tlp(room_of(session, place.room_id).tlp)
        return CommandAnswer(EPHEMERAL, f"**{now.label}** — {_(TLP_MEANINGS[now])}")
    tlp = read_tlp(place.typed.rest)
    with changing(place.services) as session:
        change_room(session, place.actor, place.room_id, RoomChanged(tlp=tlp), at=place.at)
    return CommandAnswer(EPHEMERAL, _("What is said from now on is at least %(tlp)s.") % {"tlp": tlp.label})


def _in_case(place: Place) -> None:
    with place.services.database.read() as session:
        readable_case(session, place.standing)


def _ask_tool(place: Place) -> CommandAnswer:
    asking_tools.check(place.typed)
    if place.actor.person_id is None:
        raise Invalid(_("Other tools are asked with a person’s rights."))
    phase = asking_tools.phase_in(place.services, place.actor, place.room_id)
    asked = asking_tools.Asked(place.actor.person_id, place.typed, phase)

    def answer() -> None:
        found = asking_tools.ask_tool(place.services, asked)
        _say_later(place, found.text, found)

    answers_of(place.services).later(answer)
    return CommandAnswer(IN_CHANNEL, _("Asked. The answer comes into the room."))


def _ask_outside(place: Place, command: SlashCommand) -> CommandAnswer:
    with place.services.database.read() as session:
        room = room_of(session, place.room_id)
        if Tlp(room.tlp).rank > Tlp.AMBER.rank:
            raise Invalid(
                _("This room is marked %(tlp)s: nothing typed here is sent to another site.") % {"tlp": Tlp(room.tlp).label}
            )  # fmt: skip
        question = Question(command, outside_name(session, room), place.standing, place.typed.rest)
    answers_of(place.services).later(lambda: ask_outside(place.services, question))
    return CommandAnswer(IN_CHANNEL, _("Asked. The answer comes into the room."))


def _say_later(place: Place, text: str, found: asking_tools.Found) -> None:
    """Say an answer in the room, if it still can be said there."""
    try:
        _say(place, text, found)
    except Problem as problem:
        log.info("command.unanswered", word=place.typed.word, reason=problem.message)


def _say(place: Place, text: str, found: asking_tools.Found | None = None) -> None:
    """Say an answer in the room, beneath the line that asked for it."""
    line = f"/{place.typed.word} {place.typed.rest}".strip().replace("`", "'")
    words = Words(
        f"`{line}`\n\n{text}",
        Via(kind="command", name=f"/{place.typed.word}"),
        cards=found.cards if found else (),
        asker=place.standing.person_id,
        organisation_id=place.standing.organisation_id,
    )
    with changing(place.services) as session:
        speak(session, operator("job"), place.room_id, words, at=place.services.clock())


ANSWERED: dict[str, Callable[[Place], CommandAnswer]] = {
    "help": _help,
    "scale": _scale,
    "task": _task,
    "vote": _vote,
    "report": _report,
    "severity": _severity,
    "tlp": _tlp,
}
