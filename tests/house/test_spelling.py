"""Every word of the curriculum is in a free dictionary or in a list that a reader has gone over."""

import pytest
import spelling

LANGUAGES = ("ar", "en", "fr", "es")
# A misspelling of each kind, and how it should be.
MISSPELT = {
    "ar": (("الارهاب", "الإرهاب"), ("الدوله", "الدولة"), ("إلتزام", "التزام")),
    "en": (("recieve", "receive"), ("offense", "offence"), ("teh", "the")),
    "fr": (("cooperation", "coopération"), ("paragraph", "paragraphe"), ("etats", "états")),
    "es": (("tambien", "también"), ("terorismo", "terrorismo"), ("extradicion", "extradición")),
}
each = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def spelt():
    return spelling.spelt(spelling.ROOT / "courses")


@each
def test_every_word_of_the_curriculum_is_known(language, spelt):
    assert len(spelt[language]) > 4000
    assert spelling.unknown(language, spelt[language]) == {}


@each
def test_a_misspelling_is_found(language):
    for wrong, right in MISSPELT[language]:
        asked = {wrong: ("u.md", 1), right: ("u.md", 2)}
        assert spelling.unknown(language, asked) == {wrong: ("u.md", 1)}


@each
def test_the_reviewed_list_is_sorted_and_names_each_word_once(language):
    listed = spelling.exceptions(language)
    assert listed == sorted(set(listed))
    assert all(word == word.strip() and word for word in listed)


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [("L’État qu’il requiert aujourd’hui", "fr", ["État", "il", "requiert", "aujourd’hui"]),
     ("the State’s (ii) well-founded 3bis", "en", ["the", "State", "well-founded"]),
     ("القصد (mens rea) والصكوك الـ 19", "ar", ["القصد", "والصكوك", "ال"]),
     ("Artículo VII: protéjala", "es", ["Artículo", "protéjala"])],
)  # fmt: skip
def test_words_are_what_a_dictionary_can_know(text, language, words):
    assert spelling.words(text, language) == words


def test_what_hyphens_join_is_known_by_its_parts():
    assert spelling.is_known("en", "treaty-extradition", set())
    assert not spelling.is_known("en", "treaty-extradiction", set())
