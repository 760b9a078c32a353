"""What of a unit page is the same for every reader: built once for each catalogue in force."""

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, render_template, url_for
from flask_babel import force_locale
from markupsafe import Markup

from learnplat.catalogue.content import Catalogue, Course, Unit, UnitText
from learnplat.catalogue.places import places_named
from learnplat.catalogue.terms import with_terms
from learnplat.core.languages import Language
from learnplat.learning import rules
from learnplat.library.glossary import glossary
from learnplat.library.instruments import instruments

Value = TypeVar("Value")
_KEPT = "learnplat.learning.fragments"
MOST_KEPT = 20_000  # contents differ by the units done; far more than a catalogue needs


@dataclass(frozen=True, slots=True)
class UnitLink:
    """A unit's title as its reader finds it, which may be in another language than the page's."""

    key: str
    title: str
    language: Language
    minutes: int
    url: str
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class Cited:
    """An instrument cited in a unit, with its articles or paragraphs, each once and in order."""

    name: str
    title: str
    kind: str  # of its places: articles, paragraphs, rules …
    places: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class UsedTerm:
    """A term of the glossary as a unit's reader meets it."""

    key: str
    name: str
    meaning: str
    url: str


@dataclass(frozen=True, slots=True)
class UnitParts:
    """The parts of one unit's page in one language that no reader's progress changes."""

    title: str
    language: Language
    crumbs: Markup
    article: Markup
    steps: Markup
    aside: Markup
    completion_url: str
    course_url: str
    next_url: str | None


def unit_link(course: Course, unit: Unit, language: Language) -> UnitLink:
    text = unit.texts[rules.language_shown(unit.texts, language)]
    return UnitLink(
        key=unit.key,
        title=text.title,
        language=text.language,
        minutes=unit.minutes,
        url=url_for("learning_pages.show_unit", course_key=course.key, unit_key=unit.key),
        is_test=unit.is_test,
    )


def unit_parts(catalogue: Catalogue, course: Course, unit: Unit, language: Language) -> UnitParts:
    """The parts of a unit's page for readers of `language`."""
    return _kept(
        catalogue, ("parts", course.key, unit.key, language), lambda: _parts(course, unit, language)
    )


def contents(
    catalogue: Catalogue, course: Course, unit: Unit, language: Language, done: frozenset[str]
) -> Markup:
    """The contents of the course beside a unit, with a mark at each unit done."""

    def build() -> Markup:
        return _rendered(
            "contents",
            progress_made=rules.progress(course.unit_keys, done),
            modules=[
                (
                    module.titles[language],
                    [unit_link(course, found, language) for found in module.units],
                )
                for module in course.modules
            ],
            current=unit.key,
            done=done,
        )

    return _kept(catalogue, ("contents", course.key, unit.key, language, done), build)


def _parts(course: Course, unit: Unit, language: Language) -> UnitParts:
    shown = rules.language_shown(unit.texts, language)
    text = unit.texts[shown]
    before, after = rules.neighbours(unit.key, course.unit_keys)
    links = {found.key: unit_link(course, found, language) for found in course.units}
    course_url = url_for("learning_pages.show_course", course_key=course.key)
    html, met = with_terms(text.html, shown, unit.key_terms)
    html, answer = _with_answer_apart(html) if unit.is_test else (html, None)
    facts = {
        "course": course,
        "course_url": course_url,
        "courses_url": url_for("catalogue_pages.show_courses"),
        "module": course.module(unit.module_key),
        "unit": unit,
        "unit_text": text,
        "html": written(html),
        "answer": answer,
        "key_terms": _terms(unit.key_terms, shown),
        "other_terms": _terms([key for key in met if key not in unit.key_terms], shown),
        "position": course.unit_keys.index(unit.key) + 1,
        "total": len(course.unit_keys),
        "wanted": language,
        "shown": shown,
        "questions": [
            (
                question.key,
                question.prompt,
                [
                    {"text": option.text, "right": option.is_right, "feedback": option.feedback}
                    for option in question.options
                ],
            )
            for question in text.questions
        ],
        "cited": _cited(text, shown),
        "places_named": places_named,
        "others": [(code, _url_in(code, course, unit)) for code in Language if code in unit.texts],
        "previous_unit": links[before] if before else None,
        "next_unit": links[after] if after else None,
    }
    crumbs, steps = _rendered("crumbs", **facts), _rendered("steps", **facts)
    missing = _rendered("missing", **facts)
    # The words round the text are in the language of the text.
    with force_locale(shown.value):
        article, aside = _rendered("article", **facts), _rendered("aside", **facts)
    return UnitParts(
        title=text.title,
        language=shown,
        crumbs=crumbs,
        article=missing + article,
        steps=steps,
        aside=aside,
        completion_url=url_for(
            "learning_pages.complete_unit", course_key=course.key, unit_key=unit.key
        ),
        course_url=course_url,
        next_url=links[after].url if after else None,
    )


def _with_answer_apart(html: str) -> tuple[str, tuple[Markup, Markup] | None]:
    """A test's text without its last part, and that part: its heading, and what stands below."""
    last = re.fullmatch(r"(.*)(<h2[^>]*>.*?</h2>)(.*)", html, re.DOTALL)
    if last is None:
        return html, None
    return last[1], (written(last[2]), written(last[3]))


def written(html: str) -> Markup:
    """What the curriculum says, as it was sanitised when it was published."""
    return Markup(html)  # noqa: S704  # nosec B704


def _rendered(name: str, **facts: Any) -> Markup:
    """A part of the unit page; what is not ours in it is escaped by the template."""
    return Markup(render_template(f"learning/unit_{name}.html", **facts))  # noqa: S704  # nosec B704


def _url_in(language: Language, course: Course, unit: Unit) -> str:
    return url_for(
        "learning_pages.show_unit",
        course_key=course.key,
        unit_key=unit.key,
        language=language.value,
    )


def _cited(text: UnitText, language: Language) -> list[Cited]:
    """The instruments in the order in which the unit comes to them."""
    places: dict[str, set[str]] = {}
    for citation in text.citations:
        named = places.setdefault(citation.instrument, set())
        if citation.place:
            named.add(citation.place)
    known = instruments()
    return [
        Cited(
            name=known[key].shorts[language],
            title=known[key].titles[language],
            kind=known[key].places,
            places=tuple(
                rules.place_in_words(place, language)
                for place in sorted(named, key=rules.place_order)
            ),
            url=url_for("catalogue_pages.show_instrument", key=key),
        )
        for key, named in places.items()
        if key in known
    ]


def _terms(keys: Iterable[str], language: Language) -> list[UsedTerm]:
    known = glossary()
    return [
        UsedTerm(
            key,
            known[key].names[language],
            known[key].meanings[language],
            url_for("glossary_pages.show_term", key=key, language=language.value),
        )
        for key in keys
    ]


def _kept(catalogue: Catalogue, key: Hashable, build: Callable[[], Value]) -> Value:
    """What `build` makes, kept until another catalogue is in force."""
    extensions = current_app.extensions
    held = extensions.get(_KEPT)
    if held is None or held[0] is not catalogue or len(held[1]) >= MOST_KEPT:
        held = extensions[_KEPT] = (catalogue, {})
    found: dict[Hashable, Value] = held[1]
    if key not in found:
        found[key] = build()
    return found[key]
