"""Headers on every answer: nothing foreign loads, nothing personal is kept by a cache."""

from collections.abc import Callable
from typing import Any

from flask import Flask

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)


_FOR_EVER = "public, max-age=31536000, immutable"
_NOT_AT_ALL = "no-store, private"
Start = Callable[..., Any]


def init_headers(app: Flask) -> None:
    """Put the headers on everything that leaves, answers of no view included."""
    shared = [
        ("Content-Security-Policy", _POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ]
    if app.config["SESSION_COOKIE_SECURE"]:
        shared.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    answer = app.wsgi_app

    def with_headers(environ: dict[str, Any], start: Start) -> Any:
        is_static = environ["PATH_INFO"].startswith("/static/")

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if is_static and status.startswith(("200", "304")):
                headers = [pair for pair in headers if pair[0] != "Cache-Control"]
                headers.append(("Cache-Control", _FOR_EVER))
            elif not any(name == "Cache-Control" for name, _ in headers):
                headers.append(("Cache-Control", _NOT_AT_ALL))
            return start(status, headers + shared, *more)

        return answer(environ, begin)

    app.wsgi_app = with_headers  # type: ignore[method-assign, assignment]
