"""Whoever reads, verifies or takes away the audit log stands in it. SECURITY: T96, T166, T168."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from conftest import unguarded
from sqlalchemy import select, text

from learnplat import audit
from learnplat.audit import AuditEntry
from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.oversight.actions import ONE_READING
from learnplat.oversight.exports import COLUMNS, pieces
from learnplat.oversight.queries import entries_of_period

REASON = "The court of auditors asked for the year."
NOW = datetime(2026, 11, 20, 9, 0, 0, tzinfo=UTC)
FORM = {"since": "2026-11-20", "until": "2026-11-20", "form": "csv", "reason": REASON}
NASTY = [
    "=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠x",
    'a "quoted", text', "two\r\nlines", "\x1b[31mred", "أمل; «العدل»",
]  # fmt: skip


def entries(house, action=None):
    with house.app.app_context():
        query = select(AuditEntry).order_by(AuditEntry.number)
        found = reading().scalars(query).all()
    return [entry for entry in found if action in (None, entry.action)]


def written(house, reasons=(None,), **values):
    entry = {"actor_id": None, "action": "run_planned", "subject": ("course_run", 7), "now": NOW}
    with house.app.app_context(), transaction() as session:
        for reason in reasons:
            audit.record(session, **entry | values, reason=reason)


def exported(house, person, **changes):
    return house.enter(person).post("/en/audit/export", FORM | changes)


@pytest.mark.parametrize("address", ["/en/audit", "/api/v1/audit"])
def test_reading_is_recorded_with_what_was_asked_for(house, address):
    auditor = house.auditor()
    house.enter(auditor).get(f"{address}?action=role_granted&account=7")
    (entry,) = entries(house)
    assert (entry.action, entry.actor_id) == ("audit_read", auditor.id)
    assert entry.facts == {"acts": "role_granted", "account": 7}


def test_leafing_on_is_one_reading(house):
    written(house, [None] * 120)
    house.enter(house.auditor())
    page = house.get("/en/audit").text
    for _ in range(3):
        house.get("/en/audit?cursor=" + page.split("cursor=")[1].split('"')[0])
        house.get("/api/v1/audit?limit=5")
    assert len(entries(house, "audit_read")) == 1


def test_another_question_and_another_person_are_another_reading(house):
    house.enter(house.auditor())
    for address in ("/en/audit", "/en/audit?account=3", "/en/audit?account=4", "/en/audit"):
        house.get(address)
    house.enter(house.admin()).get("/en/audit")
    assert len(entries(house, "audit_read")) == 4


def test_later_it_is_another_reading(house):
    auditor = house.auditor()
    asked = {"acts": None, "account": None}
    long_ago = utc_now() - ONE_READING - timedelta(seconds=1)
    written(house, actor_id=auditor.id, action="audit_read", now=long_ago, **asked)
    house.enter(auditor).get("/en/audit")
    assert len(entries(house, "audit_read")) == 2


def test_a_refused_question_is_no_reading(house):
    house.enter(house.auditor())
    for address in ("/en/audit?account=x", "/api/v1/audit?account=x", "/en/audit?cursor=x"):
        assert house.get(address).status_code == 422
    assert entries(house) == []


@pytest.mark.parametrize("who", ["admin", "auditor"])
def test_the_chain_is_verified_on_the_page(house, who):
    written(house, [None] * 5)
    house.enter(getattr(house, who)())
    house.post("/en/audit/verification")
    page = house.get("/en/audit").text
    assert "Every entry is as it was written." in page
    assert entries(house, "run_planned")[-1].digest in page


def test_a_broken_chain_is_said_with_the_entry(house):
    written(house, [None] * 5)
    with house.app.app_context(), transaction() as session, unguarded(session):
        session.execute(text("update audit_entry set actor_id = 99 where number = 4"))
    house.enter(house.auditor())
    house.post("/en/audit/verification")
    page = house.get("/en/audit").text
    assert "Entry 4 is not as it was written" in page
    assert 'role="alert"' in page
    found = house.get("/api/v1/audit/verification").json
    assert (found["is_whole"], found["first_broken"]) == (False, 4)


def test_only_so_many_of_the_newest_are_read_on_the_page(house, monkeypatch):
    for room in ("pages", "api"):
        monkeypatch.setattr(f"learnplat.oversight.{room}.LOOKED_AT", 3)
    written(house, [None] * 6)
    with house.app.app_context(), transaction() as session, unguarded(session):
        session.execute(text("update audit_entry set actor_id = 99 where number = 2"))
    house.enter(house.auditor())
    found = house.get("/api/v1/audit/verification").json
    assert (found["is_whole"], found["looked_at"], found["last_number"]) == (True, 3, 6)
    house.post("/en/audit/verification")
    assert "The newest 3 entries are as they were written." in house.get("/en/audit").text


@pytest.mark.parametrize("number", [4, 5, 6])
def test_of_the_newest_none_may_be_missing(house, number):
    written(house, [None] * 6)
    with house.app.app_context(), transaction() as session, unguarded(session):
        session.execute(text(f"delete from audit_entry where number = {number}"))
    with house.app.app_context():
        assert audit.verify(reading(), newest=3) == number


def test_verifying_is_not_for_others_and_not_by_a_link(house):
    house.enter(house.trainer())
    assert house.post("/en/audit/verification").status_code == 403
    assert house.enter(house.auditor()).get("/en/audit/verification").status_code == 405


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("who", ["admin", "auditor"])
def test_an_export_is_recorded_with_its_reason(house, who, form):
    person = getattr(house, who)()
    answer = exported(house, person, form=form, action="run_planned", account="7")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f'2026-11-20-2026-11-20.{form}"')
    (entry,) = entries(house)
    assert (entry.action, entry.actor_id, entry.reason) == ("audit_exported", person.id, REASON)
    assert entry.facts == {
        "form": form,
        "since": "2026-11-20",
        "until": "2026-11-20",
        "acts": "run_planned",
        "account": 7,
        "rows": 0,
        "wish": None,
    }


def test_no_spreadsheet_runs_a_cell_and_no_cell_breaks_its_row(house):
    written(house, NASTY)
    raw = exported(house, house.auditor()).data
    assert raw.startswith(b"\xef\xbb\xbfnumber,")
    assert raw.count(b"\n") == raw.count(b"\r\n") == len(NASTY) + 1
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert list(rows[0]) == list(COLUMNS)
    for row, reason in zip(rows, NASTY, strict=True):
        assert not row["reason"].startswith(
            ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
        )
        assert row["reason"].strip("' ").replace(" ", "")[-1] == reason.rstrip()[-1]
        assert row["reason"].isprintable()


def test_a_workbook_holds_text_and_numbers_only(house):
    written(house, NASTY)
    raw = exported(house, house.auditor(), form="xlsx").data
    sheet = openpyxl.load_workbook(io.BytesIO(raw))["audit"]
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == len(NASTY)
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    assert sheet.cell(2, COLUMNS.index("reason") + 1).value == f"'{NASTY[0]}"


def test_the_digests_of_a_json_export_can_be_checked_by_anybody(house):
    written(house, [*NASTY, None])
    found = json.loads(exported(house, house.auditor(), form="json").data)["entries"]
    assert [entry["reason"] for entry in found] == [*NASTY, None]
    previous = audit.NOTHING_YET
    for entry in found:
        digest = entry.pop("digest")
        assert entry["previous"] == previous
        said = entry | {"at": datetime.fromisoformat(entry["at"])}
        assert audit.digest_of(said) == digest
        previous = digest


def test_an_export_holds_the_period_and_the_kind_that_were_asked_for(house):
    amal = house.amal()
    for day, done in ((19, "planned"), (20, "planned"), (20, "changed"), (21, "planned")):
        written(house, now=NOW.replace(day=day), action=f"run_{done}", actor_id=amal.id)
    auditor = house.auditor()

    def numbers(**changes):
        raw = exported(house, auditor, form="json", **changes).data
        return [entry["number"] for entry in json.loads(raw)["entries"]]

    assert numbers(until="2026-11-20") == [2, 3]
    assert numbers(action="run_changed") == [3]
    assert numbers(account=str(amal.id), since="2026-11-19") == [1, 2, 3]
    assert numbers(account="99999") == []


def test_no_name_stands_in_an_export(house):
    amal = house.amal()
    written(house, actor_id=amal.id, subject=("account", amal.id))
    for form in ("csv", "json"):
        body = exported(house, house.auditor(), form=form).get_data(as_text=True)
        assert amal.name not in body
        assert amal.email not in body


@pytest.mark.parametrize(
    ("field", "value"),
    [("reason", ""), ("reason", "short"), ("reason", "x" * 501), ("reason", "a\u202e hidden reason"),
     ("form", "exe"), ("form", ""), ("since", ""), ("since", "1999-01-01"), ("until", "2026-11-19"),
     ("until", "2999-01-01"), ("action", "run_burnt"), ("account", "0"), ("extra", "1")],
)  # fmt: skip
def test_a_wrong_wish_is_refused_and_nothing_leaves(house, field, value):
    answer = exported(house, house.auditor(), **{field: value})
    assert answer.status_code == 422
    assert answer.content_type.startswith("text/html")
    assert entries(house) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_asks_for_a_confirmation_of_the_last_minutes(house, method):
    auditor = house.auditor()
    key = house.opened(auditor, confirmed_at=utc_now() - timedelta(minutes=6))
    with house.client.session_transaction() as session:
        session["_user_id"] = key
    send = house.get if method == "GET" else house.post
    answer = send("/en/audit/export")
    assert answer.status_code == 303
    assert answer.location.endswith("/en/confirm?next=/en/audit/export")
    assert entries(house) == []


@pytest.mark.parametrize("who", ["practitioner", "trainer", "vetter", "focal_point"])
def test_it_is_not_for_others(house, who):
    roles = () if who == "practitioner" else (Role(who),)
    assert exported(house, house.person(roles=roles)).status_code == 403
    assert [entry.action for entry in entries(house)] == ["try_refused"]


def test_many_entries_leave_in_pieces(house):
    written(house, [None] * 1201)
    begins_at = NOW.replace(hour=0)
    with house.app.app_context():
        found = entries_of_period(
            reading(), begins_at=begins_at, ends_at=begins_at + timedelta(days=1)
        )
        assert [piece.count(b"\r\n") for piece in pieces(found, "csv")] == [1, 500, 500, 201]
    assert exported(house, house.auditor()).data.count(b"\r\n") == 1202
