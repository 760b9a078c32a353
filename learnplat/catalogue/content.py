"""The curriculum in force, as a process holds it: frozen, rendered, in four languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from learnplat.core.languages import Language
from learnplat.core.refusals import NotFound

Texts = Mapping[Language, str]
LEVELS = ("foundation", "intermediate", "advanced")


@dataclass(frozen=True, slots=True)
class Citation:
    """A unit's typed reference: an instrument's key, and the article or paragraph if one is named."""

    instrument: str
    place: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Option:
    text: str
    is_right: bool
    feedback: str


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    prompt: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class UnitText:
    """One unit in one language. `html` is sanitised; `headings` are (id, text) of level two."""

    language: Language
    title: str
    objectives: tuple[str, ...]
    html: str
    headings: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest taught page. `minutes` is the time it needs; `key_terms` are the glossary's."""

    key: str
    module_key: str
    minutes: int
    texts: Mapping[Language, UnitText]
    is_test: bool = False
    key_terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EditionRef:
    """The edition of a module in force in one language."""

    id: int
    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Module:
    key: str
    titles: Texts
    summaries: Texts
    units: tuple[Unit, ...]
    editions: Mapping[Language, EditionRef]

    @property
    def minutes(self) -> int:
        return sum(unit.minutes for unit in self.units)


@dataclass(frozen=True, slots=True)
class Guide:
    """What trainers are told of a course, in one language. `html` is sanitised."""

    title: str
    html: str


@dataclass(frozen=True, slots=True)
class Course:
    key: str
    titles: Texts
    summaries: Texts
    audiences: Texts
    level: str
    modules: tuple[Module, ...]
    edition: EditionRef
    objectives: tuple[Texts, ...] = ()
    prerequisites: tuple[str, ...] = ()
    guide: Mapping[Language, Guide] = field(default_factory=dict)

    @property
    def units(self) -> tuple[Unit, ...]:
        """Every unit in the order in which it is taught."""
        return tuple(unit for module in self.modules for unit in module.units)

    @property
    def unit_keys(self) -> tuple[str, ...]:
        return tuple(unit.key for unit in self.units)

    @property
    def minutes(self) -> int:
        return sum(module.minutes for module in self.modules)

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages in which every unit can be studied."""
        return tuple(
            language
            for language in Language
            if self.units and all(language in unit.texts for unit in self.units)
        )

    def module(self, key: str) -> Module:
        return next(module for module in self.modules if module.key == key)

    def unit(self, key: str) -> Unit:
        """The unit of that key. Raises `NotFound`."""
        found = next((unit for unit in self.units if unit.key == key), None)
        if found is None:
            raise NotFound()
        return found


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything in force. `version` is the number of the catalogue's version row.

    The courses stand in the order of their levels.
    """

    version: int
    courses: Mapping[str, Course] = field(default_factory=dict)

    def course(self, key: str) -> Course:
        """The course of that key. Raises `NotFound`."""
        if key not in self.courses:
            raise NotFound()
        return self.courses[key]

    def citing(self, instrument: str) -> list[tuple[Course, Unit, str | None]]:
        """Where the instrument of that key is cited: each unit and place once, as they are taught."""
        found: dict[tuple[str, str, str | None], tuple[Course, Unit, str | None]] = {}
        for course in self.courses.values():
            for unit in course.units:
                for text in unit.texts.values():
                    for citation in text.citations:
                        if citation.instrument == instrument:
                            key = (course.key, unit.key, citation.place)
                            found.setdefault(key, (course, unit, citation.place))
        return list(found.values())
