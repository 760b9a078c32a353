"""Signing in at one's institution, and the links that make it possible, as pages."""

import hmac
import time
from typing import Any

import structlog
from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat.core.clock import utc_now
from learnplat.core.providers import Provider
from learnplat.core.refusals import Conflict, NotFound
from learnplat.db import reading, transaction
from learnplat.people.factors.two_steps import enter, enter_with_factor, go_on
from learnplat.people.institutional import actions, queries
from learnplat.people.institutional.refusals import NotVerified
from learnplat.people.institutional.rules import PENDING_LIFETIME, Identity
from learnplat.people.sign_in import SignedIn, signed_in, stay_if_self
from learnplat.people.step_up import confirmed_lately
from learnplat.people.tries import password_tries, visits
from learnplat.web.doors import ANYONE, SIGNED_IN, acting, door, own_path, visitor
from learnplat.web.languages import IN_URL, reader_language
from learnplat.web.pages import base_url

log = structlog.get_logger()
bp = Blueprint("institutional_pages", __name__)
PENDING = "institution"  # what the cookie keeps while the person is there
_KEPT = {"state", "nonce", "verifier", "key", "account", "at", "next", "language"}
LONGEST_CODE = 2000


def _providers() -> tuple[Provider, ...]:
    found: tuple[Provider, ...] = current_app.config["LEARNPLAT"].providers
    return found


def _provider(key: str) -> Provider:
    for provider in _providers():
        if provider.key == key:
            return provider
    raise NotFound()


def _return_address(provider: Provider) -> str:
    """The one address that the provider may send people back to: one for each provider."""
    return base_url() + url_for(".return_from_institution", key=provider.key)


def _way_there(provider: Provider, account_id: int | None, next_path: str | None) -> str:
    """Where to send the browser. What it must bring back is kept in its cookie, for ten minutes."""
    from learnplat.people.institutional import talk

    address, kept = talk.way_there(provider, _return_address(provider))
    cookie[PENDING] = {
        **kept,
        "key": provider.key,
        "account": account_id,
        "at": int(time.time()),
        "next": next_path,
        "language": reader_language().value,
    }
    return address


@bp.get(f"{IN_URL}/sign-in/institution/<key>")
@door(ANYONE)
@visits
def sign_in_at_institution(key: str) -> ResponseReturnValue:
    provider = _provider(key)
    next_path = own_path(request.args.get("next"))
    if visitor() is not None:
        return redirect(next_path or url_for("people_pages.show_profile"), code=303)
    return redirect(_way_there(provider, None, next_path), code=303)


@bp.post(f"{IN_URL}/profile/security/institutions/<key>/link")
@door(SIGNED_IN)
@confirmed_lately
@password_tries
def link_institution(key: str) -> ResponseReturnValue:
    """Say where the person is about to go: a form may not lead off this site by itself."""
    provider = _provider(key)
    address = _way_there(provider, acting().account_id, None)
    return render_template(
        "people/institution_leave.html", address=address, label=provider.label[reader_language()]
    )


@bp.post(f"{IN_URL}/profile/security/institutions/<int:link_id>/removal")
@door("unlink_institution")
@confirmed_lately
def unlink_institution(link_id: int) -> ResponseReturnValue:
    with transaction() as session:
        link = queries.link_of(session, acting().account_id, link_id)
        issuer = link.issuer if link else None
        epoch = actions.unlink_institution(
            session,
            actor=acting(),
            link_id=link_id,
            provider=next((found.key for found in _providers() if found.issuer == issuer), None),
            now=utc_now(),
        )
    stay_if_self(acting().account_id, epoch)
    flash(gettext("The sign-in of your institution no longer opens your account."), "success")
    return redirect(url_for("factor_pages.show_security"), code=303)


@bp.get("/institution/<key>/return")
@door(ANYONE)
@visits
def return_from_institution(key: str) -> ResponseReturnValue:
    """Where the provider sends the person back to, with a code that is good for one token."""
    provider = _provider(key)
    pending = cookie.pop(PENDING, None)
    pending = pending if isinstance(pending, dict) and pending.keys() == _KEPT else {}
    try:
        _check(provider, pending)
        error = request.args.get("error")
        if error is not None:
            return _not_there(pending, error)
        found = _identity(provider, pending)
    except NotVerified as refusal:
        log.warning("institution_not_verified", provider=key, why=refusal.why)
        raise
    if pending["account"] is not None:
        return _linked(provider, found, pending)
    return _entered(found, pending)


