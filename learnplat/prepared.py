"""Selects that every request runs: compiled once, and read from the driver itself.

Compiling, caching and wrapping cost the mapper several times what the database needs for such a
select; see `docs/decisions/0010-prepared-selects.md`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

Converter = Callable[[Any], Any] | None


class _Plan(NamedTuple):
    sql: str
    positions: tuple[str, ...] | None  # the order of the values, where a driver counts them
    given: dict[str, Converter]
    taken: tuple[Converter, ...]


class Prepared:
    """One select with named parameters. `rows` gives plain tuples of Python values."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def rows(self, session: Session, **values: Any) -> list[tuple[Any, ...]]:
        """The rows, in the session's transaction when it is in one; else as of this moment."""
        engine = session.get_bind()
        assert isinstance(engine, Engine)
        plan = self._plans.get(engine.name) or self._compiled(engine.dialect)
        found = {
            name: convert(values[name]) if convert else values[name]
            for name, convert in plan.given.items()
        }
        sent = found if plan.positions is None else [found[name] for name in plan.positions]
        try:
            if session.in_transaction():
                rows = _fetched(session.connection().connection, plan.sql, sent)
            else:
                connection = engine.raw_connection()
                try:
                    rows = _fetched(connection, plan.sql, sent)
                finally:
                    connection.close()
        except engine.dialect.loaded_dbapi.OperationalError as error:
            raise OperationalError(plan.sql, None, error) from error
        return [
            tuple(
                [
                    value if convert is None else convert(value)
                    for convert, value in zip(plan.taken, row, strict=True)
                ]
            )
            for row in rows
        ]

    def _compiled(self, dialect: Dialect) -> _Plan:
        compiled = self._statement.compile(dialect=dialect)
        plan = self._plans[dialect.name] = _Plan(
            sql=str(compiled),
            positions=tuple(compiled.positiontup) if compiled.positiontup else None,
            given={
                name: bound.type.dialect_impl(dialect).bind_processor(dialect)
                for name, bound in compiled.binds.items()
            },
            taken=tuple(
                column.type.dialect_impl(dialect).result_processor(dialect, None)
                for column in self._statement.selected_columns
            ),
        )
        return plan


def _fetched(connection: Any, sql: str, values: Any) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    try:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
    finally:
        cursor.close()
