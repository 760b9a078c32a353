"""The participation report as files: text, JSON, CSV, XLSX and HTML for print."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
import xlsxwriter

from learnplat.core.cells import BOM, csv_line
from learnplat.core.languages import Language
from learnplat.statistics.rules import TOTALS
from learnplat.statistics.view import View, view_of
from learnplat.statistics.wording import wording_of

TYPES = {
    "text": "text/plain; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}
_COLUMNS = (
    "section",
    "code",
    "name",
    "value",
    "language",
    "enrolments",
    "completions",
    "practitioners_trained",
    "country_count",
)


def render(
    document: Mapping[str, Any],
    language: Language,
    form: str,
    titles: Mapping[str, str] | None = None,
) -> bytes:
    """The document as a file of the form `text`, `json`, `csv`, `xlsx` or `html`.

    `titles` gives the titles of course runs by their codes.
    """
    if form == "json":
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    return _WRITERS[form](view_of(document, language, titles))


def _csv(view: View) -> bytes:
    """One table for all sections: `section` says what a row is, empty cells do not apply to it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    labels = view.labels

    def row(section: str, code: str, name: str, value: str | int = "", **more: str | int) -> None:
        cells: dict[str, str | int] = {
            "section": section,
            "code": code,
            "name": name,
            "value": value,
            **more,
        }
        writer.writerow(csv_line(cells.get(column, "") for column in _COLUMNS))

    for code, value in (
        ("since", view.since),
        ("until", view.until),
        ("zone", "UTC"),
        ("as_at", view.as_at),
        ("basis", "internal"),
        ("digest", view.digest),
    ):
        row("period", code, labels[code], value)
    for code in TOTALS:
        row("total", code, labels[code], view.totals[code])
    row(
        "total",
        "discussion_languages",
        labels["discussion_languages"],
        "; ".join(view.discussion_languages),
    )
    for region in view.regions:
        for subregion in region.subregions:
            for line in subregion.lines:
                row(
                    "country",
                    line.code,
                    line.name,
                    enrolments=line.enrolments,
                    completions=line.completions,
                    practitioners_trained=line.practitioners_trained,
                )
    for line in view.courses:
        row(
            "course",
            line.code,
            line.name,
            language=line.language,
            enrolments=line.enrolments,
            completions=line.completions,
            practitioners_trained=line.practitioners_trained,
            country_count=line.country_count,
        )
    for section, shares in view.shares.items():
        for share in shares:
            row(
                section.removeprefix("by_"),
                share.code,
                share.name,
                practitioners_trained=share.persons,
            )
    row("paragraph", view.language.value, labels["paragraph"], view.paragraph)
    for name, text in view.definitions:
        row("definition", "", name, text)
    return (BOM + out.getvalue()).encode()


