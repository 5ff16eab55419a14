"""`disinfo ads import` and `disinfo ads fetch`: bring ads in, from files and from Meta's library."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from common.errors import Invalid, Problem
from common.i18n import gettext as _

if TYPE_CHECKING:
    from common.web.services import Services
    from political_ads.models import Import
    from political_ads.service.importing import Progress, Said

console = Console(stderr=True)
TOLD_REASONS = 10
EXIT_REFUSED = 2


def bring_in(
    files: Annotated[list[Path], typer.Argument(help="Ads: JSON, JSON lines, CSV or TSV of any known library or of your own; also gzipped.")],
    format: Annotated[str | None, typer.Option(help="What the files are. Default: found out.")] = None,  # noqa: A002 - what people type
    column: Annotated[list[str] | None, typer.Option(help="What a column of a table means, as OURS=THEIRS; repeat it. Confirms the rest as proposed.")] = None,
    constant: Annotated[list[str] | None, typer.Option(help="What holds for all rows of a table, as OURS=VALUE: platform=facebook, countries=FR, source=table:name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would come in.")] = False,  # noqa: FBT002 - typer reads the default
) -> None:  # fmt: skip
    """Bring ads in from FILES, or up to date where they are here already; a second time changes nothing."""
    from political_ads.service.importing import Said

    said = Said(format, _pairs(column) if column else None, _pairs(constant or []))
    refused = 0
    with _services() as services:
        for file in files:
            try:
                _one(services, file, said, dry_run=dry_run)
            except Problem as problem:
                refused += 1
                typer.echo(f"{file}: × {problem.message}")
                for name, sentence in getattr(problem, "fields", {}).items():
                    typer.echo(f"  {name}: {sentence}")
    if refused:
        raise typer.Exit(EXIT_REFUSED)


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = dict(each.split("=", 1) for each in given if "=" in each)
    if len(pairs) != len(given):
        raise Invalid(_("Write OURS=THEIRS, each of ours once."))
    return pairs


def _one(services: "Services", file: Path, said: "Said", *, dry_run: bool) -> None:
    from common.accounts.actors import operator
    from political_ads.service.importing import bring_in_file, look, with_proposed

    said = with_proposed(file, said)
    if dry_run:
        with services.database.read() as session:
            told = look(session, file, file.name, said)
        for line in _preview_lines(file, told):
            typer.echo(line)
        return
    with _bar(file.name) as progress:
        record = bring_in_file(
            services.database, operator(), file, said, clock=services.clock, progress=progress
        )
    for line in equation(record):
        typer.echo(f"{file}: {line}")


def equation(record: "Import") -> list[str]:
    """Return what became of an import's rows, as a sum that adds up, and why rows were refused."""
    sum_ = (
        f"{record.rows:,} rows = {record.stored:,} stored + {record.grouped:,} grouped + {record.updated:,} updated"
        f" + {record.unchanged:,} already there + {record.refused:,} refused ({record.format})"
    )
    reasons = sorted(record.preview.get("reasons", {}).items(), key=lambda item: -item[1])
    lines = [f"  refused {count:,}: {reason}" for reason, count in reasons[:TOLD_REASONS]]
    return [sum_, *lines, *(f"  {note}" for note in record.preview.get("notes", []))]


def _preview_lines(file: Path, told: "dict[str, object]") -> Iterator[str]:
    if "rows" not in told:
        yield f"{file}: its columns have to be confirmed. It seems: {told['proposed']}"
        return
    part = "" if told["whole"] else "in the first 10,000 rows: "
    yield f"{file}: {part}{told['rows']:,} rows, {told['new']:,} new, {told['known']:,} here already, {told['refused']:,} refused ({told['format']})"
    reasons = told["reasons"]
    if isinstance(reasons, dict):
        yield from (f"  refused {count:,}: {reason}" for reason, count in reasons.items())


def fetch(
    terms: Annotated[str, typer.Argument(help="Words to search for; empty where pages are given.")] = "",
    country: Annotated[list[str] | None, typer.Option(help="Where the ads were shown (ISO code); repeat it.")] = None,
    page: Annotated[list[str] | None, typer.Option(help="The number of a page whose ads are wanted; repeat it.")] = None,
    political: Annotated[bool, typer.Option("--political", help="Only ads that Meta calls political. Default: any.")] = False,  # noqa: FBT002 - typer reads the default
    since: Annotated[datetime | None, typer.Option(help="Delivered on or after this day.", formats=["%Y-%m-%d"])] = None,
    until: Annotated[datetime | None, typer.Option(help="Delivered on or before this day.", formats=["%Y-%m-%d"])] = None,
    most: Annotated[int, typer.Option(help="Stop after so many ads.", min=1)] = 100_000,
) -> None:  # fmt: skip
    """Bring ads in from Meta's Ad Library; the same search goes on where it stopped. Needs DISINFO_ADS_META_TOKEN."""
    from political_ads.service.fetching import asked, fetch_ads

    search = asked(terms, country or [], page or [], political=political, since=since, until=until)
    with _services() as services, _bar(search.name) as progress:
        record = fetch_ads(services, search, most=most, tell=console.print, progress=progress)
    for line in equation(record):
        typer.echo(line)


@contextmanager
def _bar(name: str) -> "Iterator[Progress]":
    """Show progress on a terminal only: what was read of the file, and what came of it so far."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(name, total=None)

        def tell(record: "Import", done: int, total: int) -> None:
            words = f"{name}: {record.rows:,} rows"
            shown.update(task, completed=done, total=total or None, description=words)

        yield tell


@contextmanager
def _services() -> "Iterator[Services]":
    from common.launch import build_services, read_manifests
    from common.migrations import upgrade
    from common.settings import read_settings

    services = build_services(read_settings(), read_manifests(["political_ads"]))
    upgrade(services.database)
    try:
        yield services
    finally:
        services.bus.close()
        services.database.close()


COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (("import", bring_in), ("fetch", fetch))
