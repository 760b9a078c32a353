"""Two browsers of one person do the same at once: one makes the row, the other finds it.

SECURITY: case 32, T60.
"""

import threading

from sqlalchemy import func, select

from learnplat.core.actors import Actor
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import reading, transaction
from learnplat.people.factors.actions import offer
from learnplat.people.factors.models import SecondFactor
from learnplat.people.institutional.actions import link_institution
from learnplat.people.institutional.models import InstitutionalLink
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
