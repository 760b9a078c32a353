"""The controlled list of institutions: one spelling of a name in one country is one row."""

from datetime import datetime
from functools import cache
from typing import cast

from sqlalchemy import Executable, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from learnplat.core.text import name_key
from learnplat.people.models import Institution, InstitutionState

LONGEST_KEY = 200
_INSTITUTION = cast(Table, Institution.__table__)


def institution_key(name: str | None) -> str:
    """By what a name is found; empty when it holds no letter or digit."""
    return name_key(name or "")[:LONGEST_KEY]


def listed_institution(session: Session, country: str, name: str | None) -> int | None:
    """The number of a listed institution of the country, whatever the spelling of its name."""
    return session.scalar(
        select(Institution.id).where(
            Institution.country == country,
            Institution.name_key == institution_key(name),
            Institution.state == InstitutionState.LISTED,
        )
    )


def listed_institutions(
    session: Session, country: str, words: str = "", *, after: str = "", limit: int = 50
) -> list[Institution]:
    """The listed institutions of a country whose names hold the words, in the order of their keys."""
    query = select(Institution).where(
        Institution.country == country,
        Institution.state == InstitutionState.LISTED,
        Institution.name_key > after,
    )
    for word in name_key(words).split():
        query = query.where(Institution.name_key.contains(word, autoescape=True))
    return list(session.scalars(query.order_by(Institution.name_key, Institution.id).limit(limit)))


def institution_of(
    session: Session, *, country: str, kind: str, name: str | None, now: datetime
) -> int | None:
    """The number of the institution of that name; one that nobody has named yet is proposed.

    Of two who propose the same at once, one makes the row and both have it.
    """
    key = institution_key(name)
    if not key:
        return None
    session.connection().execute(
        _propose(session.get_bind().dialect.name),
        {
            "country": country,
            "kind": kind,
            "name": name,
            "name_key": key,
            "state": InstitutionState.PROPOSED,
            "proposed_at": now,
        },
    )
    return session.scalar(
        select(Institution.id).where(Institution.country == country, Institution.name_key == key)
    )


@cache
def _propose(engine: str) -> Executable:
    dialect = postgresql if engine == "postgresql" else sqlite
    statement: Executable = dialect.insert(_INSTITUTION).on_conflict_do_nothing()
    return statement
