"""Courses, modules and units from their files: one reading, every fault on its line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from learnplat.catalogue.content import LEVELS
from learnplat.catalogue.reader.body import Cited, Heading, Shown, Surroundings, read_body
from learnplat.catalogue.reader.faults import Fault, Passage, Sheet, text_of
from learnplat.catalogue.reader.front import LONGEST_TITLE, Front, Node
from learnplat.catalogue.sources import (
    COURSE_FILE,
    GUIDE_FILE,
    MODULE_FILE,
    CourseSources,
    Sources,
    is_key,
)
from learnplat.core.languages import Language
from learnplat.library.glossary import Term
from learnplat.library.instruments import Instrument

KINDS = ("lesson", "test")  # of units; a test ends its module
_LONGEST_UNIT = 600  # minutes
_LANGUAGE = re.compile(r"\.(ar|en|fr|es)\.md$")
_UNIT_FILE = re.compile(r"(?P<unit>[^./]+)\.(?P<language>ar|en|fr|es)\.md")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question's form, which is the same in every language. `right` holds places from 1."""

    line: int
    key: str
    options: int
    right: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """One unit in one language. `document` is what an edition keeps; `plain` is its text."""

    file: str
    document: Mapping[str, Any]
    plain: str
    headings: tuple[Heading, ...]
    citations: tuple[Cited, ...]
    figures: tuple[Shown, ...]
    questions: tuple[AskedQuestion, ...]
    last_line: int


@dataclass(slots=True)
class ReadModule:
    """`units` maps a unit's key to its languages, in the order of teaching."""

    key: str
    title: Mapping[str, str] = field(default_factory=dict)
    summary: Mapping[str, str] = field(default_factory=dict)
    units: dict[str, dict[Language, ReadUnit]] = field(default_factory=dict)

    def document(self, language: Language) -> dict[str, Any]:
        """What an edition of this module in one language keeps."""
        return {
            "title": dict(self.title),
            "summary": dict(self.summary),
            "units": [
                dict(texts[language].document) for texts in self.units.values() if language in texts
            ],
        }


@dataclass(slots=True)
class ReadCourse:
    """`document` is what a course edition keeps."""

    key: str
    document: dict[str, Any] = field(default_factory=dict)
    modules: list[ReadModule] = field(default_factory=list)


@dataclass(slots=True)
class Curriculum:
    courses: list[ReadCourse] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    passages: dict[str, list[Passage]] = field(default_factory=dict)  # by file


def read_curriculum(
    sources: Sources, instruments: Mapping[str, Instrument], glossary: Mapping[str, Term]
) -> Curriculum:
    """Everything in the files. The documents may be published only when there is no fault."""
    curriculum = Curriculum()
    curriculum.faults.extend(Fault(path, 1, message) for path, message in sources.strays)
    for course in sources.courses:
        reading = _CourseReading(course, instruments, glossary)
        curriculum.courses.append(reading.read())
        for sheet in reading.sheets:
            curriculum.faults.extend(sheet.faults)
            curriculum.passages[sheet.file] = sheet.passages
    return curriculum


