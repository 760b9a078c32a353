"""The curriculum in force in this process: loaded once, swapped when its version moves."""

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from learnplat.catalogue import queries
from learnplat.catalogue.content import (
    LEVELS,
    Catalogue,
    Citation,
    Course,
    EditionRef,
    Guide,
    Module,
    Option,
    Question,
    Unit,
    UnitText,
)
from learnplat.catalogue.models import CourseEdition, ModuleEdition
from learnplat.core.languages import Language
from learnplat.db import reading
from learnplat.library.glossary import glossary

LOOK_AGAIN_AFTER = 1.0  # seconds
_SHELF = "learnplat.shelf"


def shelf() -> Catalogue:
    """The catalogue in force. Its version is looked up at most once a second."""
    extensions = current_app.extensions
    held: tuple[float, Catalogue] | None = extensions.get(_SHELF)
    now = time.monotonic()
    if held is not None and now - held[0] < LOOK_AGAIN_AFTER:
        return held[1]
    session = reading()
    if held is not None and queries.version(session) == held[1].version:
        catalogue = held[1]
    else:
        catalogue = load_catalogue(session)
    # One assignment: a thread sees the old pair or the new one.
    extensions[_SHELF] = (now, catalogue)
    return catalogue


def load_catalogue(session: Session) -> Catalogue:
    """Everything in force, from the editions."""
    version = queries.version(session)
    modules: dict[tuple[str, str], dict[Language, Any]] = {}
    for row in queries.modules_in_force(
        session, ModuleEdition.id, ModuleEdition.digest, ModuleEdition.document
    ):
        modules.setdefault((row.course_key, row.module_key), {})[row.language] = row
    courses = {}
    for row in queries.courses_in_force(
        session, CourseEdition.id, CourseEdition.digest, CourseEdition.document
    ):
        document = row.document
        courses[row.course_key] = Course(
            key=row.course_key,
            titles=_texts(document["title"]),
            summaries=_texts(document["summary"]),
            audiences=_texts(document["audience"]),
            level=document["level"],
            modules=tuple(
                _module(key, modules[row.course_key, key])
                for key in document["modules"]
                if (row.course_key, key) in modules
            ),
            edition=EditionRef(id=row.id, number=row.number, digest=row.digest),
            # Editions of before this had none of the three.
            objectives=tuple(_texts(text) for text in document.get("objectives", ())),
            prerequisites=tuple(document.get("prerequisites", ())),
            guide=MappingProxyType(
                {Language(code): Guide(**text) for code, text in document.get("guide", {}).items()}
            ),
        )
    # As they are taught: what others rest on comes first.
    in_order = sorted(courses.values(), key=lambda course: (LEVELS.index(course.level), course.key))
    return Catalogue(
        version=version, courses=MappingProxyType({course.key: course for course in in_order})
    )


def _texts(values: dict[str, str]) -> Mapping[Language, str]:
    return MappingProxyType({Language(code): text for code, text in values.items()})


def _module(key: str, rows: dict[Language, Any]) -> Module:
    """A module from its editions; the newest of them says what the module is made of."""
    newest = max(rows.values(), key=lambda row: row.id).document
    texts = {
        language: {unit["key"]: unit for unit in row.document["units"]}
        for language, row in rows.items()
    }
    return Module(
        key=key,
        titles=_texts(newest["title"]),
        summaries=_texts(newest["summary"]),
        units=tuple(
            Unit(
                key=unit["key"],
                module_key=key,
                minutes=unit["minutes"],
                is_test=unit.get("kind") == "test",
                # Editions of before the glossary held terms of their own.
                key_terms=tuple(
                    key for key in unit["key_terms"] if isinstance(key, str) and key in glossary()
                ),
                texts=MappingProxyType(
                    {
                        language: _unit_text(language, texts[language][unit["key"]])
                        for language in Language
                        if language in texts and unit["key"] in texts[language]
                    }
                ),
            )
            for unit in newest["units"]
        ),
        editions=MappingProxyType(
            {
                language: EditionRef(id=row.id, number=row.number, digest=row.digest)
                for language, row in rows.items()
            }
        ),
    )


def _unit_text(language: Language, unit: dict[str, Any]) -> UnitText:
    return UnitText(
        language=language,
        title=unit["title"],
        objectives=tuple(unit["objectives"]),
        html=unit["html"],
        headings=tuple((found[0], found[1]) for found in unit["headings"]),
        questions=tuple(
            Question(
                key=question["key"],
                prompt=question["prompt"],
                options=tuple(Option(**option) for option in question["options"]),
            )
            for question in unit["questions"]
        ),
        citations=tuple(Citation(**citation) for citation in unit["citations"]),
    )
