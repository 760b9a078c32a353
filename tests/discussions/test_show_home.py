"""The front page, and the bare address that leads to it."""

import pytest

from learnplat.core.languages import Language


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("ar", "ar"),
        ("fr-CA,en;q=0.5", "fr"),
        ("de,es;q=0.4", "es"),
        ("de", "en"),
        ("", "en"),
        (";;;q=x", "en"),
    ],
)
def test_the_bare_address_leads_to_the_language_asked_for(house, asked, language):
    answer = house.get("/", headers={"Accept-Language": asked})
    assert (answer.status_code, answer.location) == (302, f"/{language}/")
    assert "Accept-Language" in answer.vary


def test_a_person_is_led_to_their_own_language(house):
    answer = house.enter(house.moussa()).get("/", headers={"Accept-Language": "ar"})
    assert answer.location == "/fr/"


@pytest.mark.parametrize("language", Language)
def test_a_stranger_sees_the_course_in_the_language(house, language):
    page = house.get(f"/{language.value}/").text
    assert f'<html lang="{language.value}" dir="{language.direction}">' in page
    assert f"/{language.value}/courses/universal-legal-framework" in page


def test_a_stranger_is_told_for_whom_it_is_and_how_to_begin(house):
    page = house.get("/en/").text
    for words in ("For whom", "Practitioners", "Trainers", "Focal points", "How to begin"):
        assert words in page


def test_the_next_discussions_are_shown_and_cancelled_ones_are_not(house, planned):
    planned(texts={"en": {"topic": "Next in line", "description": "It will be held."}})
    cancelled = planned(texts={"en": {"topic": "Called off", "description": "It will not."}})
    house.enter(house.trainer()).ask("POST", f"/api/v1/discussions/{cancelled}/cancellation")
    page = house.leave().get("/en/").text
    assert "Next in line" in page
    assert "Called off" not in page


def test_a_person_is_greeted_by_name(house):
    person = house.person("Zoë <D’Amico>", language=Language.EN)
    assert "<bdi>Zoë &lt;D’Amico&gt;</bdi>" in house.enter(person).get("/en/").text


def test_a_person_without_a_course_is_shown_one_to_begin(house):
    page = house.enter(house.amal()).get("/en/").text
    assert "/en/courses/universal-legal-framework" in page


def test_a_person_in_a_course_is_led_to_the_next_unit(house):
    house.enter(house.admin())
    run = house.ask(
        "POST",
        "/api/v1/runs",
        {
            "course_key": "universal-legal-framework",
            "pace": "self_paced",
            "languages": ["fr"],
        },
    ).json["id"]
    house.enter(house.moussa())
    enrolment = house.ask("POST", f"/api/v1/runs/{run}/enrolments", {}).json["id"]
    course = "/fr/courses/universal-legal-framework/units/"
    first = house.get("/fr/").text.split(f'href="{course}')[1].split('"')[0]
    house.ask(
        "POST", f"/api/v1/enrolments/{enrolment}/units/{first}/completion", {"language": "fr"}
    )
    page = house.get("/fr/").text
    assert course in page
    assert f"{course}{first}" not in page
    assert '<progress value="1"' in page


def test_an_empty_house_still_has_a_front(blank_house):
    assert "No discussion is planned" in blank_house.get("/en/").text
