"""The rules of runs, places and progress. SECURITY: case 35."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnplat.core.languages import Language
from learnplat.learning import rules
from learnplat.learning.rules import Place, RunState

KEYS = st.lists(st.sampled_from("abcdefghij"), min_size=1, unique=True)
SUBSETS = st.frozensets(st.sampled_from("abcdefghijxyz"))
DAYS = st.dates(date(2000, 1, 1), date(2050, 1, 1))
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def a_place(**values) -> Place:
    facts = {
        "enrolment_id": 1,
        "run_id": 1,
        "course_key": "c",
        "title": None,
        "status": "active",
        "language": Language.AR,
        "starts_on": None,
        "ends_on": None,
        "zone": "UTC",
        "enrolled_at": NOON,
        "withdrawn_at": None,
        "completed_at": None,
        "done": frozenset(),
    }
    return Place(**(facts | values))


@given(KEYS, SUBSETS)
def test_progress_counts_only_units_of_the_course(keys, done):
    made = rules.progress(keys, done)
    assert (made.done, made.total) == (len(done & set(keys)), len(keys))
    assert made.is_complete == (set(keys) <= done)
    assert made.left == len(set(keys) - done)


def test_a_course_without_units_is_never_complete():
    assert not rules.progress([], {"a"}).is_complete


@given(KEYS, SUBSETS, st.data())
def test_the_way_to_a_unit_is_clear_when_all_before_it_are_done(keys, done, data):
    key = data.draw(st.sampled_from(keys))
    blocker = rules.unfinished_before(key, keys, done)
    earlier = keys[: keys.index(key)]
    if blocker is None:
        assert set(earlier) <= done
    else:
        assert blocker == next(found for found in earlier if found not in done)


@given(KEYS, SUBSETS)
def test_the_way_to_the_next_unit_is_always_clear(keys, done):
    key = rules.next_unit(keys, done)
    if key is None:
        assert rules.progress(keys, done).is_complete
    else:
        assert key not in done
        assert rules.unfinished_before(key, keys, done) is None


@given(KEYS)
def test_following_the_next_unit_completes_every_course(keys):
    done: set[str] = set()
    for _ in keys:
        done.add(rules.next_unit(keys, done))
    assert rules.next_unit(keys, done) is None


@given(KEYS)
def test_neighbours_walk_the_course_from_end_to_end(keys):
    for index, key in enumerate(keys):
        before, after = rules.neighbours(key, keys)
        assert before == (keys[index - 1] if index else None)
        assert after == (keys[index + 1] if index + 1 < len(keys) else None)


@given(st.none() | DAYS, st.none() | DAYS, DAYS)
def test_a_run_is_running_on_its_days_and_both_are_included(starts_on, ends_on, today):
    state = rules.run_state(starts_on, ends_on, today)
    if state is RunState.ENDED:
        assert ends_on < today
    elif state is RunState.UPCOMING:
        assert today < starts_on
    else:
        assert (starts_on or today) <= today <= (ends_on or today)
    assert rules.may_enter(state) == (ends_on is None or today <= ends_on)


def test_a_self_paced_run_never_ends():
    assert rules.run_state(None, None, date(2999, 1, 1)) is RunState.RUNNING


def test_the_last_day_is_the_one_of_the_runs_own_zone():
    late = datetime(2027, 3, 1, 11, tzinfo=UTC)
    assert rules.day_in("Pacific/Auckland", late) == date(2027, 3, 2)
    assert rules.day_in("Pacific/Pago_Pago", late - timedelta(hours=1)) == date(2027, 2, 28)


@given(st.integers(0, 50), st.integers(0, 50))
def test_seats_left_are_never_negative(seats, taken):
    assert rules.seats_left(seats, taken) == max(0, seats - taken)
    assert rules.seats_left(None, taken) is None


@given(st.sets(st.sampled_from(Language), min_size=1), st.sampled_from(Language))
def test_a_unit_is_shown_in_the_language_wanted_when_it_is_there(offered, wanted):
    shown = rules.language_shown(offered, wanted)
    assert shown in offered
    assert shown is wanted or wanted not in offered


def test_english_stands_in_for_a_missing_language():
    offered = {Language.AR, Language.EN, Language.ES}
    assert rules.language_shown(offered, Language.FR) is Language.EN


def test_an_open_place_comes_before_a_completed_one_and_that_before_an_ended_one():
    ended = a_place(enrolment_id=1, ends_on=date(2027, 2, 1), enrolled_at=NOON)
    completed = a_place(enrolment_id=2, status="completed", enrolled_at=NOON - timedelta(days=200))
    is_open = a_place(enrolment_id=3, enrolled_at=NOON - timedelta(days=400))
    assert rules.current_place([ended, completed, is_open], NOON) is is_open
    assert rules.current_place([ended, completed], NOON) is completed
    assert rules.current_place([ended], NOON) is ended


def test_a_place_given_back_is_no_place():
    assert rules.current_place([a_place(status="withdrawn")], NOON) is None


def test_a_code_says_the_course_the_year_and_which_one():
    assert rules.run_code("universal-legal-framework", 2027, 3) == "ULF-2027-3"


def test_places_are_in_the_order_of_the_instrument():
    places = ["10", "7.1.a", "2.1", "7", "2.e", "7.1"]
    assert sorted(places, key=rules.place_order) == ["2.e", "2.1", "7", "7.1", "7.1.a", "10"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.AR, ["7", "7.1", "2.1 (ب)", "2 (هـ)"]),
        (Language.EN, ["7", "7.1", "2.1 (b)", "2 (e)"]),
        (Language.FR, ["7", "7.1", "2.1 b)", "2 e)"]),
        (Language.ES, ["7", "7.1", "2.1 b)", "2 e)"]),
    ],
)
def test_a_place_is_a_short_reference(language, said):
    places = ("7", "7.1", "2.1.b", "2.e")
    words = [rules.place_in_words(place, language).replace("\u00a0", " ") for place in places]
    assert words == said
