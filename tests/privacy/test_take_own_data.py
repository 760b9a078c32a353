"""SECURITY: T92, cases 46, 11, 12, 13, 48. A person takes a copy of what is kept of them."""

import json
from datetime import timedelta

import pytest
from privacy.conftest import CANARY
from sqlalchemy import select

from learnplat.audit import AuditEntry
from learnplat.core.clock import utc_now
from learnplat.privacy.inventory import inventory


@pytest.fixture
def copied(house, full):
    return house.enter(full, with_factor=True).ask("GET", "/api/v1/me/data")


def test_every_kind_of_record_is_there(copied):
    """SECURITY: case 46. The list that erases is the list that tells."""
    told = {entry.told_as for entry in inventory().tables.values() if entry.told_as}
    assert set(copied.json["records"]) | {"account"} == told
    assert [name for name, rows in copied.json["records"].items() if not rows] == []


def test_it_tells_what_the_person_gave(copied, full):
    assert copied.json["account"]["email"] == full.email
    assert copied.json["account"]["institution"] == f"{CANARY} Chamber"
    assert copied.json["records"]["applications_for_places"][0]["supervisor_name"]


def test_instants_are_in_utc_and_runs_have_their_code(copied):
    [first, _] = copied.json["records"]["enrolments"]
    assert first["enrolled_at"].endswith("Z")
    assert first["run"] == "PRIVACY-1"


def test_no_secret_no_note_and_nobody_else_is_in_it(copied, full):
    """SECURITY: case 13. What is not named in the inventory as told does not leave."""
    text = json.dumps(copied.json)
    for untold in ("password_hash", "calendar_token", "digest", "token", "seems right", "actor_id"):
        assert untold not in text.replace("access_tokens", "").replace("digests", "")
    assert full.admin.name not in text
    assert full.admin.email not in text


def test_another_person_is_not_in_it(house, full):
    """SECURITY: case 12. No number, list or parameter asks for somebody else."""
    other = house.person("Somebody Else", email="else@ministry.example")
    answer = house.enter(other).ask("GET", f"/api/v1/me/data?account_id={full.id}")
    assert CANARY not in answer.text


def test_the_file_is_kept_by_no_cache(copied):
    """SECURITY: case 48."""
    assert copied.headers["Cache-Control"] == "no-store, private"


def test_it_is_in_the_audit_log(house, copied, full):
    with house.app.app_context():
        from learnplat.db import reading

        found = reading().scalars(
            select(AuditEntry).where(AuditEntry.action == "own_data_exported")
        )
        assert [(entry.actor_id, entry.subject_id) for entry in found] == [(full.id, full.id)]


def test_the_page_gives_the_same_as_a_file(house, copied, full):
    answer = house.post("/en/profile/data/copy")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    got, had = json.loads(answer.text), copied.json
    assert got["account"] == had["account"]
    assert set(got["records"]) == set(had["records"])


def test_an_old_session_confirms_first(house, full):
    """SECURITY: T92. A stolen cookie alone takes nothing away."""
    key = house.opened(full, with_factor=True, confirmed_at=utc_now() - timedelta(minutes=6))
    with house.client.session_transaction() as session:
        session.clear()
        session["_user_id"] = key
    assert house.ask("GET", "/api/v1/me/data").json["code"] == "confirmation_needed"
    answer = house.post("/en/profile/data/copy")
    assert answer.status_code == 303
    assert "/confirm" in answer.location


def test_a_link_takes_nothing(house, full):
    """SECURITY: case 11. The file has no address: it is made for whoever asks, and for nobody later."""
    house.enter(full, with_factor=True)
    assert house.get("/en/profile/data/copy").status_code == 405
    assert house.leave().get("/api/v1/me/data").status_code == 401


def test_the_page_shows_what_was_agreed_to(house, full):
    page = house.enter(full, with_factor=True).get("/en/profile/data").text
    assert "version of 2026-11-21" in page
