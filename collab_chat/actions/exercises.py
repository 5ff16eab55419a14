"""Exercises: prepared, begun, paused, gone on with, ended, and what is due in them given to the players once."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.actions.appending import append
from collab_chat.actions.rooms import add_member, create_room
from collab_chat.actions.signals import raise_signal
from collab_chat.actions.speaking import Words, speak
from collab_chat.core.exercises import SPEEDS, Tick, due, elapsed_at, ticks_of
from collab_chat.core.integrations import attachments_in
from collab_chat.core.scenarios import words_in
from collab_chat.models import Exercise
from collab_chat.permissions import PERMISSIONS, TOOL, Permission
from collab_chat.queries.exercises import rooms_in, scenario_of
from collab_chat.queries.rooms import members_of, standing_in
from collab_chat.schemas.events import FileRef, MessagePosted, Via
from collab_chat.schemas.rooms import Standing
from collab_chat.schemas.scenarios import Inject, InjectKind, Scenario
from collab_chat.schemas.signals import Origin, SignalForm, SignalSource
from common.accounts.actors import Actor, Role, operator
from common.accounts.audit import record
from common.errors import Conflict, Invalid, NotFound
from common.i18n import gettext as _
from common.i18n import use_locale

Keep = Callable[[Session, Standing, bytes, str], FileRef]  # keeps a document as a room's file


def prepare_exercise(
    session: Session, actor: Actor, scenario: Scenario, language: str, *, at: datetime
) -> Exercise:
    """Load a scenario to be played in a language. Raises Invalid where it has no words in it."""
    PERMISSIONS.require(actor, Permission.EXERCISE)
    if language not in scenario.languages:
        message = _("This scenario cannot be played in this language.")
        raise Invalid(message, fields={"language": message})
    made = Exercise(
        key=scenario.key,
        scenario=scenario.model_dump(mode="json", exclude_none=True),
        language=language,
        by_id=actor.person_id,
        at=at,
        players={},
        given=[],
        clock=[],
    )
    session.add(made)
    session.flush()
    record(session, actor, "exercise_prepared", f"exercise {made.id}", tool=TOOL, at=at, scenario=scenario.key)  # fmt: skip
    return made


def start_exercise(
    session: Session,
    actor: Actor,
    exercise_id: uuid.UUID,
    players: Mapping[uuid.UUID, str],
    *,
    speed: float,
    at: datetime,
) -> Exercise:
    """Begin: a room marked EXERCISE with all players in it, the situation, and each one's briefing for them alone.

    `players`: person → key of a role. Raises Conflict: it was begun before. Invalid: nobody plays, or a role is unknown.
    """
    exercise = _held(session, actor, exercise_id)
    if exercise.state != "ready":
        raise Conflict(_("This exercise was begun already."))
    scenario = scenario_of(exercise)
    if not players or any(scenario.role(key) is None for key in players.values()):
        message = _("Name at least one player, with a role of the scenario.")
        raise Invalid(message, fields={scenario.roles[0].key: message})
    _speed(speed)
    language = exercise.language
    title = words_in(scenario.title, language)
    exercise.room_id = create_room(
        session, actor, title[:120], at=at, topic=words_in(scenario.summary, language), exercise_id=exercise.id
    ).id  # fmt: skip
    exercise.players = {str(person): key for person, key in players.items()}
    _bring(session, exercise, exercise.room_id, at=at)
    _brief(session, exercise, scenario, at=at)
    exercise.state, exercise.started_at = "running", at
    _tick(exercise, at, elapsed=0.0, speed=speed)
    record(session, actor, "exercise_started", f"exercise {exercise.id}", tool=TOOL, at=at, players=len(players))  # fmt: skip
    return exercise


def pause_exercise(session: Session, actor: Actor, exercise_id: uuid.UUID, *, at: datetime) -> None:
    """Let the scenario's time stand still. Raises Conflict where it does not run."""
    exercise = _in_state(session, actor, exercise_id, "running")
    exercise.state = "paused"
    _tick(exercise, at, elapsed=_elapsed(exercise, at), speed=0.0)


def resume_exercise(session: Session, actor: Actor, exercise_id: uuid.UUID, *, at: datetime) -> None:
    """Let it run on, at the speed that it had. Raises Conflict where it is not paused."""
    exercise = _in_state(session, actor, exercise_id, "paused")
    exercise.state = "running"
    _tick(exercise, at, elapsed=_elapsed(exercise, at), speed=exercise.speed)


