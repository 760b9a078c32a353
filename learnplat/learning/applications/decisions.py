"""What becomes of an application: a supervisor answers by a link, a focal point on a page."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.catalogue.content import Catalogue
from learnplat.core.actors import Actor, Role
from learnplat.core.refusals import Conflict, Invalid, NotAllowed, NotFound
from learnplat.learning import queries as places
from learnplat.learning import rules as run_rules
from learnplat.learning.actions import give_place
from learnplat.learning.applications import queries, rules
from learnplat.learning.applications.actions import end_letters
from learnplat.learning.letters import write_to
from learnplat.learning.models import (
    Application,
    ApplicationState,
    ConfirmationLetter,
    CourseRun,
)
from learnplat.people.authority import as_of_now
from learnplat.people.models import Account
from learnplat.people.rules import digest_of

_LETTER = cast(Table, ConfirmationLetter.__table__)


def answer_by_link(
    session: Session,
    catalogue: Catalogue,
    *,
    token: str,
    is_confirmed: bool,
    reader: Actor | None,
    now: datetime,
) -> None:
    """Use the link of a letter, once. A link that answers no more is refused alike, whyever."""
    asked = queries.asked_by(session, digest_of(token), now)
    if asked is None:
        raise NotFound("confirmation_link_spent")
    if reader is not None and reader.account_id == asked.account_id:
        raise NotAllowed("own_place")
    account = places.account_for_enrolling(session, asked.account_id)
    used = session.execute(
        update(_LETTER)
        .where(
            _LETTER.c.token_digest == digest_of(token),
            _LETTER.c.ended_at.is_(None),
            _LETTER.c.expires_at > now,
        )
        .values(ended_at=now)
        .returning(_LETTER.c.id)
    ).scalar_one_or_none()
    application = queries.held_application(session, asked.application_id)
    if used is None or application.state is not ApplicationState.WAITING:
        raise NotFound("confirmation_link_spent")
    _settle(
        session,
        catalogue,
        account,
        application,
        asked.run,
        is_confirmed=is_confirmed,
        by="supervisor",
        actor=None,
        code=None,
        now=now,
    )


def answer_application(
    session: Session,
    catalogue: Catalogue,
    *,
    actor: Actor,
    application_id: int,
    is_confirmed: bool,
    reason: str | None = None,
    now: datetime,
) -> tuple[Application, bool]:
    """A focal point answers, or an admin where there is none; says whether a place was free.

    What is another country's is as if it were missing, and so is one's own.
    """
    whom = queries.applicant(session, application_id)
    actor = as_of_now(session, actor, whom=whom)
    answerer = rules.answerer_of(actor)
    found = queries.answerable_one(session, answerer, now, application_id)
    if found is None:
        raise NotFound()
    if is_confirmed and reason is not None:
        raise Invalid.field("reason", "reason_not_needed")
    if not is_confirmed and reason is None:
        raise Invalid.field("reason", "reason_needed")
    account = places.account_for_enrolling(session, found.account_id)
    application = queries.held_application(session, application_id)
    if application.state is not ApplicationState.WAITING:
        raise Conflict("application_is_decided")
    if account.country != application.country:
        raise Conflict("country_has_changed")
    is_of_country = application.country in answerer.countries
    has_place = _settle(
        session,
        catalogue,
        account,
        application,
        found.run,
        is_confirmed=is_confirmed,
        by=(Role.FOCAL_POINT if is_of_country else Role.ADMIN).value,
        actor=actor,
        code=reason,
        now=now,
    )
    return application, has_place


def _settle(
    session: Session,
    catalogue: Catalogue,
    account: Account,
    application: Application,
    run: CourseRun,
    *,
    is_confirmed: bool,
    by: str,
    actor: Actor | None,
    code: str | None,
    now: datetime,
) -> bool:
    """Keep the answer, tell the person, and give the place while there is one."""
    state = run_rules.run_state(run.starts_on, run.ends_on, run_rules.day_in(run.zone, now))
    if not run_rules.may_enter(state):
        raise Conflict("run_ended")
    application.state = ApplicationState.CONFIRMED if is_confirmed else ApplicationState.DECLINED
    application.decided_at = now
    application.decided_by = actor.account_id if actor else None
    application.reason = code
    end_letters(session, application.id, now)
    session.flush()
    course = catalogue.course(run.course_key or "")
    has_place = False
    if is_confirmed:
        try:
            give_place(session, catalogue, account=account, run=run, now=now, is_confirmed=True)
            has_place = True
        except Conflict:
            has_place = False  # no seat, or a place in another run: the person goes on from here
    if not has_place:
        template = "application_confirmed" if is_confirmed else "application_declined"
        write_to(
            session,
            account,
            template,
            course,
            now,
            key=f"application-answered:{application.id}",
            reason=code,
            application_path=f"/{account.language.value}/applications/{application.id}",
        )
    facts: dict[str, Any] = {"has_place": has_place} if is_confirmed else {"code": code}
    audit.record(
        session,
        actor_id=actor.account_id if actor else None,
        action="application_confirmed" if is_confirmed else "application_declined",
        subject=("application", application.id),
        now=now,
        by=by,
        run=run.id,
        **facts,
    )
    return has_place