def _check(provider: Provider, pending: dict[str, Any]) -> None:
    """That this browser left for this provider, a short time ago, and brings back what it took."""
    g.language = pending.get("language") or reader_language().value
    if pending.get("key") != provider.key:
        raise NotVerified("another_provider" if pending else "not_begun")
    state = request.args.get("state", "")
    if not hmac.compare_digest(state.encode(), str(pending["state"]).encode()):
        raise NotVerified("state")
    if not 0 <= time.time() - pending["at"] < PENDING_LIFETIME.total_seconds():
        raise NotVerified("too_late")
    issuer = request.args.get("iss")
    if issuer is not None and issuer != provider.issuer:
        raise NotVerified("issuer_of_answer")
    person = visitor()
    if pending["account"] is not None and (
        person is None or person.account_id != pending["account"]
    ):
        raise NotVerified("another_person")


def _identity(provider: Provider, pending: dict[str, Any]) -> Identity:
    from learnplat.people.institutional import talk

    code = request.args.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE:
        raise NotVerified("no_code")
    return talk.identity(
        provider,
        code=code,
        verifier=pending["verifier"],
        nonce=pending["nonce"],
        redirect_uri=_return_address(provider),
    )


def _not_there(pending: dict[str, Any], error: str) -> ResponseReturnValue:
    """The person turned back there, or was turned back."""
    log.info("institution_declined", was_person=error == "access_denied")
    flash(gettext("You were not signed in at your institution."), "notice")
    is_link = pending["account"] is not None
    place = "factor_pages.show_security" if is_link else "people_pages.sign_in"
    return redirect(url_for(place, language=pending["language"]), code=303)


def _linked(provider: Provider, found: Identity, pending: dict[str, Any]) -> ResponseReturnValue:
    try:
        with transaction() as session:
            epoch = actions.link_institution(
                session,
                actor=acting(),
                issuer=found.issuer,
                subject=found.subject,
                provider=provider.key,
                now=utc_now(),
            )
    except Conflict as refusal:
        if refusal.code == "already_recorded":  # two answers at once
            raise Conflict("institution_taken") from refusal
        raise
    if epoch is not None:
        stay_if_self(acting().account_id, epoch)
    flash(gettext("You can now sign in at your institution."), "success")
    return redirect(url_for("factor_pages.show_security", language=pending["language"]), code=303)


def _entered(found: Identity, pending: dict[str, Any]) -> ResponseReturnValue:
    """Go on as after a right password. Who is not known, or not let in, meets the same page."""
    account_id = queries.account_of(reading(), found.issuer, found.subject)
    person = signed_in(account_id) if account_id is not None else None
    if person is None:
        return render_template("people/institution_unknown.html"), 403
    g.next_path = pending["next"]
    return _go_in(person, found)


def _go_in(person: SignedIn, found: Identity) -> ResponseReturnValue:
    asking = visitor()
    if asking is not None and asking.account_id == person.actor.account_id:
        return go_on(person, with_factor=True)  # two pages of one browser: it is in already
    return enter_with_factor(person) if found.with_factor else enter(person)


def _offered() -> list[tuple[str, str]]:
    """What the sign-in page offers: the institution's name and the way there."""
    language, next_path = reader_language(), own_path(request.args.get("next"))
    return [
        (
            provider.label[language],
            url_for("institutional_pages.sign_in_at_institution", key=provider.key, next=next_path),
        )
        for provider in _providers()
    ]


def _own_links() -> list[dict[str, Any]]:
    """What the security page shows: every provider, and every link of one that is gone."""
    language = reader_language()
    links = {link.issuer: link for link in queries.links_of(reading(), acting().account_id)}
    rows = [
        {
            "label": provider.label[language],
            "link": links.pop(provider.issuer, None),
            "url": url_for("institutional_pages.link_institution", key=provider.key),
        }
        for provider in _providers()
    ]
    rows += [{"label": issuer, "link": link, "url": None} for issuer, link in links.items()]
    return rows


def init(app: Flask) -> None:
    app.jinja_env.globals["institutions_to_sign_in"] = _offered
    app.jinja_env.globals["institutions_of_mine"] = _own_links
