"""The pages of learning: courses to enter, units to study, what to do next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from learnplat.catalogue.content import Catalogue
from learnplat.catalogue.shelf import shelf
from learnplat.catalogue.words import LEVELS
from learnplat.core.actors import Actor
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.core.permissions import may, require
from learnplat.core.refusals import NotFound, Refusal
from learnplat.db import reading, transaction
from learnplat.learning import actions, fragments, queries, rules
from learnplat.learning.access import may_read
from learnplat.learning.applications.queries import live_among, own_applications
from learnplat.learning.models import Application, Confirmation, CourseRun
from learnplat.learning.schemas import EnrolIn, WithdrawIn
from learnplat.web.doors import ANYONE, SIGNED_IN, acting, door, visitor
from learnplat.web.errors import said
from learnplat.web.forms import posted
from learnplat.web.languages import reader_language
from learnplat.web.pages import kept_page, pages_blueprint, shown_at

bp = pages_blueprint("learning", __name__)
APPLICATIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run as a reader chooses it."""

    run: CourseRun
    state: rules.RunState
    seats_left: int | None
    application: Application | None = None  # the reader's own, while it is waiting or confirmed


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place as its holder finds it: how far, and where to go on."""

    place: rules.Place
    title: str
    url: str | None
    progress: rules.Progress | None
    next_unit: fragments.UnitLink | None
    is_open: bool
    is_upcoming: bool


@bp.get("/courses/<course_key>")
@door(ANYONE)
def show_course(course_key: str) -> ResponseReturnValue:
    return _course_page(course_key)


def _course_page(course_key: str, refusal: Refusal | None = None) -> ResponseReturnValue:
    catalogue, session, now, actor = shelf(), reading(), utc_now(), visitor()
    course = catalogue.course(course_key)
    language = reader_language()
    shown_at(url_for(".show_course", course_key=course_key))
    place = None
    if actor is not None:
        place = rules.current_place(
            queries.places_in_course(session, actor.account_id, course_key), now
        )
    card = _place_card(catalogue, place, language, now) if place else None
    page = render_template(
        "learning/show_course.html",
        course=course,
        language=language,
        modules=[
            (module, [fragments.unit_link(course, unit, language) for unit in module.units])
            for module in course.modules
        ],
        levels=LEVELS,
        prerequisites=[
            (found.titles[language], url_for(".show_course", course_key=found.key))
            for key in course.prerequisites
            if (found := catalogue.courses.get(key))
        ],
        card=card,
        done=place.done if place else frozenset(),
        may_read=may_read(session, actor, course_key, place),
        may_plan=may(actor, "plan_run", course=course_key),
        has_guide=bool(course.guide) and may(actor, "read_guide", course=course_key),
        runs=[] if card and card.is_open else _run_cards(course_key, now, actor),
        refused=said(refusal) if refusal else None,
    )
    return page, refusal.status if refusal else 200


def _run_cards(course_key: str, now: datetime, actor: Actor | None) -> list[RunCard]:
    session = reading()
    runs = queries.open_runs(session, now, course_key=course_key)
    asking = [run.id for run in runs if run.confirmation is not Confirmation.NONE]
    own = live_among(session, actor.account_id, asking) if actor and asking else {}
    cards = [
        RunCard(
            run=run,
            state=rules.run_state(run.starts_on, run.ends_on, rules.day_in(run.zone, now)),
            seats_left=rules.seats_left(run.seats, run.seats_taken),
            application=own.get(run.id),
        )
        for run in runs
    ]
    # The full ones last: what can be had is seen first.
    return sorted(cards, key=lambda card: card.seats_left == 0)


def _place_card(
    catalogue: Catalogue, place: rules.Place, language: Language, now: datetime
) -> PlaceCard:
    course = catalogue.courses.get(place.course_key or "")
    next_key = rules.next_unit(course.unit_keys, place.done) if course else None
    return PlaceCard(
        place=place,
        title=course.titles[language] if course else place.title or place.course_key or "",
        url=url_for(".show_course", course_key=course.key) if course else None,
        progress=rules.progress(course.unit_keys, place.done) if course else None,
        next_unit=(
            fragments.unit_link(course, course.unit(next_key), language)
            if course and next_key
            else None
        ),
        is_open=place.is_open(now) and course is not None,
        is_upcoming=place.run_state(now) is rules.RunState.UPCOMING,
    )


@bp.post("/runs/<int:run_id>/enrolment")
@door(SIGNED_IN)
def enrol(run_id: int) -> ResponseReturnValue:
    posted(EnrolIn())
    catalogue = shelf()
    run = queries.run(reading(), run_id)
    if run is None or run.course_key is None:
        raise NotFound()
    course_key = run.course_key
    try:
        with transaction() as session:
            _, is_new = actions.enrol(
                session, catalogue, actor=acting(), run_id=run_id, now=utc_now()
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _course_page(course_key, refusal)
    if is_new:
        flash(
            gettext("You have a place in this course. A letter about it is on its way."), "success"
        )
    return redirect(url_for(".show_course", course_key=course_key), code=303)


@bp.route("/enrolments/<int:enrolment_id>/withdrawal", methods=["GET", "POST"])
@door("withdraw")
def withdraw(enrolment_id: int) -> ResponseReturnValue:
    catalogue, actor, now = shelf(), acting(), utc_now()
    refusal: Refusal | None = None
    if request.method == "POST":
        posted(WithdrawIn())
        try:
            with transaction() as session:
                actions.withdraw(session, actor=actor, enrolment_id=enrolment_id, now=now)
        except NotFound:
            raise
        except Refusal as refused:
            refusal = refused
        else:
            flash(
                gettext("You have left this course. Your place is free for somebody else."),
                "success",
            )
            return redirect(url_for(".show_my_learning"), code=303)
    place = queries.place(reading(), actor.account_id, enrolment_id)
    if place is None:
        raise NotFound()
    page = render_template(
        "learning/withdraw.html",
        card=_place_card(catalogue, place, reader_language(), now),
        refused=said(refusal) if refusal else None,
    )
    return page, refusal.status if refusal else 200


@bp.get("/courses/<course_key>/guide")
@door("read_guide")
def show_guide(course_key: str) -> ResponseReturnValue:
    require(acting(), "read_guide", course=course_key)
    course, language = shelf().course(course_key), reader_language()
    if language not in course.guide:
        raise NotFound()
    guide = course.guide[language]
    return render_template(
        "learning/show_guide.html",
        course_title=course.titles[language],
        course_key=course_key,
        title=guide.title,
        text=fragments.written(guide.html),
    )


@bp.get("/courses/<course_key>/units/<unit_key>")
@door("read_unit")
def show_unit(course_key: str, unit_key: str) -> ResponseReturnValue:
    return _unit_page(acting(), course_key, unit_key)


def _unit_page(
    actor: Actor, course_key: str, unit_key: str, refusal: Refusal | None = None
) -> ResponseReturnValue:
    catalogue, language, now = shelf(), reader_language(), utc_now()
    course = catalogue.course(course_key)
    unit = course.unit(unit_key)
    place = rules.current_place(
        queries.places_in_course(reading(), actor.account_id, course_key), now
    )
    if not may_read(reading(), actor, course_key, place):
        page = render_template("learning/not_enrolled.html", course=course, language=language)
        return page, 403
    done: frozenset[str] = place.done if place else frozenset()
    first_open = rules.unfinished_before(unit_key, course.unit_keys, done)
    state = place.run_state(now) if place else None

    def facts() -> dict[str, Any]:
        return {
            "parts": fragments.unit_parts(catalogue, course, unit, language),
            "contents": fragments.contents(catalogue, course, unit, language, done),
            "course_title": course.titles[language],
            "place": place,
            "state": state,
            "is_done": unit_key in done,
            "is_last": rules.progress(course.unit_keys, done).left == 1,
            "first_open": (
                fragments.unit_link(course, course.unit(first_open), language)
                if first_open
                else None
            ),
            "refused": said(refusal) if refusal else None,
        }

    if refusal is not None:
        return render_template("learning/show_unit.html", **facts()), refusal.status
    starts_on = place.starts_on if place else None
    key = (catalogue.version, course_key, unit_key, done, state, starts_on)
    return kept_page("learning/show_unit.html", key, facts), 200


@bp.post("/courses/<course_key>/units/<unit_key>/completion")
@door("complete_unit")
def complete_unit(course_key: str, unit_key: str) -> ResponseReturnValue:
    posted(EnrolIn())
    actor, catalogue = acting(), shelf()
    unit = catalogue.course(course_key).unit(unit_key)
    try:
        with transaction() as session:
            made = actions.complete_unit(
                session,
                catalogue,
                actor=actor,
                course_key=course_key,
                unit_key=unit_key,
                language=rules.language_shown(unit.texts, reader_language()),
                now=utc_now(),
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _unit_page(actor, course_key, unit_key, refusal)
    if made.next_unit is None:
        if made.has_completed_course:
            flash(
                gettext("You have completed this course. A letter about it is on its way."),
                "success",
            )
        return redirect(url_for(".show_course", course_key=course_key), code=303)
    if made.is_new:
        flash(
            ngettext(
                "This unit is recorded. %(num)d unit is left.",
                "This unit is recorded. %(num)d units are left.",
                made.progress.left,
            ),
            "success",
        )
    next_url = url_for(".show_unit", course_key=course_key, unit_key=made.next_unit)
    return redirect(next_url, code=303)


@bp.get("/my-learning")
@door(SIGNED_IN)
def show_my_learning() -> ResponseReturnValue:
    catalogue, language, now = shelf(), reader_language(), utc_now()
    cards = [
        _place_card(catalogue, place, language, now)
        for place in queries.places(reading(), acting().account_id)
    ]
    applications = [
        own
        for own in own_applications(reading(), acting().account_id, limit=APPLICATIONS_SHOWN)
        if own.is_followed(now)
    ]
    closed = [card for card in cards if not (card.is_open or card.place.is_completed)]
    return render_template(
        "learning/show_my_learning.html",
        applications=applications,
        courses=catalogue.courses,
        language=language,
        open_cards=[card for card in cards if card.is_open],
        finished=[card for card in cards if card.place.is_completed],
        left=[card for card in closed if card.place.is_withdrawn],
        ended=[card for card in closed if not card.place.is_withdrawn],
    )
