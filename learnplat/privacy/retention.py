"""Retention: what has been kept for long enough goes, some rows at a time."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from learnplat.privacy import actions, queries
from learnplat.privacy.inventory import inventory
from learnplat.privacy.rules import TableEntry

AT_ONCE = 200
UNCONFIRMED = "applications without a confirmed address"
DECLINED = "accounts of declined applicants"
_People = Callable[[Session, datetime, int | None], list[int]]
_PEOPLE: tuple[tuple[str, _People], ...] = (
    (UNCONFIRMED, queries.unconfirmed_since),
    (DECLINED, queries.declined_since),
)


def clocked() -> list[TableEntry]:
    """The tables of which a clock removes rows."""
    return [entry for entry in inventory().tables.values() if entry.due]


def due(session: Session, now: datetime) -> dict[str, int]:
    """How many of each would go at `now`. What has nothing due is left out."""
    counts = {name: len(found(session, now, None)) for name, found in _PEOPLE}
    counts |= {
        entry.name: queries.count_due(session, inventory(), entry, now) for entry in clocked()
    }
    return {name: count for name, count in counts.items() if count}


def forget_some(session: Session, now: datetime) -> tuple[dict[str, int], frozenset[str]]:
    """Remove a batch of what is due, in one transaction; what went, and words of who went.

    The rows that a clock removes go first: they are counted before accounts take theirs along.
    """
    counts: dict[str, int] = {}
    for entry in clocked():
        numbers = queries.due_numbers(session, inventory(), entry, now, AT_ONCE)
        if numbers:
            table = queries.METADATA.tables[entry.name]
            [key] = table.primary_key
            session.execute(
                delete(table).where(key.in_(numbers)),
                execution_options={"synchronize_session": False},
            )
            counts[entry.name] = len(numbers)
    words: frozenset[str] = frozenset()
    if not counts:
        for account_id in queries.unconfirmed_since(session, now, AT_ONCE):
            words |= actions.remove_unconfirmed(session, account_id=account_id)
            counts[UNCONFIRMED] = counts.get(UNCONFIRMED, 0) + 1
        for account_id in queries.declined_since(session, now, AT_ONCE):
            words |= actions.erase_by_rule(session, account_id=account_id, now=now).words
            counts[DECLINED] = counts.get(DECLINED, 0) + 1
    session.expire_all()
    return counts, words
