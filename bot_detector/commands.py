"""`disinfo bots …`: score files, train a model, evaluate."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Self

import typer
from rich.console import Console

from common.errors import Invalid
from common.i18n import gettext as _

if TYPE_CHECKING:
    import polars as pl

    from bot_detector.core.scoring import Model
    from bot_detector.sources.formats import Batch, Mapping

NAME = "bots"
app = typer.Typer(help="The bot detector: how likely accounts are automated, and why.", no_args_is_help=True)
console = Console(stderr=True)

BULK_ROWS = 50_000  # accounts in memory at once
TABLE_ROWS = 40  # what a screen shows
EXPLAINED_ROWS = 10_000  # up to so many accounts every reason is written without being asked for
SEED = 20261121


class Out(StrEnum):
    """What scores are written as."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


@app.command()
def score(  # noqa: PLR0913 - one argument an option
    file: Annotated[Path, typer.Argument(help="Accounts: JSON, JSONL, CSV, TSV or Parquet; also gzipped.")],
    format: Annotated[str | None, typer.Option(help="What the file is. Default: found out.")] = None,  # noqa: A002
    prevalence: Annotated[
        float | None,
        typer.Option(help="Share of automated accounts that you assume, 0 to 1.", min=0.0001, max=0.9999),
    ] = None,
    out: Annotated[Out, typer.Option(help="What to write.")] = Out.TABLE,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write. Default: the screen.")
    ] = None,
    observed_at: Annotated[
        datetime | None,
        typer.Option(help="When the accounts were observed, where the file does not say it (UTC)."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="What a column means, as OURS=THEIRS; repeat it. Confirms the rest as proposed."),
    ] = None,
    platform: Annotated[
        str | None, typer.Option(help="The platform of all accounts, where no column says it.")
    ] = None,
    reasons: Annotated[
        bool | None, typer.Option(help="Write every reason (slower). Default: not above 10,000 accounts.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Where refused rows go. Default: FILE.rejects.jsonl.")
    ] = None,
) -> None:
    """Score every account in FILE. Rows that cannot be used go to a file of their own, each with its line and reason."""
    from bot_detector.core.scoring import DEFAULT_PREVALENCE, load_model, score_frame
    from bot_detector.sources.scored import open_writer
    from common.settings import read_settings

    if out is Out.PARQUET and output is None:
        raise Invalid(_("Parquet needs a file to go to: add --output scores.parquet."))
    model = load_model()
    assumed = prevalence or read_settings().bots_default_prevalence or DEFAULT_PREVALENCE
    if observed_at is not None:
        observed_at = observed_at.replace(tzinfo=observed_at.tzinfo or UTC)
    parts = _read(file, format, _mapping(file, column or [], platform), observed_at)
    keeper = _Keeper(rejects or file.with_name(f"{Path(file.name).stem}.rejects.jsonl"))
    explain = reasons
    with open_writer(out.value, output, rows=TABLE_ROWS) as writer, keeper, _bar(file) as advance:
        for part in parts:
            explain = part.accounts.height <= EXPLAINED_ROWS if explain is None else explain
            scores = score_frame(part.accounts, model, prevalence=assumed, explain=explain)
            shown = (
                _highest_explained(part, scores, model, assumed) if out is Out.TABLE and not explain else None
            )
            writer.write(scores, shown)
            keeper.keep(part)
            advance(part, writer.rows)
    keeper.tell(writer.rows, writer.counts, model.version, assumed)


@app.command()
def train(
    data: Annotated[
        Path, typer.Argument(help="Labelled accounts: a folder or file in the documented schema.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the model file goes.")],
    shippable: Annotated[  # noqa: FBT002 - typer reads the default
        bool, typer.Option(help="Use only the sets whose licence lets a trained model be passed on.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Same data and seed: same model.")] = SEED,
) -> None:
    """Train a model on labelled accounts."""
    from bot_detector.core.artefact import write_artefact
    from bot_detector.core.cards import write_cards
    from bot_detector.core.training import shippable as licensed
    from bot_detector.core.training import train as fit
    from bot_detector.sources.labelled import read_labelled
    from common.clock import now

    rows = read_labelled(data)
    rows = licensed(rows) if shippable else rows
    if rows["label"].n_unique() < 2:
        raise Invalid(_("Training needs both human (label 0) and automated (label 1) accounts."))
    with _steps() as told:
        artefact = fit(rows, seed=seed, progress=told, trained_at=now().date().isoformat())
    write_artefact(artefact, output)
    write_cards(artefact, output.parent)
    console.print(f"The model is {output}; its model card and data card are beside it.")


