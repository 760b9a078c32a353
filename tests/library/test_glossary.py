"""The glossary is whole: four languages, one name for one concept, sources that exist."""

import copy

import pytest

from learnplat.core.languages import Language
from learnplat.library.glossary import glossary, read_glossary
from learnplat.library.instruments import instruments

TERM = {
    "key": "extradition",
    "source": "bombings-1997/9.1",
    "term": {
        "ar": "تسليم المطلوبين",
        "en": "Extradition",
        "fr": "Extradition",
        "es": "Extradición",
    },
    "meaning": {"ar": "معنى.", "en": "A meaning.", "fr": "Un sens.", "es": "Un sentido."},
}


def changed(**values):
    return {**copy.deepcopy(TERM), **values}


def test_it_has_the_terms_that_were_promised():
    assert len(glossary()) >= 250


def test_every_term_is_named_and_explained_in_four_languages():
    for term in glossary().values():
        assert set(term.names) == set(term.meanings) == set(Language)
        for language in Language:
            assert term.names[language].strip(), (term.key, language)
            assert term.meanings[language].endswith((".", "».")), (term.key, language)


def test_no_two_terms_have_one_meaning():
    for language in Language:
        meanings = [term.meanings[language] for term in glossary().values()]
        assert len(meanings) == len(set(meanings))


def test_a_source_is_an_instrument_and_a_place():
    (term,) = read_glossary([TERM]).values()
    assert (term.instrument, term.place) == ("bombings-1997", "9.1")
    (term,) = read_glossary([changed(source=None)]).values()
    assert (term.instrument, term.place) == (None, None)
    assert {term.instrument for term in glossary().values()} - {None} <= set(instruments())


@pytest.mark.parametrize(
    ("second", "fault"),
    [
        (changed(), "stands twice"),
        (changed(key="surrender"), "names extradition and surrender"),
        (changed(key="surrender", source="none-1900"), "unknown instrument"),
        (changed(key="surrender", source="bombings-1997/x1"), "malformed place"),
    ],
)
def test_a_fault_in_the_file_is_named(second, fault):
    with pytest.raises(ValueError, match=fault):
        read_glossary([TERM, second])


def test_a_language_that_is_missing_is_a_fault():
    with pytest.raises(KeyError, match="es"):
        read_glossary([changed(meaning={"ar": "م", "en": "m", "fr": "m"})])
