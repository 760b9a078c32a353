"""The catalogue for programs."""

import pytest

from learnplat.library.instruments import instruments
from learnplat.settings import ROOT


def everything(house, address):
    items, cursor = [], None
    while True:
        page = house.get(
            address, query_string={"limit": 7, **({"cursor": cursor} if cursor else {})}
        )
        assert page.status_code == 200
        items += page.json["items"]
        cursor = page.json["next"]
        if cursor is None:
            return items


def test_courses_are_listed(house):
    courses = everything(house, "/api/v1/courses")
    shipped = {path.parent.name for path in (ROOT / "courses").glob("*/course.yaml")}
    assert {course["key"] for course in courses} == shipped
    assert {tuple(course["languages"]) for course in courses} == {("ar", "en", "fr", "es")}


def test_a_course_tells_its_modules_and_units(house):
    course = house.get("/api/v1/courses/universal-legal-framework").json
    units = [unit["key"] for module in course["modules"] for unit in module["units"]]
    assert units[:2] == ["nineteen-instruments", "security-council"]
    assert set(course["modules"][0]["units"][0]["titles"]) == {"ar", "en", "fr", "es"}
    assert course["minutes"] == sum(u["minutes"] for m in course["modules"] for u in m["units"])


def test_instruments_come_page_by_page_in_their_order(house):
    found = everything(house, "/api/v1/instruments")
    assert [one["number"] for one in found[:19]] == list(range(1, 20))
    assert [one["key"] for one in found] == list(instruments())


def test_an_instrument_tells_who_cites_it(house):
    one = house.get("/api/v1/instruments/financing-1999").json
    assert one["adopted_on"] == "1999-12-09"
    assert {"course_key": "universal-legal-framework", "unit_key": "criminalizing",
            "place": "2.1.b"} in one["cited_by"]  # fmt: skip


def test_an_instrument_tells_who_adopted_it_and_since_when_it_is_in_force(house):
    one = house.get("/api/v1/instruments/icat-2002").json
    assert (one["kind"], one["body"]) == ("regional", "oas")
    assert (one["adopted_on"], one["in_force_on"]) == ("2002-06-03", "2003-07-10")


def test_what_never_comes_into_force_has_no_such_day(house):
    assert house.get("/api/v1/instruments/s-res-2462-2019").json["in_force_on"] is None


def test_search_answers_in_the_language_asked_for(house):
    found = house.get("/api/v1/search", query_string={"q": "تمويل", "language": "ar"}).json
    assert "financing-1999" in {item["key"] for item in found["items"][:3]}
    assert {item["language"] for item in found["items"]} == {"ar"}


def test_search_comes_page_by_page(house):
    first = house.get("/api/v1/search?q=convention&language=en&limit=3").json
    second = house.get(
        "/api/v1/search", query_string={"q": "convention", "language": "en", "limit": 3,
                                        "cursor": first["next"]},
    ).json  # fmt: skip
    keys = [(one["kind"], one["key"]) for one in first["items"] + second["items"]]
    assert len(set(keys)) == 6


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/api/v1/search", "q"),
        ("/api/v1/search?q=" + "a" * 201, "q"),
        ("/api/v1/search?q=a&language=de", "language"),
        ("/api/v1/search?q=a&limit=0", "limit"),
        ("/api/v1/search?q=a&cursor=%22", "cursor"),
        ("/api/v1/instruments?cursor=WyJhIl0", "cursor"),
        ("/api/v1/courses?limit=1000", "limit"),
    ],
)
def test_what_cannot_be_asked_is_named(house, address, field):
    answer = house.get(address)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert list(answer.json["errors"]) == [field]
    assert all(len(sentence) > 5 for sentence in answer.json["errors"][field])


@pytest.mark.parametrize("address", ["courses/nope", "instruments/nope"])
def test_what_is_not_there_is_not_found(house, address):
    assert house.get(f"/api/v1/{address}").json["code"] == "not_found"
