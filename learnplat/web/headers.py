"""Headers on every answer: nothing foreign loads, nothing personal is kept, no secret is passed on."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
# Of what a browser can do for a page, ours needs these, on its own address only.
_NEEDED = (
    "clipboard-write",
    "fullscreen",
    "publickey-credentials-create",
    "publickey-credentials-get",
)
_NOT_NEEDED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read",
    "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid", "idle-detection",
    "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "screen-wake-lock", "serial", "storage-access", "sync-xhr", "usb", "xr-spatial-tracking",
)  # fmt: skip
_PERMISSIONS = ", ".join(
    sorted([f"{name}=(self)" for name in _NEEDED] + [f"{name}=()" for name in _NOT_NEEDED])
)
_IN_LANGUAGE = r"(/(ar|en|fr|es))?"
# The address itself is the secret here: not even our own pages are told where a reader comes from.
_SECRET = re.compile(
    _IN_LANGUAGE
    + r"/(new-password|new-address|confirm-address|invitation|confirmation|calendar|institution)/.+"
)
# What a search engine may keep: pages that name no practitioner, and no letter's link.
_FOR_EVERYBODY = re.compile(
    r"/|/(ar|en|fr|es)(/|/about|/api|/(courses|instruments)(/[a-z0-9-]+)?)|/static/.+"
)
_FOR_EVER = "public, max-age=31536000, immutable"
_NOT_AT_ALL = "no-store, private"
EVERYWHERE = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": _PERMISSIONS,
    "Server": "learnplat",  # else the program that serves names itself
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}
UNDER_TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
Start = Callable[..., Any]


def by_address(path: str) -> dict[str, str]:
    """The headers that depend on what the address is."""
    found = {"Referrer-Policy": "no-referrer" if _SECRET.fullmatch(path) else "same-origin"}
    if not _FOR_EVERYBODY.fullmatch(path):
        found["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return found


def init_headers(app: Flask) -> None:
    """Put the headers on everything that leaves, answers of no view included."""
    shared = [*EVERYWHERE.items()]
    if app.config["SESSION_COOKIE_SECURE"]:
        shared += UNDER_TLS.items()
    answer = app.wsgi_app

    def with_headers(environ: dict[str, Any], start: Start) -> Any:
        path = environ["PATH_INFO"]
        ours = [*shared, *by_address(path).items()]
        names = {name.lower() for name, _ in ours}

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            headers = [pair for pair in headers if pair[0].lower() not in names]
            if path.startswith("/static/") and status.startswith(("200", "304")):
                headers = [pair for pair in headers if pair[0] != "Cache-Control"]
                headers.append(("Cache-Control", _FOR_EVER))
            elif not any(name == "Cache-Control" for name, _ in headers):
                headers.append(("Cache-Control", _NOT_AT_ALL))
            return start(status, headers + ours, *more)

        return answer(environ, begin)

    app.wsgi_app = with_headers  # type: ignore[method-assign, assignment]
