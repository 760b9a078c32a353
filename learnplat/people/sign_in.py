"""Who a request comes from: the session cookie or a bearer token, in one select."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

import structlog
from flask import (
    Flask,
    Request,
    Response,
    current_app,
    flash,
    g,
    redirect,
    request,
    session,
    url_for,
)
from flask_babel import gettext
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import Table, bindparam, literal_column, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from learnplat.core.actors import Actor, Role
from learnplat.core.clock import utc_now
from learnplat.core.refusals import Invalid, NotAllowed, NotSignedIn, Refusal
from learnplat.core.text import email_key
from learnplat.db import reading, transaction
from learnplat.people import actions, known, passwords, queries, rules, sessions
from learnplat.people.consent_gate import waits_for_consent
from learnplat.people.devices import device_of
from learnplat.people.models import Account, ApiToken, RoleGrant, SignIn
from learnplat.prepared import Prepared
from learnplat.web.doors import is_api, visitor

log = structlog.get_logger()
_NEVER = datetime.fromtimestamp(0, UTC)
_BRIEFLY = 0.2  # seconds that a page waits to say that its session is in use
login_manager = LoginManager()
login_manager.session_protection = None


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):  # type: ignore[misc]
    """A signed-in person as Flask-Login keeps it, and the session of theirs that is asking."""

    actor: Actor
    epoch: int
    key: str = ""  # what the cookie holds; empty for a token
    sign_in_id: int | None = None
    confirmed_at: datetime | None = None  # when the person last proved that it is they
    with_factor: bool = False  # whether a second factor opened it
    # The terms that the person has agreed to.
    consent_version: str | None = None

    def get_id(self) -> str:
        return self.key


_ACCOUNT = cast(Table, Account.__table__)
_GRANT = cast(Table, RoleGrant.__table__)
_TOKEN = cast(Table, ApiToken.__table__)
_SIGN_IN = cast(Table, SignIn.__table__)
# Built once, and of tables rather than mapped classes: every request of a person runs one of them.
_PERSON = select(
    _ACCOUNT.c.id,
    _ACCOUNT.c.name,
    _ACCOUNT.c.language,
    _ACCOUNT.c.zone,
    _ACCOUNT.c.country,
    _ACCOUNT.c.session_epoch,
    _GRANT.c.role,
    _GRANT.c.scope,
).select_from(_ACCOUNT.outerjoin(_GRANT, _GRANT.c.account_id == _ACCOUNT.c.id))
# The one place where an account that is not, or no longer, admitted is kept out of everything.
_PERSON = _PERSON.where(_ACCOUNT.c.standing == literal_column("'admitted'"))
_BY_ID = Prepared(_PERSON.where(_ACCOUNT.c.id == bindparam("id")))
_BY_KEY = Prepared(
    _PERSON.add_columns(
        _SIGN_IN.c.id,
        _SIGN_IN.c.seen_at,
        _SIGN_IN.c.confirmed_at,
        _ACCOUNT.c.consent_version,
        _SIGN_IN.c.with_factor,
    )
    .join(_SIGN_IN, _SIGN_IN.c.account_id == _ACCOUNT.c.id)
    .where(
        _SIGN_IN.c.key_digest == bindparam("digest"),
        _SIGN_IN.c.session_epoch == _ACCOUNT.c.session_epoch,
        _SIGN_IN.c.expires_at > bindparam("now"),
    )
)
_BY_TOKEN = Prepared(
    _PERSON.add_columns(_TOKEN.c.confirmed_at, _TOKEN.c.with_factor, _ACCOUNT.c.consent_version)
    .join(_TOKEN, _TOKEN.c.account_id == _ACCOUNT.c.id)
    .where(
        _TOKEN.c.token_digest == bindparam("digest"),
        _TOKEN.c.session_epoch == _ACCOUNT.c.session_epoch,
        _TOKEN.c.revoked_at.is_(None),
        _TOKEN.c.expires_at > bindparam("now"),
    )
)


def _signed_in(rows: list[tuple[Any, ...]]) -> SignedIn | None:
    """The person whom a select has found, with every role, or None."""
    if not rows:
        return None
    account_id, name, language, zone, country, epoch = rows[0][:6]
    grants = {(row[6], row[7]) for row in rows if row[6] is not None}
    return SignedIn(
        Actor(
            account_id=account_id,
            name=name,
            language=language,
            zone=zone,
            country=country,
            roles=frozenset({Role.PRACTITIONER, *(role for role, _ in grants)}),
            scopes=frozenset(grants),
        ),
        epoch,
    )


def signed_in(account_id: int, epoch: int | None = None) -> SignedIn | None:
    """The person of that account; with an epoch, only while it is the account's."""
    person = _signed_in(_BY_ID.rows(reading(), id=account_id))
    return person if person and epoch in (None, person.epoch) else None


