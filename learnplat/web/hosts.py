"""The platform answers to its own name only, and never repeats another one."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, request
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin

from learnplat.web.errors import answer

_IS_OURS = "learnplat.is_own_host"
# A bare address cannot be somebody else's name; a phone on the same network asks by one.
_ADDRESS = re.compile(r"(localhost|[0-9]{1,3}(\.[0-9]{1,3}){3}|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_PORTS = {"http": ":80", "https": ":443"}
# Machines that watch ask by whatever address they know.
_WATCHED = ("health.healthz", "health.readyz", "health.metrics")


def names_of(base_url: str) -> frozenset[str]:
    """Every way in which a browser may write the host of our address, ours first of all."""
    parts = urlsplit(base_url)
    port = _PORTS[parts.scheme]
    name = parts.netloc.lower()
    return frozenset({name, name.removesuffix(port) if name.endswith(port) else name + port})


def init_hosts(app: Flask) -> None:
    """Answer 400 to another name. Inside, the host is ours whatever the request says."""
    settings = app.config["LEARNPLAT"]
    own = urlsplit(settings.base_url).netloc.lower()
    names = names_of(settings.base_url)
    inner = app.wsgi_app

    def is_ours(host: str) -> bool:
        if host in names:
            return True
        return not settings.is_production and _ADDRESS.fullmatch(host) is not None

    def under_our_name(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        asked = environ.get("HTTP_HOST", "").lower()
        return inner({**environ, "HTTP_HOST": own, _IS_OURS: is_ours(asked)}, start)

    app.wsgi_app = under_our_name  # type: ignore[method-assign, assignment]

    @app.before_request
    def _check() -> ResponseReturnValue | None:
        # Without the mark nothing came through the door: a request that the code made itself.
        if request.environ.get(_IS_OURS, True) or request.endpoint in _WATCHED:
            return None
        g.visitor = None
        g._login_user = AnonymousUserMixin()
        return answer(400, "wrong_host")
