"""Institutions as the applicant meets them: one spelling is one row, new ones are proposed."""

import threading

import pytest
from sqlalchemy import func, select

from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.people.institutions import institution_of, listed_institution, listed_institutions
from learnplat.people.models import Account, Institution, InstitutionState

PROFILE = {
    "name": "Moussa Issoufou", "country": "NE", "institution_kind": "court",
    "profession": "judge", "gender": "male", "language": "fr", "zone": "Africa/Niamey",
}  # fmt: skip


def listed(session, name, country="MA", state=InstitutionState.LISTED):
    number = institution_of(session, country=country, kind="court", name=name, now=utc_now())
    session.get(Institution, number).state = state
    session.flush()
    return number


@pytest.mark.parametrize(
    "spelling",
    [
        "Cour d'appel de Rabat", "COUR D’APPEL  DE RABAT", "cour d'appel, de Rabat.",
        "Cour d’appel\u00a0de Rabat",
    ],
)  # fmt: skip
def test_every_spelling_of_a_listed_name_is_that_institution(session, spelling):
    number = listed(session, "Cour d'appel de Rabat")
    assert listed_institution(session, "MA", spelling) == number
    assert listed_institution(session, "TN", spelling) is None


def test_arabic_is_one_with_and_without_a_stretched_line(session):
    number = listed(session, "محكمة الاستئناف بالرباط")
    assert listed_institution(session, "MA", "محـــكمة الاستئناف بالرباط") == number


def test_a_new_name_is_proposed_once(session):
    first, again = (
        institution_of(session, country="MA", kind="court", name=name, now=utc_now())
        for name in ("Tribunal de Fès", "TRIBUNAL DE FÈS")
    )
    found = session.scalars(select(Institution)).one()
    assert (first, found.state) == (again, InstitutionState.PROPOSED)


@pytest.mark.parametrize("name", [None, "", "…"])
def test_no_name_is_no_institution(session, name):
    assert institution_of(session, country="MA", kind="court", name=name, now=utc_now()) is None


def test_of_many_who_propose_the_same_at_once_one_makes_it(house):
    numbers = []

    def propose():
        with house.app.app_context(), transaction() as session:
            numbers.append(
                institution_of(session, country="MA", kind="court", name="Cour", now=utc_now())
            )

    threads = [threading.Thread(target=propose) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 1
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(Institution)) == 1


def test_a_profile_points_at_its_institution(house):
    moussa = house.moussa()
    house.enter(moussa).post("/fr/profile/edit", PROFILE | {"institution": "Parquet de Niamey"})
    with house.app.app_context():
        account = reading().get(Account, moussa.id)
        found = reading().scalars(select(Institution)).one()
    assert (account.institution, account.institution_id) == ("Parquet de Niamey", found.id)
    assert (found.country, found.state) == ("NE", InstitutionState.PROPOSED)


def test_an_emptied_institution_points_nowhere(house):
    moussa = house.moussa()
    house.enter(moussa).post("/fr/profile/edit", PROFILE | {"institution": "Parquet de Niamey"})
    house.post("/fr/profile/edit", PROFILE)
    with house.app.app_context():
        assert reading().get(Account, moussa.id).institution_id is None


def test_everybody_sees_the_listed_ones_and_nobody_the_others(house):
    with house.app.app_context(), transaction() as session:
        listed(session, "Cour d'appel de Rabat")
        listed(session, "Cour d'appel de Fès")
        listed(session, "A proposed court", state=InstitutionState.PROPOSED)
        listed(session, "A refused court", state=InstitutionState.REFUSED)
        listed(session, "Cour d'appel de Tunis", country="TN")
    found = house.get("/api/v1/institutions?country=MA&q=cour").json
    assert [item["name"] for item in found["items"]] == [
        "Cour d'appel de Fès",
        "Cour d'appel de Rabat",
    ]
    assert found["items"][0].keys() == {"id", "country", "kind", "name"}
    page = house.enter(house.amal()).get("/en/profile/edit").text
    assert ("Cour d&#39;appel de Rabat" in page, "A proposed court" in page) == (True, False)


def test_the_list_comes_in_pages(house):
    with house.app.app_context(), transaction() as session:
        for number in range(3):
            listed(session, f"Court {number}")
    first = house.get("/api/v1/institutions?country=MA&limit=2").json
    then = house.get(f"/api/v1/institutions?country=MA&limit=2&cursor={first['next']}").json
    names = [item["name"] for item in first["items"] + then["items"]]
    assert (names, then["next"]) == ([f"Court {number}" for number in range(3)], None)


@pytest.mark.parametrize("q", ["%", "_", "' OR 1=1", "*", "\\"])
def test_signs_are_no_wildcards(session, q):
    """A word without letters asks for everything; nothing in it is an instruction."""
    listed(session, "Court 1")
    assert len(listed_institutions(session, "MA", q)) in (0, 1)


@pytest.mark.parametrize("query", ["", "country=XX", "country=MA&limit=1000", "country=MA&x=1"])
def test_a_wrong_question_is_refused(house, query):
    assert house.get(f"/api/v1/institutions?{query}").status_code == 422
