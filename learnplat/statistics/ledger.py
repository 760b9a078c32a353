"""The enrolments of a period as a CSV of any length: no names, no ids, rows as the cursor gives them."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.core.actors import Actor
from learnplat.core.permissions import require
from learnplat.core.refusals import Conflict
from learnplat.oversight.large_exports import Wish, ask_leave
from learnplat.people.authority import as_of_now
from learnplat.statistics import queries, rules

_BATCH = 1000


def enrolments_csv(session: Session, since: date, until: date, now: datetime) -> Iterator[bytes]:
    """Pieces of a UTF-8 CSV with a byte order mark and CRLF line ends.

    `Invalid` for a period that cannot be meant, before the first piece.
    """
    return _pieces(session, rules.period_of(since, until, now.date()))


def export_for_reason(
    session: Session, *, actor: Actor, since: date, until: date, reason: str, now: datetime
) -> Conflict | None:
    """Keep who takes the rows of a period away, and why; or the wish, and give the refusal, when
    they are many. `Invalid` for a period that cannot be meant.
    """
    require(as_of_now(session, actor), "export_enrolments")
    period = rules.period_of(since, until, now.date())
    rows = queries.count_of_enrolments(session, period)
    wish = Wish("enrolments", since.isoformat(), until.isoformat(), "csv")
    leave = ask_leave(session, actor=actor, wish=wish, rows=rows, reason=reason, now=now)
    if leave.refusal:
        return leave.refusal
    audit.record(
        session,
        actor_id=actor.account_id,
        action="enrolments_exported",
        subject=("report", None),
        reason=reason,
        now=now,
        since=since.isoformat(),
        until=until.isoformat(),
        rows=rows,
        wish=leave.wish,
    )
    return None


def _pieces(session: Session, period: rules.Period) -> Iterator[bytes]:
    # The connection is asked for only now: what a page streams, it streams after its view ended.
    connection = session.connection()
    query = queries.enrolment_rows(period, connection.dialect.name)
    yield ("\ufeff" + ",".join(column.name for column in query.selected_columns) + "\r\n").encode()
    sql = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    cursor = connection.connection.cursor()
    yield from (_copied if connection.dialect.name == "postgresql" else _written)(cursor, sql)


def _written(cursor: Any, sql: str) -> Iterator[bytes]:
    """Rows through Python's csv. Every cell that people choose was made safe by the query."""
    try:
        cursor.execute(sql)
        out = io.StringIO(newline="")
        write = csv.writer(out, lineterminator="\r\n").writerows
        while True:
            write(islice(cursor, _BATCH))
            if not out.tell():
                return
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    finally:
        cursor.close()


def _copied(cursor: Any, sql: str) -> Iterator[bytes]:
    """Rows as PostgreSQL writes them; it ends lines with LF, and no cell holds one."""
    try:
        with cursor.copy(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv)") as copy:
            pieces: list[bytes] = []
            for block in copy:
                pieces.append(bytes(block))
                if len(pieces) >= _BATCH:
                    yield b"".join(pieces).replace(b"\n", b"\r\n")
                    pieces.clear()
            yield b"".join(pieces).replace(b"\n", b"\r\n")
    finally:
        cursor.close()
