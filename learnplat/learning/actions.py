"""What people do in courses: enter a run, complete a unit, leave; and what staff plan."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, cast

from sqlalchemy import Table, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.catalogue.content import Catalogue, Course
from learnplat.core.actors import Actor
from learnplat.core.languages import Language
from learnplat.core.permissions import may, require
from learnplat.core.refusals import Conflict, Invalid, NotAllowed, NotFound
from learnplat.learning import queries, rules
from learnplat.learning.applications.queries import live_application
from learnplat.learning.letters import long_day, write_to
from learnplat.learning.models import (
    ApplicationState,
    Completion,
    Confirmation,
    CourseRun,
    Enrolment,
    EnrolmentStatus,
    Pace,
    UnitCompletion,
)
from learnplat.learning.statements import changed, inserted
from learnplat.people.models import Account

_ENROLMENT = cast(Table, Enrolment.__table__)
_RUN = cast(Table, CourseRun.__table__)


@dataclass(frozen=True, slots=True)
class UnitDone:
    """What became of a unit: whether it is newly done, and whether the course is done by it."""

    enrolment_id: int
    progress: rules.Progress
    is_new: bool
    has_completed_course: bool
    next_unit: str | None


def enrol(
    session: Session, catalogue: Catalogue, *, actor: Actor, run_id: int, now: datetime
) -> tuple[Enrolment, bool]:
    """Give the person a place in a run, and say whether it is new.

    A run that asks for a confirmation is entered with a confirmed application. Enrolling twice
    changes nothing.
    """
    account = queries.account_for_enrolling(session, actor.account_id)
    run = queries.run(session, run_id)
    if run is None:
        raise NotFound()
    return give_place(session, catalogue, account=account, run=run, now=now)


def give_place(
    session: Session,
    catalogue: Catalogue,
    *,
    account: Account,
    run: CourseRun,
    now: datetime,
    is_confirmed: bool = False,
) -> tuple[Enrolment, bool]:
    """Give a place to a person whose account is held, and say whether it is new.

    The person's facts are kept as they are now. After a withdrawal the same enrolment opens again,
    with what was already studied. A refusal leaves everything as it was.
    """
    if run.course_key is None:
        raise NotFound()
    course = catalogue.course(run.course_key)
    enrolment = queries.enrolment_of(session, account.id, run.id)
    if enrolment is not None and enrolment.status in (
        EnrolmentStatus.ACTIVE,
        EnrolmentStatus.COMPLETED,
    ):
        return enrolment, False
    if run.confirmation is not Confirmation.NONE and not is_confirmed:
        _check_confirmation(session, account, run)
    if not rules.may_enter(
        rules.run_state(run.starts_on, run.ends_on, rules.day_in(run.zone, now))
    ):
        raise Conflict("run_ended")
    for place in queries.places_in_course(session, account.id, course.key):
        if place.is_open(now):
            raise Conflict("enrolled_in_course")
    _take_seat(session, run.id)
    if enrolment is None:
        enrolment = Enrolment(account_id=account.id, run_id=run.id)
        session.add(enrolment)
    enrolment.status = EnrolmentStatus.ACTIVE
    enrolment.enrolled_at = now
    enrolment.withdrawn_at = None
    enrolment.country = account.country
    enrolment.gender = account.gender
    enrolment.profession = account.profession
    enrolment.institution_kind = account.institution_kind
    enrolment.institution = account.institution
    enrolment.language = account.language
    session.flush()
    write_to(
        session,
        account,
        "enrolled",
        course,
        now,
        key=f"enrolled:{enrolment.id}:{secrets.token_hex(6)}",
        starts_on=long_day(run.starts_on, account.language),
        ends_on=long_day(run.ends_on, account.language),
    )
    return enrolment, True


def _check_confirmation(session: Session, account: Account, run: CourseRun) -> None:
    found = live_application(session, account.id, run.id)
    if found is None or found.state is not ApplicationState.CONFIRMED:
        raise Conflict("confirmation_asked")
    if found.asks is Confirmation.FOCAL_POINT and found.country != account.country:
        raise Conflict("country_has_changed")


def withdraw(session: Session, *, actor: Actor, enrolment_id: int, now: datetime) -> Enrolment:
    """Leave a run and give the seat back. Leaving twice changes nothing."""
    queries.account_for_enrolling(session, actor.account_id)
    enrolment = queries.own_enrolment(session, actor.account_id, enrolment_id)
    if enrolment is None:
        raise NotFound()
    if enrolment.status is EnrolmentStatus.WITHDRAWN:
        return enrolment
    if enrolment.status is EnrolmentStatus.COMPLETED:
        raise Conflict("course_completed")
    place = queries.place(session, actor.account_id, enrolment_id)
    if place is None or not place.is_open(now):
        raise Conflict("run_ended")
    left = changed(
        session,
        update(_ENROLMENT)
        .where(_ENROLMENT.c.id == enrolment.id, _ENROLMENT.c.status == EnrolmentStatus.ACTIVE)
        .values(status=EnrolmentStatus.WITHDRAWN, withdrawn_at=now),
    )
    if left:
        changed(
            session,
            update(_RUN)
            .where(_RUN.c.id == enrolment.run_id, _RUN.c.seats_taken > 0)
            .values(seats_taken=_RUN.c.seats_taken - 1),
        )
    session.refresh(enrolment)
    return enrolment


def complete_unit(
    session: Session,
    catalogue: Catalogue,
    *,
    actor: Actor,
    unit_key: str,
    now: datetime,
    course_key: str | None = None,
    enrolment_id: int | None = None,
    language: Language | None = None,
) -> UnitDone:
    """Record a finished unit, and the completion of the course when it was the last one.

    The place is that of `enrolment_id`, one of the person's own, or else the current one in
    `course_key`. `language` is the one studied in; without it, that of the enrolment. Finishing the
    same unit twice changes nothing.
    """
    place: rules.Place | None
    if enrolment_id is not None:
        place = queries.place(session, actor.account_id, enrolment_id)
        if place is None or place.course_key is None:
            raise NotFound()
        course = catalogue.course(place.course_key)
    else:
        course = catalogue.course(course_key or "")
        places = queries.places_in_course(session, actor.account_id, course.key)
        place = rules.current_place(places, now)
    unit = course.unit(unit_key)
    if place is None or place.is_withdrawn:
        raise NotAllowed("not_enrolled")
    match place.run_state(now):
        case rules.RunState.ENDED:
            raise Conflict("run_ended")
        case rules.RunState.UPCOMING:
            raise Conflict("run_not_started")
    language = language or place.language
    if language not in unit.texts:
        raise Invalid.field("language", "unit_not_in_language")
    unit_keys = course.unit_keys
    if unit_key not in place.done and rules.unfinished_before(unit_key, unit_keys, place.done):
        raise Conflict("earlier_unit_open")
    edition_id = course.module(unit.module_key).editions[language].id
    is_new = unit_key not in place.done and inserted(
        session,
        cast(Table, UnitCompletion.__table__),
        enrolment_id=place.enrolment_id,
        unit_key=unit_key,
        language=language,
        edition_id=edition_id,
        completed_at=now,
    )
    done = place.done | {unit_key}
    progress = rules.progress(unit_keys, done)
    has_completed = is_new and progress.is_complete and not place.is_completed
    if has_completed:
        _complete_course(session, course, actor, place, now)
    return UnitDone(
        enrolment_id=place.enrolment_id,
        progress=progress,
        is_new=is_new,
        has_completed_course=has_completed,
        next_unit=rules.next_unit(unit_keys, done),
    )


def _complete_course(
    session: Session, course: Course, actor: Actor, place: rules.Place, now: datetime
) -> None:
    """Record, once, that every unit is done, with the editions in which they were studied."""
    editions = queries.editions_studied(session, place.enrolment_id)
    is_first = inserted(
        session,
        cast(Table, Completion.__table__),
        enrolment_id=place.enrolment_id,
        completed_at=now,
        editions={key: editions[key] for key in course.unit_keys},
    )
    is_active = changed(
        session,
        update(_ENROLMENT)
        .where(_ENROLMENT.c.id == place.enrolment_id, _ENROLMENT.c.status == EnrolmentStatus.ACTIVE)
        .values(status=EnrolmentStatus.COMPLETED),
    )
    if not (is_first and is_active):
        # The person left the run in the same instant: the other act stands.
        raise Conflict("already_recorded")
    account = session.get_one(Account, actor.account_id)
    write_to(
        session,
        account,
        "course_completed",
        course,
        now,
        key=f"course_completed:{place.enrolment_id}",
    )


def plan_run(
    session: Session,
    catalogue: Catalogue,
    *,
    actor: Actor,
    values: Mapping[str, Any],
    now: datetime,
) -> CourseRun:
    """Plan a run of a course. `values` are those of `PlanRunIn`."""
    course = catalogue.courses.get(values["course_key"])
    if course is None or not may(actor, "plan_run", course=course.key):
        raise Invalid.field("course_key", "not_yours_to_plan")
    _check_run(course, values)
    if values["ends_on"] is not None and not rules.may_enter(
        rules.run_state(values["starts_on"], values["ends_on"], rules.day_in(values["zone"], now))
    ):
        raise Invalid.field("ends_on", "end_in_past")
    year = (values["starts_on"] or rules.day_in(values["zone"], now)).year
    for number in count(1):
        code = rules.run_code(course.key, year, number)
        if queries.is_run_code(session, code):
            continue
        run = CourseRun(
            code=code,
            course_key=course.key,
            seats_taken=0,
            planned_at=now,
            planned_by=actor.account_id,
            **_run_values(values),
        )
        try:
            with session.begin_nested():
                session.add(run)
        except IntegrityError:
            # Somebody else took the number in the same instant: the next one, then.
            continue
        break
    subject, person = ("course_run", run.id), actor.account_id
    audit.record(session, actor_id=person, action="run_planned", subject=subject, now=now)
    return run


def change_run(
    session: Session,
    catalogue: Catalogue,
    *,
    actor: Actor,
    run_id: int,
    values: Mapping[str, Any],
    now: datetime,
) -> CourseRun:
    """Change a run; its course stays. `values` are those of `ChangeRunIn`.

    Seats are never fewer than those already taken. Saying what is so already changes nothing.
    """
    run = queries.run(session, run_id, is_held=True)
    if run is None or run.course_key is None:
        raise NotFound()
    require(actor, "change_run", course=run.course_key)
    _check_run(catalogue.course(run.course_key), values)
    if values["seats"] is not None and values["seats"] < run.seats_taken:
        raise Invalid.field("seats", "seats_already_taken")
    changed = []
    for name, value in _run_values(values).items():
        if getattr(run, name) != value:
            setattr(run, name, value)
            changed.append(name)
    if changed:
        audit.record(
            session,
            actor_id=actor.account_id,
            action="run_changed",
            subject=("course_run", run.id),
            now=now,
            changed=changed,
        )
    return run


def _check_run(course: Course, values: Mapping[str, Any]) -> None:
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    if values["pace"] is Pace.DATED:
        missing = [name for name in ("starts_on", "ends_on") if values[name] is None]
        if missing:
            raise Invalid({name: ["day_needed"] for name in missing})
        if ends_on < starts_on:
            raise Invalid.field("ends_on", "end_before_start")
    else:
        given = [name for name in ("starts_on", "ends_on") if values[name] is not None]
        if given:
            raise Invalid({name: ["no_days_when_self_paced"] for name in given})
    if not set(values["languages"]) <= set(course.languages):
        raise Invalid.field("languages", "course_not_in_language")


def _run_values(values: Mapping[str, Any]) -> dict[str, Any]:
    chosen = set(values["languages"])
    return {
        "pace": values["pace"],
        "starts_on": values["starts_on"],
        "ends_on": values["ends_on"],
        "zone": values["zone"],
        "languages": [language.value for language in Language if language in chosen],
        "partners": list(dict.fromkeys(values["partners"])),
        "seats": values["seats"],
        "confirmation": values["confirmation"],
    }


def _take_seat(session: Session, run_id: int) -> None:
    """One statement decides, so that the last seat goes to one person."""
    is_taken = changed(
        session,
        update(_RUN)
        .where(_RUN.c.id == run_id, (_RUN.c.seats.is_(None)) | (_RUN.c.seats_taken < _RUN.c.seats))
        .values(seats_taken=_RUN.c.seats_taken + 1),
    )
    if not is_taken:
        raise Conflict("no_seats_left")
