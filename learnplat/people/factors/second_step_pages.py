"""Signing in with a second factor: the step after the password, or a passkey alone."""

from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat.core.refusals import NotSignedIn, Refusal
from learnplat.people.factors import passkeys
from learnplat.people.factors.models import Purpose
from learnplat.people.factors.schemas import GiveCodeIn, GivePasskeyIn
from learnplat.people.factors.two_steps import (
    challenge,
    enter_with_factor,
    half_signed_in,
    next_path,
    party,
    party_or_refusal,
    prove_by_code,
    prove_by_passkey,
    use_half,
)
from learnplat.people.sign_in import signed_in
from learnplat.people.tries import password_tries, visits
from learnplat.web.doors import ANYONE, SIGN_IN, door
from learnplat.web.form_pages import form_page
from learnplat.web.forms import posted
from learnplat.web.pages import pages_blueprint

bp = pages_blueprint("second_step", __name__)


def _page(form: Any, refusal: Refusal | None = None) -> ResponseReturnValue:
    return form_page(
        "people/factors/second_step.html",
        form,
        refusal,
        next=next_path(),
        has_passkeys=party() is not None,
    )


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@door(ANYONE)
@password_tries
def give_second_factor() -> ResponseReturnValue:
    person = half_signed_in()
    if person is None:
        if request.method == "POST":
            flash(gettext("Too much time has passed. Please sign in once more."), "notice")
        return redirect(url_for(SIGN_IN, next=next_path()), code=303)
    if request.method != "POST":
        return _page({})
    try:
        prove_by_code(person.actor.account_id, posted(GiveCodeIn())["code"])
        use_half()
    except Refusal as refusal:
        return _page({}, refusal)
    return enter_with_factor(person)


@bp.post("/sign-in/passkey/challenge")
@door(ANYONE)
@visits
def ask_sign_in() -> ResponseReturnValue:
    text, options = passkeys.authentication_options(party_or_refusal())
    return jsonify(challenge(Purpose.SIGN_IN, text, options, None))


@bp.post("/sign-in/passkey")
@door(ANYONE)
@password_tries
def sign_in_by_passkey() -> ResponseReturnValue:
    half = half_signed_in()
    try:
        account_id = prove_by_passkey(posted(GivePasskeyIn())["credential"], Purpose.SIGN_IN, None)
        person = signed_in(account_id)
        if person is None or (half and half.actor.account_id != account_id):
            raise NotSignedIn("wrong_passkey")
        if half:
            use_half()
    except Refusal as refusal:
        if half:
            return _page({}, refusal)
        return form_page(
            "people/sign_in.html", {}, refusal, next=next_path(), has_passkeys=party() is not None
        )
    return enter_with_factor(person)
