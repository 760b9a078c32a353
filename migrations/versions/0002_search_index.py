"""The search index: FTS5 on SQLite, a GIN index on PostgreSQL, both over our own terms."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The table of terms holds the text; the index holds only where each term stands. Our analyser
# has already made the terms, so the engines must leave letters and digits as they are.
_SQLITE = (
    "create virtual table search_index using fts5("
    "title_terms, terms, content='search_entry', content_rowid='id', "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co'\")",
    "create trigger search_index_added after insert on search_entry begin "
    "insert into search_index(rowid, title_terms, terms) "
    "values (new.id, new.title_terms, new.terms); end",
    "create trigger search_index_removed after delete on search_entry begin "
    "insert into search_index(search_index, rowid, title_terms, terms) "
    "values ('delete', old.id, old.title_terms, old.terms); end",
    "create trigger search_index_changed after update on search_entry begin "
    "insert into search_index(search_index, rowid, title_terms, terms) "
    "values ('delete', old.id, old.title_terms, old.terms); "
    "insert into search_index(rowid, title_terms, terms) "
    "values (new.id, new.title_terms, new.terms); end",
    "insert into search_index(search_index) values ('rebuild')",
)
# No text parser: what counts as a letter to it would hang on the server's locale.
_POSTGRESQL = (
    "create index search_index_terms on search_entry using gin (array_to_tsvector(array_remove("
    "string_to_array(translate(title_terms || ' ' || terms, '/', ' '), ' '), '')))",
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if is_sqlite else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("added", "removed", "changed"):
            op.execute(f"drop trigger search_index_{trigger}")
        op.execute("drop table search_index")
    else:
        op.execute("drop index search_index_terms")