def set_speed(session: Session, actor: Actor, exercise_id: uuid.UUID, speed: float, *, at: datetime) -> None:
    """Let the scenario run faster or slower. Raises Invalid for a speed that is not offered."""
    exercise = _in_state(session, actor, exercise_id, "running", "paused")
    _speed(speed)
    elapsed, runs = _elapsed(exercise, at), exercise.state == "running"
    exercise.speed = speed
    if runs:
        _tick(exercise, at, elapsed=elapsed, speed=speed)


def skip_ahead(session: Session, actor: Actor, exercise_id: uuid.UUID, *, at: datetime) -> None:
    """Jump to what is given next; the player gives it at once. Raises Conflict where nothing is left."""
    exercise = _in_state(session, actor, exercise_id, "running")
    injects = scenario_of(exercise).injects
    if exercise.played >= len(injects):
        raise Conflict(_("Everything has been given; end the exercise when the players are ready."))
    reached = max(_elapsed(exercise, at), injects[exercise.played].at * 60)
    _tick(exercise, at, elapsed=reached, speed=exercise.speed)


def end_exercise(session: Session, actor: Actor, exercise_id: uuid.UUID, *, at: datetime) -> None:
    """End it: nothing more is given; its rooms stay as they are, and its debrief is open to the players."""
    exercise = _in_state(session, actor, exercise_id, "running", "paused")
    exercise.state, exercise.ended_at = "over", at
    _tick(exercise, at, elapsed=_elapsed(exercise, at), speed=0.0)
    if exercise.room_id is not None:
        with use_locale(exercise.language):
            text = _("**The exercise is over.** Thank you. The debrief is on the exercise’s page.")
            speak(session, operator("job"), exercise.room_id, Words(text, _direction()), at=at)
    record(session, actor, "exercise_ended", f"exercise {exercise.id}", tool=TOOL, at=at)


def play_due(session: Session, actor: Actor, exercise_id: uuid.UUID, keep: Keep, *, at: datetime) -> int:
    """Give the players what is due, and bring them into the exercise's new rooms; return how many injects were given.

    The exercise's row stays locked until the transaction ends, so that of several processes one gives each inject.
    """
    PERMISSIONS.require(actor, Permission.OPERATE)
    exercise = _locked(session, exercise_id)
    if exercise.state != "running" or exercise.room_id is None:
        return 0
    scenario = scenario_of(exercise)
    places = due(scenario, exercise.played, _elapsed(exercise, at))
    for place in places:
        with use_locale(exercise.language):
            given = _give(session, exercise, exercise.room_id, scenario, place, keep, at=at)
        exercise.given = [*exercise.given, {"inject": place, "at": at.isoformat(), **given}]
        exercise.played = place + 1
    for room in rooms_in(session, exercise):
        if not room.archived:
            _bring(session, exercise, room.id, at=at)
    return len(places)


def _give(
    session: Session,
    exercise: Exercise,
    room_id: uuid.UUID,
    scenario: Scenario,
    place: int,
    keep: Keep,
    *,
    at: datetime,
) -> dict[str, int | str]:
    inject, language = scenario.injects[place], exercise.language
    if inject.kind in {InjectKind.SIGNAL, InjectKind.FEED}:
        return _signal(session, exercise, room_id, inject, place, at=at)
    if inject.kind is InjectKind.DOCUMENT:
        return _document(session, exercise, room_id, inject, keep, at=at)
    account = scenario.account(inject.account) if inject.account else None
    name = f"{account.handle} · {account.platform}" if account else inject.source or _("Exercise control")
    words = Words(words_in(inject.text, language), Via(kind="inject", name=name))
    if inject.kind is InjectKind.ACCOUNT and account is not None:
        shares = [f"{round(100 * one)} %" for one in (account.likelihood, account.low, account.high)]
        card = {
            "title": name,
            "text": words_in(account.reasons, language),
            "fields": [
                {"title": _("Likelihood of automation"), "value": shares[0], "short": True},
                {"title": _("Between"), "value": f"{shares[1]} – {shares[2]}", "short": True},
            ],
        }
        text = _("Exercise: a score that the scenario gives. Nobody computed it.")
        words = Words(text, Via(kind="inject", name=_("Exercise control")), attachments_in([card]))
    return {"seq": speak(session, operator("job"), room_id, words, at=at).seq}


