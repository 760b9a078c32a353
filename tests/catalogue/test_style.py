"""The rules of form and style: each finds its fault, and lets good prose pass."""

import inspect
import pkgutil
from importlib import import_module

import pytest

from learnplat.catalogue import checks
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
from learnplat.catalogue.checks.pages import Page
from learnplat.catalogue.reader import Passage, ReadUnit
from learnplat.catalogue.reader.body import Cited, Heading
from learnplat.catalogue.reader.curriculum import AskedQuestion
from learnplat.core.languages import Language

EN, FR, ES, AR = Language.EN, Language.FR, Language.ES, Language.AR
N = "\u202f"


def page(*said, language=EN, kind="lesson", minutes=30, cited=(), asked=(), options=("a", "b")):
    """A unit whose passages are (kind, text), one on each line; kind None is a guide."""
    passages = [Passage(line, language, *one) for line, one in enumerate(said, 1)]
    unit = ReadUnit(
        file=f"c/m/u.{language}.md",
        document={
            "kind": kind,
            "minutes": minutes,
            "questions": [{"options": [{"text": text} for text in options]} for _ in asked],
            "key_terms": [],
        },
        plain="",
        headings=tuple(
            Heading(one.line, 2, "part", one.text) for one in passages if one.kind == "heading"
        ),
        citations=tuple(cited),
        figures=(),
        questions=tuple(asked),
        last_line=len(passages),
    )
    return Page(unit.file, language, passages, unit if kind else None)


def text(said, language=EN):
    return page(("paragraph", said), language=language)


def both(english, other, language=FR):
    return {EN: page(*english), language: page(*other, language=language)}


def said(faults):
    return [f"{fault.line}: {fault.message}" for fault in faults]


HEADING, WORDS = ("heading", "One"), ("paragraph", "May it be so?")
OPENED = [WORDS, *(("heading", str(number)) for number in range(3))]


# ---- headings


def test_a_unit_opens_before_its_first_heading():
    assert said(headings.has_an_opening(page(HEADING, WORDS)))
    assert not said(headings.has_an_opening(page(WORDS, HEADING)))
    assert not said(headings.has_an_opening(page(HEADING, WORDS, kind=None)))


@pytest.mark.parametrize("mark", ["?", "؟"])
def test_a_lesson_opens_with_a_question(mark):
    statement = ("paragraph", "It is so.")
    assert said(headings.asks_at_the_opening(page(statement, HEADING, WORDS)))
    assert not said(headings.asks_at_the_opening(page(("paragraph", f"Is it{mark}"), HEADING)))
    assert not said(headings.asks_at_the_opening(page(statement, HEADING, kind="test")))


@pytest.mark.parametrize(("number", "is_fair"), [(2, False), (3, True), (7, True), (8, False)])
def test_headings_are_three_to_seven(number, is_fair):
    found = said(headings.has_a_fair_number(page(WORDS, *[HEADING] * number)))
    assert bool(found) is not is_fair


def test_no_heading_stands_twice():
    found = said(headings.repeats_none(page(WORDS, HEADING, ("heading", "Two"), HEADING)))
    assert found == ["4: the heading “One” stands here twice"]
    assert not said(headings.repeats_none(page(*OPENED)))


# ---- citations


# (language, instrument, place, text of the link, whether it leads where it says)
CITED = [
    (EN, "financing-1999", "7.1", "article 7, paragraph 1", True),
    (EN, "financing-1999", "8.1", "article 7, paragraph 1", False),
    (EN, "financing-1999", None, "article 7", False),
    (EN, "financing-1999", "7", "the duty", True),
    (EN, "s-res-1373-2001", "2.e", "1373 (2001), paragraph 2 (e)", True),
    (EN, "s-res-1373-2001", "1.e", "paragraph 2 (e)", False),
    (EN, "cppnm-1980", "2A", "article 2A", True),
    (FR, "sua-1988", "3quater", "article 3 quater", True),
    (FR, "sua-1988", "3ter", "article 3 quater", False),
    (ES, "financing-1999", "9", "el artículo 8", False),
    (AR, "sua-1988", "3quater", "المادة 3 مكررا ثالثا", True),
    (AR, "sua-1988", "3bis", "المادة 3", False),
    (AR, "financing-1999", "7.1", "الفقرة 1 من المادة 7", True),
    (AR, "s-res-1373-2001", "2", "الفقرة 1", False),
]


