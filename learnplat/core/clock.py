"""Time: instants are aware and UTC; wall time is turned into one with care."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from learnplat.core.refusals import Invalid


def utc_now() -> datetime:
    """The system clock, to the second that every database keeps alike."""
    return datetime.now(UTC).replace(microsecond=0)


@cache
def zones() -> tuple[str, ...]:
    """IANA zone names that people choose from, in order."""
    areas = (
        "Africa/",
        "America/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(areas)))


def is_zone(name: str) -> bool:
    return name in zones()


def instant_of(wall: datetime, zone: str, *, field: str = "starts_at") -> datetime:
    """The UTC instant of a wall-clock time in a zone.

    A time that the clocks skip is refused with `no_such_time` on `field`; of a time that happens
    twice the first is meant.
    """
    if not is_zone(zone):
        raise Invalid.field("zone", "unknown_zone")
    instant = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        raise Invalid.field(field, "no_such_time")
    return instant


def day_start(day: date) -> datetime:
    """The first instant of a day in UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)


def day_after(day: date) -> datetime:
    """The first instant after a day in UTC."""
    return day_start(day) + timedelta(days=1)
