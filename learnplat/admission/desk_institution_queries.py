"""What the desk asks of the list of institutions."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from learnplat.people.models import Account, Institution, InstitutionState, Standing

Place = tuple[str, int]  # of a row in the list: the key of its name, and its number


@dataclass(frozen=True, slots=True)
class InstitutionRow:
    """One institution with the number of people who name it."""

    id: int
    country: str
    kind: str
    name: str
    name_key: str
    state: InstitutionState
    people: int


def institutions(
    session: Session,
    state: InstitutionState,
    *,
    countries: Collection[str] | None,
    country: str | None = None,
    after: Place | None = None,
    before: Place | None = None,
    limit: int,
) -> list[InstitutionRow]:
    """Institutions of a state with how many people name each, in the order of their names."""
    query = _institutions().where(Institution.state == state)
    if countries is not None:
        query = query.where(Institution.country.in_(countries))
    if country is not None:
        query = query.where(Institution.country == country)
    place = before or after
    if place is not None:
        name, number = place
        key = Institution.name_key
        later = or_(key > name, and_(key == name, Institution.id > number))
        earlier = or_(key < name, and_(key == name, Institution.id < number))
        query = query.where(earlier if before else later)
    order = (Institution.name_key, Institution.id)
    if before is not None:
        query = query.order_by(*(column.desc() for column in order)).limit(limit)
        return [InstitutionRow(*values) for values in session.execute(query)][::-1]
    query = query.order_by(*order).limit(limit)
    return [InstitutionRow(*values) for values in session.execute(query)]


def _institutions() -> Select[*tuple[Any, ...]]:
    naming = aliased(Account)
    people = (
        select(func.count(naming.id))
        .where(naming.institution_id == Institution.id, naming.standing != Standing.ERASED)
        .scalar_subquery()
    )
    return select(
        Institution.id,
        Institution.country,
        Institution.kind,
        Institution.name,
        Institution.name_key,
        Institution.state,
        people,
    )


def institution_counts(
    session: Session, *, countries: Collection[str] | None, country: str | None = None
) -> dict[InstitutionState, int]:
    query = select(Institution.state, func.count()).group_by(Institution.state)
    if countries is not None:
        query = query.where(Institution.country.in_(countries))
    if country is not None:
        query = query.where(Institution.country == country)
    found: dict[InstitutionState, int] = dict(session.execute(query).all())
    return {state: found.get(state, 0) for state in InstitutionState}


def institution(
    session: Session, institution_id: int, *, countries: Collection[str] | None
) -> InstitutionRow | None:
    """One institution, in one of the officer's countries."""
    query = _institutions().where(Institution.id == institution_id)
    if countries is not None:
        query = query.where(Institution.country.in_(countries))
    values = session.execute(query).one_or_none()
    return InstitutionRow(*values) if values else None


def institution_of_name(session: Session, country: str, name_key: str) -> Institution | None:
    return session.scalar(
        select(Institution).where(Institution.country == country, Institution.name_key == name_key)
    )


def listed_of(session: Session, country: str, limit: int = 500) -> list[tuple[int, str]]:
    """The listed institutions of a country, to choose from."""
    return [
        (number, name)
        for number, name in session.execute(
            select(Institution.id, Institution.name)
            .where(Institution.country == country, Institution.state == InstitutionState.LISTED)
            .order_by(Institution.name_key, Institution.id)
            .limit(limit)
        )
    ]
