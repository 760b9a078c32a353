"""Sign-in by an institution, a change of address, and what is asked for before a letter is written."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"],
        ["account.id"],
        name=op.f(f"fk_{table}_account_id_account"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "reset_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254)),
        sa.Column("peer_mark", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("has_letter", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_wish")),
    )
    op.create_index(op.f("ix_reset_wish_settled_at_id"), "reset_wish", ["settled_at", "id"])
    op.create_index(
        op.f("ix_reset_wish_peer_mark_asked_at"), "reset_wish", ["peer_mark", "asked_at"]
    )
    op.create_table(
        "address_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        _of_account("address_change"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_address_change_token_digest")),
    )
    op.create_index(op.f("ix_address_change_account_id"), "address_change", ["account_id"])
    op.create_index(op.f("ix_address_change_email_key"), "address_change", ["email_key"])
    op.create_table(
        "institutional_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        _of_account("institutional_link"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutional_link")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_institutional_link_issuer_subject")),
        sa.UniqueConstraint(
            "account_id", "issuer", name=op.f("uq_institutional_link_account_id_issuer")
        ),
    )


def downgrade() -> None:
    for table in ("institutional_link", "address_change", "reset_wish"):
        op.drop_table(table)
