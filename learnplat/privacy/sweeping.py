"""After an erasure: the register, kept letters and what the database's own files still hold.

Everything here may fail and is tried again by housekeeping, until `Erasure.swept_at` is set.
"""

import sqlite3
from contextlib import closing
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

import structlog
from sqlalchemy import Engine, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from learnplat.db import db, reading, transaction
from learnplat.privacy import queries, register, rules
from learnplat.privacy.inventory import inventory
from learnplat.privacy.models import Erasure
from learnplat.settings import Settings

log = structlog.get_logger()
PATIENCE = 1.0  # seconds that a checkpoint waits for readers


def clear_up(settings: Settings, now: datetime, words: frozenset[str] = frozenset()) -> bool:
    """Finish every erasure that is not finished; whether none is left. Needs an app context.

    `words` are names and addresses of who was just erased, by which letters to others are found.
    """
    session = reading()
    entries = register.entries_of(session)
    unswept = [(found.id, found.address_digest) for found in queries.unswept(session)]
    session.rollback()  # a reader would keep the old pages
    if not unswept and not words:
        register.write(settings.data, entries)
        return True
    try:
        register.write(settings.data, entries)
        digests = frozenset(digest for _, digest in unswept if digest)
        sweep_letters(settings.mail, words, digests)
        is_done = sweep_database(db.engine)
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        log.warning("erasure_not_swept", kind=type(error).__name__)
        return False
    if not is_done:
        return False
    with transaction() as writer:
        writer.execute(
            update(Erasure)
            .where(Erasure.id.in_([number for number, _ in unswept]))
            .values(swept_at=now, address_digest=None)
            .execution_options(synchronize_session=False)
        )
    return True


def sweep_letters(mail: str, words: frozenset[str], digests: frozenset[str]) -> int:
    """Remove kept letters of `file:DIR` to the person, and those that hold one of the words."""
    if not mail.startswith("file:"):
        return 0
    removed = 0
    for path in Path(mail.removeprefix("file:")).glob("*.eml"):
        letter = message_from_bytes(path.read_bytes(), policy=policy.default)
        parts = [str(letter["Subject"] or ""), str(letter["To"] or "")]
        parts += [
            part.get_content() for part in letter.walk() if part.get_content_maintype() == "text"
        ]
        is_of_person = rules.digest_of_address(str(letter["To"] or "")) in digests
        if is_of_person or any(word in said for word in words for said in parts):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def sweep_database(engine: Engine) -> bool:
    """Have the database let go of old pages and rows; False when somebody still reads them."""
    if engine.dialect.name == "sqlite":
        path = make_url(str(engine.url)).database or ""
        with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as connection:
            [is_busy, _, _] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not is_busy
    names = ", ".join(sorted(name for name, entry in inventory().tables.items() if entry.whose))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"vacuum {names}"))
    return True
