"""Second factors as pages: setting them up, and confirming with one that it is oneself."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup

from learnplat.core.clock import utc_now
from learnplat.core.refusals import Conflict, Invalid, NotFound, NotSignedIn, Refusal
from learnplat.db import reading, transaction
from learnplat.people import queries as people
from learnplat.people.factors import actions, passkeys, queries, rules
from learnplat.people.factors.models import Purpose
from learnplat.people.factors.schemas import (
    AddPasskeyIn,
    ConfirmByPasswordIn,
    GiveCodeIn,
    GivePasskeyIn,
    RemoveLostFactorsIn,
    RenamePasskeyIn,
)
from learnplat.people.factors.two_steps import (
    answered,
    challenge,
    fresh_codes,
    next_path,
    party,
    party_or_refusal,
    prove_by_code,
    prove_by_passkey,
    say_changed,
    sealer,
    settings,
)
from learnplat.people.sign_in import confirmed, open_session, signed_in, stay
from learnplat.people.step_up import confirmed_lately, is_confirmed_lately
from learnplat.people.tries import password_tries, visits
from learnplat.web.doors import SIGNED_IN, acting, door
from learnplat.web.form_pages import form_page, typed
from learnplat.web.forms import posted
from learnplat.web.pages import pages_blueprint

bp = pages_blueprint("factor", __name__)
_ORDER = ("current_password", "code", "name", "credential", "reason")


def _page(
    template: str, form: Any = None, refusal: Refusal | None = None, **more: Any
) -> ResponseReturnValue:
    return form_page(
        f"people/factors/{template}.html",
        form or {},
        refusal,
        order=_ORDER,
        next=next_path(),
        has_passkeys=party() is not None,
        **more,
    )


def _is_needed() -> bool:
    """Whether the person asking may not be without a factor."""
    return acting().is_staff and settings().staff_second_factor == "always"


# Confirming


@bp.route("/confirm", methods=["GET", "POST"])
@door(SIGNED_IN)
@password_tries
def confirm_self() -> ResponseReturnValue:
    actor = acting()
    own = queries.factors_of(reading(), actor.account_id)
    if request.method != "POST":
        if is_confirmed_lately():
            return _back()
        return _page("confirm", own=own)
    try:
        if own.number:
            prove_by_code(actor.account_id, posted(GiveCodeIn())["code"])
        else:
            confirmed(actor, posted(ConfirmByPasswordIn())["current_password"])
    except Refusal as refusal:
        return _page("confirm", {}, refusal, own=own)
    return _confirmed(with_factor=bool(own.number))


@bp.post("/confirm/passkey/challenge")
@door(SIGNED_IN)
@visits
def ask_confirmation() -> ResponseReturnValue:
    account_id = acting().account_id
    own = queries.factors_of(reading(), account_id).passkeys
    text, options = passkeys.authentication_options(party_or_refusal(), own)
    return jsonify(challenge(Purpose.CONFIRM, text, options, account_id))


@bp.post("/confirm/passkey")
@door(SIGNED_IN)
@password_tries
def confirm_by_passkey() -> ResponseReturnValue:
    account_id = acting().account_id
    try:
        prove_by_passkey(posted(GivePasskeyIn())["credential"], Purpose.CONFIRM, account_id)
    except Refusal as refusal:
        own = queries.factors_of(reading(), account_id)
        return _page("confirm", {}, refusal, own=own)
    return _confirmed(with_factor=True)


def _confirmed(*, with_factor: bool) -> ResponseReturnValue:
    """Note it in this browser's session, under a new key."""
    person = signed_in(acting().account_id, current_user.epoch)
    if person is None:
        raise NotSignedIn()
    open_session(person, with_factor=with_factor)
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(next_path() or url_for(".show_security"), code=303)


# What I have


@bp.get("/profile/security")
@door(SIGNED_IN)
def show_security() -> ResponseReturnValue:
    return _security()


def _security(refusal: Refusal | None = None) -> ResponseReturnValue:
    own = queries.factors_of(reading(), acting().account_id)
    is_staff = acting().is_staff
    return _page(
        "security",
        {},
        refusal,
        own=own,
        is_missing=is_staff and not own.number,
        may_go_on=next_path() is not None and not _is_needed(),
    )


@bp.get("/profile/security/passkeys/new")
@door(SIGNED_IN)
@confirmed_lately
def show_new_passkey() -> ResponseReturnValue:
    return _page("new_passkey")


@bp.post("/profile/security/passkeys/challenge")
@door(SIGNED_IN)
@visits
@confirmed_lately
def ask_new_passkey() -> ResponseReturnValue:
    host = party_or_refusal()
    account_id = acting().account_id
    with transaction() as session:
        account = people.account_with_roles(session, account_id)
        handle = actions.shared_row(session, account_id).handle
        had = queries.factors_of(session, account_id).passkeys
    if account is None:
        raise NotFound()
    text, options = passkeys.registration_options(
        host, handle=handle, address=account.email or account.name, name=account.name, had=had
    )
    return jsonify(challenge(Purpose.REGISTER, text, options, account_id))


@bp.post("/profile/security/passkeys")
@door(SIGNED_IN)
@visits
@confirmed_lately
def add_passkey() -> ResponseReturnValue:
    actor = acting()
    try:
        values = posted(AddPasskeyIn())
        host = party_or_refusal()
        answer = answered(values["credential"], Purpose.REGISTER, actor.account_id)
        try:
            new = passkeys.registered(host, answer)
        except passkeys.WrongPasskey as error:
            raise Invalid.field("credential", "wrong_passkey") from error
        codes, digests = fresh_codes(actor.account_id)
        with transaction() as session:
            added = actions.add_passkey(
                session, actor=actor, new=new, name=values["name"], code_digests=digests,
                now=utc_now(),
            )  # fmt: skip
    except Refusal as refusal:
        return _page("new_passkey", typed(), refusal)
    return _added(added, codes)


