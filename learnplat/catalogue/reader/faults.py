"""What is wrong in a curriculum file, and on which line."""

import unicodedata
from dataclasses import dataclass, field

from learnplat.core.text import is_plain


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """`file` is a path below the folder that was checked; `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(slots=True)
class Sheet:
    """One file while it is read, and what was found wrong in it."""

    file: str
    faults: list[Fault] = field(default_factory=list)

    def note(self, line: int, message: str) -> None:
        self.faults.append(Fault(self.file, max(line, 1), message))


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
