"""The desk as JSON: the same actions and refusals.

SECURITY: case 121, T168, 1, 6
"""

import pytest

from learnplat.core.clock import utc_now

LIST = "/api/v1/admissions"


def test_who_waits_is_listed_with_what_draws_the_eye(house, desk):
    person = desk.applicant(email="somebody@gmail.com")
    house.enter(house.vetter())
    [row] = house.get(LIST).json["items"]
    assert (row["id"], row["state"], row["is_free_mail"]) == (person.id, "waiting", True)
    assert "email" not in row


def test_a_list_goes_on_by_its_cursor(house, desk):
    for name in ("A", "B", "C"):
        desk.applicant(name * 3)
    house.enter(house.vetter())
    first = house.get(f"{LIST}?limit=2").json
    second = house.get(f"{LIST}?limit=2&cursor={first['next']}").json
    named = [row["name"] for row in first["items"] + second["items"]]
    assert named == ["AAA", "BBB", "CCC"]
    assert second["next"] is None


def test_one_is_opened_and_that_is_kept(house, desk):
    person, officer = desk.applicant(), house.vetter()
    house.enter(officer)
    told = house.get(f"{LIST}/{person.id}").json
    assert (told["email"], told["step"]) == (person.email, 1)
    assert told["history"][0]["kind"] == "applied"
    assert len(desk.log("person_opened")) == 1


def test_the_whole_way_is_open_to_programs(house, desk):
    person = desk.applicant(institution="Some court")
    house.enter(house.vetter())

    def act(verb, body, status=200):
        answer = house.ask("POST", f"{LIST}/{person.id}/{verb}", body)
        assert answer.status_code == status, (verb, answer.json)
        return answer.json

    assert act("notes", {"note": "Called."}, 201)["history"][-1]["note"] == "Called."
    assert act("institution", {"name": "Some Court"})["is_proposed"] is False
    assert act("second-opinion", {"step": 1})["state"] == "second_opinion"
    refused = act("admission", {"step": 2}, 403)
    assert refused["code"] == "opinion_of_another_needed"
    house.enter(house.admin())
    assert act("opinion", {"step": 2, "opinion": "against"})["step"] == 3
    declined = act("declination", {"step": 3, "reason": "incomplete"})
    assert (declined["state"], declined["history"][-1]["reason"]) == ("declined", "incomplete")
    assert act("reopening", {"step": 4})["state"] == "waiting"
    assert act("admission", {"step": 4}, 409)["code"] == "decided_meanwhile"
    assert act("admission", {"step": 5})["state"] == "admitted"
    assert desk.state(person) == ("admitted", "admitted")


def test_the_same_key_decides_once(house, desk):
    person = desk.applicant()
    house.enter(house.vetter())
    key = {"Idempotency-Key": "one-decision"}
    answers = [
        house.ask("POST", f"{LIST}/{person.id}/admission", {"step": 1}, headers=key)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(desk.mails()) == 1


@pytest.mark.parametrize("body", [{}, {"step": "x"}, {"step": 1, "more": 1}, [], {"step": None}])
def test_what_is_no_step_is_refused(house, desk, body):
    person = desk.applicant()
    house.enter(house.vetter())
    answer = house.ask("POST", f"{LIST}/{person.id}/admission", body)
    assert answer.status_code == 422
    assert desk.state(person) == ("waiting", "applicant")


@pytest.mark.parametrize("cursor", ["zzz", "WyJ4IiwxXQ", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwxXQ"])
def test_a_cursor_of_another_make_is_refused(house, cursor):
    house.enter(house.vetter())
    assert house.get(f"{LIST}?cursor={cursor}").status_code == 422


def test_institutions_are_kept_by_programs(house, desk):
    person = desk.applicant(institution="Proposed court")
    proposed = desk.account(person).institution_id
    house.enter(house.vetter())
    [row] = house.get("/api/v1/admissions/institutions").json["items"]
    assert (row["id"], row["people"], row["state"]) == (proposed, 1, "proposed")
    body = {"country": "MA", "kind": "court", "name": "Right court"}
    added = house.ask("POST", "/api/v1/institutions", body)
    assert added.status_code == 201
    again = house.ask("POST", "/api/v1/institutions", body)
    assert (again.status_code, list(again.json["errors"])) == (422, ["name"])
    number = added.json["id"]
    renamed = house.ask("PATCH", f"/api/v1/institutions/{number}", {"name": "Right Court"})
    assert renamed.json["name"] == "Right Court"
    merged = house.ask("POST", f"/api/v1/institutions/{proposed}/merger", {"into": number})
    assert (merged.status_code, merged.json["people"]) == (200, 1)
    refused = house.ask("POST", f"/api/v1/institutions/{number}/refusal")
    assert refused.json["state"] == "refused"


def test_a_person_is_suspended_and_let_in_by_a_program(house):
    person = house.moussa()
    house.enter(house.vetter())
    for verb, state in (("suspension", "suspended"), ("reinstatement", "admitted")):
        answer = house.ask("POST", f"/api/v1/people/{person.id}/{verb}", {"reason": "why"})
        assert (answer.status_code, answer.json) == (200, {"id": person.id, "standing": state})


def test_an_officer_of_one_country_meets_the_others_as_missing(house, desk):
    foreign = desk.applicant(country="NE", waiting=utc_now() - utc_now())
    house.enter(desk.vetter_of("MA"))
    answer = house.get(f"{LIST}/{foreign.id}")
    missing = house.get(f"{LIST}/999999")
    assert (answer.status_code, answer.json) == (404, missing.json)
    assert house.get(LIST).json["items"] == []
