"""The curriculum in figures: what each course has in each language."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass

from learnplat.catalogue.checks.pages import count_words, versions
from learnplat.catalogue.reader import Curriculum
from learnplat.core.languages import Language

HEADINGS = ("course", "language", "units", "tests", "words", "citations", "questions")


@dataclass(frozen=True, slots=True)
class Row:
    """`words` are those of the units' texts, without objectives, key terms and questions.

    `units` are all units, the tests among them.
    """

    course: str
    language: str
    units: int
    tests: int
    words: int
    citations: int
    questions: int


def rows(curriculum: Curriculum) -> list[Row]:
    """A row for each course and language, then for each language the whole."""
    found = list(_rows(curriculum))
    return found + [
        Row("all", language.value, *(map(sum, zip(*mine, strict=True))))
        for language in Language
        if (mine := [astuple(row)[2:] for row in found if row.language == language.value])
    ]


def _rows(curriculum: Curriculum) -> Iterator[Row]:
    pages = [page for group in versions(curriculum) for page in group.values() if page.unit]
    for course in curriculum.courses:
        for language in Language:
            mine = [
                (page, page.unit)
                for page in pages
                if page.unit
                and page.language is language
                and page.file.startswith(f"{course.key}/")
            ]
            yield Row(
                course.key,
                language.value,
                units=len(mine),
                tests=sum(page.is_test for page, _ in mine),
                words=sum(count_words(page.body) for page, _ in mine),
                citations=sum(len(unit.citations) for _, unit in mine),
                questions=sum(len(unit.questions) for _, unit in mine),
            )


def table(curriculum: Curriculum) -> str:
    """The rows as plain text, a line each, in columns."""
    lines = [HEADINGS, *(tuple(map(str, astuple(row))) for row in rows(curriculum))]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
