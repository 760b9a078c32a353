"""How often one account or one peer may try what costs a hash or a mail."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import structlog
from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many

log = structlog.get_logger()
# The first limit that is reached ends the count: whoever is refused already fills no other one.
limiter = Limiter(get_remote_address, default_limits=[], fail_on_first_breach=True)

# The same limit on every path to a password.
PASSWORD_TRIES = "20 per minute; 200 per hour"  # noqa: S105
# For all the browsers and programs together that are known to be the owner's.
ALTOGETHER = "60 per minute; 600 per hour"
MAILS = "10 per minute; 60 per hour"
VISITS = "60 per minute; 600 per hour"
# Bytes of a body that comes to a limited address: what is longer is not read.
MOST_OF_PASSWORD = 32 * 1024
MOST_OF_MAIL = 96 * 1024
MOST_PARTS = 60
_USUAL_WAIT = 60


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit that hangs on a view: how often, counted with whom, and by what."""

    often: str
    scope: str
    key: Callable[[], str]


def limits_here() -> tuple[Limit, ...]:
    """The limits that hang on the view of this request."""
    view = current_app.view_functions.get(request.endpoint or "")
    return cast(tuple[Limit, ...], getattr(view, "hung_limits", ()))


def seconds_to_wait() -> int:
    """In how many seconds every limit that hangs here takes one more; the usual wait if unknown."""
    ends = 0.0
    try:
        for limit in limits_here():
            for often in parse_many(limit.often):
                found = limiter.limiter.get_window_stats(often, limit.key(), limit.scope)
                if found.remaining <= 0:
                    ends = max(ends, found.reset_time)
    except Exception as error:
        # The counters have just gone away; whoever waits a minute finds the next ones.
        log.warning("limits_unreadable", kind=type(error).__name__)
        return _USUAL_WAIT
    return max(1, math.ceil(ends - time.time())) if ends else _USUAL_WAIT


def counted(key: str, seconds: int) -> None:
    """Keep a mark beside the counters for so long; one that cannot be kept is done without."""
    try:
        limiter.limiter.storage.incr(key, seconds)
    except Exception as error:
        log.warning("mark_not_kept", kind=type(error).__name__)


def is_counted(key: str) -> bool:
    try:
        return limiter.limiter.storage.get(key) > 0
    except Exception as error:
        log.warning("mark_unreadable", kind=type(error).__name__)
        return False


def init_limits(app: Flask) -> None:
    """Bound what is read of a body before anything reads it, the check of its token included."""
    # Known beforehand, it hangs no hook on every request: only the routes that name a limit ask.
    app.extensions["limiter"] = {limiter}
    limiter.init_app(app)

    @app.before_request
    def _read_no_more() -> None:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return
        view: Any = app.view_functions.get(request.endpoint or "")
        most = getattr(view, "most_body", None)
        if most is None:
            return
        request.max_content_length = most
        request.max_form_memory_size = most
        request.max_form_parts = MOST_PARTS
        # Here, since what a limit is counted by must not fail: the limiter would take that for
        # counters that are gone.
        if request.is_json:
            request.get_data()
        else:
            request.form  # noqa: B018
