"""The data inventory, read from `inventory.yaml`: one list that drives copies, erasure and tests."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from learnplat.privacy.rules import NOT_BLANK, Column, DataClass, Inventory, OnErasure, TableEntry

_FILE = Path(__file__).parent / "inventory.yaml"


@cache
def inventory() -> Inventory:
    found = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return Inventory(
        periods=found["rules"],
        tables={name: _table(name, said) for name, said in found["tables"].items()},
    )


def _table(name: str, said: dict[str, Any]) -> TableEntry:
    is_row_deleted = said.get("on_erasure", "keep") == "delete_row"
    return TableEntry(
        name=name,
        whose=tuple(said.get("whose", ())),
        told_as=said.get("told_as"),
        retention=said["retention"],
        due=tuple(said.get("due", ())),
        is_row_deleted=is_row_deleted,
        columns={
            column: _column(column, entry, said["retention"], is_row_deleted)
            for column, entry in said["columns"].items()
        },
    )


def _column(name: str, said: dict[str, Any], retention: str, is_row_deleted: bool) -> Column:
    blank = said.get("blank", NOT_BLANK)
    if is_row_deleted:
        on_erasure = OnErasure.DELETE_ROW
    else:
        on_erasure = OnErasure.KEEP if blank is NOT_BLANK else OnErasure.BLANK
    return Column(
        name=name,
        purpose=said["purpose"],
        kind=DataClass(said["class"]),
        retention=said.get("retention", retention),
        on_erasure=on_erasure,
        blank=blank,
        untold=said.get("untold"),
        shows=said.get("shows"),
    )