@pytest.mark.parametrize(("language", "key", "place", "words", "is_right"), CITED)
def test_a_citation_leads_to_the_place_that_it_names(language, key, place, words, is_right):
    found = page(WORDS, language=language, cited=[Cited(3, key, place, words)])
    assert bool(said(citations.names_its_place(found))) is not is_right


# ---- questions


def asked(*right, options=3):
    return [AskedQuestion(at, f"q{at}", options, (place,)) for at, place in enumerate(right, 1)]


def test_a_lesson_has_three_questions_and_a_test_ten():
    assert said(questions.has_enough(page(asked=asked(1, 2))))
    assert not said(questions.has_enough(page(asked=asked(1, 2, 3))))
    assert said(questions.has_enough(page(kind="test", asked=asked(*[1, 2, 3] * 3))))
    assert not said(questions.has_enough(page(kind="test", asked=asked(*[1, 2] * 5))))


def test_a_question_has_three_options():
    assert said(questions.has_enough_options(page(asked=asked(1, options=2))))
    assert not said(questions.has_enough_options(page(asked=asked(1))))


def test_the_right_option_changes_its_place():
    assert said(questions.has_no_telling_place(page(asked=asked(2, 2, 2))))
    assert not said(questions.has_no_telling_place(page(asked=asked(2, 2, 1))))
    often, seldom = asked(*[1] * 7, 2, 3, 2), asked(*[1] * 6, 2, 3, 2, 3)
    assert said(questions.has_no_telling_place(page(kind="test", asked=often)))
    assert not said(questions.has_no_telling_place(page(kind="test", asked=seldom)))


def test_two_options_of_a_question_differ():
    assert said(questions.has_options_apart(page(asked=asked(1), options=("Yes.", "Yes."))))
    assert not said(questions.has_options_apart(page(asked=asked(1))))


# ---- length


@pytest.mark.parametrize(
    ("language", "number", "is_right"),
    [(EN, 499, False), (EN, 500, True), (EN, 1000, True), (FR, 1001, False), (ES, 499, False),
     (AR, 449, False), (AR, 450, True)],
)  # fmt: skip
def test_a_lesson_has_500_to_1000_words_and_450_in_arabic(language, number, is_right):
    found = page(("paragraph", "word " * number), ("title", "more words"), language=language)
    assert bool(said(length.has_enough_words(found))) is not is_right


@pytest.mark.parametrize(("minutes", "is_right"), [(9, False), (10, True), (50, True), (51, False)])
def test_the_minutes_go_with_the_words(minutes, is_right):
    found = {EN: page(("paragraph", "word " * 600), minutes=minutes)}
    assert bool(said(length.has_plausible_minutes(found))) is not is_right


@pytest.mark.parametrize("language", list(Language))
def test_no_sentence_is_too_long_and_few_are_long(language):
    most, mean = length.LONGEST[language], length.MEAN[language]
    short = "Word here. " * 40

    def found(*sentences):
        return said(length.has_readable_sentences(text(short + " ".join(sentences), language)))

    assert found("Word " + "word " * most + ".")
    assert not found("Word " + "word " * (most - 1) + ".")
    assert not found("Word " + "word " * (most - 1) + f"({'article 1; ' * 9}).")
    long = ("Word " + "word " * mean + ". ") * 3
    assert said(length.has_readable_sentences(text(long, language)))


def test_sentences_end_where_their_marks_are():
    assert (
        len(length.sentences("Is it? It is! “So.” See article 7.1 (b). لماذا؟ لأن الأمر كذلك."))
        == 6
    )


# ---- figures


@pytest.mark.parametrize(("number", "is_right"), [(39, False), (40, True), (401, False)])
def test_the_words_for_a_figure_tell_what_it_shows(number, is_right):
    assert bool(said(figures.has_telling_words(page(("figure", "x" * number))))) is not is_right


# ---- numbers


