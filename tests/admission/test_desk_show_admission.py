"""What the desk sees of one application, and who learns that it was looked at.

SECURITY: case 15 (what applicants write is text), T168 (who opened a record)
"""

import re

import pytest
from sqlalchemy import select, update

from learnplat.admission.models import Admission
from learnplat.db import transaction
from learnplat.people.models import Account, Institution

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "{{7*7}} ${7*7} {% raw %}",
    "javascript:alert(1)//<a href='javascript:alert(2)'>x</a>",
    "</textarea><iframe srcdoc='<script>1</script>'>",
    "مرحبا <b>نص</b> ‏",
)


def with_everywhere(house, person, text):
    """Put a text into each field that a person fills in, as no form of ours would take it."""
    with house.app.app_context(), transaction() as session:
        session.execute(
            update(Account)
            .where(Account.id == person.account_id)
            .values(
                name=text,
                name_latin=f"latin {text}",
                institution=f"institution {text}",
                email=f"{text}@x.example",
            )
        )
        session.execute(
            update(Admission)
            .where(Admission.id == person.id)
            .values(purpose=f"purpose\n{text}", proposed_institution=f"proposed {text}")
        )
        session.execute(
            update(Institution)
            .where(
                Institution.id.in_(
                    select(Account.institution_id).where(Account.id == person.account_id)
                )
            )
            .values(name=f"listed {text}"),
            execution_options={"synchronize_session": False},
        )


def test_what_applicants_wrote_is_shown_as_text(house, desk):
    people = [
        desk.applicant(f"Person {number}", institution=None if number % 2 else f"Court {number}")
        for number in range(len(HOSTILE))
    ]
    house.enter(house.vetter())
    for person, text in zip(people, HOSTILE, strict=True):
        with_everywhere(house, person, text)
    pages = ["/en/admissions", "/en/institutions"]
    for person in people:
        pages.append(f"/ar/admissions/{person.id}")
        pages.append(f"/fr/people/{person.account_id}/standing")
    for path in pages:
        answer = house.get(path)
        assert answer.status_code == 200
        for raw in ("<script>alert", "<img src=x", "<svg/onload", "<iframe", "<b>نص", "href='java"):
            assert raw not in answer.text, path
        assert not {"49", "$49"} & set(answer.text.split())


def test_texts_of_the_desk_are_text_too(house, desk):
    person = desk.applicant()
    house.enter(house.vetter())
    text = "<script>alert(1)</script>\n<b>second</b>"
    assert desk.act(person, "notes", note=text).status_code == 303
    assert desk.act(person, "second-opinion", question=text).status_code == 303
    page = desk.page(person).text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;<br>&lt;b&gt;second") == 2


def test_a_refused_form_shows_what_was_typed_as_text(house, desk):
    person = desk.applicant()
    house.enter(house.vetter())
    answer = desk.act(person, "declination", words='"><script>alert(1)</script>')
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_all_that_was_said_is_there_with_its_direction(house, desk):
    person = desk.applicant("سلمى الإدريسي", purpose="أنظر في طلبات التسليم", name_latin="Salma")
    house.enter(house.vetter())
    page = desk.page(person).text
    for said in ("<bdi>سلمى الإدريسي</bdi>", "<bdi>Salma</bdi>", f"<bdi>{person.email}</bdi>"):
        assert said in page
    assert '<div dir="auto">أنظر في طلبات التسليم</div>' in page
    assert "confirmed" in page


def test_that_it_was_opened_is_kept_and_the_person_sees_it(house, desk):
    person, officer = desk.applicant(), house.vetter()
    house.enter(officer)
    desk.page(person)
    opened = (officer.id, "person_opened", person.account_id, None, {"role": "vetter"})
    assert desk.log("person_opened") == [opened]
    desk.act(person, "admission")
    profile = house.enter(person.person).get("/en/profile").text
    assert "Vetting officer" in profile
    assert "Élodie Mercier" not in profile


def test_an_admin_opens_it_as_an_admin(house, desk):
    person = desk.applicant()
    house.enter(house.admin())
    desk.page(person)
    assert desk.log("person_opened")[0][4] == {"role": "admin"}


def test_those_who_are_alike_are_named_with_why(house, desk):
    person = desk.applicant("Salma El Idrissi", email="s.idrissi@justice.example")
    desk.applicant("Idrissi Salma", email="other@elsewhere.example")
    desk.applicant("Nobody Near", email="sidrissi+two@third.example")
    desk.applicant("A Colleague", email="colleague@justice.example")
    desk.applicant("Wholly Different", email="x@far.example")
    house.enter(house.vetter())
    page = desk.page(person).text
    part = page[page.index("Applications that are like") : page.index('id="history"')]
    found = dict(re.findall(r"<bdi>([^<]+)</bdi></a></h3>.*?</li>.*?</li><li>([^<]+)<", part, re.S))
    assert found == {
        "Idrissi Salma": "similar name",
        "Nobody Near": "similar address",
        "A Colleague": "same mail domain",
    }


def test_free_mail_makes_no_colleagues(house, desk):
    person = desk.applicant("One Person", email="one@gmail.com")
    desk.applicant("Different Human", email="two@gmail.com")
    house.enter(house.vetter())
    assert "Different Human" not in desk.page(person).text


def test_an_officer_of_one_country_sees_nobody_alike_elsewhere(house, desk):
    person = desk.applicant("Salma Idrissi")
    desk.applicant("Idrissi Salma", country="NE")
    house.enter(desk.vetter_of("MA"))
    assert "Idrissi Salma" not in desk.page(person).text


def test_the_history_names_who_did_what_in_which_role(house, desk):
    person = desk.applicant()
    house.enter(house.vetter())
    desk.act(person, "notes", note="I have called the court.")
    page = desk.page(person).text
    history = page[page.index('id="history"') :]
    assert "The applicant" in history
    assert "Élodie Mercier" in history
    assert "Vetting officer" in history
    assert "I have called the court." in history


@pytest.mark.parametrize("note", ["", "   ", "\u202e turned", "n" * 2001, "hidden\u200btext"])
def test_a_note_that_cannot_be_kept_is_refused(house, desk, note):
    person = desk.applicant()
    house.enter(house.vetter())
    assert desk.act(person, "notes", note=note).status_code == 422
    assert desk.events(person) == [("applied", None, None, None)]
