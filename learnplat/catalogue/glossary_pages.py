"""The glossary for readers: every term with its meaning, and one term in the four languages."""

from functools import cache
from itertools import groupby
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from learnplat.catalogue import rules
from learnplat.catalogue.pages import own_first
from learnplat.catalogue.places import place_name
from learnplat.catalogue.schemas import GlossaryPageIn
from learnplat.catalogue.shelf import shelf
from learnplat.catalogue.terms import place_in_order, sorted_terms
from learnplat.core.languages import Language
from learnplat.core.refusals import Invalid, NotFound
from learnplat.library.glossary import Term, glossary
from learnplat.library.instruments import instruments
from learnplat.web.doors import ANYONE, door
from learnplat.web.errors import said_by_field
from learnplat.web.forms import loaded
from learnplat.web.languages import reader_language
from learnplat.web.pages import kept_page, pages_blueprint

bp = pages_blueprint("glossary", __name__)


@bp.get("/glossary")
@door(ANYONE)
def show_glossary() -> ResponseReturnValue:
    query = request.args.get("q", "")
    if not query:
        return kept_page("catalogue/show_glossary.html", "every", lambda: _listed(""))
    try:
        values = loaded(GlossaryPageIn(), {"q": query})
    except Invalid as refusal:
        facts = {**_listed(""), "query": query, "errors": said_by_field(refusal)}
        return render_template("catalogue/show_glossary.html", **facts), refusal.status
    return render_template("catalogue/show_glossary.html", **_listed(values["q"].strip()))


def _listed(query: str) -> dict[str, Any]:
    """The terms in which every word of a query stands, by their first letter."""
    language = reader_language()
    found = [key for key in sorted_terms(language) if rules.is_named(query, _names(key))]
    return {
        "letters": [
            (letter, [glossary()[key] for key in keys])
            for letter, keys in groupby(
                found, key=lambda key: place_in_order(key, language)[0].upper()
            )
        ],
        "number": len(found),
        "count": len(glossary()),
        "query": query,
        "language": language,
        "errors": {},
    }


@cache
def _names(key: str) -> str:
    """The names of a term in every language, in the form in which words are compared."""
    return rules.words_of(" ".join(glossary()[key].names.values()))


@bp.get("/glossary/<key>")
@door(ANYONE)
def show_term(key: str) -> ResponseReturnValue:
    term = glossary().get(key)
    if term is None:
        raise NotFound()
    language = reader_language()
    instrument = instruments()[term.instrument] if term.instrument else None
    return render_template(
        "catalogue/show_term.html",
        term=term,
        source=instrument,
        place=place_name(instrument, term.place) if instrument and term.place else None,
        units=_units_with(term, language),
        languages=own_first(language)[1:],
        language=language,
    )


def _units_with(term: Term, language: Language) -> list[tuple[str, str, str]]:
    """The units that teach a term: title, address, title of the course."""
    return [
        (
            (unit.texts.get(language) or next(iter(unit.texts.values()))).title,
            url_for("learning_pages.show_unit", course_key=course.key, unit_key=unit.key),
            course.titles[language],
        )
        for course in shelf().courses.values()
        for unit in course.units
        if term.key in unit.key_terms
    ]
