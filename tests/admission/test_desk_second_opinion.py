"""A second opinion: whoever asks for it cannot decide alone.

SECURITY: case 121
"""

import pytest

from tests.admission.cast import FORM


@pytest.fixture
def asked(house, desk):
    """An application about which Élodie has asked, and she herself."""
    person, asker = desk.applicant(), house.vetter()
    house.enter(asker)
    answer = desk.act(person, "second-opinion", question="Is this court a court?")
    assert answer.status_code == 303
    return person, asker


def test_it_waits_for_another_officer(house, desk, asked):
    person, asker = asked
    assert desk.state(person) == ("second_opinion", "applicant")
    assert desk.events(person)[-1] == (
        "opinion_asked", asker.id, None, "Is this court a court?",
    )  # fmt: skip
    assert desk.log("opinion_asked") == [(asker.id, "opinion_asked", person.account_id, None, {})]
    assert desk.mails() == []


@pytest.mark.parametrize("verb", ["admission", "declination", "opinion"])
def test_whoever_asked_does_not_decide_alone(house, desk, asked, verb):
    person, _ = asked
    form = {"declination": {"reason": "other"}, "opinion": {"opinion": "for"}}.get(verb, {})
    answer = desk.act(person, verb, **form)
    assert answer.status_code == 403
    assert "Another officer gives it, or decides." in answer.text
    assert desk.state(person) == ("second_opinion", "applicant")


def test_another_officer_decides(house, desk, asked):
    person, _ = asked
    house.enter(house.person("Second Officer", roles=("vetter",)))
    assert desk.act(person, "admission").status_code == 303
    assert desk.state(person) == ("admitted", "admitted")


@pytest.mark.parametrize("opinion", ["for", "against"])
def test_after_the_opinion_of_another_the_asker_decides(house, desk, asked, opinion):
    person, asker = asked
    second = house.person("Second Officer", roles=("vetter",))
    house.enter(second)
    answer = desk.act(person, "opinion", opinion=opinion, grounds="I know the court.")
    assert answer.status_code == 303
    assert desk.events(person)[-1] == ("opinion_given", second.id, opinion, "I know the court.")
    assert desk.log("opinion_given")[0][4] == {"opinion": opinion}
    house.enter(asker)
    assert desk.act(person, "admission").status_code == 303


def test_an_opinion_is_given_once(house, desk, asked):
    person, _ = asked
    house.enter(house.person("Second Officer", roles=("vetter",)))
    desk.act(person, "opinion", opinion="for")
    answer = desk.act(person, "opinion", opinion="against")
    assert answer.status_code == 409
    assert len(desk.log("opinion_given")) == 1


def test_a_page_from_before_the_opinion_does_not_decide(house, desk, asked):
    person, _ = asked
    house.enter(house.person("Second Officer", roles=("vetter",)))
    before = str(desk.step(person))
    desk.act(person, "opinion", opinion="against")
    house.enter(house.admin())
    answer = desk.act(person, "admission", step=before)
    assert answer.status_code == 409
    assert desk.state(person) == ("second_opinion", "applicant")


def test_without_an_asking_there_is_no_opinion(house, desk):
    person = desk.applicant()
    house.enter(house.vetter())
    assert desk.act(person, "opinion", opinion="for").status_code == 409


@pytest.mark.parametrize("form", [{}, {"opinion": "maybe"}, {"opinion": "for", "grounds": "\x07"}])
def test_what_is_no_opinion_is_refused(house, desk, asked, form):
    person, _ = asked
    house.enter(house.admin())
    assert desk.act(person, "opinion", **form).status_code == 422


def test_it_is_not_asked_for_twice(house, desk, asked):
    person, _ = asked
    house.enter(house.admin())
    assert desk.act(person, "second-opinion").status_code == 409


def test_whoever_asked_does_not_go_round_it_by_inviting(house, desk, joining, asked):
    person, _ = asked
    wish = {"email": person.email, "country": "MA", "language": "fr"}
    assert house.post("/en/invitations", wish).status_code == 303
    house.leave()
    form = {name: value for name, value in FORM.items() if name not in ("email", "country")}
    assert house.post(joining.link("invitation"), form).status_code == 404
    assert desk.state(person) == ("second_opinion", "applicant")


def test_another_officer_may_invite_meanwhile(house, desk, joining, asked):
    person, _ = asked
    house.enter(house.vetter())
    house.post("/en/invitations", {"email": person.email, "country": "MA", "language": "fr"})
    house.leave()
    form = {name: value for name, value in FORM.items() if name not in ("email", "country")}
    assert house.post(joining.link("invitation"), form).status_code == 303
    assert desk.state(person) == ("admitted", "admitted")
