"""Nothing changes on the word of another site: a token on every form, a header on the API."""

import secrets
from functools import lru_cache

from flask import Flask, current_app, request, session
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from learnplat.web.doors import is_api

csrf = CSRFProtect()


@lru_cache(maxsize=10_000)
def _signed(secret: str, raw: str) -> str:
    return str(URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw))


def form_token() -> str:
    """The token of this browser's forms; a session has one, so it is signed once."""
    raw = session.get("csrf_token")
    if raw is None:
        raw = session["csrf_token"] = secrets.token_hex(20)
    return _signed(str(current_app.secret_key), raw)


def init_csrf(app: Flask) -> None:
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = form_token

    @app.before_request
    def _check() -> None:
        if request.method in ("GET", "HEAD", "OPTIONS", "TRACE"):
            return
        # Only the session cookie is sent by a browser without being asked: an API
        # request that does not act by it cannot be forged.
        if is_api() and ("Authorization" in request.headers or "_user_id" not in session):
            return
        csrf.protect()
