"""The vetting desk as pages: the queue, one application, what is decided, where a person stands."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat.admission import desk, desk_institutions, desk_rules, desk_words, standing
from learnplat.admission import desk_institution_queries as institution_queries
from learnplat.admission import desk_queries as queries
from learnplat.admission.desk_lists import (
    ROWS_ON_A_PAGE,
    asked_place,
    countries_offered,
    moment_of,
    place_of_row,
    stretch,
)
from learnplat.admission.desk_queries import Row, Tab
from learnplat.admission.desk_schemas import (
    AddNoteIn,
    AdmitIn,
    AskForOpinionIn,
    ChangeStandingIn,
    DeclineIn,
    GiveOpinionIn,
    ListAdmissionsIn,
    ReopenIn,
    SettleInstitutionIn,
)
from learnplat.admission.models import AdmissionState
from learnplat.core.clock import utc_now
from learnplat.core.lists import professions
from learnplat.core.permissions import may, scopes_of
from learnplat.core.refusals import NotFound, Refusal
from learnplat.db import reading, transaction
from learnplat.people.step_up import confirmed_lately
from learnplat.people.words import role_name
from learnplat.web.choices import list_options
from learnplat.web.doors import acting, door
from learnplat.web.form_pages import form_page, typed
from learnplat.web.forms import loaded, posted
from learnplat.web.languages import reader_language
from learnplat.web.pages import pages_blueprint, shown_at
from learnplat.web.shapes import Shape

bp = pages_blueprint("desk", __name__)
# As they stand on the page, from top to bottom.
_ORDER = (
    "name", "into", "reason", "words", "question", "opinion", "grounds", "why", "note",
)  # fmt: skip


@bp.get("/admissions")
@door("vet")
def show_desk() -> ResponseReturnValue:
    names = ("state", "country", "profession")
    given = {name: request.args[name] for name in names if request.args.get(name)}
    asked = loaded(ListAdmissionsIn(only=names), given)
    (place, is_back), tab = asked_place(), asked["state"]
    moment = moment_of(place)
    reach = scopes_of(acting(), desk.VET)
    narrowed = {"country": asked["country"], "profession": asked["profession"]}
    session, now = reading(), utc_now()
    found = queries.queue(
        session,
        tab,
        countries=reach,
        after=None if is_back else moment,
        before=moment if is_back else None,
        limit=ROWS_ON_A_PAGE + 1,
        **narrowed,
    )
    rows, before_url, after_url = stretch(
        found, place, is_back, place_of_row, ".show_desk", state=tab.value, **narrowed
    )
    numbers = queries.counts(session, countries=reach, **narrowed)
    # Where the oldest stands first, the way on leads to newer ones.
    newer_url, older_url = (
        (before_url, after_url) if tab is Tab.DECIDED else (after_url, before_url)
    )
    return render_template(
        "admission/desk_queue.html",
        rows=[(row, _wait(row, now)) for row in rows],
        tab=tab,
        tab_name=desk_words.TAB_NAMES[tab],
        tabs=[
            (name, numbers[key], url_for(".show_desk", state=key.value, **narrowed), key is tab)
            for key, name in desk_words.TAB_NAMES.items()
        ],
        asked=narrowed,
        countries=countries_offered(),
        professions=list_options("professions", professions(), reader_language()),
        states=desk_words.STATE_NAMES,
        newer_url=newer_url,
        older_url=older_url,
    )


def _wait(row: Row, now: datetime) -> str | None:
    """How long an open application has waited."""
    if row.state not in desk.OPEN or row.confirmed_at is None:
        return None
    return desk_words.length_of(max(now - row.confirmed_at, now - now))


def _admission(admission_id: int, form: Any, refusal: Refusal | None = None) -> ResponseReturnValue:
    actor, now = acting(), utc_now()
    with transaction() as session:
        dossier = desk.open_admission(session, actor=actor, admission_id=admission_id, now=now)
        listed = (
            institution_queries.listed_of(session, dossier.account.country)
            if dossier.row.is_proposed
            else []
        )
    me, opinions = actor.account_id, dossier.opinions
    is_asked = dossier.row.state is AdmissionState.IN_SECOND_OPINION
    shown_at(url_for(".show_admission", admission_id=admission_id))
    return form_page(
        "admission/desk_admission.html",
        form,
        refusal,
        order=_ORDER,
        dossier=dossier,
        row=dossier.row,
        account=dossier.account,
        admission=dossier.admission,
        listed=listed,
        wait=_wait(dossier.row, now),
        is_open=dossier.row.state in desk.OPEN,
        may_decide=dossier.row.state in desk.OPEN
        and not (is_asked and desk_rules.waits_for_another(me, opinions)),
        may_answer=is_asked
        and not desk_rules.is_asker(me, opinions)
        and not desk_rules.has_answered(me, opinions),
        may_ask=dossier.row.state is AdmissionState.WAITING,
        may_reopen=dossier.row.state is AdmissionState.DECLINED
        and desk_rules.may_reopen(dossier.admission.decided_at, now),
        words=desk_words,
        role_name=role_name,
    )


@bp.get("/admissions/<int:admission_id>")
@door("vet")
def show_admission(admission_id: int) -> ResponseReturnValue:
    return _admission(admission_id, {})


def _act(
    admission_id: int, shape: Shape, act: Callable[..., Any], done: str
) -> ResponseReturnValue:
    """Carry out what a form of the application asks, or show the application as it stands now."""
    try:
        values = posted(shape)
        with transaction() as session:
            act(session, actor=acting(), admission_id=admission_id, now=utc_now(), **values)
    except NotFound:
        raise
    except Refusal as refusal:
        return _admission(admission_id, typed(), refusal)
    flash(done, "success")
    return redirect(url_for(".show_admission", admission_id=admission_id), code=303)


@bp.post("/admissions/<int:admission_id>/admission")
@door("vet")
def admit(admission_id: int) -> ResponseReturnValue:
    done = gettext("The person is admitted. A letter is on its way.")
    return _act(admission_id, AdmitIn(), desk.admit, done)


@bp.post("/admissions/<int:admission_id>/declination")
@door("vet")
def decline(admission_id: int) -> ResponseReturnValue:
    done = gettext("The application is declined. A letter with the reason is on its way.")
    return _act(admission_id, DeclineIn(), desk.decline, done)


@bp.post("/admissions/<int:admission_id>/second-opinion")
@door("vet")
def ask_for_opinion(admission_id: int) -> ResponseReturnValue:
    done = gettext("The application waits for another officer now.")
    return _act(admission_id, AskForOpinionIn(), desk.ask_for_opinion, done)


@bp.post("/admissions/<int:admission_id>/opinion")
@door("vet")
def give_opinion(admission_id: int) -> ResponseReturnValue:
    done = gettext("Your opinion is recorded.")
    return _act(admission_id, GiveOpinionIn(), desk.give_opinion, done)


@bp.post("/admissions/<int:admission_id>/reopening")
@door("vet")
def reopen(admission_id: int) -> ResponseReturnValue:
    done = gettext("The application is open again.")
    return _act(admission_id, ReopenIn(), desk.reopen, done)


@bp.post("/admissions/<int:admission_id>/notes")
@door("vet")
def add_note(admission_id: int) -> ResponseReturnValue:
    return _act(admission_id, AddNoteIn(), desk.add_note, gettext("The note is kept."))


@bp.post("/admissions/<int:admission_id>/institution")
@door("vet")
def settle_institution(admission_id: int) -> ResponseReturnValue:
    done = gettext("The institution is settled.")
    return _act(admission_id, SettleInstitutionIn(), desk_institutions.settle_institution, done)


def _standing(account_id: int, form: Any, refusal: Refusal | None = None) -> ResponseReturnValue:
    actor, now = acting(), utc_now()
    with transaction() as session:
        account = standing.open_standing(session, actor=actor, account_id=account_id, now=now)
        admission = queries.admission_of(session, account_id)
    shown_at(url_for(".show_standing", account_id=account_id))
    return form_page(
        "admission/desk_standing.html",
        form,
        refusal,
        order=("reason", "words"),
        account=account,
        admission=admission,
        fault=standing.fault_of_standing(actor, account),
        words=desk_words,
        is_admin=may(actor, "open_person"),
    )


def _change_standing(account_id: int, act: Callable[..., Any], done: str) -> ResponseReturnValue:
    try:
        values = posted(ChangeStandingIn())
        with transaction() as session:
            act(session, actor=acting(), account_id=account_id, now=utc_now(), **values)
    except NotFound:
        raise
    except Refusal as refusal:
        return _standing(account_id, typed(), refusal)
    flash(done, "success")
    return redirect(url_for(".show_standing", account_id=account_id), code=303)


@bp.get("/people/<int:account_id>/standing")
@door("change_standing")
@confirmed_lately
def show_standing(account_id: int) -> ResponseReturnValue:
    return _standing(account_id, {})


@bp.post("/people/<int:account_id>/standing/suspension")
@door("change_standing")
@confirmed_lately
def suspend_person(account_id: int) -> ResponseReturnValue:
    done = gettext("The person is suspended. Every session of theirs has ended.")
    return _change_standing(account_id, standing.suspend, done)


@bp.post("/people/<int:account_id>/standing/reinstatement")
@door("change_standing")
@confirmed_lately
def reinstate_person(account_id: int) -> ResponseReturnValue:
    done = gettext("The person can sign in again.")
    return _change_standing(account_id, standing.reinstate, done)
