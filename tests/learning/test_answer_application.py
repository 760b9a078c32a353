"""Confirming a place as the focal point of a country, or as an admin where there is none.

SECURITY: T31, T32, T44, T121; case 52
"""

import re
import threading
from functools import partial

import pytest
from sqlalchemy import select

from learnplat.audit import AuditEntry
from learnplat.core.actors import Actor, Role
from learnplat.core.refusals import Conflict, NotFound
from learnplat.db import reading, transaction
from learnplat.learning.applications import decisions
from learnplat.learning.models import (
    Confirmation,
)
from learnplat.people.models import Account, Standing
from tests.learning.applying import (
    applied,
    asking_run,
    at_once,
    focal_point,
    letters,
    state,
)
from tests.learning.cast import NOON, the_catalogue
from tests.people.waiting import somebody_waits

FOCAL = Confirmation.FOCAL_POINT


def acting_for(person, country, *roles):
    return Actor(
        person.id,
        person.name,
        person.language,
        person.zone,
        person.country,
        frozenset({Role.PRACTITIONER, Role.FOCAL_POINT, *roles}),
        frozenset({(Role.FOCAL_POINT, country)}),
    )


def decided(house, actor, application_id, is_confirmed=True, reason=None):
    with house.app.app_context(), transaction() as session:
        return decisions.answer_application(
            session,
            the_catalogue(),
            actor=actor,
            application_id=application_id,
            is_confirmed=is_confirmed,
            reason=reason,
            now=NOON,
        )[1]


def test_the_focal_point_of_the_country_confirms(house):
    application_id = applied(house, house.moussa(), asking_run(house, FOCAL))
    house.enter(focal_point(house, "NE"))
    listed = house.ask("GET", "/api/v1/confirmations").json["items"]
    assert [item["id"] for item in listed] == [application_id]
    answer = house.ask("POST", f"/api/v1/confirmations/{application_id}", {"answer": "confirm"})
    assert answer.json == {"id": application_id, "state": "confirmed", "has_place": True}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("door", ["/api/v1", "/en"])
