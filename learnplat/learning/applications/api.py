"""Applications for a place, and their confirmation, for programs."""

from typing import Any

from flask.typing import ResponseReturnValue

from learnplat.catalogue.shelf import shelf
from learnplat.core.clock import utc_now
from learnplat.core.refusals import NotFound
from learnplat.db import reading, transaction
from learnplat.learning.applications import actions, decisions, queries
from learnplat.learning.applications.rules import answerer_of
from learnplat.learning.applications.schemas import (
    AnsweredOut,
    AnswerIn,
    ApplyForPlaceIn,
    ConfirmationOut,
    ListConfirmationsIn,
    NameSupervisorIn,
    PlaceApplicationOut,
    WithdrawApplicationIn,
    WriteAgainIn,
)
from learnplat.learning.models import Application
from learnplat.learning.rules import seats_left
from learnplat.people.tries import mail_tries
from learnplat.web.api import ListIn, api_blueprint, idempotent, page_of, paged, place_of
from learnplat.web.doors import SIGNED_IN, acting, door

bp = api_blueprint(
    "applications", __name__, "Applications for a place in a run that asks for a confirmation."
)

APPLICATION: dict[str, Any] = {
    "id": 5,
    "run_id": 7,
    "course_key": "universal-legal-framework",
    "asks": "supervisor",
    "state": "waiting",
    "has_place": False,
    "reason": None,
    "supervisor_name": "Idrissa Oumarou",
    "supervisor_email": "idrissa@justice.example",
    "applied_at": "2027-01-12T09:30:00Z",
    "decided_at": None,
    "withdrawn_at": None,
}
CONFIRMATION: dict[str, Any] = {
    "id": 6,
    "name": "Moussa Issoufou",
    "name_latin": None,
    "country": "NE",
    "profession": "prosecutor",
    "institution_kind": "prosecution_service",
    "institution": "Parquet de Niamey",
    "run_id": 7,
    "course_key": "universal-legal-framework",
    "starts_on": "2027-02-01",
    "ends_on": "2027-03-12",
    "seats_left": 11,
    "applied_at": "2027-01-12T09:30:00Z",
}


@bp.post("/runs/<int:run_id>/applications")
@door(SIGNED_IN)
@mail_tries
@idempotent
@bp.arguments(ApplyForPlaceIn)
@bp.response(201, PlaceApplicationOut, example=APPLICATION)
def apply_for_place(values: dict[str, Any], run_id: int) -> ResponseReturnValue:
    """Apply for a place. One that is waiting or confirmed already stays and is answered."""
    actor = acting()
    with transaction() as session:
        application, _ = actions.apply_for_place(
            session, shelf(), actor=actor, run_id=run_id, now=utc_now(), **values
        )
        return _own(application.id)


@bp.get("/applications")
@door(SIGNED_IN)
@bp.arguments(ListIn, location="query")
@bp.response(200, page_of(PlaceApplicationOut), example={"items": [APPLICATION], "next": None})
def list_applications(asked: dict[str, Any]) -> ResponseReturnValue:
    """Your own applications, the latest first."""
    place = place_of(asked["cursor"], [int])
    found = queries.own_applications(
        reading(),
        acting().account_id,
        before=place[0] if place else None,
        limit=asked["limit"] + 1,
    )
    page = paged(found, asked["limit"], lambda own: [own.application.id])
    return {**page, "items": [_application_out(own) for own in page["items"]]}


@bp.get("/applications/<int:application_id>")
@door("show_application")
@bp.response(200, PlaceApplicationOut, example=APPLICATION)
def show_application(application_id: int) -> ResponseReturnValue:
    """One of your own applications."""
    return _own(application_id)


@bp.post("/applications/<int:application_id>/withdrawal")
@door("change_application")
@idempotent
@bp.arguments(WithdrawApplicationIn)
@bp.response(200, PlaceApplicationOut, example={**APPLICATION, "state": "withdrawn"})
def withdraw_application(_nothing: dict[str, Any], application_id: int) -> ResponseReturnValue:
    """Take an application back. Twice changes nothing."""
    with transaction() as session:
        actions.withdraw_application(
            session, actor=acting(), application_id=application_id, now=utc_now()
        )
        return _own(application_id)


