"""Every refusal and every failure becomes a kind page, or problem details (RFC 9457) in the API."""

import math
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from learnplat.core.refusals import Invalid, Refusal
from learnplat.db import db
from learnplat.web.doors import is_api, visitor
from learnplat.web.forms import flat_errors, said_wrong
from learnplat.web.limits import seconds_to_wait
from learnplat.web.refused import note
from learnplat.web.sentences import sentence

log = structlog.get_logger()

_CODES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "role_needed",
    404: "not_found",
    405: "method_not_allowed",
    409: "already_recorded",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "internal",
    503: "unavailable",
}


_BRIEFLY = 5  # seconds until a database that is away is asked again


def said(refusal: Refusal) -> str:
    """The sentence for the whole refusal."""
    return sentence(refusal.code, refusal.facts)


def said_by_field(refusal: Refusal) -> dict[str, list[str]]:
    """The sentences by field name; empty when the refusal is of no field."""
    if not isinstance(refusal, Invalid):
        return {}
    return {
        name: [sentence(found, refusal.facts) for found in messages]
        for name, messages in refusal.errors.items()
    }


def answer(
    status: int,
    code: str,
    *,
    facts: dict[str, Any] | None = None,
    errors: dict[str, list[str]] | None = None,
) -> Response:
    """The answer for a refusal, as the asker reads: HTML or problem details."""
    with suppress(Refusal):
        # Who is reading chooses the language; a token that is refused as well is nobody's.
        visitor()
    detail = sentence(code, facts or {})
    wait = _BRIEFLY
    if status == 429:
        wait = wait_of(facts)
        if code == _CODES[429]:
            detail = _patience(wait)
    if is_api():
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": detail,
            "status": status,
            "code": code,
        }
        if errors:
            problem["errors"] = errors
        response = jsonify(problem)
        response.content_type = "application/problem+json"
    else:
        response = make_response(
            render_template(
                "web/error.html", status=status, code=code, detail=detail, errors=errors
            )
        )
    response.status_code = status
    if status in (429, 503):
        response.headers["Retry-After"] = str(wait)
    if status == 401 and is_api():
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def wait_of(facts: Mapping[str, Any] | None) -> int:
    """In how many seconds a refusal for haste is over: it says so, or the limits here do."""
    told = (facts or {}).get("seconds")
    return max(1, math.ceil(told)) if isinstance(told, int | float) else seconds_to_wait()


def _patience(seconds: int) -> str:
    """When to try again, in whole minutes: nobody counts seconds on a page."""
    words: str = ngettext(
        "Too many tries in a short time. Please try again in %(num)d minute.",
        "Too many tries in a short time. Please try again in %(num)d minutes.",
        -(-seconds // 60),
    )
    return words


def _route() -> str | None:
    """The rule of the address: the address itself may hold a secret."""
    return request.url_rule.rule if request.url_rule else None


def init_errors(app: Flask) -> None:
    @app.errorhandler(Refusal)
    def _refused(refusal: Refusal) -> ResponseReturnValue:
        note(refusal)
        return answer(
            refusal.status, refusal.code, facts=refusal.facts, errors=said_by_field(refusal) or None
        )

    @app.errorhandler(ValidationError)
    def _misshapen(error: ValidationError) -> ResponseReturnValue:
        return _refused(Invalid(said_wrong(error)))

    @app.errorhandler(CSRFError)
    def _forged(_error: CSRFError) -> ResponseReturnValue:
        return answer(400, "form_expired")

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.code is not None and 300 <= error.code < 400:
            return error.get_response()
        status = error.code if error.code in _CODES else 400
        messages = getattr(error, "data", {}).get("messages") if status == 422 else None
        errors = None
        if isinstance(messages, dict):
            # webargs puts the part of the request above the fields
            errors = said_by_field(
                Invalid(
                    flat_errors(
                        {
                            name: found
                            for part in messages.values()
                            if isinstance(part, dict)
                            for name, found in part.items()
                        }
                    )
                )
            )
        response = answer(status, _CODES[status], errors=errors)
        allow = error.get_response().headers.get("Allow") if error.code == 405 else None
        if allow:
            response.headers["Allow"] = allow
        return response

    @app.after_request
    def _at_home(response: Response) -> Response:
        """A mended address is on this site, whatever the request says that its name is."""
        if response.status_code == 308:
            path = response.location.removeprefix(request.host_url)
            response.location = "/" + path.lstrip("/\\")
        return response

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    def _database_busy(error: Exception) -> ResponseReturnValue:
        db.session.rollback()
        log.warning("database_unavailable", route=_route(), kind=type(error).__name__)
        return answer(503, "unavailable")

    @app.errorhandler(Exception)
    def _unforeseen(error: Exception) -> ResponseReturnValue:
        db.session.rollback()
        if app.config.get("TESTING"):
            raise error
        log.error("unforeseen", route=_route(), method=request.method, exc_info=error)
        return answer(500, "internal")
