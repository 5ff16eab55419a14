"""`disinfo ads …`: import, fetch, evaluate, aggregate."""

import typer

NAME = "ads"
app = typer.Typer(help="Political ads: bring ads in, evaluate, aggregate.", no_args_is_help=True)
