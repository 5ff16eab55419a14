"""`disinfo encyclopedia …`: export, import, check sources' addresses, make the search's index anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from common.errors import Invalid
from common.i18n import gettext as _

if TYPE_CHECKING:
    from common.web.services import Services

NAME = "encyclopedia"
app = typer.Typer(
    help="The encyclopedia: take it away, bring entries in, keep it in order.", no_args_is_help=True
)
console = Console(stderr=True)


@app.command()
def export(
    output: Annotated[Path, typer.Argument(help="Where to write the file.")],
    format: Annotated[  # noqa: A002 - what people type
        str,
        typer.Option(help="json, ndjson, csv, markdown, git, mediawiki, mediawiki-text, stix, pdf or site."),
    ] = "markdown",
    query: Annotated[str, typer.Option(help="Which entries, as in the search box. Default: all.")] = "",
    language: Annotated[str, typer.Option(help="en or fr: for PDF and STIX.")] = "en",
) -> None:
    """Write the encyclopedia, or the entries that a search finds, into one file."""
    from common.accounts.actors import operator
    from common.i18n import use_locale
    from encyclopedia.queries.search import SearchQuery
    from encyclopedia.schemas import LANGUAGES
    from encyclopedia.service.exporting import Format, Order, chosen_ids, site_at, steps_of, write_export

    if format not in set(Format) or language not in LANGUAGES:
        raise Invalid(_("There is no such format or language. Type --help for those there are."))
    with _services() as services, use_locale(language), services.database.read() as session:
        chosen = chosen_ids(session, operator(), SearchQuery(query, language))
        order = Order(Format(format), language, chosen)
        partial = output.with_name(f".{output.name}.partial")
        try:
            with partial.open("w+b") as target:
                write_export(session, operator(), order, target, site_at(services.settings.public_url), at=services.clock())  # fmt: skip
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
        steps = steps_of(session, operator(), order)
    console.print(
        f"{output}: {steps:,} entries or revisions, {output.stat().st_size:,} bytes.", soft_wrap=True
    )


@app.command(name="import")
def bring_in(
    place: Annotated[Path, typer.Argument(help="A folder or a file: Markdown folder (ours, or the encyclopedia’s of 2019), MediaWiki XML, DISARM workbooks, DIMA or MISP JSON, CSV of tools.", exists=True)],
    preview: Annotated[bool, typer.Option("--preview", help="Only tell what would come in.")] = False,  # noqa: FBT002 - typer reads the default
    language: Annotated[str, typer.Option(help="en or fr: of a table or a wiki, which do not say it.")] = "en",
    site_pages: Annotated[bool, typer.Option("--site-pages/--no-site-pages", help="Take pages about the old site itself, too: no link is lost.")] = True,  # noqa: FBT002 - typer reads the default
    existing: Annotated[bool, typer.Option("--existing", help="Bring entries of the same title up to date, although they did not come from such an import.")] = False,  # noqa: FBT002 - typer reads the default
    licence: Annotated[str | None, typer.Option(help="SPDX identifier of the texts’ licence. Default: as is usual for this kind.")] = None,
    attribution: Annotated[str | None, typer.Option(help="Whom to credit. Default: as is usual for this kind.")] = None,
) -> None:  # fmt: skip
    """Bring entries or a vocabulary in, or bring those that are here up to date; a second time changes nothing."""
    from common.accounts.actors import operator
    from encyclopedia.core.import_plan import ImportOptions
    from encyclopedia.service.importing import Credit, bring_in_files
    from encyclopedia.service.outside import outside_of
    from encyclopedia.sources.reading import files_in
    from encyclopedia.views.import_words import report_lines

    options = ImportOptions(language=language, site_pages=site_pages, existing=existing)
    files = files_in(place)
    with _services() as services, _bar() as progress:
        state = bring_in_files(
            services.database, operator(), place.name, files, outside_of(services).uploads, options,
            credit=Credit(licence, attribution), apply=not preview, clock=services.clock, progress=progress,
        )  # fmt: skip
    for line in report_lines(state, applied=not preview):
        typer.echo(line)


@app.command(name="imports")
def list_imports() -> None:
    """List what was imported, newest first."""
    from common.accounts.actors import operator
    from encyclopedia.queries.imports import imports

    with _services() as services, services.database.read() as session:
        found = imports(session, operator(), size=200).items
        for each in found:
            typer.echo(
                f"{each.id}\t{each.at:%Y-%m-%d %H:%M}\t{each.kind}\t{each.state}\t{each.name}\t{each.by_name}"
            )
    if not found:
        console.print("Nothing was imported yet.")


@contextmanager
def _bar() -> "Iterator[Callable[[int, int, str], None]]":
    """Show progress on a terminal only."""
    from rich.progress import Progress

    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total, words: progress.update(task, completed=done, total=total, description=words)


@app.command()
def check_links() -> None:
    """Have the addresses of sources checked that are due; `disinfo worker` or a running server does it."""
    from common.jobs.runner import wake
    from encyclopedia.jobs.links import begin_check

    with _services() as services:
        with services.database.write() as session:
            job = begin_check(session, at=services.clock())
            number = job.id
        wake(services.bus)
    console.print(f"The check is job {number}.")


@app.command()
def reindex() -> None:
    """Make the search's index anew."""
    from rich.progress import Progress

    from encyclopedia.actions.indexing import reindex_all

    with _services() as services, Progress(console=console, transient=True, disable=not console.is_terminal) as progress:  # fmt: skip
        task = progress.add_task("")
        with services.database.write() as session:
            pages = reindex_all(
                session, lambda done, total: progress.update(task, completed=done, total=total)
            )
    console.print(f"{pages:,} pages are in the index.")


@contextmanager
def _services() -> "Iterator[Services]":
    from common.launch import build_services, read_manifests
    from common.migrations import upgrade
    from common.settings import read_settings

    services = build_services(read_settings(), read_manifests(["encyclopedia"]))
    upgrade(services.database)
    try:
        yield services
    finally:
        services.bus.close()
        services.database.close()
