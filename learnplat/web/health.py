"""Is the process up, can it serve, and what is in its queue: for machines that watch."""

import hmac
import shutil

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest
from sqlalchemy import func, select, text

from learnplat.core.clock import utc_now
from learnplat.core.refusals import NotFound
from learnplat.db import reading
from learnplat.outbox import OutboxMessage
from learnplat.web.doors import ANYONE, door

bp = Blueprint("health", __name__)
LEAST_DISK = 50 * 1024 * 1024  # bytes


@bp.get("/healthz")
@door(ANYONE)
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@bp.get("/readyz")
@door(ANYONE)
def readyz() -> ResponseReturnValue:
    checks = {"database": _is_answering(), "disk": _has_room(), "queue": True}
    if checks["database"]:
        checks["queue"] = _waiting() < 10_000
    is_ready = all(checks.values())
    words = {name: "ok" if found else "failing" for name, found in checks.items()}
    return jsonify(status="ok" if is_ready else "failing", checks=words), 200 if is_ready else 503


@bp.get("/metrics")
@door(ANYONE)
def metrics() -> ResponseReturnValue:
    token = current_app.config["LEARNPLAT"].metrics_token
    sent = request.headers.get("Authorization", "").encode()
    is_asked = token is not None and hmac.compare_digest(sent, f"Bearer {token}".encode())
    if not is_asked and not _is_of_this_machine():
        raise NotFound()
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    waiting = Gauge("learnplat_outbox_waiting", "Messages not yet sent.", registry=registry)
    waiting.set(_waiting())
    return Response(generate_latest(registry), mimetype="text/plain; version=0.0.4")


def _is_of_this_machine() -> bool:
    """From here, and not through a proxy that is here too and speaks for the whole world."""
    is_direct = "X-Forwarded-For" not in request.headers
    is_alone = current_app.config["LEARNPLAT"].trusted_proxies == 0
    return is_alone and is_direct and request.remote_addr in ("127.0.0.1", "::1")


def _is_answering() -> bool:
    try:
        reading().execute(text("select 1"))
    except Exception:
        return False
    return True


def _has_room() -> bool:
    try:
        return shutil.disk_usage(current_app.config["LEARNPLAT"].data).free > LEAST_DISK
    except OSError:
        return False


def _waiting() -> int:
    query = (
        select(func.count())
        .select_from(OutboxMessage)
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.written_at <= utc_now())
    )
    return reading().scalar(query) or 0
