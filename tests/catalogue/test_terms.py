"""Terms are marked where a unit first uses them, in any of their forms, and nowhere else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnplat.catalogue.terms import sorted_terms, with_terms
from learnplat.core.languages import Language
from learnplat.library.glossary import glossary

LINK = re.compile(r'<a class="term" href="#term-[a-z0-9-]+">([^<]*)</a>')


def marked(html, language=Language.EN, own=()):
    return with_terms(html, language, own)


def test_the_first_use_is_a_link_to_the_meaning_on_the_page():
    html, met = marked("<p>Mutual legal assistance is asked; mutual legal assistance is given.</p>")
    assert html == (
        '<p><a class="term" href="#term-mutual-legal-assistance">Mutual legal assistance</a> is '
        "asked; mutual legal assistance is given.</p>"
    )
    assert met == ("mutual-legal-assistance",)


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        (Language.EN, "two central authorities", "central authorities"),
        (Language.FR, "les autorités centrales", "autorités centrales"),
        (Language.ES, "las autoridades centrales", "autoridades centrales"),
        (Language.AR, "وللسلطة المركزية أن ترفض", "وللسلطة المركزية"),
        (Language.FR, "une demande d’entraide judiciaire", "entraide judiciaire"),
    ],
)
def test_a_term_is_met_in_its_other_forms(language, text, shown):
    html, met = marked(f"<p>{text}</p>", language)
    assert LINK.findall(html) == [shown]
    assert len(met) == 1


def test_a_term_of_one_word_is_met_only_where_the_unit_teaches_it():
    assert marked("<p>The forfeiture was ordered.</p>")[1] == ()
    assert marked("<p>The forfeiture was ordered.</p>", own=["forfeiture"])[1] == ("forfeiture",)


@pytest.mark.parametrize(
    "html",
    [
        '<p><a href="x">mutual legal assistance</a></p>',
        '<h2 id="a">Mutual legal assistance</h2>',
        "<table><tr><th>Mutual legal assistance</th></tr></table>",
        "<p><code>mutual legal assistance</code></p>",
        "<p>mutual <em>legal</em> assistance</p>",
        "<p>Mutual. Legal assistance</p>",
        '<p title="mutual legal assistance">No</p>',
    ],
)
def test_nothing_is_marked_in_headings_links_or_across_marks(html):
    assert marked(html) == (html, ())


def test_what_follows_a_heading_or_a_link_is_marked_again():
    html, _ = marked('<h2>Funds</h2><p><a href="x">x</a> central authority</p>')
    assert LINK.findall(html) == ["central authority"]


@given(st.lists(st.sampled_from(
    ["<p>", "</p>", "central authority", " and ", "mutual legal assistance", "<h2>", "</h2>",
     "&amp;", "السلطة المركزية", "’", "<strong>", "</strong>"]
)))  # fmt: skip
def test_the_text_itself_is_never_changed(parts):
    html = "".join(parts)
    for language in Language:
        said, met = with_terms(html, language, sorted(glossary())[:40])
        assert LINK.sub(r"\1", said) == html
        assert len(met) == len(set(met)) == len(LINK.findall(said))


def test_terms_are_sorted_as_readers_look_for_them():
    for language in Language:
        keys = sorted_terms(language)
        assert sorted(keys) == sorted(glossary())
    french = [glossary()[key].names[Language.FR] for key in sorted_terms(Language.FR)]
    accented = [name for name in french if name.startswith(("É", "È", "Ê"))]
    assert accented
    assert all(french.index(name) < french.index("Fonds") for name in accented)
