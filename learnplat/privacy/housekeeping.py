"""The hourly round: retention, erasures that are not finished, erasures that a restore undid."""

from collections.abc import Callable
from datetime import datetime, timedelta

from learnplat.db import reading, transaction
from learnplat.privacy import register, retention
from learnplat.privacy.sweeping import clear_up
from learnplat.settings import Settings


def forget_due(now: datetime) -> tuple[dict[str, int], frozenset[str]]:
    """Remove everything that is due, a batch to a transaction; what went, and words of who went."""
    total: dict[str, int] = {}
    words: frozenset[str] = frozenset()
    while True:
        with transaction() as session:
            counts, more = retention.forget_some(session, now)
        if not counts:
            return total, words
        words |= more
        for name, count in counts.items():
            total[name] = total.get(name, 0) + count


def erase_again(settings: Settings, now: datetime) -> int:
    """Erase what the register says and the database does not; gives how many."""
    entries = register.read(settings.data)
    left = register.left_to_erase(reading(), entries) if entries else []
    reading().rollback()
    if not left:
        return 0
    with transaction() as session:
        return register.erase_again(session, left, now)


def keep_house(settings: Settings, now: datetime) -> dict[str, int]:
    """One round; gives what retention removed. Needs an app context."""
    erase_again(settings, now)
    total, words = forget_due(now)
    clear_up(settings, now, words)
    return total


def hourly(settings: Settings) -> Callable[[datetime], None]:
    """An errand for the postman: a round of the house, an hour after the last one."""
    last: list[datetime] = []

    def errand(now: datetime) -> None:
        if not last:
            last.append(now)  # the first round comes an hour after the start
        elif abs(now - last[0]) >= timedelta(hours=1):
            last[0] = now
            keep_house(settings, now)

    return errand
