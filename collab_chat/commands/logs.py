"""`disinfo rooms verify | export | rebuild | list`."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collab_chat.core.verifying import Verdict
    from common.web.services import Services

WhichRoom = Annotated[str, typer.Argument(help="The room's id, or its name.")]
Every = Annotated[bool, typer.Option("--all", help="All rooms.")]


def verify(
    what: Annotated[
        str | None, typer.Argument(help="A room's id or name, or an exported log (a file).")
    ] = None,
    *,
    every: Every = False,
    head: Annotated[
        str | None,
        typer.Option(
            help="A hash noted earlier, which must be in the log: it shows that nothing before it was changed."
        ),
    ] = None,
) -> None:
    """Check the chain of a room's log, or of an exported log offline; name the first broken event. Fails if there is one."""
    if what is not None and Path(what).is_file():
        good = _tell(what, _of_file(Path(what), head))
    else:
        from collab_chat.service.verifying import verify_room
        from common.accounts.actors import operator

        with _services() as services:
            checked = [
                _tell(name, verify_room(services.database, operator(), room_id, known_head=head))
                for room_id, name in _chosen(services, what, every=every)
            ]
        good = all(checked)
    if not good:
        raise typer.Exit(1)


def export(
    room: WhichRoom,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; otherwise the log is printed.")
    ] = None,
) -> None:
    """Write a room's log as JSON: everything but votes that are not to be known yet. `verify` checks it anywhere."""
    import sys

    from collab_chat.service.log_export import export_log
    from common.accounts.actors import operator

    with _services() as services:
        [(room_id, _)] = _chosen(services, room, every=False)
        pieces = export_log(services.database, operator(), room_id, at=services.clock())
        if output is None:
            sys.stdout.buffer.writelines(pieces)
            return
        with output.open("wb") as file:
            file.writelines(pieces)
    typer.echo(f"{output}: {output.stat().st_size:,} bytes")


def rebuild(
    room: Annotated[str | None, typer.Argument(help="The room's id, or its name.")] = None,
    *,
    every: Every = False,
) -> None:
    """Make the read tables of ROOM (messages, cases, votes …) again from its log; who writes in it waits meanwhile."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from collab_chat.service.rebuilding import rebuild as rebuild_one
    from common.accounts.actors import operator

    console = Console(stderr=True)
    progress = Progress(console=console, transient=True, disable=not console.is_terminal)
    with _services() as services, progress as shown:
        for room_id, name in _chosen(services, room, every=every):
            task = shown.add_task(name)

            def told(done: int, total: int, task: TaskID = task) -> None:
                shown.update(task, completed=done, total=total)

            events = rebuild_one(services, operator(), room_id, told)
            typer.echo(f"{name}: made again from {events:,} events.")


def list_rooms() -> None:
    """List all rooms: id, events, people, name."""
    from collab_chat.queries.room_list import every_room

    with _services() as services, services.database.read() as session:
        for room, members in every_room(session):
            notes = [
                room.kind,
                *(["EXERCISE"] if room.exercise_id else []),
                *(["archived"] if room.archived else []),
            ]
            typer.echo(
                f"{room.id}  {room.head_seq:>8,} events  {members:>4} people  {room.name} ({', '.join(notes)})"
            )


@contextmanager
def _services() -> Iterator["Services"]:
    from common.launch import build_services, read_manifests
    from common.migrations import upgrade
    from common.settings import read_settings

    services = build_services(read_settings(), read_manifests(["collab_chat"]))
    try:
        upgrade(services.database)
        yield services
    finally:
        services.bus.close()
        services.database.close()


def _chosen(services: "Services", called: str | None, *, every: bool) -> list[tuple[uuid.UUID, str]]:
    """Return the rooms that a command is about; ends with a sentence where it is about none."""
    from collab_chat.queries.room_list import every_room, room_called
    from common.errors import Problem

    with services.database.read() as session:
        if every:
            return [(room.id, room.name) for room, _ in every_room(session)]
        if called is None:
            raise typer.BadParameter("Name a room, or say --all.")
        try:
            room = room_called(session, called)
        except Problem as problem:
            raise typer.BadParameter(problem.message) from problem
        return [(room.id, room.name)]


def _of_file(path: Path, head: str | None) -> "Verdict":
    import orjson

    from collab_chat.core.verifying import verify_document

    document: object = None
    with suppress(orjson.JSONDecodeError):
        document = orjson.loads(path.read_bytes())
    return verify_document(document, known_head=head)


def _tell(name: str, verdict: "Verdict") -> bool:
    """Print what was found; return whether the log is whole."""
    if not verdict.whole:
        typer.echo(f"{name}: BROKEN. {verdict.says}")
        return False
    counts = [f"{verdict.events:,} events"]
    for count, what in (
        (verdict.erased, "erased"),
        (verdict.sealed, "sealed"),
        (verdict.unknown, "erased or sealed"),
    ):
        counts += [f"{count:,} of them {what}"] if count else []
    typer.echo(f"{name}: whole. {', '.join(counts)}. Head {verdict.head}")
    return True


COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("verify", verify),
    ("export", export),
    ("rebuild", rebuild),
    ("list", list_rooms),
)
