"""What the desk asks: who waits, what was said, what has happened, which institutions there are."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from learnplat.admission import desk_rules
from learnplat.admission.models import (
    Admission,
    AdmissionEvent,
    AdmissionEventKind,
    AdmissionState,
)
from learnplat.core.actors import Role
from learnplat.people.models import Account, Institution, InstitutionState, RoleGrant, Standing

LIKE_SHOWN = 8
_LOOKED_AT = 200  # of those whose name shares a word
_SHORTEST_WORD = 3


class Tab(enum.StrEnum):
    WAITING = "waiting"
    SECOND_OPINION = "second_opinion"
    DECIDED = "decided"


STATES = {
    Tab.WAITING: (AdmissionState.WAITING,),
    Tab.SECOND_OPINION: (AdmissionState.IN_SECOND_OPINION,),
    Tab.DECIDED: (AdmissionState.ADMITTED, AdmissionState.DECLINED, AdmissionState.WITHDRAWN),
}
AT_THE_DESK = tuple(state for states in STATES.values() for state in states)
_DECIDED_AT = func.coalesce(Admission.decided_at, Admission.applied_at)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    id: int
    account_id: int
    state: AdmissionState
    name: str
    name_latin: str | None
    country: str
    profession: str
    email: str | None
    institution: str | None
    is_proposed: bool
    applied_at: datetime
    confirmed_at: datetime | None
    decided_at: datetime | None

    @property
    def is_free_mail(self) -> bool:
        return desk_rules.is_free_mail(self.email)

    @property
    def foreign_country(self) -> str | None:
        return desk_rules.foreign_country(self.email, self.country)


@dataclass(frozen=True, slots=True)
class Event:
    """One step, with who took it and in which role; nobody is named for what the applicant did."""

    kind: AdmissionEventKind
    at: datetime
    actor_id: int | None
    actor_name: str | None
    role: Role | None
    reason: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the desk sees of one application."""

    row: Row
    admission: Admission
    account: Account
    institution: Institution | None
    events: list[Event]
    alike: list[tuple[Row, list[str]]] = field(default_factory=list)

    @property
    def opinions(self) -> list[tuple[bool, int | None]]:
        return opinions_of(self.events)


def opinions_of(events: Sequence[Event]) -> list[tuple[bool, int | None]]:
    """The askings (True) and the answers (False), as `desk_rules` reads them."""
    kinds = (AdmissionEventKind.OPINION_ASKED, AdmissionEventKind.OPINION_GIVEN)
    return [
        (event.kind is AdmissionEventKind.OPINION_ASKED, event.actor_id)
        for event in events
        if event.kind in kinds
    ]


def _rows() -> Select[*tuple[Any, ...]]:
    proposed = or_(
        Institution.state != InstitutionState.LISTED,
        and_(Institution.id.is_(None), Admission.proposed_institution.is_not(None)),
    )
    return (
        select(
            Admission.id,
            Admission.account_id,
            Admission.state,
            Account.name,
            Account.name_latin,
            Account.country,
            Account.profession,
            Account.email,
            func.coalesce(Institution.name, Admission.proposed_institution, Account.institution),
            func.coalesce(proposed, False),
            Admission.applied_at,
            Admission.confirmed_at,
            Admission.decided_at,
        )
        .join(Account, Account.id == Admission.account_id)
        .outerjoin(Institution, Institution.id == Account.institution_id)
        .where(Account.standing != Standing.ERASED)
    )


def _of_countries(countries: Collection[str] | None) -> ColumnElement[bool] | None:
    return None if countries is None else Account.country.in_(countries)


def queue(
    session: Session,
    tab: Tab,
    *,
    countries: Collection[str] | None,
    country: str | None = None,
    profession: str | None = None,
    after: tuple[datetime, int] | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int,
) -> list[Row]:
    """Who waits, the longest first; or what was decided, the latest first.

    `after` and `before` are places in this order; `countries` are those of the officer.
    """
    is_rising = tab is not Tab.DECIDED
    moment: ColumnElement[datetime] = (
        Admission.confirmed_at.expression if is_rising else _DECIDED_AT  # type: ignore[assignment]
    )
    query = _rows().where(Admission.state.in_(STATES[tab]))
    if (reach := _of_countries(countries)) is not None:
        query = query.where(reach)
    if country is not None:
        query = query.where(Account.country == country)
    if profession is not None:
        query = query.where(Account.profession == profession)
    place = before or after
    is_onward = is_rising != (before is not None)
    if place is not None:
        at, number = place
        later = or_(moment > at, and_(moment == at, Admission.id > number))
        earlier = or_(moment < at, and_(moment == at, Admission.id < number))
        query = query.where(later if is_onward else earlier)
    order = (moment, Admission.id) if is_onward else (moment.desc(), Admission.id.desc())
    found = [Row(*values) for values in session.execute(query.order_by(*order).limit(limit))]
    return found[::-1] if before is not None else found


