"""The pages of one who applies for a place: ask, follow, remind, name somebody else, withdraw."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat.catalogue.shelf import shelf
from learnplat.core.clock import utc_now
from learnplat.core.refusals import Conflict, NotFound, Refusal
from learnplat.db import reading, transaction
from learnplat.learning import queries as places
from learnplat.learning import rules as run_rules
from learnplat.learning.applications import actions, queries
from learnplat.learning.applications.rules import LETTERS_TO_ONE_SUPERVISOR, mailbox
from learnplat.learning.applications.schemas import (
    ApplyForPlaceIn,
    NameSupervisorIn,
    WithdrawApplicationIn,
    WriteAgainIn,
)
from learnplat.learning.models import Confirmation, CourseRun
from learnplat.people.rules import digest_of
from learnplat.people.tries import mail_tries
from learnplat.web.doors import SIGNED_IN, acting, door
from learnplat.web.errors import said
from learnplat.web.form_pages import form_page, typed
from learnplat.web.forms import posted
from learnplat.web.languages import reader_language
from learnplat.web.pages import pages_blueprint, shown_at

bp = pages_blueprint("applications", __name__)
_ORDER = ("supervisor_name", "supervisor_email")


@bp.route("/runs/<int:run_id>/application", methods=["GET", "POST"])
@door(SIGNED_IN)
@mail_tries
def apply_for_place(run_id: int) -> ResponseReturnValue:
    actor, session = acting(), reading()
    run = places.run(session, run_id)
    if run is None or run.course_key is None:
        raise NotFound()
    live = queries.live_application(session, actor.account_id, run_id)
    if live is not None:
        return redirect(url_for(".show_application", application_id=live.id), code=303)
    if run.confirmation is Confirmation.NONE:
        raise Conflict("no_confirmation_asked")
    if request.method != "POST":
        return _application_form(run, {})
    try:
        values = posted(ApplyForPlaceIn())
        with transaction() as session:
            application, _ = actions.apply_for_place(
                session, shelf(), actor=acting(), run_id=run.id, now=utc_now(), **values
            )
            application_id = application.id
    except NotFound:
        raise
    except Refusal as refusal:
        return _application_form(run, typed(), refusal)
    flash(gettext("Your application is on its way."), "success")
    return redirect(url_for(".show_application", application_id=application_id), code=303)


def _application_form(
    run: CourseRun, form: dict[str, str], refusal: Refusal | None = None
) -> ResponseReturnValue:
    actor = acting()
    return form_page(
        "learning/apply_for_place.html",
        form,
        refusal,
        order=_ORDER,
        run=run,
        state=_state(run),
        course=shelf().course(run.course_key or ""),
        language=reader_language(),
        has_focal_point=(
            run.confirmation is Confirmation.FOCAL_POINT
            and queries.has_focal_point(reading(), actor.country, actor.account_id)
        ),
        country=actor.country,
    )


def _state(run: CourseRun) -> run_rules.RunState:
    return run_rules.run_state(run.starts_on, run.ends_on, run_rules.day_in(run.zone, utc_now()))


@bp.get("/applications/<int:application_id>")
@door("show_application")
def show_application(application_id: int) -> ResponseReturnValue:
    return _page(application_id)


def _page(application_id: int, refusal: Refusal | None = None) -> ResponseReturnValue:
    session, actor, now = reading(), acting(), utc_now()
    shown_at(url_for(".show_application", application_id=application_id))
    own = queries.own_application(session, actor.account_id, application_id)
    if own is None:
        raise NotFound()
    application, run = own.application, own.run
    sent = queries.letters(session, application.id)
    box = digest_of(mailbox(application.supervisor_email)) if application.supervisor_email else ""
    page = render_template(
        "learning/application.html",
        own=own,
        application=application,
        run=run,
        state=_state(run),
        course=shelf().courses.get(run.course_key or ""),
        language=reader_language(),
        letter=sent[0] if sent else None,
        is_link_live=bool(sent) and sent[0].ended_at is None and sent[0].expires_at > now,
        letters_left=max(
            0, LETTERS_TO_ONE_SUPERVISOR - sum(letter.mailbox == box for letter in sent)
        ),
        has_focal_point=(
            application.asks is Confirmation.FOCAL_POINT
            and queries.has_focal_point(session, application.country, actor.account_id)
        ),
        seats_left=run_rules.seats_left(run.seats, run.seats_taken),
        refused=said(refusal) if refusal else None,
    )
    return page, refusal.status if refusal else 200


@bp.post("/applications/<int:application_id>/withdrawal")
@door("change_application")
def withdraw_application(application_id: int) -> ResponseReturnValue:
    posted(WithdrawApplicationIn())
    try:
        with transaction() as session:
            actions.withdraw_application(
                session, actor=acting(), application_id=application_id, now=utc_now()
            )
    except Conflict as refusal:
        return _page(application_id, refusal)
    flash(gettext("Your application is withdrawn."), "success")
    return redirect(url_for(".show_application", application_id=application_id), code=303)


@bp.post("/applications/<int:application_id>/letters")
@door("change_application")
@mail_tries
def write_again(application_id: int) -> ResponseReturnValue:
    posted(WriteAgainIn())
    try:
        with transaction() as session:
            actions.write_again(
                session, shelf(), actor=acting(), application_id=application_id, now=utc_now()
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(application_id, refusal)
    flash(gettext("A new letter is on its way to your supervisor."), "success")
    return redirect(url_for(".show_application", application_id=application_id), code=303)


@bp.get("/applications/<int:application_id>/supervisor")
@door("change_application")
def show_supervisor(application_id: int) -> ResponseReturnValue:
    return _supervisor_form(application_id, {})


@bp.post("/applications/<int:application_id>/supervisor")
@door("change_application")
@mail_tries
def name_supervisor(application_id: int) -> ResponseReturnValue:
    try:
        values: dict[str, Any] = posted(NameSupervisorIn())
        with transaction() as session:
            actions.name_supervisor(
                session,
                shelf(),
                actor=acting(),
                application_id=application_id,
                now=utc_now(),
                **values,
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _supervisor_form(application_id, typed(), refusal)
    flash(gettext("A letter is on its way to your supervisor."), "success")
    return redirect(url_for(".show_application", application_id=application_id), code=303)


def _supervisor_form(
    application_id: int, form: dict[str, str], refusal: Refusal | None = None
) -> ResponseReturnValue:
    own = queries.own_application(reading(), acting().account_id, application_id)
    if own is None or own.application.asks is not Confirmation.SUPERVISOR:
        raise NotFound()
    return form_page(
        "learning/name_supervisor.html",
        form,
        refusal,
        order=_ORDER,
        application=own.application,
        course=shelf().courses.get(own.run.course_key or ""),
        language=reader_language(),
    )
