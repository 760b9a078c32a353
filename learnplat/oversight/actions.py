"""Who reads the audit log stands in it, and who takes it away, too."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.core.actors import Actor
from learnplat.core.permissions import require
from learnplat.core.refusals import Conflict
from learnplat.oversight import queries, rules
from learnplat.oversight.large_exports import Wish, ask_leave
from learnplat.people.authority import as_of_now

# The pages of one search, leafed through in this time, are one reading.
ONE_READING = timedelta(minutes=15)


def is_reading_known(
    session: Session, *, actor: Actor, acts: str | None, account: int | None, now: datetime
) -> bool:
    """Whether the log says already that the person reads it, with this question, just now."""
    found = queries.readings_since(session, actor.account_id, now - ONE_READING)
    return {"acts": acts, "account": account} in found


def record_reading(
    session: Session, *, actor: Actor, acts: str | None, account: int | None, now: datetime
) -> None:
    """Keep that the person reads the log, and what was asked for; once in a while is enough."""
    if not is_reading_known(session, actor=actor, acts=acts, account=account, now=now):
        audit.record(
            session,
            actor_id=actor.account_id,
            action="audit_read",
            subject=("audit_log", None),
            now=now,
            acts=acts,
            account=account,
        )


def export_for_reason(
    session: Session,
    *,
    actor: Actor,
    since: date,
    until: date,
    form: str,
    acts: str | None,
    account: int | None,
    reason: str,
    now: datetime,
) -> Conflict | None:
    """Keep who takes entries away, and why; or the wish, and give the refusal, when they are many.

    `Invalid` for a period that cannot be meant.
    """
    require(as_of_now(session, actor), "export_audit_log")
    begins_at, ends_at = rules.instants_of(since, until, now.date())
    rows = queries.count_of_period(
        session, begins_at=begins_at, ends_at=ends_at, action=acts, account_id=account
    )
    wish = Wish("audit", since.isoformat(), until.isoformat(), form, acts, account)
    leave = ask_leave(session, actor=actor, wish=wish, rows=rows, reason=reason, now=now)
    if leave.refusal:
        return leave.refusal
    audit.record(
        session,
        actor_id=actor.account_id,
        action="audit_exported",
        subject=("audit_log", None),
        reason=reason,
        now=now,
        form=form,
        since=since.isoformat(),
        until=until.isoformat(),
        acts=acts,
        account=account,
        rows=rows,
        wish=leave.wish,
    )
    return None
