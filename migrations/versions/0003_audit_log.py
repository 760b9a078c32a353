"""The audit log: its entries, the row that knows the last one, and what keeps both as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SQLITE = (
    "create trigger audit_entry_stays before update on audit_entry begin "
    "select raise(abort, 'the audit log is append-only'); end",
    "create trigger audit_entry_remains before delete on audit_entry begin "
    "select raise(abort, 'the audit log is append-only'); end",
    # INSERT OR REPLACE removes a row without being seen by the trigger above.
    "create trigger audit_entry_added before insert on audit_entry "
    "when exists (select 1 from audit_entry where number = new.number) begin "
    "select raise(abort, 'the audit log is append-only'); end",
    "create trigger audit_head_stays before update on audit_head "
    "when new.id is not old.id or new.number is not old.number + 1 begin "
    "select raise(abort, 'the audit log is append-only'); end",
    "create trigger audit_head_remains before delete on audit_head begin "
    "select raise(abort, 'the audit log is append-only'); end",
    "create trigger audit_head_added before insert on audit_head begin "
    "select raise(abort, 'the audit log is append-only'); end",
)
_POSTGRESQL = (
    "create function audit_log_stays() returns trigger language plpgsql as $$ begin "
    "raise exception 'the audit log is append-only'; end $$",
    "create trigger audit_entry_stays before update or delete on audit_entry "
    "for each row execute function audit_log_stays()",
    "create trigger audit_entry_remains before truncate on audit_entry "
    "for each statement execute function audit_log_stays()",
    "create trigger audit_head_stays before update on audit_head for each row "
    "when (new.id <> old.id or new.number <> old.number + 1) execute function audit_log_stays()",
    "create trigger audit_head_remains before insert or delete on audit_head "
    "for each row execute function audit_log_stays()",
    "create trigger audit_head_kept before truncate on audit_head "
    "for each statement execute function audit_log_stays()",
)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    for columns in (
        ["action", "number"],
        ["actor_id", "number"],
        ["subject_kind", "subject_id", "number"],
    ):
        op.create_index(op.f(f"ix_audit_entry_{'_'.join(columns)}"), "audit_entry", columns)
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "digest": "0" * 64}])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if is_sqlite else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function audit_log_stays()")
