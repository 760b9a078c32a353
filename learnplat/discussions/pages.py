"""The front page, and the pages of live discussions: look, register, plan, change, cancel."""

from datetime import datetime
from typing import Any

from flask import Flask, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from learnplat.catalogue.shelf import shelf
from learnplat.core.actors import Actor
from learnplat.core.clock import utc_now, zones
from learnplat.core.languages import Language, language_of
from learnplat.core.permissions import may, may_somewhere, scopes_of
from learnplat.core.refusals import Conflict, Invalid, NotFound, Refusal
from learnplat.db import reading, transaction
from learnplat.discussions import actions, planning, queries
from learnplat.discussions.models import Discussion
from learnplat.discussions.places import as_place, place
from learnplat.discussions.roster import roster_for
from learnplat.discussions.rules import MAX_EXPERTS, MAX_MINUTES, MAX_SEATS, MIN_MINUTES
from learnplat.discussions.schemas import (
    CancelDiscussionIn,
    ChangeHowSeenIn,
    GiveBackSeatIn,
    PlanDiscussionIn,
    RegisterIn,
)
from learnplat.discussions.showing import DiscussionSeen, seen
from learnplat.learning.queries import places
from learnplat.learning.rules import current_place, next_unit, progress
from learnplat.web.api import cursor_of, place_of
from learnplat.web.doors import ANYONE, SIGNED_IN, acting, door, visitor
from learnplat.web.errors import said, said_by_field
from learnplat.web.forms import loaded, posted
from learnplat.web.languages import reader_language, reader_zone
from learnplat.web.pages import base_url, pages_blueprint

ON_A_PAGE = 20
ON_THE_FRONT = 3

bp = pages_blueprint("discussions", __name__)


@door(ANYONE)
def choose_language() -> ResponseReturnValue:
    """The bare address leads to the front page in the reader's language."""
    front = url_for("discussions_pages.show_home", language=reader_language().value)
    answer = make_response(redirect(front))
    answer.vary.add("Accept-Language")
    return answer


def init(app: Flask) -> None:
    app.add_url_rule("/", "choose_language", choose_language)


@bp.get("/")
@door(ANYONE)
def show_home() -> ResponseReturnValue:
    session, now, person = reading(), utc_now(), visitor()
    coming = [
        found
        for found in queries.coming_discussions(session, now, limit=ON_THE_FRONT * 3)
        if found.cancelled_at is None
    ]
    facts = {
        "courses": list(shelf().courses.values())[:ON_THE_FRONT],
        "discussions": _seen_by(session, coming[:ON_THE_FRONT], person, now),
    }
    if person is None:
        return render_template("discussions/welcome.html", **facts)
    return render_template("discussions/home.html", studies=_studies(session, person, now), **facts)


@bp.get("/discussions")
@door(ANYONE)
def show_discussions() -> ResponseReturnValue:
    session, now, person = reading(), utc_now(), visitor()
    language = language_of(request.args.get("language_spoken"))
    is_past = request.args.get("when") == "past"
    before = place_of(request.args.get("before"), (str, int)) if is_past else None
    after = place_of(request.args.get("after"), (str, int)) if not is_past else None
    running: list[Discussion] = []
    if is_past:
        found = queries.past_discussions(
            session, now, language=language, before=as_place(before), limit=ON_A_PAGE + 1
        )
    else:
        found = queries.coming_discussions(
            session, now, language=language, after=as_place(after), limit=ON_A_PAGE + 1
        )
        if after is None:
            running = queries.running_discussions(session, now, language=language)
    further = cursor_of(place(found[ON_A_PAGE - 1])) if len(found) > ON_A_PAGE else None
    return render_template(
        "discussions/discussions.html",
        running=_seen_by(session, running, person, now),
        discussions=_seen_by(session, found[:ON_A_PAGE], person, now),
        chosen=language,
        languages=[(code.value, code.own_name) for code in Language],
        is_past=is_past,
        is_first=before is None and after is None,
        further=further,
        may_plan=may_somewhere(person, "plan_discussion"),
        **(_calendar_address(session, person) if person else {}),
    )


@bp.get("/discussions/<int:discussion_id>")
@door(ANYONE)
def show_discussion(discussion_id: int) -> ResponseReturnValue:
    return _page_of_one(discussion_id)


