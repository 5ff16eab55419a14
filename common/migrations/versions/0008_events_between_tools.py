"""events between tools: what was told, and who has heard it.

Revision: 0008, after 0007; 2026-11-22 09:50:00.000000
"""

import sqlalchemy as sa
from alembic import op

from common.db import Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this revision adds."""
    op.create_table(
        "common_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_common_event")),
    )
    op.create_index("ix_common_event_at", "common_event", ["at"])
    op.create_table(
        "common_event_heard",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("listener", sa.String(length=120), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["common_event.id"],
            name=op.f("fk_common_event_heard_event_id_common_event"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "listener", name=op.f("pk_common_event_heard")),
    )
    op.create_index("ix_common_event_heard_next", "common_event_heard", ["listener", "next_at"])


def downgrade() -> None:
    """Take away what this revision added."""
    op.drop_table("common_event_heard")
    op.drop_table("common_event")
