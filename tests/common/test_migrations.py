"""The tables that migrations make are the tables that the models describe, on both databases, and back."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from common.db import Base
from common.db.database import WRITES
from common.migrations import alembic_config, is_described, upgrade


def test_migrations_and_models_agree(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": is_described}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_a_second_upgrade_does_nothing_and_a_downgrade_leaves_nothing(database):
    upgrade(database)
    command.downgrade(alembic_config(database), "base")
    with database.engine.connect().execution_options(**{WRITES: True}) as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    upgrade(database)
