"""The table of instruments and obligations."""

import re

from learnplat.library.instruments import instruments
from learnplat.library.obligations import obligations


def test_each_universal_instrument_is_a_row_that_leads_to_it(house):
    page = house.get("/fr/instruments/obligations").text
    rows = re.findall(r'<th scope="row"><a href="/fr/instruments/([^"]+)"', page)
    assert rows == [key for key, one in instruments().items() if one.kind == "universal"]


def test_each_obligation_is_a_column_with_its_meaning_below(house):
    page = house.get("/ar/instruments/obligations").text
    assert page.count('<th scope="col">') == len(obligations().kinds) + 1
    for kind in obligations().kinds.values():
        assert f'<dt id="{kind.key}">{kind.names["ar"]}</dt>' in page


def test_a_cell_names_the_article_and_leads_to_the_duty(house):
    page = house.get("/en/instruments/obligations").text
    assert '<a href="/en/instruments/financing-1999#obligation-freezing">Article 8.1</a>' in page
    assert 'id="obligation-freezing"' in house.get("/en/instruments/financing-1999").text


def test_every_link_to_a_duty_has_its_goal(house):
    page = house.get("/es/instruments/obligations").text
    for key, duty in re.findall(r'/instruments/([^"#]+)#(obligation-[^"]+)"', page):
        assert f'id="{duty}"' in house.get(f"/es/instruments/{key}").text


def test_an_article_of_another_instrument_says_of_which(house):
    page = house.get("/en/instruments/obligations").text
    row = page.split('/en/instruments/beijing-protocol-2010"')[1].split("</tr>")[0]
    assert "<small>Hague Convention (1970)</small>" in row
    assert "Article 8\u00a0bis" in row


def test_an_empty_cell_says_what_it_means(house):
    page = house.get("/en/instruments/obligations").text
    cells = 19 * len(obligations().kinds)
    known = sum(len(passages) for passages in obligations().passages.values())
    assert page.count("Not found or not checked</span>") == cells - known


def test_the_table_can_be_scrolled_with_the_keyboard(house):
    assert 'role="region" aria-label="' in house.get("/en/instruments/obligations").text


def test_the_instruments_lead_to_the_table_and_back(house):
    assert 'href="/ar/instruments/obligations"' in house.get("/ar/instruments").text
    assert 'href="/ar/instruments"' in house.get("/ar/instruments/obligations").text


def test_an_instrument_without_known_duties_has_no_such_part(house):
    assert 'id="obligations"' not in house.get("/en/instruments/iccpr-1966").text