@login_manager.user_loader
def _from_session(key: object) -> SignedIn | None:
    if not isinstance(key, str):
        return None  # signed, but by another version
    now = utc_now()
    rows = _BY_KEY.rows(reading(), digest=rules.digest_of(key), now=now)
    person = _signed_in(rows)
    if person is None:
        return None
    sign_in_id, seen_at, confirmed_at, consent_version, with_factor = rows[0][8:13]
    if now - seen_at >= rules.idle_limit(person.actor.is_staff):
        return None
    g.was_seen_long_ago = now - seen_at > rules.SEEN_EVERY
    return replace(
        person,
        key=key,
        sign_in_id=sign_in_id,
        confirmed_at=confirmed_at,
        consent_version=consent_version,
        with_factor=with_factor,
    )


@login_manager.request_loader
def _from_token(request: Request) -> SignedIn | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not request.path.startswith("/api/"):
        return None
    digest = rules.digest_of(token.strip())
    try:
        rows = _BY_TOKEN.rows(reading(), digest=digest, now=utc_now())
    except (OperationalError, PoolTimeout):
        _ask_nobody_again()
        raise
    person = _signed_in(rows)
    if person is not None:
        confirmed_at, with_factor, version = rows[0][8:11]
        person = replace(
            person, confirmed_at=confirmed_at, with_factor=with_factor, consent_version=version
        )
    refusal = _refusal_of_token(person)
    if refusal is None or g.get("is_token_refused"):
        return person if refusal is None else None
    # Refused once: the page that says so asks again who is reading, and is told nobody.
    g.is_token_refused = True
    raise refusal


def _refusal_of_token(person: SignedIn | None) -> Refusal | None:
    """Why a token opens nothing here: it is nobody's, or its owner has something to do first."""
    if person is None:
        return NotSignedIn("wrong_token")
    if lacks_factor(person):
        return NotAllowed("second_factor_missing")
    if waits_for_consent(person.consent_version):
        return NotAllowed("consent_needed")
    return None


def recognised(email: str, password: str) -> SignedIn:
    """The person whose address and password these are.

    Raises `NotSignedIn("wrong_sign_in")` alike, and after the same work, for an address that nobody
    has and for a password that is not its own.
    """
    reader = reading()
    found = queries.credentials_of_address(reader, email_key(email))
    reader.rollback()  # comparing takes time, in which no connection is held
    kept = found.password_hash if found else None
    if not passwords.is_right(password, kept) or found is None or kept is None:
        raise NotSignedIn("wrong_sign_in")
    if passwords.is_old(kept):
        fresh = passwords.hashed(password)
        with transaction() as writer:
            actions.renew_hash(writer, account_id=found.account_id, seen=kept, password_hash=fresh)
    # The epoch of the password that was compared: one changed meanwhile opens nothing.
    person = signed_in(found.account_id, found.session_epoch)
    if person is None:
        raise NotSignedIn("wrong_sign_in")
    return person


def confirmed(actor: Actor, password: str) -> str | None:
    """The kept hash that the person's own password was found right with, or a refusal."""
    reader = reading()
    found = queries.credentials_of(reader, actor.account_id)
    reader.rollback()
    kept = found.password_hash if found else None
    if not passwords.is_right(password, kept):
        raise Invalid.field("current_password", "wrong_password")
    return kept


def stay(account_id: int, epoch: int, *, with_factor: bool | None = None) -> None:
    """Go on in this browser under a new key, unless the account has moved on from that epoch.

    What the session before had been confirmed by holds on; `with_factor` says it anew.
    """
    person, asking = signed_in(account_id, epoch), current_user
    if person is None:
        session.clear()
        _nobody()
    elif asking.is_authenticated and asking.actor.account_id == account_id:
        open_session(
            person,
            with_factor=asking.with_factor if with_factor is None else with_factor,
            confirmed_at=asking.confirmed_at or _NEVER,
        )
    else:
        open_session(person)


def stay_if_self(account_id: int, epoch: int) -> None:
    """After one's own rights have changed by the cookie of this browser: a new key."""
    asking = current_user
    if not (asking.is_authenticated and asking.key and asking.actor.account_id == account_id):
        return
    if asking.epoch != epoch:
        stay(account_id, epoch)


