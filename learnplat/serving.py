"""Running the platform: page processes, each with a postman beside its pages."""

import os
import signal
import socket
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import click
import structlog
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from learnplat.db import transaction
from learnplat.people.factors.actions import renew_seals
from learnplat.people.factors.sealing import Sealer
from learnplat.web.mail import run_postman

log = structlog.get_logger()


def pages_and_postman() -> Callable[..., Any]:
    """What a page process loads: the application, and a thread that delivers its letters.

    Letters are leased, so the postmen of several processes never carry the same one.
    """
    from wsgi import app

    # Ctrl-C reaches a whole process group; only the supervisor should hear it, and tell the rest.
    os.setpgid(0, 0)
    Thread(target=_beside_the_pages, args=(app,), name="postman", daemon=True).start()
    return app


def _beside_the_pages(app: Flask) -> None:
    """After a change of the key seal again what the one before had sealed; then deliver."""
    settings = app.config["LEARNPLAT"]
    if settings.earlier_secret_key:
        sealer = Sealer(settings.secret_key, settings.earlier_secret_key)
        try:
            with app.app_context(), transaction() as session:
                renew_seals(session, sealer=sealer)
        except (OperationalError, PoolTimeout) as error:
            # Each is sealed again when it is next used, too.
            log.warning("seals_not_renewed", kind=type(error).__name__)
    run_postman(app, Event(), 2.0)


def serve(host: str, port: int, workers: int) -> None:
    """Serve until stopped."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"{host}:{port} cannot be used: {error.strerror}") from error
    Granian(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=2,
        backpressure=64,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=4,
    ).serve(target_loader=pages_and_postman, wrap_loader=False)


def work(app: Flask) -> None:
    """Deliver mail until SIGTERM or SIGINT."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_postman(app, stop)
