"""What is known of applications for a place: every select about them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, contains_eager

from learnplat.core.actors import Role
from learnplat.learning.applications.rules import Answerer
from learnplat.learning.models import (
    Application,
    ApplicationState,
    Confirmation,
    ConfirmationLetter,
    CourseRun,
    Enrolment,
    EnrolmentStatus,
)
from learnplat.learning.rules import day_in, may_enter, run_state
from learnplat.people.models import Account, RoleGrant, Standing

LIVE = (ApplicationState.WAITING, ApplicationState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """An application as its person follows it. `has_place` is true once the place was taken."""

    application: Application
    run: CourseRun
    has_place: bool

    def is_followed(self, now: datetime) -> bool:
        """Whether its person still waits for something, or has yet to hear of the answer."""
        state = run_state(self.run.starts_on, self.run.ends_on, day_in(self.run.zone, now))
        is_over = self.has_place or self.application.state is ApplicationState.WITHDRAWN
        return may_enter(state) and not is_over


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader of a letter is shown, and no more."""

    application_id: int
    account_id: int
    name: str
    run: CourseRun


def live_application(session: Session, account_id: int, run_id: int) -> Application | None:
    """The person's application to a run that is waiting or confirmed."""
    return session.scalar(
        select(Application).where(
            Application.account_id == account_id,
            Application.run_id == run_id,
            Application.state.in_(LIVE),
        )
    )


def applications_to(session: Session, account_id: int, run_id: int) -> list[Application]:
    """Every application of a person to a run, the latest first."""
    return list(
        session.scalars(
            select(Application)
            .where(Application.account_id == account_id, Application.run_id == run_id)
            .order_by(Application.id.desc())
        )
    )


def _owned() -> Select[Application, CourseRun, bool]:
    has_place = exists().where(
        Enrolment.account_id == Application.account_id,
        Enrolment.run_id == Application.run_id,
        Enrolment.status.in_((EnrolmentStatus.ACTIVE, EnrolmentStatus.COMPLETED)),
    )
    return (
        select(Application, CourseRun, has_place)
        .join(CourseRun, CourseRun.id == Application.run_id)
        .order_by(Application.id.desc())
    )


def own_applications(
    session: Session, account_id: int, *, before: int | None = None, limit: int
) -> list[OwnApplication]:
    """A person's applications, the latest first, from below `before`."""
    query = _owned().where(Application.account_id == account_id)
    if before is not None:
        query = query.where(Application.id < before)
    return [OwnApplication(*row) for row in session.execute(query.limit(limit))]


def own_application(
    session: Session, account_id: int, application_id: int
) -> OwnApplication | None:
    """The application of that id when it is the person's own."""
    row = session.execute(
        _owned().where(Application.id == application_id, Application.account_id == account_id)
    ).one_or_none()
    return OwnApplication(*row) if row else None


def live_among(
    session: Session, account_id: int, run_ids: Collection[int]
) -> dict[int, Application]:
    """The person's live applications to these runs, by run."""
    return {
        found.run_id: found
        for found in session.scalars(
            select(Application)
            .where(
                Application.account_id == account_id,
                Application.run_id.in_(run_ids),
                Application.state.in_(LIVE),
            )
            .order_by(Application.id)
        )
    }


def held_application(session: Session, application_id: int) -> Application:
    """The application as it is now, for one who holds its person's account."""
    return session.scalars(
        select(Application)
        .where(Application.id == application_id)
        .execution_options(populate_existing=True)
    ).one()


def letters(session: Session, application_id: int) -> list[ConfirmationLetter]:
    """The letters sent for an application, the latest first."""
    return list(
        session.scalars(
            select(ConfirmationLetter)
            .where(ConfirmationLetter.application_id == application_id)
            .order_by(ConfirmationLetter.id.desc())
        )
    )


def letters_of_person(session: Session, account_id: int, since: datetime) -> list[datetime]:
    """When a person has had letters sent since then, the oldest first."""
    return _sent(
        session,
        select(ConfirmationLetter.sent_at)
        .join(Application, Application.id == ConfirmationLetter.application_id)
        .where(Application.account_id == account_id, ConfirmationLetter.sent_at > since),
    )


