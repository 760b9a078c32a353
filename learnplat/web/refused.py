"""What signed-in people were refused at doors, for those who oversee: the verb, never a name."""

from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from learnplat import audit
from learnplat.core.actors import Actor
from learnplat.core.clock import utc_now
from learnplat.core.permissions import scopes_of
from learnplat.core.refusals import Invalid, Refusal
from learnplat.db import reading, transaction
from learnplat.web.doors import visitor

log = structlog.get_logger()

# A step on the way of those who may do it.
_NO_TRY = frozenset({"confirmation_needed", "consent_needed", "second_factor_missing"})
# Refused for one field, and yet somebody else's country.
_FOREIGN = frozenset({"not_your_country", "country_of_others"})
_BRIEFLY = 1.0


def note(refusal: Refusal) -> None:
    """Remember why this request is refused."""
    g.refused = refusal


def _is_try(actor: Actor, verb: str, status: int) -> bool:
    """Whether the answer refuses an act that is not theirs.

    What somebody else has answers like what is missing. To whom every such thing is open, it was
    missing; a page without a number was a wrong link.
    """
    refusal: Refusal | None = g.get("refused")
    if refusal is not None and refusal.code in _NO_TRY:
        return False
    if isinstance(refusal, Invalid):
        return any(code in _FOREIGN for codes in refusal.errors.values() for code in codes)
    if status == 404:
        return _number() is not None and scopes_of(actor, verb) is not None
    return status == 403


def _number() -> int | None:
    """The number of the thing that the address names: the last one."""
    numbers = [value for value in (request.view_args or {}).values() if isinstance(value, int)]
    return numbers[-1] if numbers else None


def init_refused(app: Flask) -> None:
    @app.after_request
    def _keep(response: Response) -> Response:
        if response.status_code in (403, 404, 422):
            _record(response.status_code)
        return response


def _record(status: int) -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    verbs: tuple[str, ...] = getattr(_of_method(view), "verbs", ())
    try:
        actor = visitor() if verbs else None
        if actor is None or not _is_try(actor, verbs[0], status):
            return
        now = utc_now()
        known: dict[str, Any] = {"actor_id": actor.account_id, "verb": verbs[0], "now": now}
        if audit.is_refused_known(reading(), **known):
            return
        with transaction(patience=_BRIEFLY) as session:
            audit.record_refused(session, status=status, number=_number(), **known)
    except Refusal:
        return  # a token that is refused as well is nobody's
    except (OperationalError, PoolTimeout) as error:
        log.warning("refusal_not_kept", kind=type(error).__name__)


def _of_method(view: object) -> object:
    """The view of this method, where a class stands for several."""
    found = getattr(view, "view_class", None)
    return getattr(found, request.method.lower(), view) if found else view
