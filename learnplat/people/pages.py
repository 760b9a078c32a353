"""Accounts as pages: signing up and in, the profile, passwords, and who holds which role."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat.audit import openings_of
from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.core.lists import genders, institution_kinds, professions
from learnplat.core.refusals import NotFound, Refusal
from learnplat.db import reading, transaction
from learnplat.people import actions, passwords, queries, rules
from learnplat.people.schemas import (
    AskForResetIn,
    ChangePasswordIn,
    ChooseNewPasswordIn,
    GrantRoleIn,
    ListPeopleIn,
    ProfileIn,
    SignInIn,
    SignUpIn,
)
from learnplat.people.sign_in import (
    confirmed,
    open_session,
    recognised,
    signed_out,
    stay,
    stay_if_self,
)
from learnplat.people.tries import mail_tries, password_tries
from learnplat.people.words import role_name, role_options
from learnplat.web.choices import LANGUAGE_OPTIONS, country_options, list_options, zone_options
from learnplat.web.doors import ANYONE, SIGNED_IN, acting, door, own_path, visitor
from learnplat.web.errors import said, said_by_field
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
_SECRET = {"password", "current_password", "csrf_token"}


def _typed() -> dict[str, str]:
    """What came with the form, to be shown again; never a password."""
    return {name: value for name, value in request.form.items() if name not in _SECRET}


def _form(
    template: str, form: Any, refusal: Refusal | None = None, **more: Any
) -> ResponseReturnValue:
    """A form, empty or with what was typed and why it was refused."""
    errors: dict[str, list[str]] = {}
    if refusal is not None:
        found = said_by_field(refusal) or {"form": [said(refusal)]}
        places = {name: place for place, name in enumerate(_ORDER)}
        errors = dict(sorted(found.items(), key=lambda item: places.get(item[0], len(places))))
    page = render_template(f"people/{template}.html", form=form, errors=errors, **more)
    return page, refusal.status if refusal else 200


def _profile_options(zone: str) -> dict[str, Any]:
    language = reader_language()
    return {
        "countries": country_options(language),
        "institution_kinds": list_options("institution_kinds", institution_kinds(), language),
        "professions": list_options("professions", professions(), language),
        "genders": list_options("genders", genders(), language),
        "languages": LANGUAGE_OPTIONS,
        "zones": zone_options(language, zone),
    }


def _next() -> str | None:
    return own_path(request.args.get("next"))


def _after_sign_in(language: str, is_staff: bool) -> ResponseReturnValue:
    """To where the person was going; else to their own pages, in their own language."""
    home = "discussions_pages.show_home" if is_staff else "learning_pages.show_my_learning"
    return redirect(_next() or url_for(home, language=language), code=303)


@bp.route("/sign-up", methods=["GET", "POST"])
@door(ANYONE)
@mail_tries
def sign_up() -> ResponseReturnValue:
    person = visitor()
    if person is not None:
        return _after_sign_in(person.language, person.is_staff)
    options = _profile_options("UTC")
    if request.method != "POST":
        form = {"language": reader_language().value, "email": request.args.get("email", "")}
        return _form("sign_up", form, next=_next(), options=options)
    try:
        values = posted(SignUpIn())
        password_hash = passwords.chosen(
            values.pop("password"),
            values["email"],
            *passwords.known_of(*(values[name] for name in passwords.KNOWN)),
        )
        with transaction() as session:
            account = actions.sign_up(session, password_hash=password_hash, now=utc_now(), **values)
    except Refusal as refusal:
        return _form("sign_up", _typed(), refusal, next=_next(), options=options)
    stay(account.id, account.session_epoch)
    flash(gettext("Welcome. Your account is ready."), "success")
    return _after_sign_in(account.language, is_staff=False)


@bp.route("/sign-in", methods=["GET", "POST"])
@door(ANYONE)
@password_tries
def sign_in() -> ResponseReturnValue:
    if request.method != "POST":
        person = visitor()
        if person is not None:
            return _after_sign_in(person.language, person.is_staff)
        return _form("sign_in", {}, next=_next())
    try:
        values = posted(SignInIn())
        found = recognised(values["email"], values["password"])
    except Refusal as refusal:
        return _form("sign_in", _typed(), refusal, next=_next())
    open_session(found)
    return _after_sign_in(found.actor.language, found.actor.is_staff)


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
        "people/profile.html", account=account, role_name=role_name, openings=openings
    )


@bp.route("/profile/edit", methods=["GET", "POST"])
@door(SIGNED_IN)
def change_profile() -> ResponseReturnValue:
    actor = acting()
    options = _profile_options(actor.zone)
    if request.method != "POST":
        account = queries.account_with_roles(reading(), actor.account_id)
        return _form("change_profile", account, options=options)
    try:
        values = posted(ProfileIn())
        with transaction() as session:
            account = actions.change_profile(session, actor=actor, **values)
    except Refusal as refusal:
        return _form("change_profile", _typed(), refusal, options=options)
    flash(gettext("Your profile has been changed."), "success")
    # A new language is seen at once; otherwise the page stays in the one it was read in.
    has_moved = account.language is not actor.language
    language = account.language if has_moved else reader_language()
    return redirect(url_for(".show_profile", language=language.value), code=303)


@bp.route("/profile/password", methods=["GET", "POST"])
@door(SIGNED_IN)
@password_tries
def change_password() -> ResponseReturnValue:
    if request.method != "POST":
        return _form("change_password", {})
    actor = acting()
    try:
        values = posted(ChangePasswordIn())
        seen = confirmed(actor, values["current_password"])
        account = queries.account_with_roles(reading(), actor.account_id)
        password_hash = passwords.chosen_by(account, values["password"])
        with transaction() as session:
            epoch = actions.change_password(
                session, actor=actor, seen=seen, password_hash=password_hash, now=utc_now()
            )
    except Refusal as refusal:
        return _form("change_password", {}, refusal)
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
            actions.ask_for_reset(session, email=values["email"], now=utc_now())
    except Refusal as refusal:
        return _form("ask_for_reset", _typed(), refusal)
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
        password_hash = passwords.chosen_by(account, values["password"])
        with transaction() as session:
            actions.choose_new_password(
                session, token=token, password_hash=password_hash, now=utc_now()
            )
    except NotFound as refusal:
        return _form("link_spent", {}, refusal)
    except Refusal as refusal:
        return _form("choose_new_password", {}, refusal, email=account.email)
    flash(gettext("Your new password is set. Please sign in with it."), "success")
    return redirect(url_for(".sign_in"), code=303)


@bp.get("/people")
@door(Role.ADMIN)
def show_people() -> ResponseReturnValue:
    asked = loaded(
        ListPeopleIn(only=("q", "role", "cursor")),
        {name: request.args[name] for name in ("q", "role", "cursor") if request.args.get(name)},
    )
    stretch = asked_stretch()
    found = queries.people(
        reading(), words=asked["q"], role=asked["role"], older_than=stretch.older_than,
        newer_than=stretch.newer_than, limit=PEOPLE_ON_A_PAGE + 1,
    )  # fmt: skip
    kept = {"q": asked["q"] or None, "role": asked["role"].value if asked["role"] else None}
    shown = window(
        found, PEOPLE_ON_A_PAGE, stretch, lambda person: int(person.id), ".show_people", **kept
    )
    return render_template(
        "people/people.html",
        people=shown.items,
        q=asked["q"],
        role=kept["role"] or "",
        roles=role_options(),
        role_name=role_name,
        newer_url=shown.newer_url,
        older_url=shown.older_url,
    )


def _person(account_id: int, form: Any, refusal: Refusal | None = None) -> ResponseReturnValue:
    with transaction() as session:
        account = actions.open_person(session, actor=acting(), account_id=account_id, now=utc_now())
    return _form(
        "person", form, refusal, account=account, roles=role_options(), role_name=role_name
    )


@bp.get("/people/<int:account_id>")
@door(Role.ADMIN)
def show_person(account_id: int) -> ResponseReturnValue:
    return _person(account_id, {})


@bp.post("/people/<int:account_id>/roles")
@door(Role.ADMIN)
def grant_role(account_id: int) -> ResponseReturnValue:
    try:
        values = posted(GrantRoleIn())
        with transaction() as session:
            grant = actions.grant_role(
                session, actor=acting(), account_id=account_id, now=utc_now(), **values
            )
    except Refusal as refusal:
        return _person(account_id, _typed(), refusal)
    stay_if_self(account_id, grant.account.session_epoch)
    flash(gettext("The role has been granted."), "success")
    return redirect(url_for(".show_person", account_id=account_id), code=303)


@bp.post("/people/<int:account_id>/roles/<int:grant_id>/revocation")
@door(Role.ADMIN)
def revoke_role(account_id: int, grant_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            epoch = actions.revoke_role(
                session, actor=acting(), account_id=account_id, grant_id=grant_id, now=utc_now()
            )
    except Refusal as refusal:
        return _person(account_id, {}, refusal)
    stay_if_self(account_id, epoch)
    flash(gettext("The role has been taken back."), "success")
    if account_id == acting().account_id:
        # Whoever gave up their own administration may not see the page that they were on.
        return redirect(url_for(".show_profile"), code=303)
    return redirect(url_for(".show_person", account_id=account_id), code=303)
