"""The pages of those who confirm a place: a supervisor by the link of a letter, a focal point."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat.catalogue.shelf import shelf
from learnplat.core.clock import utc_now
from learnplat.core.refusals import NotAllowed, NotFound, Refusal
from learnplat.db import reading, transaction
from learnplat.learning import rules as run_rules
from learnplat.learning.applications import decisions, queries
from learnplat.learning.applications.rules import REASONS, answerer_of
from learnplat.learning.applications.schemas import AnswerByLinkIn, AnswerIn
from learnplat.people.rules import digest_of
from learnplat.web.api import ListIn, cursor_of, place_of
from learnplat.web.doors import ANYONE, acting, door, visitor
from learnplat.web.form_pages import form_page, typed
from learnplat.web.forms import loaded, posted
from learnplat.web.languages import reader_language
from learnplat.web.pages import pages_blueprint

bp = pages_blueprint("confirmation", __name__)


@bp.route("/confirmation/<token>", methods=["GET", "POST"])
@door(ANYONE)
def answer_by_link(token: str) -> ResponseReturnValue:
    """Looking changes nothing, so that a program that opens the links of letters answers none."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            values = posted(AnswerByLinkIn())
            is_confirmed = values["answer"] == "confirm"
            with transaction() as session:
                decisions.answer_by_link(
                    session,
                    shelf(),
                    token=token,
                    is_confirmed=is_confirmed,
                    reader=visitor(),
                    now=utc_now(),
                )
        except Refusal as refused:
            refusal = refused
        else:
            flash(
                gettext("Thank you. The place is confirmed.")
                if is_confirmed
                else gettext("Thank you. The place is not confirmed."),
                "success",
            )
            return redirect(url_for(".show_thanks"), code=303)
    asked = queries.asked_by(reading(), digest_of(token), utc_now())
    if asked is None:
        return form_page(
            "learning/confirmation_spent.html", {}, NotFound("confirmation_link_spent")
        )
    reader = visitor()
    if reader is not None and reader.account_id == asked.account_id:
        refusal = NotAllowed("own_place")
    return form_page(
        "learning/confirm_by_link.html",
        {},
        refusal,
        asked=asked,
        run=asked.run,
        course=shelf().courses.get(asked.run.course_key or ""),
        language=reader_language(),
        token=token,
        is_own=reader is not None and reader.account_id == asked.account_id,
    )


@bp.get("/confirmation")
@door(ANYONE)
def show_thanks() -> ResponseReturnValue:
    return render_template("learning/confirmation_thanks.html")


@bp.get("/confirmations")
@door("answer_application")
def show_confirmations() -> ResponseReturnValue:
    asked = loaded(ListIn(), request.args)
    place = place_of(asked["cursor"], [int])
    answerer, limit = answerer_of(acting()), asked["limit"]
    found = queries.answerable(
        reading(), answerer, utc_now(), after=place[0] if place else None, limit=limit + 1
    )
    further = cursor_of([found[limit - 1].id]) if len(found) > limit else None
    return render_template(
        "learning/confirmations.html",
        applications=found[:limit],
        answerer=answerer,
        courses=shelf().courses,
        language=reader_language(),
        further_url=url_for(".show_confirmations", cursor=further) if further else None,
    )


@bp.get("/confirmations/<int:application_id>")
@door("answer_application")
def show_confirmation(application_id: int) -> ResponseReturnValue:
    return _page(application_id, {})


@bp.post("/confirmations/<int:application_id>")
@door("answer_application")
def answer_application(application_id: int) -> ResponseReturnValue:
    try:
        values: dict[str, Any] = posted(AnswerIn())
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
            name = application.account.name
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(application_id, typed(), refusal)
    if values["answer"] == "decline":
        said = gettext("The place of %(name)s is not confirmed. A letter says so.", name=name)
    elif has_place:
        said = gettext("The place of %(name)s is confirmed. A letter says so.", name=name)
    else:
        said = gettext(
            "The application of %(name)s is confirmed, but no place could be given now. "
            "A letter explains what to do.",
            name=name,
        )
    flash(said, "success")
    return redirect(url_for(".show_confirmations"), code=303)


def _page(
    application_id: int, form: dict[str, str], refusal: Refusal | None = None
) -> ResponseReturnValue:
    answerer = answerer_of(acting())
    found = queries.answerable_one(reading(), answerer, utc_now(), application_id)
    if found is None:
        if refusal is not None:
            raise refusal  # answered in the same instant by somebody else
        raise NotFound()
    return form_page(
        "learning/confirmation.html",
        form,
        refusal,
        application=found,
        account=found.account,
        run=found.run,
        seats_left=run_rules.seats_left(found.run.seats, found.run.seats_taken),
        course=shelf().courses.get(found.run.course_key or ""),
        language=reader_language(),
        stands_in=found.country not in answerer.countries,
        reasons=REASONS,
    )
