"""Step-up: what is most sensitive asks that the person has proved lately that it is they."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import redirect, request, url_for
from flask_login import current_user

from learnplat.core.clock import utc_now
from learnplat.core.refusals import NotAllowed
from learnplat.web.doors import is_api
from learnplat.web.pages import readable_path

CONFIRM = "factor_pages.confirm_self"
LATELY = timedelta(minutes=5)
View = TypeVar("View", bound=Callable[..., Any])


def is_confirmed_lately() -> bool:
    """Whether this session, or the token of this request, was confirmed in the last five minutes."""
    confirmed_at = getattr(current_user, "confirmed_at", None)
    return confirmed_at is not None and utc_now() - confirmed_at <= LATELY


def confirmed_lately(view: View) -> View:
    """Under a door: go on only after a confirmation of the last five minutes.

    A page leads to the confirmation and back to the page that was asked for, a form to the page that
    it stands on; a program is refused with `confirmation_needed` (403) and asks for a new token.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not is_confirmed_lately():
            if is_api():
                raise NotAllowed("confirmation_needed")
            path = request.full_path.rstrip("?")
            if request.method not in ("GET", "HEAD"):
                path = readable_path(request.path)
            return redirect(url_for(CONFIRM, next=path), code=303)
        return view(*args, **kwargs)

    return cast(View, guarded)