def _added(added: actions.Added, codes: list[str]) -> ResponseReturnValue:
    """Go on under a new key; with a first factor come the recovery codes, shown this once."""
    stay(acting().account_id, added.epoch, with_factor=True)
    if added.is_first:
        return render_template("people/factors/codes.html", codes=codes, next=next_path())
    say_changed()
    return _back()


@bp.post("/profile/security/passkeys/<int:passkey_id>/name")
@door("change_own_factor")
def rename_passkey(passkey_id: int) -> ResponseReturnValue:
    values = posted(RenamePasskeyIn())
    with transaction() as session:
        actions.rename_passkey(session, actor=acting(), passkey_id=passkey_id, name=values["name"])
    flash(gettext("The passkey has a new name."), "success")
    return redirect(url_for(".show_security"), code=303)


@bp.post("/profile/security/passkeys/<int:passkey_id>/removal")
@door("change_own_factor")
@confirmed_lately
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            epoch = actions.remove_passkey(
                session, actor=acting(), passkey_id=passkey_id, is_needed=_is_needed(),
                now=utc_now(),
            )  # fmt: skip
    except Conflict as refusal:
        return _security(refusal)
    return _changed(epoch)


def _changed(epoch: int) -> ResponseReturnValue:
    account_id = acting().account_id
    stay(account_id, epoch, with_factor=queries.has_factor(reading(), account_id))
    say_changed()
    return redirect(url_for(".show_security"), code=303)


@bp.post("/profile/security/app")
@door(SIGNED_IN)
@confirmed_lately
def begin_app() -> ResponseReturnValue:
    with transaction() as session:
        actions.begin_app(session, actor=acting(), sealer=sealer(), now=utc_now())
    return redirect(url_for(".show_app", next=next_path()), code=303)


@bp.get("/profile/security/app")
@door(SIGNED_IN)
@confirmed_lately
def show_app() -> ResponseReturnValue:
    try:
        return _app()
    except NotFound:
        return redirect(url_for(".show_security", next=next_path()), code=303)


def _app(refusal: Refusal | None = None) -> ResponseReturnValue:
    """The secret that is being set up, in letters and as a picture for the app's camera."""
    import segno  # on use: few look at this page, and every process starts

    actor = acting()
    secret = actions.pending_secret(reading(), actor=actor, sealer=sealer(), now=utc_now())
    account = people.account_with_roles(reading(), actor.account_id)
    address = rules.app_address(secret, (account and account.email) or actor.name)
    picture = segno.make(address, error="m", micro=False).svg_inline(
        border=4, omitsize=True, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    # Made by us of letters and numbers alone: the address is drawn in it, not written.
    qr = Markup(picture)  # noqa: S704  # nosec B704
    return _page("app", {}, refusal, secret=rules.in_groups(secret), qr=qr)


@bp.post("/profile/security/app/confirmation")
@door(SIGNED_IN)
@password_tries
@confirmed_lately
def confirm_app() -> ResponseReturnValue:
    actor = acting()
    try:
        values = posted(GiveCodeIn())
        codes, digests = fresh_codes(actor.account_id)
        with transaction() as session:
            added = actions.confirm_app(
                session, actor=actor, code=values["code"], code_digests=digests,
                sealer=sealer(), now=utc_now(),
            )  # fmt: skip
    except Invalid as refusal:
        return _app(refusal)
    except NotFound:
        flash(gettext("Too much time has passed. Please set the app up once more."), "notice")
        return redirect(url_for(".show_security", next=next_path()), code=303)
    return _added(added, codes)


@bp.post("/profile/security/app/removal")
@door(SIGNED_IN)
@confirmed_lately
def remove_app() -> ResponseReturnValue:
    try:
        with transaction() as session:
            epoch = actions.remove_app(
                session, actor=acting(), is_needed=_is_needed(), now=utc_now()
            )
    except Conflict as refusal:
        return _security(refusal)
    return _changed(epoch)


@bp.post("/profile/security/recovery-codes")
@door(SIGNED_IN)
@visits
@confirmed_lately
def renew_recovery_codes() -> ResponseReturnValue:
    actor = acting()
    if not queries.has_factor(reading(), actor.account_id):
        raise Conflict("no_factor_yet")
    codes, digests = fresh_codes(actor.account_id)
    with transaction() as session:
        epoch = actions.renew_recovery_codes(
            session, actor=actor, code_digests=digests, now=utc_now()
        )
    stay(actor.account_id, epoch)
    return render_template("people/factors/codes.html", codes=codes, next=None)


# Somebody else's


@bp.route("/people/<int:account_id>/lost-factors", methods=["GET", "POST"])
@door("remove_lost_factors")
@confirmed_lately
def remove_lost_factors(account_id: int) -> ResponseReturnValue:
    account = people.account_with_roles(reading(), account_id)
    if account is None:
        raise NotFound()
    own = queries.factors_of(reading(), account_id)
    if request.method != "POST":
        return _page("lost", {}, account=account, own=own)
    try:
        values = posted(RemoveLostFactorsIn())
        with transaction() as session:
            actions.remove_lost_factors(
                session, actor=acting(), account_id=account_id, now=utc_now(), **values
            )
    except Refusal as refusal:
        account = people.account_with_roles(reading(), account_id)
        return _page("lost", typed(), refusal, account=account, own=own)
    flash(gettext("The second factors of this person have been removed."), "success")
    return redirect(url_for("people_pages.show_person", account_id=account_id), code=303)
