"""What people do with accounts. Passwords arrive hashed: hashing takes time, and here a write waits."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.core.actors import Actor, Role
from learnplat.core.countries import is_country
from learnplat.core.languages import Language
from learnplat.core.permissions import require
from learnplat.core.refusals import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from learnplat.core.text import email_key, has_letter, is_plain, tidy_line
from learnplat.people import passwords, queries, rules
from learnplat.people.authority import as_of_now
from learnplat.people.consents import consent_version_of, is_lacking
from learnplat.people.factors.queries import has_factor
from learnplat.people.institutional.actions import unlink_all
from learnplat.people.institutions import institution_of
from learnplat.people.models import Account, AccountKind, ApiToken, PasswordReset, RoleGrant
from learnplat.people.sessions import end_all_sessions

# What a person says of themself, and may change.
PROFILE = frozenset(
    {"name", "name_latin", "country", "institution_kind", "institution", "profession", "gender",
     "language", "zone"}
)  # fmt: skip


def add_person(
    session: Session,
    *,
    email: str,
    role: str,
    country: str,
    now: datetime,
    name: str | None = None,
    password: str | None = None,
    language: Language = Language.EN,
) -> int:
    """An operator adds an account with a role; gives its number.

    Without a password the person asks for a link by mail. The rest of the profile stays open for
    the person to fill in.
    """
    address = tidy_line(email)
    if not (rules.is_address(address) and is_plain(address)):
        raise Invalid.field("email", "address_needed")
    shown = tidy_line(name or address.partition("@")[0])
    if len(shown) > 200 or not is_plain(shown) or (name and not has_letter(shown)):
        raise Invalid.field("name", "name_needed")
    if not is_country(country):
        raise Invalid.field("country", "unknown_country")
    try:
        given = Role(role)
    except ValueError as error:
        raise Invalid.field("role", "unknown_role") from error
    known = passwords.known_of(shown, None, None, country)
    account = Account(
        email=address,
        name=shown,
        password_hash=None if password is None else passwords.chosen(password, address, *known),
        country=country,
        institution_kind="other",
        profession="other",
        gender="not_stated",
        language=language,
        zone="UTC",
        kind=AccountKind.STAFF if rules.is_staff({given}) else AccountKind.OFFICIAL,
        registered_at=now,
    )
    if given is not Role.PRACTITIONER:
        scope = country if given is Role.FOCAL_POINT else ""
        account.grants.append(RoleGrant(role=given, scope=scope))
    _keep(session, account)
    audit.record(
        session,
        actor_id=None,
        action="account_added",
        subject=("account", account.id),
        now=now,
        role=given.value,
    )
    return account.id


def _keep(session: Session, account: Account) -> None:
    """Write a new account; an address that is taken in any spelling is refused on `email`."""
    account.email_key = email_key(account.email or "")
    if len(account.email_key) > 254 or account.email_key.count("@") != 1:
        raise Invalid.field("email", "address_needed")
    account.calendar_token = secrets.token_urlsafe(32)
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid.field("email", "address_taken") from error


def _latin(name: str, name_latin: str | None) -> str | None:
    """The name in Latin script, kept only when it says something else than the name."""
    return name_latin if name_latin != name else None


def change_profile(session: Session, *, actor: Actor, now: datetime, **values: Any) -> Account:
    """Change what the person says of themself. `values` are the fields that change.

    Another country is recorded: it moves the person to other focal points and vetting officers.
    """
    account = session.get(Account, actor.account_id)
    if account is None:
        raise NotFound()
    left = account.country
    for field in PROFILE & values.keys():
        setattr(account, field, values[field])
    account.name_latin = _latin(account.name, account.name_latin)
    account.institution_id = institution_of(
        session,
        country=account.country,
        kind=account.institution_kind,
        name=account.institution,
        now=now,
    )
    session.flush()
    if account.country != left:
        audit.record_own(
            session,
            account_id=actor.account_id,
            action="country_changed",
            now=now,
            country=account.country,
            left=left,
        )
    return account


def renew_hash(session: Session, *, account_id: int, seen: str, password_hash: str) -> None:
    """Keep the same password under today's parameters, unless it was changed meanwhile."""
    session.execute(
        update(Account)
        .where(Account.id == account_id, Account.password_hash == seen)
        .values(password_hash=password_hash)
    )


