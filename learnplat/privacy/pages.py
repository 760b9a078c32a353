"""What is kept of people, as pages: the notice, the terms, a copy of one's data, and leaving."""

import json
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from learnplat.core.clock import utc_now
from learnplat.core.refusals import Invalid, NotAllowed, NotFound, Refusal
from learnplat.core.text import email_key
from learnplat.db import db, reading, transaction
from learnplat.people import queries as people
from learnplat.people.consent_gate import ASKS_EVERYBODY, is_open, waits_for_consent
from learnplat.people.consents import CURRENT, consents_of, give_consent, withdraw_consent
from learnplat.people.known import cookie_name
from learnplat.people.sign_in import signed_out, stay
from learnplat.people.step_up import confirmed_lately
from learnplat.privacy import actions, texts
from learnplat.privacy.housekeeping import hourly
from learnplat.privacy.schemas import ErasePersonIn, EraseSelfIn, GiveConsentIn
from learnplat.privacy.sweeping import clear_up
from learnplat.privacy.words import GOES, STAYS, kept
from learnplat.web.doors import ANYONE, SIGNED_IN, acting, door, is_api, own_path, visitor
from learnplat.web.form_pages import form_page, typed
from learnplat.web.forms import posted
from learnplat.web.languages import reader_language
from learnplat.web.mail import before_each_round
from learnplat.web.pages import pages_blueprint, readable_path

bp = pages_blueprint("privacy", __name__)


@bp.get("/privacy")
@door(ANYONE)
def show_privacy() -> ResponseReturnValue:
    return render_template("privacy/privacy.html", kept=kept(), stays=STAYS)


@bp.get("/terms")
@door(ANYONE)
def show_terms() -> ResponseReturnValue:
    return _terms(CURRENT)


@bp.get("/terms/<version>")
@door(ANYONE)
def show_earlier_terms(version: str) -> ResponseReturnValue:
    return _terms(version)


def _terms(version: str) -> ResponseReturnValue:
    text = texts.terms(version, reader_language())
    if text is None:
        raise NotFound()
    return render_template(
        "privacy/terms.html",
        text=text,
        version=version,
        is_current=version == CURRENT,
        versions=[found for found in texts.versions() if found != version],
    )


@bp.route("/consent", methods=["GET", "POST"])
@door(SIGNED_IN)
def ask_consent() -> ResponseReturnValue:
    going_to = own_path(request.args.get("next")) or url_for("learning_pages.show_my_learning")
    facts: dict[str, Any] = {
        "text": texts.terms(CURRENT, reader_language()),
        "version": CURRENT,
        "next": going_to,
    }
    if request.method != "POST":
        if current_user.consent_version == CURRENT:
            return redirect(going_to, code=303)
        return form_page("privacy/consent.html", {}, **facts)
    try:
        values = _agreed(posted(GiveConsentIn()))
        with transaction() as writer:
            give_consent(
                writer,
                account_id=acting().account_id,
                version=values["consent"],
                language=reader_language(),
                now=utc_now(),
            )
    except Refusal as refusal:
        return form_page("privacy/consent.html", {}, refusal, **facts)
    flash(gettext("Thank you. What you agreed to is shown under “My data”."), "success")
    return redirect(going_to, code=303)


def _agreed(values: dict[str, Any]) -> dict[str, Any]:
    if values["consent"] != CURRENT:
        raise Invalid.field("consent", "consent_needed")
    return values


@bp.post("/profile/consent/withdrawal")
@door(SIGNED_IN)
@confirmed_lately
def withdraw_own_consent() -> ResponseReturnValue:
    actor = acting()
    with transaction() as writer:
        epoch = withdraw_consent(writer, account_id=actor.account_id, now=utc_now())
    stay(actor.account_id, epoch)
    flash(
        gettext(
            "You have withdrawn your consent. Every other session and every access token has ended."
        ),
        "notice",
    )
    return redirect(url_for(".show_own_data"), code=303)


