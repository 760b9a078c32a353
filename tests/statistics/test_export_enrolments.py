"""Enrolments as rows without persons, as many as there are. SECURITY: case 22, T92."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from learnplat import audit
from learnplat.audit import AuditEntry
from learnplat.core.refusals import Invalid
from learnplat.db import reading, transaction
from learnplat.learning.models import CourseRun
from learnplat.statistics.ledger import enrolments_csv

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def written(house: Any, since: str = "2012-01-01", until: str = "2012-12-31") -> bytes:
    with house.app.app_context(), transaction() as session:
        return b"".join(
            enrolments_csv(session, date.fromisoformat(since), date.fromisoformat(until), NOW)
        )


def rows(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_every_enrolment_of_an_official_is_a_row(programme):
    found = rows(written(programme))
    assert len(found) == 199
    assert sum(row["completed_on"].startswith("2012") for row in found) == 173


def test_no_row_tells_who_it_was(programme):
    assert list(rows(written(programme))[0]) == [
        "run",
        "country",
        "gender",
        "profession",
        "language",
        "status",
        "enrolled_on",
        "completed_on",
    ]
    assert b"P00" not in written(programme)


def test_days_are_days_in_utc(programme):
    first = rows(written(programme))[0]
    assert (first["enrolled_on"], first["status"]) == ("2012-01-07", "completed")


def test_lines_end_with_crlf_and_the_file_begins_with_its_mark(programme):
    raw = written(programme)
    assert raw.startswith(b"\xef\xbb\xbfrun,")
    assert raw.count(b"\n") == raw.count(b"\r\n") == 200


def test_a_code_that_looks_like_a_formula_does_not_run(programme):
    with programme.app.app_context(), transaction() as session:
        session.execute(
            update(CourseRun).where(CourseRun.code == "MLJ-ES-2012").values(code="=1+1")
        )
    assert "'=1+1" in {row["run"] for row in rows(written(programme))}


def test_an_empty_period_is_a_heading(programme):
    assert rows(written(programme, "2011-01-01", "2011-01-31")) == []


def test_a_wrong_period_is_refused_before_anything_is_written(house):
    with house.app.app_context(), transaction() as session, pytest.raises(Invalid):
        enrolments_csv(session, date(2012, 2, 1), date(2012, 1, 1), NOW)


FORM = {
    "since": "2012-01-01",
    "until": "2012-12-31",
    "reason": "The ministry asked for the rows of 2012.",
}


def test_an_administrator_downloads_it_for_a_reason(programme, admin):
    answer = programme.post("/fr/statistics/enrolments", FORM)
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="enrolments-2012-01-01-2012-12-31.csv"'
    )
    assert len(rows(answer.data)) == 199


def test_the_form_asks_for_the_reason(house, admin):
    page = house.get("/en/statistics/enrolments?since=2012-01-01&until=2012-12-31")
    assert page.status_code == 200
    assert 'name="reason"' in page.text
    assert 'value="2012-12-31"' in page.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", ""),
        ("reason", "too short"),
        ("reason", "          too          "),
        ("reason", "x" * 501),
        ("reason", "an invisible\u202e reason"),
        ("since", ""),
        ("since", "2013-01-01"),
        ("until", "yesterday"),
    ],
)
def test_without_a_reason_or_a_period_nothing_leaves(programme, admin, field, value):
    answer = programme.post("/en/statistics/enrolments", FORM | {field: value})
    assert answer.status_code == 422
    assert answer.content_type.startswith("text/html")
    with programme.app.app_context():
        assert audit.head(reading())[0] == 1  # the import


def test_a_reason_of_ten_and_of_500_characters_will_do(house, admin):
    for reason in ("ten letter", "ض" * 500):
        answer = house.post("/en/statistics/enrolments", FORM | {"reason": reason})
        assert rows(answer.data) == []


def test_a_forged_form_is_refused(house, admin):
    answer = house.client.post("/en/statistics/enrolments", data=FORM)
    assert answer.status_code == 400


def test_others_do_not(house):
    house.enter(house.trainer())
    address = "/fr/statistics/enrolments?since=2012-01-01&until=2012-12-31"
    assert house.get(address).status_code == 403
    assert house.post("/fr/statistics/enrolments", FORM).status_code == 403


def test_a_missing_day_is_refused(house, admin):
    assert house.get("/fr/statistics/enrolments?since=2012-01-01").status_code == 422


def test_many_rows_wait_for_a_second_person(programme, monkeypatch):
    """SECURITY: T92. An auditor may agree, who cannot take the rows."""
    monkeypatch.setattr("learnplat.oversight.large_exports.ALONE", 198)
    admin = programme.admin()
    form = {"since": "2012-01-01", "until": "2012-12-31", "reason": "The ministry asked for it."}
    held = programme.enter(admin).post("/en/statistics/enrolments", form)
    assert (held.status_code, held.mimetype) == (409, "text/html")
    assert form["reason"] in held.text
    with programme.app.app_context():
        query = select(AuditEntry).where(AuditEntry.action == "export_asked")
        wish = reading().scalars(query).one()
    assert wish.facts["rows"] == 199
    programme.enter(programme.auditor()).post(f"/en/audit/exports/{wish.number}/agreement")
    assert len(rows(programme.enter(admin).post("/en/statistics/enrolments", form).data)) == 199
