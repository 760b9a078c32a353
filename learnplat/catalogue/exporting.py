"""The curriculum in force written out as files: the same bytes that were published."""

import os
from pathlib import Path
from tempfile import mkstemp

from sqlalchemy.orm import Session

from learnplat.catalogue import queries
from learnplat.catalogue.models import CourseEdition, ModuleEdition
from learnplat.catalogue.sources import is_key
from learnplat.core.refusals import Conflict


def export_courses(session: Session, folder: Path) -> int:
    """Write the editions in force below `folder` and give the number of files.

    The folder may be missing, empty or in use: a file of the same name is replaced in one step,
    every other file stays. Raises `Conflict` before anything is written when a place is taken by a
    link or by something of another kind.
    """
    files = _files(session)
    for path in files:
        _must_be_free(folder, path)
    for path, content in files.items():
        _write(folder / path, content)
    return len(files)


def _files(session: Session) -> dict[str, bytes]:
    """The sources in force, by path below the folder of courses."""
    files: dict[str, bytes] = {}
    taught = set()
    for course in queries.courses_in_force(session, CourseEdition.sources, CourseEdition.document):
        taught |= {(course.course_key, key) for key in course.document["modules"]}
        _take(files, course.course_key, course.sources)
    for module in queries.modules_in_force(session, ModuleEdition.sources):
        if (module.course_key, module.module_key) in taught:
            _take(files, module.course_key, module.sources)
    return dict(sorted(files.items()))


def _take(files: dict[str, bytes], course_key: str, sources: dict[str, str]) -> None:
    for path, text in sources.items():
        steps = [course_key, *path.split("/")]
        if not all(is_key(step.split(".")[0]) for step in steps):
            raise Conflict("unsafe_path", path=path)
        files["/".join(steps)] = text.encode("utf-8")


def _must_be_free(folder: Path, path: str) -> None:
    place = folder
    for step in ("", *path.split("/")):
        place = place / step
        is_last = place == folder / path
        is_right = place.is_file() if is_last else place.is_dir()
        if (place.is_symlink() and step) or (place.exists() and not is_right):
            raise Conflict("place_taken", path=str(place))


def _write(place: Path, content: bytes) -> None:
    if place.exists() and place.read_bytes() == content:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = mkstemp(dir=place.parent, prefix=".learnplat-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(fresh, 0o644)
        os.replace(fresh, place)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
