"""Take over a programme from an older platform: all of it, once, or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.exchange.programme_held import contradictions, known_of, missing_of
from learnplat.exchange.programme_rows import Participant, Place, Problem, Run, Talk
from learnplat.exchange.programme_tables import read_programme
from learnplat.exchange.programme_writing import write

_LONGEST_MARK = 80


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do. With any problem nothing is written.

    `found`, `added` and `unchanged` count participants, courses, enrolments, completions,
    discussions and attendances.
    """

    found: dict[str, int] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    is_written: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """What was added, or would be."""
        return self.added


def import_programme(
    session: Session, folder: Path, *, now: datetime, dry_run: bool
) -> ImportReport:
    """Import the five tables of `folder`; see the columns in `programme_tables.py`.

    People become accounts without an address, known as `<folder name>/<id>`; they cannot sign in.
    What was imported before stays as it is; a row that contradicts it is a problem. When any row
    has a problem, or `dry_run` is asked, nothing is written.
    """
    name = folder.resolve().name
    report = ImportReport()
    if not folder.is_dir():
        report.problems.append(Problem(name or str(folder), 0, "there is no such folder"))
        return report
    programme = read_programme(folder, now.date())
    keys = [row.key for row in programme.participants] + [row.key for row in programme.talks]
    longest = max(map(len, keys), default=0)
    if not name or len(name) + 1 + longest > _LONGEST_MARK:
        programme.problems.append(
            Problem(name, 0, "the folder's name and the ids are too long together")
        )
    known = known_of(session, name, programme)
    report.problems = programme.problems + contradictions(programme, known)
    report.found = _counts(
        programme.participants,
        programme.runs,
        programme.places,
        programme.talks,
        {(visit.talk, visit.participant) for visit in programme.visits},
    )
    missing = missing_of(programme, known)
    report.added = _counts(
        missing.participants,
        missing.runs,
        missing.places,
        missing.talks,
        {(visit.talk, visit.participant) for visit in missing.visits},
    )
    report.unchanged = {kind: report.found[kind] - report.added[kind] for kind in report.found}
    if report.problems:
        report.added = dict.fromkeys(report.added, 0)
    elif not dry_run:
        write(session, name, programme, missing, now)
        report.is_written = True
        if any(report.added.values()):
            added: dict[str, Any] = dict(report.added)
            audit.record(
                session,
                actor_id=None,
                action="programme_imported",
                subject=("programme", None),
                now=now,
                **added,
            )
    return report


def _counts(
    participants: Sequence[Participant],
    runs: Sequence[Run],
    places: Sequence[Place],
    talks: Sequence[Talk],
    attendances: Iterable[tuple[str, str]],
) -> dict[str, int]:
    return {
        "participants": len(participants),
        "courses": len(runs),
        "enrolments": len(places),
        "completions": sum(place.completed_on is not None for place in places),
        "discussions": len(talks),
        "attendances": len(list(attendances)),
    }
