"""The participation page, its files and the API: what they show, and to whom."""

import io
import json

import openpyxl
import pytest

YEAR = "since=2012-01-01&until=2012-12-31"
PAGE = "/{}/statistics/participation"
API = "/api/v1/statistics/participation"


def test_the_page_shows_the_totals_of_2012(programme, admin):
    page = programme.get(f"{PAGE.format('en')}?{YEAR}").text
    for figure in ("162", "35", "199", "173", "237"):
        assert f'<span class="tile-number">{figure}</span>' in page
    assert "27 real-time discussions were carried out in Arabic, English, French" in page


@pytest.mark.parametrize(
    ("language", "named"),
    [
        ("ar", "بوليفيا (دولة - المتعددة القوميات)"),
        ("fr", "Bolivie (État plurinational de)"),
        ("es", "Bolivia (Estado Plurinacional de)"),
        ("en", "Bolivia (Plurinational State of)"),
    ],
)
def test_countries_have_their_official_names(programme, admin, language, named):
    page = programme.get(f"{PAGE.format(language)}?{YEAR}").text
    assert named in page
    assert page.index('<svg class="bar"') > 0


def test_countries_stand_under_their_regions(programme, admin):
    page = programme.get(f"{PAGE.format('en')}?{YEAR}").text
    places = [
        page.index(f">{name}<")
        for name in (
            "Africa",
            "Northern Africa",
            "Sub-Saharan Africa",
            "Americas",
            "Asia",
            "Europe",
        )
    ]
    assert places == sorted(places)


def test_every_figure_is_defined_on_the_page(programme, admin):
    page = programme.get(f"{PAGE.format('en')}?{YEAR}").text
    assert "Distinct persons with at least one completion dated in the period." in page


def test_without_a_period_it_shows_this_year(programme, admin):
    answer = programme.get(PAGE.format("fr"))
    assert answer.status_code == 200
    assert "participation?since=2012-01-01&amp;until=2012-12-31" in answer.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=2012-12-31&until=2012-01-01", "until"),
        ("since=2012-02-30&until=2012-12-31", "since"),
        ("since=yesterday&until=2012-12-31", "since"),
        ("since=2012-01-01&until=9999-12-31", "until"),
        ("since=0001-01-01&until=2012-12-31", "since"),
        ("since=2012-01-01", "until"),
        ("since=&until=2012-12-31", "since"),
        ("since=2012-01-01&until=%00", "until"),
        ("since=%3Cscript%3E&until=2012-12-31", "since"),
    ],
)
def test_a_period_that_cannot_be_meant_comes_back_marked(house, admin, query, field):
    answer = house.get(f"{PAGE.format('en')}?{query}")
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert "<script>" not in answer.text
    assert "tile-number" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "since=2012-12-31&until=2012-01-01",
        "since=2012-02-30&until=2012-12-31",
        "since=2012-01-01",
        "",
        "since=2012-01-01&until=9999-12-31",
    ],
)
@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "html"])
def test_a_file_of_a_period_that_cannot_be_meant_is_refused(house, admin, query, form):
    assert house.get(f"{PAGE.format('en')}.{form}?{query}").status_code == 422


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=2012-12-31&until=2012-01-01", "until"),
        ("since=soon&until=2012-12-31", "since"),
        ("since=2012-01-01", "until"),
        ("since=2012-01-01&until=9999-12-31", "until"),
    ],
)
def test_the_api_names_the_day_that_is_wrong(house, admin, query, field):
    answer = house.get(f"{API}?{query}")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert set(answer.json["errors"]) == {field}


def test_the_api_and_the_file_answer_the_same_document(programme, admin):
    api = programme.get(f"{API}?{YEAR}").json
    file = json.loads(programme.get(f"{PAGE.format('ar')}.json?{YEAR}").data)
    assert {**api, "as_at": ""} == {**file, "as_at": ""}
    assert api["practitioners_trained"] == 162
    assert api["digest"].startswith("sha256:")


def test_the_files_say_what_they_are(programme, admin):
    answers = {
        form: programme.get(f"{PAGE.format('ar')}.{form}?{YEAR}")
        for form in ("csv", "xlsx", "json", "html")
    }
    assert answers["csv"].content_type == "text/csv; charset=utf-8"
    assert (
        'filename="participation-2012-01-01-2012-12-31-ar.csv"'
        in answers["csv"].headers["Content-Disposition"]
    )
    assert "Content-Disposition" not in answers["html"].headers
    assert '<html lang="ar" dir="rtl">' in answers["html"].text
    assert 'href="/static/report.css?v=' in answers["html"].text
    assert openpyxl.load_workbook(io.BytesIO(answers["xlsx"].data)).sheetnames[0] == "المجاميع"


def test_another_form_does_not_exist(house, admin):
    assert house.get(f"{PAGE.format('ar')}.pdf?{YEAR}").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        PAGE.format("fr"),
        *(f"{PAGE.format('fr')}.{form}" for form in ("csv", "xlsx", "json", "html")),
    ],
)
def test_only_administrators_see_it(house, address):
    assert house.get(f"{address}?{YEAR}").status_code == 303
    for person in (house.moussa(), house.trainer()):
        assert house.enter(person).get(f"{address}?{YEAR}").status_code == 403


def test_only_administrators_ask_the_api(house):
    assert house.get(f"{API}?{YEAR}").status_code == 401
    for person in (house.amal(), house.trainer()):
        assert house.enter(person).get(f"{API}?{YEAR}").status_code == 403
