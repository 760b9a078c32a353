"""Runs and enrolments as programs list them."""

from tests.learning.cast import COURSE, FIRST, a_dated_run, a_run, completed, enrolled


def test_everyone_lists_the_runs_page_by_page(house):
    made = [a_run(house) for _ in range(3)]
    first = house.ask("GET", "/api/v1/runs?limit=2").json
    assert [run["id"] for run in first["items"]] == [made[2], made[1]]
    second = house.ask("GET", f"/api/v1/runs?limit=2&cursor={first['next']}").json
    assert [run["id"] for run in second["items"]] == [made[0]]
    assert second["next"] is None


def test_runs_are_listed_by_course(house):
    a_run(house, course_key=None, title="Curso de 2012")
    run_id = a_run(house)
    found = house.ask("GET", f"/api/v1/runs?course_key={COURSE}").json
    assert [run["id"] for run in found["items"]] == [run_id]


def test_a_run_says_what_one_needs_to_choose_it(house):
    run_id = a_dated_run(house, seats=25, seats_taken=24, partners=["INTERPOL"])
    run = house.ask("GET", f"/api/v1/runs/{run_id}").json
    assert run == {
        "id": run_id,
        "code": "TEST-1",
        "course_key": COURSE,
        "title": None,
        "pace": "dated",
        "state": "upcoming",
        "may_be_entered": True,
        "starts_on": "2027-02-01",
        "ends_on": "2027-03-12",
        "zone": "Africa/Niamey",
        "languages": ["ar", "en", "fr", "es"],
        "partners": ["INTERPOL"],
        "seats": 25,
        "seats_left": 1,
        "confirmation": "none",
    }


def test_a_run_that_is_not_there_is_not_found(house):
    assert house.ask("GET", "/api/v1/runs/424242").status_code == 404


def test_a_person_lists_their_own_enrolments(house):
    run_id = a_run(house)
    enrolled(house, house.moussa(), run_id)
    enrolment_id = enrolled(house, house.amal(), run_id)
    completed(house, enrolment_id, FIRST)
    (found,) = house.ask("GET", "/api/v1/enrolments").json["items"]
    assert (found["id"], found["status"], found["language"]) == (enrolment_id, "active", "ar")
    assert (found["progress"], found["units_done"]) == ({"done": 1, "total": 12}, [FIRST])
    assert found["next_unit"] == "security-council"


def test_an_enrolment_of_another_looks_like_a_missing_one(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    house.enter(house.moussa())
    assert house.ask("GET", f"/api/v1/enrolments/{enrolment_id}").status_code == 404


def test_a_stranger_lists_no_enrolments(house):
    assert house.ask("GET", "/api/v1/enrolments").status_code == 401


def test_a_wrong_cursor_is_named(house):
    answer = house.ask("GET", "/api/v1/runs?cursor=nonsense")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["cursor"])