@bp.post("/applications/<int:application_id>/letters")
@door("change_application")
@mail_tries
@idempotent
@bp.arguments(WriteAgainIn)
@bp.response(200, PlaceApplicationOut, example=APPLICATION)
def write_to_supervisor_again(_nothing: dict[str, Any], application_id: int) -> ResponseReturnValue:
    """Send the supervisor a new letter, whose link takes the place of the one before."""
    with transaction() as session:
        actions.write_again(
            session, shelf(), actor=acting(), application_id=application_id, now=utc_now()
        )
        return _own(application_id)


@bp.put("/applications/<int:application_id>/supervisor")
@door("change_application")
@mail_tries
@bp.arguments(NameSupervisorIn)
@bp.response(200, PlaceApplicationOut, example=APPLICATION)
def name_supervisor(values: dict[str, Any], application_id: int) -> ResponseReturnValue:
    """Name another supervisor, who is written to at once."""
    with transaction() as session:
        actions.name_supervisor(
            session, shelf(), actor=acting(), application_id=application_id, now=utc_now(), **values
        )
        return _own(application_id)


@bp.get("/confirmations")
@door("answer_application")
@bp.arguments(ListConfirmationsIn, location="query")
@bp.response(200, page_of(ConfirmationOut), example={"items": [CONFIRMATION], "next": None})
def list_confirmations(asked: dict[str, Any]) -> ResponseReturnValue:
    """What waits for your answer, the oldest first: of your country, or of one without a focal point."""
    place = place_of(asked["cursor"], [int])
    found = queries.answerable(
        reading(),
        answerer_of(acting()),
        utc_now(),
        after=place[0] if place else None,
        limit=asked["limit"] + 1,
    )
    page = paged(found, asked["limit"], lambda application: [application.id])
    return {**page, "items": [_confirmation_out(one) for one in page["items"]]}


@bp.get("/confirmations/<int:application_id>")
@door("answer_application")
@bp.response(200, ConfirmationOut, example=CONFIRMATION)
def show_confirmation(application_id: int) -> ResponseReturnValue:
    """One application that waits for your answer."""
    found = queries.answerable_one(reading(), answerer_of(acting()), utc_now(), application_id)
    if found is None:
        raise NotFound()
    return _confirmation_out(found)


@bp.post("/confirmations/<int:application_id>")
@door("answer_application")
@idempotent
@bp.arguments(AnswerIn)
@bp.response(200, AnsweredOut, example={"id": 6, "state": "confirmed", "has_place": True})
def answer_application(values: dict[str, Any], application_id: int) -> ResponseReturnValue:
    """Confirm, or do not confirm for a reason. A confirmed person gets the place while one is free."""
    with transaction() as session:
        application, has_place = decisions.answer_application(
            session,
            shelf(),
            actor=acting(),
            application_id=application_id,
            is_confirmed=values["answer"] == "confirm",
            reason=values["reason"],
            now=utc_now(),
        )
        return {"id": application.id, "state": application.state, "has_place": has_place}


def _own(application_id: int) -> dict[str, Any]:
    found = queries.own_application(reading(), acting().account_id, application_id)
    if found is None:
        raise NotFound()
    return _application_out(found)


def _application_out(own: queries.OwnApplication) -> dict[str, Any]:
    application = own.application
    return {
        "id": application.id,
        "run_id": application.run_id,
        "course_key": own.run.course_key,
        "asks": application.asks,
        "state": application.state,
        "has_place": own.has_place,
        "reason": application.reason,
        "supervisor_name": application.supervisor_name,
        "supervisor_email": application.supervisor_email,
        "applied_at": application.applied_at,
        "decided_at": application.decided_at,
        "withdrawn_at": application.withdrawn_at,
    }


def _confirmation_out(application: Application) -> dict[str, Any]:
    account, run = application.account, application.run
    return {
        "id": application.id,
        "name": account.name,
        "name_latin": account.name_latin,
        "country": application.country,
        "profession": account.profession,
        "institution_kind": account.institution_kind,
        "institution": account.institution,
        "run_id": run.id,
        "course_key": run.course_key,
        "starts_on": run.starts_on,
        "ends_on": run.ends_on,
        "seats_left": seats_left(run.seats, run.seats_taken),
        "applied_at": application.applied_at,
    }
