"""Nothing changes on the word of another site: a token on every form, a header on the API."""

from flask import Flask, request, session
from flask_wtf.csrf import CSRFProtect

from learnplat.web.doors import is_api

csrf = CSRFProtect()


def init_csrf(app: Flask) -> None:
    csrf.init_app(app)

    @app.before_request
    def _check() -> None:
        if request.method in ("GET", "HEAD", "OPTIONS", "TRACE"):
            return
        # Only the session cookie is sent by a browser without being asked: an API
        # request that does not act by it cannot be forged.
        if is_api() and ("Authorization" in request.headers or "_user_id" not in session):
            return
        csrf.protect()
