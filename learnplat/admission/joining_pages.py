"""Joining as pages: applying, confirming one's address, inviting and being invited."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat.admission import actions, inviting, queries, rules
from learnplat.admission.applying import applicant_of, applied, confirmed_address, joined
from learnplat.admission.schemas import (
    AskForConfirmationIn,
    ConfirmAddressIn,
    InvitePersonIn,
    JoinByInvitationIn,
    JoinIn,
)
from learnplat.core.clock import utc_now
from learnplat.core.countries import is_country
from learnplat.core.permissions import may_somewhere, scopes_of
from learnplat.core.refusals import NotFound, Refusal
from learnplat.db import reading, transaction
from learnplat.people.profile_form import profile_options
from learnplat.people.rules import digest_of
from learnplat.people.tries import mail_tries, password_tries
from learnplat.web.choices import LANGUAGE_OPTIONS, country_options
from learnplat.web.doors import ANYONE, acting, door, visitor
from learnplat.web.form_pages import form_page, typed
from learnplat.web.forms import posted
from learnplat.web.languages import reader_language
from learnplat.web.pages import pages_blueprint
from learnplat.web.paging import asked_stretch, window

bp = pages_blueprint("joining", __name__)
INVITATIONS_ON_A_PAGE = 25
# As they stand on the page, from top to bottom.
_ORDER = (
    "name", "name_latin", "email", "password", "country", "institution_kind", "institution",
    "profession", "gender", "purpose", "language", "zone",
)  # fmt: skip


def _form(
    template: str, form: Any, refusal: Refusal | None = None, **more: Any
) -> ResponseReturnValue:
    return form_page(f"admission/{template}.html", form, refusal, order=_ORDER, **more)


def _options(form: Any, country: str | None = None) -> dict[str, Any]:
    chosen = country or form.get("country", "")
    return profile_options("UTC", chosen if is_country(chosen) else None)


@bp.route("/sign-up", methods=["GET", "POST"])
@door(ANYONE)
@mail_tries
def sign_up() -> ResponseReturnValue:
    if visitor() is not None:
        return redirect(url_for("learning_pages.show_my_learning"), code=303)
    if request.method != "POST":
        form = {"language": reader_language().value}
        return _form("sign_up", form, options=_options(form))
    try:
        applied(posted(JoinIn()))
    except Refusal as refusal:
        return _form("sign_up", typed(), refusal, options=_options(typed()))
    return redirect(url_for(".show_sent"), code=303)


@bp.get("/sign-up/sent")
@door(ANYONE)
def show_sent() -> ResponseReturnValue:
    return render_template("admission/sent.html", hours=_hours())


@bp.get("/sign-up/waiting")
@door(ANYONE)
def show_waiting() -> ResponseReturnValue:
    return render_template("admission/waiting.html")


@bp.route("/confirm-address", methods=["GET", "POST"])
@door(ANYONE)
@mail_tries
def ask_for_confirmation() -> ResponseReturnValue:
    if request.method != "POST":
        return _form("ask_for_confirmation", {})
    try:
        values = posted(AskForConfirmationIn())
        with transaction() as session:
            actions.ask_for_confirmation(
                session, email=values["email"], language=reader_language(), now=utc_now()
            )
    except Refusal as refusal:
        return _form("ask_for_confirmation", typed(), refusal)
    return redirect(url_for(".show_sent"), code=303)


@bp.route("/confirm-address/<token>", methods=["GET", "POST"])
@door(ANYONE)
@password_tries
def confirm_address(token: str) -> ResponseReturnValue:
    account = applicant_of(token)
    if account is None:
        return _form("ask_for_confirmation", {}, NotFound("link_spent"))
    if request.method != "POST":
        return _form("confirm_address", {}, account=account)
    try:
        confirmed_address(token, account, posted(ConfirmAddressIn())["password"])
    except NotFound as refusal:
        return _form("ask_for_confirmation", {}, refusal)
    except Refusal as refusal:
        return _form("confirm_address", {}, refusal, account=account)
    return redirect(url_for(".show_waiting"), code=303)


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@door(ANYONE)
@password_tries
def accept_invitation(token: str) -> ResponseReturnValue:
    invitation = queries.open_invitation(reading(), digest_of(token), utc_now())
    if invitation is None:
        return _form("invitation_spent", {}, NotFound("invitation_spent"))
    if request.method != "POST":
        form: dict[str, str] = {"language": reader_language().value}
        options = _options(form, invitation.country)
        return _form("accept_invitation", form, invitation=invitation, options=options)
    try:
        joined(token, invitation, posted(JoinByInvitationIn()))
    except NotFound as refusal:
        return _form("invitation_spent", {}, refusal)
    except Refusal as refusal:
        options = _options(typed(), invitation.country)
        return _form("accept_invitation", typed(), refusal, invitation=invitation, options=options)
    flash(gettext("Your account is ready. Please sign in."), "success")
    return redirect(url_for("people_pages.sign_in"), code=303)


def _invitations(form: Any, refusal: Refusal | None = None) -> ResponseReturnValue:
    actor, language, now = acting(), reader_language(), utc_now()
    countries = scopes_of(actor, "list_invitations")
    stretch = asked_stretch()
    found = queries.invitations(
        reading(), countries=countries, older_than=stretch.older_than,
        newer_than=stretch.newer_than, limit=INVITATIONS_ON_A_PAGE + 1,
    )  # fmt: skip
    shown = window(
        found, INVITATIONS_ON_A_PAGE, stretch, lambda row: int(row[0].id), ".show_invitations"
    )
    offered = [
        option
        for option in country_options(language)
        if countries is None or option[0] in countries
    ]
    return _form(
        "invitations",
        form,
        refusal,
        rows=[
            (
                sent,
                rules.state_of_invitation(sent.used_at, sent.revoked_at, sent.expires_at, now),
                inviter,
            )
            for sent, inviter in shown.items
        ],
        is_named=may_somewhere(actor, "vet"),
        countries=offered,
        languages=LANGUAGE_OPTIONS,
        days=rules.INVITATION_LIFETIME.days,
        newer_url=shown.newer_url,
        older_url=shown.older_url,
    )


@bp.get("/invitations")
@door("list_invitations")
def show_invitations() -> ResponseReturnValue:
    return _invitations({"language": reader_language().value})


@bp.post("/invitations")
@door("invite_person")
@mail_tries
def invite_person() -> ResponseReturnValue:
    try:
        values = posted(InvitePersonIn())
        with transaction() as session:
            inviting.invite_person(session, actor=acting(), now=utc_now(), **values)
    except Refusal as refusal:
        return _invitations(typed(), refusal)
    flash(gettext("The invitation is on its way."), "success")
    return redirect(url_for(".show_invitations"), code=303)


@bp.post("/invitations/<int:invitation_id>/revocation")
@door("revoke_invitation")
def revoke_invitation(invitation_id: int) -> ResponseReturnValue:
    with transaction() as session:
        inviting.revoke_invitation(
            session, actor=acting(), invitation_id=invitation_id, now=utc_now()
        )
    flash(gettext("The invitation has been revoked. Its link opens nothing."), "success")
    return redirect(url_for(".show_invitations"), code=303)


def _hours() -> int:
    return int(rules.CONFIRMATION_LIFETIME.total_seconds() // 3600)
