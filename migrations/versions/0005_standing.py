"""Where an account stands, how its holder is seen, institutions, and when a session was confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

def of_account() -> tuple[sa.Column, ...]:
    return (
        sa.Column("standing", sa.String(length=24), nullable=False, server_default="admitted"),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.Column("shown_as", sa.String(length=24), nullable=False, server_default="office"),
        sa.Column("handle", sa.String(length=40)),
        sa.Column("handle_key", sa.String(length=80)),
    )


def upgrade() -> None:
    op.create_table(
        "institution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution")),
        sa.UniqueConstraint("country", "name_key", name=op.f("uq_institution_country_name_key")),
    )
    op.create_index(op.f("ix_institution_country_state"), "institution", ["country", "state"])
    for column in of_account():
        op.add_column("account", column)
    if op.get_bind().dialect.name == "sqlite":
        # SQLite takes a reference with a new column, and only there: no table is rebuilt.
        op.execute(
            "ALTER TABLE account ADD COLUMN institution_id INTEGER"
            " CONSTRAINT fk_account_institution_id_institution REFERENCES institution (id)"
        )
    else:
        op.add_column("account", sa.Column("institution_id", sa.Integer()))
        op.create_foreign_key(
            op.f("fk_account_institution_id_institution"),
            "account",
            "institution",
            ["institution_id"],
            ["id"],
        )
    op.create_index(op.f("ix_account_standing_id"), "account", ["standing", "id"])
    op.create_index(op.f("ix_account_institution_id"), "account", ["institution_id"])
    op.create_index(op.f("ix_account_handle_key"), "account", ["handle_key"], unique=True)
    for table in ("sign_in", "api_token"):
        op.add_column(table, sa.Column("confirmed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    for table in ("sign_in", "api_token"):
        op.drop_column(table, "confirmed_at")
    for name in ("handle_key", "institution_id", "standing_id"):
        op.drop_index(op.f(f"ix_account_{name}"), "account")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("account") as batch:
            batch.drop_column("institution_id")
    else:
        op.drop_column("account", "institution_id")
    for column in reversed(of_account()):
        op.drop_column("account", column.name)
    op.drop_table("institution")
