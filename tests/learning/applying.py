"""What the tests of applications share: runs that ask, people who apply, links in letters."""

import threading
from typing import Any

from sqlalchemy import select

from learnplat.core.actors import Role
from learnplat.db import db, reading, transaction
from learnplat.learning.applications import actions, decisions
from learnplat.learning.models import Application, Confirmation
from learnplat.outbox import OutboxMessage
from learnplat.people.models import RoleGrant
from tests.learning.cast import NOON, a_run, actor_of, the_catalogue

BOSS = {"supervisor_name": "Idrissa Oumarou", "supervisor_email": "idrissa@justice.example"}


def asking_run(house: Any, who: Confirmation = Confirmation.SUPERVISOR, **values: Any) -> int:
    return a_run(house, confirmation=who, **values)


def focal_point(house: Any, country: str, name: str = "Fatou Ndiaye") -> Any:
    person = house.person(name, country=country)
    with house.app.app_context(), transaction() as session:
        session.add(RoleGrant(account_id=person.id, role=Role.FOCAL_POINT, scope=country))
    return person


def applied(house: Any, person: Any, run_id: int, **values: Any) -> int:
    """Apply through the action. The application's id."""
    with house.app.app_context(), transaction() as session:
        found, _ = actions.apply_for_place(
            session,
            the_catalogue(),
            actor=actor_of(person),
            run_id=run_id,
            now=values.pop("now", NOON),
            **values,
        )
        return found.id


def letters(house: Any, template: str | None = None) -> list[OutboxMessage]:
    with house.app.app_context():
        query = select(OutboxMessage).order_by(OutboxMessage.id)
        if template:
            query = query.where(OutboxMessage.template == template)
        return list(reading().scalars(query))


def link(house: Any) -> str:
    """The token of the last letter to a supervisor."""
    return str(letters(house, "confirmation_asked")[-1].facts["token"])


def answered(
    house: Any, token: str, is_confirmed: bool = True, reader: Any = None, now: Any = NOON
) -> None:
    with house.app.app_context(), transaction() as session:
        decisions.answer_by_link(
            session,
            the_catalogue(),
            token=token,
            is_confirmed=is_confirmed,
            reader=actor_of(reader) if reader else None,
            now=now,
        )


def state(house: Any, application_id: int) -> str:
    with house.app.app_context():
        return reading().get_one(Application, application_id).state.value


def at_once(house: Any, *acts: Any) -> list[str]:
    """Do the acts in threads that start together. What each came to: `done` or its refusal."""
    start, outcomes = threading.Barrier(len(acts)), ["?"] * len(acts)

    def run(number: int, act: Any) -> None:
        start.wait()
        try:
            act()
            outcomes[number] = "done"
        except Exception as refusal:
            outcomes[number] = getattr(refusal, "code", repr(refusal))
        finally:
            with house.app.app_context():
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
