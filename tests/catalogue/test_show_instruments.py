"""The pages of the instruments."""

import re

import pytest

from learnplat.catalogue.places import place_name
from learnplat.library.instruments import GROUPS, instruments


def test_all_are_listed_with_the_status_of_their_titles(house):
    page = house.get("/fr/instruments").text
    for key in instruments():
        assert f'href="/fr/instruments/{key}"' in page
    verified = sum(one.verified["fr"] for one in instruments().values())
    assert page.count("Titre vérifié</span>") == verified
    assert "Titre non encore vérifié" not in page


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


def test_the_list_is_by_group_with_a_list_of_the_groups_before_it(house):
    page = house.get("/es/instruments").text
    for group in GROUPS:
        assert page.index(f'href="#{group}"') < page.index(f'<h2 id="{group}">')


def test_every_id_of_the_list_is_there_once(house):
    ids = re.findall(r' id="([^"]+)"', house.get("/ar/instruments").text)
    assert len(ids) == len(set(ids))


def test_the_universal_instruments_stand_year_by_year(house):
    page = house.get("/en/instruments").text
    first = page.split('<ol class="timeline">')[1]
    years = re.findall(r'timeline-year">(\d{4})<', first)
    assert years == sorted(set(years))
    assert (years[0], years[-1]) == ("1963", "2014")


def listed(page):
    return set(re.findall(r'<h3><a href="/\w\w/instruments/([^"]+)"', page.text))


def test_a_kind_can_be_asked_for(house):
    found = listed(house.get("/en/instruments?kind=model"))
    assert found == {"model-extradition-1990", "model-mla-1990"}


@pytest.mark.parametrize(
    ("language", "query", "key"),
    [
        ("fr", "RESOLUTION 2462", "s-res-2462-2019"),
        ("fr", "repression financement", "financing-1999"),
        ("ar", "إتفاقية الرياض", "riyadh-1983"),
        ("ar", "توصيات فاتف", "fatf-recommendations-2012"),
        ("es", "s/res/1373", "s-res-1373-2001"),
        ("en", "القاعدة", "s-res-1989-2011"),
        ("en", "mandela", "mandela-rules-2015"),
    ],
)
def test_words_of_a_name_find_it_in_any_language_with_or_without_accents(
    house, language, query, key
):
    page = house.get(f"/{language}/instruments", query_string={"q": query})
    assert key in listed(page)
    assert len(listed(page)) < 40


def test_kind_and_words_together_narrow_the_list(house):
    found = listed(house.get("/en/instruments?kind=regional&q=protocol"))
    assert found == {"saarc-protocol-2004", "oau-protocol-2004", "coe-prevention-protocol-2015"}


def test_the_number_of_those_found_is_said(house):
    assert "2 instruments" in house.get("/en/instruments?kind=model").text


def test_when_nothing_has_the_words_the_page_says_so(house):
    page = house.get("/en/instruments?q=zzzz")
    assert page.status_code == 200
    assert "No instrument has these words" in page.text


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", "%", "_", "\\", '" onx="1', "ـ"])
def test_signs_are_nothing_special(house, query):
    page = house.get("/ar/instruments", query_string={"q": query})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert 'onx="1"' not in page.text


@pytest.mark.parametrize(
    ("asked", "field"), [({"q": "a" * 201}, "f-q"), ({"kind": "nope"}, "f-kind")]
)
def test_what_cannot_be_asked_is_refused_at_its_field(house, asked, field):
    page = house.get("/en/instruments", query_string=asked)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text


def test_a_page_says_who_adopted_it_and_since_when_it_is_in_force(house):
    page = house.get("/en/instruments/cedaw-1979").text
    assert "United Nations General Assembly" in page
    assert "3 September 1981" in page


@pytest.mark.parametrize(
    ("key", "place", "language", "name"),
    [
        ("mandela-rules-2015", "44", "en", "Rule 44"),
        ("judiciary-1985", "2", "en", "Principle 2"),
        ("prosecutors-1990", "13.b", "en", "Guideline 13 (b)"),
        ("fatf-recommendations-2012", "5", "en", "Recommendation 5"),
        ("victims-1985", "4", "en", "Paragraph 4"),
        ("udhr-1948", "10", "en", "Article 10"),
        ("model-mla-1990", "4.1.a", "en", "Article 4, paragraph 1 (a)"),
        ("sua-1988", "8bis", "en", "Article 8\u00a0bis"),
        ("cppnm-1980", "11A", "en", "Article 11\u00a0A"),
        ("sua-1988", "8bis", "ar", "المادة 8\u00a0مكررا"),
        ("hague-1970", "8ter", "ar", "المادة 8\u00a0مكررا ثانيا"),
        ("tokyo-1963", "3.2bis", "en", "Article 3, paragraph 2\u00a0bis"),
    ],
)
def test_a_place_is_named_as_its_instrument_names_its_parts(house, key, place, language, name):
    with house.app.test_request_context(f"/{language}/"):
        house.app.preprocess_request()
        assert place_name(instruments()[key], place) == name


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
