"""An exercise's debrief: goals, timeline, players, what happened."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from collab_chat.core.debriefs import Happening, Outcome, Result, results
from collab_chat.core.exercises import elapsed_at, ticks_of
from collab_chat.core.scenarios import words_in
from collab_chat.models import Exercise
from collab_chat.queries.exercises import Facts, Player, scenario_of
from collab_chat.schemas.cases import VERDICT_NAMES, Verdict
from collab_chat.schemas.scenarios import INJECT_NAMES, Scenario
from collab_chat.views.exercises import minute_words
from common.i18n import N_
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.templating import path_for

OUTCOMES = {
    Outcome.REACHED: (N_("Reached"), "ok"),
    Outcome.LATE: (N_("Reached late"), "warn"),
    Outcome.MISSED: (N_("Not reached"), "danger"),
}
NOT_YET = (N_("Not yet"), "quiet")  # while the exercise goes on
# What the timeline shows, in lanes; other events are counted only.
LANES = {
    "given": (N_("Given"), frozenset[str]()),
    "said": (N_("Said"), frozenset({"message.posted"})),
    "case": (N_("Cases"), frozenset({"case.opened", "case.moved", "case.graded"})),
    "evidence": (N_("Evidence"), frozenset({"evidence.added"})),
    "votes": (N_("Votes"), frozenset({"vote.cast"})),
    "decided": (N_("Decisions"), frozenset({"decision.made", "reaction.chosen", "report.saved"})),
}
HAPPENED = {
    "case.opened": N_("opened a case"),
    "case.graded": N_("graded it"),
    "evidence.added": N_("added evidence"),
    "vote.cast": N_("voted"),
    "decision.made": N_("decided"),
    "reaction.chosen": N_("chose a reaction"),
    "report.saved": N_("kept a version of the report"),
    "task.added": N_("added a task"),
}
_formats = Formats()


@dataclass(frozen=True)
class GoalLine:
    """A goal and its end."""

    text: str
    wanted: str
    found: str
    outcome: str
    tone: str


@dataclass(frozen=True)
class Dot:
    """A point of the timeline: place in percent, what it is."""

    x: float
    label: str


@dataclass(frozen=True)
class Lane:
    """One row of the timeline."""

    name: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class PlayerLine:
    """What a player did."""

    name: str
    role: str
    organisation: str
    read: str
    messages: int
    evidence: int
    voted: str
    decided: str


@dataclass(frozen=True)
class DebriefPage:
    """Who saw, voted and decided what, when."""

    id: uuid.UUID
    title: str
    is_over: bool
    when: str
    goals: tuple[GoalLine, ...]
    lanes: tuple[Lane, ...]
    marks: tuple[tuple[float, str], ...]
    players: tuple[PlayerLine, ...]
    story: tuple[tuple[str, str, str], ...]  # minute, who, what
    export: str


def debrief_page(
    request: Request, exercise: Exercise, players: Sequence[Player], facts: Facts
) -> DebriefPage:
    """Put the debrief together from what happened."""
    scenario = scenario_of(exercise)
    ticks = ticks_of(exercise.clock)
    names = {one.person_id: one.name for one in players}
    first = min((int(one["seq"]) for one in exercise.given), default=0)
    read = {
        person: elapsed_at(ticks, at) / 60
        for person, (seq, at) in facts.reads.items()
        if first and seq >= first and person in names
    }
    ended = results(scenario.goals, facts.happenings, read)
    minutes = [one.minute for one in facts.happenings]
    last = max([*minutes, scenario.minutes, 1.0])
    return DebriefPage(
        id=exercise.id,
        title=words_in(scenario.title, exercise.language),
        is_over=exercise.state == "over",
        when=_formats.moment(exercise.started_at) if exercise.started_at else "",
        goals=tuple(_goal(one, exercise.language, is_over=exercise.state == "over") for one in ended),
        lanes=_lanes(exercise, scenario, facts.happenings, names, last),
        marks=tuple((100 * part / 4, minute_words(last * part / 4)) for part in range(5)),
        players=tuple(_player(one, scenario, exercise, facts) for one in players),
        story=tuple(_story(facts, names)),
        export=path_for(request, "rooms_debrief_csv", exercise_id=exercise.id),
    )


def debrief_rows(exercise: Exercise, players: Sequence[Player], facts: Facts) -> list[tuple[str, ...]]:
    """Return the debrief's happenings as rows of a table that begins with the word EXERCISE."""
    names = {one.person_id: one.name for one in players}
    head = (_("EXERCISE"), _("minute"), _("who"), _("what"))
    title = words_in(scenario_of(exercise).title, exercise.language)
    return [head, *((title, *row) for row in _story(facts, names))]


