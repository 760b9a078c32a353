"""What vetting officers do with the list of institutions: list, rename, refuse, merge, add."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.admission import desk
from learnplat.admission import desk_institution_queries as queries
from learnplat.core.actors import Actor
from learnplat.core.permissions import may, require
from learnplat.core.refusals import Conflict, Invalid, NotFound
from learnplat.people.authority import as_of_now
from learnplat.people.institutions import institution_key
from learnplat.people.models import Account, Institution, InstitutionState

KEEP = "keep_institutions"


def add_institution(
    session: Session, *, actor: Actor, country: str, kind: str, name: str, now: datetime
) -> Institution:
    """List an institution that nobody has proposed."""
    if not may(as_of_now(session, actor), KEEP, country=country):
        raise Invalid.field("country", "country_of_others")
    added = _listed(session, country, kind, name, now)
    _record(session, "institution_added", actor, added.id, now, country=country)
    return added


def _listed(session: Session, country: str, kind: str, name: str, now: datetime) -> Institution:
    institution = Institution(
        country=country,
        kind=kind,
        name=name,
        name_key=institution_key(name),
        state=InstitutionState.LISTED,
        proposed_at=now,
    )
    session.add(institution)
    _keep(session, institution)
    return institution


def list_institution(
    session: Session,
    *,
    actor: Actor,
    institution_id: int,
    name: str,
    kind: str | None = None,
    now: datetime,
) -> Institution:
    """Put an institution on the list under this name, which is its name from now on."""
    institution = _held(session, actor, institution_id)
    is_new = institution.state is not InstitutionState.LISTED
    if not is_new and (institution.name, institution.kind) == (name, kind or institution.kind):
        return institution
    institution.state = InstitutionState.LISTED
    institution.name, institution.name_key = name, institution_key(name)
    institution.kind = kind or institution.kind
    _keep(session, institution)
    _tell_accounts(session, institution)
    _record(
        session,
        "institution_listed" if is_new else "institution_renamed",
        actor,
        institution_id,
        now,
    )
    return institution


def refuse_institution(
    session: Session, *, actor: Actor, institution_id: int, now: datetime
) -> Institution:
    """Keep an institution off the list. Whoever named it keeps having named it."""
    institution = _held(session, actor, institution_id)
    if institution.state is not InstitutionState.REFUSED:
        institution.state = InstitutionState.REFUSED
        _record(session, "institution_refused", actor, institution_id, now)
    return institution


def merge_institution(
    session: Session, *, actor: Actor, institution_id: int, into: int, now: datetime
) -> Institution:
    """Take an institution for another one, listed in its country: all who named it move there."""
    if institution_id == into:
        raise Invalid.field("into", "institution_not_listed")
    actor = as_of_now(session, actor)
    # Two who would merge two institutions into each other meet here, in the order of numbers.
    held = {
        found.id: found
        for found in session.scalars(
            select(Institution)
            .where(Institution.id.in_((institution_id, into)))
            .order_by(Institution.id)
            .with_for_update()
        )
    }
    merged, target = held.get(institution_id), held.get(into)
    require(actor, KEEP, country=merged.country if merged else None)
    if merged is None:
        raise NotFound()
    if target is None or (target.country, target.state) != (
        merged.country,
        InstitutionState.LISTED,
    ):
        raise Invalid.field("into", "institution_not_listed")
    session.execute(
        update(Account)
        .where(Account.institution_id == institution_id)
        .values(institution_id=into, institution=target.name)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(Institution).where(Institution.id == institution_id))
    _record(session, "institution_merged", actor, institution_id, now, into=into)
    return target


def settle_institution(
    session: Session,
    *,
    actor: Actor,
    admission_id: int,
    name: str | None = None,
    into: int | None = None,
    now: datetime,
) -> Institution:
    """Answer what an applicant proposed: list it under a name, or take it for a listed one."""
    if (name is None) == (into is None):
        raise Invalid.field("name", "name_or_listed")
    dossier = desk.found(session, actor, admission_id)
    account, proposed = dossier.account, dossier.institution
    if not dossier.row.is_proposed:
        raise Conflict("institution_settled")
    if proposed is not None:
        if into is not None:
            return merge_institution(
                session, actor=actor, institution_id=proposed.id, into=into, now=now
            )
        return list_institution(
            session, actor=actor, institution_id=proposed.id, name=str(name), now=now
        )
    if into is not None:
        chosen = session.get(Institution, into)
        is_fit = (
            chosen is not None
            and chosen.country == account.country
            and chosen.state is InstitutionState.LISTED
        )
        if chosen is None or not is_fit:
            raise Invalid.field("into", "institution_not_listed")
    else:
        chosen = _listed(session, account.country, account.institution_kind, str(name), now)
    account.institution_id, account.institution = chosen.id, chosen.name
    dossier.admission.proposed_institution = None
    session.flush()
    _record(session, "institution_listed", actor, chosen.id, now)
    return chosen


def _held(session: Session, actor: Actor, institution_id: int) -> Institution:
    """An institution of the officer's countries, kept as it is until the commit."""
    actor = as_of_now(session, actor)
    institution = session.get(
        Institution,
        institution_id,
        with_for_update={"key_share": True},
        populate_existing=True,
    )
    require(actor, KEEP, country=institution.country if institution else None)
    if institution is None:
        raise NotFound()
    return institution


def _keep(session: Session, institution: Institution) -> None:
    """Write it; a name that its country has already is refused on `name`."""
    if not institution.name_key:
        raise Invalid.field("name", "name_needs_letters")
    with session.no_autoflush:
        known = queries.institution_of_name(session, institution.country, institution.name_key)
    if known is not None and known is not institution:
        raise Invalid.field("name", "institution_known")
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid.field("name", "institution_known") from error


def _tell_accounts(session: Session, institution: Institution) -> None:
    """The name on each profile is the one of the list."""
    session.execute(
        update(Account)
        .where(Account.institution_id == institution.id)
        .values(institution=institution.name)
        .execution_options(synchronize_session=False)
    )


def _record(
    session: Session,
    action: str,
    actor: Actor,
    institution_id: int,
    now: datetime,
    **facts: Any,
) -> None:
    audit.record(
        session,
        actor_id=actor.account_id,
        action=action,
        subject=("institution", institution_id),
        now=now,
        **facts,
    )
