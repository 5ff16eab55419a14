"""the rooms' search: FTS5 on SQLite, a tsvector on PostgreSQL, kept by triggers; no extension is needed.

`room_fts_entry` has one row for each message, piece of evidence, case and signal: where it stands, who wrote it, its marking, title and
words. `room_fts` is SQLite's index over it; PostgreSQL's is the column `words`. A later migration that has SQLite copy one of the four
tables must make its triggers again.

Revision: 0007, after 0006; 2026-11-22 08:52:00.000000
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

from common.db import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LONGEST = 100_000  # characters of a text that are searched in: PostgreSQL's tsvector holds a megabyte
COLUMNS = (
    "what, ref, room_id, seq, at, author_id, organisation_id, tlp, readers, has_file, has_link, title, body"
)


@dataclass(frozen=True)
class Source:
    """A table that is searched. `values`: one expression a column of `COLUMNS`, `{}` being the row; `where`: only such rows."""

    name: str
    table: str
    watched: str
    sqlite: Sequence[str]
    postgresql: Sequence[str]
    ref: str
    where: str = "1 = 1"


def listed(row: str, *names: str, sqlite: bool) -> str:
    """Return the SQL for the words of a JSON list of objects."""
    if sqlite:
        fields = " || ' ' || ".join(f"coalesce(json_extract(value, '$.{name}'), '')" for name in names)
        return f"coalesce((SELECT group_concat({fields}, ' ') FROM json_each({row})), '')"  # noqa: S608 - constants
    fields = " || ' ' || ".join(f"coalesce(value ->> '{name}', '')" for name in names)
    return f"coalesce((SELECT string_agg({fields}, ' ') FROM jsonb_array_elements({row}) AS value), '')"  # noqa: S608 - constants


def of_object(row: str, *names: str, sqlite: bool) -> str:
    """Return the SQL for the words of a JSON object's fields."""
    one = "coalesce(json_extract({row}, '$.{name}'), '')" if sqlite else "coalesce({row} ->> '{name}', '')"
    return " || ' ' || ".join(one.format(row=row, name=name) for name in names)


def message(*, sqlite: bool) -> Sequence[str]:
    body = " || ' ' || ".join(
        [
            "{}.text",
            of_object("{}.quote", "text", sqlite=sqlite),
            listed("{}.files", "name", sqlite=sqlite),
            listed("{}.attachments", "pretext", "title", "text", "fallback", sqlite=sqlite),
            listed("{}.cards", "title", sqlite=sqlite),
        ]
    )
    has = "CAST({}.files AS text) <> '[]'"
    return (
        "'message'", "CAST({}.seq AS text)", "{}.room_id", "{}.seq", "{}.at", "{}.author_id", "{}.organisation_id", "{}.tlp",
        "CAST({}.readers AS text)", has, f"{'instr' if sqlite else 'strpos'}({{}}.text, '://') > 0", "''", body,
    )  # fmt: skip


def evidence(*, sqlite: bool) -> Sequence[str]:
    title = f"{of_object('{}.file', 'name', sqlite=sqlite)} || ' ' || {of_object('{}.capture', 'title', sqlite=sqlite)}"
    body = f"{{}}.note || ' ' || {{}}.url || ' ' || {of_object('{}.capture', 'text_excerpt', sqlite=sqlite)}"
    return (
        "'evidence'", "CAST({}.seq AS text)", "{}.room_id", "{}.seq", "{}.at", "{}.by_id", "{}.organisation_id", "{}.tlp",
        "CAST({}.readers AS text)", "{}.kind = 'file'", "{}.kind = 'url'", title, body,
    )  # fmt: skip


def case(*, sqlite: bool) -> Sequence[str]:
    abcde = of_object("{}.abcde", "actor", "behaviour", "content", "degree", "effect", sqlite=sqlite)
    no = "0" if sqlite else "false"
    return (
        "'case'", "''", "{}.room_id", "NULL", "{}.opened_at", "NULL", "NULL", "''", "'[]'", no, no,
        "{}.title", f"'#' || CAST({{}}.number AS text) || ' ' || {{}}.summary || ' ' || {abcde}",
    )  # fmt: skip


