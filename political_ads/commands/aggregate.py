"""`disinfo ads aggregate`: all answers of a campaign added up anew."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress


def aggregate(campaign: Annotated[str, typer.Argument(help="The campaign's name in addresses.")]) -> None:
    """Add up all answers of CAMPAIGN anew: labels, what is known of contributors, agreement."""
    from common.accounts.actors import operator
    from common.launch import build_services, read_manifests
    from common.migrations import upgrade
    from common.settings import read_settings
    from political_ads.service.aggregating import aggregate_campaign

    services = build_services(read_settings(), read_manifests(["political_ads"]))
    upgrade(services.database)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(campaign)

        def tell(done: int, total: int, what: str) -> None:
            shown.update(task, completed=done, total=total, description=what)

        found = aggregate_campaign(services, operator(), campaign, progress=tell)
    typer.echo(
        f"{found.answers:,} answers to {found.questions} questions; {found.items:,} creatives labelled."
    )
