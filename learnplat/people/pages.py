"""Accounts as pages: signing in, the profile, passwords, and who holds which role."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from learnplat.audit import openings_of
from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.core.refusals import NotFound, Refusal
from learnplat.db import reading, transaction
from learnplat.people import actions, known, passwords, queries, rules
from learnplat.people.addresses import resets
from learnplat.people.factors.queries import has_factor
from learnplat.people.factors.two_steps import enter, party
from learnplat.people.identity import seen_as
from learnplat.people.models import Account
from learnplat.people.profile_form import profile_options
from learnplat.people.schemas import (
    AskForResetIn,
    ChangePasswordIn,
    ChooseNewPasswordIn,
    FindPeopleIn,
    GrantRoleIn,
    ListPeopleIn,
    ProfileIn,
    SignInIn,
)
from learnplat.people.scopes import after_revoking, known_scopes
from learnplat.people.sign_in import (
    confirmed,
    recognised,
    signed_out,
    stay,
    stay_if_self,
)
from learnplat.people.step_up import confirmed_lately
from learnplat.people.tries import mail_tries, password_tries, peer_mark
from learnplat.people.words import role_name, role_options
from learnplat.web.doors import ANYONE, SIGNED_IN, acting, door, own_path, visitor
from learnplat.web.form_pages import form_page, typed
from learnplat.web.forms import loaded, posted
from learnplat.web.languages import reader_language
from learnplat.web.pages import pages_blueprint
from learnplat.web.paging import asked_stretch, window

bp = pages_blueprint("people", __name__)
PEOPLE_ON_A_PAGE = 25
OPENINGS_SHOWN = 20
# As they stand on the page, from top to bottom.
_ORDER = (
    "name", "name_latin", "email", "current_password", "password", "country", "institution_kind",
    "institution", "profession", "gender", "language", "zone", "role", "scope",
)  # fmt: skip


def _form(
    template: str, form: Any, refusal: Refusal | None = None, **more: Any
) -> ResponseReturnValue:
    return form_page(f"people/{template}.html", form, refusal, order=_ORDER, **more)


def _next() -> str | None:
    return own_path(request.args.get("next"))


def _after_sign_in(language: str, is_staff: bool) -> ResponseReturnValue:
    """To where the person was going; else to their own pages, in their own language."""
    home = "discussions_pages.show_home" if is_staff else "learning_pages.show_my_learning"
    return redirect(_next() or url_for(home, language=language), code=303)


@bp.route("/sign-in", methods=["GET", "POST"])
@door(ANYONE)
@password_tries
def sign_in() -> ResponseReturnValue:
    if request.method != "POST":
        person = visitor()
        if person is not None:
            return _after_sign_in(person.language, person.is_staff)
        return _form("sign_in", {}, next=_next(), has_passkeys=party() is not None)
    try:
        values = posted(SignInIn())
        found = recognised(values["email"], values["password"])
    except Refusal as refusal:
        return _form("sign_in", typed(), refusal, next=_next(), has_passkeys=party() is not None)
    return enter(found)


@bp.post("/sign-out")
@door(ANYONE)
def sign_out() -> ResponseReturnValue:
    return signed_out()


@bp.get("/profile")
@door(SIGNED_IN)
def show_profile() -> ResponseReturnValue:
    account = queries.account_with_roles(reading(), acting().account_id)
    openings = [
        (opening.at, role_name(Role(opening.role)))
        for opening in openings_of(reading(), acting().account_id, OPENINGS_SHOWN)
    ]
    return render_template(
        "people/profile.html",
        account=account,
        role_name=role_name,
        openings=openings,
        seen_as=seen_as(account, reader_language()) if account else "",
    )


@bp.route("/profile/edit", methods=["GET", "POST"])
@door(SIGNED_IN)
def change_profile() -> ResponseReturnValue:
    actor = acting()
    options = profile_options(actor.zone, actor.country)
    if request.method != "POST":
        account = queries.account_with_roles(reading(), actor.account_id)
        return _form("change_profile", account, options=options)
    try:
        values = posted(ProfileIn())
        with transaction() as session:
            account = actions.change_profile(session, actor=actor, now=utc_now(), **values)
    except Refusal as refusal:
        return _form("change_profile", typed(), refusal, options=options)
    flash(gettext("Your profile has been changed."), "success")
    # A new language is seen at once; otherwise the page stays in the one it was read in.
    has_moved = account.language is not actor.language
    language = account.language if has_moved else reader_language()
    return redirect(url_for(".show_profile", language=language.value), code=303)


def _shortest() -> int:
    """How long the password of the person asking must be."""
    is_shorter = current_user.with_factor
    return rules.SHORTEST_PASSWORD_WITH_FACTOR if is_shorter else rules.SHORTEST_PASSWORD


@bp.route("/profile/password", methods=["GET", "POST"])
@door(SIGNED_IN)
@password_tries
def change_password() -> ResponseReturnValue:
    if request.method != "POST":
        return _form("change_password", {}, shortest=_shortest())
    actor = acting()
    try:
        values = posted(ChangePasswordIn())
        seen = confirmed(actor, values["current_password"])
        account = queries.account_with_roles(reading(), actor.account_id)
        chosen = values["password"]
        password_hash = passwords.chosen_by(
            account, chosen, has_factor=has_factor(reading(), actor.account_id)
        )
        with transaction() as session:
            epoch = actions.change_password(
                session, actor=actor, seen=seen, password_hash=password_hash,
                is_long=rules.is_long(chosen), now=utc_now(),
            )  # fmt: skip
    except Refusal as refusal:
        return _form("change_password", {}, refusal, shortest=_shortest())
    stay(actor.account_id, epoch)
    flash(gettext("Your password has been changed. Every other session has ended."), "success")
    return redirect(url_for(".show_profile"), code=303)


@bp.route("/forgotten-password", methods=["GET", "POST"])
@door(ANYONE)
@mail_tries
def ask_for_reset() -> ResponseReturnValue:
    if request.method != "POST":
        return _form("ask_for_reset", {})
    try:
        values = posted(AskForResetIn())
        with transaction() as session:
            resets.ask_for_reset(
                session, email=values["email"], peer_mark=peer_mark(), now=utc_now()
            )
    except Refusal as refusal:
        return _form("ask_for_reset", typed(), refusal)
    flash(
        gettext(
            "If there is an account with this address, a letter with a link is on its way. "
            "The link holds for half an hour."
        ),
        "notice",
    )
    return redirect(url_for(".sign_in"), code=303)


@bp.route("/new-password/<token>", methods=["GET", "POST"])
@door(ANYONE)
@password_tries
def choose_new_password(token: str) -> ResponseReturnValue:
    account = queries.account_of_link(reading(), rules.digest_of(token), utc_now())
    if account is None:
        return _form("link_spent", {}, NotFound("link_spent"))
    if request.method != "POST":
        return _form("choose_new_password", {}, email=account.email)
    try:
        values = posted(ChooseNewPasswordIn())
        chosen = values["password"]
        password_hash = passwords.chosen_by(
            account, chosen, has_factor=has_factor(reading(), account.id)
        )
        with transaction() as session:
            actions.choose_new_password(
                session, token=token, password_hash=password_hash,
                is_long=rules.is_long(chosen), now=utc_now(),
            )  # fmt: skip
    except NotFound as refusal:
        return _form("link_spent", {}, refusal)
    except Refusal as refusal:
        return _form("choose_new_password", {}, refusal, email=account.email)
    if account.email is not None:
        # Whoever holds the link of the mail is taken for the person: strangers' guesses at the
        # account do not keep them from signing in with it.
        known.remember(account.email)
    flash(gettext("Your new password is set. Please sign in with it."), "success")
    return redirect(url_for(".sign_in"), code=303)


@bp.get("/people")
@door("list_people")
def show_people() -> ResponseReturnValue:
    asked = loaded(
        ListPeopleIn(only=("role", "cursor")),
        {name: request.args[name] for name in ("role", "cursor") if request.args.get(name)},
    )
    stretch = asked_stretch()
    found = queries.people(
        reading(), role=asked["role"], older_than=stretch.older_than,
        newer_than=stretch.newer_than, limit=PEOPLE_ON_A_PAGE + 1,
    )  # fmt: skip
    kept = asked["role"].value if asked["role"] else None
    shown = window(
        found, PEOPLE_ON_A_PAGE, stretch, lambda person: int(person.id), ".show_people", role=kept
    )
    return _people(
        shown.items, role=kept or "", newer_url=shown.newer_url, older_url=shown.older_url
    )


@bp.post("/people")
@door("list_people")
def find_people() -> ResponseReturnValue:
    """People by name or address: a form that is sent, since an address bar is no place for names."""
    asked = posted(FindPeopleIn(only=("q", "role")))
    role = asked["role"].value if asked["role"] else None
    if not asked["q"]:
        return redirect(url_for(".show_people", role=role), code=303)
    found = queries.people(
        reading(), words=asked["q"], role=asked["role"], limit=PEOPLE_ON_A_PAGE + 1
    )
    has_more = len(found) > PEOPLE_ON_A_PAGE
    return _people(found[:PEOPLE_ON_A_PAGE], q=asked["q"], role=role or "", has_more=has_more)


def _people(people: Sequence[Account], **facts: Any) -> str:
    return render_template(
        "people/people.html", people=people, roles=role_options(), role_name=role_name, **facts
    )


def _person(account_id: int, form: Any, refusal: Refusal | None = None) -> ResponseReturnValue:
    with transaction() as session:
        account = actions.open_person(session, actor=acting(), account_id=account_id, now=utc_now())
    may_remove = account_id != acting().account_id and has_factor(reading(), account_id)
    return _form(
        "person", form, refusal, account=account, roles=role_options(), role_name=role_name,
        may_remove_factors=may_remove,
    )  # fmt: skip


@bp.get("/people/<int:account_id>")
@door("open_person")
def show_person(account_id: int) -> ResponseReturnValue:
    return _person(account_id, {})


@bp.post("/people/<int:account_id>/roles")
@door("grant_role")
@confirmed_lately
def grant_role(account_id: int) -> ResponseReturnValue:
    try:
        values = posted(GrantRoleIn())
        with transaction() as session:
            grant = actions.grant_role(
                session,
                actor=acting(),
                account_id=account_id,
                is_scope=known_scopes(),
                now=utc_now(),
                **values,
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _person(account_id, typed(), refusal)
    stay_if_self(account_id, grant.account.session_epoch)
    flash(gettext("The role has been granted."), "success")
    return redirect(url_for(".show_person", account_id=account_id), code=303)


@bp.post("/people/<int:account_id>/roles/<int:grant_id>/revocation")
@door("revoke_role")
@confirmed_lately
def revoke_role(account_id: int, grant_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            epoch = actions.revoke_role(
                session,
                actor=acting(),
                account_id=account_id,
                grant_id=grant_id,
                then=after_revoking(),
                now=utc_now(),
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _person(account_id, {}, refusal)
    stay_if_self(account_id, epoch)
    flash(gettext("The role has been taken back."), "success")
    if account_id == acting().account_id:
        # Whoever gave up their own administration may not see the page that they were on.
        return redirect(url_for(".show_profile"), code=303)
    return redirect(url_for(".show_person", account_id=account_id), code=303)
