"""The audit log: what was done with power or to a person, in an append-only chain of digests."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    Index,
    Row,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import NullType

from learnplat.orm import Base

# Every action, with the facts that may be told of it: numbers, days and codes, never words.
ACTIONS: dict[str, frozenset[str]] = {
    "account_added": frozenset({"role"}),
    "person_invited": frozenset({"country"}),
    "invitation_used": frozenset({"country"}),
    "invitation_revoked": frozenset(),
    "role_granted": frozenset({"role", "scope"}),
    "role_revoked": frozenset({"role", "scope"}),
    "password_changed": frozenset(),
    "password_reset": frozenset(),
    "address_changed": frozenset(),
    "country_changed": frozenset({"country", "left"}),
    "institution_linked": frozenset({"provider"}),
    "institution_unlinked": frozenset({"provider"}),
    "factor_added": frozenset({"kind"}),
    "factor_removed": frozenset({"kind"}),
    "factors_removed": frozenset({"passkeys", "apps"}),
    "recovery_codes_made": frozenset(),
    "recovery_code_used": frozenset(),
    "token_issued": frozenset({"token_number"}),
    "token_revoked": frozenset({"token_number"}),
    "consent_withdrawn": frozenset(),
    "own_data_exported": frozenset(),
    "account_erased": frozenset(),
    "person_opened": frozenset({"role"}),
    "person_admitted": frozenset(),
    "person_declined": frozenset({"code"}),
    "opinion_asked": frozenset(),
    "opinion_given": frozenset({"opinion"}),
    "admission_reopened": frozenset(),
    "person_suspended": frozenset(),
    "person_reinstated": frozenset(),
    "institution_added": frozenset({"country"}),
    "institution_listed": frozenset(),
    "institution_renamed": frozenset(),
    "institution_refused": frozenset(),
    "institution_merged": frozenset({"into"}),
    "participation_exported": frozenset({"form", "since", "until"}),
    "enrolments_exported": frozenset({"since", "until", "rows", "wish"}),
    "programme_imported": frozenset(
        {"participants", "courses", "enrolments", "completions", "discussions", "attendances"}
    ),
    "run_planned": frozenset(),
    "run_changed": frozenset({"changed"}),
    "application_confirmed": frozenset({"by", "run", "has_place"}),
    "application_declined": frozenset({"by", "run", "code"}),
    "discussion_planned": frozenset(),
    "discussion_changed": frozenset({"changed"}),
    "discussion_cancelled": frozenset(),
    "audit_read": frozenset({"acts", "account"}),
    "audit_exported": frozenset({"form", "since", "until", "acts", "account", "rows", "wish"}),
    "export_asked": frozenset({"export", "form", "since", "until", "acts", "account", "rows"}),
    "export_agreed": frozenset(),
    "try_refused": frozenset({"verb", "status", "number"}),
}
NOTHING_YET = "0" * 64  # the digest before the first entry
REFUSED_AN_HOUR = 30  # refused tries of one person that are written: more say nothing new
_LOCK = 7_221_935  # any number, the same in every process
_CODE = re.compile(r"[A-Za-z0-9_.-]{0,80}", re.ASCII)
_BATCH = 1000

Fact = str | int | bool | list[str] | None
Subject = tuple[str, int | None]  # of which kind, and the number of its row


class AuditEntry(Base):
    """One act. The database refuses to change or to remove it.

    The numbers of accounts are no foreign keys: an entry outlives the account that it names.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "action", "number"),
        Index(None, "actor_id", "number"),
        Index(None, "subject_kind", "subject_id", "number"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]  # None: from the command line
    action: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The one row that knows the last entry, so that a tail cut off is missed."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


_ENTRY = cast(Table, AuditEntry.__table__)
_HEAD = cast(Table, AuditHead.__table__)


@dataclass(frozen=True, slots=True)
class Opening:
    """One time that somebody opened a person's record."""

    at: datetime
    role: str


def record(
    session: Session,
    *,
    actor_id: int | None,
    action: str,
    subject: Subject,
    now: datetime,
    reason: str | None = None,
    **facts: Fact,
) -> int:
    """Add an act to the log, in the transaction of the act; gives the entry's number.

    Entries stand in the order of their commits, so writers of the log wait for each other from here
    to the commit: an action calls this last. `facts` are those that `ACTIONS` allows.
    """
    _check(action, facts)
    session.flush()
    take_turn(session)
    number, previous = session.execute(select(_HEAD.c.number, _HEAD.c.digest)).one()
    number += 1
    kind, subject_id = subject
    entry = {
        "number": number,
        "at": now.astimezone(UTC),
        "actor_id": actor_id,
        "action": action,
        "subject_kind": kind,
        "subject_id": subject_id,
        "reason": reason,
        "facts": facts,
        "previous": previous,
    }
    digest = digest_of(entry)
    session.execute(insert(_ENTRY).values(**entry, digest=digest))
    session.execute(update(_HEAD).values(number=number, digest=digest))
    return cast(int, number)


