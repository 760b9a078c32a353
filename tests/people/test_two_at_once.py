"""Two browsers of one person do the same at once: one makes the row, the other finds it.

And administrators act upon each other at once.

SECURITY: case 32, T60.
"""

import threading
from functools import partial
from itertools import permutations, product
from random import Random

import pytest
from sqlalchemy import func, select

from learnplat.admission.standing import suspend
from learnplat.audit import verify
from learnplat.core.actors import Actor, Role
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.core.refusals import Refusal
from learnplat.db import reading, transaction
from learnplat.people.actions import grant_role, open_person
from learnplat.people.factors.actions import offer, remove_lost_factors
from learnplat.people.factors.models import SecondFactor
from learnplat.people.institutional.actions import link_institution
from learnplat.people.institutional.models import InstitutionalLink
from learnplat.people.queries import admin_grants
from learnplat.privacy.actions import erase_self
from tests.people.waiting import somebody_waits


def together(house, act):
    """Do it in a transaction, and once more in a thread that meets it before the commit."""
    found = []

    def late():
        try:
            with house.app.app_context(), transaction() as session:
                found.append(act(session))
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=late)
    with house.app.app_context(), transaction() as session:
        first = act(session)
        thread.start()
        somebody_waits(house)
    thread.join()
    return [first, *found]


def test_a_factor_is_offered_once(house):
    trainer = house.trainer()
    found = together(house, lambda s: offer(s, account_id=trainer.id, now=utc_now()))
    assert found == [True, False]
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(SecondFactor)) == 1


def test_one_institution_is_linked_once(house):
    amal = house.amal()
    actor = Actor(amal.id, amal.name, Language.AR, "UTC", "MA")
    facts = {"issuer": "https://one.example", "subject": "amal", "provider": "one"}
    found = together(house, lambda s: link_institution(s, actor=actor, **facts, now=utc_now()))
    assert found == [1, None]
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(InstitutionalLink)) == 1


def acting(person):
    return Actor(
        person.id, person.name, person.language, person.zone, person.country,
        roles=frozenset({Role.PRACTITIONER, *person.roles}),
        scopes=frozenset((role, "") for role in person.roles),
    )  # fmt: skip


@pytest.mark.parametrize("turn", range(3))
def test_administrators_act_upon_each_other_at_once(house, turn):
    """They take turns: nobody waits crosswise, the last one stays, and the log is whole."""
    now, refusals = utc_now(), []
    admins, vetters = [house.admin() for _ in range(3)], [house.vetter() for _ in range(2)]
    acts = [partial(erase_self, actor=acting(one), now=now) for one in (*admins, *vetters)]
    for admin, other in permutations(admins, 2):
        facts = {"actor": acting(admin), "account_id": other.id, "now": now}
        acts += [
            partial(suspend, **facts, reason="request"),
            partial(open_person, **facts),
            partial(remove_lost_factors, **facts, reason="A lost telephone"),
        ]
    for admin, vetter in product(admins, vetters):
        facts = {"actor": acting(admin), "account_id": vetter.id, "now": now}
        acts.append(partial(grant_role, **facts, role=Role.EXPERT))
    Random(turn).shuffle(acts)

    def tried(act):
        try:
            with house.app.app_context(), transaction() as session:
                act(session)
        except Exception as error:
            refusals.append(error)

    threads = [threading.Thread(target=tried, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [error for error in refusals if not isinstance(error, Refusal)] == []
    with house.app.app_context():
        assert admin_grants(reading())
        assert verify(reading()) is None
