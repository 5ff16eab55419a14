"""The one history of the database's tables, for both databases."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from common.db import Database

HERE = Path(__file__).parent


def alembic_config(database: Database) -> Config:
    """Return Alembic's configuration for a database, without a file."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["engine"] = database.engine
    return config


def upgrade(database: Database) -> None:
    """Bring the tables to the newest state; several processes may call it at once."""
    command.upgrade(alembic_config(database), "head")
