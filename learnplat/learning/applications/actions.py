"""What a person does about a place that needs a confirmation: apply, remind, rename, withdraw."""

import secrets
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from learnplat import outbox
from learnplat.catalogue.content import Catalogue
from learnplat.core.actors import Actor
from learnplat.core.refusals import Conflict, Invalid, NotFound, TooMany
from learnplat.learning import queries as places
from learnplat.learning import rules as run_rules
from learnplat.learning.applications import queries, rules
from learnplat.learning.letters import long_day
from learnplat.learning.models import (
    Application,
    ApplicationState,
    Confirmation,
    ConfirmationLetter,
    CourseRun,
    EnrolmentStatus,
)
from learnplat.people.models import Account
from learnplat.people.rules import digest_of

_LETTER = cast(Table, ConfirmationLetter.__table__)


def apply_for_place(
    session: Session,
    catalogue: Catalogue,
    *,
    actor: Actor,
    run_id: int,
    now: datetime,
    supervisor_name: str | None = None,
    supervisor_email: str | None = None,
) -> tuple[Application, bool]:
    """Ask for a place in a run, and say whether the application is new.

    One that is waiting or confirmed stays as it is: twice changes nothing.
    """
    account = places.account_for_enrolling(session, actor.account_id)
    run = places.run(session, run_id)
    if run is None or run.course_key is None:
        raise NotFound()
    catalogue.course(run.course_key)
    if run.confirmation is Confirmation.NONE:
        raise Conflict("no_confirmation_asked")
    before = queries.applications_to(session, account.id, run.id)
    live = next((found for found in before if found.state in queries.LIVE), None)
    if live is not None:
        return live, False
    _check_way_in(session, account, run, now)
    if len(before) >= rules.APPLICATIONS_TO_ONE_RUN:
        raise Conflict("too_many_applications")
    _check_supervisor(account, run.confirmation, supervisor_name, supervisor_email, before)
    application = Application(
        account_id=account.id,
        run_id=run.id,
        asks=run.confirmation,
        state=ApplicationState.WAITING,
        country=account.country,
        supervisor_name=supervisor_name,
        supervisor_email=supervisor_email,
        applied_at=now,
    )
    session.add(application)
    session.flush()
    if application.asks is Confirmation.SUPERVISOR:
        _write_to_supervisor(session, catalogue, account, application, run, now)
    return application, True


def write_again(
    session: Session, catalogue: Catalogue, *, actor: Actor, application_id: int, now: datetime
) -> Application:
    """Send the supervisor a new letter; the link of the one before no longer answers."""
    account = places.account_for_enrolling(session, actor.account_id)
    application, run = _waiting(session, actor, application_id)
    if application.asks is not Confirmation.SUPERVISOR:
        raise Conflict("no_supervisor_asked")
    _write_to_supervisor(session, catalogue, account, application, run, now)
    return application


def name_supervisor(
    session: Session,
    catalogue: Catalogue,
    *,
    actor: Actor,
    application_id: int,
    supervisor_name: str,
    supervisor_email: str,
    now: datetime,
) -> Application:
    """Ask somebody else; the link of the letter before no longer answers."""
    account = places.account_for_enrolling(session, actor.account_id)
    application, run = _waiting(session, actor, application_id)
    if application.asks is not Confirmation.SUPERVISOR:
        raise Conflict("no_supervisor_asked")
    before = queries.applications_to(session, account.id, run.id)
    _check_supervisor(account, application.asks, supervisor_name, supervisor_email, before)
    application.supervisor_name = supervisor_name
    application.supervisor_email = supervisor_email
    _write_to_supervisor(session, catalogue, account, application, run, now)
    return application


def withdraw_application(
    session: Session, *, actor: Actor, application_id: int, now: datetime
) -> Application:
    """Take an application back; no letter's link answers any more. Twice changes nothing.

    Once a place was taken it is given back by leaving the course.
    """
    places.account_for_enrolling(session, actor.account_id)
    found = queries.own_application(session, actor.account_id, application_id)
    if found is None:
        raise NotFound()
    application = queries.held_application(session, application_id)
    if application.state is ApplicationState.WITHDRAWN:
        return application
    if found.has_place:
        raise Conflict("application_has_place")
    if application.state is ApplicationState.DECLINED:
        raise Conflict("application_is_decided")
    application.state = ApplicationState.WITHDRAWN
    application.withdrawn_at = now
    end_letters(session, application.id, now)
    return application


