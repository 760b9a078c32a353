"""Suspending a person, and letting them in again.

SECURITY: case T32, T36 (the last administrator), T168, 121
"""

import threading
from datetime import timedelta

import pytest

from learnplat.admission.models import AdmissionState
from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.db import reading
from learnplat.people.models import Account, Standing

PASSWORD = "a long and quiet sentence"


def standing(house, person):
    with house.app.app_context():
        return reading().get_one(Account, person.id).standing.value


def change(house, person, verb, **form):
    form = {"reason": "A call from the ministry"} | form
    return house.post(f"/en/people/{person.id}/standing/{verb}", form)


def test_every_door_is_closed_at_once(house, desk):
    person, officer = house.moussa(), house.vetter()
    theirs = house.browser(person)
    token = (
        house.leave()
        .client.post("/api/v1/tokens", json={"email": person.email, "password": PASSWORD})
        .json["token"]
    )
    bearer = {"Authorization": f"Bearer {token}"}
    assert house.client.get("/api/v1/me", headers=bearer).status_code == 200
    assert theirs.get("/en/profile").status_code == 200
    house.enter(officer)
    assert change(house, person, "suspension").status_code == 303
    assert standing(house, person) == "suspended"
    assert theirs.get("/en/profile").status_code == 303
    assert house.leave().client.get("/api/v1/me", headers=bearer).status_code == 401
    form = {"email": person.email, "password": PASSWORD}
    assert house.post("/en/sign-in", form).status_code == 401


def test_the_person_is_told_and_the_reason_is_for_the_log(house, desk):
    person, officer = house.moussa(), house.vetter()
    house.enter(officer)
    change(house, person, "suspension", words="Please write to your focal point.")
    [letter] = desk.mails("account_suspended")
    assert (letter.recipient, letter.language.value) == (person.email, "fr")
    assert letter.facts["words"] == "Please write to your focal point."
    assert "ministry" not in str(letter.facts)
    assert desk.log("person_suspended") == [
        (officer.id, "person_suspended", person.id, "A call from the ministry", {})
    ]


def test_the_person_is_let_in_again(house, desk):
    person = house.moussa()
    house.enter(house.vetter())
    change(house, person, "suspension")
    assert change(house, person, "reinstatement").status_code == 303
    assert standing(house, person) == "admitted"
    assert [letter.template for letter in desk.mails()] == [
        "account_suspended",
        "account_reinstated",
    ]
    assert len(desk.log("person_reinstated")) == 1
    form = {"email": person.email, "password": PASSWORD}
    assert house.leave().post("/en/sign-in", form).status_code == 303


def test_it_stands_in_the_history_of_the_application(house, desk):
    person = desk.applicant(
        state=AdmissionState.ADMITTED, standing=Standing.ADMITTED, decided_at=utc_now()
    )
    house.enter(house.vetter())
    change(house, person.person, "suspension")
    assert desk.events(person)[-1][0] == "suspended"
    assert "A call from the ministry" in desk.page(person).text


@pytest.mark.parametrize("verb", ["suspension", "reinstatement"])
def test_it_asks_who_one_is_first(house, verb):
    person, officer = house.moussa(), house.vetter()
    key = house.opened(officer, confirmed_at=utc_now() - timedelta(minutes=6))
    with house.client.session_transaction() as session:
        session["_user_id"] = key
    answer = change(house, person, verb)
    assert answer.status_code == 303
    assert answer.location == f"/en/confirm?next=/en/people/{person.id}/standing"
    answer = house.ask("POST", f"/api/v1/people/{person.id}/{verb}", {"reason": "why"})
    assert (answer.status_code, answer.json["code"]) == (403, "confirmation_needed")
    assert standing(house, person) == "admitted"


def test_nobody_suspends_themself(house):
    for officer in (house.vetter(), house.admin()):
        house.enter(officer)
        answer = change(house, officer, "suspension")
        assert answer.status_code == 403
        assert standing(house, officer) == "admitted"


def test_an_officer_does_not_suspend_staff(house):
    admin, trainer = house.admin(), house.trainer()
    house.enter(house.vetter())
    for person in (admin, trainer):
        assert change(house, person, "suspension").status_code == 403
        assert standing(house, person) == "admitted"


