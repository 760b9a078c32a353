"""A long list on a page, newest first, with a way on in both directions."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from flask import request, url_for

from learnplat.core.refusals import Invalid
from learnplat.web.api import cursor_of, place_of


class Stretch(NamedTuple):
    """Where a reader is: rows older than one number, or newer than another; neither is the start."""

    older_than: int | None
    newer_than: int | None


class Window(NamedTuple):
    """The rows of one page, and where the ones before and after them are."""

    items: list[Any]
    newer_url: str | None
    older_url: str | None


def asked_stretch() -> Stretch:
    """What the address asks for. Raises `Invalid` on a cursor that is none of ours."""
    return Stretch(_number("cursor"), _number("newer"))


def _number(name: str) -> int | None:
    place = place_of(request.args.get(name) or None, (int,))
    if place is None:
        return None
    if not 0 <= place[0] < 2**31:
        raise Invalid.field("cursor", "unknown_cursor")
    return int(place[0])


def window(
    found: Sequence[Any],
    size: int,
    stretch: Stretch,
    number: Callable[[Any], int],
    endpoint: str,
    **kept: Any,
) -> Window:
    """A page of `size` from up to `size` + 1 rows in falling order: the extra one tells of more.

    Going towards newer rows the extra one is the first. `kept` stays in the addresses.
    """
    is_more = len(found) > size
    if stretch.newer_than is not None:
        items, has_newer, has_older = list(found[-size:]), is_more, True
    else:
        items, has_newer, has_older = list(found[:size]), stretch.older_than is not None, is_more

    def address(name: str, item: Any) -> str:
        values: dict[str, Any] = {name: cursor_of([number(item)]), **kept}
        return url_for(endpoint, **values)

    return Window(
        items,
        address("newer", items[0]) if has_newer and items else None,
        address("cursor", items[-1]) if has_older and items else None,
    )