def test_a_focal_point_of_another_country_meets_what_is_missing(house, method, door):
    application_id = applied(house, house.moussa(), asking_run(house, FOCAL))
    house.enter(focal_point(house, "SN"))

    def asked(number):
        path = f"{door}/confirmations/{number}"
        if method == "GET":
            return house.get(path)
        if door == "/en":
            return house.post(path, {"answer": "confirm"})
        return house.ask("POST", path, {"answer": "confirm"})

    answers = [asked(application_id), asked(999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [
        re.sub(rf"(/|%2F){number}\b|content=\"[^\"]*\"|value=\"[^\"]*\"", "", answer.text)
        for answer, number in zip(answers, (application_id, 999_999), strict=True)
    ]
    assert bodies[0] == bodies[1]
    assert house.ask("GET", "/api/v1/confirmations").json["items"] == []
    assert state(house, application_id) == "waiting"


def test_moving_ones_own_profile_to_a_country_opens_nothing_there(house):
    application_id = applied(house, house.moussa(), asking_run(house, FOCAL))
    person = focal_point(house, "SN")
    with house.app.app_context(), transaction() as session:
        session.get_one(Account, person.id).country = "NE"
    answer = house.enter(person).ask("GET", f"/api/v1/confirmations/{application_id}")
    assert answer.status_code == 404


def test_a_focal_point_without_a_country_answers_for_none(house):
    applied(house, house.moussa(), asking_run(house, FOCAL))
    house.enter(house.person("Unscoped", roles=(Role.FOCAL_POINT,)))
    assert house.ask("GET", "/api/v1/confirmations").json["items"] == []


def test_an_admin_answers_only_where_there_is_no_focal_point(house):
    application_id = applied(house, house.moussa(), asking_run(house, FOCAL))
    admin = house.admin()
    house.enter(admin)
    assert len(house.ask("GET", "/api/v1/confirmations").json["items"]) == 1
    assert "in the place of one" in house.get(f"/en/confirmations/{application_id}").text
    focal_point(house, "NE")
    house.enter(admin)
    answer = house.ask("POST", f"/api/v1/confirmations/{application_id}", {"answer": "confirm"})
    assert (answer.status_code, state(house, application_id)) == (404, "waiting")


def test_a_suspended_focal_point_leaves_the_country_to_an_admin(house):
    applied(house, house.moussa(), asking_run(house, FOCAL))
    person = focal_point(house, "NE")
    with house.app.app_context(), transaction() as session:
        session.get_one(Account, person.id).standing = Standing.SUSPENDED
    found = house.enter(house.admin()).ask("GET", "/api/v1/confirmations").json["items"]
    assert len(found) == 1


def test_nobody_confirms_a_place_for_themself(house):
    person = focal_point(house, "NE")
    with house.app.app_context(), transaction() as session:
        session.get_one(Account, person.id).country = "NE"
    application_id = applied(house, person, asking_run(house, FOCAL))
    with pytest.raises(NotFound):
        decided(house, acting_for(person, "NE", Role.ADMIN), application_id)
    assert decided(house, acting_for(focal_point(house, "NE"), "NE"), application_id)


def test_declining_needs_a_reason_and_confirming_none(house):
    application_id = applied(house, house.moussa(), asking_run(house, FOCAL))
    house.enter(focal_point(house, "NE"))
    path = f"/api/v1/confirmations/{application_id}"
    for body in (
        {"answer": "decline"},
        {"answer": "decline", "reason": "because"},
        {"answer": "confirm", "reason": "not_known"},
    ):
        answer = house.ask("POST", path, body)
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["reason"])
    assert house.ask("POST", path, {"answer": "decline", "reason": "others_first"}).json == {
        "id": application_id,
        "state": "declined",
        "has_place": False,
    }


def test_the_reason_is_in_the_letter_and_on_the_page(house):
    person = house.person("Mary", language="en", country="NE")
    application_id = applied(house, person, asking_run(house, FOCAL))
    focal = focal_point(house, "NE")
    house.enter(focal).post(
        f"/en/confirmations/{application_id}", {"answer": "decline", "reason": "others_first"}
    )
    assert letters(house)[-1].facts["reason"] == "others_first"
    page = house.enter(person).get(f"/en/applications/{application_id}").text
    assert "go first this time" in page


def test_two_focal_points_at_once_have_one_outcome(house):
    application_id = applied(house, house.moussa(), asking_run(house, FOCAL))
    actors = [acting_for(focal_point(house, "NE"), "NE") for _ in range(2)]
    outcomes = at_once(
        house,
        lambda: decided(house, actors[0], application_id),
        lambda: decided(house, actors[1], application_id, False, "contact_first"),
    )
    assert outcomes.count("done") == 1
    assert set(outcomes) - {"done"} <= {"application_is_decided", "not_found"}
    assert len(letters(house)) == 1


def test_who_moves_to_another_country_applies_anew(house):
    moussa, run_id = house.moussa(), asking_run(house, FOCAL, seats=1)
    application_id = applied(house, moussa, run_id)
    with house.app.app_context(), transaction() as session:
        session.get_one(Account, moussa.id).country = "TD"
    with pytest.raises(Conflict, match="country_has_changed"):
        decided(house, acting_for(focal_point(house, "NE"), "NE"), application_id)


def test_an_answer_is_kept_in_the_log_without_names(house):
    application_id = applied(house, house.moussa(), asking_run(house, FOCAL))
    person = focal_point(house, "NE")
    decided(house, acting_for(person, "NE"), application_id)
    with house.app.app_context():
        entry = (
            reading()
            .scalars(select(AuditEntry).where(AuditEntry.action == "application_confirmed"))
            .one()
        )
    assert (entry.actor_id, entry.subject_id) == (person.id, application_id)
    assert entry.facts["by"] == "focal_point"


def test_two_focal_points_answer_each_other_at_once(house):
    """Each waits for the other's turn, and neither crosswise."""
    run_id, outcomes = asking_run(house, FOCAL), []
    one, other = focal_point(house, "NE"), focal_point(house, "NE", "Aïssa Garba")
    of_one, of_other = applied(house, one, run_id), applied(house, other, run_id)
    acts = ((one, of_other), (other, of_one))

    def both():
        outcomes.extend(
            at_once(
                house,
                *(partial(decided, house, acting_for(who, "NE"), number) for who, number in acts),
            )
        )

    thread = threading.Thread(target=both)
    with house.app.app_context(), transaction() as session:
        mine = select(Account.id).where(Account.id.in_([one.id, other.id]))
        session.execute(mine.with_for_update(key_share=True))
        thread.start()
        somebody_waits(house, 2)
    thread.join()
    assert outcomes == ["done", "done"]
