"""The schedule as readers see it: pages and API."""

from datetime import UTC, datetime, timedelta

import pytest

from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import transaction
from learnplat.discussions.actions import register

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def ids(answer):
    return [item["id"] for item in answer.json["items"]]


def test_those_to_come_stand_in_order_of_their_start(house, planned):
    later, sooner = planned(date="2031-06-01"), planned(date="2031-05-01")
    planned(now=LONG_AGO, date="2021-05-04")
    assert ids(house.get("/api/v1/discussions")) == [sooner, later]


def test_the_past_begins_with_the_last(house, planned):
    first = planned(now=LONG_AGO, date="2021-05-04")
    last = planned(now=LONG_AGO, date="2022-05-04")
    planned()
    assert ids(house.get("/api/v1/discussions?when=past")) == [last, first]


@pytest.mark.parametrize("when", ["coming", "past"])
def test_pages_of_the_list_hold_each_once(house, planned, when):
    made = {
        planned(now=LONG_AGO, date="2021-05-04" if when == "past" else "2031-05-04")
        for _ in range(5)
    }
    address = f"/api/v1/discussions?when={when}&limit=2"
    answer = house.get(address)
    seen = ids(answer)
    while answer.json["next"]:
        answer = house.get(f"{address}&cursor={answer.json['next']}")
        seen += ids(answer)
    assert sorted(seen) == sorted(made)


def test_the_filter_keeps_the_language_spoken(house, planned):
    arabic = planned(languages=["ar"])
    planned(languages=["es", "en"])
    assert ids(house.get("/api/v1/discussions?language=ar")) == [arabic]


def test_the_page_filters_too(house, planned):
    planned(languages=["es"])
    assert "Geler sans délai" in house.get("/fr/discussions?language_spoken=es").text
    assert "Geler sans délai" not in house.get("/fr/discussions?language_spoken=ar").text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("language=de", "language"),
        ("when=someday", "when"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("cursor=%21%21", "cursor"),
        ("cursor=WyJ4IiwgMV0", "cursor"),
        ("cursor=WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwgMV0", "cursor"),
    ],
)
def test_a_wrong_question_names_its_part(house, query, field):
    answer = house.get(f"/api/v1/discussions?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


@pytest.mark.parametrize("query", ["language_spoken=xx", "when=someday", "language_spoken=%00"])
def test_the_page_passes_over_a_filter_it_does_not_know(house, query):
    assert house.get(f"/ar/discussions?{query}").status_code == 200


def test_readers_see_their_own_language(house, planned):
    page = house.get(f"/fr/discussions/{planned()}").text
    assert '<h1 lang="fr" dir="ltr">Geler sans délai</h1>' in page


def test_others_see_the_first_there_is_marked_as_such(house, planned):
    page = house.get(f"/es/discussions/{planned()}").text
    assert '<h1 lang="ar" dir="rtl">تجميد الأصول دون تأخير</h1>' in page


def test_times_are_the_readers_with_the_organisers_beside(house, planned):
    discussion_id = planned(date="2031-07-15")
    reader = house.person("Kenji Adeyemi", zone="Asia/Tokyo", language=Language.EN)
    page = house.enter(reader).get(f"/en/discussions/{discussion_id}").text
    assert "21:30" in page
    assert "Tokyo" in page
    assert "14:30" in page
    assert "Madrid" in page


def test_what_people_wrote_is_never_markup(house, planned):
    words = {"en": {"topic": "<script>alert(1)</script>", "description": "<b>bold</b>\n\nnext"}}
    experts = [{"name": "<i>Name</i>", "biographies": {"en": "<img src=x>"}}]
    page = house.get(f"/en/discussions/{planned(texts=words, experts=experts)}").text
    for markup in ("<script>alert", "<b>bold", "<i>Name", "<img src=x"):
        assert markup not in page


def test_one_that_runs_now_is_shown_first(house, planned):
    start = utc_now() - timedelta(minutes=10)
    planned(now=LONG_AGO, zone="UTC", date=start.date().isoformat(), time=start.strftime("%H:%M"))
    assert "Happening now" in house.get("/en/discussions").text


def test_an_empty_schedule_says_so(house):
    assert "No discussion is planned" in house.get("/en/discussions").text


@pytest.mark.parametrize("number", [0, 987654, 10**30])
def test_a_missing_discussion_is_not_found(house, number):
    assert house.get(f"/ar/discussions/{number}").status_code == 404
    assert house.get(f"/api/v1/discussions/{number}").status_code == 404


def test_long_pages_go_on(house, planned):
    for _ in range(21):
        planned(texts={"en": {"topic": "Seat", "description": "One."}})
    first = house.get("/en/discussions").text
    further = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = house.get(further).text
    assert (first.count(">Seat</a>"), second.count(">Seat</a>")) == (20, 1)


def test_a_stranger_sees_no_calendar_address(house):
    assert "calendar-address" not in house.get("/en/discussions").text


def test_the_past_that_one_attended_is_marked(house, planned, acting_as):
    amal, discussion_id = house.amal(), planned(now=LONG_AGO, date="2021-05-04")
    with house.app.app_context(), transaction() as session:
        register(session, actor=acting_as(amal), discussion_id=discussion_id, now=LONG_AGO)
    assert "You had a seat" in house.enter(amal).get("/en/discussions?when=past").text
