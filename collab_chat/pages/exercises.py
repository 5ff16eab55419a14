"""Exercises: load a scenario, play it, look back at it."""

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from collab_chat.actions.exercises import (
    end_exercise,
    pause_exercise,
    prepare_exercise,
    resume_exercise,
    set_speed,
    skip_ahead,
    start_exercise,
)
from collab_chat.core.scenarios import read_scenario
from collab_chat.models import Exercise
from collab_chat.pages.tables import csv_of
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.exercises import (
    exercise_for,
    exercises_for,
    facts_of,
    players_of,
    rooms_in,
    scenario_of,
)
from collab_chat.queries.people import Known, person_called, possible_players
from collab_chat.service.exercises import play
from collab_chat.service.transactions import changing
from collab_chat.sources.scenarios import shipped
from collab_chat.views.debriefs import debrief_page, debrief_rows
from collab_chat.views.exercises import Cast, exercise_page, exercises_page
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Conflict, Invalid, NotFound, TooLarge
from common.i18n import gettext as _
from common.plain_yaml import MOST_CHARACTERS
from common.web.forms import Form as PageForm
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import render

router = APIRouter(prefix="/exercises")
Text = Annotated[str, Form()]
_APART = re.compile(r"[\s,;]+")


@router.get("", name="rooms_exercises")
def show_all(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """List exercises, and the scenarios that can be played."""
    return _show_all(request, session, viewer, PageForm())


@router.post("", name="rooms_exercise_prepare")
def prepare(
    request: Request,
    app: App,
    viewer: Viewer,
    key: Text = "",
    language: Text = "en",
    scenario: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Load a shipped scenario, or one from a file."""
    PERMISSIONS.require(viewer, Permission.EXERCISE)
    try:
        found = shipped().get(key) if key else read_scenario(_text_of(scenario))
        if found is None:
            raise NotFound(_("There is no such scenario."))
        with changing(app) as session:
            made = prepare_exercise(session, viewer, found, language, at=app.clock())
    except Invalid as problem:
        with app.database.read() as session:
            return _show_all(request, session, viewer, PageForm.refused(problem, language=language))
    told = _("The scenario is loaded. Name the players, then begin.")
    return back_to(request, app, "rooms_exercise", told, exercise_id=made.id)


@router.get("/{exercise_id:uuid}", name="rooms_exercise")
def show(
    request: Request, app: App, session: ReadSession, viewer: Viewer, exercise_id: uuid.UUID
) -> Response:
    """Show an exercise."""
    return _show(request, app, session, viewer, exercise_id, PageForm())


@router.post("/{exercise_id:uuid}/start", name="rooms_exercise_start")
async def start(request: Request, app: App, viewer: Viewer, exercise_id: uuid.UUID) -> Response:
    """Begin; for each role people who were ticked (`who_…`), and a field of addresses (`role_…`)."""
    form = await request.form()
    values = {key: " ".join(str(one) for one in form.getlist(key)) for key in form}
    return await run_in_threadpool(_start, request, app, viewer, exercise_id, values)


@router.post("/{exercise_id:uuid}/{what}", name="rooms_exercise_direct")
def direct(
    request: Request, app: App, viewer: Viewer, exercise_id: uuid.UUID, what: str, speed: Text = ""
) -> Response:
    """Pause, resume, change the speed, skip ahead, end."""
    at = app.clock()
    steps = {
        "pause": pause_exercise,
        "resume": resume_exercise,
        "skip": skip_ahead,
        "end": end_exercise,
    }
    if what not in {*steps, "speed"}:
        raise NotFound(_("There is no such step."))
    try:
        with changing(app) as session:
            if what == "speed":
                set_speed(session, viewer, exercise_id, _number(speed), at=at)
            else:
                steps[what](session, viewer, exercise_id, at=at)
        if what == "skip":
            play(app, at)
    except Conflict as problem:
        return back_to(request, app, "rooms_exercise", problem.message, exercise_id=exercise_id)
    told = {
        "pause": _("The exercise stands still."),
        "resume": _("The exercise goes on."),
        "speed": _("The speed was changed."),
        "skip": _("The next thing was given."),
        "end": _("The exercise is over. Its debrief is open to the players."),
    }[what]
    return back_to(request, app, "rooms_exercise", told, exercise_id=exercise_id)


@router.get("/{exercise_id:uuid}/debrief", name="rooms_debrief")
def debrief(request: Request, session: ReadSession, viewer: Viewer, exercise_id: uuid.UUID) -> Response:
    """Show who saw, voted and decided what, when."""
    exercise = _past(session, viewer, exercise_id)
    context = debrief_page(request, exercise, players_of(session, exercise), facts_of(session, exercise))
    return render(request, "collab_chat/debrief.html", context)


@router.get("/{exercise_id:uuid}/debrief.csv", name="rooms_debrief_csv")
def debrief_csv(session: ReadSession, viewer: Viewer, exercise_id: uuid.UUID) -> Response:
    """Give the debrief's happenings as a table; each line names the exercise."""
    exercise = _past(session, viewer, exercise_id)
    rows = debrief_rows(exercise, players_of(session, exercise), facts_of(session, exercise))
    return csv_of(rows, f"EXERCISE-{exercise.key}.csv")


def _start(
    request: Request, app: App, viewer: Viewer, exercise_id: uuid.UUID, values: dict[str, str]
) -> Response:
    try:
        with changing(app) as session:
            PERMISSIONS.require(viewer, Permission.EXERCISE)
            exercise = exercise_for(session, viewer, exercise_id)
            players = _players(session, viewer, [one.key for one in scenario_of(exercise).roles], values)
            start_exercise(session, viewer, exercise_id, players, speed=_number(values.get("speed", "1")), at=app.clock())  # fmt: skip
    except Invalid as problem:
        with app.database.read() as session:
            return _show(request, app, session, viewer, exercise_id, PageForm.refused(problem, **values))
    play(app, app.clock())
    return back_to(request, app, "rooms_exercise", _("The exercise has begun."), exercise_id=exercise_id)


def _players(
    session: Session, viewer: Actor, roles: list[str], values: dict[str, str]
) -> dict[uuid.UUID, str]:
    known = {str(one.person_id): one for one in possible_players(session, viewer)}
    found: dict[uuid.UUID, str] = {}
    problems: dict[str, str] = {}
    for role in roles:
        try:
            named = [
                *_ticked(known, values.get(f"who_{role}", "")),
                *_addressed(session, values.get(f"role_{role}", "")),
            ]
        except NotFound as problem:
            problems[f"role_{role}"] = problem.message
            continue
        for person_id, name in named:
            if found.setdefault(person_id, role) != role:
                problems[f"role_{role}"] = _("%(name)s has another role already.") % {"name": name}
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
    if not found:
        message = _("Name at least one player.")
        raise Invalid(message, fields={f"role_{roles[0]}": message})
    return found


def _ticked(known: Mapping[str, Known], ids: str) -> Iterator[tuple[uuid.UUID, str]]:
    for one in ids.split():
        if one not in known:
            raise NotFound(_("Somebody whom you ticked cannot be named any more. Look again."))
        yield known[one].person_id, known[one].name


def _addressed(session: Session, addresses: str) -> Iterator[tuple[uuid.UUID, str]]:
    for address in filter(None, _APART.split(addresses)):
        try:
            yield person_called(session, address).id, address
        except NotFound as problem:
            raise NotFound(f"{address}: {problem.message}") from problem


def _number(given: str) -> float:
    try:
        return float(given)
    except ValueError:
        return 0.0


def _text_of(upload: UploadFile | None) -> str:
    data = upload.file.read(4 * MOST_CHARACTERS + 1) if upload else b""
    if len(data) > 4 * MOST_CHARACTERS:
        raise TooLarge(_("The file is longer than %(most)s characters.") % {"most": MOST_CHARACTERS})
    if not data:
        message = _("Choose a scenario, or a file.")
        raise Invalid(message, fields={"scenario": message})
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = _("The file is not text in UTF-8.")
        raise Invalid(message, fields={"scenario": message}) from error


def _past(session: Session, viewer: Actor, exercise_id: uuid.UUID) -> Exercise:
    exercise = exercise_for(session, viewer, exercise_id)
    directs = PERMISSIONS.allows(viewer, Permission.EXERCISE)
    if exercise.started_at is None or not (directs or exercise.state == "over"):
        raise NotFound(_("The debrief opens when the exercise is over."))
    return exercise


def _show_all(request: Request, session: Session, viewer: Actor, form: PageForm) -> Response:
    context = exercises_page(
        request,
        exercises_for(session, viewer),
        shipped(),
        may_direct=PERMISSIONS.allows(viewer, Permission.EXERCISE),
        form=form,
    )
    return render(request, "collab_chat/exercises.html", context, status=422 if form.summary else 200)


def _show(
    request: Request, app: App, session: Session, viewer: Actor, exercise_id: uuid.UUID, form: PageForm
) -> Response:
    exercise = exercise_for(session, viewer, exercise_id)
    may_direct = PERMISSIONS.allows(viewer, Permission.EXERCISE)
    possible = possible_players(session, viewer) if may_direct and exercise.state == "ready" else ()
    context = exercise_page(
        request,
        exercise,
        Cast(players_of(session, exercise), possible),
        rooms_in(session, exercise),
        may_direct=may_direct,
        at=app.clock(),
        form=form,
    )
    return render(request, "collab_chat/exercise.html", context, status=422 if form.summary else 200)
