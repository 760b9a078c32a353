"""A participation document arranged for a reader: named, grouped and in the order of a language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learnplat.core.collation import collation_key
from learnplat.core.countries import countries, region_name
from learnplat.core.languages import Language
from learnplat.core.lists import label_of
from learnplat.statistics.paragraph import names_in_order, report_paragraph
from learnplat.statistics.rules import TOTALS
from learnplat.statistics.wording import wording_of

LISTS = {"by_gender": "genders", "by_profession": "professions"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of figures: a country, a region, a course."""

    code: str
    name: str
    enrolments: int
    completions: int
    practitioners_trained: int
    country_count: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Subregion:
    name: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Region:
    """An M49 region with its sum; a person counted in two of its countries counts twice here."""

    total: Line
    subregions: Sequence[Subregion]


@dataclass(frozen=True, slots=True)
class Share:
    """How many practitioners trained fall under one value of a list."""

    code: str
    name: str
    persons: int


@dataclass(frozen=True, slots=True)
class View:
    """All that a report shows, in words of one language."""

    language: Language
    since: str
    until: str
    as_at: str
    digest: str
    paragraph: str
    totals: Mapping[str, int]
    discussion_languages: Sequence[str]
    regions: Sequence[Region]
    courses: Sequence[Line]
    shares: Mapping[str, Sequence[Share]]
    definitions: Sequence[tuple[str, str]]
    labels: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        return not any(self.totals[name] for name in TOTALS if not name.startswith("user"))


def view_of(
    document: Mapping[str, Any], language: Language, titles: Mapping[str, str] | None = None
) -> View:
    """`titles` gives a run's title by its code; a run without one shows its code."""
    wording = wording_of(language)
    return View(
        language=language,
        since=document["period"]["since"],
        until=document["period"]["until"],
        as_at=document["as_at"],
        digest=document["digest"],
        paragraph=report_paragraph(document, language),
        totals={name: document[name] for name in TOTALS},
        discussion_languages=[wording.languages[code] for code in document["discussion_languages"]],
        regions=_regions(document["by_country"], language),
        courses=[
            Line(
                code=row["course"],
                name=(titles or {}).get(row["course"], row["course"]),
                enrolments=row["enrolments"],
                completions=row["completions"],
                practitioners_trained=row["practitioners_trained"],
                country_count=row["country_count"],
                language=wording.languages[row["language"]],
            )
            for row in document["by_course"]
        ],
        shares={
            name: _shares(document, name, language)
            for name in ("by_gender", "by_profession", "by_language")
        },
        definitions=[
            (wording.labels.get(name) or wording.labels[_HEADINGS[name]], wording.definitions[name])
            for name in document["definitions"]
        ],
        labels=wording.labels,
    )


_HEADINGS = {"by_country": "country", "by_course": "course"}


def _regions(rows: Sequence[Mapping[str, Any]], language: Language) -> list[Region]:
    by_code = {row["country"]: row for row in rows}
    tree: dict[str, dict[str, list[Line]]] = {}
    for code, name in names_in_order(list(by_code), language):
        country, row = countries()[code], by_code[code]
        tree.setdefault(country.region, {}).setdefault(country.subregion, []).append(
            Line(code, name, row["enrolments"], row["completions"], row["practitioners_trained"])
        )
    regions = []
    for code in _in_order(tree, language):
        lines = [line for found in tree[code].values() for line in found]
        total = Line(
            code=code,
            name=region_name(code, language),
            enrolments=sum(line.enrolments for line in lines),
            completions=sum(line.completions for line in lines),
            practitioners_trained=sum(line.practitioners_trained for line in lines),
            country_count=sum(line.practitioners_trained > 0 for line in lines),
        )
        subregions = [
            Subregion(region_name(part, language), tree[code][part])
            for part in _in_order(tree[code], language)
        ]
        regions.append(Region(total, subregions))
    return regions


def _in_order(codes: Mapping[str, Any], language: Language) -> list[str]:
    return sorted(codes, key=lambda code: collation_key(region_name(code, language), language))


def _shares(document: Mapping[str, Any], name: str, language: Language) -> list[Share]:
    """The most first; equal ones in the order of their keys."""

    def named(code: str) -> str:
        if name in LISTS:
            return label_of(LISTS[name], code, language)
        return wording_of(language).languages[code]

    counts: Mapping[str, int] = document[name]
    return [
        Share(code, named(code), counts[code])
        for code in sorted(counts, key=lambda code: (-counts[code], code))
    ]
