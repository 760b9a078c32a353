"""The catalogue page."""

import time

import pytest

from learnplat.catalogue.actions import sync_courses
from learnplat.catalogue.shelf import LOOK_AGAIN_AFTER, shelf
from learnplat.core.clock import utc_now
from learnplat.db import transaction

TITLES = {
    "ar": "الإطار القانوني العالمي لمكافحة الإرهاب",
    "en": "The universal legal framework against terrorism",
    "fr": "Le cadre juridique universel contre le terrorisme",
    "es": "El marco jurídico universal contra el terrorismo",
}


@pytest.mark.parametrize("language", TITLES)
def test_everyone_sees_the_courses_in_their_language(house, language):
    page = house.get(f"/{language}/courses").text
    assert TITLES[language] in page
    assert f'href="/{language}/courses/universal-legal-framework"' in page


def test_an_empty_catalogue_says_so(blank_house):
    assert "No course is published yet" in blank_house.get("/en/courses").text


def test_several_courses_are_cards(blank_house, small):
    for path, content in small.bytes().items():
        if path.endswith(("course.yaml", ".md", "module.yaml")):
            small.write(
                path.replace("small/", "tall/"), content.replace(b"key: small", b"key: tall")
            )
    with blank_house.app.app_context(), transaction() as session:
        sync_courses(session, small.folder, now=utc_now())
    page = blank_house.get("/fr/courses").text
    assert page.count('<li class="card">') == 2
    assert 'href="/fr/courses/tall"' in page


def test_a_signed_in_person_costs_two_statements_at_most(house):
    house.enter(house.amal())
    house.get("/ar/courses")
    with house.heard() as statements:
        time.sleep(LOOK_AGAIN_AFTER)
        house.get("/ar/courses")
    assert len(statements) <= 2, statements


def test_what_is_published_is_seen_within_a_moment(blank_house, small):
    app = blank_house.app
    with app.app_context():
        assert shelf().courses == {}
    with app.app_context(), transaction() as session:
        sync_courses(session, small.folder, now=utc_now())
    time.sleep(LOOK_AGAIN_AFTER)
    with app.app_context():
        assert list(shelf().courses) == ["small"]


def test_the_same_catalogue_is_kept_while_nothing_moves(house):
    with house.app.app_context():
        kept = shelf()
    time.sleep(LOOK_AGAIN_AFTER)
    with house.app.app_context():
        assert shelf() is kept
