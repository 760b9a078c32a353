"""What was published, what is in force, and what the search engine finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, select, text
from sqlalchemy.orm import Session

from learnplat.catalogue import rules
from learnplat.catalogue.models import CatalogueVersion, CourseEdition, ModuleEdition, SearchEntry
from learnplat.core.languages import Language


def version(session: Session) -> int:
    """The number of what is in force; 0 before anything was published."""
    return session.scalar(select(func.max(CatalogueVersion.number))) or 0


def version_row(session: Session) -> CatalogueVersion | None:
    """The version's row, held until the transaction ends: two syncs follow one another."""
    return session.scalar(select(CatalogueVersion).order_by(CatalogueVersion.id).with_for_update())


def courses_in_force(session: Session, *columns: Any) -> Sequence[Row[Any]]:
    """`columns` of the newest edition of each course, by key."""
    newest = (
        select(CourseEdition.course_key, func.max(CourseEdition.number).label("number"))
        .group_by(CourseEdition.course_key)
        .subquery()
    )
    return session.execute(
        select(CourseEdition.course_key, CourseEdition.number, *columns)
        .join(
            newest,
            (newest.c.course_key == CourseEdition.course_key)
            & (newest.c.number == CourseEdition.number),
        )
        .order_by(CourseEdition.course_key)
    ).all()


def modules_in_force(session: Session, *columns: Any) -> Sequence[Row[Any]]:
    """`columns` of the newest edition of each module in each language."""
    newest = (
        select(
            ModuleEdition.course_key,
            ModuleEdition.module_key,
            ModuleEdition.language,
            func.max(ModuleEdition.number).label("number"),
        )
        .group_by(ModuleEdition.course_key, ModuleEdition.module_key, ModuleEdition.language)
        .subquery()
    )
    return session.execute(
        select(
            ModuleEdition.course_key,
            ModuleEdition.module_key,
            ModuleEdition.language,
            ModuleEdition.number,
            *columns,
        )
        .join(
            newest,
            (newest.c.course_key == ModuleEdition.course_key)
            & (newest.c.module_key == ModuleEdition.module_key)
            & (newest.c.language == ModuleEdition.language)
            & (newest.c.number == ModuleEdition.number),
        )
        .order_by(ModuleEdition.course_key, ModuleEdition.module_key, ModuleEdition.language)
    ).all()


_COLUMNS = "e.id, e.language, e.kind, e.key, e.title, e.title_terms, e.terms"
_FOUND = {
    # Both take an expression that `_expression` made; no engine sees what a person typed.
    "sqlite": text(
        f"select {_COLUMNS} from search_index"  # noqa: S608  # nosec B608: constants of ours only
        " join search_entry e on e.id = search_index.rowid"
        " where search_index match :expression and e.language in :languages"
        " order by e.kind, e.key, e.language"
    ),
    "postgresql": text(
        f"select {_COLUMNS} from search_entry e"  # noqa: S608  # nosec B608: constants of ours only
        " where array_to_tsvector(array_remove("
        "string_to_array(translate(e.title_terms || ' ' || e.terms, '/', ' '), ' '), ''))"
        " @@ cast(:expression as tsquery) and e.language in :languages"
        " order by e.kind, e.key, e.language"
    ),
}


def _expression(dialect: str, groups: Sequence[Sequence[str]], *, every: bool) -> str:
    """Words of the analyser in the engine's own query language: letters and digits, quoted."""
    if dialect == "sqlite":
        quote, either, between = '"', " OR ", " AND " if every else " OR "
    else:
        quote, either, between = "'", " | ", " & " if every else " | "
    return between.join(
        "(" + either.join(f"{quote}{term}{quote}" for term in group) + ")" for group in groups
    )


def entries_with(
    session: Session,
    languages: Sequence[Language],
    groups: Sequence[Sequence[str]],
    *,
    every: bool,
) -> Sequence[Row[Any]]:
    """The entries in `languages` that hold a term of each group (`every`), or of any."""
    dialect = session.get_bind().dialect.name
    return session.execute(
        _FOUND[dialect].bindparams(bindparam("languages", expanding=True)),
        {
            "expression": _expression(dialect, groups, every=every),
            "languages": [language.value for language in languages],
        },
    ).all()


@dataclass(frozen=True, slots=True)
class Match:
    """One thing found. `kind` is `course`, `unit` or `instrument`; a unit's key is `course/unit`."""

    language: Language
    kind: str
    key: str
    title: rules.Pieces
    excerpt: rules.Pieces


@dataclass(frozen=True, slots=True)
class Found:
    """What a query finds, best first. `is_elsewhere` when only other languages have it."""

    rows: Sequence[Row[Any]]
    groups: Mapping[Language, rules.Groups]
    is_elsewhere: bool = False


def matches(session: Session, found: Found, start: int, end: int) -> list[Match]:
    """Those found from place `start` to before `end`, with their excerpts."""
    rows = found.rows[start:end]
    if not rows:
        return []
    texts = {
        row.id: row.text
        for row in session.execute(
            select(SearchEntry.id, SearchEntry.text)
            .where(SearchEntry.id.in_([row.id for row in rows]))
            .order_by(SearchEntry.id)
        )
    }
    return [_match(row, texts[row.id], found.groups[Language(row.language)]) for row in rows]


def _match(row: Row[Any], text: str, groups: rules.Groups) -> Match:
    language = Language(row.language)
    return Match(
        language=language,
        kind=row.kind,
        key=row.key,
        title=rules.marked(row.title, language, groups),
        excerpt=rules.excerpt(text, row.terms, groups),
    )


def found(session: Session, query: str, language: Language) -> Found:
    """What `query` finds in the language, or when that is nothing, in the other three.

    First what holds every word; when nothing does, what holds any of them.
    """
    others = [other for other in Language if other is not language]
    groups = {code: rules.groups_of(query, code) for code in Language}
    for languages in ([language], others):
        for every in (True, False):
            rows = _ranked(session, languages, groups, every=every)
            if rows:
                return Found(rows, groups, languages is others)
    return Found((), groups)


_KINDS = ("course", "unit", "instrument")


def _ranked(
    session: Session,
    languages: Sequence[Language],
    groups: Mapping[Language, rules.Groups],
    *,
    every: bool,
) -> list[Row[Any]]:
    """The engine proposes; our own count decides, so that both engines answer alike."""
    ranked = []
    for language in languages:
        wanted = groups[language]
        if not wanted or (not every and len(wanted) == 1):
            continue
        for row in entries_with(session, [language], wanted, every=every):
            met, points = rules.score(wanted, row.title_terms, row.terms)
            if met == len(wanted) or (met and not every):
                # Of equals, the one whose name says less besides.
                length = row.title_terms.count(" ")
                place = (-met, -points, _KINDS.index(row.kind), length, row.key, language)
                ranked.append((place, row))
    ranked.sort(key=lambda pair: pair[0])
    return [row for _, row in ranked]
