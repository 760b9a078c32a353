"""A small curriculum, made up for tests, that a test may spoil."""

from pathlib import Path

import pytest

LANGUAGES = ("ar", "en", "fr", "es")

COURSE = """key: small
title: {ar: "دورة صغيرة", en: "A small course", fr: "Un petit cours", es: "Un curso breve"}
summary: {ar: "ملخص", en: "A summary", fr: "Un résumé", es: "Un resumen"}
audience: {ar: "للجميع", en: "For all", fr: "Pour tous", es: "Para todos"}
level: foundation
modules:
  - first
"""
MODULE = """key: first
title: {ar: "أولى", en: "First", fr: "Premier", es: "Primero"}
summary: {ar: "ملخص", en: "A summary", fr: "Un résumé", es: "Un resumen"}
units:
  - key: one
    minutes: 10
    key_terms:
      - central-authority
"""
UNIT = """---
title: "Unit in LANGUAGE"
objectives:
  - "Name it."
questions:
  - key: what
    prompt: "What is it?"
    options:
      - text: "This."
        feedback: "No."
      - text: "That."
        right: true
        feedback: "Yes."
---
It opens as [article 7](cite:financing-1999/7.1) says.

## Heading

| One | Two |
|---|---|
| a | b |

### Below

See [the Charter](cite:un-charter).
"""


class SmallCurriculum:
    """One course, module and unit in four languages, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("small/course.yaml", COURSE)
        self.write("small/first/module.yaml", MODULE)
        for language in LANGUAGES:
            self.write(f"small/first/one.{language}.md", UNIT.replace("LANGUAGE", language))

    def write(self, path: str, text: str | bytes) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)

    def read(self, path: str) -> str:
        return (self.folder / path).read_bytes().decode()

    def change(self, path: str, old: str, new: str) -> None:
        """Replace the first `old` in the file, which must be there."""
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new, 1))

    def change_all(self, old: str, new: str) -> None:
        """The same change in the unit's four languages."""
        for language in LANGUAGES:
            self.change(f"small/first/one.{language}.md", old, new)

    def bytes(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def small(tmp_path: Path) -> SmallCurriculum:
    return SmallCurriculum(tmp_path / "courses")
