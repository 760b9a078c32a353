"""Planning a run and changing it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from learnplat.core.actors import Role
from learnplat.db import db, transaction
from learnplat.learning.models import CourseRun, Pace
from learnplat.people.models import RoleGrant
from tests.learning.cast import COURSE, a_dated_run, a_run, enrolled

DATED = {
    "course_key": COURSE,
    "pace": "dated",
    "starts_on": "2027-02-01",
    "ends_on": "2027-03-12",
    "zone": "Africa/Niamey",
    "languages": ["fr", "ar"],
    "seats": "25",
    "partners": "INTERPOL\n\n  Commission de l’océan Indien \n",
}
WIRE = DATED | {"seats": 25, "partners": ["INTERPOL"]}


def runs() -> list[CourseRun]:
    return list(db.session.scalars(select(CourseRun).order_by(CourseRun.id)))


def test_a_trainer_plans_a_dated_run(house):
    answer = house.enter(house.trainer()).post("/en/runs/new", DATED)
    assert (answer.status_code, answer.location) == (303, "/en/runs")
    with house.app.app_context():
        (run,) = runs()
        assert (run.code, run.pace, run.zone) == ("ULF-2027-1", Pace.DATED, "Africa/Niamey")
        assert (run.starts_on, run.ends_on) == (date(2027, 2, 1), date(2027, 3, 12))
        assert (run.languages, run.seats, run.seats_taken) == (["ar", "fr"], 25, 0)
        assert run.partners == ["INTERPOL", "Commission de l’océan Indien"]


def test_every_run_has_a_code_of_its_own(house):
    house.enter(house.admin())
    codes = [house.ask("POST", "/api/v1/runs", WIRE).json["code"] for _ in range(3)]
    assert codes == ["ULF-2027-1", "ULF-2027-2", "ULF-2027-3"]


def test_a_self_paced_run_needs_nothing_but_its_languages(house):
    body = {"course_key": COURSE, "pace": "self_paced", "languages": ["es"]}
    answer = house.enter(house.admin()).ask("POST", "/api/v1/runs", body)
    assert answer.status_code == 201
    assert (answer.json["state"], answer.json["seats_left"]) == ("running", None)
    assert answer.json["may_be_entered"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"course_key": "no-such-course"}, "course_key"),
        ({"course_key": ""}, "course_key"),
        ({"course_key": 7}, "course_key"),
        ({"pace": "hurried"}, "pace"),
        ({"starts_on": None}, "starts_on"),
        ({"starts_on": "2027-02-30"}, "starts_on"),
        ({"starts_on": "tomorrow"}, "starts_on"),
        ({"ends_on": "2027-01-31"}, "ends_on"),
        ({"starts_on": "2020-01-01", "ends_on": "2020-01-31"}, "ends_on"),
        ({"pace": "self_paced", "ends_on": None}, "starts_on"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"languages": []}, "languages"),
        ({"languages": ["de"]}, "languages.0"),
        ({"languages": "ar"}, "languages"),
        ({"seats": 0}, "seats"),
        ({"seats": -3}, "seats"),
        ({"seats": 2.5}, "seats"),
        ({"seats": True}, "seats"),
        ({"seats": 10**9}, "seats"),
        ({"partners": ["a\u202eb"]}, "partners.0"),
        ({"partners": ["x" * 121]}, "partners.0"),
        ({"partners": ["one"] * 21}, "partners"),
        ({"seats_taken": 0}, "seats_taken"),
        ({"code": "MINE"}, "code"),
    ],
)
def test_bad_values_are_refused_by_field(house, change, field):
    answer = house.enter(house.admin()).ask("POST", "/api/v1/runs", WIRE | change)
    assert answer.status_code == 422, answer.json
    assert field in answer.json["errors"]
    with house.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CourseRun)) == 0


def test_the_form_comes_back_with_what_was_typed(house):
    typed = DATED | {"ends_on": "2027-01-01", "languages": ["fr"], "seats": "many"}
    answer = house.enter(house.trainer()).post("/en/runs/new", typed)
    assert answer.status_code == 422
    assert 'id="f-seats-error"' in answer.text
    assert 'value="2027-01-01"' in answer.text
    assert "Commission de l’océan Indien" in answer.text


def test_malformed_json_is_refused(house):
    house.enter(house.admin())
    answer = house.client.post(
        "/api/v1/runs",
        data="{",
        content_type="application/json",
        headers={"X-CSRFToken": house.token},
    )
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"


def test_a_practitioner_plans_nothing(house):
    house.enter(house.amal())
    assert house.get("/en/runs/new").status_code == 403
    assert house.post("/en/runs/new", DATED).status_code == 403
    assert house.ask("POST", "/api/v1/runs", WIRE).status_code == 403
    assert house.get("/en/runs").status_code == 403


def test_a_trainer_of_another_course_plans_no_run_of_this_one(house):
    trainer = house.trainer()
    with house.app.app_context(), transaction() as session:
        grant = session.scalars(
            select(RoleGrant).where(
                RoleGrant.account_id == trainer.id, RoleGrant.role == Role.TRAINER
            )
        ).one()
        grant.scope = "another-course"
    run_id = a_run(house)
    answer = house.enter(trainer).ask("POST", "/api/v1/runs", WIRE)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["course_key"])
    assert house.get(f"/en/runs/{run_id}/edit").status_code == 404
    assert house.post(f"/en/runs/{run_id}/edit", DATED).status_code == 404


def test_a_run_is_changed_but_not_its_course(house):
    run_id = a_dated_run(house)
    house.enter(house.trainer())
    changed = {name: value for name, value in DATED.items() if name != "course_key"}
    answer = house.post(f"/en/runs/{run_id}/edit", changed | {"ends_on": "2027-04-01"})
    assert answer.status_code == 303
    with house.app.app_context():
        assert runs()[0].ends_on == date(2027, 4, 1)
    assert house.post(f"/en/runs/{run_id}/edit", DATED).status_code == 422


def test_the_form_of_a_change_shows_what_is_planned(house):
    run_id = a_dated_run(house, seats=30, partners=["INTERPOL"])
    page = house.enter(house.trainer()).get(f"/en/runs/{run_id}/edit").text
    for part in ('value="2027-02-01"', 'value="30"', "INTERPOL", "TEST-1"):
        assert part in page


def test_seats_are_never_fewer_than_those_taken(house):
    run_id = a_run(house, seats=5)
    enrolled(house, house.amal(), run_id)
    enrolled(house, house.moussa(), run_id)
    body = {"pace": "self_paced", "languages": ["ar"], "seats": 1}
    answer = house.enter(house.admin()).ask("PUT", f"/api/v1/runs/{run_id}", body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["seats"])


def test_staff_see_how_many_are_in_each_run(house):
    run_id = a_run(house, seats=5)
    enrolled(house, house.amal(), run_id)
    page = house.enter(house.trainer()).get("/en/runs").text
    assert "TEST-1" in page
    assert f"/en/runs/{run_id}/edit" in page


def test_older_runs_are_on_the_next_page(house):
    for _ in range(3):
        a_run(house)
    house.enter(house.admin())
    page = house.get("/en/runs?limit=2").text
    assert "TEST-3" in page
    assert "TEST-1" not in page
    assert "cursor=" in page
    assert house.get("/en/runs?cursor=nonsense").status_code == 422


def test_six_threads_plan_and_each_run_has_a_code_of_its_own(house):
    trainer = house.trainer()

    def plan(_number: int) -> tuple[int, str]:
        browser = type(house)(house.app, house.app.test_client(), house.kind).enter(trainer)
        answer = browser.ask("POST", "/api/v1/runs", WIRE)
        return answer.status_code, answer.json["code"]

    with ThreadPoolExecutor(6) as pool:
        made = set(pool.map(plan, range(6)))
    assert made == {(201, f"ULF-2027-{number}") for number in range(1, 7)}


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "9999-12-31"])
def test_a_day_out_of_all_reason_is_refused_on_its_field(house, day):
    answer = house.enter(house.trainer()).ask("POST", "/api/v1/runs", WIRE | {"starts_on": day})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["starts_on"])


def test_too_many_partners_are_counted_and_not_measured(house):
    names = [f"Partner {number}" for number in range(21)]
    answer = house.enter(house.trainer()).ask("POST", "/api/v1/runs", WIRE | {"partners": names})
    assert answer.json["errors"]["partners"] != []
    assert "characters" not in answer.json["errors"]["partners"][0]
