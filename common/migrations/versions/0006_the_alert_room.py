"""The alert room.

Revision: 0006, after 0005; 2026-11-22 09:29:44.660681
"""

import sqlalchemy as sa
from alembic import op

from common.db import Json, KeptJson, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "room_consensus_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("organisation_ids", Json, nullable=False),
        sa.Column("rule", Json, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_consensus_rule")),
    )
    op.create_table(
        "room_counter",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_room_counter")),
    )
    op.create_table(
        "room_exercise",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("scenario", Json, nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("speed", sa.Double(), nullable=False),
        sa.Column("played", sa.Integer(), nullable=False),
        sa.Column("players", Json, nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("given", Json, nullable=False),
        sa.Column("clock", Json, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_exercise")),
    )
    op.create_table(
        "room_feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("every_minutes", sa.Integer(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("modified", sa.Text(), nullable=False),
        sa.Column("words", Json, nullable=False),
        sa.Column("seen", Json, nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("polled_at", UtcDateTime(), nullable=True),
        sa.Column("worked_at", UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_feed")),
    )
    with op.batch_alter_table("room_feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_feed_next_at"), ["next_at"], unique=False)

    op.create_table(
        "room_playbook",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_room_playbook")),
    )
    op.create_table(
        "room_reach_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("at_least", sa.Integer(), nullable=False),
        sa.Column("meaning", Json, nullable=False),
        sa.Column("dated", sa.String(length=10), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_reach_figure")),
    )
    op.create_table(
        "room_room",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.String(length=16), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("tlp", sa.String(length=20), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_room")),
    )
    with op.batch_alter_table("room_room", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_room_exercise_id"), ["exercise_id"], unique=False)

    op.create_table(
        "room_slash_command",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("token", sa.String(length=100), nullable=False),
        sa.Column("help", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_slash_command")),
        sa.UniqueConstraint("word", name=op.f("uq_room_slash_command_word")),
    )
    op.create_table(
        "room_button",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("context", Json, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room_room.id"], name=op.f("fk_room_button_room_id_room_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_button")),
    )
    with op.batch_alter_table("room_button", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_button_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_room_button_room_id"), ["room_id"], unique=False)

    op.create_table(
        "room_case",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("abcde", Json, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=True),
        sa.Column("harm", sa.Integer(), nullable=True),
        sa.Column("breakout", sa.Integer(), nullable=True),
        sa.Column("severity", sa.String(length=20), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("scribe_id", sa.Uuid(), nullable=True),
        sa.Column("reporter_id", sa.Uuid(), nullable=True),
        sa.Column("reporter_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("organisations", Json, nullable=False),
        sa.Column("criteria", Json, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("triaged_at", UtcDateTime(), nullable=True),
        sa.Column("reopened_at", UtcDateTime(), nullable=True),
        sa.Column("qualifying_at", UtcDateTime(), nullable=True),
        sa.Column("qualified_at", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("verdict", sa.String(length=30), nullable=True),
        sa.Column("reminded", Json, nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room_room.id"], name=op.f("fk_room_case_room_id_room_room")),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_room_case")),
    )
    with op.batch_alter_table("room_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_case_exercise_id"), ["exercise_id"], unique=False)
        batch_op.create_index("ix_room_case_status", ["status", "severity"], unique=False)

    op.create_table(
        "room_decision",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("record", KeptJson, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room_room.id"], name=op.f("fk_room_decision_room_id_room_room")
        ),
        sa.PrimaryKeyConstraint("room_id", "round", name=op.f("pk_room_decision")),
    )
    op.create_table(
        "room_event",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("cid", sa.Uuid(), nullable=True),
        sa.Column("tlp", sa.String(length=20), nullable=False),
        sa.Column("readers", Json, nullable=False),
        sa.Column("content", KeptJson, nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room_room.id"], name=op.f("fk_room_event_room_id_room_room")),
        sa.PrimaryKeyConstraint("room_id", "seq", name=op.f("pk_room_event")),
        sa.UniqueConstraint("room_id", "author_id", "cid", name=op.f("uq_room_event_room_id_author_id_cid")),
    )
    with op.batch_alter_table("room_event", schema=None) as batch_op:
        batch_op.create_index("ix_room_event_room_kind", ["room_id", "kind", "seq"], unique=False)

    op.create_table(
        "room_evidence",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("file", Json, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("tlp", sa.String(length=20), nullable=False),
        sa.Column("readers", Json, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("captures", sa.Integer(), nullable=False),
        sa.Column("capture", Json, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room_room.id"], name=op.f("fk_room_evidence_room_id_room_room")
        ),
        sa.PrimaryKeyConstraint("room_id", "seq", name=op.f("pk_room_evidence")),
    )
    op.create_table(
        "room_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["room_room.id"], name=op.f("fk_room_file_room_id_room_room")),
        sa.PrimaryKeyConstraint("sha256", "room_id", name=op.f("pk_room_file")),
    )
    op.create_table(
        "room_hook",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("signals", sa.Boolean(), nullable=False),
        sa.Column("tlp", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["room_room.id"], name=op.f("fk_room_hook_room_id_room_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_hook")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_room_hook_token_hash")),
    )
    op.create_table(
        "room_invitation",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room_room.id"], name=op.f("fk_room_invitation_room_id_room_room")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_room_invitation")),
    )
    with op.batch_alter_table("room_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_invitation_room_id"), ["room_id"], unique=False)

    op.create_table(
        "room_link",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("ref", sa.String(length=500), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room_room.id"], name=op.f("fk_room_link_room_id_room_room")),
        sa.PrimaryKeyConstraint("room_id", "what", "ref", name=op.f("pk_room_link")),
    )
    with op.batch_alter_table("room_link", schema=None) as batch_op:
        batch_op.create_index("ix_room_link_ref", ["what", "ref"], unique=False)

    op.create_table(
        "room_member",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_name", sa.String(length=300), nullable=False),
        sa.Column("joined_seq", sa.Integer(), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("left_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["room_room.id"], name=op.f("fk_room_member_room_id_room_room")),
        sa.PrimaryKeyConstraint("room_id", "person_id", name=op.f("pk_room_member")),
    )
    with op.batch_alter_table("room_member", schema=None) as batch_op:
        batch_op.create_index("ix_room_member_person", ["person_id", "left_seq"], unique=False)

    op.create_table(
        "room_mention",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("message_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room_room.id"], name=op.f("fk_room_mention_room_id_room_room")
        ),
        sa.PrimaryKeyConstraint("room_id", "message_seq", "person_id", name=op.f("pk_room_mention")),
    )
    with op.batch_alter_table("room_mention", schema=None) as batch_op:
        batch_op.create_index("ix_room_mention_person", ["person_id", "at"], unique=False)

    op.create_table(
        "room_message",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("thread_seq", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tlp", sa.String(length=20), nullable=False),
        sa.Column("readers", Json, nullable=False),
        sa.Column("files", Json, nullable=False),
        sa.Column("quote", Json, nullable=True),
        sa.Column("via", Json, nullable=True),
        sa.Column("attachments", Json, nullable=False),
        sa.Column("cards", Json, nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("edited_seq", sa.Integer(), nullable=True),
        sa.Column("edited_at", UtcDateTime(), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("redacted_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room_room.id"], name=op.f("fk_room_message_room_id_room_room")
        ),
        sa.PrimaryKeyConstraint("room_id", "seq", name=op.f("pk_room_message")),
    )
    with op.batch_alter_table("room_message", schema=None) as batch_op:
        batch_op.create_index("ix_room_message_pinned", ["room_id", "pinned"], unique=False)
        batch_op.create_index("ix_room_message_thread", ["room_id", "thread_seq", "seq"], unique=False)

    op.create_table(
        "room_notice_pointer",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room_room.id"], name=op.f("fk_room_notice_pointer_room_id_room_room")
        ),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_room_notice_pointer")),
    )
    op.create_table(
        "room_objection",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("blocking", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("lifted_seq", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room_room.id"], name=op.f("fk_room_objection_room_id_room_room")
        ),
        sa.PrimaryKeyConstraint("room_id", "seq", name=op.f("pk_room_objection")),
    )
    op.create_table(
        "room_reaction",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("message_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("emoji", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room_room.id"], name=op.f("fk_room_reaction_room_id_room_room")
        ),
        sa.PrimaryKeyConstraint(
            "room_id", "message_seq", "person_id", "emoji", name=op.f("pk_room_reaction")
        ),
    )
    op.create_table(
        "room_reaction_taken",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room_room.id"], name=op.f("fk_room_reaction_taken_room_id_room_room")
        ),
        sa.PrimaryKeyConstraint("room_id", "seq", name=op.f("pk_room_reaction_taken")),
    )
    op.create_table(
        "room_read",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room_room.id"], name=op.f("fk_room_read_room_id_room_room")),
        sa.PrimaryKeyConstraint("room_id", "person_id", name=op.f("pk_room_read")),
    )
    op.create_table(
        "room_report_update",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room_room.id"], name=op.f("fk_room_report_update_room_id_room_room")
        ),
        sa.PrimaryKeyConstraint("room_id", "number", name=op.f("pk_room_report_update")),
    )
    op.create_table(
        "room_report_version",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room_room.id"], name=op.f("fk_room_report_version_room_id_room_room")
        ),
        sa.PrimaryKeyConstraint("room_id", "number", name=op.f("pk_room_report_version")),
    )
    op.create_table(
        "room_signal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_name", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("canonical_url", sa.String(length=500), nullable=False),
        sa.Column("compared", sa.Text(), nullable=False),
        sa.Column("tlp", sa.String(length=20), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("raised_times", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("exercise_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["room_room.id"], name=op.f("fk_room_signal_case_id_room_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_signal")),
    )
    with op.batch_alter_table("room_signal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_signal_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_room_signal_exercise_id"), ["exercise_id"], unique=False)
        batch_op.create_index("ix_room_signal_state", ["state", "raised_at"], unique=False)
        batch_op.create_index("ix_room_signal_url", ["canonical_url"], unique=False)

    op.create_table(
        "room_task",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("due", UtcDateTime(), nullable=True),
        sa.Column("playbook", sa.String(length=60), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room_room.id"], name=op.f("fk_room_task_room_id_room_room")),
        sa.PrimaryKeyConstraint("room_id", "seq", name=op.f("pk_room_task")),
    )
    with op.batch_alter_table("room_task", schema=None) as batch_op:
        batch_op.create_index("ix_room_task_owner", ["owner_id", "done_at"], unique=False)

    op.create_table(
        "room_vote",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("sheet", Json, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("first_verdict", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room_room.id"], name=op.f("fk_room_vote_room_id_room_room")),
        sa.PrimaryKeyConstraint("room_id", "round", "person_id", name=op.f("pk_room_vote")),
    )
    op.create_table(
        "room_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["common_person.id"],
            name=op.f("fk_room_notice_person_id_common_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_room_notice_key")),
    )
    with op.batch_alter_table("room_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_notice_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_room_notice_waiting", ["state", "next_at"], unique=False)

    op.create_table(
        "room_notice_choice",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Boolean(), nullable=False),
        sa.Column("push", sa.Boolean(), nullable=False),
        sa.Column("services", Json, nullable=False),
        sa.Column("what", Json, nullable=False),
        sa.Column("muted_rooms", Json, nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["common_person.id"],
            name=op.f("fk_room_notice_choice_person_id_common_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_room_notice_choice")),
    )
    op.create_table(
        "room_push_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("keys", Json, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["common_person.id"],
            name=op.f("fk_room_push_address_person_id_common_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_push_address")),
    )
    with op.batch_alter_table("room_push_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_push_address_person_id"), ["person_id"], unique=False)

    op.create_table(
        "room_signal_sight",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_name", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["signal_id"],
            ["room_signal.id"],
            name=op.f("fk_room_signal_sight_signal_id_room_signal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_room_signal_sight")),
    )
    with op.batch_alter_table("room_signal_sight", schema=None) as batch_op:
        batch_op.create_index("ix_room_signal_sight_signal", ["signal_id", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("room_signal_sight", schema=None) as batch_op:
        batch_op.drop_index("ix_room_signal_sight_signal")

    op.drop_table("room_signal_sight")
    with op.batch_alter_table("room_push_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_push_address_person_id"))

    op.drop_table("room_push_address")
    op.drop_table("room_notice_choice")
    with op.batch_alter_table("room_notice", schema=None) as batch_op:
        batch_op.drop_index("ix_room_notice_waiting")
        batch_op.drop_index(batch_op.f("ix_room_notice_person_id"))

    op.drop_table("room_notice")
    op.drop_table("room_vote")
    with op.batch_alter_table("room_task", schema=None) as batch_op:
        batch_op.drop_index("ix_room_task_owner")

    op.drop_table("room_task")
    with op.batch_alter_table("room_signal", schema=None) as batch_op:
        batch_op.drop_index("ix_room_signal_url")
        batch_op.drop_index("ix_room_signal_state")
        batch_op.drop_index(batch_op.f("ix_room_signal_exercise_id"))
        batch_op.drop_index(batch_op.f("ix_room_signal_case_id"))

    op.drop_table("room_signal")
    op.drop_table("room_report_version")
    op.drop_table("room_report_update")
    op.drop_table("room_read")
    op.drop_table("room_reaction_taken")
    op.drop_table("room_reaction")
    op.drop_table("room_objection")
    op.drop_table("room_notice_pointer")
    with op.batch_alter_table("room_message", schema=None) as batch_op:
        batch_op.drop_index("ix_room_message_thread")
        batch_op.drop_index("ix_room_message_pinned")

    op.drop_table("room_message")
    with op.batch_alter_table("room_mention", schema=None) as batch_op:
        batch_op.drop_index("ix_room_mention_person")

    op.drop_table("room_mention")
    with op.batch_alter_table("room_member", schema=None) as batch_op:
        batch_op.drop_index("ix_room_member_person")

    op.drop_table("room_member")
    with op.batch_alter_table("room_link", schema=None) as batch_op:
        batch_op.drop_index("ix_room_link_ref")

    op.drop_table("room_link")
    with op.batch_alter_table("room_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_invitation_room_id"))

    op.drop_table("room_invitation")
    op.drop_table("room_hook")
    op.drop_table("room_file")
    op.drop_table("room_evidence")
    with op.batch_alter_table("room_event", schema=None) as batch_op:
        batch_op.drop_index("ix_room_event_room_kind")

    op.drop_table("room_event")
    op.drop_table("room_decision")
    with op.batch_alter_table("room_case", schema=None) as batch_op:
        batch_op.drop_index("ix_room_case_status")
        batch_op.drop_index(batch_op.f("ix_room_case_exercise_id"))

    op.drop_table("room_case")
    with op.batch_alter_table("room_button", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_button_room_id"))
        batch_op.drop_index(batch_op.f("ix_room_button_at"))

    op.drop_table("room_button")
    op.drop_table("room_slash_command")
    with op.batch_alter_table("room_room", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_room_exercise_id"))

    op.drop_table("room_room")
    op.drop_table("room_reach_figure")
    op.drop_table("room_playbook")
    with op.batch_alter_table("room_feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_feed_next_at"))

    op.drop_table("room_feed")
    op.drop_table("room_exercise")
    op.drop_table("room_counter")
    op.drop_table("room_consensus_rule")
