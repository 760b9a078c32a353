"""What the rules look at: a page in one language, and the same page in all four."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from learnplat.catalogue.reader import Curriculum, Fault, Passage, ReadUnit
from learnplat.core.languages import Language

BODY = ("heading", "paragraph", "item", "cell", "figure")
_PLACE = re.compile(r"\.(?:ar|en|fr|es)\.md$")
_WORD = re.compile(r"[^\W\d_]+(?:[’'\-‑][^\W\d_]+)*|\d+")


@dataclass(frozen=True, slots=True)
class Page:
    """A unit, a guide, or the frame of a course or module, in one language.

    A unit is known by its `unit`; the frames of the four languages are in one file.
    """

    file: str
    language: Language
    passages: Sequence[Passage]
    unit: ReadUnit | None = None

    @property
    def is_lesson(self) -> bool:
        return self.unit is not None and self.unit.document["kind"] == "lesson"

    @property
    def is_test(self) -> bool:
        return self.unit is not None and self.unit.document["kind"] == "test"

    @property
    def body(self) -> list[Passage]:
        return [passage for passage in self.passages if passage.kind in BODY]

    @property
    def first_line(self) -> int:
        """Where the text begins."""
        return self.body[0].line if self.body else 1

    def fault(self, line: int, message: str) -> Fault:
        return Fault(self.file, line, message)


Versions = Mapping[Language, Page]


def versions(curriculum: Curriculum) -> Iterator[Versions]:
    """Every page of the curriculum, each in the languages that it has."""
    units = {
        text.file: text
        for course in curriculum.courses
        for module in course.modules
        for texts in module.units.values()
        for text in texts.values()
    }
    found: dict[str, dict[Language, Page]] = {}
    for file, passages in curriculum.passages.items():
        pages = found.setdefault(_PLACE.sub("", file), {})
        for language in Language:
            mine = [passage for passage in passages if passage.language is language]
            if mine:
                pages[language] = Page(file, language, mine, units.get(file))
    yield from found.values()


def words(text: str) -> list[str]:
    """The words and numbers of a text; what an apostrophe or a hyphen joins is one."""
    return _WORD.findall(text)


def count_words(passages: Sequence[Passage]) -> int:
    return sum(len(words(passage.text)) for passage in passages)
