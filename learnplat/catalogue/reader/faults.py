"""A curriculum file while it is read: what readers see in it and what is wrong, by line."""

import unicodedata
from dataclasses import dataclass, field

from learnplat.core.languages import Language
from learnplat.core.text import is_plain


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """`file` is a path below the folder that was checked; `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that readers see, on its line; `kind` says what it is: a prompt, a heading, a cell."""

    line: int
    language: Language
    kind: str
    text: str


@dataclass(slots=True)
class Sheet:
    """One file while it is read. `language` is None where it holds all four."""

    file: str
    language: Language | None = None
    faults: list[Fault] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)

    def note(self, line: int, message: str) -> None:
        self.faults.append(Fault(self.file, max(line, 1), message))

    def show(self, line: int, kind: str, text: str) -> None:
        """Keep a text for the reviewing of style; in a file of four languages, “title.fr”."""
        name, _, code = kind.partition(".")
        language = Language(code) if code else self.language
        if language is not None and text:
            self.passages.append(Passage(line, language, name, text))


def text_of(content: bytes, sheet: Sheet) -> str | None:
    """The file's text, or None when it cannot be read at all."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        sheet.note(content[: error.start].count(b"\n") + 1, "this is not UTF-8 text")
        return None
    if text.startswith("\ufeff"):
        sheet.note(1, "the file begins with a byte order mark")
    if not text.endswith("\n") or text.endswith("\n\n"):
        sheet.note(text.rstrip("\n").count("\n") + 1, "the file must end with one line end")
    for number, line in enumerate(text.split("\n"), start=1):
        if "\r" in line:
            sheet.note(number, "the line ends with CR; only LF is used")
            line = line.replace("\r", "")
        if "\t" in line:
            sheet.note(number, "there is a tab; use spaces")
            line = line.replace("\t", " ")
        if line != line.rstrip():
            sheet.note(number, "there are spaces at the end of the line")
        if not unicodedata.is_normalized("NFC", line):
            sheet.note(number, "the text is not in the composed form (NFC)")
        if not is_plain(line.replace("\ufeff", "")):
            sheet.note(number, "there is an invisible or direction-changing character")
    return text