def change_password(
    session: Session,
    *,
    actor: Actor,
    seen: str | None,
    password_hash: str,
    is_long: bool = True,
    now: datetime,
) -> int:
    """Take the new password and end every session; gives the epoch of the next one.

    `seen` is the hash that the current password was compared with.
    """
    account = session.get(Account, actor.account_id, with_for_update={"key_share": True})
    if account is None or account.password_hash != seen:
        raise Conflict("already_recorded")
    epoch = _take(session, account, password_hash, is_long)
    audit.record_own(session, account_id=actor.account_id, action="password_changed", now=now)
    return epoch


def _take(session: Session, account: Account, password_hash: str, is_long: bool) -> int:
    if not is_long and not has_factor(session, account.id):
        # The factor beside which it would have been long enough was removed meanwhile.
        shortest, longest = rules.SHORTEST_PASSWORD, rules.LONGEST_PASSWORD
        raise Invalid.field("password", "password_too_short", shortest=shortest, longest=longest)
    account.password_hash, account.password_is_long = password_hash, is_long
    return end_all_sessions(session, account)


def choose_new_password(
    session: Session, *, token: str, password_hash: str, is_long: bool = True, now: datetime
) -> Account:
    """Use a link from a mail, once: the new password holds, every session and token ends.

    Whoever knew the old one may have linked a sign-in of theirs: none stays linked.
    """
    used = session.execute(
        update(PasswordReset)
        .where(
            PasswordReset.token_digest == rules.digest_of(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
        )
        .values(used_at=now)
        .returning(PasswordReset.account_id)
    ).scalar_one_or_none()
    if used is None:
        raise NotFound("link_spent")
    # A second link that is still on its way must not undo the choice just made.
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.account_id == used, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
    account = session.get_one(Account, used, with_for_update={"key_share": True})
    _take(session, account, password_hash, is_long)
    unlink_all(session, account=account, actor_id=account.id, now=now)
    # Whoever holds the link of the mail is taken for the person.
    audit.record_own(session, account_id=account.id, action="password_reset", now=now)
    return account


def issue_token(
    session: Session,
    *,
    account_id: int,
    session_epoch: int,
    with_factor: bool = False,
    is_everybody_asked: bool = True,
    now: datetime,
) -> tuple[str, datetime]:
    """A new bearer token and its end. It is told once; only its digest is kept.

    Whoever has a second factor gets one `with_factor` or not at all; who has not agreed to the terms
    in force, none until they do on the page that asks. `is_everybody_asked`: see `is_lacking`.
    """
    if not with_factor and has_factor(session, account_id):
        raise NotSignedIn("second_factor_needed")
    version = consent_version_of(session, account_id)
    if is_lacking(version, is_everybody_asked=is_everybody_asked):
        raise NotAllowed("consent_needed")
    token, expires_at = f"lp_{secrets.token_urlsafe(32)}", now + rules.TOKEN_LIFETIME
    kept = ApiToken(
        account_id=account_id,
        token_digest=rules.digest_of(token),
        session_epoch=session_epoch,
        issued_at=now,
        expires_at=expires_at,
        confirmed_at=now,
        with_factor=with_factor,
    )
    session.add(kept)
    session.flush()
    audit.record_own(
        session, account_id=account_id, action="token_issued", now=now, token_number=kept.id
    )
    return token, expires_at


def revoke_token(session: Session, *, actor: Actor, token: str, now: datetime) -> None:
    kept = queries.live_token(session, actor.account_id, rules.digest_of(token))
    if kept is None:
        raise NotFound()
    kept.revoked_at = now
    audit.record_own(
        session, account_id=actor.account_id, action="token_revoked", now=now, token_number=kept.id
    )


def open_person(session: Session, *, actor: Actor, account_id: int, now: datetime) -> Account:
    """Show an admin a person's record. That it was opened is kept, and the person can see it."""
    require(as_of_now(session, actor), "open_person")
    account = queries.account_with_roles(session, account_id)
    if account is None:
        raise NotFound()
    audit.record(
        session,
        actor_id=actor.account_id,
        action="person_opened",
        subject=("account", account_id),
        now=now,
        role=Role.ADMIN.value,
    )
    return account


def grant_role(
    session: Session,
    *,
    actor: Actor,
    account_id: int,
    role: Role,
    scope: str = "",
    is_scope: rules.ScopeCheck = rules.no_scope,
    now: datetime,
) -> RoleGrant:
    """An admin gives a person a role; their sessions end. The same grant again changes nothing.

    `is_scope` says whether there is the course or the run that a scope names; without it none is.
    """
    _admins_with(session, actor, "grant_role")
    account = queries.account_with_roles(session, account_id, is_held=True)
    if account is None:
        raise NotFound()
    if fault := rules.fault_of_scope(role, scope):
        raise Invalid.field("role" if fault == "role_is_everyones" else "scope", fault)
    if scope and role in rules.TEACHERS and not is_scope(session, role, scope):
        raise Invalid.field("scope", rules.TEACHERS[role])
    held = next((had for had in account.grants if (had.role, had.scope) == (role, scope)), None)
    if held is not None:
        return held
    grant = RoleGrant(role=role, scope=scope)
    account.grants.append(grant)
    _count_as(account)
    end_all_sessions(session, account)
    _record_role(session, "role_granted", actor, account_id, grant, now)
    return grant


def revoke_role(
    session: Session,
    *,
    actor: Actor,
    account_id: int,
    grant_id: int,
    then: rules.AfterRevoking = rules.nothing_follows,
    now: datetime,
) -> int:
    """An admin takes a role back; the sessions of its holder end. The last admin stays one.

    `then` is what ends with the role elsewhere. Gives the epoch of what the holder opens next.
    """
    admins = _admins_with(session, actor, "revoke_role")
    account = queries.account_with_roles(session, account_id, is_held=True)
    grant = next((had for had in account.grants if had.id == grant_id), None) if account else None
    if account is None or grant is None:
        raise NotFound()
    if grant.role is Role.ADMIN and {had.account_id for had in admins} == {account_id}:
        raise Conflict("last_admin")
    account.grants.remove(grant)
    _count_as(account)
    epoch = end_all_sessions(session, account)
    then(session, actor=actor, holder_id=account_id, now=now)
    _record_role(session, "role_revoked", actor, account_id, grant, now)
    return epoch


def _admins_with(session: Session, actor: Actor, verb: str) -> list[RoleGrant]:
    """The admin grants, held, the actor's among them.

    Two admins who would remove each other meet here, one after the other, and who has just been
    removed gives nobody a role any more.
    """
    require(as_of_now(session, actor), verb)
    return queries.admin_grants(session)


def _record_role(
    session: Session, action: str, actor: Actor, account_id: int, grant: RoleGrant, now: datetime
) -> None:
    audit.record(
        session,
        actor_id=actor.account_id,
        action=action,
        subject=("account", account_id),
        now=now,
        role=grant.role.value,
        scope=grant.scope,
    )


def _count_as(account: Account) -> None:
    """Staff while the account holds a staff role, an official otherwise; a test account stays one."""
    if account.kind is not AccountKind.TEST:
        is_staff = rules.is_staff({grant.role for grant in account.grants})
        account.kind = AccountKind.STAFF if is_staff else AccountKind.OFFICIAL
