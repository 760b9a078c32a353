"""The report as files: nothing runs in a spreadsheet, everything can be read by a program.

SECURITY: case 22, T93.
"""

import csv
import io
import json
import re
from datetime import UTC, date, datetime

import openpyxl
import pytest

from learnplat.core.languages import Language
from learnplat.statistics.exports import render
from learnplat.statistics.rules import Figures, Period, Row, document
from learnplat.statistics.wording import wording_of

TITLES = {"A-1": '=HYPERLINK("http://evil.example","x")', "B-1": "Droit, «pénal»\r\net procédure"}
DOCUMENT = document(
    Period(date(2012, 1, 1), date(2012, 12, 31)),
    Figures(
        courses_delivered=1,
        practitioners_trained=1665,
        enrolments=4,
        completions=3,
        users=9,
        user_country_count=3,
        discussions_held=1,
        discussion_languages=("ar", "fr"),
        discussion_participants=2,
        attendances=2,
        by_country=(Row("MA", 2, 2, 1), Row("NE", 2, 1, 1), Row("UY", 1, 0, 0)),
        by_course=(Row("A-1", 4, 3, 2, 2, ("fr",)), Row("B-1", 0, 0, 0, 0, ("ar", "fr"))),
        by_gender={"male": 1, "not_stated": 1},
        by_profession={"judge": 2},
        by_language={"fr": 2},
    ),
    wording_of(Language.EN).definitions,
    datetime(2026, 11, 20, 9, tzinfo=UTC),
)


def table(language: Language = Language.FR) -> list[dict[str, str]]:
    text = render(DOCUMENT, language, "csv", TITLES).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def book(language: Language):
    return openpyxl.load_workbook(io.BytesIO(render(DOCUMENT, language, "xlsx", TITLES)))


def test_the_csv_opens_as_utf_8_with_crlf():
    raw = render(DOCUMENT, Language.AR, "csv")
    assert raw.startswith(b"\xef\xbb\xbfsection,")
    assert raw.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n", raw)


def test_no_cell_of_the_csv_is_a_formula():
    cells = [cell for row in table() for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "'" + TITLES["A-1"] in cells


def test_each_row_of_the_csv_says_what_it_is():
    assert {row["section"] for row in table()} == {
        "period",
        "total",
        "country",
        "course",
        "gender",
        "profession",
        "language",
        "paragraph",
        "definition",
    }


def test_the_csv_gives_numbers_as_numbers():
    totals = {row["code"]: row["value"] for row in table() if row["section"] == "total"}
    assert totals["practitioners_trained"] == "1665"


def test_the_csv_names_the_period_and_defines_every_figure():
    assert {row["code"]: row["value"] for row in table() if row["section"] == "period"}[
        "since"
    ] == "2012-01-01"
    assert len([row for row in table() if row["section"] == "definition"]) == len(
        DOCUMENT["definitions"]
    )


def test_a_line_break_in_a_title_stays_in_its_cell():
    assert TITLES["B-1"] in {row["name"] for row in table()}


def test_the_json_is_the_document():
    assert json.loads(render(DOCUMENT, Language.AR, "json")) == DOCUMENT


@pytest.mark.parametrize("language", list(Language))
def test_the_workbook_has_its_four_sheets_in_the_language(language):
    labels = wording_of(language).labels
    assert book(language).sheetnames == [
        labels[name] for name in ("totals", "countries", "courses", "definitions")
    ]


@pytest.mark.parametrize("language", list(Language))
def test_the_sheets_run_as_the_language_does(language):
    assert {bool(sheet.sheet_view.rightToLeft) for sheet in book(language).worksheets} == {
        language is Language.AR
    }


def test_the_headers_are_arabic_in_arabic():
    assert [cell.value for cell in book(Language.AR)["البلدان"][1]][:4] == [
        "الإقليم",
        "الإقليم الفرعي",
        "الرمز",
        "البلد أو المنطقة",
    ]


def test_the_workbook_keeps_numbers_dates_and_text_apart():
    totals = {row[0].value: row[1].value for row in book(Language.EN)["Totals"].iter_rows()}
    assert totals["Practitioners trained"] == 1665
    assert totals["First day"] == datetime(2012, 1, 1)  # noqa: DTZ001
    course = book(Language.EN)["Courses"]["B2"]
    assert (course.data_type, course.value) == ("s", TITLES["A-1"])


def test_countries_stand_under_region_and_subregion_in_the_workbook():
    found = [tuple(cell.value for cell in row) for row in book(Language.FR)["Pays"].iter_rows(2)]
    assert [row[:4] for row in found] == [
        ("Afrique", "Afrique septentrionale", "MA", "Maroc"),
        ("Afrique", "Afrique subsaharienne", "NE", "Niger"),
        ("Amériques", "Amérique latine et Caraïbes", "UY", "Uruguay"),
    ]


@pytest.mark.parametrize("language", list(Language))
def test_the_page_to_print_stands_alone(language):
    page = render(DOCUMENT, language, "html", TITLES).decode()
    assert f'<html lang="{language}" dir="{language.direction}">' in page
    assert "@page" in page
    assert not re.search(r'(src|href)="', page)
    assert "&#34;http://evil.example&#34;" in page


@pytest.mark.parametrize("language", list(Language))
def test_the_text_holds_the_paragraph_and_the_definitions(language):
    text = render(DOCUMENT, language, "text").decode()
    assert wording_of(language).labels["definitions"] in text
    assert wording_of(language).definitions["users"] in text