def take_turn(session: Session) -> None:
    """Be the one writer of the log from here to the commit; who has the turn may take it again."""
    if session.get_bind().dialect.name == "postgresql":
        # SQLite has one writer at a time already.
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def record_refused(
    session: Session, *, actor_id: int, verb: str, status: int, number: int | None, now: datetime
) -> None:
    """Add that somebody was refused an act: once a minute for each verb, and so often an hour."""
    if is_refused_known(session, actor_id=actor_id, verb=verb, now=now):
        return
    take_turn(session)
    if is_refused_known(session, actor_id=actor_id, verb=verb, now=now):
        return  # written by the one before
    record(
        session,
        actor_id=actor_id,
        action="try_refused",
        subject=("door", None),
        now=now,
        verb=verb,
        status=status,
        number=number,
    )


def is_refused_known(session: Session, *, actor_id: int, verb: str, now: datetime) -> bool:
    """Whether the log says enough of what the person was refused lately."""
    lately = session.execute(
        select(_ENTRY.c.at, _ENTRY.c.facts)
        .where(
            _ENTRY.c.actor_id == actor_id,
            _ENTRY.c.action == "try_refused",
            _ENTRY.c.at > now - timedelta(hours=1),
        )
        .order_by(_ENTRY.c.number.desc())
        .limit(REFUSED_AN_HOUR)
    ).all()
    a_minute_ago = now - timedelta(minutes=1)
    return len(lately) >= REFUSED_AN_HOUR or any(
        row.at > a_minute_ago and row.facts["verb"] == verb for row in lately
    )


def record_own(
    session: Session, *, account_id: int, action: str, now: datetime, **facts: Fact
) -> int:
    """Add what somebody did to the own account."""
    return record(
        session,
        actor_id=account_id,
        action=action,
        subject=("account", account_id),
        now=now,
        reason=None,
        **facts,
    )


def _check(action: str, facts: Mapping[str, Fact]) -> None:
    """A fault here is one of the code: what could hold a name, a token or a text is not recorded."""
    if action not in ACTIONS:
        raise ValueError(f"{action} is no action of the audit log")
    for name, value in facts.items():
        if name not in ACTIONS[action]:
            raise ValueError(f"{name} is no fact of {action}")
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, str) and not _CODE.fullmatch(part):
                raise ValueError(f"{name} of {action} is no code")


def digest_of(entry: Mapping[str, Any]) -> str:
    """The SHA-256 of all that an entry says, the digest of the entry before it included."""
    said = {**entry, "at": entry["at"].isoformat()}
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def head(session: Session) -> tuple[int, str]:
    """The number and the digest of the last entry; zero before the first one."""
    row = session.execute(select(_HEAD.c.number, _HEAD.c.digest)).one_or_none()
    return (row.number, row.digest) if row else (0, NOTHING_YET)


def verify(session: Session, newest: int | None = None) -> int | None:
    """The number of the first entry that is not as it was written, or None when the chain is whole.

    An entry that is missing is named by the number that it had. One select sees the entries and the
    head as of one moment, and any number of entries is read in batches. With `newest` only that many
    at the end are read.
    """
    begins_at = max(1, head(session)[0] - newest + 1) if newest else 1
    # Values are taken as they lie: one that was spoilt may not even be read as its kind.
    columns = [
        type_coerce(column, NullType()).label(column.name)
        if column.name in ("at", "facts")
        else column
        for column in _ENTRY.columns
    ]
    rows = session.execute(
        select(_HEAD.c.number.label("last"), _HEAD.c.digest.label("last_digest"), *columns)
        .select_from(
            _HEAD.outerjoin(_ENTRY, _ENTRY.c.number >= begins_at if begins_at > 1 else true())
        )
        .order_by(_ENTRY.c.number),
        execution_options={"stream_results": True, "yield_per": _BATCH},
    )
    expected, last, last_digest = begins_at, 0, None
    previous = NOTHING_YET if begins_at == 1 else None  # None: what came before is not looked at
    with rows:
        for row in rows:
            last, last_digest = row.last, row.last_digest
            if row.number is None:
                break
            is_linked = previous in (None, row.previous)
            if row.number != expected or not is_linked or not _is_whole(row):
                return min(cast(int, row.number), expected)
            expected, previous = expected + 1, row.digest
    if last != expected - 1:
        return min(last + 1, expected)
    return None if last_digest == previous else max(last, 1)


def _is_whole(row: Row[Any]) -> bool:
    """Whether the digest of an entry is that of what it says now."""
    said = {name: row._mapping[name] for name in _ENTRY.columns.keys() if name != "digest"}  # noqa: SIM118
    try:
        at, facts = said["at"], said["facts"]
        at = datetime.fromisoformat(at) if isinstance(at, str) else at
        said["at"] = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        said["facts"] = json.loads(facts) if isinstance(facts, str) else facts
        return bool(digest_of(said) == row.digest)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return False


def openings_of(session: Session, account_id: int, limit: int) -> list[Opening]:
    """When a person's record was opened and in which role, the latest first; never by whom."""
    rows = session.execute(
        select(_ENTRY.c.at, _ENTRY.c.facts)
        .where(
            _ENTRY.c.subject_kind == "account",
            _ENTRY.c.subject_id == account_id,
            _ENTRY.c.action == "person_opened",
        )
        .order_by(_ENTRY.c.number.desc())
        .limit(limit)
    )
    return [Opening(at, facts["role"]) for at, facts in rows]
