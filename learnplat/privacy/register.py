"""The register of erasures: a file beside the database, so that an older copy forgets again.

One JSON object a line: the account's number, its mark and the instant; no name. It only grows.
"""

import fcntl
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from learnplat.people.models import Standing
from learnplat.privacy import actions, queries, rules

NAME = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    account_id: int
    mark: str
    erased_at: datetime


def read(folder: Path) -> list[Entry]:
    """Every entry once, as they were written. A line cut off by a crash is left out."""
    path = folder / NAME
    found: dict[tuple[int, str], Entry] = {}
    if not path.exists():
        return []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            said = json.loads(line)
            entry = Entry(
                int(said["account"]), str(said["mark"]), datetime.fromisoformat(said["erased_at"])
            )
        except (ValueError, KeyError, TypeError):
            continue
        found.setdefault((entry.account_id, entry.mark), entry)
    return list(found.values())


def write(folder: Path, entries: list[Entry]) -> int:
    """Add what the register does not have yet, and have it on the disk; gives how many."""
    known = {(entry.account_id, entry.mark) for entry in read(folder)}
    fresh = [entry for entry in entries if (entry.account_id, entry.mark) not in known]
    if not fresh:
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0, os.SEEK_END)
        is_cut = False
        if file.tell():
            file.seek(-1, os.SEEK_END)
            is_cut = file.read(1) != b"\n"
        lines = "".join(
            json.dumps(
                {
                    "account": entry.account_id,
                    "mark": entry.mark,
                    "erased_at": entry.erased_at.astimezone(UTC).isoformat(),
                }
            )
            + "\n"
            for entry in fresh
        )
        file.write((("\n" if is_cut else "") + lines).encode())
        file.flush()
        os.fsync(file.fileno())
    return len(fresh)


def entries_of(session: Session) -> list[Entry]:
    """What the database knows of erasures."""
    return [
        Entry(found.account_id, found.mark, found.erased_at) for found in queries.erasures(session)
    ]


def left_to_erase(session: Session, entries: list[Entry]) -> list[Entry]:
    """The entries whose account is in the database and not erased there."""
    left = []
    for entry in entries:
        account = queries.account_row(session, entry.account_id)
        if account is None or account.standing is Standing.ERASED:
            continue
        if rules.mark_of(account.id, account.registered_at) == entry.mark:
            left.append(entry)
    return left


def erase_again(session: Session, entries: list[Entry], now: datetime) -> int:
    """Erase in a restored database what was erased after the copy was made; gives how many."""
    left = left_to_erase(session, entries)
    for entry in left:
        actions.erase_by_rule(session, account_id=entry.account_id, now=now, is_repeated=True)
    return len(left)
