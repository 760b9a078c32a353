"""Periods, documents and cells. SECURITY: case 22."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnplat.core.cells import safe_cell
from learnplat.core.refusals import Invalid
from learnplat.statistics.rules import (
    Figures,
    Period,
    Row,
    digest_of,
    document,
    language_code,
    period_of,
)

TODAY = date(2026, 11, 20)
FIGURES = Figures(
    courses_delivered=1,
    practitioners_trained=2,
    enrolments=4,
    completions=3,
    users=9,
    user_country_count=3,
    discussions_held=1,
    discussion_languages=("fr",),
    discussion_participants=2,
    attendances=2,
    by_country=(Row("MA", 2, 2, 1), Row("NE", 2, 1, 1), Row("SN", 1, 0, 0)),
    by_course=(Row("A-1", 4, 3, 2, 2, ("fr",)), Row("B-1", 0, 0, 0, 0, ("ar", "fr"))),
    by_gender={"male": 1, "female": 1},
    by_profession={"judge": 2},
    by_language={"fr": 2},
)


def made(**changes: object) -> dict[str, object]:
    return (
        document(
            Period(date(2012, 1, 1), date(2012, 12, 31)),
            FIGURES,
            {"users": "Accounts."},
            datetime(2026, 11, 20, 9, tzinfo=UTC),
        )
        | changes
    )


def test_one_day_is_a_period():
    assert period_of(TODAY, TODAY, TODAY) == Period(TODAY, TODAY)


def test_a_period_does_not_end_before_it_starts():
    with pytest.raises(Invalid) as refusal:
        period_of(date(2012, 12, 31), date(2012, 1, 1), TODAY)
    assert refusal.value.errors == {"until": ["end_before_start"]}


@pytest.mark.parametrize(
    ("since", "until", "fields"),
    [
        (date(1, 1, 1), TODAY, {"since"}),
        (TODAY, date(9999, 12, 31), {"until"}),
        (date(9999, 1, 1), date(1, 1, 1), {"since", "until"}),
        (date(1989, 12, 31), TODAY, {"since"}),
        (TODAY, date(2028, 1, 1), {"until"}),
    ],
)
def test_a_day_too_far_away_is_named(since, until, fields):
    with pytest.raises(Invalid) as refusal:
        period_of(since, until, TODAY)
    assert set(refusal.value.errors) == fields


def test_the_document_has_the_names_of_the_contract():
    assert list(made()) == [
        "period",
        "as_at",
        "basis",
        "courses_delivered",
        "practitioners_trained",
        "countries",
        "country_count",
        "enrolments",
        "completions",
        "users",
        "user_country_count",
        "discussions_held",
        "discussion_languages",
        "discussion_participants",
        "attendances",
        "by_country",
        "by_course",
        "by_gender",
        "by_profession",
        "by_language",
        "definitions",
        "digest",
    ]


def test_countries_are_those_of_practitioners_trained():
    assert made()["countries"] == ["MA", "NE"]


def test_a_run_in_several_languages_is_mul():
    assert [row["language"] for row in made()["by_course"]] == ["fr", "mul"]
    assert language_code(["ar"]) == "ar"


def test_the_digest_leaves_out_when_it_was_made():
    assert digest_of(made(as_at="2030-01-01T00:00:00Z")) == made()["digest"]


def test_the_digest_moves_with_any_figure():
    assert digest_of(made(users=10)) != made()["digest"]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_begins_a_formula(first):
    assert safe_cell(f"{first}1+1") == f"'{first}1+1"


@given(st.text())
def test_a_safe_cell_keeps_its_text(text):
    assert safe_cell(text).removeprefix("'") == text.removeprefix("'")
    assert not safe_cell(text).startswith(("=", "+", "-", "@"))
