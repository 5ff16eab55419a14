"""The one history of the database's tables, for both databases."""

from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from common.db import Database

HERE = Path(__file__).parent
# Full-text indexes are each database's own matter: migrations make them by hand and no model describes them.
FULL_TEXT_TABLES = (
    "encyclopedia_fts",
    "ads_fts",
    "room_fts",
)  # and the tables beneath it, whose names begin alike
FULL_TEXT_COLUMNS = {("encyclopedia_search_page", "head"), ("encyclopedia_search_page", "everything")}
FULL_TEXT_INDEXES = ("ix_encyclopedia_fts", "ix_ads_fts", "ix_room_fts")


def alembic_config(database: Database) -> Config:
    """Return Alembic's configuration for a database, without a file."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["engine"] = database.engine
    return config


def upgrade(database: Database) -> None:
    """Bring the tables to the newest state; several processes may call it at once."""
    with database.engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_heads() == _newest():
            return
    command.upgrade(alembic_config(database), "head")


@cache
def _newest() -> tuple[str, ...]:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    return tuple(ScriptDirectory.from_config(config).get_heads())


def is_described(
    name: str | None,
    kind: Literal[
        "schema",
        "table",
        "column",
        "index",
        "unique_constraint",
        "foreign_key_constraint",
        "check_constraint",
    ],
    parents: MutableMapping[Literal["schema_name", "table_name", "schema_qualified_table_name"], str | None],
) -> bool:
    """Tell whether something that is in the database should be in the models too (Alembic's `include_name`)."""
    if kind == "table":
        return not (name or "").startswith(FULL_TEXT_TABLES)
    if kind == "index":
        return not (name or "").startswith(FULL_TEXT_INDEXES)
    return kind != "column" or (parents.get("table_name"), name) not in FULL_TEXT_COLUMNS