def end_letters(session: Session, application_id: int, now: datetime) -> None:
    """No link of the application answers from now on."""
    session.execute(
        update(_LETTER)
        .where(_LETTER.c.application_id == application_id, _LETTER.c.ended_at.is_(None))
        .values(ended_at=now)
    )


def _waiting(session: Session, actor: Actor, application_id: int) -> tuple[Application, CourseRun]:
    """The person's own application while it waits, for one whose account is held."""
    found = queries.own_application(session, actor.account_id, application_id)
    if found is None:
        raise NotFound()
    application = queries.held_application(session, application_id)
    if application.state is not ApplicationState.WAITING:
        raise Conflict("application_is_decided")
    return application, found.run


def _check_way_in(session: Session, account: Account, run: CourseRun, now: datetime) -> None:
    """Nobody is asked to confirm what could not be given anyway."""
    enrolment = places.enrolment_of(session, account.id, run.id)
    if enrolment is not None and enrolment.status in (
        EnrolmentStatus.ACTIVE,
        EnrolmentStatus.COMPLETED,
    ):
        raise Conflict("application_has_place")
    state = run_rules.run_state(run.starts_on, run.ends_on, run_rules.day_in(run.zone, now))
    if not run_rules.may_enter(state):
        raise Conflict("run_ended")
    if any(
        place.is_open(now)
        for place in places.places_in_course(session, account.id, run.course_key or "")
    ):
        raise Conflict("enrolled_in_course")
    if run_rules.seats_left(run.seats, run.seats_taken) == 0:
        raise Conflict("no_seats_left")


def _check_supervisor(
    account: Account,
    asks: Confirmation,
    name: str | None,
    email: str | None,
    before: list[Application],
) -> None:
    given = {"supervisor_name": name, "supervisor_email": email}
    if asks is not Confirmation.SUPERVISOR:
        extra = [field for field, value in given.items() if value]
        if extra:
            raise Invalid({field: ["no_supervisor_asked"] for field in extra})
        return
    missing = [field for field, value in given.items() if not value]
    if missing or email is None:
        raise Invalid({field: ["supervisor_needed"] for field in missing})
    mailbox = rules.mailbox(email)
    if account.email is not None and mailbox == rules.mailbox(account.email):
        raise Invalid.field("supervisor_email", "own_address")
    if any(
        found.state is ApplicationState.DECLINED
        and found.supervisor_email is not None
        and rules.mailbox(found.supervisor_email) == mailbox
        for found in before
    ):
        raise Invalid.field("supervisor_email", "supervisor_has_declined")


def _write_to_supervisor(
    session: Session,
    catalogue: Catalogue,
    account: Account,
    application: Application,
    run: CourseRun,
    now: datetime,
) -> None:
    """A letter with a new link, in the person's language, which their supervisor reads too."""
    address = application.supervisor_email or ""
    mailbox = digest_of(rules.mailbox(address))
    sent = [found for found in queries.letters(session, application.id) if found.mailbox == mailbox]
    hour, day = timedelta(hours=1), timedelta(days=1)
    own = queries.letters_of_person(session, account.id, now - day)
    theirs = queries.letters_to(session, mailbox, now - hour)
    waits = [
        times[-most] + span - now
        for times, most, span in (
            (own, rules.LETTERS_OF_ONE_PERSON, day),
            (theirs, rules.LETTERS_TO_ONE_MAILBOX, hour),
        )
        if len(times) >= most
    ]
    if len(sent) >= rules.LETTERS_TO_ONE_SUPERVISOR:
        waits.append(day)  # for this application there is no other letter: another supervisor may
    if waits:
        raise TooMany("too_many_supervisor_letters", seconds=max(waits).total_seconds())
    end_letters(session, application.id, now)
    token = secrets.token_urlsafe(32)
    letter = ConfirmationLetter(
        application_id=application.id,
        mailbox=mailbox,
        token_digest=digest_of(token),
        sent_at=now,
        expires_at=now + rules.LINK_LIFETIME,
    )
    session.add(letter)
    session.flush()
    language = account.language
    outbox.post(
        session,
        key=f"confirmation-asked:{letter.id}",
        template="confirmation_asked",
        recipient=address,
        language=language,
        now=now,
        facts={
            "reader": application.supervisor_name,
            "name": account.name,
            "course": catalogue.course(run.course_key or "").titles[language],
            "starts_on": long_day(run.starts_on, language),
            "ends_on": long_day(run.ends_on, language),
            "token": token,
            "days": rules.LINK_LIFETIME.days,
        },
    )
