"""The catalogue for readers: courses, instruments and one search over both."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from learnplat.catalogue import queries, rules
from learnplat.catalogue.content import Catalogue, Course, Unit
from learnplat.catalogue.schemas import SearchPageIn
from learnplat.catalogue.shelf import shelf
from learnplat.core.languages import Language
from learnplat.core.refusals import Invalid, NotFound
from learnplat.db import reading
from learnplat.library.instruments import GROUPS, Instrument, built_on, instruments
from learnplat.web.doors import ANYONE, door
from learnplat.web.errors import said_by_field
from learnplat.web.forms import loaded
from learnplat.web.languages import reader_language
from learnplat.web.pages import kept_page, pages_blueprint

bp = pages_blueprint("catalogue", __name__)
RESULTS_ON_A_PAGE = 20

LEVELS = {
    "foundation": _l("Foundation course"),
    "intermediate": _l("Intermediate course"),
    "advanced": _l("Advanced course"),
}
GROUP_NAMES = {
    "aviation": _l("Civil aviation"),
    "maritime": _l("Shipping and fixed platforms"),
    "persons": _l("Internationally protected persons"),
    "hostages": _l("Taking of hostages"),
    "nuclear": _l("Nuclear material and nuclear terrorism"),
    "explosives": _l("Plastic explosives"),
    "bombings": _l("Terrorist bombings"),
    "financing": _l("Financing of terrorism"),
    "charter": _l("Charter of the United Nations"),
    "human-rights": _l("Human rights"),
    "treaty-law": _l("Law of treaties"),
    "refugees": _l("Refugees"),
    "organized-crime": _l("Organized crime"),
    "security-council": _l("Resolutions of the Security Council"),
    "general-assembly": _l("Resolutions of the General Assembly"),
}
KIND_NAMES = {"course": _l("Course"), "unit": _l("Unit"), "instrument": _l("Instrument")}


@bp.get("/courses")
@door(ANYONE)
def show_courses() -> ResponseReturnValue:
    catalogue, language = shelf(), reader_language()
    levels = list(LEVELS)

    def facts() -> dict[str, Any]:
        return {
            "courses": sorted(
                catalogue.courses.values(),
                key=lambda course: (levels.index(course.level), course.key),
            ),
            "levels": LEVELS,
            "language": language,
        }

    return kept_page("catalogue/show_courses.html", catalogue.version, facts)


@bp.get("/instruments")
@door(ANYONE)
def show_instruments() -> ResponseReturnValue:
    universal = [one for one in instruments().values() if one.kind == "universal"]
    others = [one for one in instruments().values() if one.kind != "universal"]
    return render_template(
        "catalogue/show_instruments.html",
        universal=[(name, [one for one in universal if one.group == name]) for name in GROUPS],
        count=len(universal),
        treaties=[one for one in others if one.kind == "treaty"],
        resolutions=[
            (name, list(found))
            for name, found in groupby(
                (one for one in others if one.kind == "resolution"), key=lambda one: one.group
            )
        ],
        group_names=GROUP_NAMES,
        language=reader_language(),
    )


@dataclass(frozen=True, slots=True)
class CitingUnit:
    """A unit that cites an instrument. `places` holds (anchor or None, name) pairs, in order."""

    title: str
    url: str
    course_title: str
    places: list[tuple[str | None, str]]


@bp.get("/instruments/<key>")
@door(ANYONE)
def show_instrument(key: str) -> ResponseReturnValue:
    instrument = instruments().get(key)
    if instrument is None:
        raise NotFound()
    known = instruments()
    return render_template(
        "catalogue/show_instrument.html",
        instrument=instrument,
        group_name=GROUP_NAMES[instrument.group],
        supplements=known.get(instrument.supplements or ""),
        amends=known.get(instrument.amends or ""),
        built_on=built_on(key),
        citing=_citing_units(instrument, shelf(), reader_language()),
        languages=_own_first(reader_language()),
        language=reader_language(),
    )


def _own_first(own: Language) -> list[Language]:
    return [own, *(language for language in Language if language is not own)]


def _citing_units(
    instrument: Instrument, catalogue: Catalogue, language: Language
) -> list[CitingUnit]:
    """Units in the order of teaching. A place has its anchor where it is first named."""
    found: dict[tuple[str, str], tuple[Course, Unit, list[str | None]]] = {}
    for course, unit, place in catalogue.citing(instrument.key):
        found.setdefault((course.key, unit.key), (course, unit, []))[2].append(place)
    anchored: set[str | None] = {None}
    citing = []
    for course, unit, places in found.values():
        text = unit.texts.get(language) or next(iter(unit.texts.values()))
        named: list[tuple[str | None, str]] = []
        for place in sorted(places, key=rules.place_order):
            anchor = None if place in anchored else f"place-{place}"
            anchored.add(place)
            named.append((anchor, _place_name(instrument, place)))
        citing.append(
            CitingUnit(
                text.title,
                url_for("learning_pages.show_unit", course_key=course.key, unit_key=unit.key),
                course.titles[language],
                named,
            )
        )
    return citing


# By what stands below the article or paragraph: a number (n) or a letter (l).
_ARTICLES = {
    "": _l("Article %(first)s"),
    "l": _l("Article %(first)s (%(second)s)"),
    "n": _l("Article %(first)s, paragraph %(second)s"),
    "nl": _l("Article %(first)s, paragraph %(second)s (%(third)s)"),
}
_PARAGRAPHS = {
    "": _l("Paragraph %(first)s"),
    "l": _l("Paragraph %(first)s (%(second)s)"),
}


def _place_name(instrument: Instrument, place: str | None) -> str:
    """A place as the reader's language names it: “Article 7, paragraph 1 (b)”."""
    if place is None:
        return str(gettext("The instrument as a whole"))
    parts = place.split(".")
    form = "".join("n" if part.isdecimal() else "l" for part in parts[1:])
    if reader_language() is Language.AR:
        parts[1:] = [rules.arabic_letter(part) for part in parts[1:]]
    sentences = _PARAGRAPHS if instrument.kind == "resolution" else _ARTICLES
    if form not in sentences:
        return place
    facts = dict(zip(("first", "second", "third"), parts, strict=False))
    return str(sentences[form]) % facts


