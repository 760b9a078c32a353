"""Participation as a page and as files, for those who report it."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue

from learnplat.catalogue.shelf import shelf
from learnplat.core.clock import utc_now
from learnplat.core.refusals import Invalid, Refusal
from learnplat.db import reading, transaction
from learnplat.people.step_up import confirmed_lately
from learnplat.statistics import queries
from learnplat.statistics.exports import TYPES, html_for_print, render, stylesheet
from learnplat.statistics.ledger import enrolments_csv, export_for_reason
from learnplat.statistics.report import participation, record_export
from learnplat.statistics.rules import period_of
from learnplat.statistics.schemas import ExportEnrolmentsIn, ShowParticipationIn
from learnplat.statistics.view import view_of
from learnplat.web.doors import acting, door
from learnplat.web.errors import said, said_by_field
from learnplat.web.forms import loaded, posted
from learnplat.web.languages import reader_language
from learnplat.web.pages import pages_blueprint

bp = pages_blueprint("statistics", __name__)
_FIELDS = ("since", "until")
_MOST_YEARS = 20
_SHEET = "learnplat.report_sheet"


def init(app: Flask) -> None:
    """Mark the address of the print sheet with its content, since it is kept forever."""
    mark = hashlib.sha256(stylesheet().encode()).hexdigest()[:12]
    app.extensions[_SHEET] = f"/static/report.css?v={mark}"


@bp.get("/statistics/participation")
@door("read_participation")
def show_participation() -> ResponseReturnValue:
    """The report of the period asked for; without one, of this year so far."""
    today = utc_now().date()
    typed = {name: request.args[name].strip() for name in _FIELDS if name in request.args}
    if not typed:
        typed = {"since": str(today.replace(month=1, day=1)), "until": str(today)}
    facts: dict[str, Any] = {"typed": typed, "years": _years(today), "errors": {}}
    try:
        period = loaded(ShowParticipationIn(), typed)
        document = participation(reading(), period["since"], period["until"], utc_now())
    except Invalid as refusal:
        facts["errors"] = said_by_field(refusal)
        return render_template("statistics/participation.html", **facts), refusal.status
    view = view_of(document, reader_language(), _titles(document))
    lines = [line for region in view.regions for part in region.subregions for line in part.lines]
    return render_template(
        "statistics/participation.html",
        view=view,
        period=period,
        most=max((line.practitioners_trained for line in lines), default=0),
        files={form: _file_url(form, period) for form in ("csv", "xlsx", "json", "html")},
        enrolments_url=url_for(".export_enrolments", since=period["since"], until=period["until"]),
        **facts,
    )


@bp.get("/statistics/participation.<any(csv, json, xlsx, html):form>")
@door("export_participation")
def export_participation(form: str) -> ResponseReturnValue:
    """The report as a file in the reader's language."""
    period = _asked_period()
    now = utc_now()
    document = participation(reading(), period["since"], period["until"], now)
    with transaction() as session:
        record_export(session, acting().account_id, form, now=now, **period)
    language, titles = reader_language(), _titles(document)
    if form == "html":
        sheet = current_app.extensions[_SHEET]
        body = html_for_print(view_of(document, language, titles), sheet)
        return Response(body, content_type=TYPES[form])
    body = render(document, language, form, titles)
    name = f"participation-{period['since']}-{period['until']}-{language}.{form}"
    return Response(body, content_type=TYPES[form], headers=_as_file(name))


@bp.route("/statistics/enrolments", methods=["GET", "POST"])
@door("export_enrolments")
@confirmed_lately
def export_enrolments() -> ResponseReturnValue:
    """The enrolments of a period without persons, for a reason that is kept before a row leaves."""
    now = utc_now()
    if request.method == "GET":
        period = _asked_period()
        period_of(period["since"], period["until"], now.date())
        return render_template("statistics/export_enrolments.html", typed=period, errors={})
    try:
        asked = posted(ExportEnrolmentsIn())
        with transaction() as session:
            held = export_for_reason(session, actor=acting(), now=now, **asked)
    except Invalid as refusal:
        return _not_exported(refusal)
    if held:
        return _not_exported(held)

    def pieces() -> Iterator[bytes]:
        # Streamed when the view's own session is gone: this one ends with the stream.
        yield from enrolments_csv(reading(), asked["since"], asked["until"], now)

    headers = _as_file(f"enrolments-{asked['since']}-{asked['until']}.csv")
    headers["Link"] = f'<{_file_url("html", asked)}>; rel="describedby"'
    return Response(stream_with_context(pieces()), content_type=TYPES["csv"], headers=headers)


def _not_exported(refusal: Refusal) -> ResponseReturnValue:
    typed = {name: request.form.get(name, "") for name in (*_FIELDS, "reason")}
    errors = said_by_field(refusal) or {"form": [said(refusal)]}
    page = render_template("statistics/export_enrolments.html", typed=typed, errors=errors)
    return page, refusal.status


def _asked_period() -> dict[str, date]:
    given = {name: request.args[name].strip() for name in _FIELDS if name in request.args}
    return loaded(ShowParticipationIn(), given)


def _file_url(form: str, period: Mapping[str, date]) -> str:
    return url_for(".export_participation", form=form, since=period["since"], until=period["until"])


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _years(today: date) -> list[int]:
    """Years that the ledger knows, the latest first."""
    first = queries.first_enrolment_at(reading())
    return list(range(today.year, first.year - 1 if first else today.year - 1, -1))[:_MOST_YEARS]


def _titles(document: Mapping[str, Any]) -> dict[str, str]:
    """Titles of the runs in the document: their own, else their course's in the reader's language."""
    codes = [row["course"] for row in document["by_course"]]
    titles = {}
    for code, (title, course_key) in queries.run_titles(reading(), codes).items():
        found = title or _course_title(course_key)
        if found:
            titles[code] = found
    return titles


def _course_title(course_key: str | None) -> str | None:
    course = shelf().courses.get(course_key or "")
    return course.titles.get(reader_language()) if course else None