@app.command()
def evaluate(
    data: Annotated[
        Path, typer.Argument(help="Labelled accounts: a folder or file in the documented schema.")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the table here as Markdown too.")
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(
            help="Write the figures here as JSON too (the methodology page reads the shipped ones)."
        ),
    ] = None,
    bootstraps: Annotated[int, typer.Option(help="Resamples for each interval.", min=10)] = 1_000,
    seed: Annotated[int, typer.Option(help="Same data and seed: same table.")] = SEED,
) -> None:
    """Measure the detector honestly: each set left out in turn, beside three baselines, in one table."""
    import orjson

    from bot_detector.core.evaluation import evaluate as measure
    from bot_detector.core.scoring import load_model
    from bot_detector.sources.labelled import read_labelled
    from common.clock import now

    rows = read_labelled(data)
    with _steps() as told:
        table = measure(rows, seed=seed, bootstraps=bootstraps, progress=told, shipped=load_model())
    text = table.to_markdown()
    if output:
        output.write_text(text, encoding="utf-8")
    if figures:
        body = {"evaluated_at": now().date().isoformat(), "bootstraps": bootstraps, "rows": table.to_dicts()}
        figures.write_bytes(
            orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY) + b"\n"
        )
    typer.echo(text)


@contextmanager
def _steps() -> "Iterator[Callable[[str, float], None]]":
    """Show what is being done and how much of it, on a terminal only."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda message, share: progress.update(task, description=_(message), completed=share)


def _highest_explained(
    part: "Batch", scores: "pl.DataFrame", model: "Model", prevalence: float
) -> "pl.DataFrame":
    """Explain the scores that a screen can show, and only these."""
    from bot_detector.core.scoring import score_frame

    places = scores["probability"].arg_sort(descending=True, nulls_last=True).head(TABLE_ROWS)
    return score_frame(part.accounts[places], model, prevalence=prevalence, explain=True)


def _read(
    file: Path, format_name: str | None, mapping: "Mapping | None", observed_at: datetime | None
) -> "Iterator[Batch]":
    from bot_detector.sources.formats import read_batches

    return read_batches(
        file, format=format_name, mapping=mapping, observed_at=observed_at, batch_rows=BULK_ROWS
    )


def _mapping(file: Path, columns: list[str], platform: str | None) -> "Mapping | None":
    """Return the proposed mapping with the person's corrections; None where they gave none."""
    from bot_detector.sources.formats import Mapping, look

    if not columns and platform is None:
        return None
    pairs = dict(each.partition("=")[::2] for each in columns)
    if not all(pairs.values()):
        raise Invalid(_("Write --column as OURS=THEIRS, for example --column handle=username."))
    _detection, proposed = look(file)
    return Mapping({**proposed.columns, **pairs}, platform or proposed.platform)


class _Keeper:
    """Writes refused rows to a file as they come, and tells at the end what happened to every row."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.refused = 0
        self.notes: list[Any] = []
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._file:
            self._file.close()

    def keep(self, part: "Batch") -> None:
        """Write a part's refused rows, and remember what was doubtful."""
        import orjson

        self.notes += part.warnings
        self.refused += len(part.rejects)
        for each in part.rejects:
            self._file = self._file or self.path.open("wb")
            row = {"line": each.line, "reason": str(each.reason), "excerpt": each.excerpt}
            self._file.write(orjson.dumps(row) + b"\n")

    def tell(self, rows: int, counts: Counter[str], version: str, prevalence: float) -> None:
        """Say how many were scored, refused and doubtful."""
        from bot_detector.sources.formats import merge_notes

        verdicts = ", ".join(
            f"{count:,} {verdict.replace('_', ' ')}" for verdict, count in counts.most_common()
        )
        console.print(
            f"{rows:,} accounts scored ({verdicts}) by {version} at a prevalence of {prevalence:.0%}."
        )
        for note in merge_notes(self.notes):
            console.print(
                f"• {note.message}" + (f" ({note.rows:,} rows)" if note.rows else ""), highlight=False
            )
        if self.refused:
            console.print(f"{self.refused:,} rows could not be used; each is in {self.path} with its reason.")
        if not rows:
            raise Invalid(_("No account was found in this file."))


@contextmanager
def _bar(file: Path) -> "Iterator[Callable[[Batch, int], None]]":
    """Show progress by bytes of the file, on a terminal only."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(file.name, total=None)

        def advance(part: "Batch", rows: int) -> None:
            progress.update(
                task, completed=part.bytes_read, total=part.bytes_total, description=f"{rows:,} accounts"
            )

        yield advance