def open_session(
    person: SignedIn, *, with_factor: bool = False, confirmed_at: datetime | None = None
) -> None:
    """Sign the person in on this browser under a new key, with nothing kept of the session before.

    Whoever has a second factor comes in `with_factor` or not at all.
    """
    key, now = secrets.token_urlsafe(32), utc_now()
    confirmed_at = confirmed_at or now
    with transaction() as writer:
        sign_in_id = sessions.open_session(
            writer,
            account_id=person.actor.account_id,
            session_epoch=person.epoch,
            key=key,
            device=device_of(request.user_agent.string),
            replaced=session.get("_user_id"),
            confirmed_at=confirmed_at,
            with_factor=with_factor,
            now=now,
        )
        address = queries.address_of(writer, person.actor.account_id)
    if address is not None:
        known.remember(address)
    session.clear()
    session.permanent = True
    opened = replace(person, key=key, sign_in_id=sign_in_id)
    login_user(replace(opened, confirmed_at=confirmed_at, with_factor=with_factor))
    # Flask-Login's mark of the browser is made of its address; the cookie holds the key alone.
    session.pop("_id", None)
    session.pop("_fresh", None)
    g.visitor = person.actor


def signed_out() -> Response:
    """End this browser's session, and have the browser forget what it kept of its pages."""
    key = session.get("_user_id")
    if key is not None:
        with transaction() as writer:
            sessions.close_session(writer, key=key)
    logout_user()
    session.clear()
    _nobody()
    flash(gettext("You have signed out."), "success")
    response = redirect(url_for("discussions_pages.show_home"), code=303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return cast(Response, response)


def _nobody() -> None:
    g.pop("_login_user", None)
    g.visitor = None


# What staff who must have a second factor reach until they have one.
_WITHOUT_FACTOR = frozenset(
    {
        "people_pages.sign_out",
        *(
            f"factor_pages.{name}"
            for name in (
                "show_security", "show_new_passkey", "ask_new_passkey", "add_passkey", "begin_app",
                "show_app", "confirm_app", "confirm_self",
            )
        ),
    }
)  # fmt: skip


def lacks_factor(person: SignedIn) -> bool:
    """Whether the person must set up a second factor before anything else."""
    is_needed = current_app.config["LEARNPLAT"].staff_second_factor == "always"
    return is_needed and person.actor.is_staff and not person.with_factor


def init_sign_in(app: Flask) -> None:
    login_manager.init_app(app)
    # We have no cookie that remembers: this name no request can bring.
    app.config["REMEMBER_COOKIE_NAME"] = ";"

    @app.before_request
    def _who_is_there() -> None:
        """Leave out a session that is over, and say now and then that one is in use."""
        if "_user_id" not in session:
            return
        # A request that names a token acts by it alone, never by the cookie beside it.
        is_by_token = "Authorization" in request.headers and is_api()
        if is_by_token or (not _is_asset() and _visitor_of_cookie() is None):
            session.pop("_user_id", None)
            session.modified = False  # what another answer sets meanwhile is newer
        elif g.pop("was_seen_long_ago", False):
            _keep_alive(current_user.sign_in_id)

    @app.before_request
    def _second_factor_first() -> Any:
        """The one place that keeps staff without a factor from every door but that of setting it up."""
        if "_user_id" not in session or _is_asset() or not current_user.is_authenticated:
            return None
        if request.endpoint in _WITHOUT_FACTOR or not lacks_factor(current_user):
            return None
        if is_api():
            raise NotAllowed("second_factor_missing")
        return redirect(url_for("factor_pages.show_security"), code=303)


def _is_asset() -> bool:
    """Whether the answer is the same for everybody, and must come without the database too."""
    return request.endpoint == "static" or (request.endpoint or "").startswith("health.")


def _visitor_of_cookie() -> Actor | None:
    try:
        return visitor()
    except (OperationalError, PoolTimeout):
        _ask_nobody_again()
        raise


def _ask_nobody_again() -> None:
    """The database is away: the answer that says so is for nobody, and asks it nothing."""
    g.visitor = None
    g._login_user = login_manager.anonymous_user()


def _keep_alive(sign_in_id: int) -> None:
    try:
        with transaction(patience=_BRIEFLY) as writer:
            sessions.keep_alive(writer, sign_in_id=sign_in_id, now=utc_now())
    except (OperationalError, PoolTimeout) as error:
        # The page matters more; the next one says it.
        log.warning("session_not_kept_alive", kind=type(error).__name__)
