"""The catalogue for readers: courses, instruments and one search over both."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from learnplat.catalogue import queries, rules
from learnplat.catalogue.content import Catalogue, Course, Unit
from learnplat.catalogue.places import place_name, short_place_name
from learnplat.catalogue.schemas import InstrumentsPageIn, SearchPageIn
from learnplat.catalogue.shelf import shelf
from learnplat.catalogue.words import (
    BODY_NAMES,
    GROUP_NAMES,
    INSTRUMENT_KINDS,
    KIND_NAMES,
    LEVELS,
)
from learnplat.core.languages import Language
from learnplat.core.refusals import Invalid, NotFound
from learnplat.db import reading
from learnplat.library.instruments import GROUPS, Instrument, built_on, instruments
from learnplat.library.obligations import obligations
from learnplat.web.doors import ANYONE, door
from learnplat.web.errors import said_by_field
from learnplat.web.forms import loaded
from learnplat.web.languages import reader_language
from learnplat.web.pages import kept_page, pages_blueprint

bp = pages_blueprint("catalogue", __name__)
RESULTS_ON_A_PAGE = 20


@bp.get("/courses")
@door(ANYONE)
def show_courses() -> ResponseReturnValue:
    catalogue, language = shelf(), reader_language()

    def facts() -> dict[str, Any]:
        return {
            "courses": list(catalogue.courses.values()),
            "levels": LEVELS,
            "language": language,
        }

    return kept_page("catalogue/show_courses.html", catalogue.version, facts)


@bp.get("/instruments")
@door(ANYONE)
def show_instruments() -> ResponseReturnValue:
    asked = {name: request.args[name] for name in ("q", "kind") if request.args.get(name)}
    if not asked:
        return kept_page("catalogue/show_instruments.html", "every", lambda: _listed({}))
    try:
        values = loaded(InstrumentsPageIn(), asked)
    except Invalid as refusal:
        facts = {
            **_listed({}),
            "query": request.args.get("q", ""),
            "kind": request.args.get("kind", ""),
            "errors": said_by_field(refusal),
        }
        page = render_template("catalogue/show_instruments.html", **facts)
        return page, refusal.status
    return render_template("catalogue/show_instruments.html", **_listed(values))


def _listed(asked: dict[str, str]) -> dict[str, Any]:
    """The instruments that were asked for, by group and by year; all of them for `{}`."""
    query, kind = asked.get("q", ""), asked.get("kind", "")
    found = [
        one
        for one in instruments().values()
        if kind in ("", one.kind) and rules.is_named(query, _names(one.key))
    ]
    return {
        "groups": [
            (name, group)
            for name in GROUPS
            if (group := [one for one in found if one.group == name])
        ],
        "universal_years": _by_year(one for one in found if one.kind == "universal"),
        "years": _by_year(found),
        "count": sum(one.kind == "universal" for one in instruments().values()),
        "number": len(found),
        "query": query,
        "kind": kind,
        "kinds": INSTRUMENT_KINDS,
        "group_names": GROUP_NAMES,
        "language": reader_language(),
        "errors": {},
    }


def _by_year(found: Iterable[Instrument]) -> list[tuple[int, list[Instrument]]]:
    ordered = sorted(found, key=lambda one: one.year)
    return [(year, list(group)) for year, group in groupby(ordered, key=lambda one: one.year)]


@cache
def _names(key: str) -> str:
    """Everything by which an instrument is known, in the form in which words are compared."""
    one = instruments()[key]
    known = (*one.shorts.values(), *one.titles.values(), one.symbol or "", *one.aliases)
    return rules.words_of(" ".join(known))


@bp.get("/instruments/obligations")
@door(ANYONE)
def show_obligations() -> ResponseReturnValue:
    def facts() -> dict[str, Any]:
        return {
            "rows": [
                (one, _duties(one, short_place_name))
                for one in instruments().values()
                if one.kind == "universal"
            ],
            "kinds": obligations().kinds.values(),
            "language": reader_language(),
        }

    return kept_page("catalogue/show_obligations.html", "obligations", facts)


def _duties(
    instrument: Instrument, name: Callable[[str], str]
) -> dict[str, list[tuple[str, Instrument | None]]]:
    """By obligation, the names of its places, each with the other instrument that holds it."""
    return {
        kind: [
            (
                name(passage.place),
                None if passage.instrument == instrument.key else instruments()[passage.instrument],
            )
            for passage in passages
        ]
        for kind, passages in obligations().of(instrument.key).items()
    }


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
        kind_name=INSTRUMENT_KINDS[instrument.kind],
        body_name=BODY_NAMES[instrument.body],
        obligations=obligations().kinds,
        duties=_duties(instrument, partial(place_name, instrument)),
        supplements=known.get(instrument.supplements or ""),
        amends=known.get(instrument.amends or ""),
        built_on=built_on(key),
        citing=_citing_units(instrument, shelf(), reader_language()),
        languages=own_first(reader_language()),
        language=reader_language(),
    )


def own_first(own: Language) -> list[Language]:
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
            named.append((anchor, place_name(instrument, place)))
        citing.append(
            CitingUnit(
                text.title,
                url_for("learning_pages.show_unit", course_key=course.key, unit_key=unit.key),
                course.titles[language],
                named,
            )
        )
    return citing


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