def _signal(
    session: Session, exercise: Exercise, room_id: uuid.UUID, inject: Inject, place: int, *, at: datetime
) -> dict[str, int | str]:
    title, text = words_in(inject.title, exercise.language), words_in(inject.text, exercise.language)
    origin = Origin(source=SignalSource.INJECT, name=inject.source, exercise=exercise.id)
    raised = [
        raise_signal(
            session,
            operator("job"),
            SignalForm(title=title, text=text, url=inject.url, key=f"{place}-{number}"),
            at=at,
            origin=origin,
        )
        for number in range(inject.times)
    ]
    signal = raised[0].signal
    told = _("A signal came in: **%(title)s**") % {"title": signal.title}
    via = Via(kind="inject", name=inject.source or _("Exercise control"))
    seq = speak(session, operator("job"), room_id, Words(f"{told}\n\n> {text}", via), at=at).seq
    return {"seq": seq, "signal": str(signal.id)}


def _document(
    session: Session, exercise: Exercise, room_id: uuid.UUID, inject: Inject, keep: Keep, *, at: datetime
) -> dict[str, int | str]:
    title = words_in(inject.title, exercise.language)
    text = f"{_('EXERCISE')}\n\n{title}\n\n{words_in(inject.text, exercise.language)}\n"
    standing = standing_in(session, operator("job"), room_id)
    file = keep(session, standing, text.encode(), f"{_('EXERCISE')} {title}.txt")
    content = MessagePosted(text=f"**{title}**", files=(file,), via=_direction())
    return {"seq": append(session, standing, content, at=at).seq}


def _brief(session: Session, exercise: Exercise, scenario: Scenario, *, at: datetime) -> None:
    room_id, language = exercise.room_id, exercise.language
    if room_id is None:
        return
    with use_locale(language):
        text = f"**{_('EXERCISE')}.** {words_in(scenario.summary, language)}"
        speak(session, operator("job"), room_id, Words(text, _direction()), at=at)
        for person, key in sorted(exercise.players.items()):
            role = scenario.role(key)
            if role is not None:
                text = _("Your role: **%(role)s**") % {"role": words_in(role.name, language)}
                text = f"{text}\n\n{words_in(role.briefing, language)}"
                words = Words(text, _direction(), only=uuid.UUID(person))
                speak(session, operator("job"), room_id, words, at=at)


def _bring(session: Session, exercise: Exercise, room_id: uuid.UUID, *, at: datetime) -> None:
    """Bring the players into a room of the exercise; who left one by themselves is not brought back."""
    known = {one.person_id for one in members_of(session, room_id, gone=True)}
    scenario = scenario_of(exercise)
    for person, key in sorted(exercise.players.items()):
        role = scenario.role(key)
        if uuid.UUID(person) not in known and role is not None:
            add_member(session, operator("job"), room_id, uuid.UUID(person), Role(role.rights), at=at)


def _direction() -> Via:
    return Via(kind="inject", name=_("Exercise control"))


def _locked(session: Session, exercise_id: uuid.UUID) -> Exercise:
    found = session.get(Exercise, exercise_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(_("There is no such exercise."))
    return found


def _held(session: Session, actor: Actor, exercise_id: uuid.UUID) -> Exercise:
    PERMISSIONS.require(actor, Permission.EXERCISE)
    return _locked(session, exercise_id)


def _in_state(session: Session, actor: Actor, exercise_id: uuid.UUID, *states: str) -> Exercise:
    exercise = _held(session, actor, exercise_id)
    if exercise.state not in states:
        raise Conflict(_("The exercise is in another state by now; look at its page again."))
    return exercise


def _elapsed(exercise: Exercise, at: datetime) -> float:
    return elapsed_at(ticks_of(exercise.clock), at)


def _tick(exercise: Exercise, at: datetime, *, elapsed: float, speed: float) -> None:
    tick = Tick(at=at, elapsed=elapsed, speed=speed)
    exercise.clock = [*exercise.clock, tick.model_dump(mode="json")]
    if speed:
        exercise.speed = speed


def _speed(speed: float) -> None:
    if speed not in SPEEDS:
        message = _("Choose one of the speeds that are offered.")
        raise Invalid(message, fields={"speed": message})
