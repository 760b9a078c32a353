"""Calendars, read back as a calendar program reads them. SECURITY: T52."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from learnplat.core.languages import Language
from learnplat.db import transaction
from learnplat.discussions.models import Discussion, DiscussionExpert, DiscussionText
from learnplat.exchange.calendars import calendar_of
from learnplat.people.models import Account, Standing

LONG_TOPIC = (
    "مراقبة القاضي لتدابير تجميد الأصول دون تأخير بموجب قرار مجلس الأمن 1373 (2001) وضماناتها"
)


def a_document(**changes):
    return {
        "date": "2031-03-18",
        "time": "14:30",
        "zone": "Europe/Madrid",
        "minutes": 90,
        "languages": ["ar", "fr"],
        "texts": {
            "ar": {"topic": LONG_TOPIC, "description": "سطر أول، وفاصلة؛ ثم\n\nفقرة ثانية."},
            "fr": {"topic": "Geler, sans délai", "description": "Le contrôle du juge ; l’urgence."},
        },
        "experts": [{"name": "Inés Carvajal", "biographies": {"fr": "Juge d’appel."}}],
    } | changes


@pytest.fixture
def plan(house):
    """Plans a discussion as a trainer and gives its id."""

    def make(**changes):
        house.enter(house.trainer())
        return house.ask("POST", "/api/v1/discussions", a_document(**changes)).json["id"]

    return make


def take_seat(house, person, discussion_id):
    return house.enter(person).ask("POST", f"/api/v1/discussions/{discussion_id}/registration")


def events(answer):
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def feed(house, person):
    return house.leave().get(f"/calendar/{person.calendar_token}.ics")


def the_event(house, discussion_id, language="ar"):
    (event,) = events(house.get(f"/{language}/discussions/{discussion_id}.ics"))
    return event


def test_it_is_sent_as_a_calendar(house, plan):
    answer = house.get(f"/fr/discussions/{plan()}.ics")
    assert answer.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    assert Calendar.from_ical(answer.data)["METHOD"] == "PUBLISH"


def test_the_start_is_the_organisers_wall_time_in_a_zone_that_is_described(house, plan):
    answer = house.get(f"/fr/discussions/{plan()}.ics")
    (event,) = events(answer)
    assert event["DTSTART"].params["TZID"] == "Europe/Madrid"
    assert b"DTSTART;TZID=Europe/Madrid:20310318T143000" in answer.data
    assert [str(zone["TZID"]) for zone in Calendar.from_ical(answer.data).walk("VTIMEZONE")] == [
        "Europe/Madrid"
    ]


def test_it_ends_when_the_minutes_are_over(house, plan):
    event = the_event(house, plan())
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=90)


def test_a_discussion_over_a_clock_change_keeps_its_length(house, plan):
    event = the_event(house, plan(date="2031-03-30", time="01:30", minutes=60))
    assert event.decoded("DTEND").astimezone(UTC) == datetime(2031, 3, 30, 1, 30, tzinfo=UTC)


def test_a_start_in_utc_needs_no_zone(house, plan):
    answer = house.get(f"/fr/discussions/{plan(zone='UTC')}.ics")
    assert b"DTSTART:20310318T143000Z" in answer.data


@pytest.mark.parametrize(("language", "topic"), [("ar", LONG_TOPIC), ("fr", "Geler, sans délai")])
def test_the_words_are_in_the_readers_language(house, plan, language, topic):
    event = the_event(house, plan(), language)
    assert str(event["SUMMARY"]) == topic
    assert event["SUMMARY"].params["LANGUAGE"] == language


def test_lines_are_folded_between_letters_and_never_too_long(house, plan):
    data = house.get(f"/ar/discussions/{plan()}.ics").data
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    for line in lines:
        line.decode("utf-8")  # a letter cut in two would not decode
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert LONG_TOPIC in data.replace(b"\r\n ", b"").decode()


def test_paragraphs_and_punctuation_come_back_as_written(house, plan):
    described = str(the_event(house, plan())["DESCRIPTION"])
    assert described.startswith("سطر أول، وفاصلة؛ ثم\n\nفقرة ثانية.")
    assert "Inés Carvajal" in described


def test_the_link_is_the_page_in_the_readers_language(house, plan):
    discussion_id = plan()
    assert the_event(house, discussion_id)["URL"] == (
        f"http://learn.test/ar/discussions/{discussion_id}"
    )


def test_the_uid_stays_and_the_sequence_rises_with_a_change(house, plan):
    discussion_id = plan()
    before = the_event(house, discussion_id)
    house.ask("PATCH", f"/api/v1/discussions/{discussion_id}", {"time": "16:00"})
    after = the_event(house, discussion_id, "fr")
    assert before["UID"] == after["UID"]
    assert str(after["UID"]).endswith("@learn.test")
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert before["STATUS"] == after["STATUS"] == "CONFIRMED"


def test_a_cancelled_discussion_says_so_in_the_calendar(house, plan):
    discussion_id = plan()
    house.ask("POST", f"/api/v1/discussions/{discussion_id}/cancellation")
    event = the_event(house, discussion_id)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert "LAST-MODIFIED" in event


@pytest.mark.parametrize("number", [0, 987654, 10**30])
def test_a_missing_discussion_has_no_calendar(house, number):
    assert house.get(f"/en/discussions/{number}.ics").status_code == 404


def test_a_feed_holds_the_persons_own_seats_only(house, plan):
    mine, _other, person = plan(), plan(date="2031-04-01"), house.moussa()
    take_seat(house, person, mine)
    take_seat(house, house.amal(), _other)
    (event,) = events(feed(house, person))
    assert str(event["SUMMARY"]) == "Geler, sans délai"


def test_a_feed_keeps_what_was_cancelled(house, plan):
    discussion_id, person = plan(), house.moussa()
    take_seat(house, person, discussion_id)
    house.enter(house.trainer()).ask("POST", f"/api/v1/discussions/{discussion_id}/cancellation")
    (event,) = events(feed(house, person))
    assert event["STATUS"] == "CANCELLED"


def test_a_seat_given_back_leaves_the_feed(house, plan):
    discussion_id, person = plan(), house.moussa()
    take_seat(house, person, discussion_id)
    house.ask("POST", f"/api/v1/discussions/{discussion_id}/registration/withdrawal")
    assert events(feed(house, person)) == []


def test_zones_of_several_organisers_are_all_described(house, plan):
    person = house.moussa()
    for zone in ("Europe/Madrid", "Asia/Tokyo", "Africa/Casablanca"):
        take_seat(house, person, plan(zone=zone))
    found = Calendar.from_ical(feed(house, person).data).walk("VTIMEZONE")
    assert {str(zone["TZID"]) for zone in found} == {
        "Europe/Madrid",
        "Asia/Tokyo",
        "Africa/Casablanca",
    }


def test_no_cache_keeps_a_feed(house):
    answer = feed(house, house.amal())
    assert answer.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    "token", ["wrong-token-00000", "x", "a" * 300, "%00%00%00%00%00%00%00%00", "رمز"]
)
def test_a_wrong_secret_finds_nothing(house, token):
    assert house.get(f"/calendar/{token}.ics").status_code == 404


def test_a_new_address_closes_the_old_one(house):
    person = house.amal()
    house.enter(person)
    assert house.get(f"/calendar/{person.calendar_token}.ics").status_code == 200
    assert house.post("/ar/profile/calendar-token").status_code == 303
    assert house.get(f"/calendar/{person.calendar_token}.ics").status_code == 404
    page = house.get("/ar/discussions").text
    renewed = page.split("http://learn.test/calendar/")[1].split(".ics")[0]
    assert house.leave().get(f"/calendar/{renewed}.ics").status_code == 200


def test_a_stranger_renews_nothing(house):
    assert house.post("/ar/profile/calendar-token").status_code == 401


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Madrid", date(2031, 7, 1)),
        ("America/Santiago", date(2031, 1, 9)),
        ("Africa/Casablanca", date(2031, 1, 15)),
        ("Asia/Kathmandu", date(2031, 5, 5)),
    ],
)
def test_the_described_zone_gives_the_same_instant(house, zone, day):
    starts_at = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    discussion = Discussion(
        id=1,
        uid="one",
        starts_at=starts_at,
        zone=zone,
        minutes=60,
        seats=None,
        seats_taken=0,
        languages=["en"],
        sequence=0,
        planned_at=starts_at,
        changed_at=starts_at,
        texts=[DiscussionText(language=Language.EN, topic="Topic", description="Text")],
        experts=[DiscussionExpert(position=0, name="Name", biographies={"en": "Judge."})],
    )
    with house.app.app_context():
        data = calendar_of(
            [discussion],
            language=Language.EN,
            base_url="http://learn.test",
            host="learn.test",
            now=starts_at,
        )
    (described,) = Calendar.from_ical(data).walk("VTIMEZONE")
    wall = starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert wall.replace(tzinfo=described.to_tz(lookup_tzid=False)).astimezone(UTC) == starts_at


def test_the_feed_of_a_suspended_person_is_as_one_that_never_was(house):
    """SECURITY: T16. The address is a key of its own, and closes with the other doors."""
    amal = house.amal()
    assert feed(house, amal).status_code == 200
    with house.app.app_context(), transaction() as session:
        session.get_one(Account, amal.id).standing = Standing.SUSPENDED
    assert feed(house, amal).status_code == 404
