"""A unit as programs read it."""

from tests.learning.cast import COURSE, FIRST, a_run, completed, enrolled

ADDRESS = f"/api/v1/courses/{COURSE}/units"


def test_who_is_enrolled_reads_it_in_their_language_or_another(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    completed(house, enrolment_id, FIRST)
    unit = house.ask("GET", f"{ADDRESS}/{FIRST}").json
    assert (unit["language"], unit["is_done"]) == ("ar", True)
    assert unit["questions"][0]["options"][0].keys() == {"text", "is_right", "feedback"}
    assert house.ask("GET", f"{ADDRESS}/{FIRST}?language=fr").json["language"] == "fr"


def test_who_is_not_enrolled_is_refused(house):
    answer = house.enter(house.amal()).ask("GET", f"{ADDRESS}/{FIRST}")
    assert (answer.status_code, answer.json["code"]) == (403, "not_enrolled")


def test_staff_read_it(house):
    assert house.enter(house.trainer()).ask("GET", f"{ADDRESS}/{FIRST}").status_code == 200


def test_a_stranger_is_asked_to_sign_in(house):
    assert house.ask("GET", f"{ADDRESS}/{FIRST}").status_code == 401


def test_an_unknown_language_is_named(house):
    answer = house.enter(house.trainer()).ask("GET", f"{ADDRESS}/{FIRST}?language=de")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["language"])
