"""What leaves in large numbers leaves with the agreement of a second person.

The audit log itself is the record of it: a wish, who agreed, and the file that left are entries, so
that no row beside the log could say otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.core.actors import Actor
from learnplat.core.permissions import require
from learnplat.core.refusals import Conflict, NotFound
from learnplat.oversight import queries
from learnplat.oversight.queries import Entry
from learnplat.people.authority import as_of_now

ALONE = 10_000  # rows of exports that one person takes in an hour
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)  # that a wish and an agreement stand
EXPORTED = ("audit_exported", "enrolments_exported")
WISHES = ("export_asked", "export_agreed", *EXPORTED)


@dataclass(frozen=True, slots=True)
class Wish:
    """A file that is wanted: which export, of what. The same again is the same wish."""

    export: str
    since: str
    until: str
    form: str
    acts: str | None = None
    account: int | None = None

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "export": self.export,
            "since": self.since,
            "until": self.until,
            "form": self.form,
            "acts": self.acts,
            "account": self.account,
        }

    def is_of(self, entry: Entry) -> bool:
        return all(entry.facts.get(name) == value for name, value in self.facts.items())


def rows_taken(entries: Iterable[Entry], account_id: int, now: datetime) -> int:
    """How many rows a person has taken in the last hour without anybody's agreement."""
    return sum(
        entry.facts.get("rows") or 0
        for entry in entries
        if entry.action in EXPORTED
        and entry.actor_id == account_id
        and entry.at > now - AN_HOUR
        and entry.facts.get("wish") is None
    )


def open_wishes(entries: Sequence[Entry]) -> list[Entry]:
    """The wishes with which nobody has agreed yet, the oldest first."""
    agreed = {entry.subject_id for entry in entries if entry.action == "export_agreed"}
    asked = (entry for entry in entries if entry.action == "export_asked")
    return [entry for entry in asked if entry.number not in agreed]


def agreed_wish(entries: Sequence[Entry], account_id: int, wish: Wish) -> int | None:
    """The number of the person's wish for this file that somebody agreed with and nobody used."""
    agreed = {entry.subject_id for entry in entries if entry.action == "export_agreed"}
    used = {entry.facts.get("wish") for entry in entries if entry.action in EXPORTED}
    for entry in entries:
        is_own = entry.action == "export_asked" and entry.actor_id == account_id
        if is_own and wish.is_of(entry) and entry.number in agreed - used:
            return entry.number
    return None


@dataclass(frozen=True, slots=True)
class Leave:
    """Whether a file may leave: by which agreed wish, or that one had to be noted."""

    wish: int | None = None
    noted: int | None = None

    @property
    def refusal(self) -> Conflict | None:
        return Conflict("second_person_needed", number=self.noted) if self.noted else None


def ask_leave(
    session: Session, *, actor: Actor, wish: Wish, rows: int, reason: str, now: datetime
) -> Leave:
    """Whether so many rows may leave now; else the wish is noted for a second person.

    Those who export at the same moment are counted one after the other.
    """
    audit.take_turn(session)
    entries = queries.entries_since(session, WISHES, now - A_DAY)
    if rows + rows_taken(entries, actor.account_id, now) <= ALONE:
        return Leave()
    agreed = agreed_wish(entries, actor.account_id, wish)
    if agreed is not None:
        return Leave(wish=agreed)
    for entry in open_wishes(entries):
        if entry.actor_id == actor.account_id and wish.is_of(entry):
            return Leave(noted=entry.number)
    number = audit.record(
        session,
        actor_id=actor.account_id,
        action="export_asked",
        subject=("report", None),
        reason=reason,
        now=now,
        rows=rows,
        **wish.facts,
    )
    return Leave(noted=number)


def agree_to_export(session: Session, *, actor: Actor, number: int, now: datetime) -> None:
    """Agree with the wish of somebody else. It is used once, within a day of the wish."""
    require(as_of_now(session, actor), "agree_to_export")
    audit.take_turn(session)
    entries = queries.entries_since(session, WISHES, now - A_DAY)
    wish = next((entry for entry in open_wishes(entries) if entry.number == number), None)
    if wish is None:
        raise NotFound()
    if wish.actor_id == actor.account_id:
        raise Conflict("own_wish")
    audit.record(
        session,
        actor_id=actor.account_id,
        action="export_agreed",
        subject=("export", number),
        now=now,
    )