# (English, the other language, its text, what is said)
NUMBERS = [
    ("Resolution 1373 (2001)", FR, "Résolution 1373 (2001)", []),
    ("Resolution 1373 (2001)", FR, "Résolution 1337 (2001)",
     ["1: 1373 stands in English and not here", "1: 1337 stands here and not in English"]),
    ("within 30 days", ES, "en un plazo de treinta días", []),
    ("within 30 days", ES, "en un plazo breve", ["1: 30 stands in English and not here"]),
    ("two States", FR, "2 États", []),
    ("the States", FR, "2 États", ["1: 2 stands here and not in English"]),
    ("24 hours", AR, "أربع وعشرون ساعة", []),
    ("24 hours", AR, "عشرون ساعة", ["1: 24 stands in English and not here"]),
    ("10,000", FR, f"10{N}000", []),
    ("10,000", ES, "1000", ["1: 10000 stands in English and not here",
                            "1: 1000 stands here and not in English"]),
    ("(b) (iv)", AR, "(ب) ‘4’", []),
]  # fmt: skip


@pytest.mark.parametrize(("english", "language", "other", "faults"), NUMBERS)
def test_numbers_are_the_same_in_the_four_languages(english, language, other, faults):
    pages = both([("paragraph", english)], [("paragraph", other)], language)
    assert said(numbers.has_the_same(pages)) == faults


def test_numbers_are_compared_by_section_where_parts_differ():
    pages = both([("paragraph", "In 1999."), ("paragraph", "In 2001.")],
                 [("paragraph", "En 1999 et en 2001.")])  # fmt: skip
    assert not said(numbers.has_the_same(pages))


# ---- translation


def test_no_text_is_left_in_english():
    english = [("option", "The requested State decides.")]
    assert said(translation.is_translated(both(english, english)))
    assert not said(translation.is_translated(both(english, [("option", "L’État décide.")])))


@pytest.mark.parametrize("term", ["Extradition", "Habeas corpus", "A", "1373 (2001)"])
def test_a_word_may_be_the_same_in_two_languages(term):
    assert not said(translation.is_translated(both([("term", term)], [("term", term)])))


# (language of the page, text, whether it is in that language)
SPOKEN = [
    (FR, "The court of the State shall decide.", False),
    (ES, "The court of the State shall decide.", False),
    (AR, "The court of the State shall decide.", False),
    (ES, "Les tribunaux de l’État sont saisis par une demande.", False),
    (FR, "El Estado requerido debe decidir con arreglo a su ley y no puede aplazar.", False),
    (EN, "El Estado requerido debe decidir con arreglo a su ley y no puede aplazar.", False),
    (FR, "Le juge de l’État a la main. One of the two is enough. Il le dit de la loi.", False),
    (FR, "Le tribunal de l’État décide, selon la common law.", True),
    (ES, "El tribunal del Estado decide según su ley.", True),
]


@pytest.mark.parametrize(("language", "words", "is_right"), SPOKEN)
def test_a_passage_is_in_the_language_of_its_page(language, words, is_right):
    assert bool(said(translation.is_in_its_language(text(words, language)))) is not is_right


def test_sections_have_as_many_parts():
    item = ("item", "One.")
    assert said(translation.has_as_many_parts(both([HEADING, item, item], [HEADING, item])))
    assert not said(translation.has_as_many_parts(both([HEADING, item], [HEADING, item])))


def test_no_word_stands_twice():
    assert said(translation.repeats_no_word(text("It is the the law.")))
    assert said(translation.repeats_no_word(text("يصدر من من المحكمة.", AR)))
    assert not said(translation.repeats_no_word(text("حللها ركنا ركنا.", AR)))
    assert not said(translation.repeats_no_word(text("Ils nous nous disent.", FR)))


# ---- terms


# (what English says, language, what it says, whether it is the glossary's name)
TERMS = [
    ("The central authority answers.", FR, "L’autorité centrale répond.", True),
    ("The central authorities answer.", FR, "Les autorités centrales répondent.", True),
    ("The central authority answers.", FR, "Le bureau central répond.", False),
    ("The central authority answers.", AR, "وتجيب السلطة المركزية.", True),
    ("The central authority answers.", AR, "يجيب المكتب المركزي.", False),
    ("Two officials answer.", FR, "Deux agents répondent.", True),
    ("Torture is an offence.", FR, "Le supplice est une infraction.", True),  # one word: not sure
]


@pytest.mark.parametrize(("english", "language", "said_there", "is_right"), TERMS)
def test_a_term_is_called_as_in_the_glossary(english, language, said_there, is_right):
    pages = both([("paragraph", english)], [("paragraph", said_there)], language)
    assert bool(said(terms.are_named_as_in_the_glossary(pages))) is not is_right


# ---- scripts


