"""Alembic's entry: the engine comes from `common.migrations`, the tables from every tool."""

import importlib
import importlib.util
from typing import Any, Literal

from alembic import context
from sqlalchemy import text

from common.db import Base, Json, UtcDateTime
from common.db.database import WRITES
from common.migrations import is_described

TOOLS = ("encyclopedia", "political_ads", "bot_detector", "collab_chat")
LOCK = 72_190_441  # PostgreSQL advisory lock: one process migrates, the others wait

for module in (
    "common.events.models",
    "common.jobs.models",
    "common.accounts.models",
    *(f"{tool}.models" for tool in TOOLS),
):
    if importlib.util.find_spec(module):
        importlib.import_module(module)


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our own column types by their names in new migrations."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from common.db import UtcDateTime")
        return "UtcDateTime()"
    if kind == "type" and isinstance(item, type(Json)) and item._variant_mapping:
        autogen.imports.add("from common.db import Json")
        return "Json"
    return False


engine = context.config.attributes["engine"]
with engine.connect().execution_options(**{WRITES: True}) as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render_item,
        include_name=is_described,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()
