"""A judge in Rabat studies the course in Arabic from end to end."""

import re
from email import message_from_bytes, policy

from sqlalchemy import select

from learnplat.db import db
from learnplat.learning.models import Completion, UnitCompletion
from learnplat.outbox import OutboxMessage
from learnplat.web.mail import written
from tests.learning.cast import COURSE, UNITS, a_run, enrolled

FORM = re.compile(r'<form class="inline-form" action="([^"]+)" method="post">')


def test_enrol_study_every_unit_and_complete(house):
    a_run(house, seats=10)
    course = f"/ar/courses/{COURSE}"
    house.enter(house.amal())
    page = house.get(course).text
    assert '<html lang="ar" dir="rtl">' in page

    (enrolment,) = FORM.findall(page)
    answer = house.post(enrolment)
    assert (answer.status_code, answer.location) == (303, course)
    page = house.get(course).text
    address = re.search(rf'class="button" href="({course}/units/[a-z-]+)"', page).group(1)

    for number, unit in enumerate(UNITS):
        assert address == f"{course}/units/{unit}"
        page = house.get(address).text
        assert '<html lang="ar" dir="rtl">' in page
        assert f'value="{number}" max="12"' in page
        (completion,) = FORM.findall(page)
        answer = house.post(completion)
        assert answer.status_code == 303
        address = answer.location

    assert address == course
    assert house.get(course).status_code == 200
    assert f'href="{course}"' in house.get("/ar/my-learning").text
    with house.app.app_context():
        assert set(db.session.scalars(select(UnitCompletion.language))) == {"ar"}
        assert len(db.session.scalars(select(Completion)).all()) == 1


def test_the_letters_can_be_written_in_every_language(house):
    run_id = a_run(house)
    for language in ("ar", "en", "fr", "es"):
        person = house.person(language=language)
        enrolment_id = enrolled(house, person, run_id)
        for unit in UNITS:
            house.ask("POST", f"/api/v1/enrolments/{enrolment_id}/units/{unit}/completion", {})
    with house.app.app_context():
        letters = db.session.scalars(select(OutboxMessage)).all()
        assert len(letters) == 8
        for letter in letters:
            mail = message_from_bytes(
                bytes(written(letter, "http://learn.test")), policy=policy.default
            )
            assert letter.facts["course"] in mail.get_body(("plain",)).get_content()
            html = mail.get_body(("html",)).get_content()
            assert f'<html lang="{letter.language.value}"' in html
            assert f"http://learn.test/{letter.language.value}/" in html
            assert "%(" not in mail["Subject"]
