"""The catalogue of instruments as the house reads it."""

import dataclasses

import pytest

from learnplat.core.languages import Language
from learnplat.library.instruments import GROUPS, built_on, instruments

UNIVERSAL = [one for one in instruments().values() if one.kind == "universal"]


def test_there_are_nineteen_universal_instruments_in_order():
    assert [one.number for one in UNIVERSAL] == list(range(1, 20))


def test_the_universal_ones_fall_into_the_known_groups():
    assert {one.group for one in UNIVERSAL} == set(GROUPS)


@pytest.mark.parametrize("one", instruments().values(), ids=lambda one: one.key)
def test_each_has_texts_in_four_languages(one):
    for texts in (one.titles, one.shorts):
        assert set(texts) == set(Language)
        assert all(text.strip() for text in texts.values())
    assert all(isinstance(is_verified, bool) for is_verified in one.verified.values())


@pytest.mark.parametrize("one", instruments().values(), ids=lambda one: one.key)
def test_each_is_adopted_in_or_just_before_its_year(one):
    assert one.adopted_on is None or one.year - 1 <= one.adopted_on.year <= one.year


def test_what_is_built_on_another_names_one_that_is_there():
    for one in instruments().values():
        for other in (one.supplements, one.amends):
            assert other is None or other in instruments()


def test_the_protocols_of_an_instrument_are_known():
    assert [one.key for one in built_on("montreal-1971")] == ["airports-1988"]


def test_nothing_can_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        instruments()["tokyo-1963"].year = 1964
    with pytest.raises(TypeError):
        instruments()["tokyo-1963"].titles[Language.EN] = "Another"
