"""Figures: drawn from data, in four languages, for eyes and for ears."""

import gzip
import re
from xml.etree import ElementTree

import pytest

from learnplat.catalogue.reader.body import Surroundings, read_body
from learnplat.catalogue.reader.faults import Fault, Sheet
from learnplat.core.languages import Language
from learnplat.library.figures import drawn, is_figure
from learnplat.library.figures.canvas import SMALLEST, WIDTH, broken, width_of
from learnplat.library.figures.drawing import FIGURES
from learnplat.library.figures.timeline import name_of, universal
from learnplat.library.figures.words import words, written
from learnplat.library.instruments import instruments
from learnplat.library.obligations import obligations

ALLOWED = {"svg", "title", "desc", "text", "tspan", "rect", "path", "circle"}
each = pytest.mark.parametrize(
    ("key", "language"), [(key, language) for key in FIGURES for language in Language]
)


def tree(key, language):
    return ElementTree.fromstring(drawn(key, language))


def texts(key, language):
    """What each text element says, its lines together."""
    return ["".join(one.itertext()).replace("\n", " ") for one in tree(key, language).iter("text")]


def test_a_figure_that_is_not_there_is_no_figure():
    assert not is_figure("mla-roote")
    assert all(is_figure(key) for key in FIGURES)


def test_an_unknown_key_is_a_fault_on_its_line():
    sheet = Sheet("unit.en.md")
    around = Surroundings(Language.EN, "course", "unit.en.md", "Unit", {}, instruments())
    body = read_body(sheet, "Text.\n\n![Words](figure:mla-roote)\n", 10, around)
    assert sheet.faults == [Fault("unit.en.md", 12, "there is no figure “mla-roote”")]
    assert "<svg" not in body.html


@each
def test_a_line_of_a_unit_becomes_the_drawing_with_its_caption(key, language):
    sheet = Sheet(f"unit.{language}.md")
    around = Surroundings(language, "course", sheet.file, "Unit", {}, instruments())
    body = read_body(sheet, f"![Words & more](figure:{key})\n", 1, around)
    caption = "<figcaption>Words &amp; more</figcaption></figure>"
    assert sheet.faults == []
    assert f'<figure class="figure">{drawn(key, language)}{caption}' in body.html


@pytest.mark.parametrize("key", FIGURES)
def test_every_word_is_there_in_four_languages(key):
    for place, said in written()[key].items():
        assert set(said) == {str(language) for language in Language}, place
        assert all(text.strip() for text in said.values()), place


def test_there_are_no_words_without_a_figure():
    assert set(written()) == set(FIGURES)


@each
def test_every_label_is_drawn_as_text(key, language):
    labels = {p: t for p, t in words(key, language).items() if p not in ("title", "description")}
    assert set(labels.values()) <= set(texts(key, language))


@each
def test_it_is_named_and_described(key, language):
    root = tree(key, language)
    title, description = root.find("title"), root.find("desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == description.get("id")
    assert title.text == words(key, language)["title"]
    assert description.text.startswith(words(key, language)["description"])


def test_ids_are_unique_over_figures_and_languages():
    ids = [
        one.get("id")
        for key in FIGURES
        for language in Language
        for one in tree(key, language).iter()
        if one.get("id")
    ]
    assert len(ids) == len(set(ids)) == 2 * len(FIGURES) * len(Language)


@each
def test_it_holds_nothing_that_the_policy_refuses(key, language):
    for one in tree(key, language).iter():
        assert one.tag in ALLOWED
        assert not any(
            name == "style" or name.startswith("on") or "href" in name for name in one.attrib
        )


@each
def test_it_brings_no_colour_of_its_own(key, language):
    for one in tree(key, language).iter():
        assert one.get("fill", "none") in ("none", "currentColor")
        assert one.get("stroke", "none") in ("none", "currentColor")


@each
def test_it_runs_as_its_language_is_read(key, language):
    root = tree(key, language)
    is_arabic = language is Language.AR
    assert root.get("direction") == language.direction
    assert any(re.search("[\u0621-\u064a]", text) for text in texts(key, language)) is is_arabic
    for one in root.iter("text"):
        if one.get("text-anchor") is None and any(map(str.isalpha, "".join(one.itertext()))):
            assert (float(one.get("x")) > WIDTH / 2) is is_arabic or key == "mla-route"


@each
def test_letters_are_large_enough_for_a_phone(key, language):
    assert all(float(one.get("font-size")) >= SMALLEST for one in tree(key, language).iter("text"))


@each
def test_everything_lies_on_the_sheet(key, language):
    root = tree(key, language)
    _, _, width, height = map(float, root.get("viewBox").split())
    for one in root.iter():
        assert 0 <= float(one.get("x", one.get("cx", 0))) <= width
        assert 0 <= float(one.get("y", one.get("cy", 0))) <= height


@each
def test_it_weighs_little(key, language):
    assert len(gzip.compress(drawn(key, language).encode())) < 6_000


@pytest.mark.parametrize("language", Language)
def test_the_timeline_holds_every_instrument_under_its_year(language):
    said = texts("instruments-timeline", language)
    assert len(universal()) == 19
    place = 0
    for one in universal():
        name = f"{one.number}. {name_of(one, language)}"
        assert str(one.year) not in name
        place = said.index(name, place)
        years = [text for text in said[:place] if text.isdigit()]
        assert years[-1] == str(one.year)
        assert name in tree("instruments-timeline", language).find("desc").text


@pytest.mark.parametrize("language", Language)
def test_the_matrix_holds_every_instrument_and_every_obligation(language):
    said = texts("obligations-matrix", language)
    for one in universal():
        assert one.shorts[language] in said
    for kind in obligations().kinds.values():
        assert kind.names[language] in said


@pytest.mark.parametrize("language", Language)
def test_the_matrix_has_a_dot_for_each_obligation_and_one_for_the_key(language):
    dots = [*tree("obligations-matrix", language).iter("circle")]
    assert len(dots) == sum(len(obligations().of(one.key)) for one in universal()) + 1


def test_arabic_drawings_are_the_mirror_of_the_others():
    def columns(language):
        dots = tree("obligations-matrix", language).iter("circle")
        return [float(one.get("cx")) for one in dots]

    mirrored = [round(WIDTH - across, 1) for across in columns(Language.AR)]
    assert mirrored == pytest.approx(columns(Language.FR), abs=0.11)


def test_a_long_text_is_broken_between_words_and_within_the_room():
    text = words("freezing-steps", Language.FR)["note-1"]
    lines = broken(text, 200, 12.5)
    assert " ".join(lines) == text
    assert all(width_of(line, 12.5) <= 200 for line in lines)


def test_a_word_wider_than_the_room_stays_whole():
    assert broken("Inanfechtbarkeit", 10, 12.5) == ["Inanfechtbarkeit"]
