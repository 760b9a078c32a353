"""The form in which a run is planned and changed."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from learnplat.catalogue.content import Course
from learnplat.core.clock import zones
from learnplat.core.languages import Language
from learnplat.core.refusals import Refusal
from learnplat.learning.models import CourseRun
from learnplat.web.errors import said_by_field
from learnplat.web.languages import reader_language


def run_form(
    run: CourseRun | None,
    typed: dict[str, Any],
    courses: list[Course],
    refusal: Refusal | None = None,
) -> ResponseReturnValue:
    errors: dict[str, list[str]] = {}
    if refusal is not None:
        # `languages.0` is a fault of the field `languages`.
        for name, sentences in said_by_field(refusal).items():
            errors.setdefault(name.split(".")[0], []).extend(sentences)
    page = render_template(
        "learning/change_run.html" if run else "learning/plan_run.html",
        run=run,
        typed=typed,
        errors=errors,
        courses=[(course.key, course.titles[reader_language()]) for course in courses],
        zones=[(zone, zone) for zone in zones()],
        language_choices=[(language.value, language.own_name) for language in Language],
    )
    return page, refusal.status if refusal else 200


def posted_partners() -> dict[str, list[str]]:
    """One partner a line in the form, a list in the schema."""
    lines = request.form.get("partners", "").splitlines()
    return {"partners": [line for line in lines if line.strip()]}


def typed_run() -> dict[str, Any]:
    return {**request.form.to_dict(), "languages": request.form.getlist("languages")}


def written_run(run: CourseRun) -> dict[str, Any]:
    return {
        "pace": run.pace.value,
        "starts_on": run.starts_on.isoformat() if run.starts_on else "",
        "ends_on": run.ends_on.isoformat() if run.ends_on else "",
        "zone": run.zone,
        "languages": run.languages,
        "partners": "\n".join(run.partners),
        "seats": run.seats if run.seats is not None else "",
        "confirmation": run.confirmation.value,
    }
