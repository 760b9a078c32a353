"""What instruments oblige States to do, as the house reads it."""

import dataclasses

import pytest

from learnplat.core.languages import Language
from learnplat.library.instruments import PLACE, instruments
from learnplat.library.obligations import Passage, obligations, read_obligations

KIND = {
    "key": "freezing",
    "name": dict.fromkeys(Language, "Name"),
    "meaning": dict.fromkeys(Language, "Meaning"),
}


def written(instrument="financing-1999", kind="freezing", place="8.1"):
    return {"obligations": [KIND], "instruments": {instrument: {kind: [place]}}}


def test_the_universal_instruments_and_no_others_are_there_in_their_order():
    universal = [key for key, one in instruments().items() if one.kind == "universal"]
    assert list(obligations().passages) == universal


@pytest.mark.parametrize("kind", obligations().kinds.values(), ids=lambda kind: kind.key)
def test_each_kind_has_words_in_four_languages(kind):
    for texts in (kind.names, kind.meanings):
        assert set(texts) == set(Language)
        assert all(text.strip() for text in texts.values())


def test_every_kind_is_found_somewhere():
    found = {kind for passages in obligations().passages.values() for kind in passages}
    assert found == set(obligations().kinds)


def test_every_passage_is_a_place_of_an_instrument():
    for passages in obligations().passages.values():
        for found in passages.values():
            assert found
            for one in found:
                assert one.instrument in instruments()
                assert PLACE.fullmatch(one.place)


def test_passages_of_another_instrument_are_of_one_that_it_builds_on():
    for key, passages in obligations().passages.items():
        allowed, one = {key}, instruments()[key]
        while (other := one.supplements or one.amends) is not None:
            allowed.add(other)
            one = instruments()[other]
        assert {p.instrument for found in passages.values() for p in found} <= allowed


def test_the_financing_convention_freezes_and_knows_no_political_offence():
    passages = obligations().of("financing-1999")
    assert passages["freezing"] == (
        Passage("financing-1999", "8.1"),
        Passage("financing-1999", "8.2"),
    )
    assert passages["no-political-offence"] == (Passage("financing-1999", "14"),)


def test_conventions_before_the_bombings_convention_keep_the_political_offence():
    for key, one in instruments().items():
        if one.kind == "universal" and one.year < 1997:
            assert "no-political-offence" not in obligations().of(key)


def test_the_tokyo_convention_does_not_oblige_to_extradite_or_prosecute():
    assert "extradite-or-prosecute" not in obligations().of("tokyo-1963")


def test_an_instrument_without_known_obligations_has_none():
    assert not obligations().of("un-charter")


@pytest.mark.parametrize(
    "fault",
    [
        written(instrument="nope"),
        written(kind="nope"),
        written(place="8.1."),
        written(place="nope/8"),
        written(place="/8"),
        written(place=""),
    ],
)
def test_a_fault_in_the_file_stops_the_start(fault):
    with pytest.raises(ValueError, match="obligations"):
        read_obligations(fault)


def test_nothing_can_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        obligations().kinds["freezing"].key = "thawing"
    with pytest.raises(TypeError):
        obligations().passages["un-charter"] = {}
