"""Where a discussion stands in the lists, as the cursor of a page keeps it."""

from datetime import datetime, timedelta
from typing import Any

from learnplat.core.refusals import Invalid
from learnplat.discussions.models import Discussion


def place(discussion: Discussion) -> tuple[str, int]:
    return discussion.starts_at.isoformat(), discussion.id


def as_place(kept: tuple[Any, ...] | None) -> tuple[datetime, int] | None:
    """The place that a cursor kept. Raises `Invalid` when it is none of ours."""
    if kept is None:
        return None
    try:
        starts_at = datetime.fromisoformat(kept[0])
        if starts_at.utcoffset() == timedelta() and 0 < kept[1] < 2**31:
            return starts_at, kept[1]
    except ValueError:
        pass
    raise Invalid.field("cursor", "unknown_cursor")
