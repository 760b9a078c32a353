"""The five CSV tables of an older platform, read with every fault of every row named."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from learnplat.core import text
from learnplat.core.countries import is_country
from learnplat.core.languages import Language
from learnplat.core.lists import genders, professions
from learnplat.exchange.programme_rows import (
    Participant,
    Place,
    Problem,
    Programme,
    Run,
    Talk,
    Visit,
)
from learnplat.learning.models import EnrolmentStatus

COLUMNS: dict[str, tuple[str, ...]] = {
    "participants.csv": (
        "participant_id",
        "country",
        "gender",
        "profession",
        "language",
        "registered_on",
        "staff",
    ),
    "courses.csv": ("course_code", "title", "language", "starts_on", "ends_on", "partners"),
    "enrolments.csv": (
        "participant_id",
        "course_code",
        "enrolled_on",
        "status",
        "completed_on",
    ),
    "discussions.csv": (
        "discussion_id",
        "topic",
        "language",
        "starts_at",
        "minutes",
        "status",
    ),
    "attendance.csv": ("discussion_id", "participant_id", "joined_at", "left_at"),
}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_EARLIEST = 1990
_LATEST = 2200
LONGEST_ID = 40


class Cells:
    """The cells of one row. Each question about a cell that has a fault notes it and gives None."""

    def __init__(
        self, file: str, line: int, cells: dict[str, str], problems: list[Problem]
    ) -> None:
        self.file, self.line, self.cells, self.problems = file, line, cells, problems
        self.is_sound = True

    def refuse(self, reason: str) -> None:
        self.is_sound = False
        self.problems.append(Problem(self.file, self.line, reason))

    def words(self, column: str, longest: int) -> str:
        value = text.tidy_line(self.cells[column])
        if not value:
            self.refuse(f"{column} is empty")
        elif not text.is_plain(value):
            self.refuse(f"{column} holds invisible or direction-changing characters")
        elif len(value) > longest:
            self.refuse(f"{column} is longer than {longest} characters")
        return value

    def one_of(self, column: str, allowed: Iterable[str], what: str) -> str:
        value = self.cells[column].strip()
        if value not in allowed:
            self.refuse(f"{column}: {_quoted(value)} is not {what}")
        return value

    def language(self) -> Language:
        value = self.one_of("language", list(Language), "a language of the platform")
        return Language(value) if value in list(Language) else Language.EN

    def day(self, column: str) -> date | None:
        value = self.cells[column].strip()
        try:
            if _DAY.fullmatch(value):
                return self._in_range(column, date.fromisoformat(value))
        except ValueError:
            pass
        self.refuse(f"{column}: {_quoted(value)} is not a date such as 2012-09-30")
        return None

    def instant(self, column: str) -> datetime | None:
        value = self.cells[column].strip()
        try:
            if _INSTANT.fullmatch(value):
                found = datetime.fromisoformat(value.upper()).astimezone(UTC)
                return found if self._in_range(column, found.date()) else None
        except (ValueError, OverflowError):
            pass
        self.refuse(
            f"{column}: {_quoted(value)} is not an instant with its offset, "
            "such as 2012-05-22T11:00:00+03:00"
        )
        return None

    def _in_range(self, column: str, day: date) -> date | None:
        if _EARLIEST <= day.year <= _LATEST:
            return day
        self.refuse(f"{column}: the year {day.year} cannot be meant")
        return None

    def whole(self, column: str, least: int, most: int) -> int:
        value = self.cells[column].strip()
        if re.fullmatch(r"[0-9]{1,6}", value) and least <= int(value) <= most:
            return int(value)
        self.refuse(f"{column}: {_quoted(value)} is not a whole number from {least} to {most}")
        return 0

    def known(self, column: str, keys: set[str] | None, file: str) -> str:
        """A reference to a row of another table; None stands for a table that cannot be read."""
        value = text.tidy_line(self.cells[column])
        if keys is not None and value not in keys:
            self.refuse(f"{column}: {_quoted(value)} is not in {file}")
        return value

    def once(self, key: object, seen: dict[object, int], shown: str) -> None:
        """Refuse a key that an earlier line has."""
        if key in seen:
            self.refuse(f"{shown} is already in line {seen[key]}")
        else:
            seen[key] = self.line


def _quoted(value: str) -> str:
    short = value if len(value) <= 60 else f"{value[:60]}…"
    return repr(short)


def read_programme(folder: Path, today: date) -> Programme:
    """Everything in the folder. A row with a fault is left out and listed in `problems`."""
    found = Programme()
    tables: dict[str, list[Cells]] = {}
    broken: set[str] = set()
    for file in COLUMNS:
        tables[file] = list(_rows(folder, file, found.problems, broken))
    # What refers to a table that cannot be read is not at fault for that.
    people = _read_participants(found, tables["participants.csv"], today)
    people = None if "participants.csv" in broken else people
    runs = _read_runs(found, tables["courses.csv"])
    runs = None if "courses.csv" in broken else runs
    talks = _read_talks(found, tables["discussions.csv"])
    talks = None if "discussions.csv" in broken else talks
    _read_places(found, tables["enrolments.csv"], people, runs, today)
    _read_visits(found, tables["attendance.csv"], people, talks, today)
    order = list(COLUMNS)
    found.problems.sort(key=lambda one: (order.index(one.file), one.line))
    return found


def _rows(folder: Path, file: str, problems: list[Problem], broken: set[str]) -> Iterator[Cells]:
    """The rows of a file; one that cannot be read to its end is noted in `broken`."""
    expected = COLUMNS[file]
    broken.add(file)
    try:
        raw = (folder / file).read_bytes()
    except FileNotFoundError:
        problems.append(Problem(file, 0, "the file is missing"))
        return
    except OSError as error:
        problems.append(Problem(file, 0, f"the file cannot be read ({error.strerror})"))
        return
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.append(Problem(file, line, "the file is not in UTF-8"))
        return
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    line = 1
    try:
        heading = [name.strip() for name in next(reader, [])]
        if not _has_columns(file, heading, expected, problems):
            return
        line = reader.line_num + 1
        for values in reader:
            if values and len(values) != len(heading):
                problems.append(
                    Problem(
                        file, line, f"the row has {len(values)} cells instead of {len(heading)}"
                    )
                )
            elif values:
                yield Cells(file, line, dict(zip(heading, values, strict=True)), problems)
            line = reader.line_num + 1
        broken.discard(file)
    except csv.Error as error:
        problems.append(Problem(file, line, f"the row cannot be read as CSV ({error})"))


def _has_columns(
    file: str, heading: Sequence[str], expected: Sequence[str], problems: list[Problem]
) -> bool:
    faults = [f"the column {name!r} is missing" for name in expected if name not in heading]
    faults += [f"the column {name!r} is not known" for name in heading if name not in expected]
    faults += [
        f"the column {name!r} is there twice" for name in expected if heading.count(name) > 1
    ]
    problems.extend(Problem(file, 1, reason) for reason in faults)
    return not faults


def _read_participants(found: Programme, rows: list[Cells], today: date) -> set[str] | None:
    seen: dict[object, int] = {}
    for row in rows:
        key = row.words("participant_id", LONGEST_ID)
        row.once(key, seen, f"participant_id {key!r}")
        country = row.cells["country"].strip()
        if not is_country(country):
            row.refuse(f"country: {_quoted(country)} is not an ISO 3166-1 alpha-2 code")
        gender = row.one_of("gender", genders(), "in the list of genders")
        profession = row.one_of("profession", professions(), "in the list of professions")
        language = row.language()
        registered_on = row.day("registered_on")
        if registered_on and registered_on > today:
            row.refuse("registered_on is in the future")
        staff = row.one_of("staff", ("yes", "no"), "yes or no")
        if row.is_sound and registered_on:
            found.participants.append(
                Participant(
                    row.line,
                    key,
                    country,
                    gender,
                    profession,
                    language,
                    registered_on,
                    staff == "yes",
                )
            )
    return {str(key) for key in seen}


def _read_runs(found: Programme, rows: list[Cells]) -> set[str] | None:
    seen: dict[object, int] = {}
    for row in rows:
        code = row.words("course_code", 80)
        row.once(code, seen, f"course_code {code!r}")
        title = row.words("title", 300)
        languages = [part.strip() for part in row.cells["language"].split(";")]
        if len(set(languages)) < len(languages) or not set(languages) <= set(Language):
            row.refuse(
                f"language: {_quoted(row.cells['language'])} is not of the platform's "
                "languages, with ; between several"
            )
        starts_on, ends_on = row.day("starts_on"), row.day("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            row.refuse("ends_on is before starts_on")
        parts = (text.tidy_line(part) for part in row.cells["partners"].split(";"))
        partners = [part for part in parts if part]
        if any(len(part) > 200 or not text.is_plain(part) for part in partners):
            row.refuse("partners holds a name that cannot be used")
        if row.is_sound and starts_on and ends_on:
            found.runs.append(Run(row.line, code, title, languages, starts_on, ends_on, partners))
    return {str(code) for code in seen}


def _read_places(
    found: Programme,
    rows: list[Cells],
    people: set[str] | None,
    runs: set[str] | None,
    today: date,
) -> None:
    seen: dict[object, int] = {}
    for row in rows:
        participant = row.known("participant_id", people, "participants.csv")
        run = row.known("course_code", runs, "courses.csv")
        row.once((participant, run), seen, f"the enrolment of {participant!r} in {run!r}")
        enrolled_on = row.day("enrolled_on")
        status = row.one_of("status", list(EnrolmentStatus), "a status of an enrolment")
        completed_on = row.day("completed_on") if row.cells["completed_on"].strip() else None
        if status == EnrolmentStatus.COMPLETED and not row.cells["completed_on"].strip():
            row.refuse("the status is completed, but completed_on is empty")
        if status != EnrolmentStatus.COMPLETED and row.cells["completed_on"].strip():
            row.refuse(f"completed_on is given, but the status is {_quoted(status)}")
        if enrolled_on and completed_on and completed_on < enrolled_on:
            row.refuse("completed_on is before enrolled_on")
        for column, day in (("enrolled_on", enrolled_on), ("completed_on", completed_on)):
            if day and day > today:
                row.refuse(f"{column} is in the future")
        if row.is_sound and enrolled_on:
            found.places.append(
                Place(
                    row.line, participant, run, enrolled_on, EnrolmentStatus(status), completed_on
                )
            )


def _read_talks(found: Programme, rows: list[Cells]) -> set[str] | None:
    seen: dict[object, int] = {}
    for row in rows:
        key = row.words("discussion_id", LONGEST_ID)
        row.once(key, seen, f"discussion_id {key!r}")
        topic = row.words("topic", 200)
        language = row.language()
        starts_at = row.instant("starts_at")
        minutes = row.whole("minutes", 1, 1440)
        status = row.one_of("status", ("held", "cancelled"), "held or cancelled")
        if row.is_sound and starts_at:
            found.talks.append(
                Talk(row.line, key, topic, language, starts_at, minutes, status == "cancelled")
            )
    return {str(key) for key in seen}


def _read_visits(
    found: Programme,
    rows: list[Cells],
    people: set[str] | None,
    talks: set[str] | None,
    today: date,
) -> None:
    seen: dict[object, int] = {}
    for row in rows:
        talk = row.known("discussion_id", talks, "discussions.csv")
        participant = row.known("participant_id", people, "participants.csv")
        joined_at, left_at = row.instant("joined_at"), row.instant("left_at")
        if joined_at and left_at and left_at < joined_at:
            row.refuse("left_at is before joined_at")
        if left_at and left_at.date() > today:
            row.refuse("left_at is in the future")
        if joined_at:
            row.once(
                (talk, participant, joined_at), seen, f"the joining of {participant!r} at that time"
            )
        if row.is_sound and joined_at and left_at:
            found.visits.append(Visit(row.line, talk, participant, joined_at, left_at))
