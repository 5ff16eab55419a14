"""The database: SQLite by default, PostgreSQL by URL; one way to open it and one way to write to it."""

from common.db.columns import Json, KeptJson, NullableJson, UtcDateTime, new_id
from common.db.database import Database, open_database
from common.db.tables import Base

__all__ = ["Base", "Database", "Json", "KeptJson", "NullableJson", "UtcDateTime", "new_id", "open_database"]
