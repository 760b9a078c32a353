"""What vetting officers do with an application: one outcome, one letter, and who did what when."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.admission import desk_queries as queries
from learnplat.admission import desk_rules as rules
from learnplat.admission.desk_queries import Dossier
from learnplat.admission.models import (
    Admission,
    AdmissionEvent,
    AdmissionEventKind,
    AdmissionState,
)
from learnplat.core.actors import Actor, Role
from learnplat.core.days import day_in_words
from learnplat.core.permissions import may, may_somewhere, scopes_of
from learnplat.core.refusals import Conflict, NotAllowed, NotFound
from learnplat.outbox import post
from learnplat.people.authority import as_of_now
from learnplat.people.models import Account, Standing

VET = "vet"
OPEN = (AdmissionState.WAITING, AdmissionState.IN_SECOND_OPINION)
# While an application is open its account is one of these.
_UNDECIDED = (Standing.APPLICANT, Standing.DECLINED)


def open_admission(session: Session, *, actor: Actor, admission_id: int, now: datetime) -> Dossier:
    """Show an officer an application. That it was opened is kept, and the person can see it."""
    actor = as_of_now(session, actor)
    dossier = _found(session, actor, admission_id)
    countries = scopes_of(actor, VET)
    dossier.alike.extend(queries.alike(session, dossier, countries=countries))
    audit.record(
        session,
        actor_id=actor.account_id,
        action="person_opened",
        subject=("account", dossier.account.id),
        now=now,
        role=role_at_desk(actor).value,
    )
    return dossier


def role_at_desk(actor: Actor) -> Role:
    """In which of their roles somebody reads here; an administrator reads everywhere."""
    return Role.ADMIN if may(actor, "open_person") else Role.VETTER


def found(session: Session, actor: Actor, admission_id: int) -> Dossier:
    """An application that the officer may see, and not their own.

    Another country's answers like a missing one, to an officer who sits for some countries.
    """
    return _found(session, as_of_now(session, actor), admission_id)


def _found(session: Session, actor: Actor, admission_id: int) -> Dossier:
    if not may_somewhere(actor, VET):
        raise NotAllowed("role_needed")
    dossier = queries.dossier(session, admission_id, countries=scopes_of(actor, VET))
    if dossier is None:
        raise NotFound()
    if dossier.account.id == actor.account_id:
        raise NotAllowed("own_application")
    return dossier


def admit(
    session: Session, *, actor: Actor, admission_id: int, step: int, now: datetime
) -> Dossier:
    """Let the person in, and say so by mail."""
    dossier = _for_decision(session, actor, admission_id, step)
    reached = _move(session, dossier, OPEN, AdmissionState.ADMITTED, decided_at=now)
    dossier.account.standing = Standing.ADMITTED
    _note(session, dossier, AdmissionEventKind.ADMITTED, actor, now)
    _write(session, dossier, "admission_accepted", reached, now)
    _record(session, "person_admitted", actor, dossier, now)
    return dossier


def decline(
    session: Session,
    *,
    actor: Actor,
    admission_id: int,
    step: int,
    reason: str,
    words: str | None = None,
    now: datetime,
) -> Dossier:
    """Keep the person out, for a reason of `REASONS`, and say by mail why and how to answer."""
    dossier = _for_decision(session, actor, admission_id, step)
    reached = _move(session, dossier, OPEN, AdmissionState.DECLINED, decided_at=now)
    dossier.account.standing = Standing.DECLINED
    _note(session, dossier, AdmissionEventKind.DECLINED, actor, now, reason=reason, note=words)
    until = (now + rules.REOPENED_WITHIN).date()
    _write(
        session,
        dossier,
        "admission_declined",
        reached,
        now,
        reason=reason,
        words=words or "",
        until=day_in_words(until, "long", dossier.account.language),
    )
    _record(session, "person_declined", actor, dossier, now, code=reason)
    return dossier


def ask_for_opinion(
    session: Session,
    *,
    actor: Actor,
    admission_id: int,
    step: int,
    question: str | None = None,
    now: datetime,
) -> Dossier:
    """Ask another officer to look: from now on the asker cannot decide alone."""
    waiting = (AdmissionState.WAITING,)
    dossier = _current(session, actor, admission_id, step, waiting)
    _move(session, dossier, waiting, AdmissionState.IN_SECOND_OPINION)
    _note(session, dossier, AdmissionEventKind.OPINION_ASKED, actor, now, note=question)
    _record(session, "opinion_asked", actor, dossier, now)
    return dossier


def give_opinion(
    session: Session,
    *,
    actor: Actor,
    admission_id: int,
    step: int,
    opinion: str,
    grounds: str | None = None,
    now: datetime,
) -> Dossier:
    """Say `for` or `against`, once, as somebody else than the one who asked."""
    asked = (AdmissionState.IN_SECOND_OPINION,)
    dossier = _current(session, actor, admission_id, step, asked)
    if rules.is_asker(actor.account_id, dossier.opinions):
        raise NotAllowed("opinion_of_another_needed")
    if rules.has_answered(actor.account_id, dossier.opinions):
        raise Conflict("opinion_given")
    _move(session, dossier, asked, AdmissionState.IN_SECOND_OPINION)
    kind = AdmissionEventKind.OPINION_GIVEN
    _note(session, dossier, kind, actor, now, reason=opinion, note=grounds)
    _record(session, "opinion_given", actor, dossier, now, opinion=opinion)
    return dossier


def reopen(
    session: Session,
    *,
    actor: Actor,
    admission_id: int,
    step: int,
    why: str | None = None,
    now: datetime,
) -> Dossier:
    """Look again at a declined application, within ninety days of the decision."""
    declined = (AdmissionState.DECLINED,)
    dossier = _current(session, actor, admission_id, step, declined)
    if not rules.may_reopen(dossier.admission.decided_at, now):
        raise Conflict("too_late_to_reopen")
    _hold_account(session, dossier)
    _move(session, dossier, declined, AdmissionState.WAITING, decided_at=None)
    dossier.account.standing = Standing.APPLICANT
    _note(session, dossier, AdmissionEventKind.REOPENED, actor, now, note=why)
    _record(session, "admission_reopened", actor, dossier, now)
    return dossier


def add_note(
    session: Session, *, actor: Actor, admission_id: int, note: str, now: datetime
) -> Dossier:
    """Keep a remark for the desk. It is no step: a page that shows the one before stays good."""
    dossier = found(session, actor, admission_id)
    _note(session, dossier, AdmissionEventKind.NOTED, actor, now, note=note)
    session.flush()
    return dossier


def _current(
    session: Session,
    actor: Actor,
    admission_id: int,
    step: int,
    states: Collection[AdmissionState],
) -> Dossier:
    """The application as the page showed it, or a refusal when somebody has gone on meanwhile."""
    dossier = found(session, actor, admission_id)
    if dossier.admission.step != step or dossier.admission.state not in states:
        raise Conflict("decided_meanwhile")
    return dossier


def _for_decision(session: Session, actor: Actor, admission_id: int, step: int) -> Dossier:
    dossier = _current(session, actor, admission_id, step, OPEN)
    if dossier.admission.state is AdmissionState.IN_SECOND_OPINION and rules.waits_for_another(
        actor.account_id, dossier.opinions
    ):
        raise NotAllowed("opinion_of_another_needed")
    _hold_account(session, dossier)
    return dossier


def _hold_account(session: Session, dossier: Dossier) -> None:
    """Keep the account as it is until the commit. One that has gone elsewhere is not decided on."""
    account = session.get(
        Account, dossier.account.id, with_for_update={"key_share": True}, populate_existing=True
    )
    if account is None or account.standing not in _UNDECIDED or account.email is None:
        raise Conflict("decided_meanwhile")


def _move(
    session: Session,
    dossier: Dossier,
    states: Collection[AdmissionState],
    state: AdmissionState,
    **values: Any,
) -> int:
    """Take the one next step of an application; gives its number.

    Of two officers who act on the same page one moves it; the other finds the step gone.
    """
    reached: int | None = session.execute(
        update(Admission)
        .where(
            Admission.id == dossier.admission.id,
            Admission.step == dossier.admission.step,
            Admission.state.in_(states),
        )
        .values(step=Admission.step + 1, state=state, **values)
        .returning(Admission.step)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if reached is None:
        raise Conflict("decided_meanwhile")
    session.refresh(dossier.admission)
    return reached


def _note(
    session: Session,
    dossier: Dossier,
    kind: AdmissionEventKind,
    actor: Actor,
    now: datetime,
    *,
    reason: str | None = None,
    note: str | None = None,
) -> None:
    session.add(
        AdmissionEvent(
            admission_id=dossier.admission.id,
            kind=kind,
            at=now,
            actor_id=actor.account_id,
            reason=reason,
            note=note,
        )
    )


def _write(
    session: Session, dossier: Dossier, template: str, step: int, now: datetime, **facts: Any
) -> None:
    """The one letter of a step, in the person's language."""
    account = dossier.account
    post(
        session,
        key=f"admission:{dossier.admission.id}:{step}",
        template=template,
        recipient=str(account.email),
        language=account.language,
        now=now,
        facts={"name": account.name, **facts},
    )


def _record(
    session: Session, action: str, actor: Actor, dossier: Dossier, now: datetime, **facts: str
) -> None:
    audit.record(
        session,
        actor_id=actor.account_id,
        action=action,
        subject=("account", dossier.account.id),
        now=now,
        **facts,
    )