@bp.get("/profile/data")
@door(SIGNED_IN)
def show_own_data() -> ResponseReturnValue:
    consents = consents_of(reading(), acting().account_id)
    return render_template(
        "privacy/own_data.html",
        consents=consents,
        kept=kept(),
        has_agreed=bool(consents) and consents[0].withdrawn_at is None,
    )


@bp.post("/profile/data/copy")
@door(SIGNED_IN)
@confirmed_lately
def take_own_data() -> ResponseReturnValue:
    actor, now = acting(), utc_now()
    with transaction() as writer:
        document = actions.take_own_data(writer, actor=actor, now=now)
    response = Response(
        json.dumps(document, ensure_ascii=False, indent=2) + "\n", mimetype="application/json"
    )
    name = f"learnplat-my-data-{now:%Y-%m-%d}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.route("/profile/erasure", methods=["GET", "POST"])
@door(SIGNED_IN)
@confirmed_lately
def erase_self() -> ResponseReturnValue:
    actor = acting()
    address = people.address_of(reading(), actor.account_id) or ""
    facts: dict[str, Any] = {"address": address, "stays": STAYS, "goes": GOES}
    if request.method != "POST":
        return form_page("privacy/erase_self.html", {}, **facts)
    try:
        if email_key(posted(EraseSelfIn())["typed"]) != email_key(address):
            raise Invalid.field("typed", "not_typed_alike")
        with transaction() as writer:
            gone = actions.erase_self(writer, actor=actor, now=utc_now())
    except Refusal as refusal:
        return form_page("privacy/erase_self.html", typed(), refusal, **facts)
    _clear_up(gone.words)
    signed_out()
    session.clear()
    response = Response(render_template("privacy/erased.html"))
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    response.delete_cookie(cookie_name(), secure=bool(current_app.config["SESSION_COOKIE_SECURE"]))
    return response


@bp.route("/people/<int:account_id>/erasure", methods=["GET", "POST"])
@door("erase_person")
@confirmed_lately
def erase_person(account_id: int) -> ResponseReturnValue:
    facts: dict[str, Any] = {"account_id": account_id, "stays": STAYS, "goes": GOES}
    if request.method != "POST":
        if not actions.is_erasable(reading(), actor=acting(), account_id=account_id):
            raise NotFound()
        return form_page("privacy/erase_person.html", {}, **facts)
    try:
        values = posted(ErasePersonIn())
        if values["typed"] != str(account_id):
            raise Invalid.field("typed", "not_typed_alike")
        with transaction() as writer:
            gone = actions.erase_person(
                writer,
                actor=acting(),
                account_id=account_id,
                reason=values["reason"],
                now=utc_now(),
            )
    except NotFound:
        raise
    except Refusal as refusal:
        order = ("typed", "reason")
        return form_page("privacy/erase_person.html", typed(), refusal, order=order, **facts)
    _clear_up(gone.words)
    flash(gettext("The account has been erased."), "success")
    return redirect(url_for("people_pages.show_people"), code=303)


def _clear_up(words: frozenset[str]) -> None:
    """What follows the commit; what cannot be done now, housekeeping does."""
    clear_up(current_app.config["LEARNPLAT"], utc_now(), words)
    db.session.rollback()


def _ask_for_consent() -> ResponseReturnValue | None:
    """Lead to the terms in force whoever has not agreed to them: the one place that asks.

    A program that acts by a token is refused where the token is read (`people/sign_in.py`).
    """
    if is_open() or "_user_id" not in session or visitor() is None:
        return None
    if not waits_for_consent(current_user.consent_version):
        return None
    if is_api():
        raise NotAllowed("consent_needed")
    path = request.full_path.rstrip("?")
    if request.method not in ("GET", "HEAD"):
        path = readable_path(request.path)
    return redirect(url_for("privacy_pages.ask_consent", next=path), code=303)


def init(app: Flask) -> None:
    app.config.setdefault(ASKS_EVERYBODY, app.config["LEARNPLAT"].is_production)
    app.before_request(_ask_for_consent)
    before_each_round(app, hourly(app.config["LEARNPLAT"]))
