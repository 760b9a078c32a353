"""What people search: one entry for each course, unit and instrument in each language."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from learnplat.catalogue import rules
from learnplat.catalogue.models import SearchEntry
from learnplat.core.languages import Language
from learnplat.library import instruments as library

if TYPE_CHECKING:
    from learnplat.catalogue.reader import ReadCourse, ReadModule


def ground() -> str:
    """The digest of all that entries are made from besides the curriculum."""
    return hashlib.sha256(f"{rules.ANALYSER}\0".encode() + library.source()).hexdigest()


def index_course(session: Session, course: "ReadCourse") -> None:
    """Make the entries of the course itself anew, and drop those of units that it has no more."""
    units = [f"{course.key}/{unit}" for module in course.modules for unit in module.units]
    session.execute(
        delete(SearchEntry).where(
            SearchEntry.kind == "unit",
            SearchEntry.key.startswith(f"{course.key}/", autoescape=True),
            SearchEntry.key.not_in(units),
        )
    )
    _replace(session, "course", [course.key], list(_of_course(course)))


def index_module(
    session: Session, course_key: str, module: "ReadModule", language: Language
) -> None:
    """Make the entries of a module's units in one language anew."""
    keys = [f"{course_key}/{unit}" for unit in module.units]
    entries = [
        _entry(language, "unit", f"{course_key}/{key}", texts[language].document["title"],
               texts[language].plain)
        for key, texts in module.units.items()
    ]  # fmt: skip
    _replace(session, "unit", keys, entries, language)


def index_instruments(session: Session) -> None:
    session.execute(delete(SearchEntry).where(SearchEntry.kind == "instrument"))
    session.execute(insert(SearchEntry), list(_of_instruments()))


def analyse_again(session: Session) -> None:
    """Make the terms of courses and units anew from the texts kept with them."""
    rows = session.execute(
        select(SearchEntry.id, SearchEntry.language, SearchEntry.title, SearchEntry.text)
        .where(SearchEntry.kind != "instrument")
        .order_by(SearchEntry.id)
    ).all()
    changed = [
        {
            "id": row.id,
            "title_terms": rules.analysed(row.title, row.language),
            "terms": rules.analysed(row.text, row.language),
        }
        for row in rows
    ]
    if changed:
        session.execute(update(SearchEntry), changed)


def _replace(
    session: Session,
    kind: str,
    keys: list[str],
    entries: list[dict[str, Any]],
    language: Language | None = None,
) -> None:
    gone = delete(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.key.in_(keys))
    if language:
        gone = gone.where(SearchEntry.language == language)
    session.execute(gone)
    if entries:
        session.execute(insert(SearchEntry), entries)


def _entry(
    language: Language, kind: str, key: str, title: str, text: str, also_named: str = ""
) -> dict[str, Any]:
    return {
        "language": language,
        "kind": kind,
        "key": key,
        "title": title,
        "text": text,
        "title_terms": rules.analysed(f"{title} {also_named}", language),
        "terms": rules.analysed(text, language),
    }


def _of_course(course: "ReadCourse") -> Iterator[dict[str, Any]]:
    for language in Language:
        texts: list[Mapping[str, str]] = [course.document["summary"], course.document["audience"]]
        for module in course.modules:
            texts += [module.title, module.summary]
        yield _entry(
            language,
            "course",
            course.key,
            course.document["title"][language],
            " ".join(text[language] for text in texts),
        )


def _of_instruments() -> Iterator[dict[str, Any]]:
    for one in library.instruments().values():
        for language in Language:
            texts = [one.titles[language], one.symbol, one.notes.get(language)]
            aliases = one.aliases if language is Language.AR else ()
            yield _entry(
                language,
                "instrument",
                one.key,
                one.shorts[language],
                ". ".join(text for text in texts if text),
                " ".join((one.titles[language], *aliases)),
            )
