"""What holds of the periods for which the audit log is asked."""

from datetime import date, datetime

from learnplat.core.clock import day_after, day_start
from learnplat.core.refusals import Invalid

FIRST_YEAR = 2000
LOOKED_AT = 10_000  # of the newest entries, when the chain is verified on the page


def instants_of(since: date, until: date, today: date) -> tuple[datetime, datetime]:
    """The first instant of a period of two days in UTC, and the first after it. May be refused."""
    last_year = today.year + 1
    errors = {
        name: ["period_too_far"]
        for name, day in (("since", since), ("until", until))
        if not FIRST_YEAR <= day.year <= last_year
    }
    if not errors and until < since:
        errors = {"until": ["end_before_start"]}
    if errors:
        raise Invalid(errors, first=FIRST_YEAR, last=last_year)
    return day_start(since), day_after(until)
