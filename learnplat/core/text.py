"""What people write: one spelling, nothing invisible, every script welcome."""

import unicodedata

# Marks that change the direction or hide inside a word. The joiners U+200C and U+200D are
# letters' business in Arabic script and stay.
_HIDDEN = frozenset(
    "\u200b\u200e\u200f\u061c\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def is_plain(text: str, *, lines: bool = False) -> bool:
    """True when the text holds no control, direction-changing, zero-width or private character."""
    for char in text:
        if char in _HIDDEN:
            return False
        kind = unicodedata.category(char)
        if kind in ("Cc", "Cs", "Co", "Cn") and not (lines and char in "\n\r\t"):
            return False
    return True


def has_letter(text: str) -> bool:
    return any(unicodedata.category(char)[0] == "L" for char in text)


def has_stacked_marks(text: str, most: int = 4) -> bool:
    """True when more combining marks than any script needs stand on one letter."""
    run = 0
    for char in unicodedata.normalize("NFD", text):
        run = run + 1 if unicodedata.combining(char) else 0
        if run > most:
            return True
    return False


def tidy_line(text: str) -> str:
    """NFC, with runs of white space made one space and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def tidy_paragraphs(text: str) -> str:
    """NFC, line ends as LF, no white space at the ends."""
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in plain.split("\n")).strip()


def email_key(address: str) -> str:
    """The one form under which an address is unique: compatibility form, folded case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", address).casefold()).strip()
