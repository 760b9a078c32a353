"""Who a request comes from: the session cookie or a bearer token, in one select."""

import hashlib
from dataclasses import dataclass
from typing import cast

from flask import Flask, Request, g, session
from flask_login import LoginManager, UserMixin, login_user, logout_user
from sqlalchemy import Table, bindparam, select

from learnplat.core.actors import Actor, Role
from learnplat.core.clock import utc_now
from learnplat.core.refusals import Invalid, NotSignedIn
from learnplat.core.text import email_key
from learnplat.db import reading, transaction
from learnplat.people import actions, passwords, queries
from learnplat.people.models import Account, ApiToken, RoleGrant
from learnplat.prepared import Prepared

login_manager = LoginManager()
login_manager.session_protection = None


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):  # type: ignore[misc]
    """A signed-in person as Flask-Login keeps it: the session ends when the epoch moves on."""

    actor: Actor
    epoch: int

    def get_id(self) -> str:
        return f"{self.actor.account_id}.{self.epoch}"


_ACCOUNT = cast(Table, Account.__table__)
_GRANT = cast(Table, RoleGrant.__table__)
_TOKEN = cast(Table, ApiToken.__table__)
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
_BY_ID = Prepared(_PERSON.where(_ACCOUNT.c.id == bindparam("id")))
_BY_TOKEN = Prepared(
    _PERSON.join(_TOKEN, _TOKEN.c.account_id == _ACCOUNT.c.id).where(
        _TOKEN.c.token_digest == bindparam("digest"),
        _TOKEN.c.session_epoch == _ACCOUNT.c.session_epoch,
        _TOKEN.c.revoked_at.is_(None),
        _TOKEN.c.expires_at > bindparam("now"),
    )
)


def _signed_in(query: Prepared, **values: object) -> SignedIn | None:
    """The person whom the query finds, with every role, or None."""
    rows = query.rows(reading(), **values)
    if not rows:
        return None
    account_id, name, language, zone, country, epoch, _role, _scope = rows[0]
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
    person = _signed_in(_BY_ID, id=account_id)
    return person if person and epoch in (None, person.epoch) else None


@login_manager.user_loader
def _from_session(key: str) -> SignedIn | None:
    account_id, _, epoch = key.partition(".")
    if not (account_id.isdecimal() and epoch.isdecimal()):
        return None
    return signed_in(int(account_id), int(epoch))


@login_manager.request_loader
def _from_token(request: Request) -> SignedIn | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not request.path.startswith("/api/"):
        return None
    digest = hashlib.sha256(token.strip().encode()).hexdigest()
    person = _signed_in(_BY_TOKEN, digest=digest, now=utc_now())
    if person is None and not g.get("is_token_refused"):
        # Refused once: the page that says so asks again who is reading, and is told nobody.
        g.is_token_refused = True
        raise NotSignedIn("wrong_token")
    return person


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


def stay(account_id: int) -> None:
    """Open this browser's session anew, under the account's epoch of now."""
    person = signed_in(account_id)
    if person is not None:
        open_session(person)


def open_session(person: SignedIn) -> None:
    """Sign the person in on this browser, with nothing kept of the session before."""
    session.clear()
    session.permanent = True
    login_user(person)
    g.visitor = person.actor


def close_session() -> None:
    logout_user()
    session.clear()
    g.visitor = None


def init_sign_in(app: Flask) -> None:
    login_manager.init_app(app)

    @app.before_request
    def _token_alone() -> None:
        """A request that names a token acts by it alone, never by the cookie beside it."""
        from flask import request

        if "Authorization" in request.headers and request.path.startswith("/api/"):
            session.pop("_user_id", None)
            session.modified = False
