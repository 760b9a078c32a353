"""The list of institutions as officers keep it, and what applicants propose.

SECURITY: case T32 (an officer of one country), 15
"""

import threading

import pytest

from learnplat.admission.models import Admission
from learnplat.db import reading, transaction
from learnplat.people.models import Institution, InstitutionState


def kept(house, number):
    with house.app.app_context():
        return reading().get(Institution, number)


def test_what_was_proposed_is_listed_under_its_right_name(house, desk):
    person, officer = desk.applicant(institution="cour dappel rabat"), house.vetter()
    number = desk.account(person).institution_id
    house.enter(officer)
    answer = desk.act(person, "institution", name="Cour d'appel de Rabat")
    assert answer.status_code == 303
    institution = kept(house, number)
    assert (institution.name, institution.state) == (
        "Cour d'appel de Rabat",
        InstitutionState.LISTED,
    )
    assert desk.account(person).institution == "Cour d'appel de Rabat"
    assert desk.log("institution_listed") == [(officer.id, "institution_listed", number, None, {})]
    assert "Institution not on the list" not in desk.page(person).text


def test_what_was_proposed_is_taken_for_a_listed_one_and_all_who_named_it_move(house, desk):
    listed = desk.institution("Cour de cassation")
    one = desk.applicant("One", institution="Cassation")
    two = desk.applicant("Two", institution="Cassation")
    proposed = desk.account(one).institution_id
    house.enter(house.vetter())
    assert desk.act(one, "institution", into=str(listed)).status_code == 303
    assert kept(house, proposed) is None
    for person in (one, two):
        account = desk.account(person)
        assert (account.institution_id, account.institution) == (listed, "Cour de cassation")
    assert desk.log("institution_merged")[0][2:] == (proposed, None, {"into": listed})


def test_a_name_without_a_row_becomes_one(house, desk):
    person = desk.applicant()
    with house.app.app_context(), transaction() as session:
        session.get_one(Admission, person.id).proposed_institution = "A new court"
    house.enter(house.vetter())
    assert desk.act(person, "institution", name="A New Court").status_code == 303
    account = desk.account(person)
    assert kept(house, account.institution_id).state is InstitutionState.LISTED
    assert account.institution == "A New Court"


def test_a_settled_one_is_not_settled_twice(house, desk):
    person = desk.applicant(institution="Some court")
    house.enter(house.vetter())
    desk.act(person, "institution", name="Some Court")
    assert desk.act(person, "institution", name="Another").status_code == 409


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"name": ""},
        {"name": "???"},
        {"name": "n" * 201},
        {"name": "turned \u202e"},
        {"into": "0"},
        {"into": "999999"},
        {"into": "x"},
        {"name": "Both", "into": "1"},
    ],
)
def test_what_settles_nothing_is_refused(house, desk, form):
    person = desk.applicant(institution="Some court")
    house.enter(house.vetter())
    assert desk.act(person, "institution", **form).status_code == 422
    assert kept(house, desk.account(person).institution_id).state is InstitutionState.PROPOSED


def test_one_of_another_country_is_not_meant(house, desk):
    foreign = desk.institution("Tribunal de Niamey", country="NE")
    person = desk.applicant(institution="Some court")
    house.enter(house.vetter())
    assert desk.act(person, "institution", into=str(foreign)).status_code == 422


def test_a_name_that_the_country_has_is_refused_on_the_name(house, desk):
    desk.institution("Cour suprême")
    person = desk.applicant(institution="Haute cour")
    house.enter(house.vetter())
    answer = desk.act(person, "institution", name="COUR  SUPRÊME")
    assert answer.status_code == 422
    assert 'href="#f-name"' in answer.text
    assert "already has an institution of this name" in answer.text


NEW = {"country": "MA", "kind": "court", "name": "Tribunal de Fès"}


