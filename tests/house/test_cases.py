"""The table of security cases is the one that the tests' own marks make."""

import pytest
from cases import END, PAGE, covered, marks_of, unknown, written


def test_the_table_is_current():
    assert PAGE.read_text(encoding="utf-8") == written(), "make cases writes it anew"
    assert END in PAGE.read_text(encoding="utf-8")


def test_every_mark_is_of_a_case_that_there_is():
    assert unknown() == []


def test_many_cases_are_covered():
    assert len(covered()) > 90


@pytest.mark.parametrize(
    ("docstring", "found"),
    [
        ("Words. SECURITY: case 26, T6.", {"case 26", "T6"}),
        ("SECURITY: cases 1, 6 and 9; T31\n\nMore of 40 words.", {"case 1", "case 6", "case 9", "T31"}),
        ("SECURITY: case 121, T32 (of 1 country). Up to 30 of 52.", {"T121", "T32", "case 1"}),
        ("SECURITY: P8", {"P8"}),
        ("Nothing of 26.", set()),
    ],
)  # fmt: skip
def test_a_mark_is_read(docstring, found):
    assert marks_of(docstring) == found
