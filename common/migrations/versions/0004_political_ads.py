"""Political ads.

Revision: 0004, after 0003; 2026-11-22 06:56:18.213041
"""

import sqlalchemy as sa
from alembic import op

from common.db import Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ads_contributor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("cookie_hash", sa.String(length=64), nullable=True),
        sa.Column("languages", Json, nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_contributor")),
        sa.UniqueConstraint("cookie_hash", name=op.f("uq_ads_contributor_cookie_hash")),
        sa.UniqueConstraint("person_id", name=op.f("uq_ads_contributor_person_id")),
    )
    op.create_table(
        "ads_creative",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(length=32), nullable=False),
        sa.Column("ad_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=2000), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("page_name", sa.String(length=300), nullable=False),
        sa.Column("page_names", sa.Text(), server_default="", nullable=False),
        sa.Column("facets", sa.Text(), server_default="", nullable=False),
        sa.Column("ads", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("spend_low", sa.Double(), nullable=True),
        sa.Column("spend_high", sa.Double(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("impressions_low", sa.BigInteger(), nullable=True),
        sa.Column("impressions_high", sa.BigInteger(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("warning", sa.String(length=40), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["ads_creative.id"],
            name=op.f("fk_ads_creative_merged_into_ads_creative"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_creative")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ads_creative", schema=None) as batch_op:
        batch_op.create_index("ix_ads_creative_ads_id", ["ads", "id"], unique=False)
        batch_op.create_index("ix_ads_creative_impressions_low_id", ["impressions_low", "id"], unique=False)
        batch_op.create_index(
            "ix_ads_creative_joined",
            ["merged_into"],
            unique=False,
            sqlite_where=sa.text("merged_into IS NOT NULL"),
            postgresql_where=sa.text("merged_into IS NOT NULL"),
        )
        batch_op.create_index("ix_ads_creative_language_id", ["language", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ads_creative_merged_into"), ["merged_into"], unique=False)
        batch_op.create_index(batch_op.f("ix_ads_creative_page_name"), ["page_name"], unique=False)
        batch_op.create_index("ix_ads_creative_spend_low_id", ["spend_low", "id"], unique=False)
        batch_op.create_index("ix_ads_creative_started_at_id", ["started_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ads_creative_text_hash"), ["text_hash"], unique=False)

    op.create_table(
        "ads_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_log")),
    )
    with op.batch_alter_table("ads_log", schema=None) as batch_op:
        batch_op.create_index("ix_ads_log_at_id", ["at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ads_log_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "ads_questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_questionnaire")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_ads_questionnaire_key_version")),
    )
    op.create_table(
        "ads_band",
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("creative_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["creative_id"],
            ["ads_creative.id"],
            name=op.f("fk_ads_band_creative_id_ads_creative"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("band", "creative_id", name=op.f("pk_ads_band")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ads_band", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ads_band_creative_id"), ["creative_id"], unique=False)

    op.create_table(
        "ads_campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("about", Json, nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("query", Json, nullable=False),
        sa.Column("rules", Json, nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column("results_public", sa.Boolean(), nullable=False),
        sa.Column("licence", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("aggregated_at", UtcDateTime(), nullable=True),
        sa.Column("aggregate", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["ads_questionnaire.id"],
            name=op.f("fk_ads_campaign_questionnaire_id_ads_questionnaire"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_campaign")),
        sa.UniqueConstraint("slug", name=op.f("uq_ads_campaign_slug")),
    )
    op.create_table(
        "ads_creative_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("ads", Json, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_id"], ["ads_creative.id"], name=op.f("fk_ads_creative_move_from_id_ads_creative")
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["ads_creative.id"], name=op.f("fk_ads_creative_move_to_id_ads_creative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_creative_move")),
    )
    with op.batch_alter_table("ads_creative_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ads_creative_move_from_id"), ["from_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ads_creative_move_to_id"), ["to_id"], unique=False)

    op.create_table(
        "ads_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("mapping", Json, nullable=True),
        sa.Column("upload", sa.String(length=120), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("error", sa.String(length=1000), nullable=False),
        sa.Column("preview", Json, nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("grouped", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("refusals", Json, nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"], ["common_job.id"], name=op.f("fk_ads_import_job_id_common_job"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_import")),
    )
    op.create_table(
        "ads_ad",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=30), nullable=False),
        sa.Column("platform", sa.String(length=30), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("creative_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=2000), nullable=False),
        sa.Column("description", sa.String(length=5000), nullable=False),
        sa.Column("call_to_action", sa.String(length=200), nullable=False),
        sa.Column("link_caption", sa.String(length=500), nullable=False),
        sa.Column("landing_url", sa.String(length=2000), nullable=False),
        sa.Column("library_url", sa.String(length=2000), nullable=False),
        sa.Column("image_url", sa.String(length=2000), nullable=False),
        sa.Column("image", sa.String(length=120), nullable=False),
        sa.Column("image_alt", sa.String(length=500), nullable=False),
        sa.Column("page_id", sa.String(length=100), nullable=False),
        sa.Column("page_name", sa.String(length=300), nullable=False),
        sa.Column("paid_for_by", sa.String(length=500), nullable=False),
        sa.Column("declared_political", sa.Boolean(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("countries", Json, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("spend_low", sa.Double(), nullable=True),
        sa.Column("spend_high", sa.Double(), nullable=True),
        sa.Column("impressions_low", sa.BigInteger(), nullable=True),
        sa.Column("impressions_high", sa.BigInteger(), nullable=True),
        sa.Column("reach", sa.BigInteger(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("demographics", Json, nullable=False),
        sa.Column("regions", Json, nullable=False),
        sa.Column("targeting", Json, nullable=False),
        sa.Column("extra", Json, nullable=False),
        sa.Column("weak_label", sa.String(length=200), nullable=False),
        sa.Column("content_hash", sa.String(length=32), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["creative_id"], ["ads_creative.id"], name=op.f("fk_ads_ad_creative_id_ads_creative")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["ads_import.id"], name=op.f("fk_ads_ad_import_id_ads_import"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_ad")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_ads_ad_source_external_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ads_ad", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ads_ad_creative_id"), ["creative_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ads_ad_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ads_ad_page_name"), ["page_name"], unique=False)
        batch_op.create_index(
            "ix_ads_ad_pictured",
            ["image"],
            unique=False,
            sqlite_where=sa.text("image <> ''"),
            postgresql_where=sa.text("image <> ''"),
        )

    op.create_table(
        "ads_advertiser",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=30), nullable=False),
        sa.Column("external_id", sa.String(length=300), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("page_id", sa.String(length=100), nullable=False),
        sa.Column("paid_for_by", sa.String(length=500), nullable=False),
        sa.Column("without_disclaimer", sa.Boolean(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("spend_low", sa.Double(), nullable=True),
        sa.Column("spend_high", sa.Double(), nullable=True),
        sa.Column("ads", sa.Integer(), nullable=True),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("extra", Json, nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["ads_import.id"],
            name=op.f("fk_ads_advertiser_import_id_ads_import"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_advertiser")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_ads_advertiser_source_external_id")),
    )
    with op.batch_alter_table("ads_advertiser", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ads_advertiser_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_ads_advertiser_page_id"), ["page_id"], unique=False)

    op.create_table(
        "ads_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("creative_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("gold", sa.Boolean(), nullable=False),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("shuffle", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["ads_campaign.id"],
            name=op.f("fk_ads_item_campaign_id_ads_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["creative_id"], ["ads_creative.id"], name=op.f("fk_ads_item_creative_id_ads_creative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_item")),
        sa.UniqueConstraint("campaign_id", "creative_id", name=op.f("uq_ads_item_campaign_id_creative_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ads_item", schema=None) as batch_op:
        batch_op.create_index("ix_ads_item_campaign_state", ["campaign_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_ads_item_creative_id"), ["creative_id"], unique=False)
        batch_op.create_index(
            "ix_ads_item_nearest",
            ["campaign_id", "language", "answers", "shuffle"],
            unique=False,
            sqlite_where=sa.text("state = 'open' AND free > 0 AND gold = 0"),
            postgresql_where=sa.text("state = 'open' AND free > 0 AND gold = false"),
        )
        batch_op.create_index(
            "ix_ads_item_random",
            ["campaign_id", "language", "shuffle"],
            unique=False,
            sqlite_where=sa.text("state = 'open' AND free > 0 AND gold = 0"),
            postgresql_where=sa.text("state = 'open' AND free > 0 AND gold = false"),
        )
        batch_op.create_index(
            "ix_ads_item_uncertain",
            ["campaign_id", "language", "priority", "shuffle"],
            unique=False,
            sqlite_where=sa.text("state = 'open' AND free > 0 AND gold = 0"),
            postgresql_where=sa.text("state = 'open' AND free > 0 AND gold = false"),
        )
        batch_op.create_index(
            "ix_ads_item_unsampled",
            ["campaign_id", "language", "shuffle"],
            unique=False,
            sqlite_where=sa.text("sampled = 0 AND gold = 0"),
            postgresql_where=sa.text("sampled = false AND gold = false"),
        )

    op.create_table(
        "ads_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=82), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("artefact", sa.String(length=200), nullable=False),
        sa.Column("card", sa.String(length=20000), nullable=False),
        sa.Column("report", Json, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["ads_campaign.id"],
            name=op.f("fk_ads_model_campaign_id_ads_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["common_job.id"], name=op.f("fk_ads_model_job_id_common_job"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_model")),
        sa.UniqueConstraint(
            "campaign_id", "question", "version", name=op.f("uq_ads_model_campaign_id_question_version")
        ),
    )
    op.create_table(
        "ads_participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("contributor_id", sa.Integer(), nullable=False),
        sa.Column("learnt_at", UtcDateTime(), nullable=True),
        sa.Column("quiz", Json, nullable=False),
        sa.Column("qualified_at", UtcDateTime(), nullable=True),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("gold_seen", sa.Integer(), nullable=False),
        sa.Column("gold_right", sa.Integer(), nullable=False),
        sa.Column("fast", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.String(length=40), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["ads_campaign.id"],
            name=op.f("fk_ads_participation_campaign_id_ads_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contributor_id"],
            ["ads_contributor.id"],
            name=op.f("fk_ads_participation_contributor_id_ads_contributor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_participation")),
        sa.UniqueConstraint(
            "campaign_id", "contributor_id", name=op.f("uq_ads_participation_campaign_id_contributor_id")
        ),
    )
    with op.batch_alter_table("ads_participation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ads_participation_contributor_id"), ["contributor_id"], unique=False
        )

    op.create_table(
        "ads_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("contributor_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=82), nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("spammer", sa.Double(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["ads_campaign.id"],
            name=op.f("fk_ads_skill_campaign_id_ads_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contributor_id"],
            ["ads_contributor.id"],
            name=op.f("fk_ads_skill_contributor_id_ads_contributor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_skill")),
        sa.UniqueConstraint(
            "campaign_id",
            "contributor_id",
            "question",
            name=op.f("uq_ads_skill_campaign_id_contributor_id_question"),
        ),
    )
    with op.batch_alter_table("ads_skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ads_skill_contributor_id"), ["contributor_id"], unique=False)

    op.create_table(
        "ads_webhook",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["ads_campaign.id"],
            name=op.f("fk_ads_webhook_campaign_id_ads_campaign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_webhook")),
    )
    with op.batch_alter_table("ads_webhook", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ads_webhook_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "ads_adjudication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("decided", Json, nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["ads_item.id"],
            name=op.f("fk_ads_adjudication_item_id_ads_item"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_adjudication")),
    )
    with op.batch_alter_table("ads_adjudication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ads_adjudication_item_id"), ["item_id"], unique=False)

    op.create_table(
        "ads_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("contributor_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.Uuid(), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("highlights", Json, nullable=False),
        sa.Column("flag", sa.String(length=20), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("drawn", sa.String(length=10), nullable=False),
        sa.Column("gold_right", sa.Boolean(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["ads_campaign.id"],
            name=op.f("fk_ads_answer_campaign_id_ads_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contributor_id"],
            ["ads_contributor.id"],
            name=op.f("fk_ads_answer_contributor_id_ads_contributor"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["ads_item.id"], name=op.f("fk_ads_answer_item_id_ads_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["ads_questionnaire.id"],
            name=op.f("fk_ads_answer_questionnaire_id_ads_questionnaire"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_answer")),
        sa.UniqueConstraint("client_key", name=op.f("uq_ads_answer_client_key")),
        sa.UniqueConstraint(
            "item_id",
            "contributor_id",
            "questionnaire_id",
            name=op.f("uq_ads_answer_item_id_contributor_id_questionnaire_id"),
        ),
    )
    with op.batch_alter_table("ads_answer", schema=None) as batch_op:
        batch_op.create_index("ix_ads_answer_campaign_at", ["campaign_id", "at"], unique=False)
        batch_op.create_index("ix_ads_answer_contributor_at", ["contributor_id", "at"], unique=False)
        batch_op.create_index(
            "ix_ads_answer_flagged",
            ["item_id"],
            unique=False,
            sqlite_where=sa.text("flag <> ''"),
            postgresql_where=sa.text("flag <> ''"),
        )

    op.create_table(
        "ads_contest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("answered_by", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["ads_item.id"], name=op.f("fk_ads_contest_item_id_ads_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_contest")),
    )
    with op.batch_alter_table("ads_contest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ads_contest_item_id"), ["item_id"], unique=False)

    op.create_table(
        "ads_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["ads_webhook.id"],
            name=op.f("fk_ads_delivery_webhook_id_ads_webhook"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_delivery")),
    )
    with op.batch_alter_table("ads_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_ads_delivery_state_next", ["state", "next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ads_delivery_webhook_id"), ["webhook_id"], unique=False)

    op.create_table(
        "ads_gold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("used", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("right", Json, nullable=False),
        sa.Column("why", Json, nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["ads_campaign.id"],
            name=op.f("fk_ads_gold_campaign_id_ads_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["ads_item.id"], name=op.f("fk_ads_gold_item_id_ads_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_gold")),
        sa.UniqueConstraint("item_id", name=op.f("uq_ads_gold_item_id")),
    )
    with op.batch_alter_table("ads_gold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ads_gold_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "ads_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=82), nullable=False),
        sa.Column("votes", Json, nullable=False),
        sa.Column("posterior", Json, nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("entropy", sa.Double(), nullable=False),
        sa.Column("spans", Json, nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["ads_campaign.id"],
            name=op.f("fk_ads_label_campaign_id_ads_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["ads_item.id"], name=op.f("fk_ads_label_item_id_ads_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_label")),
        sa.UniqueConstraint("item_id", "question", name=op.f("uq_ads_label_item_id_question")),
    )
    with op.batch_alter_table("ads_label", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ads_label_campaign_question", ["campaign_id", "question", "label"], unique=False
        )

    op.create_table(
        "ads_lease",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("contributor_id", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["ads_campaign.id"],
            name=op.f("fk_ads_lease_campaign_id_ads_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contributor_id"],
            ["ads_contributor.id"],
            name=op.f("fk_ads_lease_contributor_id_ads_contributor"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["ads_item.id"], name=op.f("fk_ads_lease_item_id_ads_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_lease")),
        sa.UniqueConstraint("item_id", "contributor_id", name=op.f("uq_ads_lease_item_id_contributor_id")),
    )
    with op.batch_alter_table("ads_lease", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ads_lease_contributor_state", ["contributor_id", "campaign_id", "state"], unique=False
        )
        batch_op.create_index("ix_ads_lease_state_until", ["state", "until"], unique=False)

    op.create_table(
        "ads_prediction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("creative_id", sa.Integer(), nullable=False),
        sa.Column("probabilities", Json, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["creative_id"],
            ["ads_creative.id"],
            name=op.f("fk_ads_prediction_creative_id_ads_creative"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["ads_model.id"],
            name=op.f("fk_ads_prediction_model_id_ads_model"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ads_prediction")),
        sa.UniqueConstraint("model_id", "creative_id", name=op.f("uq_ads_prediction_model_id_creative_id")),
    )
    with op.batch_alter_table("ads_prediction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ads_prediction_creative_id"), ["creative_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ads_prediction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_prediction_creative_id"))

    op.drop_table("ads_prediction")
    with op.batch_alter_table("ads_lease", schema=None) as batch_op:
        batch_op.drop_index("ix_ads_lease_state_until")
        batch_op.drop_index("ix_ads_lease_contributor_state")

    op.drop_table("ads_lease")
    with op.batch_alter_table("ads_label", schema=None) as batch_op:
        batch_op.drop_index("ix_ads_label_campaign_question")

    op.drop_table("ads_label")
    with op.batch_alter_table("ads_gold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_gold_campaign_id"))

    op.drop_table("ads_gold")
    with op.batch_alter_table("ads_delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_delivery_webhook_id"))
        batch_op.drop_index("ix_ads_delivery_state_next")

    op.drop_table("ads_delivery")
    with op.batch_alter_table("ads_contest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_contest_item_id"))

    op.drop_table("ads_contest")
    with op.batch_alter_table("ads_answer", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_ads_answer_flagged",
            sqlite_where=sa.text("flag <> ''"),
            postgresql_where=sa.text("flag <> ''"),
        )
        batch_op.drop_index("ix_ads_answer_contributor_at")
        batch_op.drop_index("ix_ads_answer_campaign_at")

    op.drop_table("ads_answer")
    with op.batch_alter_table("ads_adjudication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_adjudication_item_id"))

    op.drop_table("ads_adjudication")
    with op.batch_alter_table("ads_webhook", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_webhook_campaign_id"))

    op.drop_table("ads_webhook")
    with op.batch_alter_table("ads_skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_skill_contributor_id"))

    op.drop_table("ads_skill")
    with op.batch_alter_table("ads_participation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_participation_contributor_id"))

    op.drop_table("ads_participation")
    op.drop_table("ads_model")
    with op.batch_alter_table("ads_item", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_ads_item_unsampled",
            sqlite_where=sa.text("sampled = 0 AND gold = 0"),
            postgresql_where=sa.text("sampled = false AND gold = false"),
        )
        batch_op.drop_index(
            "ix_ads_item_uncertain",
            sqlite_where=sa.text("state = 'open' AND free > 0 AND gold = 0"),
            postgresql_where=sa.text("state = 'open' AND free > 0 AND gold = false"),
        )
        batch_op.drop_index(
            "ix_ads_item_random",
            sqlite_where=sa.text("state = 'open' AND free > 0 AND gold = 0"),
            postgresql_where=sa.text("state = 'open' AND free > 0 AND gold = false"),
        )
        batch_op.drop_index(
            "ix_ads_item_nearest",
            sqlite_where=sa.text("state = 'open' AND free > 0 AND gold = 0"),
            postgresql_where=sa.text("state = 'open' AND free > 0 AND gold = false"),
        )
        batch_op.drop_index(batch_op.f("ix_ads_item_creative_id"))
        batch_op.drop_index("ix_ads_item_campaign_state")

    op.drop_table("ads_item")
    with op.batch_alter_table("ads_advertiser", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_advertiser_page_id"))
        batch_op.drop_index(batch_op.f("ix_ads_advertiser_name"))

    op.drop_table("ads_advertiser")
    with op.batch_alter_table("ads_ad", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_ads_ad_pictured", sqlite_where=sa.text("image <> ''"), postgresql_where=sa.text("image <> ''")
        )
        batch_op.drop_index(batch_op.f("ix_ads_ad_page_name"))
        batch_op.drop_index(batch_op.f("ix_ads_ad_import_id"))
        batch_op.drop_index(batch_op.f("ix_ads_ad_creative_id"))

    op.drop_table("ads_ad")
    op.drop_table("ads_import")
    with op.batch_alter_table("ads_creative_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_creative_move_to_id"))
        batch_op.drop_index(batch_op.f("ix_ads_creative_move_from_id"))

    op.drop_table("ads_creative_move")
    op.drop_table("ads_campaign")
    with op.batch_alter_table("ads_band", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_band_creative_id"))

    op.drop_table("ads_band")
    op.drop_table("ads_questionnaire")
    with op.batch_alter_table("ads_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_log_campaign_id"))
        batch_op.drop_index("ix_ads_log_at_id")

    op.drop_table("ads_log")
    with op.batch_alter_table("ads_creative", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ads_creative_text_hash"))
        batch_op.drop_index("ix_ads_creative_started_at_id")
        batch_op.drop_index("ix_ads_creative_spend_low_id")
        batch_op.drop_index(batch_op.f("ix_ads_creative_page_name"))
        batch_op.drop_index(batch_op.f("ix_ads_creative_merged_into"))
        batch_op.drop_index("ix_ads_creative_language_id")
        batch_op.drop_index(
            "ix_ads_creative_joined",
            sqlite_where=sa.text("merged_into IS NOT NULL"),
            postgresql_where=sa.text("merged_into IS NOT NULL"),
        )
        batch_op.drop_index("ix_ads_creative_impressions_low_id")
        batch_op.drop_index("ix_ads_creative_ads_id")

    op.drop_table("ads_creative")
    op.drop_table("ads_contributor")
