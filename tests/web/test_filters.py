"""Moments, days and lists as each language writes them."""

from datetime import date

import pytest

from learnplat.web.filters import day, listed

FIRST_OF_MONTH = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("fr", FIRST_OF_MONTH, "1er novembre 2026"),
        ("fr", date(2026, 11, 21), "21 novembre 2026"),
        ("en", FIRST_OF_MONTH, "1 November 2026"),
        ("es", FIRST_OF_MONTH, "1 de noviembre de 2026"),
    ],
)
def test_a_day_is_written_as_the_language_does(house, language, value, said):
    with house.app.test_request_context(f"/{language}/"):
        assert day(value) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("ar", "2 و5 و7"), ("en", "2, 5 and 7"), ("fr", "2, 5 et 7"), ("es", "2, 5 y 7")],
)
def test_a_list_is_joined_as_the_language_does(house, language, said):
    with house.app.test_request_context(f"/{language}/"):
        assert listed(["2", "5", "7"]) == said
