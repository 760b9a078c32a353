"""Who waits at the desk, and what the page says of each.

SECURITY: case T32 (an officer of one country), 1, 6
"""

import re
from datetime import timedelta

import pytest

from learnplat.admission.models import AdmissionState
from learnplat.core.clock import utc_now


def names(page):
    return re.findall(r"/en/admissions/\d+\"><bdi>([^<]+)</bdi>", page)


def test_the_longest_waiting_stands_first(house, desk):
    for name, days in (("Second", 3), ("First", 9), ("Third", 1)):
        desk.applicant(name, waiting=timedelta(days=days))
    house.enter(house.vetter())
    page = house.get("/en/admissions").text
    assert names(page) == ["First", "Second", "Third"]
    assert "Waiting for 9 days" in page or "Waiting for 1 week" in page


def test_each_part_has_its_tab_and_its_count(house, desk):
    desk.applicant("Waiting One")
    desk.applicant("Asked About", state=AdmissionState.IN_SECOND_OPINION)
    desk.applicant("Let In", state=AdmissionState.ADMITTED, decided_at=utc_now())
    desk.applicant("Kept Out", state=AdmissionState.DECLINED, decided_at=utc_now())
    desk.applicant("Not Here Yet", state=AdmissionState.UNCONFIRMED)
    house.enter(house.vetter())
    page = house.get("/en/admissions").text
    assert names(page) == ["Waiting One"]
    assert re.findall(r'class="num soft">(\d+)<', page) == ["1", "1", "2"]
    assert names(house.get("/en/admissions?state=second_opinion").text) == ["Asked About"]
    assert names(house.get("/en/admissions?state=decided").text) == ["Kept Out", "Let In"]


def test_it_is_narrowed_by_country_and_by_profession(house, desk):
    desk.applicant("Moroccan Judge")
    desk.applicant("Nigerien Judge", country="NE")
    desk.applicant("Moroccan Prosecutor", profession="prosecutor")
    house.enter(house.vetter())
    assert names(house.get("/en/admissions?country=NE").text) == ["Nigerien Judge"]
    asked = "/en/admissions?country=MA&profession=prosecutor"
    assert names(house.get(asked).text) == ["Moroccan Prosecutor"]


def test_what_draws_the_eye_is_said(house, desk):
    desk.applicant("Free Mail", email="somebody@gmail.com")
    desk.applicant("Proposed", institution="Court of Nowhere")
    desk.applicant("Elsewhere", email="person@interior.gouv.fr")
    desk.applicant("Plain", email="person@justice.gov.ma")
    house.enter(house.vetter())
    rows = house.get("/en/admissions").text.split('<li class="row">')[1:]
    said = {names(row)[0]: re.findall(r"badge-warn\">([^<]+)<", row) for row in rows}
    assert said == {
        "Free Mail": ["Mail that anybody may open"],
        "Proposed": ["Institution not on the list"],
        "Elsewhere": ["Address in another country: France"],
        "Plain": [],
    }


def test_many_are_spread_over_pages_and_none_is_missed(house, desk):
    for number in range(28):
        desk.applicant(f"Person {number:02}", waiting=timedelta(hours=100 - number // 2))
    house.enter(house.vetter())
    first = house.get("/en/admissions").text
    assert len(names(first)) == 25
    [onward] = re.findall(r'rel="prev" href="([^"]+)"', first)
    second = house.get(onward.replace("&amp;", "&")).text
    assert names(first) + names(second) == [f"Person {number:02}" for number in range(28)]
    [back] = re.findall(r'rel="next" href="([^"]+)"', second)
    assert names(house.get(back.replace("&amp;", "&")).text) == names(first)


def test_nobody_waiting_is_said_kindly(house):
    house.enter(house.vetter())
    assert "Nobody is waiting" in house.get("/en/admissions").text
    assert "Nothing is decided yet" in house.get("/en/admissions?state=decided").text


@pytest.mark.parametrize(
    "query", ["state=all", "country=XX", "profession=king", "cursor=zzz", "cursor=WzEsMV0"]
)
def test_what_cannot_be_asked_is_refused(house, query):
    house.enter(house.vetter())
    assert house.get(f"/en/admissions?{query}").status_code == 422


def test_an_officer_of_one_country_sees_only_that_one(house, desk):
    own, foreign = desk.applicant("Of Mine"), desk.applicant("Of Others", country="NE")
    house.enter(desk.vetter_of("MA"))
    assert names(house.get("/en/admissions").text) == ["Of Mine"]
    assert names(house.get("/en/admissions?country=NE").text) == []
    assert desk.page(own).status_code == 200
    missing = house.get("/en/admissions/999999")
    answer = desk.page(foreign)
    assert (answer.status_code, missing.status_code) == (404, 404)
    assert answer.text.replace(f"/{foreign.id}", "/N") == missing.text.replace("/999999", "/N")
    for verb in ("admission", "declination", "second-opinion", "notes", "institution"):
        assert desk.act(foreign, verb).status_code == 404
    assert desk.state(foreign) == ("waiting", "applicant")


def test_the_other_roles_do_not_come_in(house, desk):
    person = desk.applicant()
    for staff in (house.trainer(), house.auditor(), house.amal()):
        house.enter(staff)
        assert house.get("/en/admissions").status_code == 403
        assert desk.page(person).status_code == 403
    house.leave()
    assert house.get("/en/admissions").status_code == 303