def counts(
    session: Session,
    *,
    countries: Collection[str] | None,
    country: str | None = None,
    profession: str | None = None,
) -> dict[Tab, int]:
    """How many applications each tab holds."""
    query = (
        select(Admission.state, func.count())
        .join(Account, Account.id == Admission.account_id)
        .where(Account.standing != Standing.ERASED)
        .group_by(Admission.state)
    )
    if (reach := _of_countries(countries)) is not None:
        query = query.where(reach)
    if country is not None:
        query = query.where(Account.country == country)
    if profession is not None:
        query = query.where(Account.profession == profession)
    by_state = dict(session.execute(query).all())
    return {tab: sum(by_state.get(state, 0) for state in STATES[tab]) for tab in Tab}


def dossier(
    session: Session, admission_id: int, *, countries: Collection[str] | None
) -> Dossier | None:
    """One application that has reached the desk, in one of the officer's countries."""
    query = _rows().where(Admission.id == admission_id, Admission.state.in_(AT_THE_DESK))
    if (reach := _of_countries(countries)) is not None:
        query = query.where(reach)
    values = session.execute(query).one_or_none()
    if values is None:
        return None
    row = Row(*values)
    account = session.get_one(Account, row.account_id, populate_existing=True)
    admission = session.get_one(Admission, row.id, populate_existing=True)
    institution = (
        session.get(Institution, account.institution_id) if account.institution_id else None
    )
    return Dossier(row, admission, account, institution, events_of(session, row))


def events_of(session: Session, row: Row) -> list[Event]:
    """What has happened to an application, in its order."""
    steps = session.execute(
        select(AdmissionEvent, Account.name)
        .outerjoin(Account, Account.id == AdmissionEvent.actor_id)
        .where(AdmissionEvent.admission_id == row.id)
        .order_by(AdmissionEvent.id)
    ).all()
    actors = {step.actor_id for step, _ in steps if step.actor_id is not None}
    roles = _roles(session, actors)
    return [
        Event(
            kind=step.kind,
            at=step.at,
            actor_id=step.actor_id,
            actor_name=None if step.actor_id == row.account_id else name,
            role=roles.get(step.actor_id or 0),
            reason=step.reason,
            note=step.note,
        )
        for step, name in steps
    ]


def _roles(session: Session, account_ids: Collection[int]) -> dict[int, Role]:
    """The role in which each of them sits at the desk today."""
    held: dict[int, Role] = {}
    for account_id, role in session.execute(
        select(RoleGrant.account_id, RoleGrant.role)
        .where(RoleGrant.account_id.in_(account_ids), RoleGrant.role.in_((Role.VETTER, Role.ADMIN)))
        .order_by(RoleGrant.id)
    ):
        if role is Role.VETTER or account_id not in held:
            held[account_id] = role
    return held


def alike(
    session: Session, dossier: Dossier, *, countries: Collection[str] | None
) -> list[tuple[Row, list[str]]]:
    """Other applications that may be the same person's or the same office's, and why."""
    account = dossier.account
    domain = desk_rules.domain_of(account.email)
    is_office = bool(domain) and not desk_rules.is_free_mail(account.email)
    names = [desk_rules.words_of(name) for name in (account.name, account.name_latin) if name]
    mailbox = desk_rules.mailbox_of(account.email)
    query = _rows().where(
        Admission.id != dossier.row.id, Admission.state != AdmissionState.UNCONFIRMED
    )
    if (reach := _of_countries(countries)) is not None:
        query = query.where(reach)
    words = {
        word
        for name in (account.name, account.name_latin)
        for word in (name or "").split()
        if len(word) >= _SHORTEST_WORD
    }
    near = [
        column.icontains(word, autoescape=True)
        for column in (Account.name, Account.name_latin)
        for word in sorted(words)
    ]
    if mailbox:
        near.append(Account.email_key.istartswith(mailbox[:20], autoescape=True))
    newest = (Admission.applied_at.desc(), Admission.id.desc())
    candidates = [
        Row(*values)
        for values in session.execute(query.where(or_(*near)).order_by(*newest).limit(_LOOKED_AT))
    ]
    if is_office:
        # By the domain as it was written: two spellings of a name are rare within one office.
        written = (account.email_key or "").rpartition("@")[2]
        of_office = query.where(Account.email_key.endswith(f"@{written}", autoescape=True))
        candidates += [
            Row(*values)
            for values in session.execute(of_office.order_by(*newest).limit(LIKE_SHOWN))
        ]
    found: dict[int, tuple[Row, list[str]]] = {}
    for row in candidates:
        why = []
        others = [desk_rules.words_of(name) for name in (row.name, row.name_latin) if name]
        if any(desk_rules.is_like(one, other) for one in names for other in others):
            why.append("name")
        if mailbox and mailbox == desk_rules.mailbox_of(row.email):
            why.append("address")
        if is_office and domain == desk_rules.domain_of(row.email):
            why.append("office")
        if why:
            found[row.id] = (row, why)
    by_weight = sorted(found.values(), key=lambda item: (item[1] == ["office"], -item[0].id))
    return by_weight[:LIKE_SHOWN]


def admission_of(session: Session, account_id: int) -> Admission | None:
    return session.scalar(select(Admission).where(Admission.account_id == account_id))
