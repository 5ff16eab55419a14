"""Exercises: the list, one of them, its debrief."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from collab_chat.core.exercises import SPEEDS, elapsed_at, ticks_of
from collab_chat.core.scenarios import words_in
from collab_chat.models import Exercise, Room
from collab_chat.queries.exercises import Player, scenario_of
from collab_chat.queries.people import Known
from collab_chat.schemas.scenarios import INJECT_NAMES, Scenario
from common.i18n import N_, current_locale, ngettext
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for

STATES = {
    "ready": (N_("Ready"), "quiet"),
    "running": (N_("Running"), "ok"),
    "paused": (N_("Paused"), "warn"),
    "over": (N_("Over"), "quiet"),
}
LANGUAGES = {"en": "English", "fr": "Français"}
MOST_PEOPLE = 200  # who can be ticked for a role; whoever else plays is named by address
_formats = Formats()


@dataclass(frozen=True)
class ExerciseLine:
    """One exercise of the list."""

    href: str
    title: str
    state: str
    tone: str
    at: datetime
    players: str


@dataclass(frozen=True)
class ScenarioLine:
    """A scenario that can be played."""

    key: str
    title: str
    summary: str
    facts: str
    languages: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ExercisesPage:
    """The list, and what can be loaded."""

    lines: tuple[ExerciseLine, ...]
    scenarios: tuple[ScenarioLine, ...]
    may_direct: bool
    form: Form
    languages: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RoleField:
    """A role, with who plays it. `name`, `who`: the form's fields of addresses and of people; `ticked`: people's ids."""

    name: str
    who: str
    title: str
    briefing: str
    players: tuple[str, ...]
    ticked: frozenset[str]


@dataclass(frozen=True)
class PossiblePlayer:
    """Somebody who can be ticked."""

    id: str
    name: str
    organisation: str


@dataclass(frozen=True)
class Cast:
    """Who plays, and who could."""

    players: Sequence[Player]
    possible: Sequence[Known] = ()


@dataclass(frozen=True)
class InjectLine:
    """What is given, in order."""

    minute: str
    kind: str
    title: str
    given: str
    is_next: bool


@dataclass(frozen=True)
class ExercisePage:
    """One exercise as its director, or a player, sees it."""

    id: uuid.UUID
    title: str
    summary: str
    state: str
    state_name: str
    tone: str
    language: str
    clock: str
    speed: str
    speeds: tuple[tuple[str, str], ...]
    roles: tuple[RoleField, ...]
    people: tuple[PossiblePlayer, ...]
    unlisted: int  # people beyond those who can be ticked
    injects: tuple[InjectLine, ...]
    goals: tuple[str, ...]
    rooms: tuple[tuple[str, str], ...]
    debrief: str | None
    may_direct: bool
    form: Form


def exercises_page(
    request: Request,
    found: Sequence[Exercise],
    scenarios: Mapping[str, Scenario],
    *,
    may_direct: bool,
    form: Form,
) -> ExercisesPage:
    """Put the list together."""
    return ExercisesPage(
        lines=tuple(_line(request, one) for one in found),
        scenarios=tuple(_offered(one) for one in scenarios.values()) if may_direct else (),
        may_direct=may_direct,
        form=form,
        languages=tuple(LANGUAGES.items()),
    )


def exercise_page(
    request: Request,
    exercise: Exercise,
    cast: Cast,
    rooms: Sequence[Room],
    *,
    may_direct: bool,
    at: datetime,
    form: Form,
) -> ExercisePage:
    """Put an exercise's page together; players see neither what comes nor each other's briefings."""
    scenario, language = scenario_of(exercise), exercise.language
    name, tone = STATES[exercise.state]
    over = exercise.state == "over"
    return ExercisePage(
        id=exercise.id,
        title=words_in(scenario.title, language),
        summary=words_in(scenario.summary, language),
        state=exercise.state,
        state_name=_(name),
        tone=tone,
        language=LANGUAGES[language],
        clock=minute_words(elapsed_at(ticks_of(exercise.clock), at) / 60),
        speed=_speed(exercise.speed),
        speeds=tuple((str(one), _speed(one)) for one in SPEEDS),
        roles=tuple(
            RoleField(
                f"role_{one.key}", f"who_{one.key}", words_in(one.name, language),
                words_in(one.briefing, language) if may_direct else "",
                tuple(each.name for each in cast.players if each.role == one.key),
                frozenset(form.values.get(f"who_{one.key}", "").split()),
            )
            for one in scenario.roles
        ),
        people=tuple(PossiblePlayer(str(one.person_id), one.name, one.organisation) for one in cast.possible[:MOST_PEOPLE]),
        unlisted=max(len(cast.possible) - MOST_PEOPLE, 0),
        injects=_injects(exercise, scenario) if may_direct else (),
        goals=tuple(words_in(one.text, language) for one in scenario.goals) if may_direct or over else (),
        rooms=tuple((path_for(request, "room_page", room_id=one.id), one.name) for one in rooms),
        debrief=path_for(request, "rooms_debrief", exercise_id=exercise.id) if over or (may_direct and exercise.started_at) else None,
        may_direct=may_direct,
        form=form,
    )  # fmt: skip


def _line(request: Request, one: Exercise) -> ExerciseLine:
    name, tone = STATES[one.state]
    count = len(one.players)
    players = ngettext("%(count)s player", "%(count)s players", count) % {"count": count}
    return ExerciseLine(
        path_for(request, "rooms_exercise", exercise_id=one.id),
        words_in(one.scenario.get("title"), one.language),
        _(name),
        tone,
        one.started_at or one.at,
        players if count else "",
    )


def _offered(one: Scenario) -> ScenarioLine:
    language = current_locale()
    facts = _("%(roles)s roles · %(injects)s things given in %(minutes)s minutes") % {
        "roles": len(one.roles),
        "injects": len(one.injects),
        "minutes": _formats.number(one.minutes),
    }
    languages = tuple((code, LANGUAGES[code]) for code in one.languages)
    return ScenarioLine(
        one.key, words_in(one.title, language), words_in(one.summary, language), facts, languages
    )


def _injects(exercise: Exercise, scenario: Scenario) -> tuple[InjectLine, ...]:
    given = {int(one["inject"]): datetime.fromisoformat(one["at"]) for one in exercise.given}
    lines = []
    for place, one in enumerate(scenario.injects):
        words = words_in(one.title or one.text, exercise.language)
        if not words and one.account:
            words = scenario.account(one.account).handle
        lines.append(
            InjectLine(
                minute_words(one.at),
                _(INJECT_NAMES[one.kind]),
                words if len(words) < 120 else words[:119] + "…",
                _formats.datetime(given[place]) if place in given else "",
                place == exercise.played and exercise.state in {"running", "paused"},
            )
        )
    return tuple(lines)


def minute_words(minutes: float) -> str:
    """Word scenario time as minutes and seconds."""
    seconds = round(minutes * 60)
    return f"{seconds // 60}:{seconds % 60:02d}"


def _speed(speed: float) -> str:
    return _("%(speed)s × real time") % {"speed": _formats.number(speed)}