def test_one_is_added(house, desk):
    officer = house.vetter()
    house.enter(officer)
    assert house.post("/en/institutions/new", NEW).status_code == 303
    page = house.get("/en/institutions?state=listed&country=MA").text
    assert "Tribunal de Fès" in page
    assert desk.log("institution_added")[0][4] == {"country": "MA"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "tribunal de FÈS "},
        {"country": "XX"},
        {"kind": "castle"},
        {"name": "x" * 201},
        {"state": "listed"},
    ],
)
def test_what_cannot_be_added_is_refused(house, desk, wrong):
    desk.institution("Tribunal de Fès")
    house.enter(house.vetter())
    answer = house.post("/en/institutions/new", NEW | wrong)
    assert answer.status_code == 422


def test_the_same_name_in_two_countries_is_two(house, desk):
    desk.institution("Cour suprême")
    house.enter(house.vetter())
    form = NEW | {"name": "Cour suprême", "country": "NE"}
    assert house.post("/en/institutions/new", form).status_code == 303


def test_of_two_who_add_the_same_at_once_one_is_told(house, desk):
    clients = [house.browser(house.vetter()), house.browser(house.admin())]
    tokens = [
        client.get("/en/institutions/new").text.split('csrf_token" value="')[1].split('"')[0]
        for client in clients
    ]
    start, answers = threading.Barrier(2), []

    def add(number):
        start.wait()
        form = NEW | {"csrf_token": tokens[number]}
        answers.append(clients[number].post("/en/institutions/new", data=form).status_code)

    threads = [threading.Thread(target=add, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 422]


def test_a_listed_one_is_renamed_on_every_profile(house, desk):
    person = desk.applicant(institution="Old name", institution_state=InstitutionState.LISTED)
    number = desk.account(person).institution_id
    house.enter(house.vetter())
    answer = house.post(f"/en/institutions/{number}/listing", {"name": "New name", "kind": "bar"})
    assert answer.status_code == 303
    assert (kept(house, number).name, kept(house, number).kind) == ("New name", "bar")
    assert desk.account(person).institution == "New name"
    assert len(desk.log("institution_renamed")) == 1


def test_a_refused_one_is_off_the_list_and_stays_with_who_named_it(house, desk):
    person = desk.applicant(institution="No court at all")
    number = desk.account(person).institution_id
    house.enter(house.vetter())
    assert house.post(f"/en/institutions/{number}/refusal").status_code == 303
    assert kept(house, number).state is InstitutionState.REFUSED
    assert desk.account(person).institution_id == number
    assert "No court at all" in house.get("/en/institutions?state=refused").text


def test_how_many_name_each_is_said(house, desk):
    for name in ("One", "Two"):
        desk.applicant(name, institution="Proposed court")
    house.enter(house.vetter())
    page = house.get("/en/institutions").text
    assert "Proposed court" in page
    assert '<td class="num" data-label="People who name it">2</td>' in page


def test_two_are_not_merged_into_each_other_nor_one_into_itself(house, desk):
    number = desk.institution("Only court")
    proposed = desk.institution("Proposed", state=InstitutionState.PROPOSED)
    house.enter(house.vetter())
    for into in (number, proposed, 999999):
        answer = house.post(f"/en/institutions/{number}/merger", {"into": str(into)})
        assert answer.status_code == 422
    assert house.post("/en/institutions/999999/merger", {"into": str(number)}).status_code == 404


def test_an_officer_of_one_country_keeps_its_institutions_alone(house, desk):
    foreign = desk.institution("Tribunal de Niamey", country="NE")
    house.enter(desk.vetter_of("MA"))
    assert house.get(f"/en/institutions/{foreign}").status_code == 404
    form = {"name": "Mine now"}
    assert house.post(f"/en/institutions/{foreign}/listing", form).status_code == 404
    assert house.post(f"/en/institutions/{foreign}/refusal").status_code == 404
    assert house.post("/en/institutions/new", NEW | {"country": "NE"}).status_code == 422
    assert "Niamey" not in house.get("/en/institutions?state=listed").text
