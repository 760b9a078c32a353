"""The postman: takes letters from the outbox after their commit and hands each over once."""

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from threading import Event
from urllib.parse import unquote, urlsplit

import structlog
from flask import Flask, current_app, render_template
from flask_babel import force_locale
from sqlalchemy import or_, select, update

from learnplat.core.clock import utc_now
from learnplat.core.text import ascii_domain
from learnplat.db import db, reading, transaction
from learnplat.outbox import OutboxMessage

log = structlog.get_logger()
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 20
_ERRANDS = "learnplat.errands"
Transport = Callable[[EmailMessage], None]


def written(message: OutboxMessage, base_url: str) -> EmailMessage:
    """The letter of an outbox row: subject, text and HTML in the reader's language.

    The text template's first line is the subject, after which comes an empty line.
    """
    with force_locale(message.language.value):
        facts = {
            "facts": message.facts,
            "language": message.language,
            "base_url": base_url,
        }
        subject, _, text = render_template(f"mail/{message.template}.txt", **facts).partition("\n")
        html = render_template(f"mail/{message.template}.html", subject=subject.strip(), **facts)
    host = urlsplit(base_url).hostname or "localhost"
    letter = EmailMessage()
    letter["Subject"] = " ".join(subject.split())
    letter["From"] = Address("learnplat", "no-reply", host)
    local, _, domain = message.recipient.rpartition("@")
    # Few servers take a domain in another script as it is.
    letter["To"] = Address("", local, ascii_domain(domain) or domain)
    letter["Date"] = format_datetime(message.written_at)
    letter["Message-ID"] = make_msgid(f"outbox-{message.id}", domain=host)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text.strip() + "\n")
    letter.add_alternative(html, subtype="html")
    # Set last: what comes before the parts would be moved into the first of them.
    letter["Content-Language"] = message.language.value
    return letter


def transport_of(address: str) -> Transport:
    """How letters leave: `console:`, `file:DIR`, `smtp://[user:password@]host:port` or `smtps://`."""
    if address == "console:":
        return lambda letter: print(letter.as_string(), flush=True)
    if address.startswith("file:"):
        folder = Path(address.removeprefix("file:"))

        def keep(letter: EmailMessage) -> None:
            folder.mkdir(parents=True, exist_ok=True)
            name = str(letter["Message-ID"]).strip("<>").replace("/", "_")
            (folder / f"{name}.eml").write_bytes(bytes(letter))

        return keep
    parts = urlsplit(address)

    def send(letter: EmailMessage) -> None:
        context = ssl.create_default_context()
        host, port = parts.hostname or "localhost", parts.port or 25
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=20, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=20)
        with server:
            if parts.username:
                if parts.scheme == "smtp":
                    server.starttls(context=context)
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(letter)

    return send


def before_each_round(app: Flask, errand: Callable[[datetime], None]) -> None:
    """Have the postman do something before each round, such as writing letters that are asked for."""
    app.extensions.setdefault(_ERRANDS, []).append(errand)


def _run_errands() -> None:
    for errand in current_app.extensions.get(_ERRANDS, ()):
        try:
            errand(utc_now())
        except Exception as error:
            # The letters that are written already do not wait for those that are not.
            db.session.rollback()
            log.warning("errand_not_done", kind=type(error).__name__)


def deliver_due(transport: Transport, base_url: str, most: int = 50) -> int:
    """Send what is due and say how many letters left. Needs an application context.

    A letter is leased before it is sent, so two postmen never carry the same one; one that cannot
    be handed over is tried again later, each time after a longer wait.
    """
    _run_errands()
    sent = 0
    for _ in range(most):
        message = _leased()
        if message is None:
            break
        message_id, attempts = message.id, message.attempts
        try:
            transport(written(message, base_url))
        except Exception as error:
            log.warning("mail_not_sent", message=message_id, kind=type(error).__name__)
            wait = timedelta(seconds=min(30 * 2**attempts, 6 * 3600))
            _settle(
                message_id, leased_until=None, due_at=utc_now() + wait, failure=type(error).__name__
            )
        else:
            sent += 1
            # What is sent needs no name and no address any more.
            _settle(message_id, sent_at=utc_now(), recipient="", facts={}, failure=None)
    return sent


def _leased() -> OutboxMessage | None:
    now = utc_now()
    is_free = or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until < now)
    waiting = (
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.due_at <= now,
        OutboxMessage.attempts < MOST_ATTEMPTS,
        is_free,
    )
    ids = (
        reading()
        .scalars(
            select(OutboxMessage.id)
            .where(*waiting)
            .order_by(OutboxMessage.due_at, OutboxMessage.id)
            .limit(5)
        )
        .all()
    )
    for message_id in ids:
        with transaction() as session:
            taken = session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == message_id, *waiting)
                .values(leased_until=now + LEASE, attempts=OutboxMessage.attempts + 1)
                .execution_options(synchronize_session=False)
            )
            if taken.rowcount:  # type: ignore[attr-defined]
                return session.get_one(OutboxMessage, message_id, populate_existing=True)
    return None


def _settle(message_id: int, **values: object) -> None:
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def run_postman(app: Flask, stop: Event, pause: float = 1.0) -> None:
    """Deliver until `stop` is set, looking every `pause` seconds."""
    settings = app.config["LEARNPLAT"]
    transport = transport_of(settings.mail)
    while not stop.is_set():
        try:
            with app.app_context():
                try:
                    deliver_due(transport, settings.base_url)
                finally:
                    db.session.remove()
        except Exception as error:
            log.warning("postman_waits", kind=type(error).__name__)
        stop.wait(pause)
