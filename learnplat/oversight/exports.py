"""The audit log as files: numbers and codes as they stand in it, so that its digests can be checked."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from itertools import islice
from typing import Any

import xlsxwriter

from learnplat.core.cells import BOM, csv_line, one_line
from learnplat.oversight.queries import Act

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
COLUMNS = tuple(field.name for field in fields(Act))
MOST_ROWS = 1_000_000  # that a sheet of a workbook takes
_BATCH = 500


def pieces(acts: Iterable[Act], form: str) -> Iterator[bytes]:
    """The file of the form `csv`, `json` or `xlsx`, piece by piece.

    The JSON holds every entry as it was digested. In the tables no cell is a formula or breaks its
    row.
    """
    return {"csv": _csv, "json": _json, "xlsx": _xlsx}[form](acts)


def said(act: Act) -> dict[str, Any]:
    """An entry as JSON; without `digest` it is what the digest is of."""
    return asdict(act) | {"at": act.at.isoformat()}


def _cells(act: Act) -> list[str | int]:
    values = said(act) | {"facts": json.dumps(act.facts, ensure_ascii=False, sort_keys=True)}
    cells = ["" if value is None else value for value in values.values()]
    return csv_line(one_line(cell) if isinstance(cell, str) else cell for cell in cells)


def _csv(acts: Iterable[Act]) -> Iterator[bytes]:
    yield (BOM + ",".join(COLUMNS) + "\r\n").encode()
    rows = map(_cells, acts)
    while batch := list(islice(rows, _BATCH)):
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\r\n").writerows(batch)
        yield out.getvalue().encode()


def _json(acts: Iterable[Act]) -> Iterator[bytes]:
    lines = (json.dumps(said(act), ensure_ascii=False) for act in acts)
    yield b'{"entries": ['
    before = "\n"
    while batch := list(islice(lines, _BATCH)):
        yield (before + ",\n".join(batch)).encode()
        before = ",\n"
    yield b"\n]}\n"


def _xlsx(acts: Iterable[Act]) -> Iterator[bytes]:
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
    sheet = book.add_worksheet("audit")
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True, "bottom": 1}))
    for row, act in enumerate(islice(acts, MOST_ROWS), 1):
        for column, cell in enumerate(_cells(act)):
            write = sheet.write_string if isinstance(cell, str) else sheet.write_number
            write(row, column, cell)
    book.close()
    out.seek(0)
    while piece := out.read(64 * 1024):
        yield piece