@dataclass(frozen=True, slots=True)
class Result:
    """A match as the search page shows it."""

    match: queries.Match
    url: str
    kind: Any
    course: str | None


@bp.get("/search")
@door(ANYONE)
def search() -> ResponseReturnValue:
    language = reader_language()
    asked = {name: request.args[name] for name in ("q", "page") if request.args.get(name)}
    try:
        values = loaded(SearchPageIn(), asked)
    except Invalid as refusal:
        page = render_template(
            "catalogue/search.html", query=request.args.get("q", ""),
            errors=said_by_field(refusal), found=None,
        )  # fmt: skip
        return page, refusal.status
    query = values["q"].strip()
    if not query:
        return render_template("catalogue/search.html", query="", errors={}, found=None)
    found = queries.found(reading(), query, language)
    last = max(1, -(-len(found.rows) // RESULTS_ON_A_PAGE))
    number = min(values["page"], last)
    start = (number - 1) * RESULTS_ON_A_PAGE
    end = start + RESULTS_ON_A_PAGE
    return render_template(
        "catalogue/search.html",
        query=query,
        errors={},
        found=found,
        results=[
            _result(match, shelf()) for match in queries.matches(reading(), found, start, end)
        ],
        count=len(found.rows),
        previous_url=url_for(".search", q=query, page=number - 1) if number > 1 else None,
        next_url=url_for(".search", q=query, page=number + 1) if end < len(found.rows) else None,
        language=language,
    )


def _result(match: queries.Match, catalogue: Catalogue) -> Result:
    """Links lead to the page in the language of what was found."""
    code, course = match.language.value, None
    if match.kind == "instrument":
        url = url_for("catalogue_pages.show_instrument", key=match.key, language=code)
    elif match.kind == "course":
        url = url_for("learning_pages.show_course", course_key=match.key, language=code)
    else:
        course_key, _, unit_key = match.key.partition("/")
        url = url_for(
            "learning_pages.show_unit", course_key=course_key, unit_key=unit_key, language=code
        )
        known = catalogue.courses.get(course_key)
        course = known.titles[match.language] if known else None
    return Result(match, url, KIND_NAMES[match.kind], course)
