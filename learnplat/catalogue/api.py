"""The catalogue for programs: courses, instruments and search."""

from typing import Any

from flask.typing import ResponseReturnValue

from learnplat.catalogue import queries
from learnplat.catalogue.content import Course
from learnplat.catalogue.schemas import (
    CourseOut,
    InstrumentInFullOut,
    InstrumentOut,
    MatchOut,
    SearchIn,
)
from learnplat.catalogue.shelf import shelf
from learnplat.core.refusals import NotFound
from learnplat.db import reading
from learnplat.library.instruments import Instrument, instruments
from learnplat.web.api import ListIn, api_blueprint, cursor_of, page_of, paged, place_of
from learnplat.web.doors import ANYONE, door
from learnplat.web.languages import reader_language

bp = api_blueprint("catalogue", __name__, "Courses, instruments and one search over both.")

_TEXTS = {"ar": "…", "en": "…", "fr": "…", "es": "…"}
COURSE = {
    "key": "universal-legal-framework", "level": "foundation",
    "titles": {**_TEXTS, "en": "The universal legal framework against terrorism"},
    "summaries": _TEXTS, "audiences": _TEXTS, "minutes": 200,
    "languages": ["ar", "en", "fr", "es"], "edition": 1,
    "modules": [{
        "key": "foundations", "titles": _TEXTS, "summaries": _TEXTS,
        "units": [{"key": "nineteen-instruments", "minutes": 30, "titles": _TEXTS}],
    }],
}  # fmt: skip
INSTRUMENT = {
    "key": "airports-1988", "number": 7, "group": "aviation", "kind": "universal", "body": "icao",
    "year": 1988, "adopted_on": "1988-02-24", "in_force_on": "1989-08-06", "symbol": None,
    "supplements": "montreal-1971", "amends": None,
    "shorts": {**_TEXTS, "en": "Airports Protocol (1988)"}, "titles": _TEXTS,
    "verified": {"ar": False, "en": False, "fr": False, "es": False}, "notes": None,
}  # fmt: skip
MATCH = {
    "kind": "unit", "key": "universal-legal-framework/security-council", "language": "en",
    "title": "What the Security Council requires", "excerpt": "… freeze funds without delay …",
}  # fmt: skip


@bp.get("/courses")
@door(ANYONE)
@bp.arguments(ListIn, location="query")
@bp.response(200, page_of(CourseOut), example={"items": [COURSE], "next": None})
def list_courses(asked: dict[str, Any]) -> ResponseReturnValue:
    """Every course in force, by key."""
    place = place_of(asked["cursor"], [str])
    after = [
        course for key, course in sorted(shelf().courses.items()) if place is None or key > place[0]
    ]
    page = paged(after[: asked["limit"] + 1], asked["limit"], lambda course: [course.key])
    page["items"] = [_course(course) for course in page["items"]]
    return page


@bp.get("/courses/<course_key>")
@door(ANYONE)
@bp.response(200, CourseOut, example=COURSE)
def read_course(course_key: str) -> ResponseReturnValue:
    """One course with its modules and the titles of its units."""
    return _course(shelf().course(course_key))


@bp.get("/instruments")
@door(ANYONE)
@bp.arguments(ListIn, location="query")
@bp.response(200, page_of(InstrumentOut), example={"items": [INSTRUMENT], "next": None})
def list_instruments(asked: dict[str, Any]) -> ResponseReturnValue:
    """The 19 universal instruments, then the other texts that units cite."""
    every = list(instruments().values())
    start = _start(asked["cursor"])
    page = list(enumerate(every))[start : start + asked["limit"] + 1]
    answer = paged(page, asked["limit"], lambda pair: [pair[0] + 1])
    answer["items"] = [_instrument(one) for _, one in answer["items"]]
    return answer


@bp.get("/instruments/<key>")
@door(ANYONE)
@bp.response(
    200,
    InstrumentInFullOut,
    example={
        **INSTRUMENT,
        "cited_by": [
            {
                "course_key": "universal-legal-framework",
                "unit_key": "nineteen-instruments",
                "place": None,
            }
        ],
    },
)
def read_instrument(key: str) -> ResponseReturnValue:
    """One instrument, with the units that cite it."""
    instrument = instruments().get(key)
    if instrument is None:
        raise NotFound()
    cited_by = [
        {"course_key": course.key, "unit_key": unit.key, "place": place}
        for course, unit, place in shelf().citing(key)
    ]
    return {**_instrument(instrument), "cited_by": cited_by}


@bp.get("/search")
@door(ANYONE)
@bp.arguments(SearchIn, location="query")
@bp.response(200, page_of(MatchOut), example={"items": [MATCH], "next": None})
def search_catalogue(asked: dict[str, Any]) -> ResponseReturnValue:
    """Courses, units and instruments that match, best first.

    When the language has none, what the other languages have.
    """
    found = queries.found(reading(), asked["q"], asked["language"] or reader_language())
    start, end = _start(asked["cursor"]), _start(asked["cursor"]) + asked["limit"]
    return {
        "items": [
            {
                "kind": match.kind,
                "key": match.key,
                "language": match.language.value,
                "title": "".join(text for text, _ in match.title),
                "excerpt": "".join(text for text, _ in match.excerpt),
            }
            for match in queries.matches(reading(), found, start, end)
        ],
        "next": cursor_of([end]) if end < len(found.rows) else None,
    }


def _start(cursor: str | None) -> int:
    """Where a page of a fixed list begins."""
    place = place_of(cursor, [int])
    return max(0, place[0]) if place else 0


def _course(course: Course) -> dict[str, Any]:
    return {
        "key": course.key,
        "level": course.level,
        "titles": dict(course.titles),
        "summaries": dict(course.summaries),
        "audiences": dict(course.audiences),
        "minutes": course.minutes,
        "languages": [language.value for language in course.languages],
        "edition": course.edition.number,
        "modules": [
            {
                "key": module.key,
                "titles": dict(module.titles),
                "summaries": dict(module.summaries),
                "units": [
                    {
                        "key": unit.key,
                        "minutes": unit.minutes,
                        "titles": {
                            language.value: text.title for language, text in unit.texts.items()
                        },
                    }
                    for unit in module.units
                ],
            }
            for module in course.modules
        ],
    }


def _instrument(instrument: Instrument) -> dict[str, Any]:
    return {
        "key": instrument.key,
        "number": instrument.number,
        "group": instrument.group,
        "kind": instrument.kind,
        "body": instrument.body,
        "year": instrument.year,
        "adopted_on": instrument.adopted_on,
        "in_force_on": instrument.in_force_on,
        "symbol": instrument.symbol,
        "supplements": instrument.supplements,
        "amends": instrument.amends,
        "shorts": dict(instrument.shorts),
        "titles": dict(instrument.titles),
        "verified": dict(instrument.verified),
        "notes": dict(instrument.notes) or None,
    }
