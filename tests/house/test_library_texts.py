"""The library's own texts, the glossary among them, keep the style to which units are held."""

import pytest
import spelling

from learnplat.catalogue.checks import scripts, translation, typography
from learnplat.catalogue.checks.pages import Page
from learnplat.core.languages import Language

RULES = (
    typography.is_set_well,
    typography.has_pairs,
    typography.quotes_as_the_language_does,
    scripts.keeps_words_in_one_script,
    scripts.keeps_to_its_script,
    scripts.names_few_things_in_latin,
    scripts.uses_one_kind_of_digits,
    scripts.writes_arabic_letters,
    translation.is_in_its_language,
    translation.repeats_no_word,
)


@pytest.mark.parametrize("language", list(Language))
def test_they_are_set_and_written_as_the_language_does(language):
    found = []
    for file, passages in spelling.of_the_library().items():
        mine = [passage for passage in passages if passage.language is language]
        assert mine
        page = Page(file, language, mine)
        found += [str(fault) for rule in RULES for fault in rule(page)]
    assert found == []
