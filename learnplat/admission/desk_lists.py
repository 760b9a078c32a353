"""Where a reader is in a list of the desk, and the way on in both directions."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import request, url_for

from learnplat.admission import desk
from learnplat.admission.desk_queries import Row
from learnplat.core.permissions import scopes_of
from learnplat.core.refusals import Invalid
from learnplat.web.api import cursor_of, place_of
from learnplat.web.choices import Options, country_options
from learnplat.web.doors import acting
from learnplat.web.languages import reader_language

ROWS_ON_A_PAGE = 25


def asked_place(kind: type = str) -> tuple[Any, bool]:
    """Where in a list the reader is, and whether they go back in it."""
    for name in ("newer", "cursor"):
        place = place_of(request.args.get(name) or None, (kind, int))
        if place is not None:
            return place, name == "newer"
    return None, False


def moment_of(place: tuple[str, int] | None) -> tuple[datetime, int] | None:
    """The instant and number that a cursor holds. Raises `Invalid` on one that is none of ours."""
    if place is None:
        return None
    try:
        moment = datetime.fromisoformat(place[0])
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid.field("cursor", "unknown_cursor")
    return moment, place[1]


def place_of_row(row: Row) -> tuple[str, int]:
    """The sort key of a row in its tab."""
    is_open = row.state in desk.OPEN
    moment = row.confirmed_at if is_open else row.decided_at
    return (moment or row.applied_at).isoformat(), row.id


def stretch(
    found: list[Any],
    place: Any,
    is_back: bool,
    key: Callable[[Any], tuple[str, int]],
    endpoint: str,
    **kept: Any,
) -> tuple[list[Any], str | None, str | None]:
    """The rows of a page from up to one more than it shows, and the addresses before and after."""
    is_more = len(found) > ROWS_ON_A_PAGE
    items = found[-ROWS_ON_A_PAGE:] if is_back else found[:ROWS_ON_A_PAGE]
    has_before, has_after = (is_more, True) if is_back else (place is not None, is_more)
    if not items:
        return items, None, None
    before = url_for(endpoint, newer=cursor_of(key(items[0])), **kept) if has_before else None
    after = url_for(endpoint, cursor=cursor_of(key(items[-1])), **kept) if has_after else None
    return items, before, after


def countries_offered() -> Options:
    """The countries for which the officer acts."""
    reach = scopes_of(acting(), desk.VET)
    options = country_options(reader_language())
    return options if reach is None else tuple(item for item in options if item[0] in reach)
