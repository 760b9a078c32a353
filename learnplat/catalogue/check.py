"""Every fault of a curriculum: in each file, between the languages of a unit, and of style."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from learnplat.catalogue.checks import reviewed
from learnplat.catalogue.reader import Curriculum, Fault, ReadUnit, read_curriculum
from learnplat.catalogue.sources import COURSE_FILE, Sources, read_sources
from learnplat.core.languages import Language
from learnplat.library.glossary import glossary
from learnplat.library.instruments import instruments


def check(folder: Path) -> list[Fault]:
    """Every fault below `folder`, by file and line: of form, and by the rules of style."""
    curriculum = checked(read_sources(folder))
    return sorted({*curriculum.faults, *reviewed(curriculum)})


def checked(sources: Sources) -> Curriculum:
    """The curriculum read, with every fault that keeps it from being published."""
    curriculum = read_curriculum(sources, instruments(), glossary())
    known = {course.key for course in curriculum.courses}
    for course in curriculum.courses:
        for key in course.document.get("prerequisites", ()):
            if key == course.key or key not in known:
                place = f"{course.key}/{COURSE_FILE}"
                curriculum.faults.append(Fault(place, 1, f"“{key}” is no other course"))
        for module in course.modules:
            for texts in module.units.values():
                curriculum.faults.extend(_differences(texts))
    curriculum.faults[:] = sorted(set(curriculum.faults))
    return curriculum


def _differences(texts: dict[Language, ReadUnit]) -> Iterable[Fault]:
    """How the other languages differ in form from English, or from the first there is."""
    if not texts:
        return
    pattern = texts.get(Language.EN) or next(iter(texts.values()))
    for text in texts.values():
        if text is not pattern:
            for line, message in _unequal(text, pattern):
                yield Fault(text.file, line, message)


def _unequal(text: ReadUnit, pattern: ReadUnit) -> Iterable[tuple[int, str]]:
    other = pattern.file.rpartition("/")[2]
    for name, things, wanted, form in (
        ("heading", text.headings, pattern.headings, lambda one: f"of level {one.level}"),
        ("citation", text.citations, pattern.citations, lambda one: f"of {one.target}"),
        ("figure", text.figures, pattern.figures, lambda one: f"“{one.key}”"),
        ("question", text.questions, pattern.questions, lambda one: f"“{one.key}”"),
    ):
        fault = _first_difference(name, things, wanted, form, text.last_line, other)
        if fault:
            yield fault
    for mine, theirs in zip(text.questions, pattern.questions, strict=False):
        if mine.key != theirs.key:
            break
        if mine.options != theirs.options:
            yield (
                mine.line,
                (
                    f"question “{mine.key}” has {mine.options} options here, "
                    f"{theirs.options} in {other}"
                ),
            )
        elif mine.right != theirs.right and mine.right and theirs.right:
            yield (
                mine.line,
                (
                    f"question “{mine.key}”: option {mine.right[0]} is right here, "
                    f"option {theirs.right[0]} in {other}"
                ),
            )
    here, there = len(text.document["objectives"]), len(pattern.document["objectives"])
    if here != there:
        yield 1, f"{here} objectives here, {there} in {other}"


def _first_difference(
    name: str,
    things: tuple[Any, ...],
    wanted: tuple[Any, ...],
    form: Callable[[Any], str],
    last_line: int,
    other: str,
) -> tuple[int, str] | None:
    for number, (mine, theirs) in enumerate(zip(things, wanted, strict=False), start=1):
        if form(mine) != form(theirs):
            return mine.line, f"{name} {number} is {form(mine)} here, {form(theirs)} in {other}"
    if len(things) != len(wanted):
        line = things[len(wanted)].line if len(things) > len(wanted) else last_line
        return line, f"{len(things)} {name}s here, {len(wanted)} in {other}"
    return None
