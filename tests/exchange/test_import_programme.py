"""Taking over a programme: all of it, once, or nothing; and every fault named. SECURITY: T80."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from learnplat.discussions.models import Attendance, Connection, Discussion, DiscussionText
from learnplat.exchange.programme import ImportReport, import_programme
from learnplat.exchange.programme_held import minutes_attended
from learnplat.learning.models import Completion, CourseRun, Enrolment
from learnplat.people.models import Account, AccountKind

PROGRAMME = Path(__file__).parent.parent / "data" / "programme-2012"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TABLES = (
    Account,
    CourseRun,
    Enrolment,
    Completion,
    Discussion,
    DiscussionText,
    Attendance,
    Connection,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROGRAMME, tmp_path / "programme-2012"))


def take(session: Any, folder: Path = PROGRAMME, *, dry_run: bool = False) -> ImportReport:
    return import_programme(session, folder, now=NOW, dry_run=dry_run)


def rows(session: Any) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) for table in TABLES]


def alter(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first `old` and give its line."""
    path = folder / file
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())
    return text[: text.index(old)].count("\n") + 1


def append(folder: Path, file: str, row: str) -> int:
    path = folder / file
    text = path.read_bytes()
    path.write_bytes(text + row.encode() + b"\r\n")
    return text.count(b"\n") + 1


def test_everything_is_written(session):
    report = take(session)
    assert report.problems == []
    assert report.is_written
    assert rows(session) == [192, 6, 203, 180, 30, 30, 241, 241]


def test_a_second_import_changes_nothing(session):
    take(session)
    before = rows(session)
    again = take(session)
    assert again.problems == []
    assert set(again.added.values()) == {0}
    assert again.unchanged == again.found
    assert rows(session) == before


def test_a_dry_run_counts_and_writes_nothing(session):
    before = rows(session)
    report = take(session, dry_run=True)
    assert report.added == {
        "participants": 192,
        "courses": 6,
        "enrolments": 203,
        "completions": 180,
        "discussions": 30,
        "attendances": 241,
    }
    assert not report.is_written
    assert rows(session) == before


def test_people_become_accounts_that_nobody_can_enter(session):
    take(session)
    person = session.scalars(
        select(Account).where(Account.imported_as == "programme-2012/P00001")
    ).one()
    assert (person.name, person.email, person.password_hash) == ("P00001", None, None)
    assert (person.institution_kind, person.country, person.kind) == (
        "other",
        "AR",
        AccountKind.OFFICIAL,
    )


def test_staff_are_marked_as_staff(session):
    take(session)
    assert list(
        session.scalars(
            select(Account.name).where(Account.kind == AccountKind.STAFF).order_by(Account.name)
        )
    ) == ["P00217", "P00218", "P00219", "P00220"]


def test_a_run_keeps_its_days_title_and_partners(session):
    take(session)
    run = session.scalars(select(CourseRun).where(CourseRun.code == "ICCM-IO-2012")).one()
    assert (str(run.starts_on), str(run.ends_on), run.languages) == (
        "2012-01-27",
        "2012-03-09",
        ["fr"],
    )
    assert run.partners == ["Indian Ocean Commission", "INTERPOL"]
    assert run.course_key is None


def test_a_completion_is_dated_at_the_start_of_its_day(session):
    take(session)
    found = session.scalar(
        select(Completion.completed_at)
        .join(Enrolment)
        .join(Account)
        .where(Account.name == "P00001")
        .order_by(Completion.id)
        .limit(1)
    )
    assert found == datetime(2012, 10, 12, tzinfo=UTC)


def test_times_that_overlap_count_once():
    def at(minute: int) -> datetime:
        return datetime(2012, 1, 1, 10, minute, tzinfo=UTC)

    assert minutes_attended([(at(0), at(30)), (at(10), at(20)), (at(25), at(40))]) == 40
    assert minutes_attended([(at(0), at(10)), (at(20), at(25))]) == 15


def test_a_person_who_left_and_came_back_attended_once(session, folder):
    append(
        folder, "attendance.csv", "D001,P00117,2012-05-22T09:00:00+00:00,2012-05-22T09:10:00+00:00"
    )
    assert take(session, folder).added["attendances"] == 241
    assert rows(session)[-2:] == [241, 242]


def test_a_file_with_a_byte_order_mark_is_read(session, folder):
    path = folder / "participants.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert take(session, folder).problems == []


