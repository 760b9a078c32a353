"""The curriculum counted: a row for each course and language, then the whole."""

from learnplat.catalogue.check import checked
from learnplat.catalogue.sources import read_sources
from learnplat.catalogue.table import Row, rows, table


def test_units_words_citations_and_questions_are_counted(small):
    found = rows(checked(read_sources(small.folder)))
    assert found[1] == Row("small", "en", 1, 0, 15, 2, 1)
    assert [(row.course, row.language) for row in found] == [
        (course, language) for course in ("small", "all") for language in ("ar", "en", "fr", "es")
    ]


def test_the_whole_is_the_sum_of_the_courses(small):
    for path, content in small.bytes().items():
        text = content.decode().replace("key: small", "key: other")
        small.write(path.replace("small/", "other/", 1), text)
    assert rows(checked(read_sources(small.folder)))[-1] == Row("all", "es", 2, 0, 30, 4, 2)


def test_a_test_is_counted_as_a_unit_and_as_a_test(small):
    small.change(
        "small/first/module.yaml", "    minutes: 10\n", "    minutes: 10\n    kind: test\n"
    )
    row = rows(checked(read_sources(small.folder)))[0]
    assert (row.units, row.tests) == (1, 1)


def test_columns_stand_under_each_other(small):
    lines = table(checked(read_sources(small.folder))).splitlines()
    assert lines[0] == "course  language  units  tests  words  citations  questions"
    assert len({len(line) for line in lines}) == 1