def _xlsx(view: View) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    labels = view.labels
    book.set_properties(
        {
            "title": f"{labels['title']} {view.since} – {view.until}",
            "created": datetime.fromisoformat(view.as_at).replace(tzinfo=None),
        }
    )
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    strong = book.add_format({"bold": True})
    count = book.add_format({"num_format": "#,##0"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def sheet(name: str, widths: Iterable[int], headings: Iterable[str]) -> Any:
        added = book.add_worksheet(labels[name][:31])
        if view.language.direction == "rtl":
            added.right_to_left()
        for column, width in enumerate(widths):
            added.set_column(column, column, width)
        added.write_row(0, 0, [labels[heading] for heading in headings], head)
        added.freeze_panes(1, 0)
        added.set_landscape()
        added.fit_to_pages(1, 0)
        return added

    totals = sheet("totals", (44, 16), ("figure", "value"))
    place = 1
    for name in ("since", "until"):
        totals.write_string(place, 0, labels[name])
        totals.write_datetime(place, 1, date.fromisoformat(getattr(view, name)), day)
        place += 1
    for name in TOTALS:
        totals.write_string(place, 0, labels[name])
        totals.write_number(place, 1, view.totals[name], count)
        place += 1
    for name, shares in view.shares.items():
        totals.write_string(place + 1, 0, labels[name], strong)
        place += 2
        for share in shares:
            totals.write_string(place, 0, share.name)
            totals.write_number(place, 1, share.persons, count)
            place += 1

    places = sheet(
        "countries",
        (24, 28, 8, 48, 14, 14, 14),
        (
            "region",
            "subregion",
            "code",
            "country",
            "enrolments",
            "completions",
            "practitioners_trained",
        ),
    )
    place = 1
    for region in view.regions:
        for subregion in region.subregions:
            for line in subregion.lines:
                names = (region.total.name, subregion.name, line.code, line.name)
                for column, text in enumerate(names):
                    places.write_string(place, column, text)
                numbers = (line.enrolments, line.completions, line.practitioners_trained)
                for column, value in enumerate(numbers, len(names)):
                    places.write_number(place, column, value, count)
                place += 1

    courses = sheet(
        "courses",
        (20, 60, 18, 14, 14, 14, 14),
        (
            "code",
            "course",
            "language",
            "enrolments",
            "completions",
            "practitioners_trained",
            "country_count",
        ),
    )
    for place, line in enumerate(view.courses, 1):
        for column, text in enumerate((line.code, line.name, line.language)):
            courses.write_string(place, column, text)
        figures = (
            line.enrolments,
            line.completions,
            line.practitioners_trained,
            line.country_count,
        )
        for column, value in enumerate(figures, 3):
            courses.write_number(place, column, value, count)

    definitions = sheet("definitions", (36, 110), ("figure", "definition"))
    facts = (
        (labels["paragraph"], view.paragraph),
        (labels["as_at"], view.as_at),
        (labels["zone"], "UTC"),
        (labels["basis"], labels["internal"]),
        (labels["digest"], view.digest),
    )
    for place, (name, text) in enumerate((*view.definitions, *facts), 1):
        definitions.write_string(place, 0, name, wrapped)
        definitions.write_string(place, 1, text, wrapped)
    book.close()
    return out.getvalue()


def _text(view: View) -> bytes:
    wording = wording_of(view.language)
    labels, number, colon = view.labels, wording.number, wording.colon
    out = [f"{labels['title']}, {view.since} – {view.until} (UTC)", "", view.paragraph, ""]
    out += [f"{labels[name]}{colon}{number(view.totals[name])}" for name in TOTALS]
    for region in view.regions:
        out += ["", f"{region.total.name}{colon}{number(region.total.practitioners_trained)}"]
        for subregion in region.subregions:
            out.append(f"  {subregion.name}")
            out += [
                f"    {line.name}{colon}{number(line.practitioners_trained)}"
                for line in subregion.lines
            ]
    if view.courses:
        out += ["", labels["courses"]]
        out += [
            f"  {line.code} ({line.language}){colon}{number(line.practitioners_trained)} · "
            f"{labels['country_count']}{colon}{number(line.country_count)}"
            for line in view.courses
        ]
    for name, shares in view.shares.items():
        if shares:
            out += ["", labels[name]]
            out += [f"  {share.name}{colon}{number(share.persons)}" for share in shares]
    out += ["", labels["definitions"]]
    out += [f"  {name}{colon}{text}" for name, text in view.definitions]
    out += [
        "",
        f"{labels['as_at']}{colon}{view.as_at}",
        f"{labels['digest']}{colon}{view.digest}",
        "",
    ]
    return "\n".join(out).encode()


def html_for_print(view: View, stylesheet_url: str | None = None) -> bytes:
    """A page of its own. Without `stylesheet_url` it carries its style sheet with it."""
    return (
        _templates()
        .get_template("statistics/print.html")
        .render(
            view=view,
            labels=view.labels,
            totals=TOTALS,
            number=wording_of(view.language).number,
            most=max(
                (
                    line.practitioners_trained
                    for region in view.regions
                    for part in region.subregions
                    for line in part.lines
                ),
                default=0,
            ),
            stylesheet_url=stylesheet_url,
            stylesheet=None if stylesheet_url else stylesheet(),
        )
        .encode()
    )


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("learnplat", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


@cache
def stylesheet() -> str:
    """The style sheet of the page to print."""
    return files("learnplat").joinpath("static/report.css").read_text(encoding="utf-8")


_WRITERS: dict[str, Callable[[View], bytes]] = {
    "text": _text,
    "csv": _csv,
    "xlsx": _xlsx,
    "html": html_for_print,
}
