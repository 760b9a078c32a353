"""Declining an application, and opening a declined one again.

SECURITY: case 121, T32
"""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from learnplat.admission import desk_rules
from learnplat.admission.models import AdmissionState
from learnplat.admission.reasons import REASONS
from learnplat.core.clock import utc_now
from learnplat.people.models import Standing
from learnplat.web.mail import deliver_due


def delivered(house):
    out = []
    with house.app.app_context():
        deliver_due(lambda letter: out.append(bytes(letter)), "http://learn.test")
    return [message_from_bytes(letter, policy=policy.default) for letter in out]


def test_the_person_is_kept_out_and_told_why(house, desk):
    person, officer = desk.applicant(language="en"), house.vetter()
    house.enter(officer)
    words = "Please add the letter of your court.\n<b>Thank you.</b>"
    assert desk.act(person, "declination", reason="incomplete", words=words).status_code == 303
    assert desk.state(person) == ("declined", "declined")
    assert desk.events(person)[-1] == ("declined", officer.id, "incomplete", words)
    [letter] = delivered(house)
    text = letter.get_body(("plain",)).get_content()
    assert "Your application lacks what we need in order to decide." in text
    assert words in text.replace("\r\n", "\n")
    html = letter.get_body(("html",)).get_content()
    assert '<blockquote dir="auto">' in html
    assert "&lt;b&gt;Thank you.&lt;/b&gt;" in html


def test_only_a_code_goes_into_the_log(house, desk):
    person, officer = desk.applicant(), house.vetter()
    house.enter(officer)
    desk.act(person, "declination", reason="duplicate", words="An account of before")
    assert desk.log("person_declined") == [
        (officer.id, "person_declined", person.account_id, None, {"code": "duplicate"})
    ]


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_has_its_sentence_in_the_letter(house, desk, reason):
    desk_person = desk.applicant()
    house.enter(house.vetter())
    desk.act(desk_person, "declination", reason=reason)
    assert len(delivered(house)[0].get_body(("plain",)).get_content()) > 200


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"reason": ""},
        {"reason": "because"},
        {"reason": "other", "words": "w" * 2001},
        {"reason": "other", "words": "turned \u202e round"},
        {"reason": "other", "words": "nul \x00"},
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_happens(house, desk, form):
    person = desk.applicant()
    house.enter(house.vetter())
    assert desk.act(person, "declination", **form).status_code == 422
    assert desk.state(person) == ("waiting", "applicant")
    assert desk.mails() == []


def test_a_declined_person_cannot_sign_in(house, desk):
    person = desk.applicant()
    house.enter(house.vetter())
    desk.act(person, "declination", reason="other")
    form = {"email": person.email, "password": "a long and quiet sentence"}
    assert house.leave().post("/en/sign-in", form).status_code == 401


def declined(desk, **values):
    return desk.applicant(
        state=AdmissionState.DECLINED,
        standing=Standing.DECLINED,
        **{"decided_at": utc_now()} | values,
    )


def test_a_declined_one_is_opened_again(house, desk):
    person, officer = declined(desk), house.vetter()
    house.enter(officer)
    assert desk.act(person, "reopening", why="The court has called.").status_code == 303
    assert desk.state(person) == ("waiting", "applicant")
    assert desk.kept(person).decided_at is None
    assert desk.events(person)[-1] == ("reopened", officer.id, None, "The court has called.")
    assert desk.log("admission_reopened")[0][2] == person.account_id
    assert desk.act(person, "admission").status_code == 303
    assert [letter.template for letter in desk.mails()] == ["admission_accepted"]


def test_declined_twice_it_is_two_letters(house, desk):
    person = desk.applicant()
    house.enter(house.vetter())
    desk.act(person, "declination", reason="incomplete")
    desk.act(person, "reopening")
    desk.act(person, "declination", reason="other")
    assert len(desk.mails("admission_declined")) == 2


def test_after_ninety_days_it_stays_as_it_is(house, desk):
    late = desk_rules.REOPENED_WITHIN + timedelta(seconds=5)
    person = declined(desk, decided_at=utc_now() - late)
    house.enter(house.vetter())
    assert "Open it again" not in desk.page(person).text
    answer = desk.act(person, "reopening")
    assert answer.status_code == 409
    assert desk.state(person) == ("declined", "declined")


def test_an_admitted_one_is_not_opened_again(house, desk):
    person = desk.applicant(state=AdmissionState.ADMITTED, standing=Standing.ADMITTED)
    house.enter(house.vetter())
    assert desk.act(person, "reopening").status_code == 409
    assert desk.act(person, "declination", reason="other").status_code == 409
    assert desk.state(person) == ("admitted", "admitted")
