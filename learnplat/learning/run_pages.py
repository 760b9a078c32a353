"""The pages of those who plan course runs."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat.catalogue.shelf import shelf
from learnplat.core.clock import utc_now
from learnplat.core.permissions import may, may_somewhere, require, scopes_of
from learnplat.core.refusals import Invalid, NotFound
from learnplat.db import reading, transaction
from learnplat.learning import actions, queries, rules
from learnplat.learning.models import Confirmation, Pace
from learnplat.learning.pages import bp as bp  # the blueprint of all of learning's pages
from learnplat.learning.run_form import posted_partners, run_form, typed_run, written_run
from learnplat.learning.schemas import ChangeRunIn, PlanRunIn
from learnplat.web.api import ListIn, cursor_of, place_of
from learnplat.web.doors import acting, door
from learnplat.web.forms import loaded, posted
from learnplat.web.languages import reader_language


@bp.get("/runs")
@door("list_runs")
def show_runs() -> ResponseReturnValue:
    asked = loaded(ListIn(), request.args)
    place = place_of(asked["cursor"], [int])
    catalogue, session, actor, now = shelf(), reading(), acting(), utc_now()
    found = queries.runs_before(
        session,
        before=place[0] if place else None,
        limit=asked["limit"],
        among=scopes_of(actor, "list_runs"),
    )
    figures = queries.with_figures(session, found[: asked["limit"]])
    older = found[asked["limit"] - 1].id if len(found) > asked["limit"] else None
    return render_template(
        "learning/show_runs.html",
        rows=[
            (
                row,
                rules.run_state(
                    row.run.starts_on, row.run.ends_on, rules.day_in(row.run.zone, now)
                ),
                catalogue.courses.get(row.run.course_key or ""),
                row.run.course_key is not None
                and may(actor, "change_run", course=row.run.course_key),
            )
            for row in figures
        ],
        language=reader_language(),
        may_plan=may_somewhere(actor, "plan_run"),
        newer_url=url_for(".show_runs") if place else None,
        older_url=url_for(".show_runs", cursor=cursor_of([older])) if older else None,
    )


@bp.route("/runs/new", methods=["GET", "POST"])
@door("plan_run")
def plan_run() -> ResponseReturnValue:
    catalogue, actor = shelf(), acting()
    courses = [
        course for course in catalogue.courses.values() if may(actor, "plan_run", course=course.key)
    ]
    if request.method == "GET":
        typed = {
            "course_key": request.args.get("course", ""),
            "pace": Pace.DATED.value,
            "zone": actor.zone,
            "languages": [reader_language().value],
            "confirmation": Confirmation.NONE.value,
        }
        return run_form(None, typed, courses)
    try:
        values = posted(PlanRunIn(), also=posted_partners())
        with transaction() as session:
            run = actions.plan_run(session, catalogue, actor=actor, values=values, now=utc_now())
            code = run.code
    except Invalid as refusal:
        return run_form(None, typed_run(), courses, refusal)
    flash(gettext("The run %(code)s is planned.", code=code), "success")
    return redirect(url_for(".show_runs"), code=303)


@bp.route("/runs/<int:run_id>/edit", methods=["GET", "POST"])
@door("change_run")
def change_run(run_id: int) -> ResponseReturnValue:
    catalogue, actor = shelf(), acting()
    run = queries.run(reading(), run_id)
    if run is None or run.course_key is None:
        raise NotFound()
    require(actor, "change_run", course=run.course_key)
    course = catalogue.course(run.course_key)
    if request.method == "GET":
        return run_form(run, written_run(run), [course])
    try:
        values = posted(ChangeRunIn(), also=posted_partners())
        with transaction() as session:
            actions.change_run(
                session, catalogue, actor=actor, run_id=run_id, values=values, now=utc_now()
            )
    except Invalid as refusal:
        return run_form(run, typed_run(), [course], refusal)
    flash(gettext("The run %(code)s is changed.", code=run.code), "success")
    return redirect(url_for(".show_runs"), code=303)
