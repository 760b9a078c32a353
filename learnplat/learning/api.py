"""Course runs, enrolments and progress for programs."""

from datetime import datetime
from typing import Any

from flask.typing import ResponseReturnValue

from learnplat.catalogue.content import Catalogue
from learnplat.catalogue.shelf import shelf
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.core.refusals import NotAllowed, NotFound
from learnplat.db import reading, transaction
from learnplat.learning import actions, queries, rules
from learnplat.learning.access import may_read
from learnplat.learning.models import CourseRun
from learnplat.learning.schemas import (
    ChangeRunIn,
    CompleteUnitIn,
    EnrolIn,
    EnrolmentOut,
    PlanRunIn,
    RunOut,
    RunsIn,
    ShowUnitIn,
    UnitDoneOut,
    UnitOut,
    WithdrawIn,
)
from learnplat.library.glossary import glossary
from learnplat.web.api import ListIn, api_blueprint, idempotent, page_of, paged, place_of
from learnplat.web.doors import ANYONE, SIGNED_IN, acting, door

bp = api_blueprint("learning", __name__, "Course runs, enrolments and progress.")

RUN = {
    "id": 7,
    "code": "ULF-2027-1",
    "course_key": "universal-legal-framework",
    "title": None,
    "pace": "dated",
    "state": "upcoming",
    "may_be_entered": True,
    "starts_on": "2027-02-01",
    "ends_on": "2027-03-12",
    "zone": "Africa/Niamey",
    "languages": ["ar", "fr"],
    "partners": ["INTERPOL"],
    "seats": 25,
    "seats_left": 11,
    "confirmation": "none",
}
ENROLMENT = {
    "id": 41,
    "run_id": 7,
    "course_key": "universal-legal-framework",
    "status": "active",
    "language": "ar",
    "enrolled_at": "2027-01-12T09:30:00Z",
    "withdrawn_at": None,
    "completed_at": None,
    "progress": {"done": 1, "total": 6},
    "units_done": ["nineteen-instruments"],
    "next_unit": "security-council",
}
UNIT_DONE = {
    "enrolment_id": 41,
    "unit_key": "security-council",
    "is_new": True,
    "has_completed_course": False,
    "progress": {"done": 2, "total": 6},
    "next_unit": "lawful-by-design",
}
UNIT = {
    "course_key": "universal-legal-framework",
    "module_key": "into-practice",
    "key": "jurisdiction",
    "minutes": 35,
    "language": "en",
    "languages": ["ar", "en", "fr", "es"],
    "title": "Who may try the case",
    "objectives": ["Name the grounds of jurisdiction that a State must establish."],
    "html": "<p>…</p>",
    "key_terms": [
        {"key": "territorial-jurisdiction", "term": "Territorial jurisdiction", "meaning": "…"}
    ],
    "questions": [
        {
            "key": "first-duty",
            "prompt": "…",
            "options": [{"text": "…", "is_right": True, "feedback": "…"}],
        }
    ],
    "citations": [
        {"instrument": "financing-1999", "place": "7.1", "text": "article 7, paragraph 1"}
    ],
    "is_done": False,
}


@bp.get("/runs")
@door(ANYONE)
@bp.arguments(RunsIn, location="query")
@bp.response(200, page_of(RunOut), example={"items": [RUN], "next": None})
def list_runs(asked: dict[str, Any]) -> ResponseReturnValue:
    """Every course run, the latest planned first."""
    now = utc_now()
    place = place_of(asked["cursor"], [int])
    found = queries.runs_before(
        reading(),
        before=place[0] if place else None,
        limit=asked["limit"],
        course_key=asked["course_key"],
    )
    page = paged(found, asked["limit"], lambda run: [run.id])
    return {**page, "items": [_run_out(run, now) for run in page["items"]]}


@bp.post("/runs")
@door("plan_run")
@idempotent
@bp.arguments(PlanRunIn)
@bp.response(201, RunOut, example=RUN)
def plan_run(values: dict[str, Any]) -> ResponseReturnValue:
    """Plan a run of a course."""
    now = utc_now()
    with transaction() as session:
        run = actions.plan_run(session, shelf(), actor=acting(), values=values, now=now)
    return _run_out(run, now)


@bp.get("/runs/<int:run_id>")
@door(ANYONE)
@bp.response(200, RunOut, example=RUN)
def show_run(run_id: int) -> ResponseReturnValue:
    """One course run."""
    run = queries.run(reading(), run_id)
    if run is None:
        raise NotFound()
    return _run_out(run, utc_now())


@bp.put("/runs/<int:run_id>")
@door("change_run")
@bp.arguments(ChangeRunIn)
@bp.response(200, RunOut, example=RUN)
def change_run(values: dict[str, Any], run_id: int) -> ResponseReturnValue:
    """Change a run: what is left out takes its default. Its course stays."""
    now = utc_now()
    with transaction() as session:
        run = actions.change_run(
            session, shelf(), actor=acting(), run_id=run_id, values=values, now=now
        )
    return _run_out(run, now)


@bp.post("/runs/<int:run_id>/enrolments")
@door(SIGNED_IN)
@idempotent
@bp.arguments(EnrolIn)
@bp.response(201, EnrolmentOut, example=ENROLMENT)
def enrol(_nothing: dict[str, Any], run_id: int) -> ResponseReturnValue:
    """Take a place in a run. A second time changes nothing and answers with the same enrolment."""
    actor, catalogue = acting(), shelf()
    with transaction() as session:
        enrolment, _ = actions.enrol(session, catalogue, actor=actor, run_id=run_id, now=utc_now())
        return _own(catalogue, enrolment.id)


