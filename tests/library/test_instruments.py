"""The catalogue of instruments as the house reads it."""

import dataclasses
import re
from pathlib import Path

import pytest
import yaml

from learnplat.catalogue.words import BODY_NAMES, GROUP_NAMES, INSTRUMENT_KINDS
from learnplat.core.languages import Language
from learnplat.library.instruments import GROUPS, KINDS, PLACE, built_on, instruments, source

EVERY = list(instruments().values())
UNIVERSAL = [one for one in EVERY if one.kind == "universal"]
SYMBOL = re.compile(r"S/RES/\d{3,4} \(\d{4}\)|A/RES/\d{2}/\d{1,3}|A/RES/\d{3,4} \([IVXL]+\)")
TASHKEEL = re.compile("[\u0640\u064b-\u0652\u0670]")
ARABIC_OR_NEUTRAL = re.compile(r"[\u0600-\u06ff\s\d()/،:؛.-]+")

of_each = pytest.mark.parametrize("one", EVERY, ids=lambda one: one.key)


def test_there_are_nineteen_universal_instruments_in_order():
    assert [one.number for one in UNIVERSAL] == list(range(1, 20))
    assert EVERY[:19] == UNIVERSAL


def test_the_universal_ones_fall_into_the_first_groups():
    assert {one.group for one in UNIVERSAL} == set(GROUPS[:8])


def test_each_key_is_there_once():
    keys = [item["key"] for item in yaml.safe_load(source())]
    assert len(keys) == len(set(keys)) == len(EVERY)


def test_all_that_the_curriculum_may_cite_is_there():
    cited = {
        found
        for path in (Path(__file__).parents[2] / "courses").rglob("*.md")
        for found in re.findall(r"\(cite:([a-z0-9-]+)", path.read_text())
    }
    assert cited
    assert cited <= set(instruments())


def test_kinds_groups_and_bodies_all_have_names_and_none_is_idle():
    assert tuple(INSTRUMENT_KINDS) == KINDS
    assert {one.kind for one in EVERY} == set(KINDS)
    assert {one.group for one in EVERY} == set(GROUPS) == set(GROUP_NAMES)
    assert {one.body for one in EVERY} == set(BODY_NAMES)


@of_each
def test_each_has_texts_in_four_languages(one):
    for texts in (one.titles, one.shorts, *((one.notes,) if one.notes else ())):
        assert set(texts) == set(Language)
        assert all(text.strip() == text != "" for text in texts.values())
    assert all(isinstance(is_verified, bool) for is_verified in one.verified.values())


@of_each
def test_arabic_names_are_arabic_without_vowel_signs(one):
    for text in (one.titles[Language.AR], one.shorts[Language.AR], *one.aliases):
        assert ARABIC_OR_NEUTRAL.fullmatch(text), text
        assert not TASHKEEL.search(text), text


@of_each
def test_an_alias_is_another_wording(one):
    assert one.titles[Language.AR] not in one.aliases
    assert len(set(one.aliases)) == len(one.aliases)


@of_each
def test_french_punctuation_has_its_narrow_space(one):
    for text in (one.titles["fr"], one.shorts["fr"], one.notes.get("fr", "")):
        assert not re.search("[^\u202f][;:!?»]|«[^\u202f]", text), text
        assert "'" not in text


@of_each
def test_each_is_adopted_in_or_just_before_its_year(one):
    assert 1940 < one.year < 2030
    assert one.adopted_on is None or one.year - 1 <= one.adopted_on.year <= one.year


@of_each
def test_nothing_is_in_force_before_it_is_adopted(one):
    if one.in_force_on:
        assert one.kind in ("universal", "treaty", "regional")
        assert one.in_force_on.year >= one.year
        assert one.adopted_on is None or one.in_force_on >= one.adopted_on


@of_each
def test_the_year_in_the_key_and_in_the_short_names_is_its_year(one):
    written = re.search(r"-(\d{4})$", one.key)
    assert written is None or int(written[1]) == one.year
    assert all(str(one.year) in short for short in one.shorts.values())


@of_each
def test_symbols_have_their_form_and_agree_with_the_key(one):
    if one.symbol is None:
        assert one.kind != "resolution"
        return
    assert SYMBOL.fullmatch(one.symbol)
    if one.key.startswith("s-res-"):
        _, _, number, year = one.key.split("-")
        assert one.symbol == f"S/RES/{number} ({year})"
        assert all(number in text for text in (*one.shorts.values(), *one.titles.values()))
    if one.key.startswith("a-res-"):
        assert one.symbol.replace("/", "-").lower() == one.key


def test_security_council_resolutions_follow_one_another():
    numbers = [int(one.key.split("-")[2]) for one in EVERY if one.group == "security-council"]
    days = [one.adopted_on for one in EVERY if one.group == "security-council"]
    assert numbers == sorted(set(numbers))
    assert days == sorted(days)


def test_only_titles_of_the_universal_instruments_are_verified_so_far():
    assert all(one.kind == "universal" for one in EVERY if any(one.verified.values()))


def test_what_is_built_on_another_names_one_that_is_there_and_not_younger():
    for one in EVERY:
        for other in (one.supplements, one.amends):
            assert other is None or instruments()[other].year <= one.year
            assert other != one.key


def test_the_protocols_of_an_instrument_are_known():
    assert [one.key for one in built_on("montreal-1971")] == ["airports-1988"]
    assert [one.key for one in built_on("geneva-conventions-1949")] == ["ap-i-1977", "ap-ii-1977"]


@pytest.mark.parametrize("place", ["11A", "2A.1", "8bis", "3.2bis", "11ter.1.b"])
def test_places_added_by_amendments_have_a_form(place):
    assert PLACE.fullmatch(place)


@pytest.mark.parametrize("place", ["11F", "11Abis", "bis", "11a"])
def test_what_only_looks_like_an_added_place_has_none(place):
    assert not PLACE.fullmatch(place)


def test_nothing_can_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        instruments()["tokyo-1963"].year = 1964
    with pytest.raises(TypeError):
        instruments()["tokyo-1963"].titles[Language.EN] = "Another"
