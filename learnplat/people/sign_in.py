"""Who a request comes from: the session cookie or a bearer token, in one select."""

import hashlib
from dataclasses import dataclass

from flask import Flask, Request, g, session
from flask_login import LoginManager, UserMixin, login_user, logout_user
from sqlalchemy import ColumnElement, select

from learnplat.core.actors import Actor, Role
from learnplat.core.clock import utc_now
from learnplat.core.refusals import Invalid, NotSignedIn
from learnplat.core.text import email_key
from learnplat.db import reading, transaction
from learnplat.people import actions, passwords, queries
from learnplat.people.models import Account, ApiToken, RoleGrant

login_manager = LoginManager()
login_manager.session_protection = None


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):  # type: ignore[misc]
    """A signed-in person as Flask-Login keeps it: the session ends when the epoch moves on."""

    actor: Actor
    epoch: int

    def get_id(self) -> str:
        return f"{self.actor.account_id}.{self.epoch}"


_COLUMNS = (
    Account.id,
    Account.name,
    Account.language,
    Account.zone,
    Account.country,
    Account.session_epoch,
    RoleGrant.role,
    RoleGrant.scope,
)


def signed_in_where(*conditions: ColumnElement[bool], token: bool = False) -> SignedIn | None:
    """The person whom the conditions name, with every role, or None."""
    query = (
        select(*_COLUMNS)
        .select_from(Account)
        .outerjoin(RoleGrant, RoleGrant.account_id == Account.id)
    )
    if token:
        query = query.join(ApiToken, ApiToken.account_id == Account.id)
    rows = reading().execute(query.where(*conditions)).all()
    if not rows:
        return None
    first = rows[0]
    grants = {(row.role, row.scope) for row in rows if row.role is not None}
    return SignedIn(
        Actor(
            account_id=first.id,
            name=first.name,
            language=first.language,
            zone=first.zone,
            country=first.country,
            roles=frozenset({Role.PRACTITIONER, *(role for role, _ in grants)}),
            scopes=frozenset(grants),
        ),
        first.session_epoch,
    )


@login_manager.user_loader
def _from_session(key: str) -> SignedIn | None:
    account_id, _, epoch = key.partition(".")
    if not (account_id.isdecimal() and epoch.isdecimal()):
        return None
    return signed_in_where(Account.id == int(account_id), Account.session_epoch == int(epoch))


@login_manager.request_loader
def _from_token(request: Request) -> SignedIn | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not request.path.startswith("/api/"):
        return None
    digest = hashlib.sha256(token.strip().encode()).hexdigest()
    person = signed_in_where(
        ApiToken.token_digest == digest,
        ApiToken.session_epoch == Account.session_epoch,
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > utc_now(),
        token=True,
    )
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
    person = signed_in_where(
        Account.id == found.account_id, Account.session_epoch == found.session_epoch
    )
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
    person = signed_in_where(Account.id == account_id)
    if person is not None:
        open_session(person)


def open_session(person: SignedIn) -> None:
    """Sign the person in on this browser, with nothing kept of the session before."""
    session.clear()
    session.permanent = True
    login_user(person)


def close_session() -> None:
    logout_user()
    session.clear()


def init_sign_in(app: Flask) -> None:
    login_manager.init_app(app)

    @app.before_request
    def _token_alone() -> None:
        """A request that names a token acts by it alone, never by the cookie beside it."""
        from flask import request

        if "Authorization" in request.headers and request.path.startswith("/api/"):
            session.pop("_user_id", None)
            session.modified = False
