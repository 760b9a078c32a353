"""The pages of the instruments."""

import pytest

from learnplat.library.instruments import instruments


def test_all_are_listed_with_the_status_of_their_titles(house):
    page = house.get("/fr/instruments").text
    for key in instruments():
        assert f'href="/fr/instruments/{key}"' in page
    verified = sum(one.verified["fr"] for one in instruments().values())
    assert page.count("Titre vérifié</span>") == verified
    assert page.count("Titre non encore vérifié</span>") == len(instruments()) - verified


@pytest.mark.parametrize("key", instruments())
def test_each_has_a_page_in_arabic(house, key):
    assert house.get(f"/ar/instruments/{key}").status_code == 200


def test_a_page_gives_the_title_in_four_languages_each_as_such(house):
    page = house.get("/es/instruments/hague-1970").text
    for language, direction in (("ar", "rtl"), ("en", "ltr"), ("fr", "ltr"), ("es", "ltr")):
        assert f'<p lang="{language}" dir="{direction}">' in page
    assert "اتفاقية قمع الاستيلاء غير المشروع على الطائرات" in page


def test_a_page_names_the_units_that_cite_the_instrument_and_where(house):
    page = house.get("/en/instruments/financing-1999").text
    assert "/en/courses/universal-legal-framework/units/jurisdiction" in page
    assert '<li id="place-7.1.a">Article 7, paragraph 1 (a)</li>' in page


def test_each_place_has_one_anchor(house):
    page = house.get("/en/instruments/financing-1999").text
    anchors = [part.split('"')[0] for part in page.split('id="place-')[1:]]
    assert anchors
    assert len(anchors) == len(set(anchors))


def test_a_resolution_has_paragraphs(house):
    assert "Paragraph 2 (e)" in house.get("/en/instruments/s-res-1373-2001").text


def test_sub_paragraphs_have_arabic_letters(house):
    assert "(هـ)" in house.get("/ar/instruments/s-res-1373-2001").text


def test_what_supplements_another_says_so_both_ways(house):
    assert "/en/instruments/montreal-1971" in house.get("/en/instruments/airports-1988").text
    assert "/en/instruments/airports-1988" in house.get("/en/instruments/montreal-1971").text


def test_an_instrument_that_nothing_cites_says_so(blank_house):
    page = blank_house.get("/en/instruments/tokyo-1963").text
    assert "No unit cites this instrument yet." in page


@pytest.mark.parametrize("key", ["nope", "TOKYO-1963", "%3Cscript%3E", "a" * 3000])
def test_an_unknown_instrument_is_not_found(house, key):
    assert house.get(f"/fr/instruments/{key}").status_code == 404