BAD_CELLS = [
    ("participants.csv", "P00001,AR,", "P00001,XX,", "country: 'XX'"),
    ("participants.csv", "P00001,AR,", "P00001,ar,", "country: 'ar'"),
    ("participants.csv", "AR,female,", "AR,woman,", "gender: 'woman'"),
    ("participants.csv", "female,legal_adviser", "female,astronaut", "profession: 'astronaut'"),
    ("participants.csv", "legal_adviser,es,", "legal_adviser,de,", "language: 'de'"),
    ("participants.csv", "es,2011-12-11", "es,2011-02-30", "registered_on: '2011-02-30'"),
    ("participants.csv", "es,2011-12-11", "es,11/12/2011", "registered_on: '11/12/2011'"),
    ("participants.csv", "es,2011-12-11", "es,20111211", "registered_on: '20111211'"),
    ("participants.csv", "es,2011-12-11", "es,2031-12-11", "registered_on is in the future"),
    ("participants.csv", "es,2011-12-11", "es,0001-12-11", "the year 1 cannot be meant"),
    ("participants.csv", "2011-12-11,no", "2011-12-11,perhaps", "staff: 'perhaps'"),
    ("participants.csv", "P00002,BO", "P00001,BO", "participant_id 'P00001' is already in line 2"),
    (
        "courses.csv",
        "fr,2012-01-27,2012-03-09",
        "fr,2012-03-09,2012-01-27",
        "ends_on is before starts_on",
    ),
    ("courses.csv", "ICCM-MA-2012", "ICCM-IO-2012", "course_code 'ICCM-IO-2012' is already"),
    ("courses.csv", "Morocco,fr", "Morocco,xx", "language: 'xx'"),
    (
        "enrolments.csv",
        "P00001,MLJ-ES-2012",
        "P99999,MLJ-ES-2012",
        "participant_id: 'P99999' is not in participants.csv",
    ),
    ("enrolments.csv", "P00001,MLJ-ES-2012", "P00001,NO-SUCH", "course_code: 'NO-SUCH'"),
    (
        "enrolments.csv",
        "completed,2012-10-12",
        "completed,",
        "the status is completed, but completed_on is empty",
    ),
    (
        "enrolments.csv",
        "completed,2012-10-12",
        "withdrawn,2012-10-12",
        "completed_on is given, but the status is 'withdrawn'",
    ),
    ("enrolments.csv", "completed,2012-10-12", "finished,2012-10-12", "status: 'finished'"),
    (
        "enrolments.csv",
        "completed,2012-10-12",
        "completed,2012-08-01",
        "completed_on is before enrolled_on",
    ),
    (
        "enrolments.csv",
        "P00002,MLJ-ES-2012",
        "P00001,MLJ-ES-2012",
        "the enrolment of 'P00001' in 'MLJ-ES-2012' is already in line 2",
    ),
    ("discussions.csv", "2012-05-22T11:00:00+03:00", "2012-05-22T11:00:00", "starts_at:"),
    ("discussions.csv", "2012-05-22T11:00:00+03:00", "2012-05-32T11:00:00+03:00", "starts_at:"),
    ("discussions.csv", "+03:00,60,held", "+03:00,0,held", "minutes: '0'"),
    ("discussions.csv", "+03:00,60,held", "+03:00,60,postponed", "status: 'postponed'"),
    ("discussions.csv", "D002,", "D001,", "discussion_id 'D001' is already in line 2"),
    ("attendance.csv", "D001,P00117", "D999,P00117", "discussion_id: 'D999'"),
    ("attendance.csv", "D001,P00117", "D001,P99999", "participant_id: 'P99999'"),
    (
        "attendance.csv",
        "2012-05-22T08:59:00+00:00",
        "2012-05-22T08:00:00+00:00",
        "left_at is before joined_at",
    ),
    ("attendance.csv", "2012-05-22T08:59:00+00:00", "", "left_at: ''"),
]


@pytest.mark.parametrize(("file", "old", "new", "reason"), BAD_CELLS)
def test_a_bad_cell_is_named_with_its_line_and_nothing_is_written(
    session, folder, file, old, new, reason
):
    line = alter(folder, file, old, new)
    before = rows(session)
    report = take(session, folder)
    assert any(
        problem.file == file and problem.line == line and reason in problem.reason
        for problem in report.problems
    ), report.problems
    assert not report.is_written
    assert rows(session) == before