def _goal(one: Result, language: str, *, is_over: bool) -> GoalLine:
    word, tone = OUTCOMES[one.outcome] if is_over or one.outcome is not Outcome.MISSED else NOT_YET
    wanted = _("by minute %(minute)s") % {"minute": minute_words(one.goal.within)}
    found = ""
    if one.minute is not None:
        found = _("at minute %(minute)s") % {"minute": minute_words(one.minute)}
        if one.goal.reach == "read":
            found = _("by minute %(minute)s at the latest") % {"minute": minute_words(one.minute)}
    elif one.goal.count > 1:
        found = _("%(found)s of %(count)s") % {"found": one.found, "count": one.goal.count}
    return GoalLine(words_in(one.goal.text, language), wanted, found, _(word), tone)


def _lanes(
    exercise: Exercise,
    scenario: Scenario,
    happenings: Sequence[Happening],
    names: Mapping[uuid.UUID, str],
    last: float,
) -> tuple[Lane, ...]:
    ticks = ticks_of(exercise.clock)
    lanes = []
    for key, (name, kinds) in LANES.items():
        dots = [
            Dot(round(100 * one.minute / last, 2), f"{minute_words(one.minute)} · {names[one.person]}")
            for one in happenings
            if one.kind in kinds and one.person is not None and one.person in names
        ]
        if key == "given":
            for one in exercise.given:
                minute = elapsed_at(ticks, datetime.fromisoformat(one["at"])) / 60
                kind = _(INJECT_NAMES[scenario.injects[int(one["inject"])].kind])
                dots.append(Dot(round(100 * minute / last, 2), f"{minute_words(minute)} · {kind}"))
        lanes.append(Lane(_(name), tuple(dots)))
    return tuple(lanes)


def _player(one: Player, scenario: Scenario, exercise: Exercise, facts: Facts) -> PlayerLine:
    own = [each for each in facts.happenings if each.person == one.person_id]
    role = scenario.role(one.role)
    reached = facts.reads.get(one.person_id, (0, None))[0]
    seen = sum(reached >= int(each["seq"]) for each in exercise.given)
    return PlayerLine(
        name=one.name,
        role=words_in(role.name, exercise.language) if role else one.role,
        organisation=one.organisation,
        read=_("%(seen)s of %(given)s") % {"seen": seen, "given": len(exercise.given)},
        messages=sum(each.kind == "message.posted" for each in own),
        evidence=sum(each.kind == "evidence.added" for each in own),
        voted=", ".join(minute_words(each.minute) for each in own if each.kind == "vote.cast"),
        decided=", ".join(
            minute_words(each.minute) for each in own if each.kind in {"decision.made", "reaction.chosen"}
        ),
    )


def _story(facts: Facts, names: Mapping[uuid.UUID, str]) -> list[tuple[str, str, str]]:
    told = []
    for one in facts.happenings:
        if one.person is None or one.person not in names or one.kind not in HAPPENED:
            continue
        case = facts.cases.get(one.room)
        words = _(HAPPENED[one.kind])
        if one.verdict in set(Verdict):
            words = _("%(what)s: %(verdict)s") % {"what": words, "verdict": _(VERDICT_NAMES[Verdict(one.verdict)])}  # fmt: skip
        where = f" · #{case.number} {case.title}" if case else ""
        told.append((minute_words(one.minute), names[one.person], words + where))
    return told
