"""`disinfo ads train`: a campaign's model trained here and now, without a worker."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress


def train(
    campaign: Annotated[str, typer.Argument(help="The campaign's name in addresses.")],
    question: Annotated[
        str,
        typer.Option(help="A question, or QUESTION.OPTION of one with several answers. Default: the first."),
    ] = "",
) -> None:
    """Train the next version of CAMPAIGN's model, ask it about every ad, and order what volunteers see by its doubt."""
    from common.accounts.actors import operator
    from common.errors import Problem
    from common.launch import build_services, read_manifests
    from common.migrations import upgrade
    from common.settings import read_settings
    from political_ads.service.training_now import train_now

    services = build_services(read_settings(), read_manifests(["political_ads"]))
    upgrade(services.database)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(campaign)

        def tell(done: int, total: int, what: str) -> None:
            shown.update(task, completed=done, total=total, description=what)

        try:
            model = train_now(services, operator(), campaign, question, progress=tell)
        except Problem as problem:
            console.print(problem.message, style="red")
            raise typer.Exit(1) from problem
    agreement = model.report["agreement"]
    typer.echo(
        f"{campaign} {model.question}, version {model.version}: on ads and advertisers that it never saw, its likeliest answer is "
        f"the volunteers' in {agreement['value']:.0%} ({agreement['low']:.0%} to {agreement['high']:.0%}) of {agreement['n']:,} ads."
    )