def letters_to(session: Session, mailbox: str, since: datetime) -> list[datetime]:
    """When letters have gone to a mailbox since then, whoever asked for them."""
    return _sent(
        session,
        select(ConfirmationLetter.sent_at).where(
            ConfirmationLetter.mailbox == mailbox, ConfirmationLetter.sent_at > since
        ),
    )


def _sent(session: Session, query: Select[Any]) -> list[datetime]:
    ordered = query.order_by(ConfirmationLetter.sent_at, ConfirmationLetter.id)
    return list(session.scalars(ordered))


def asked_by(session: Session, digest: str, now: datetime) -> Asked | None:
    """What the link of a letter asks, while it can be answered."""
    row = session.execute(
        select(Application.id, Application.account_id, Account.name, CourseRun)
        .select_from(ConfirmationLetter)
        .join(Application, Application.id == ConfirmationLetter.application_id)
        .join(Account, Account.id == Application.account_id)
        .join(CourseRun, CourseRun.id == Application.run_id)
        .where(
            ConfirmationLetter.token_digest == digest,
            ConfirmationLetter.ended_at.is_(None),
            ConfirmationLetter.expires_at > now,
            Application.state == ApplicationState.WAITING,
            Account.standing == Standing.ADMITTED,
        )
    ).one_or_none()
    return Asked(*row) if row else None


def _has_focal_point() -> ColumnElement[bool]:
    """Whether the country of an application has somebody else who may answer it."""
    holder = Account.__table__.alias("holder")
    return exists().where(
        RoleGrant.role == Role.FOCAL_POINT,
        RoleGrant.scope == Application.country,
        RoleGrant.account_id == holder.c.id,
        RoleGrant.account_id != Application.account_id,
        holder.c.standing == Standing.ADMITTED,
    )


def _answerable(answerer: Answerer, now: datetime) -> Select[Application]:
    """The waiting applications that a person may answer, never their own."""
    is_theirs: ColumnElement[bool] = Application.country.in_(answerer.countries)
    if answerer.stands_in:
        is_theirs = or_(is_theirs, ~_has_focal_point())
    yesterday = (now - timedelta(days=1)).date()
    return (
        select(Application)
        .join(Application.account)
        .join(Application.run)
        .options(contains_eager(Application.account), contains_eager(Application.run))
        .where(
            Application.asks == Confirmation.FOCAL_POINT,
            Application.state == ApplicationState.WAITING,
            Application.account_id != answerer.account_id,
            Account.standing == Standing.ADMITTED,
            or_(CourseRun.ends_on.is_(None), CourseRun.ends_on >= yesterday),
            is_theirs,
        )
    )


def answerable(
    session: Session,
    answerer: Answerer,
    now: datetime,
    *,
    after: int | None = None,
    limit: int,
) -> Sequence[Application]:
    """What waits for a focal point, or for an admin in the place of one, the oldest first."""
    query = _answerable(answerer, now)
    if after is not None:
        query = query.where(Application.id > after)
    return session.scalars(query.order_by(Application.id).limit(limit)).all()


def applicant(session: Session, application_id: int) -> int | None:
    """Whose application it is."""
    return session.scalar(select(Application.account_id).where(Application.id == application_id))


def answerable_one(
    session: Session, answerer: Answerer, now: datetime, application_id: int
) -> Application | None:
    """The application of that id when the person may answer it."""
    return session.scalar(_answerable(answerer, now).where(Application.id == application_id))


def has_focal_point(session: Session, country: str, account_id: int) -> bool:
    """Whether a country has a focal point beside this person."""
    return bool(
        session.scalar(
            select(
                exists()
                .where(RoleGrant.role == Role.FOCAL_POINT, RoleGrant.scope == country)
                .where(RoleGrant.account_id == Account.id)
                .where(Account.standing == Standing.ADMITTED, Account.id != account_id)
            )
        )
    )
