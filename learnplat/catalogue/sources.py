"""The curriculum's files as bytes: which there are, and the digests that name their states."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from learnplat.core.languages import Language

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_KEY = 80
_LARGEST = 1024 * 1024  # bytes in a file
COURSE_FILE, MODULE_FILE = "course.yaml", "module.yaml"
GUIDE_FILE = "guide.{language}.md"  # for trainers
_IGNORED_AT_THE_TOP = {"README.md"}

ModuleLanguage = tuple[str, Language]


def is_key(text: str) -> bool:
    return len(text) <= LONGEST_KEY and KEY.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class CourseSources:
    """The files of one course; `files` maps a path below the course to its bytes."""

    key: str
    files: Mapping[str, bytes]

    def of_course(self) -> dict[str, bytes]:
        """What a course edition is made from."""
        names = (COURSE_FILE, *(GUIDE_FILE.format(language=language) for language in Language))
        return {name: self.files[name] for name in names if name in self.files}

    def module_keys(self) -> list[str]:
        return sorted({path.split("/")[0] for path in self.files if "/" in path})

    def of_module(self, key: str, language: Language) -> dict[str, bytes]:
        """What an edition of a module in one language is made from."""
        wanted = f".{language}.md"
        return {
            path: content
            for path, content in self.files.items()
            if path.startswith(f"{key}/")
            and (path == f"{key}/{MODULE_FILE}" or path.endswith(wanted))
        }


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything in a folder of courses. `strays` are paths that cannot belong, with the reason."""

    courses: list[CourseSources] = field(default_factory=list)
    strays: list[tuple[str, str]] = field(default_factory=list)


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 of paths and contents, in the order of the paths."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{len(files[path])}\0".encode())
        digest.update(files[path])
    return digest.hexdigest()


def read_sources(folder: Path) -> Sources:
    """The files below `folder`. Hidden files are left out; links are not followed."""
    sources = Sources()
    if not folder.is_dir():
        sources.strays.append((".", "there is no folder of courses here"))
        return sources
    for path in _visible(folder):
        if path.is_symlink():
            sources.strays.append((path.name, "a link is not followed"))
        elif path.is_dir():
            sources.courses.append(_read_course(path, sources.strays))
        elif path.name not in _IGNORED_AT_THE_TOP:
            sources.strays.append((path.name, "this file belongs to no course"))
    return sources


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _read_course(folder: Path, strays: list[tuple[str, str]]) -> CourseSources:
    files: dict[str, bytes] = {}

    def take(path: Path, name: str) -> None:
        if path.is_symlink():
            strays.append((f"{folder.name}/{name}", "a link is not followed"))
        elif not path.is_file():
            strays.append((f"{folder.name}/{name}", "a folder has no place here"))
        elif path.stat().st_size > _LARGEST:
            strays.append((f"{folder.name}/{name}", "the file is larger than 1 MiB"))
        else:
            files[name] = path.read_bytes()

    for path in _visible(folder):
        if path.is_dir() and not path.is_symlink():
            for inner in _visible(path):
                take(inner, f"{path.name}/{inner.name}")
        else:
            take(path, path.name)
    return CourseSources(folder.name, files)
