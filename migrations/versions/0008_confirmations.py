"""Places that a supervisor or a focal point confirms, and how people are seen."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

IS_LIVE = sa.text("state IN ('waiting', 'confirmed')")


def upgrade() -> None:
    op.add_column(
        "course_run",
        sa.Column("confirmation", sa.String(length=24), nullable=False, server_default="none"),
    )
    op.add_column(
        "registration",
        sa.Column("shown_as", sa.String(length=24), nullable=False, server_default="office"),
    )
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("asks", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("supervisor_name", sa.String(length=120)),
        sa.Column("supervisor_email", sa.String(length=254)),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Integer()),
        sa.Column("reason", sa.String(length=40)),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_application_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk_application_run_id_course_run")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["account.id"],
            name=op.f("fk_application_decided_by_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    op.create_index(
        "uq_application_live",
        "application",
        ["account_id", "run_id"],
        unique=True,
        sqlite_where=IS_LIVE,
        postgresql_where=IS_LIVE,
    )
    op.create_index(op.f("ix_application_account_id_id"), "application", ["account_id", "id"])
    op.create_index(
        op.f("ix_application_asks_state_country_id"),
        "application",
        ["asks", "state", "country", "id"],
    )
    op.create_index(op.f("ix_application_run_id"), "application", ["run_id"])
    op.create_table(
        "confirmation_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(length=64), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_confirmation_letter_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_letter")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_confirmation_letter_token_digest")),
    )
    op.create_index(
        op.f("ix_confirmation_letter_application_id"), "confirmation_letter", ["application_id"]
    )
    op.create_index(
        op.f("ix_confirmation_letter_mailbox_sent_at"),
        "confirmation_letter",
        ["mailbox", "sent_at"],
    )


def downgrade() -> None:
    op.drop_table("confirmation_letter")
    op.drop_table("application")
    op.drop_column("registration", "shown_as")
    op.drop_column("course_run", "confirmation")
