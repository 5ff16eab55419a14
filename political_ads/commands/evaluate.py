"""`disinfo ads evaluate`: the classifier beside two baselines on public labelled ads."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from common.clock import now
from political_ads.core.classifier.evaluation_page import evaluation_page
from political_ads.service.evaluation import evaluate as measure

SEED = 20261122
DATA = Path("../shared/data/ads")
console = Console(stderr=True)


def evaluate(
    data: Annotated[Path, typer.Option(help="The folder of the labelled sets.")] = DATA,
    out: Annotated[Path | None, typer.Option(help="Write the page here too.")] = None,
    seed: Annotated[int, typer.Option(help="Same data and seed: same table.")] = SEED,
) -> None:
    """Train and test on public labelled ads, beside two baselines, and write the table."""
    started = time.process_time()

    def told(step: str, share: float) -> None:
        console.print(f"{share:4.0%} {step} ({time.process_time() - started:.0f} s)", highlight=False)

    found = measure(data, seed=seed, progress=told)
    page = evaluation_page(found, date=now().date().isoformat(), seconds=time.process_time() - started)
    if out:
        out.write_text(page, encoding="utf-8")
    typer.echo(page)
