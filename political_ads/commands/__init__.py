"""`disinfo ads …`: import, fetch, aggregate, evaluate, train."""

from collections.abc import Callable

import typer

from political_ads.commands import aggregate, evaluate, imports, train

NAME = "ads"
COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    *imports.COMMANDS,
    ("aggregate", aggregate.aggregate),
    ("evaluate", evaluate.evaluate),
    ("train", train.train),
)
app = typer.Typer(
    help="Political ads: bring ads in, add answers up, train and evaluate.", no_args_is_help=True
)
for _name, _command in COMMANDS:
    app.command(name=_name)(_command)
