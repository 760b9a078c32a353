"""Who reads the audit log stands in it, and who takes it away, too."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.core.actors import Actor
from learnplat.oversight import queries, rules

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
) -> int:
    """Keep who takes entries away, and why; gives the number of the entry that says so.

    `Invalid` for a period that cannot be meant.
    """
    rules.instants_of(since, until, now.date())
    return audit.record(
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
    )
