"""The rules that hold the curriculum to its form and style, beyond what makes it readable at all."""

from collections.abc import Callable, Iterator

from learnplat.catalogue.checks import (
    citations,
    figures,
    headings,
    length,
    numbers,
    questions,
    scripts,
    terms,
    translation,
    typography,
)
from learnplat.catalogue.checks.pages import Page, Versions, versions
from learnplat.catalogue.reader import Curriculum, Fault

__all__ = ["reviewed"]

# Each takes a page in one language.
PAGE_RULES: tuple[Callable[[Page], Iterator[Fault]], ...] = (
    headings.has_an_opening,
    headings.asks_at_the_opening,
    headings.has_a_fair_number,
    headings.repeats_none,
    citations.names_its_place,
    questions.has_enough,
    questions.has_enough_options,
    questions.has_no_telling_place,
    questions.has_options_apart,
    figures.has_telling_words,
    length.has_enough_words,
    length.has_readable_sentences,
    translation.is_in_its_language,
    translation.repeats_no_word,
    scripts.keeps_words_in_one_script,
    scripts.keeps_to_its_script,
    scripts.names_few_things_in_latin,
    scripts.uses_one_kind_of_digits,
    scripts.writes_arabic_letters,
    typography.is_set_well,
    typography.has_pairs,
    typography.quotes_as_the_language_does,
)
# Each takes a page in all the languages that it has.
VERSIONS_RULES: tuple[Callable[[Versions], Iterator[Fault]], ...] = (
    length.has_plausible_minutes,
    numbers.has_the_same,
    terms.are_named_as_in_the_glossary,
    translation.is_translated,
    translation.has_as_many_parts,
)


def reviewed(curriculum: Curriculum) -> Iterator[Fault]:
    """What is wrong by the rules of form and style."""
    for pages in versions(curriculum):
        if not pages:
            continue
        for rule in VERSIONS_RULES:
            yield from rule(pages)
        for page in pages.values():
            for page_rule in PAGE_RULES:
                yield from page_rule(page)
