"""No text makes a pattern of ours run for long. SECURITY: T59."""

import time

import pytest
from marshmallow import ValidationError

from learnplat.catalogue import rules as analyser
from learnplat.catalogue.reader.body import Surroundings, read_body
from learnplat.catalogue.reader.faults import Sheet
from learnplat.core import text
from learnplat.core.cells import one_line, safe_cell
from learnplat.core.languages import Language, language_of
from learnplat.core.refusals import Invalid
from learnplat.people import guesses, rules
from learnplat.people.devices import device_of
from learnplat.web.api import place_of
from learnplat.web.doors import own_path
from learnplat.web.headers import by_address
from learnplat.web.shapes import EmailAddress, Line, PersonName

LENGTH = 50_000
PATTERNS = [
    "a", "ab", "a ", " ", "\t", "1", "[", "](", "![", "*a", "_a", "`", "~", "<", "<a ", "&", "&amp;",
    "(", "()", "/", "//", "/a", "%", "%2f", ".", "..", "-", "a.", "a@", "@", "a@a.", "\\", "\"", "'",
    "{{", "e\u0301", "ا", "ـ", "\u200d", "🐘", "=", "a=a;", ",", "|a", "|\n", "> ", "- \n", "#",
    "\n", "\r\n", "[a](", "[a]: b\n", "**a", "a*b_c`", "Mozilla/5.0 (", "aA0!",
]  # fmt: skip
MOST = 0.2  # seconds of the processor
AROUND = Surroundings(
    language=Language.EN, course_key="c", path="m/u.en.md", title="T", files={}, instruments={}
)


def form(field):
    def check(written):
        try:
            field.deserialize(written)
        except ValidationError:
            return None

    return check


def cursor(written):
    try:
        place_of(written, (int,))
    except Invalid:
        return None


READERS = {
    "an address": form(EmailAddress()),
    "a line": form(Line()),
    "a name": form(PersonName()),
    "a way back": own_path,
    "a path": by_address,
    "a language": language_of,
    "a browser's name": device_of,
    "a cursor": cursor,
    "a cell": lambda written: safe_cell(one_line(written)),
    "an operator's address": rules.is_address,
    "a key of an address": text.email_key,
}


@pytest.mark.parametrize("pattern", PATTERNS, ids=ascii)
def test_every_reader_is_done_at_once(pattern):
    slow = []
    for name, read in READERS.items():
        for written in (pattern * (LENGTH // len(pattern)), pattern * 2000 + "!\x00"):
            before = time.thread_time()
            read(written)
            if time.thread_time() - before > MOST:
                slow.append((name, ascii(pattern)))
    assert slow == []


@pytest.mark.parametrize("pattern", PATTERNS, ids=ascii)
def test_a_password_is_judged_at_once(pattern):
    """Longer ones are refused before they are looked at."""
    guesses.is_tried_first("")
    for written in (pattern * (128 // len(pattern)), pattern * LENGTH):
        before = time.thread_time()
        rules.fault_of_password(written, ["Amal Bennani", "Tribunal de Rabat"], shortest=8)
        assert time.thread_time() - before < MOST


@pytest.mark.parametrize("pattern", PATTERNS, ids=ascii)
def test_a_text_of_a_unit_is_read_at_once(pattern):
    """Of 50,000 characters, by whoever may write one."""
    before = time.thread_time()
    read_body(Sheet("u.en.md"), pattern * (LENGTH // len(pattern)), 1, AROUND)
    assert time.thread_time() - before < 10 * MOST


@pytest.mark.parametrize("pattern", PATTERNS, ids=ascii)
def test_a_question_to_the_search_is_read_at_once(pattern):
    query = (pattern * 200)[:200]
    before = time.thread_time()
    for language in Language:
        analyser.groups_of(query, language)
        analyser.is_named(query, "Convention on jurisdiction")
    assert time.thread_time() - before < MOST