@pytest.mark.parametrize("role", [Role.FOCAL_POINT, Role.EXPERT, Role.AUDITOR])
@pytest.mark.parametrize(
    ("verb", "before"), [("suspension", "admitted"), ("reinstatement", "suspended")]
)
def test_only_an_admin_changes_it_for_who_holds_any_role(house, role, verb, before):
    """SECURITY: T32. An officer and a focal point answer to the administrator, not to each other."""
    person = house.person("Holder", roles=(role,), standing=Standing(before))
    house.enter(house.vetter())
    answer = change(house, person, verb)
    assert (answer.status_code, standing(house, person)) == (403, before)
    answer = house.ask("POST", f"/api/v1/people/{person.id}/{verb}", {"reason": "why"})
    assert (answer.status_code, answer.json["code"]) == (403, "role_holder_by_admin")
    house.enter(house.admin())
    assert change(house, person, verb).status_code == 303
    assert standing(house, person) != before


def test_an_admin_suspends_another_while_one_stays(house):
    first, second = house.admin(), house.admin()
    house.enter(first)
    assert change(house, second, "suspension").status_code == 303
    assert standing(house, second) == "suspended"


def test_of_two_admins_who_suspend_each_other_one_stays(house):
    pair = [house.admin(), house.admin()]
    clients = [house.browser(person) for person in pair]
    paths = [f"/en/people/{pair[1 - number].id}/standing" for number in (0, 1)]
    tokens = [
        client.get(path).text.split('csrf_token" value="')[1].split('"')[0]
        for client, path in zip(clients, paths, strict=True)
    ]
    start, answers = threading.Barrier(2), []

    def suspend(number):
        start.wait()
        form = {"csrf_token": tokens[number], "reason": "the other"}
        answer = clients[number].post(f"{paths[number]}/suspension", data=form)
        answers.append(answer.status_code)

    threads = [threading.Thread(target=suspend, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(standing(house, person) for person in pair) == ["admitted", "suspended"]
    assert answers.count(303) == 1


def test_a_suspended_admin_does_not_count_as_one_that_stays(house):
    first, second = house.admin(), house.admin()
    house.enter(first)
    change(house, second, "suspension")
    page = house.get(f"/en/people/{first.id}").text
    path = page.split('action="/en/people/')[1].split('"')[0]
    answer = house.post(f"/en/people/{path}")
    assert answer.status_code == 409
    assert "last administrator" in answer.text


def test_twice_is_told(house, desk):
    person = house.moussa()
    house.enter(house.vetter())
    assert change(house, person, "reinstatement").status_code == 409
    change(house, person, "suspension")
    assert change(house, person, "suspension").status_code == 409
    assert len(desk.mails()) == 1


@pytest.mark.parametrize("state", [Standing.APPLICANT, Standing.DECLINED])
def test_who_was_not_admitted_is_not_suspended(house, state):
    person = house.person("Somebody", standing=state)
    house.enter(house.vetter())
    assert change(house, person, "suspension").status_code == 409
    assert change(house, person, "reinstatement").status_code == 409
    assert standing(house, person) == state.value


def test_an_erased_person_is_as_if_missing(house):
    person = house.person("Gone", standing=Standing.ERASED)
    house.enter(house.vetter())
    assert house.get(f"/en/people/{person.id}/standing").status_code == 404
    assert change(house, person, "reinstatement").status_code == 404


@pytest.mark.parametrize(
    "form", [{"reason": ""}, {"reason": "r" * 301}, {"reason": "\u202e"}, {"words": "w" * 2001}]
)
def test_without_a_reason_nothing_happens(house, form):
    person = house.moussa()
    house.enter(house.vetter())
    assert change(house, person, "suspension", **form).status_code == 422
    assert standing(house, person) == "admitted"


def test_an_officer_of_another_country_finds_nobody(house, desk):
    person = house.moussa()
    house.enter(desk.vetter_of("MA"))
    assert house.get(f"/en/people/{person.id}/standing").status_code == 404
    assert change(house, person, "suspension").status_code == 404
    assert standing(house, person) == "admitted"


def test_that_the_record_was_opened_is_kept(house, desk):
    person, officer = house.moussa(), house.vetter()
    house.enter(officer)
    house.get(f"/en/people/{person.id}/standing")
    opened = (officer.id, "person_opened", person.id, None, {"role": Role.VETTER.value})
    assert desk.log("person_opened") == [opened]
