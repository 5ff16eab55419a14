"""the ads' search: FTS5 on SQLite, a tsvector on PostgreSQL, kept by triggers; no extension is needed.

`ads_fts` has one row a creative: title, names of the pages, text, and what filters ask for, with the creative's language. On
PostgreSQL these are the weights A, B, D and C. A later migration that has SQLite copy `ads_creative` must make the triggers again.

Revision: 0005, after 0004; 2026-11-22 06:20:00.000000
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEXED = "title, page_names, text, facets"


def sqlite_values(row: str) -> str:
    return (
        f"{row}.id, {row}.title, {row}.page_names, {row}.text, {row}.facets || ' language' || {row}.language"
    )


# Contentless: the words are indexed, the texts stay in ads_creative only. What goes out must be told as it came in.
SQLITE_PUT = f"INSERT INTO ads_fts (rowid, {INDEXED}) VALUES ({sqlite_values('new')});"  # noqa: S608 - constants
SQLITE_TAKE = f"INSERT INTO ads_fts (ads_fts, rowid, {INDEXED}) VALUES ('delete', {sqlite_values('old')});"  # noqa: S608 - constants
SQLITE_CHANGED = " OR ".join(
    f"old.{name} IS NOT new.{name}" for name in ("title", "page_names", "text", "facets", "language")
)
SQLITE = (
    f"CREATE VIRTUAL TABLE ads_fts USING fts5({INDEXED}, content = '', tokenize = 'unicode61 remove_diacritics 2')",
    f"CREATE TRIGGER ads_fts_put AFTER INSERT ON ads_creative BEGIN {SQLITE_PUT} END",
    f"CREATE TRIGGER ads_fts_take AFTER DELETE ON ads_creative BEGIN {SQLITE_TAKE} END",
    f"CREATE TRIGGER ads_fts_change AFTER UPDATE OF {INDEXED}, language ON ads_creative "
    f"WHEN {SQLITE_CHANGED} BEGIN {SQLITE_TAKE} {SQLITE_PUT} END",
    f"INSERT INTO ads_fts (rowid, {INDEXED}) SELECT {sqlite_values('each')} FROM ads_creative AS each",  # noqa: S608 - constants
)

# The marks that SQLite's unicode61 takes off letters; normalize() has parted them from the letters.
MARKS = r"[\u0300-\u0331]"
# Whatever PostgreSQL's parser would read as more than words (addresses, numbers with signs, entities) becomes blanks.
SIGNS = r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u2000-\u206f\u3000-\u3003]+"
LONGEST = 100_000  # characters of a text that are searched in: a tsvector holds a megabyte
POSTGRESQL = (
    f"""CREATE FUNCTION ads_words(given text) RETURNS text IMMUTABLE PARALLEL SAFE STRICT LANGUAGE sql AS $$
SELECT regexp_replace(regexp_replace(normalize(left(given, {LONGEST}), NFD), '{MARKS}', '', 'g'), '{SIGNS}', ' ', 'g') $$""",
    """CREATE FUNCTION ads_vector(title text, pages text, facets text, words text) RETURNS tsvector
IMMUTABLE PARALLEL SAFE STRICT LANGUAGE sql AS $$
SELECT setweight(to_tsvector('simple', ads_words(title)), 'A') || setweight(to_tsvector('simple', ads_words(pages)), 'B')
|| setweight(to_tsvector('simple', ads_words(facets)), 'C') || to_tsvector('simple', ads_words(words)) $$""",
    # Words that stand together, in places (weights); of the last one the beginning where `places` ends with a star.
    r"""CREATE FUNCTION ads_query(words text, places text) RETURNS tsquery
IMMUTABLE PARALLEL SAFE STRICT LANGUAGE sql AS $$
SELECT CAST(regexp_replace(regexp_replace(CAST(phraseto_tsquery('simple', ads_words(words)) AS text),
'''( |$)', ''':' || rtrim(places, '*') || '\1', 'g'), '(.)$', '\1' || substring(places FROM '\*?$')) AS tsquery) $$""",
    """CREATE TABLE ads_fts (
creative_id integer PRIMARY KEY REFERENCES ads_creative (id) ON DELETE CASCADE, words tsvector NOT NULL)""",
    "ALTER TABLE ads_fts ALTER COLUMN words SET STORAGE EXTERNAL",
    """CREATE FUNCTION ads_fts_put() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO ads_fts (creative_id, words)
VALUES (new.id, ads_vector(new.title, new.page_names, new.facets || ' language' || new.language, new.text))
ON CONFLICT (creative_id) DO UPDATE SET words = excluded.words;
RETURN NULL; END $$""",
    "CREATE TRIGGER ads_fts_put AFTER INSERT ON ads_creative FOR EACH ROW EXECUTE FUNCTION ads_fts_put()",
    f"""CREATE TRIGGER ads_fts_change AFTER UPDATE OF {INDEXED}, language ON ads_creative FOR EACH ROW
WHEN ((old.title, old.page_names, old.text, old.facets, old.language)
IS DISTINCT FROM (new.title, new.page_names, new.text, new.facets, new.language)) EXECUTE FUNCTION ads_fts_put()""",
    """INSERT INTO ads_fts (creative_id, words)
SELECT id, ads_vector(title, page_names, facets || ' language' || language, text) FROM ads_creative""",
    "CREATE INDEX ix_ads_fts_words ON ads_fts USING gin (words)",
)
SQLITE_DOWN = (
    "DROP TRIGGER ads_fts_put",
    "DROP TRIGGER ads_fts_take",
    "DROP TRIGGER ads_fts_change",
    "DROP TABLE ads_fts",
)
POSTGRESQL_DOWN = (
    "DROP TRIGGER ads_fts_put ON ads_creative",
    "DROP TRIGGER ads_fts_change ON ads_creative",
    "DROP TABLE ads_fts",
    "DROP FUNCTION ads_fts_put",
    "DROP FUNCTION ads_query",
    "DROP FUNCTION ads_vector",
    "DROP FUNCTION ads_words",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    for statement in SQLITE_DOWN if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_DOWN:
        op.get_bind().exec_driver_sql(statement)
