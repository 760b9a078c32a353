"""Passkeys, codes by an app, recovery codes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def of_account(table: str, *, is_needed: bool = True) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("account_id", sa.Integer(), nullable=not is_needed),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f(f"fk_{table}_account_id_account"),
            ondelete="CASCADE",
        ),
    )


def numbered(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    op.create_table(
        "second_factor",
        *of_account("second_factor"),
        sa.Column("handle", sa.String(length=43), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("paused_until", INSTANT),
        sa.Column("offered_at", INSTANT),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("handle", name=op.f("uq_second_factor_handle")),
    )
    op.create_table(
        "passkey",
        *numbered("passkey"),
        *of_account("passkey"),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"])
    op.create_table(
        "authenticator",
        *numbered("authenticator"),
        *of_account("authenticator"),
        sa.Column("secret", sa.String(length=255)),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("used_at", INSTANT),
        sa.Column("pending_secret", sa.String(length=255)),
        sa.Column("pending_at", INSTANT),
        sa.UniqueConstraint("account_id", name=op.f("uq_authenticator_account_id")),
    )
    op.create_table(
        "recovery_code",
        *numbered("recovery_code"),
        *of_account("recovery_code"),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", INSTANT),
        sa.UniqueConstraint(
            "account_id", "digest", name=op.f("uq_recovery_code_account_id_digest")
        ),
    )
    op.create_table(
        "factor_challenge",
        *numbered("factor_challenge"),
        *of_account("factor_challenge", is_needed=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.UniqueConstraint("digest", name=op.f("uq_factor_challenge_digest")),
    )
    op.create_table(
        "half_sign_in",
        *numbered("half_sign_in"),
        *of_account("half_sign_in"),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.UniqueConstraint("key_digest", name=op.f("uq_half_sign_in_key_digest")),
    )
    for table in ("factor_challenge", "half_sign_in"):
        for column in ("account_id", "expires_at"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for table in ("sign_in", "api_token"):
        op.add_column(
            table,
            sa.Column("with_factor", sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    op.add_column(
        "account",
        sa.Column("password_is_long", sa.Boolean(), nullable=False, server_default=sa.true()),
    )


def downgrade() -> None:
    op.drop_column("account", "password_is_long")
    for table in ("sign_in", "api_token"):
        op.drop_column(table, "with_factor")
    for table in (
        "half_sign_in",
        "factor_challenge",
        "recovery_code",
        "authenticator",
        "passkey",
        "second_factor",
    ):
        op.drop_table(table)