@bp.get("/enrolments")
@door(SIGNED_IN)
@bp.arguments(ListIn, location="query")
@bp.response(200, page_of(EnrolmentOut), example={"items": [ENROLMENT], "next": None})
def list_enrolments(asked: dict[str, Any]) -> ResponseReturnValue:
    """Your own enrolments, the latest first."""
    place = place_of(asked["cursor"], [int])
    found = queries.places_before(
        reading(),
        acting().account_id,
        before=place[0] if place else None,
        limit=asked["limit"],
    )
    page = paged(found, asked["limit"], lambda held: [held.enrolment_id])
    catalogue = shelf()
    return {**page, "items": [_enrolment_out(catalogue, held) for held in page["items"]]}


@bp.get("/enrolments/<int:enrolment_id>")
@door("show_enrolment")
@bp.response(200, EnrolmentOut, example=ENROLMENT)
def show_enrolment(enrolment_id: int) -> ResponseReturnValue:
    """One of your own enrolments, with your progress."""
    return _own(shelf(), enrolment_id)


@bp.post("/enrolments/<int:enrolment_id>/withdrawal")
@door("withdraw")
@idempotent
@bp.arguments(WithdrawIn)
@bp.response(200, EnrolmentOut, example={**ENROLMENT, "status": "withdrawn"})
def withdraw(_nothing: dict[str, Any], enrolment_id: int) -> ResponseReturnValue:
    """Leave a run and give the seat back. What was studied is kept for a return."""
    catalogue = shelf()
    with transaction() as session:
        actions.withdraw(session, actor=acting(), enrolment_id=enrolment_id, now=utc_now())
        return _own(catalogue, enrolment_id)


@bp.post("/enrolments/<int:enrolment_id>/units/<unit_key>/completion")
@door("complete_unit")
@idempotent
@bp.arguments(CompleteUnitIn)
@bp.response(200, UnitDoneOut, example=UNIT_DONE)
def complete_unit(values: dict[str, Any], enrolment_id: int, unit_key: str) -> ResponseReturnValue:
    """Record a finished unit. Units are finished in order; a second time changes nothing."""
    actor, catalogue = acting(), shelf()
    with transaction() as session:
        made = actions.complete_unit(
            session,
            catalogue,
            actor=actor,
            unit_key=unit_key,
            enrolment_id=enrolment_id,
            language=values["language"],
            now=utc_now(),
        )
    return {
        "enrolment_id": made.enrolment_id,
        "unit_key": unit_key,
        "is_new": made.is_new,
        "has_completed_course": made.has_completed_course,
        "progress": made.progress,
        "next_unit": made.next_unit,
    }


@bp.get("/courses/<course_key>/units/<unit_key>")
@door("read_unit")
@bp.arguments(ShowUnitIn, location="query")
@bp.response(200, UnitOut, example=UNIT)
def show_unit(asked: dict[str, Any], course_key: str, unit_key: str) -> ResponseReturnValue:
    """One unit in one language, for people enrolled in its course and for those who teach it."""
    actor, course = acting(), shelf().course(course_key)
    unit = course.unit(unit_key)
    held = queries.places_in_course(reading(), actor.account_id, course_key)
    place = rules.current_place(held, utc_now())
    if not may_read(reading(), actor, course_key, place):
        raise NotAllowed("not_enrolled")
    text = unit.texts[rules.language_shown(unit.texts, asked["language"] or actor.language)]
    return {
        "course_key": course.key,
        "module_key": unit.module_key,
        "key": unit.key,
        "minutes": unit.minutes,
        "language": text.language,
        "languages": [language for language in Language if language in unit.texts],
        "title": text.title,
        "objectives": text.objectives,
        "html": text.html,
        "key_terms": [
            {
                "key": key,
                "term": glossary()[key].names[text.language],
                "meaning": glossary()[key].meanings[text.language],
            }
            for key in unit.key_terms
        ],
        "questions": text.questions,
        "citations": text.citations,
        "is_done": place is not None and unit.key in place.done,
    }


def _run_out(run: CourseRun, now: datetime) -> dict[str, Any]:
    state = rules.run_state(run.starts_on, run.ends_on, rules.day_in(run.zone, now))
    left = rules.seats_left(run.seats, run.seats_taken)
    return {
        "id": run.id,
        "code": run.code,
        "course_key": run.course_key,
        "title": run.title,
        "pace": run.pace,
        "state": state,
        "may_be_entered": run.course_key is not None and rules.may_enter(state) and left != 0,
        "starts_on": run.starts_on,
        "ends_on": run.ends_on,
        "zone": run.zone,
        "languages": [Language(code) for code in run.languages],
        "partners": run.partners,
        "seats": run.seats,
        "seats_left": left,
        "confirmation": run.confirmation,
    }


def _own(catalogue: Catalogue, enrolment_id: int) -> dict[str, Any]:
    held = queries.place(reading(), acting().account_id, enrolment_id)
    if held is None:
        raise NotFound()
    return _enrolment_out(catalogue, held)


def _enrolment_out(catalogue: Catalogue, held: rules.Place) -> dict[str, Any]:
    course = catalogue.courses.get(held.course_key or "")
    unit_keys = course.unit_keys if course else ()
    return {
        "enrolment_id": held.enrolment_id,
        "run_id": held.run_id,
        "course_key": held.course_key,
        "status": held.status,
        "language": held.language,
        "enrolled_at": held.enrolled_at,
        "withdrawn_at": held.withdrawn_at,
        "completed_at": held.completed_at,
        "progress": rules.progress(unit_keys, held.done),
        "units_done": [key for key in unit_keys if key in held.done],
        "next_unit": rules.next_unit(unit_keys, held.done),
    }