def test_all_faults_are_listed_in_one_go(session, folder):
    expected = {
        ("participants.csv", alter(folder, "participants.csv", "P00003,BR", "P00003,ZZ")),
        ("participants.csv", alter(folder, "participants.csv", "P00009,MX,male", "P00009,MX,m")),
        ("courses.csv", alter(folder, "courses.csv", "2012-07-09", "9 July")),
        (
            "enrolments.csv",
            append(folder, "enrolments.csv", "P88888,MLJ-ES-2012,2012-09-01,active,"),
        ),
        ("discussions.csv", alter(folder, "discussions.csv", "D004,", "D003,")),
        ("attendance.csv", append(folder, "attendance.csv", "D001,P00001")),
    }
    problems = take(session, folder).problems
    assert expected <= {(problem.file, problem.line) for problem in problems}


def test_a_faulty_person_does_not_make_their_enrolments_faulty(session, folder):
    alter(folder, "participants.csv", "P00001,AR,", "P00001,XX,")
    assert [problem.file for problem in take(session, folder).problems] == ["participants.csv"]


def test_one_row_may_have_several_faults(session, folder):
    alter(folder, "participants.csv", "P00001,AR,female,legal_adviser", "P00001,XX,woman,pilot")
    assert len(take(session, folder).problems) == 3


def test_missing_files_are_named(session, folder):
    (folder / "courses.csv").unlink()
    (folder / "attendance.csv").unlink()
    assert [str(problem) for problem in take(session, folder).problems] == [
        "courses.csv: the file is missing",
        "attendance.csv: the file is missing",
    ]


def test_a_missing_folder_is_named(session, tmp_path):
    assert [problem.reason for problem in take(session, tmp_path / "nowhere").problems] == [
        "there is no such folder"
    ]


def test_unknown_and_missing_columns_are_named(session, folder):
    alter(folder, "courses.csv", "starts_on,ends_on", "starts_on,role")
    reasons = {
        problem.reason
        for problem in take(session, folder).problems
        if problem.file == "courses.csv"
    }
    assert reasons == {"the column 'role' is not known", "the column 'ends_on' is missing"}


def test_a_file_in_another_encoding_is_named(session, folder):
    path = folder / "courses.csv"
    path.write_bytes(path.read_bytes().decode().encode("latin-1"))
    first = take(session, folder).problems[0]
    assert (first.file, first.reason) == ("courses.csv", "the file is not in UTF-8")
    assert first.line > 1


def test_broken_quotes_are_named(session, folder):
    line = append(folder, "discussions.csv", 'D031,"a ""broken" topic,en,x,60,held')
    assert any(
        problem.file == "discussions.csv" and problem.line == line
        for problem in take(session, folder).problems
    )


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\x00"])
def test_hidden_characters_are_named(session, folder, hidden):
    line = alter(folder, "discussions.csv", "Fair trial", f"Fair{hidden} trial")
    assert [(one.file, one.line) for one in take(session, folder).problems] == [
        ("discussions.csv", line)
    ]


def test_what_was_imported_is_never_changed_by_a_later_import(session, folder):
    take(session, folder)
    before = rows(session)
    alter(folder, "participants.csv", "P00001,AR,", "P00001,UY,")
    alter(folder, "enrolments.csv", "completed,2012-10-12", "completed,2012-10-13")
    append(folder, "participants.csv", "P00999,MA,female,judge,ar,2012-01-01,no")
    report = take(session, folder)
    assert [(one.file, one.reason) for one in report.problems] == [
        ("participants.csv", "it was imported before with other values"),
        ("enrolments.csv", "it was imported before with other values"),
    ]
    assert rows(session) == before


def test_new_rows_join_what_was_imported(session, folder):
    take(session, folder)
    append(folder, "participants.csv", "P00999,MA,female,judge,ar,2012-01-01,no")
    append(folder, "enrolments.csv", "P00999,MLJ-ES-2012,2012-09-01,active,")
    report = take(session, folder)
    assert report.problems == []
    assert (report.added["participants"], report.added["enrolments"]) == (1, 1)


def test_the_code_of_another_run_is_not_taken_over(session, folder):
    session.add(
        CourseRun(
            code="MLJ-ES-2012",
            course_key="universal-legal-framework",
            title=None,
            pace="self_paced",
            starts_on=None,
            ends_on=None,
            languages=["es"],
            partners=[],
            seats=None,
            planned_at=NOW,
        )
    )
    session.flush()
    report = take(session, folder)
    assert [problem.file for problem in report.problems] == ["courses.csv"]
