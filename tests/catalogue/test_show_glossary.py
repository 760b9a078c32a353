"""The glossary's pages: all terms, those looked for, one of them."""

import pytest

from learnplat.core.languages import Language
from learnplat.library.glossary import glossary


@pytest.mark.parametrize("language", list(Language))
def test_every_term_stands_with_its_meaning_and_leads_to_its_page(house, language):
    page = house.get(f"/{language}/glossary")
    assert page.status_code == 200
    for key, term in glossary().items():
        assert f'href="/{language}/glossary/{key}"' in page.text
        assert term.meanings[language] in page.text


@pytest.mark.parametrize(
    "query", ["central authority", "autorité centrale", "السلطة المركزية", "AUTORIDAD  central"]
)
def test_a_term_is_found_by_its_name_in_any_language(house, query):
    page = house.get("/es/glossary", query_string={"q": query})
    assert page.status_code == 200
    assert 'href="/es/glossary/central-authority"' in page.text
    assert "/es/glossary/torture" not in page.text


def test_nothing_found_says_so_and_leads_on(house):
    page = house.get("/en/glossary?q=zzzzqqq")
    assert page.status_code == 200
    assert "No term has these words" in page.text
    assert "/en/search?q=zzzzqqq" in page.text


def test_too_long_a_query_is_refused_kindly(house):
    page = house.get("/en/glossary", query_string={"q": "x" * 201})
    assert page.status_code == 422
    assert "f-q-error" in page.text
    assert 'href="/en/glossary/torture"' in page.text


def test_a_term_has_its_page_with_every_language_source_and_units(house):
    term = glossary()["non-refoulement"]
    page = house.get("/fr/glossary/non-refoulement")
    assert page.status_code == 200
    for language in Language:
        assert term.names[language] in page.text
        assert term.meanings[language] in page.text
    assert f"/fr/instruments/{term.instrument}" in page.text
    assert "/fr/courses/human-rights/units/non-refoulement" in page.text


def test_a_term_that_is_not_there_is_not_found(house):
    assert house.get("/en/glossary/no-such-term").status_code == 404
