"""The trace that reading the audit log leaves in it, on a page and through the API alike."""

from typing import Any

from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.oversight.actions import is_reading_known, record_reading
from learnplat.web.doors import acting


def keep_reading(asked: dict[str, Any]) -> None:
    """Write that the person reads, unless it is written; leafing on takes no writer's turn."""
    known: dict[str, Any] = {
        "actor": acting(),
        "acts": asked["action"],
        "account": asked["account"],
        "now": utc_now(),
    }
    if not is_reading_known(reading(), **known):
        with transaction() as session:
            record_reading(session, **known)