class _CourseReading:
    """One walk through one course."""

    def __init__(
        self,
        sources: CourseSources,
        instruments: Mapping[str, Instrument],
        glossary: Mapping[str, Term],
    ) -> None:
        self.sources = sources
        self.instruments = instruments
        self.glossary = glossary
        self.sheets: list[Sheet] = []
        self.listed: set[str] = set()
        self.taught: dict[str, str] = {}  # unit key -> module key
        self.files = {
            path: (found["unit"], Language(found["language"]))
            for path in sources.files
            if (found := _UNIT_FILE.fullmatch(path.rpartition("/")[2]))
        }

    def read(self) -> ReadCourse:
        course = ReadCourse(self.sources.key)
        sheet, text = self._open(COURSE_FILE)
        if not is_key(course.key):
            sheet.note(1, "the folder's name must be small letters, digits and hyphens")
        if text is not None:
            front = Front(sheet, text)
            found = front.fields(
                front.root,
                ("key", "title", "summary", "audience", "level", "modules"),
                ("objectives", "prerequisites"),
            )
            self._same_key(front, found.get("key"), course.key)
            modules = self._keys(front, found.get("modules"), "modules")
            course.document = {
                "title": front.texts(found.get("title"), "title", LONGEST_TITLE),
                "summary": front.texts(found.get("summary"), "summary"),
                "audience": front.texts(found.get("audience"), "audience"),
                "level": front.one_of(found.get("level"), "level", LEVELS),
                "modules": [key for key, _ in modules],
                "objectives": [
                    front.texts(node, "objective")
                    for node in front.items(found.get("objectives"), "objectives")
                ],
                "prerequisites": [
                    front.key(node, "prerequisite")
                    for node in front.items(found.get("prerequisites"), "prerequisites", least=0)
                ],
                "guide": self._guide(),
            }
            for key, node in modules:
                if f"{key}/{MODULE_FILE}" not in self.sources.files:
                    front.note(node, f"there is no file {key}/{MODULE_FILE}")
                else:
                    course.modules.append(self._module(key))
        for path in sorted(set(self.sources.files) - self.listed):
            self._sheet(path).note(1, "this file is listed nowhere")
        return course

    def _guide(self) -> dict[str, dict[str, str]]:
        """What trainers are told of the course, by language; empty when there is no guide."""
        guide = {}
        for language in Language:
            path = GUIDE_FILE.format(language=language)
            if path not in self.sources.files:
                continue
            sheet, text = self._open(path)
            parts = self._parts(sheet, text) if text is not None else None
            if parts is None:
                continue
            front, written, line = parts
            found = front.fields(front.root, ("title",))
            title = front.text(found.get("title"), "title", LONGEST_TITLE)
            around = Surroundings(
                language, self.sources.key, path, title, self.files, self.instruments
            )
            guide[language.value] = {
                "title": title,
                "html": read_body(sheet, written, line, around).html,
            }
        for language in Language if guide else ():
            if GUIDE_FILE.format(language=language) not in self.sources.files:
                self._open(GUIDE_FILE.format(language=language))
        return guide

    @staticmethod
    def _parts(sheet: Sheet, text: str) -> tuple[Front, str, int] | None:
        """A file's fields, its text, and the line on which that begins."""
        lines = text.split("\n")
        if lines[0].strip("\ufeff\r ") != "---" or "---" not in (
            line.rstrip() for line in lines[1:]
        ):
            sheet.note(1, "the fields must stand between two lines of ---")
            return None
        end = next(place for place, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
        front = Front(sheet, "\n".join(lines[1:end]) + "\n", first_line=2)
        return front, "\n".join(lines[end + 1 :]), end + 2

    def _sheet(self, path: str) -> Sheet:
        self.listed.add(path)
        found = _LANGUAGE.search(path)
        language = Language(found[1]) if found else None
        sheet = Sheet(f"{self.sources.key}/{path}", language)
        self.sheets.append(sheet)
        return sheet

    def _open(self, path: str) -> tuple[Sheet, str | None]:
        sheet = self._sheet(path)
        content = self.sources.files.get(path)
        if content is None:
            sheet.note(1, "this file is missing")
            return sheet, None
        return sheet, text_of(content, sheet)

    def _same_key(self, front: Front, node: Node, folder: str) -> None:
        key = front.key(node)
        if key and key != folder:
            front.note(node, f"the key is “{key}” but the folder is named “{folder}”")

    def _keys(self, front: Front, node: Node, name: str) -> list[tuple[str, Node]]:
        """Keys in a list, each once."""
        found: dict[str, Node] = {}
        for item in front.items(node, name):
            key = front.key(item, name)
            if key in found:
                front.note(item, f"duplicate key “{key}”")
            elif is_key(key):
                found[key] = item
        return list(found.items())

    def _module(self, key: str) -> ReadModule:
        module = ReadModule(key)
        sheet, text = self._open(f"{key}/{MODULE_FILE}")
        if text is None:
            return module
        front = Front(sheet, text)
        found = front.fields(front.root, ("key", "title", "summary", "units"))
        self._same_key(front, found.get("key"), key)
        module.title = front.texts(found.get("title"), "title", LONGEST_TITLE)
        module.summary = front.texts(found.get("summary"), "summary")
        for item in front.items(found.get("units"), "units"):
            fields = front.fields(item, ("key", "minutes"), ("kind", "key_terms"))
            unit = front.key(fields.get("key"))
            minutes = front.whole(fields.get("minutes"), "minutes", 1, _LONGEST_UNIT)
            kind = front.one_of(fields.get("kind"), "kind", KINDS) or "lesson"
            terms = self._terms(front, item, fields.get("key_terms"), kind)
            if not is_key(unit):
                continue
            if unit in self.taught:
                front.note(item, f"duplicate key “{unit}”: module {self.taught[unit]} has it")
                continue
            self.taught[unit] = key
            facts = {"key": unit, "kind": kind, "minutes": minutes, "key_terms": terms}
            module.units[unit] = self._unit(front, item, key, facts)
        return module

    def _terms(self, front: Front, unit: Node, node: Node, kind: str) -> list[str]:
        """The glossary's keys that a unit teaches; a test need not have any."""
        if node is None:
            if kind != "test":
                front.note(unit, "missing field “key_terms”")
            return []
        found = []
        for key, item in self._keys(front, node, "key_terms"):
            if key in self.glossary:
                found.append(key)
            else:
                front.note(item, f"“{key}” is no term of the glossary")
        return found

    def _unit(
        self, front: Front, item: Node, module: str, facts: Mapping[str, Any]
    ) -> dict[Language, ReadUnit]:
        """A unit's texts by language. `facts` are what its document holds in all of them."""
        unit, texts = facts["key"], {}
        for language in Language:
            path = f"{module}/{unit}.{language}.md"
            if path not in self.sources.files:
                front.note(item, f"missing language: there is no file {unit}.{language}.md")
                continue
            sheet, text = self._open(path)
            if text is not None:
                found = self._unit_text(sheet, text, path, language, facts)
                if found is not None:
                    texts[language] = found
        return texts

    def _unit_text(
        self,
        sheet: Sheet,
        text: str,
        path: str,
        language: Language,
        facts: Mapping[str, Any],
    ) -> ReadUnit | None:
        parts = self._parts(sheet, text)
        if parts is None:
            return None
        front, written, line = parts
        found = front.fields(front.root, ("title", "objectives", "questions"))
        title = front.text(found.get("title"), "title", LONGEST_TITLE)
        objectives = [
            front.text(node, "objective")
            for node in front.items(found.get("objectives"), "objectives")
        ]
        questions, asked = self._questions(front, found.get("questions"))
        around = Surroundings(language, self.sources.key, path, title, self.files, self.instruments)
        body = read_body(sheet, written, line, around)
        if not body.plain:
            sheet.note(line - 1, "the unit has no text")
        document = {
            **facts,
            "title": title,
            "objectives": objectives,
            "html": body.html,
            "headings": [[one.id, one.text] for one in body.headings if one.level == 2],
            "questions": questions,
            "citations": [
                {"instrument": one.instrument, "place": one.place, "text": one.text}
                for one in body.citations
            ],
        }
        return ReadUnit(
            file=sheet.file,
            document=document,
            plain=" ".join(
                part
                for part in (
                    body.plain,
                    *objectives,
                    *(self.glossary[key].names[language] for key in facts["key_terms"]),
                )
                if part
            ),
            headings=body.headings,
            citations=body.citations,
            figures=body.figures,
            questions=asked,
            last_line=max(1, text.count("\n")),
        )

    def _questions(
        self, front: Front, node: Node
    ) -> tuple[list[dict[str, Any]], tuple[AskedQuestion, ...]]:
        questions: list[dict[str, Any]] = []
        asked: list[AskedQuestion] = []
        for item in front.items(node, "questions"):
            fields = front.fields(item, ("key", "prompt", "options"))
            key = front.key(fields.get("key"))
            if key and key in {one.key for one in asked}:
                front.note(item, f"duplicate key “{key}”")
            prompt = front.text(fields.get("prompt"), "prompt")
            options = []
            for option in front.items(fields.get("options"), "options", least=2):
                parts = front.fields(option, ("text", "feedback"), ("right",))
                options.append(
                    {
                        "text": front.text(parts.get("text"), "text"),
                        "is_right": front.flag(parts.get("right"), "right"),
                        "feedback": front.text(parts.get("feedback"), "feedback"),
                    }
                )
            right = tuple(n for n, option in enumerate(options, 1) if option["is_right"])
            if options and len(right) != 1:
                said = "no option is right" if not right else f"{len(right)} options are right"
                front.note(item, f"question “{key}”: {said}; one must be")
            questions.append({"key": key, "prompt": prompt, "options": options})
            asked.append(AskedQuestion(front.line(item), key, len(options), right))
        return questions, tuple(asked)
