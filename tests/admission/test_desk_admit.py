"""Admitting somebody who applied.

SECURITY: case 121, T35, T168
"""

import re

from learnplat.admission.models import AdmissionState
from learnplat.core.actors import Role
from learnplat.db import transaction
from learnplat.people.models import Account, RoleGrant, Standing


def test_the_person_is_let_in_and_told_in_their_language(house, desk):
    person, officer = desk.applicant(), house.vetter()
    answer = (house.enter(officer), desk.act(person, "admission"))[1]
    assert (answer.status_code, answer.location) == (303, f"/en/admissions/{person.id}")
    assert desk.state(person) == ("admitted", "admitted")
    assert desk.kept(person).decided_at is not None
    [letter] = desk.mails("admission_accepted")
    assert (letter.recipient, letter.language.value) == (person.email, "fr")


def test_it_is_kept_who_did_it(house, desk):
    person, officer = desk.applicant(), house.vetter()
    house.enter(officer)
    desk.act(person, "admission")
    assert desk.events(person)[-1] == ("admitted", officer.id, None, None)
    assert desk.log("person_admitted") == [
        (officer.id, "person_admitted", person.account_id, None, {})
    ]


def test_who_is_admitted_can_sign_in(house, desk):
    person = desk.applicant()
    form = {"email": person.email, "password": "a long and quiet sentence"}
    assert house.leave().post("/en/sign-in", form).status_code == 401
    house.enter(house.vetter())
    desk.act(person, "admission")
    assert house.leave().post("/en/sign-in", form).status_code == 303


def test_pressed_twice_it_is_one_outcome_and_one_letter(house, desk):
    person = desk.applicant()
    house.enter(house.vetter())
    form = {"step": "1"}
    first = house.post(f"/en/admissions/{person.id}/admission", form)
    second = house.post(f"/en/admissions/{person.id}/admission", form)
    assert (first.status_code, second.status_code) == (303, 409)
    assert len(desk.mails()) == 1


def test_an_old_page_is_told_and_shown_what_holds_now(house, desk):
    person = desk.applicant()
    house.enter(house.vetter())
    desk.act(person, "declination", reason="incomplete")
    answer = desk.act(person, "admission", step="1")
    assert answer.status_code == 409
    assert "Somebody has gone on with this application meanwhile." in answer.text
    assert "Open it again" in answer.text
    assert desk.state(person) == ("declined", "declined")


def test_an_admin_may_too(house, desk):
    person = desk.applicant()
    house.enter(house.admin())
    assert desk.act(person, "admission").status_code == 303


def test_nobody_decides_on_their_own_application(house, desk):
    person = desk.applicant()
    with house.app.app_context(), transaction() as session:
        session.add(RoleGrant(account_id=person.account_id, role=Role.VETTER, scope=""))
        session.get_one(Account, person.account_id).standing = Standing.ADMITTED
    house.enter(person.person)
    assert desk.act(person, "admission").status_code == 403
    assert desk.page(person).status_code == 403
    assert desk.mails() == []


def test_who_lost_the_role_while_the_page_was_open_is_refused(house, desk):
    person, officer = desk.applicant(), house.vetter()
    house.enter(officer)
    token = house.token
    assert desk.page(person).status_code == 200
    with house.app.app_context(), transaction() as session:
        session.query(RoleGrant).filter(RoleGrant.account_id == officer.id).delete()
    form = {"csrf_token": token, "step": "1"}
    answer = house.client.post(f"/en/admissions/{person.id}/admission", data=form)
    assert answer.status_code == 403
    assert desk.state(person) == ("waiting", "applicant")


def test_who_was_taken_the_role_by_an_admin_is_out_at_once(house, desk):
    person, officer = desk.applicant(), house.vetter()
    other = house.browser(house.admin())
    house.enter(officer)
    token = house.token
    page = other.get(f"/en/people/{officer.id}").text
    path = re.search(rf"/en/people/{officer.id}/roles/\d+/revocation", page)[0]
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    assert other.post(path, data={"csrf_token": csrf}).status_code == 303
    form = {"csrf_token": token, "step": "1"}
    answer = house.client.post(f"/en/admissions/{person.id}/admission", data=form)
    assert answer.status_code in (401, 403)
    assert desk.state(person) == ("waiting", "applicant")


def test_one_whose_address_is_not_confirmed_has_not_reached_the_desk(house, desk):
    person = desk.applicant(state=AdmissionState.UNCONFIRMED)
    house.enter(house.vetter())
    assert desk.page(person).status_code == 404
    assert desk.act(person, "admission").status_code == 404


def test_an_erased_person_is_not_at_the_desk(house, desk):
    person = desk.applicant(standing=Standing.ERASED)
    house.enter(house.vetter())
    assert desk.page(person).status_code == 404


def test_without_the_step_nothing_happens(house, desk):
    person = desk.applicant()
    house.enter(house.vetter())
    for step in ("", "-1", "1.0", "one", "99999999999"):
        answer = house.post(f"/en/admissions/{person.id}/admission", {"step": step})
        assert answer.status_code == 422, step
    assert house.post(f"/en/admissions/{person.id}/admission").status_code == 422
    assert desk.state(person) == ("waiting", "applicant")


def test_a_field_that_the_form_does_not_have_is_refused(house, desk):
    person = desk.applicant()
    house.enter(house.vetter())
    assert desk.act(person, "admission", standing="admitted").status_code == 422
