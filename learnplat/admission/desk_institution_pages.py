"""The list of institutions as the desk keeps it, on the blueprint of the desk."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat.admission import desk_institution_queries as queries
from learnplat.admission import desk_institutions, desk_words
from learnplat.admission.desk_institution_queries import InstitutionRow
from learnplat.admission.desk_institutions import KEEP
from learnplat.admission.desk_lists import (
    ROWS_ON_A_PAGE,
    asked_place,
    countries_offered,
    stretch,
)
from learnplat.admission.desk_pages import bp
from learnplat.admission.desk_schemas import (
    AddInstitutionIn,
    ListInstitutionIn,
    ListInstitutionsIn,
    MergeInstitutionIn,
)
from learnplat.core.clock import utc_now
from learnplat.core.lists import institution_kinds
from learnplat.core.permissions import scopes_of
from learnplat.core.refusals import NotFound, Refusal
from learnplat.db import reading, transaction
from learnplat.people.models import InstitutionState
from learnplat.web.choices import Options, list_options
from learnplat.web.doors import acting, door
from learnplat.web.form_pages import form_page, typed
from learnplat.web.forms import loaded, posted
from learnplat.web.languages import reader_language
from learnplat.web.pages import shown_at
from learnplat.web.shapes import Shape

_ORDER = ("country", "kind", "name", "into")


def _kinds() -> Options:
    return list_options("institution_kinds", institution_kinds(), reader_language())


@bp.get("/institutions")
@door("keep_institutions")
def show_institutions() -> ResponseReturnValue:
    names = ("state", "country")
    given = {name: request.args[name] for name in names if request.args.get(name)}
    asked = loaded(ListInstitutionsIn(only=names), given)
    place, is_back = asked_place()
    state, country = asked["state"], asked["country"]
    reach, session = scopes_of(acting(), KEEP), reading()
    found = queries.institutions(
        session,
        state,
        countries=reach,
        country=country,
        after=None if is_back else place,
        before=place if is_back else None,
        limit=ROWS_ON_A_PAGE + 1,
    )
    rows, before_url, after_url = stretch(
        found, place, is_back, _place_of, ".show_institutions", state=state.value, country=country
    )
    numbers = queries.institution_counts(session, countries=reach, country=country)
    return render_template(
        "admission/desk_institutions.html",
        rows=rows,
        state=state,
        tabs=[
            (
                name,
                numbers[key],
                url_for(".show_institutions", state=key.value, country=country),
                key is state,
            )
            for key, (name, _) in desk_words.INSTITUTION_STATE_NAMES.items()
        ],
        country=country,
        countries=countries_offered(),
        before_url=before_url,
        after_url=after_url,
    )


def _place_of(row: InstitutionRow) -> tuple[str, int]:
    return row.name_key, row.id


@bp.route("/institutions/new", methods=["GET", "POST"])
@door("keep_institutions")
def add_institution() -> ResponseReturnValue:
    template = "admission/desk_institution_new.html"
    options: dict[str, Any] = {"countries": countries_offered(), "kinds": _kinds()}
    if request.method != "POST":
        form = {"country": request.args.get("country", "")}
        return form_page(template, form, order=_ORDER, **options)
    try:
        values = posted(AddInstitutionIn())
        with transaction() as session:
            added = desk_institutions.add_institution(
                session, actor=acting(), now=utc_now(), **values
            )
    except Refusal as refusal:
        return form_page(template, typed(), refusal, order=_ORDER, **options)
    flash(gettext("The institution is on the list."), "success")
    return redirect(
        url_for(".show_institutions", state=InstitutionState.LISTED.value, country=added.country),
        code=303,
    )


def _institution(
    institution_id: int, form: Any, refusal: Refusal | None = None
) -> ResponseReturnValue:
    session = reading()
    row = queries.institution(session, institution_id, countries=scopes_of(acting(), KEEP))
    if row is None:
        raise NotFound()
    listed = [item for item in queries.listed_of(session, row.country) if item[0] != row.id]
    shown_at(url_for(".show_institution", institution_id=institution_id))
    return form_page(
        "admission/desk_institution.html",
        {"name": row.name, "kind": row.kind, **form},
        refusal,
        order=_ORDER,
        row=row,
        listed=listed,
        kinds=_kinds(),
        states=desk_words.INSTITUTION_STATE_NAMES,
    )


@bp.get("/institutions/<int:institution_id>")
@door("keep_institutions")
def show_institution(institution_id: int) -> ResponseReturnValue:
    return _institution(institution_id, {})


def _act(
    institution_id: int, shape: Shape, act: Callable[..., Any], done: str
) -> ResponseReturnValue:
    try:
        values = posted(shape)
        with transaction() as session:
            kept = act(
                session, actor=acting(), institution_id=institution_id, now=utc_now(), **values
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _institution(institution_id, typed(), refusal)
    flash(done, "success")
    return redirect(url_for(".show_institution", institution_id=kept.id), code=303)


@bp.post("/institutions/<int:institution_id>/listing")
@door("keep_institutions")
def list_institution(institution_id: int) -> ResponseReturnValue:
    done = gettext("The institution is on the list under this name.")
    return _act(institution_id, ListInstitutionIn(), desk_institutions.list_institution, done)


@bp.post("/institutions/<int:institution_id>/refusal")
@door("keep_institutions")
def refuse_institution(institution_id: int) -> ResponseReturnValue:
    done = gettext("The institution is not on the list.")
    return _act(institution_id, Shape(), desk_institutions.refuse_institution, done)


@bp.post("/institutions/<int:institution_id>/merger")
@door("keep_institutions")
def merge_institution(institution_id: int) -> ResponseReturnValue:
    done = gettext("The two are one now. Everybody who named the other has moved here.")
    return _act(institution_id, MergeInstitutionIn(), desk_institutions.merge_institution, done)