@bp.route("/discussions/new", methods=["GET", "POST"])
@door("plan_discussion")
def plan_discussion() -> ResponseReturnValue:
    if request.method == "GET":
        empty = {"texts": {}, "experts": [], "languages": [], "zone": reader_zone(), "minutes": 60}
        return _form(empty)
    document = planning.document_of(request.form)
    try:
        values = loaded(PlanDiscussionIn(), document)
        with transaction() as session:
            discussion = actions.plan_discussion(
                session, shelf(), actor=acting(), values=values, now=utc_now()
            )
    except Invalid as refusal:
        return _form(document, refusal)
    flash(gettext("The discussion is planned."), "success")
    return redirect(url_for(".show_discussion", discussion_id=discussion.id), code=303)


@bp.route("/discussions/<int:discussion_id>/edit", methods=["GET", "POST"])
@door("change_discussion")
def change_discussion(discussion_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        among = scopes_of(acting(), "change_discussion")
        discussion = queries.discussion_by_id(reading(), discussion_id, among=among)
        if discussion is None:
            raise NotFound()
        plan = actions.plan_of(discussion)
        if discussion.starts_at <= utc_now():
            raise Conflict("discussion_has_started")
        if discussion.cancelled_at is not None:
            raise Conflict("discussion_is_cancelled")
        return _form(planning.document_of_plan(plan), discussion_id=discussion_id)
    document = planning.document_of(request.form)
    try:
        values = loaded(PlanDiscussionIn(), document)
        with transaction() as session:
            actions.change_discussion(
                session,
                shelf(),
                actor=acting(),
                discussion_id=discussion_id,
                values=values,
                now=utc_now(),
            )
    except Invalid as refusal:
        return _form(document, refusal, discussion_id=discussion_id)
    flash(gettext("The changes are saved. Everyone who is registered is told by mail."), "success")
    return redirect(url_for(".show_discussion", discussion_id=discussion_id), code=303)


@bp.post("/discussions/<int:discussion_id>/cancellation")
@door("cancel_discussion")
def cancel_discussion(discussion_id: int) -> ResponseReturnValue:
    posted(CancelDiscussionIn())
    try:
        with transaction() as session:
            actions.cancel_discussion(
                session, actor=acting(), discussion_id=discussion_id, now=utc_now()
            )
    except Conflict as refusal:
        return _page_of_one(discussion_id, refusal)
    flash(
        gettext("The discussion is cancelled. Everyone who is registered is told by mail."),
        "success",
    )
    return redirect(url_for(".show_discussion", discussion_id=discussion_id), code=303)


@bp.post("/discussions/<int:discussion_id>/registration")
@door(SIGNED_IN)
def register(discussion_id: int) -> ResponseReturnValue:
    values = posted(RegisterIn())
    try:
        with transaction() as session:
            actions.register(
                session, actor=acting(), discussion_id=discussion_id, now=utc_now(), **values
            )
    except (Conflict, Invalid) as refusal:
        return _page_of_one(discussion_id, refusal)
    flash(gettext("You have a seat. The details are on their way to you by mail."), "success")
    return redirect(url_for(".show_discussion", discussion_id=discussion_id), code=303)


@bp.post("/discussions/<int:discussion_id>/registration/identity")
@door(SIGNED_IN)
def change_how_seen(discussion_id: int) -> ResponseReturnValue:
    values = posted(ChangeHowSeenIn())
    try:
        with transaction() as session:
            actions.change_how_seen(
                session, actor=acting(), discussion_id=discussion_id, now=utc_now(), **values
            )
    except (Conflict, Invalid) as refusal:
        return _page_of_one(discussion_id, refusal)
    flash(gettext("From now on others in this discussion see you as you have chosen."), "success")
    return redirect(url_for(".show_discussion", discussion_id=discussion_id), code=303)


@bp.post("/discussions/<int:discussion_id>/registration/withdrawal")
@door(SIGNED_IN)
def give_back_seat(discussion_id: int) -> ResponseReturnValue:
    posted(GiveBackSeatIn())
    try:
        with transaction() as session:
            actions.give_back_seat(
                session, actor=acting(), discussion_id=discussion_id, now=utc_now()
            )
    except Conflict as refusal:
        return _page_of_one(discussion_id, refusal)
    flash(gettext("You have given your seat back. Thank you for telling us."), "success")
    return redirect(url_for(".show_discussion", discussion_id=discussion_id), code=303)


@bp.post("/profile/calendar-token")
@door(SIGNED_IN)
def renew_calendar_address() -> ResponseReturnValue:
    with transaction() as session:
        actions.renew_calendar_address(session, actor=acting())
    flash(gettext("Your calendar has a new address. The old one no longer answers."), "success")
    return redirect(url_for(".show_discussions", _anchor="calendar"), code=303)


def _calendar_address(session: Session, person: Actor) -> dict[str, str]:
    token = queries.calendar_token_of(session, person.account_id)
    address = base_url() + url_for("exchange_pages.show_personal_calendar", token=token)
    return {
        "calendar_url": address,
        "webcal_url": "webcal" + address.removeprefix("https").removeprefix("http"),
    }


def _seen_by(
    session: Session, found: Any, person: Actor | None, now: datetime
) -> list[DiscussionSeen]:
    held = (
        queries.seats_held(session, person.account_id, [one.id for one in found])
        if person
        else frozenset()
    )
    return [seen(one, reader_language(), now, held) for one in found]


def _studies(session: Session, person: Actor, now: datetime) -> list[dict[str, Any]]:
    """The courses that the person is in the middle of, with the unit to study next."""
    language = reader_language()
    by_course: dict[str, list[Any]] = {}
    for held in places(session, person.account_id):
        if held.course_key is not None and held.course_key in shelf().courses:
            by_course.setdefault(held.course_key, []).append(held)
    studies = []
    for course_key, held_places in by_course.items():
        current = current_place(held_places, now)
        if current is None or not current.is_open(now):
            continue
        course = shelf().course(course_key)
        made = progress(course.unit_keys, current.done)
        key = next_unit(course.unit_keys, current.done)
        text = course.unit(key).texts.get(language) if key else None
        studies.append(
            {
                "course": course,
                "progress": made,
                "unit_key": key,
                "unit_title": text.title if text else None,
                "is_new": not made.done,
            }
        )
    return studies


def _page_of_one(discussion_id: int, refusal: Refusal | None = None) -> ResponseReturnValue:
    session, now, person = reading(), utc_now(), visitor()
    discussion = queries.discussion_by_id(session, discussion_id)
    if discussion is None:
        raise NotFound()
    shown = _seen_by(session, [discussion], person, now)[0]
    return render_template(
        "discussions/discussion.html",
        discussion=shown,
        course=shelf().courses.get(shown.course_key or ""),
        problem=_problem(refusal) if refusal else None,
        **roster_for(session, person, discussion, shown, reader_language()),
        may_plan=may(person, "change_discussion", course=discussion.course_key),
        taken=discussion.seats_taken,
    ), refusal.status if refusal else 200


def _problem(refusal: Refusal) -> str:
    """What is said above the page: of a field, where it has one, since the page has but one."""
    return next((found[0] for found in said_by_field(refusal).values()), said(refusal))


def _form(
    document: dict[str, Any], refusal: Invalid | None = None, discussion_id: int | None = None
) -> ResponseReturnValue:
    language = reader_language()
    typed = planning.typed_of(document)
    # A wrong item of a list is shown at the list's group of boxes.
    errors = {
        "languages" if name.startswith("languages.") else name: sentences
        for name, sentences in (said_by_field(refusal) if refusal else {}).items()
    }
    return render_template(
        "discussions/plan.html",
        discussion_id=discussion_id,
        typed=typed,
        errors=errors,
        labels=planning.labels(),
        zones=[(name, name.replace("_", " ")) for name in zones()],
        courses=[
            (course.key, course.titles.get(language, course.key))
            for course in shelf().courses.values()
            if may(acting(), "plan_discussion", course=course.key)
        ],
        languages=list(Language),
        limits={
            "minutes": {"min": MIN_MINUTES, "max": MAX_MINUTES, "step": 5, "inputmode": "numeric"},
            "seats": {"min": 1, "max": MAX_SEATS, "inputmode": "numeric"},
        },
        experts=range(MAX_EXPERTS),
    ), refusal.status if refusal else 200
