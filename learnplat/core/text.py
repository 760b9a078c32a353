"""What people write: one spelling, nothing invisible, every script welcome."""

import re
import unicodedata

# The joiners are letters' business in Arabic script and stay; so do the signs that stand under
# or around a number there. Every other format character changes the direction or hides.
_JOINERS = frozenset("\u200c\u200d")
_SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
# Letters, marks and signs that are drawn as nothing.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def is_plain(text: str, *, lines: bool = False) -> bool:
    """True when the text holds no control, direction-changing, zero-width or private character."""
    for char in text:
        if char in _BLANK:
            return False
        kind = unicodedata.category(char)
        if kind == "Cf" and char not in _JOINERS and char not in _SIGNS:
            return False
        if kind in ("Cc", "Cs", "Co", "Cn") and not (lines and char in "\n\r\t"):
            return False
    return True


def has_unseen(text: str) -> bool:
    """True when a joiner or a selector is in the text, by which two that look alike would differ."""
    return any(unicodedata.category(char) == "Cf" or _is_selector(char) for char in text)


def _is_selector(char: str) -> bool:
    return (
        "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
        or char in "\u180b\u180c\u180d\u180f"
    )


def has_letter(text: str) -> bool:
    return any(unicodedata.category(char)[0] == "L" for char in text)


def has_stacked_marks(text: str, most: int = 4) -> bool:
    """True when more combining marks than any script needs stand on one letter."""
    run = 0
    for char in unicodedata.normalize("NFD", text):
        is_mark = (
            unicodedata.combining(char)
            or unicodedata.category(char) == "Me"
            # A joiner or a selector between two marks begins no new letter.
            or char in _JOINERS
            or _is_selector(char)
        )
        run = run + 1 if is_mark else 0
        if run > most:
            return True
    return False


def tidy_line(text: str) -> str:
    """NFC, with runs of white space made one space and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def tidy_paragraphs(text: str) -> str:
    """NFC, line ends as LF, no white space at the ends."""
    plain = re.sub("\r\n|[\r\u2028\u2029]", "\n", unicodedata.normalize("NFC", text))
    return "\n".join(line.rstrip() for line in plain.split("\n")).strip()


def name_key(name: str) -> str:
    """The one form of an institution's name: without case, punctuation and joiners, NFKC."""
    spelt = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    kept = []
    for char in spelt:
        kind = unicodedata.category(char)
        if char == "\u0640" or kind == "Cf":
            continue  # a stretched line, or a joiner: how it looks, not what it says
        kept.append(char if kind[0] in "LMN" else " ")
    return " ".join("".join(kept).split())


def ascii_domain(domain: str) -> str | None:
    """The name of a mail domain as machines write it (IDNA), or None when it cannot be one."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None


def email_key(address: str) -> str:
    """The one form under which an address is unique: compatibility form, folded case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", address).casefold()).strip()
