"""The unit page."""

import re
from datetime import date

import pytest
from sqlalchemy import update

from learnplat.core.languages import Language
from learnplat.db import transaction
from learnplat.learning.models import CourseRun
from learnplat.library.glossary import glossary
from tests.learning.cast import (
    COURSE,
    FIRST,
    LAST,
    SECOND,
    UNITS,
    a_dated_run,
    a_run,
    completed,
    enrolled,
)

ADDRESS = f"/courses/{COURSE}/units"


def test_it_costs_two_statements(house):
    enrolled(house, house.amal(), a_run(house))
    house.get(f"/ar{ADDRESS}/{FIRST}")
    with house.heard() as said:
        assert house.get(f"/ar{ADDRESS}/{FIRST}").status_code == 200
    assert len(said) == 2, said


def test_a_stranger_is_led_to_sign_in_and_back(house):
    answer = house.get(f"/fr{ADDRESS}/{FIRST}")
    assert answer.status_code == 303
    assert answer.location.startswith("/fr/sign-in?next=")


def test_people_who_are_not_enrolled_are_shown_the_way_to_the_course(house):
    answer = house.enter(house.amal()).get(f"/ar{ADDRESS}/{FIRST}")
    assert answer.status_code == 403
    assert f'href="/ar/courses/{COURSE}"' in answer.text
    assert 'class="prose"' not in answer.text


def test_staff_read_without_a_form(house):
    answer = house.enter(house.trainer()).get(f"/en{ADDRESS}/{FIRST}")
    assert answer.status_code == 200
    assert "You are reading as staff." in answer.text
    assert "/completion" not in answer.text


@pytest.mark.parametrize("address", [f"/en{ADDRESS}/no-such-unit", "/en/courses/no/units/no"])
def test_a_unit_that_is_not_there_is_not_found(house, address):
    assert house.enter(house.amal()).get(address).status_code == 404


def test_it_holds_the_whole_unit(house):
    enrolled(house, house.amal(), a_run(house))
    page = house.get(f"/en{ADDRESS}/{FIRST}").text
    unit_html = re.search(r'<div class="prose">(.*?)</div>\s*<section class="check"', page, re.S)
    assert unit_html
    assert page.count('class="question"') >= 3
    assert page.count('<details class="option') >= 9
    assert page.count("option-correct") == page.count('class="question"')
    for part in ('class="objectives"', 'class="terms"', 'class="cited"', "About 30 minutes"):
        assert part in page
    assert re.search(r'class="cite" href="/en/instruments/[a-z0-9-]+"', page)


def test_the_language_switch_keeps_the_place_and_the_progress(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    completed(house, enrolment_id, FIRST)
    for language in ("ar", "en", "fr", "es"):
        page = house.get(f"/{language}{ADDRESS}/{SECOND}").text
        assert f'<html lang="{language}"' in page
        assert f"/{language}{ADDRESS}/{SECOND}/completion" in page
        contents = page.split('<details class="contents"')[1].split("</details>")[0]
        assert contents.count("<svg") == 1
        for other in ("ar", "en", "fr", "es"):
            assert f'href="/{other}{ADDRESS}/{SECOND}"' in page


def test_the_pages_before_and_after_are_linked(house):
    enrolled(house, house.amal(), a_run(house))
    page = house.get(f"/en{ADDRESS}/{SECOND}").text
    assert re.search(rf'rel="prev" href="/en{ADDRESS}/{FIRST}"', page)
    assert re.search(rf'rel="next" href="/en{ADDRESS}/{UNITS[2]}"', page)


def test_reading_ahead_offers_the_next_unit_instead_of_the_form(house):
    enrolled(house, house.amal(), a_run(house))
    page = house.get(f"/en{ADDRESS}/{LAST}").text
    assert "The next one for you is:" in page
    assert "/completion" not in page


def test_a_done_unit_says_so(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    completed(house, enrolment_id, FIRST)
    page = house.get(f"/en{ADDRESS}/{FIRST}").text
    assert "You have completed this unit." in page
    assert f"{FIRST}/completion" not in page


def test_before_the_run_starts_one_may_read_ahead(house):
    enrolled(house, house.amal(), a_dated_run(house))
    page = house.get(f"/en{ADDRESS}/{FIRST}").text
    assert "Your run starts on 1 February 2027." in page
    assert "/completion" not in page


def test_after_the_run_one_may_still_read(house):
    run_id = a_dated_run(house)
    enrolled(house, house.amal(), run_id)
    with house.app.app_context(), transaction() as session:
        days = {"starts_on": date(2020, 1, 1), "ends_on": date(2021, 1, 1)}
        session.execute(update(CourseRun).values(**days))
    page = house.get(f"/en{ADDRESS}/{FIRST}").text
    assert "This run of the course has ended." in page
    assert "/completion" not in page


def test_what_is_shared_between_readers_holds_nothing_of_a_person(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    completed(house, enrolment_id, FIRST)
    house.get(f"/en{ADDRESS}/{SECOND}")
    enrolled(house, house.moussa(), a_run(house))
    page = house.get(f"/en{ADDRESS}/{SECOND}").text
    assert "(completed)" not in page
    assert "أمل" not in page


def test_in_a_test_the_questions_come_first_and_the_answer_is_opened_by_its_reader(house):
    page = house.enter(house.trainer()).get(f"/fr{ADDRESS}/foundations-test").text
    questions, case = page.index('class="question"'), page.index('class="prose"')
    answer = page.index('<details class="fold"><summary><h2')
    assert questions < case < answer
    assert page.count("<h2", answer) == page.count("<h2", page.index("</details>", answer)) + 1


def test_a_taught_unit_keeps_its_questions_at_the_end(house):
    page = house.enter(house.trainer()).get(f"/fr{ADDRESS}/{FIRST}").text
    assert page.index('class="prose"') < page.index('class="question"')
    assert '<details class="fold"' not in page


def test_the_units_terms_stand_beside_it_with_their_meanings(house):
    page = house.enter(house.trainer()).get(f"/es{ADDRESS}/jurisdiction").text
    for key in ("territorial-jurisdiction", "passive-personality"):
        term = glossary()[key]
        assert f'id="term-{key}"' in page
        assert f'href="/es/glossary/{key}"' in page
        assert term.meanings[Language.ES] in page
    for key in re.findall(r'class="term" href="#term-([a-z0-9-]+)"', page):
        assert f'id="term-{key}"' in page


def test_rules_and_principles_are_called_so(house):
    page = (
        house.enter(house.trainer()).get("/en/courses/human-rights/units/arrest-and-detention").text
    )
    aside = page[page.index('class="unit-aside"') :]
    assert "<small>Principles " in aside
    assert "<small>Rule" in aside
