"""The analyser, and the order of what is found. SECURITY: T51."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnplat.catalogue import rules
from learnplat.core.languages import Language

AR, EN, FR, ES = Language.AR, Language.EN, Language.FR, Language.ES
languages = st.sampled_from(list(Language))
# Any text at all, and text that is likely to be in the way: Arabic with marks, joined letters.
words = st.one_of(
    st.text(max_size=60),
    st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآءئؤىةـًٌٍَُِّْ ٰوالبكلف", max_size=40),
    st.text("éÉœŒßİıſﬁæÆåñçA’'-_\"*:^()0123", max_size=40),
)


def meet(first: str, second: str, language: Language) -> bool:
    return not set(rules.forms(first, language)).isdisjoint(rules.forms(second, language))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("الإرهاب", "إرهاب"), ("ارهاب", "إرهاب"), ("إرهابية", "الإرهابيين"),
        ("مُحَاكَمَة", "المحاكمة"), ("محاكمات", "والمحاكمة"), ("تمـــويل", "بتمويل"),
        ("وللاتفاقيات", "اتفاقية"), ("الإتفاقية", "الاتفاقيات"), ("الالتزامات", "التزام"),
        ("الوحدات", "وحدة"), ("البروتوكولات", "بروتوكول"), ("صكوك", "الصك"),
        ("الجرائم", "جريمة"), ("الحقوق", "حق"), ("مقتضى", "مقتضي"), ("القضائية", "القضاء"),
        ("١٣٧٣", "1373"), ("للدول", "الدولة"), ("قرارات", "القرار"), ("مسؤولية", "المسؤوليات"),
    ],
)  # fmt: skip
def test_arabic_words_meet_in_their_forms(first, second):
    assert meet(first, second, AR)


@pytest.mark.parametrize(
    ("first", "second"),
    [("قرار", "قرصنة"), ("دولة", "دفاع"), ("تسليم", "سلامة"), ("بحر", "حرب")],
)
def test_other_arabic_words_do_not(first, second):
    assert not meet(first, second, AR)


@pytest.mark.parametrize(
    ("first", "second", "language"),
    [
        ("penal", "pénal", FR), ("Résolutions", "resolution", FR), ("œuvre", "oeuvres", FR),
        ("extradé", "extrader", FR), ("ÉTATS", "état", FR), ("criminalité", "criminalite", FR),
        ("jurisdicción", "jurisdiccion", ES), ("FINANCIACIONES", "financiación", ES),
        ("niños", "nino", ES), ("prosecuting", "prosecute", EN), ("Conventions", "convention", EN),
        ("ﬁnancing", "finance", EN), ("e\u0301tat", "état", FR),
    ],
)  # fmt: skip
def test_words_in_latin_script_meet_in_their_forms(first, second, language):
    assert meet(first, second, language)


@given(words)
def test_folding_twice_is_folding_once(word):
    assert rules.folded(rules.folded(word)) == rules.folded(word)


@given(words, languages)
def test_every_term_is_letters_and_digits(text, language):
    for place in rules.analysed(text, language).split(" "):
        for term in place.split("/"):
            assert not term or term == rules.NOTHING or term.isalnum()


@given(words, languages)
def test_analysing_twice_gives_the_same(text, language):
    assert rules.analysed(text, language) == rules.analysed(text, language)


@given(words, languages)
def test_a_text_is_found_by_its_own_words(text, language):
    groups = rules.groups_of(text, language)
    met, _ = rules.score(groups, "", rules.analysed(text, language))
    assert met == len(groups)


@given(words, words, languages)
def test_excerpts_hold_only_what_the_text_says(text, query, language):
    groups = rules.groups_of(query, language)
    pieces = rules.excerpt(text, rules.analysed(text, language), groups)
    shown = "".join(piece for piece, _ in pieces).removeprefix("… ").removesuffix(" …")
    assert shown in text
    assert "".join(piece for piece, _ in rules.marked(text, language, groups)) == text


def test_a_query_forgets_words_that_say_nothing():
    assert rules.groups_of("the financing of terrorism", EN) == rules.groups_of(
        "financing terrorism", EN
    )


def test_a_query_of_such_words_alone_keeps_them():
    assert rules.groups_of("the", EN) == (("the",),)


def test_a_long_query_is_cut():
    assert len(rules.groups_of(" ".join(f"word{n}" for n in range(500)), EN)) <= 12


def test_the_title_weighs_more_than_the_text():
    groups = rules.groups_of("extradition", EN)
    term = rules.analysed("extradition", EN)
    in_title = rules.score(groups, term, "")
    in_text = rules.score(groups, "other", " ".join([term] * 30))
    assert in_title > in_text


def test_a_short_title_weighs_more_than_a_long_one():
    groups = rules.groups_of("extradition", EN)
    short = rules.analysed("Extradition", EN)
    long = rules.analysed("Extradition and many other things besides", EN)
    assert rules.score(groups, short, "") > rules.score(groups, long, "")


def test_an_excerpt_shows_the_words_near_together():
    text = "freeze " + "x " * 80 + "freeze funds without delay " + "y " * 80
    groups = rules.groups_of("freeze funds", EN)
    pieces = rules.excerpt(text, rules.analysed(text, EN), groups)
    assert [piece for piece, is_marked in pieces if is_marked] == ["freeze", "funds"]
    assert pieces[0] == ("… ", False)
    assert pieces[-1] == (" …", False)


def test_places_stand_in_the_order_of_the_instrument():
    places = ["10", "2.1.b", None, "2", "2.1", "2.10", "2.2", "3bis", "3"]
    assert sorted(places, key=rules.place_order) == [
        None, "2", "2.1", "2.1.b", "2.2", "2.10", "3", "3bis", "10",
    ]  # fmt: skip
