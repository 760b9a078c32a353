"""What the data inventory says of each column, and for how long a rule keeps a row."""

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

NOT_BLANK: Any = object()  # the column is not blanked; None is a value to blank with
FRESH = "$fresh"  # blank with a new random word
NOW = "$now"  # blank with the instant of the erasure


class DataClass(enum.StrEnum):
    PERSONAL = "personal"  # says who somebody is, or what they wrote
    SENSITIVE = "sensitive"  # would do harm in wrong hands: secrets, the desk's own notes
    PSEUDONYMOUS = "pseudonymous"  # tied to an account's number; alone it names nobody
    OPERATIONAL = "operational"  # of the platform, not of a person
    PUBLIC = "public"  # shown to everybody


class OnErasure(enum.StrEnum):
    KEEP = "keep"
    BLANK = "blank"
    DELETE_ROW = "delete_row"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `untold` says why it is not in a person's copy of their data, or is None."""

    name: str
    purpose: str
    kind: DataClass
    retention: str
    on_erasure: OnErasure
    blank: Any = NOT_BLANK
    untold: str | None = None
    shows: str | None = None  # the column of the other table that is told instead of its number


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table. `whose` holds the ways from a row to its account; none: it is nobody's.

    A way is `id` (the row is the account), the names of foreign keys with dots between, or
    `column=account_column` where the values are the same. `told_as` names the rows in a copy.
    `due` are the instants after which the retention rule's days are counted.
    """

    name: str
    whose: tuple[str, ...]
    told_as: str | None
    retention: str
    due: tuple[str, ...]
    is_row_deleted: bool
    columns: Mapping[str, Column]

    @property
    def blanks(self) -> dict[str, Any]:
        return {
            name: column.blank
            for name, column in self.columns.items()
            if column.blank is not NOT_BLANK
        }


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every table, in the order of the file. `periods` are the days of each retention rule."""

    periods: Mapping[str, int | None]
    tables: Mapping[str, TableEntry]


def mark_of(account_id: int, registered_at: datetime) -> str:
    """What tells an account from another one of the same number in another database."""
    return hashlib.sha256(f"{account_id}|{registered_at.isoformat()}".encode()).hexdigest()


def digest_of_address(address: str) -> str:
    """The SHA-256 of an address as letters carry it."""
    return hashlib.sha256(address.encode()).hexdigest()


UNCONFIRMED_FOR = timedelta(days=7)
DECLINED_FOR = timedelta(days=365)
