"""What is true of a discussion, with no database and no page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnplat.core.languages import Language
from learnplat.discussions.rules import (
    Expert,
    Phase,
    Plan,
    Words,
    in_order,
    is_heard_by_calendars,
    language_for,
    phase,
    seats_left,
    wall_time,
)

NOON = datetime(2027, 3, 18, 12, 0, tzinfo=UTC)
PLAN = Plan(
    starts_at=NOON,
    zone="Europe/Madrid",
    minutes=60,
    seats=10,
    languages=(Language.FR,),
    course_key=None,
    texts={Language.FR: Words("Sujet", "Description")},
    experts=(Expert("Inés Carvajal", {Language.FR: "Juge."}),),
)


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": NOON + timedelta(minutes=1)},
        {"zone": "Europe/Paris"},
        {"minutes": 90},
        {"languages": (Language.AR, Language.FR)},
        {"texts": {Language.FR: Words("Sujet", "Autre")}},
        {"experts": (Expert("Inés Carvajal", {Language.FR: "Magistrate."}),)},
    ],
)
def test_a_calendar_hears_of_what_it_shows(change):
    assert is_heard_by_calendars(PLAN, replace(PLAN, **change))


@pytest.mark.parametrize("change", [{}, {"seats": None}, {"course_key": "a-course"}])
def test_a_calendar_does_not_hear_of_seats_and_courses(change):
    assert not is_heard_by_calendars(PLAN, replace(PLAN, **change))


def test_readers_see_their_own_language_when_it_is_there():
    assert language_for({Language.AR: 1, Language.ES: 2}, Language.ES) is Language.ES


def test_readers_of_another_language_see_the_first_there_is():
    assert language_for({Language.ES: 1, Language.FR: 2}, Language.AR) is Language.FR


def test_without_any_words_there_is_no_language():
    assert language_for({}, Language.AR) is None


@given(st.lists(st.sampled_from(Language)))
def test_languages_are_kept_once_in_one_order(languages):
    kept = in_order(languages)
    assert set(kept) == set(languages)
    assert list(kept) == [language for language in Language if language in kept]


@pytest.mark.parametrize(
    ("minutes_after", "expected"),
    [(-1, Phase.COMING), (0, Phase.RUNNING), (59, Phase.RUNNING), (60, Phase.OVER)],
)
def test_the_phase_follows_the_clock(minutes_after, expected):
    now = NOON + timedelta(minutes=minutes_after)
    assert phase(NOON, 60, is_cancelled=False, now=now) is expected


def test_a_cancelled_discussion_is_only_that():
    assert phase(NOON, 60, is_cancelled=True, now=NOON) is Phase.CANCELLED


def test_the_wall_time_is_that_of_the_organiser():
    assert wall_time(NOON, "Europe/Madrid") == datetime(2027, 3, 18, 13, 0)  # noqa: DTZ001


@given(st.integers(0, 50), st.integers(0, 50))
def test_seats_left_never_fall_below_none(seats, taken):
    assert seats_left(seats, taken) == max(seats - taken, 0)


def test_without_a_limit_nobody_counts_seats():
    assert seats_left(None, 400) is None
