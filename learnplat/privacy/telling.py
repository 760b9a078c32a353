"""A person's copy of their data: every row of theirs, as the inventory says, with words for names."""

import enum
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from learnplat.privacy import queries
from learnplat.privacy.inventory import inventory
from learnplat.privacy.rules import DataClass, TableEntry

FORMAT = 1
# Why something of a person is not in the copy. In English: the file is for people and programs.
LEFT_OUT = {
    "secret": "Secrets are left out: passwords, keys and links are kept only as digests, "
    "which would be of no use to you and of some to a thief.",
    "same": "Forms of your address and of your handle by which they are compared are left out: "
    "they say nothing more than these.",
    "internal": "The desk's own notes and opinions on an application are left out: they are the "
    "words of the vetting officers. That there is a note, of which kind and when, is told.",
    "others": "The numbers of the staff who acted are left out: they are other persons' data.",
    "audit": "The audit log is not in this copy. It holds numbers and codes, no names; when your "
    "record was opened, and in which role, is shown on your profile.",
}


def document_of(session: Session, account: Any, now: datetime) -> dict[str, Any]:
    """Everything told of an account, by the names that the inventory gives."""
    told: dict[str, Any] = {
        "about": {
            "format": FORMAT,
            "made_at": _plain(now),
            "account_number": account.id,
            "times": "Every instant is in UTC.",
            "left_out": LEFT_OUT,
        },
        "account": {},
        "records": {},
    }
    for entry in inventory().tables.values():
        if entry.told_as is None or not entry.whose:
            continue
        rows = queries.rows_of(session, entry, account)
        made = _told_rows(session, entry, rows)
        if entry.whose == ("id",):
            told["account"] = made[0]
        else:
            told["records"][entry.told_as] = made
    return told


def _told_rows(
    session: Session, entry: TableEntry, rows: list[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    columns = [
        column
        for column in entry.columns.values()
        if column.untold is None and column.kind is not DataClass.OPERATIONAL
    ]
    shown = {
        column.name: queries.shown_for(
            session,
            entry.name,
            column.name,
            column.shows,
            {row[column.name] for row in rows if row[column.name] is not None},
        )
        for column in columns
        if column.shows
    }
    return [
        {
            column.name.removesuffix("_id") if column.shows else column.name: _plain(
                shown[column.name].get(row[column.name]) if column.shows else row[column.name]
            )
            for column in columns
        }
        for row in rows
    ]


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, bytes):
        return value.hex()
    return value