@pytest.mark.parametrize(
    ("rule", "language", "wrong", "right"),
    [
        (scripts.keeps_words_in_one_script, EN, "the Stаte", "the State"),  # a Cyrillic а
        (scripts.keeps_words_in_one_script, FR, "l’Εtat", "l’État, n.º 2"),  # a Greek Ε
        (scripts.keeps_words_in_one_script, AR, "الدولةA", "الدولة ألف"),
        (scripts.keeps_to_its_script, EN, "the دولة", "the State"),
        (scripts.keeps_to_its_script, AR, "الدولة Ж", "الدولة"),
        (scripts.names_few_things_in_latin, AR, "الدولة A", "القصد الجنائي (mens rea)"),
        (scripts.uses_one_kind_of_digits, AR, "المادة ٧", "المادة 7"),
        (scripts.writes_arabic_letters, AR, "الدولی", "الدولي"),
        (scripts.writes_arabic_letters, AR, "اﻻتفاقية", "الاتفاقية"),
    ],
)
def test_texts_keep_to_their_script(rule, language, wrong, right):
    assert said(rule(text(wrong, language)))
    assert not said(rule(text(right, language)))


# ---- typography


# (language, wrong, right)
SET = [
    (EN, 'the "State"', "the “State”"),
    (EN, "the State's law", "the State’s law"),
    (EN, "two  spaces", "two spaces"),
    (EN, "and so on...", "and so on…"),
    (EN, "so - and only so", "so: and only so"),
    (EN, "so , and", "so, and"),
    (EN, "so,and", "10,000, and"),
    (EN, "so ; and", "so; and"),
    (EN, "«State»", "“State”"),
    (EN, "so,, and", "so, and"),
    (EN, "( so)", "(so)"),
    (FR, "Pourquoi ?", f"Pourquoi{N}?"),
    (FR, "Pourquoi\u00a0?", f"Pourquoi{N}?!"),
    (FR, "ainsi:", f"ainsi{N}: à 10:30"),
    (FR, "« État »", f"«{N}État{N}»"),
    (FR, "l‘État", "l’État"),
    (ES, "¿ Por qué ?", "¿Por qué?"),
    (ES, "« Estado »", "«Estado»"),
    (AR, "الدولة, والمحكمة", "الدولة، والمحكمة"),
    (AR, "لماذا?", "لماذا؟"),
    (AR, "الدولة ؛", "الدولة؛"),
    (AR, "“الدولة”", "«الدولة»"),
    (AR, "الدولـــة", "الفقرة 1 (هـ) من الصكوك الـ 19"),
    (AR, "الدَولة", "بُني أيضًا"),
]


@pytest.mark.parametrize(("language", "wrong", "right"), SET)
def test_marks_are_set_as_the_language_does(language, wrong, right):
    assert said(typography.is_set_well(text(wrong, language)))
    assert not said(typography.is_set_well(text(right, language)))


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [(EN, "(so", "(so (and so))"), (EN, "“so", "“so”"), (ES, "Por qué?", "¿Por qué?"),
     (ES, "Alto!", "¡Alto!"), (FR, f"«{N}ainsi", f"«{N}ainsi{N}»"), (FR, "(ainsi))", "alinéa c) ii)"),
     (AR, "«كذا", "«كذا»")],
)  # fmt: skip
def test_what_is_opened_is_closed(language, wrong, right):
    assert said(typography.has_pairs(text(wrong, language)))
    assert not said(typography.has_pairs(text(right, language)))


@pytest.mark.parametrize("language", [FR, ES])
def test_english_quotation_marks_stand_only_inside_guillemets(language):
    assert said(typography.quotes_as_the_language_does(text("“a”", language)))
    assert not said(typography.quotes_as_the_language_does(text("«a “b” c»", language)))


# ---- all of them


def test_every_rule_is_applied():
    written = set()
    for module in pkgutil.iter_modules(checks.__path__):
        loaded = import_module(f"{checks.__name__}.{module.name}")
        written |= {
            function
            for name, function in inspect.getmembers(loaded, inspect.isfunction)
            if function.__module__ == loaded.__name__
            and list(inspect.signature(function).parameters) in (["page"], ["pages"])
            and "Fault" in str(inspect.signature(function).return_annotation)
        }
    assert len(written) > 20
    assert written == {*checks.PAGE_RULES, *checks.VERSIONS_RULES}
