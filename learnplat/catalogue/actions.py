"""Publishing the curriculum: from the folder of sources to editions in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from learnplat.catalogue import indexing, queries
from learnplat.catalogue.models import CatalogueVersion, CourseEdition, ModuleEdition
from learnplat.catalogue.sources import Sources, digest_of, read_sources
from learnplat.core.languages import Language
from learnplat.core.refusals import Invalid

if TYPE_CHECKING:
    from learnplat.catalogue.reader import Fault, ReadCourse


class CurriculumFaults(Invalid):
    """A curriculum that cannot be published. `faults` hold file, line and message."""

    def __init__(self, faults: "Sequence[Fault]") -> None:
        errors: dict[str, list[str]] = {}
        for fault in faults:
            errors.setdefault(f"{fault.file}:{fault.line}", []).append(fault.message)
        super().__init__(errors, code="curriculum_faults", count=len(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class _InForce:
    """Number and digest of the newest editions. `taught` holds the modules that courses list."""

    courses: Mapping[str, tuple[int, str]]
    taught: frozenset[tuple[str, str]]
    modules: Mapping[tuple[str, str, Language], tuple[int, str]]
    search_digest: str

    @classmethod
    def read(cls, session: Session) -> "_InForce":
        version = queries.version_row(session)
        courses = queries.courses_in_force(session, CourseEdition.digest, CourseEdition.document)
        return cls(
            {row.course_key: (row.number, row.digest) for row in courses},
            frozenset((row.course_key, key) for row in courses for key in row.document["modules"]),
            {
                (row.course_key, row.module_key, row.language): (row.number, row.digest)
                for row in queries.modules_in_force(session, ModuleEdition.digest)
            },
            version.search_digest if version else "",
        )

    def course(self, key: str) -> tuple[int, str]:
        return self.courses.get(key, (0, ""))

    def module(self, course: str, module: str, language: Language) -> tuple[int, str]:
        return self.modules.get((course, module, language), (0, ""))


def sync_courses(
    session: Session, folder: Path, *, now: datetime, actor_id: int | None = None
) -> list[str]:
    """Publish what changed in `folder` since it was last published, and say what that was.

    The second time in a row nothing changes and nothing is read but digests. Raises
    `CurriculumFaults` when there is any fault, and then publishes nothing.
    """
    sources = read_sources(folder)
    in_force = _InForce.read(session)
    published: list[str] = []
    if not _is_published(sources, in_force):
        # Markdown and YAML are needed from here on only.
        from learnplat.catalogue.check import checked

        curriculum = checked(sources)
        if curriculum.faults:
            raise CurriculumFaults(curriculum.faults)
        for course in curriculum.courses:
            published += _publish(session, sources, course, in_force, now, actor_id)
    ground = indexing.ground()
    if ground != in_force.search_digest:
        indexing.index_instruments(session)
        if in_force.search_digest:
            indexing.analyse_again(session)
    if published or ground != in_force.search_digest:
        version = queries.version_row(session)
        if version is None:
            version = CatalogueVersion(id=1, number=0)
            session.add(version)
        version.number += 1
        version.search_digest = ground
    session.flush()
    return published


def _is_published(sources: Sources, in_force: _InForce) -> bool:
    """True when every file is, byte for byte, that of an edition in force, and none is missing."""
    if sources.strays:
        return False
    held = {}
    for course in sources.courses:
        if digest_of(course.of_course()) != in_force.course(course.key)[1]:
            return False
        known = set(course.of_course())
        for module in course.module_keys():
            for language in Language:
                files = course.of_module(module, language)
                held[course.key, module, language] = digest_of(files)
                known.update(files)
        if known != set(course.files):
            return False
    here = {course.key for course in sources.courses}
    return held == {
        place: digest
        for place, (_, digest) in in_force.modules.items()
        if place[0] in here and place[:2] in in_force.taught
    }


def _publish(
    session: Session,
    sources: Sources,
    course: "ReadCourse",
    in_force: _InForce,
    now: datetime,
    actor_id: int | None,
) -> list[str]:
    """New editions of what changed in one course; an edition that exists is never touched."""
    files = next(found for found in sources.courses if found.key == course.key)
    published = []
    number, digest = in_force.course(course.key)
    fresh = digest_of(files.of_course())
    is_rearranged = fresh != digest
    if is_rearranged:
        session.add(
            CourseEdition(
                course_key=course.key,
                number=number + 1,
                digest=fresh,
                sources=_as_text(files.of_course()),
                document=course.document,
                published_at=now,
                published_by=actor_id,
            )
        )
        published.append(f"{course.key}: edition {number + 1}")
    for module in course.modules:
        for language in Language:
            number, digest = in_force.module(course.key, module.key, language)
            made_from = files.of_module(module.key, language)
            fresh = digest_of(made_from)
            if fresh != digest:
                session.add(
                    ModuleEdition(
                        course_key=course.key,
                        module_key=module.key,
                        language=language,
                        number=number + 1,
                        digest=fresh,
                        sources=_as_text(made_from),
                        document=module.document(language),
                        published_at=now,
                        published_by=actor_id,
                    )
                )
                published.append(f"{course.key}/{module.key} ({language}): edition {number + 1}")
            # A module may come back to the course as it was.
            if fresh != digest or is_rearranged:
                indexing.index_module(session, course.key, module, language)
    if published:
        indexing.index_course(session, course)
    return published


def _as_text(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: content.decode("utf-8") for path, content in sorted(files.items())}
