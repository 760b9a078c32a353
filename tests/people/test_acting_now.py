"""A role that was revoked a moment ago, or a person just suspended, does nothing any more.

The door was passed before; the act asks again inside its transaction.
SECURITY: T35, case 6.
"""

import threading

import pytest
from sqlalchemy import delete, select

from learnplat.admission import desk, desk_institutions, inviting, standing
from learnplat.audit import AuditEntry
from learnplat.core.actors import Actor, Role
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.core.refusals import Invalid, NotAllowed
from learnplat.db import reading, transaction
from learnplat.people import actions
from learnplat.people.factors.actions import remove_lost_factors
from learnplat.people.factors.models import Passkey
from learnplat.people.models import Account, RoleGrant, Standing
from learnplat.privacy.actions import erase_person
from tests.admission.desk_cast import Desk
from tests.people.waiting import somebody_waits

WHY = {"reason": "A call from the ministry"}
ACTS = {
    "open_person": lambda s, who, whom: actions.open_person(s, **who, account_id=whom.id),
    "grant_role": lambda s, who, whom: actions.grant_role(
        s, **who, account_id=whom.id, role=Role.EXPERT
    ),
    "revoke_role": lambda s, who, whom: actions.revoke_role(
        s, **who, account_id=whom.id, grant_id=1
    ),
    "remove_lost_factors": lambda s, who, whom: remove_lost_factors(
        s, **who, account_id=whom.id, **WHY
    ),
    "erase_person": lambda s, who, whom: erase_person(s, **who, account_id=whom.id, **WHY),
    "open_standing": lambda s, who, whom: standing.open_standing(s, **who, account_id=whom.id),
    "suspend": lambda s, who, whom: standing.suspend(s, **who, account_id=whom.id, **WHY),
    "reinstate": lambda s, who, whom: standing.reinstate(s, **who, account_id=whom.id, **WHY),
    "open_admission": lambda s, who, whom: desk.open_admission(
        s, **who, admission_id=whom.admission_id
    ),
    "admit": lambda s, who, whom: desk.admit(s, **who, admission_id=whom.admission_id, step=1),
    "decline": lambda s, who, whom: desk.decline(
        s, **who, admission_id=whom.admission_id, step=1, reason="incomplete"
    ),
    "add_note": lambda s, who, whom: desk.add_note(
        s, **who, admission_id=whom.admission_id, note="A remark"
    ),
}  # fmt: skip


def as_at_the_door(person):
    """The person as the door saw them."""
    return Actor(
        account_id=person.id, name=person.name, language=Language.EN, zone="UTC", country="AT",
        roles=frozenset({Role.PRACTITIONER, *person.roles}),
        scopes=frozenset((role, "") for role in person.roles),
    )  # fmt: skip


@pytest.fixture
def whom(house):
    """Somebody upon whom each act can be done: an applicant with an application and a passkey."""
    applicant = Desk(house).applicant()
    with house.app.app_context(), transaction() as session:
        session.add(a_passkey(applicant.account_id))
    applicant.admission_id, applicant.id = applicant.id, applicant.account_id
    return applicant


def a_passkey(account_id):
    return Passkey(
        account_id=account_id, credential_id=f"credential-{account_id}", public_key=b"key",
        sign_count=0, transports="", name="Phone", added_at=utc_now(),
    )  # fmt: skip


def log_of(house):
    with house.app.app_context():
        return reading().scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("lost", ["role", "standing"])
def test_who_has_just_lost_it_is_refused(house, whom, act, lost):
    house.admin()
    person = house.admin()
    actor = as_at_the_door(person)
    with house.app.app_context(), transaction() as session:
        if lost == "role":
            session.execute(delete(RoleGrant).where(RoleGrant.account_id == person.id))
        else:
            session.get_one(Account, person.id).standing = Standing.SUSPENDED
    with (
        house.app.app_context(),
        pytest.raises(NotAllowed) as refusal,
        transaction() as session,
    ):
        ACTS[act](session, {"actor": actor, "now": utc_now()}, whom)
    assert refusal.value.code == "role_needed"
    assert log_of(house) == []


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (
            lambda s, **who: inviting.invite_person(
                s, **who, email="guest@justice.example", country="TN", language=Language.FR
            ),
            "not_your_country",
        ),
        (
            lambda s, **who: desk_institutions.add_institution(
                s, **who, country="TN", kind="court", name="Tribunal"
            ),
            "country_of_others",
        ),
    ],
)
def test_who_has_lost_every_country_is_refused_on_its_field(house, act, code):
    person = house.vetter()
    actor = as_at_the_door(person)
    with house.app.app_context(), transaction() as session:
        session.execute(delete(RoleGrant).where(RoleGrant.account_id == person.id))
    with house.app.app_context(), pytest.raises(Invalid) as refusal, transaction() as session:
        act(session, actor=actor, now=utc_now())
    assert refusal.value.errors == {"country": [code]}


def test_an_officer_who_sits_for_another_country_now_finds_nobody(house, whom):
    person = house.vetter()
    actor = as_at_the_door(person)
    with house.app.app_context(), transaction() as session:
        session.scalars(
            select(RoleGrant).where(RoleGrant.account_id == person.id)
        ).one().scope = "NE"
    with house.app.app_context(), pytest.raises(Exception) as refusal, transaction() as session:
        desk.admit(session, actor=actor, admission_id=whom.admission_id, step=1, now=utc_now())
    assert refusal.value.code == "not_found"


def test_of_a_revocation_and_an_act_at_the_same_moment_the_act_comes_too_late(house, whom):
    """Real threads: the act arrives while the revocation is on its way to the commit."""
    first, second = house.admin(), house.admin()
    outcome, started = [], threading.Event()

    def act():
        with house.app.app_context():
            started.set()
            try:
                with transaction() as session:
                    remove_lost_factors(
                        session, actor=as_at_the_door(second), account_id=whom.id, now=utc_now(),
                        **WHY,
                    )  # fmt: skip
                outcome.append("done")
            except NotAllowed as refusal:
                outcome.append(refusal.code)

    thread = threading.Thread(target=act)
    with house.app.app_context(), transaction() as session:
        grant = session.scalars(select(RoleGrant).where(RoleGrant.account_id == second.id)).one()
        actions.revoke_role(
            session, actor=as_at_the_door(first), account_id=second.id, grant_id=grant.id,
            now=utc_now(),
        )  # fmt: skip
        thread.start()
        started.wait()
        somebody_waits(house)
    thread.join()
    assert outcome == ["role_needed"]
    assert log_of(house) == ["role_revoked"]
    with house.app.app_context():
        assert reading().scalars(select(Passkey.account_id)).all() == [whom.id]
