"""the encyclopedia's search: FTS5 on SQLite, tsvector columns on PostgreSQL; no extension is needed.

Words come folded and stemmed from encyclopedia/core/words.py, so both databases take them as they are.

Revision: 0003, after 0002; 2026-11-22 02:35:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQLITE = """
CREATE VIRTUAL TABLE encyclopedia_fts USING fts5(
    title, other, lead, facts, body, filters, tokenize = "unicode61 remove_diacritics 2 tokenchars '_'"
)
"""
# The vectors lie out of line, so that the rows stay small: thousands of them are read for one search's facets.
POSTGRESQL = (
    "ALTER TABLE encyclopedia_search_page ADD COLUMN head tsvector, ADD COLUMN everything tsvector",
    "ALTER TABLE encyclopedia_search_page ALTER COLUMN everything SET STORAGE EXTERNAL",
    "CREATE INDEX ix_encyclopedia_fts_head ON encyclopedia_search_page USING gin (head)",
    "CREATE INDEX ix_encyclopedia_fts_everything ON encyclopedia_search_page USING gin (everything)",
)


def plain_order(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def belongs(table: str, to: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{to}_id_encyclopedia_{to}"
    return sa.ForeignKeyConstraint([f"{to}_id"], [f"encyclopedia_{to}.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "encyclopedia_search_facet",
        sa.Column("token", sa.String(length=11), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_encyclopedia_search_facet")),
    )
    op.create_table(
        "encyclopedia_search_word",
        sa.Column("word", plain_order(40), nullable=False),
        sa.Column("head", sa.String(length=2), nullable=False),
        sa.Column("tail", sa.String(length=3), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("titles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_encyclopedia_search_word")),
    )
    with op.batch_alter_table("encyclopedia_search_word", schema=None) as batch_op:
        batch_op.create_index("ix_encyclopedia_search_word_head", ["head", "pages"], unique=False)
        batch_op.create_index("ix_encyclopedia_search_word_tail", ["tail", "pages"], unique=False)
    create_page_tables()
    for statement in (SQLITE,) if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def create_page_tables() -> None:
    op.create_table(
        "encyclopedia_search_page",
        sa.Column("page_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("sort_title", plain_order(200), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        belongs("encyclopedia_search_page", "page"),
        belongs("encyclopedia_search_page", "entry"),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_encyclopedia_search_page")),
    )
    with op.batch_alter_table("encyclopedia_search_page", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_encyclopedia_search_page_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(
            "ix_encyclopedia_search_page_language_sort_title", ["language", "sort_title"], unique=False
        )
        batch_op.create_index("ix_encyclopedia_search_page_sort_title", ["sort_title"], unique=False)
    op.create_table(
        "encyclopedia_search_text",
        sa.Column("page_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        belongs("encyclopedia_search_text", "page"),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_encyclopedia_search_text")),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("encyclopedia_fts")
    for table in ("text", "page", "word", "facet"):
        op.drop_table(f"encyclopedia_search_{table}")
