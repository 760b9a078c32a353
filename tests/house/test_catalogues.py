"""Every word of the interface stands in all four languages."""

import re
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "translations"))

from words import LANGUAGES, PLURALS, extracted, path_of  # noqa: E402

HOLE = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


@pytest.fixture(scope="module")
def words():
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in extracted()}


@pytest.fixture(params=LANGUAGES)
def catalogue(request):
    return polib.pofile(str(path_of(request.param)))


def test_it_holds_the_words_of_the_code_and_no_others(catalogue, words):
    held = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalogue}
    assert held == words


def test_nothing_is_untranslated_or_fuzzy(catalogue):
    lacking = [
        entry.msgid for entry in catalogue if not entry.translated() or "fuzzy" in entry.flags
    ]
    assert lacking == []


def test_every_plural_form_of_the_language_is_there(catalogue):
    count = int(PLURALS[catalogue.metadata["Language"]][9])
    short = [
        e.msgid
        for e in catalogue
        if e.msgid_plural and sorted(e.msgstr_plural) != list(range(count))
    ]
    assert short == []


def holes(text: str) -> set[str]:
    return {a or b for a, b in HOLE.findall(text)}


def test_translations_keep_the_holes_of_the_sentence(catalogue):
    wrong = []
    for entry in catalogue:
        allowed = holes(entry.msgid) | holes(entry.msgid_plural or "")
        if entry.msgid_plural:
            # One and two may be said without the figure; no form may ask for what is not given.
            wrong += [
                entry.msgid for form in entry.msgstr_plural.values() if not holes(form) <= allowed
            ]
        elif holes(entry.msgstr) != allowed:
            wrong.append(entry.msgid)
    assert wrong == []


def test_arabic_is_in_arabic_script_and_punctuation(catalogue):
    if catalogue.metadata["Language"] != "ar":
        return
    wrong = [
        entry.msgid
        for entry in catalogue
        for text in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if re.search(r"[\u0600-\u06ff]\s*[,;?]", text) or re.search(r"[٠-٩]", text)
    ]
    assert wrong == []
