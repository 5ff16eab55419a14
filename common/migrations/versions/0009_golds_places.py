"""gold's places are drawn from a secret number of each volunteer's, not from their row's id.

Revision: 0009, after 0008; 2026-11-22 15:30:00.000000
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SEEDS = 2**31
AT_ONCE = 1_000


def upgrade() -> None:
    """Add what this revision adds."""
    with op.batch_alter_table("ads_participation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seed", sa.Integer(), nullable=False, server_default="0"))
    table = sa.table("ads_participation", sa.column("id", sa.Integer), sa.column("seed", sa.Integer))
    connection = op.get_bind()
    ids = connection.execute(sa.select(table.c.id)).scalars().all()
    drawn = sa.update(table).where(table.c.id == sa.bindparam("one")).values(seed=sa.bindparam("drawn"))
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        connection.execute(drawn, [{"one": one, "drawn": secrets.randbelow(SEEDS)} for one in part])
    with op.batch_alter_table("ads_participation", schema=None) as batch_op:
        batch_op.alter_column("seed", server_default=None)


def downgrade() -> None:
    """Take away what this revision added."""
    with op.batch_alter_table("ads_participation", schema=None) as batch_op:
        batch_op.drop_column("seed")
