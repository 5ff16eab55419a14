"""`disinfo rooms …`: check, take away, rebuild rooms' logs."""

import typer

from collab_chat.commands import logs

NAME = "rooms"
app = typer.Typer(help="Alert rooms: check, export and rebuild their logs.", no_args_is_help=True)
for _name, _command in logs.COMMANDS:
    app.command(name=_name)(_command)