def signal(*, sqlite: bool) -> Sequence[str]:
    no, one = ("0", "CAST({}.id AS text)") if sqlite else ("false", "replace(CAST({}.id AS text), '-', '')")
    return (
        "'signal'", one, "NULL", "NULL", "{}.first_at", "{}.by_id", "{}.organisation_id", "{}.tlp", "'[]'", no, "{}.url <> ''",
        "{}.title", "{}.text || ' ' || {}.url || ' ' || {}.source_name",
    )  # fmt: skip


SOURCES = (
    Source(
        "message", "room_message", "text, tlp, readers, files, quote, attachments, cards, redacted_seq",
        message(sqlite=True), message(sqlite=False), "what = 'message' AND room_id = {}.room_id AND seq = {}.seq",
        "{}.redacted_seq IS NULL",
    ),
    Source(
        "evidence", "room_evidence", "url, file, note, tlp, readers, capture", evidence(sqlite=True), evidence(sqlite=False),
        "what = 'evidence' AND room_id = {}.room_id AND seq = {}.seq",
    ),
    Source(
        "case", "room_case", "number, title, summary, abcde", case(sqlite=True), case(sqlite=False),
        "what = 'case' AND room_id = {}.room_id",
    ),
    Source(
        "signal", "room_signal", "title, text, url, tlp", signal(sqlite=True), signal(sqlite=False),
        "what = 'signal' AND room_id IS NULL AND ref = {ref}",
    ),
)  # fmt: skip


def at_row(expression: str, row: str, values: Sequence[str]) -> str:
    """Return an expression for a row: `new`, `old`, or a table's name."""
    return expression.replace("{ref}", values[1]).replace("{}", row)


def put(source: Source, values: Sequence[str], row: str, origin: str = "") -> str:
    chosen = ", ".join(at_row(one, row, values) for one in values)
    return f"INSERT INTO room_fts_entry ({COLUMNS}) SELECT {chosen}{origin} WHERE {at_row(source.where, row, values)}"


def take(source: Source, values: Sequence[str], row: str) -> str:
    return f"DELETE FROM room_fts_entry WHERE {at_row(source.ref, row, values)}"  # noqa: S608 - constants


def sqlite_up() -> Sequence[str]:
    made = [
        "CREATE VIRTUAL TABLE room_fts USING fts5(title, body, content = 'room_fts_entry', content_rowid = 'id', "
        "tokenize = 'unicode61 remove_diacritics 2')",
        "CREATE TRIGGER room_fts_entry_put AFTER INSERT ON room_fts_entry BEGIN "
        "INSERT INTO room_fts (rowid, title, body) VALUES (new.id, new.title, new.body); END",
        "CREATE TRIGGER room_fts_entry_take AFTER DELETE ON room_fts_entry BEGIN "
        "INSERT INTO room_fts (room_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); END",
    ]
    for one in SOURCES:
        name, values = f"room_fts_{one.name}", one.sqlite
        made += [
            f"CREATE TRIGGER {name}_put AFTER INSERT ON {one.table} BEGIN {put(one, values, 'new')}; END",
            f"CREATE TRIGGER {name}_take AFTER DELETE ON {one.table} BEGIN {take(one, values, 'old')}; END",
            f"CREATE TRIGGER {name}_change AFTER UPDATE OF {one.watched} ON {one.table} "
            f"BEGIN {take(one, values, 'old')}; {put(one, values, 'new')}; END",
            put(one, values, "each", f" FROM {one.table} AS each"),
        ]
    return made


# The marks that SQLite's unicode61 takes off letters; normalize() has parted them from the letters.
MARKS = r"[\u0300-\u0331]"
# Whatever PostgreSQL's parser would read as more than words (addresses, numbers with signs, entities) becomes blanks.
SIGNS = r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u2000-\u206f\u3000-\u3003]+"
POSTGRESQL = (
    f"""CREATE FUNCTION room_words(given text) RETURNS text IMMUTABLE PARALLEL SAFE STRICT LANGUAGE sql AS $$
SELECT regexp_replace(regexp_replace(normalize(left(given, {LONGEST}), NFD), '{MARKS}', '', 'g'), '{SIGNS}', ' ', 'g') $$""",
    """CREATE FUNCTION room_vector(title text, body text) RETURNS tsvector IMMUTABLE PARALLEL SAFE STRICT LANGUAGE sql AS $$
SELECT setweight(to_tsvector('simple', room_words(title)), 'A') || to_tsvector('simple', room_words(body)) $$""",
    # Words that stand together; of the last one the beginning where `begins`.
    r"""CREATE FUNCTION room_query(words text, begins boolean) RETURNS tsquery IMMUTABLE PARALLEL SAFE STRICT LANGUAGE sql AS $$
SELECT CAST(regexp_replace(CAST(phraseto_tsquery('simple', room_words(words)) AS text), '''$',
CASE WHEN begins THEN ''':*' ELSE '''' END) AS tsquery) $$""",
    "ALTER TABLE room_fts_entry ADD COLUMN words tsvector GENERATED ALWAYS AS (room_vector(title, body)) STORED",
    "CREATE INDEX ix_room_fts_entry_words ON room_fts_entry USING gin (words)",
)


def postgresql_up() -> Sequence[str]:
    made = list(POSTGRESQL)
    for one in SOURCES:
        name, values = f"room_fts_{one.name}", one.postgresql
        made += [
            f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP <> 'INSERT' THEN {take(one, values, "old")}; END IF;
IF TG_OP <> 'DELETE' THEN {put(one, values, "new")}; END IF;
RETURN NULL; END $$""",
            f"CREATE TRIGGER {name}_put AFTER INSERT OR DELETE ON {one.table} FOR EACH ROW EXECUTE FUNCTION {name}()",
            f"CREATE TRIGGER {name}_change AFTER UPDATE OF {one.watched} ON {one.table} FOR EACH ROW EXECUTE FUNCTION {name}()",
            put(one, values, "each", f" FROM {one.table} AS each"),
        ]
    return made


def upgrade() -> None:
    op.create_table(
        "room_fts_entry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("ref", sa.String(40), nullable=False),
        sa.Column("room_id", sa.Uuid()),
        sa.Column("seq", sa.Integer()),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author_id", sa.Uuid()),
        sa.Column("organisation_id", sa.Uuid()),
        sa.Column("tlp", sa.String(20), nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
        sa.Column("has_file", sa.Boolean(), nullable=False),
        sa.Column("has_link", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("ix_room_fts_entry_place", "room_fts_entry", ["room_id", "what", "seq"])
    op.create_index("ix_room_fts_entry_ref", "room_fts_entry", ["what", "ref"])
    op.create_index("ix_room_fts_entry_at", "room_fts_entry", ["at"])
    for statement in sqlite_up() if op.get_bind().dialect.name == "sqlite" else postgresql_up():
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for one in SOURCES:
        for kind in ("put", "take", "change") if sqlite else ("put", "change"):
            where = "" if sqlite else f" ON {one.table}"
            op.get_bind().exec_driver_sql(f"DROP TRIGGER room_fts_{one.name}_{kind}{where}")
        if not sqlite:
            op.get_bind().exec_driver_sql(f"DROP FUNCTION room_fts_{one.name}")
    if sqlite:
        op.drop_table("room_fts")
    op.drop_table("room_fts_entry")
    for name in () if sqlite else ("room_query", "room_vector", "room_words"):
        op.get_bind().exec_driver_sql(f"DROP FUNCTION {name}")
