"""What leaves in large numbers leaves with the agreement of a second person. SECURITY: T92."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from learnplat import audit
from learnplat.audit import AuditEntry
from learnplat.core.actors import Actor, Role
from learnplat.core.clock import utc_now
from learnplat.core.refusals import NotAllowed
from learnplat.db import reading, transaction
from learnplat.oversight import large_exports
from learnplat.oversight.actions import export_for_reason as export_audit
from learnplat.oversight.large_exports import Wish, agree_to_export, ask_leave
from learnplat.people.models import Account, RoleGrant, Standing
from learnplat.statistics.ledger import export_for_reason as export_enrolments

REASON = "The court of auditors asked for the year."
AUDIT = {"since": "2026-11-20", "until": "2026-11-20", "form": "csv", "reason": REASON}
ENROLMENTS = {"since": "2012-01-01", "until": "2012-12-31", "reason": REASON}
WISH = Wish("audit", "2026-11-20", "2026-11-20", "csv")


def kept(house, *actions):
    with house.app.app_context():
        query = select(AuditEntry).order_by(AuditEntry.number)
        return [e for e in reading().scalars(query) if e.action in actions]


@pytest.fixture
def few(monkeypatch):
    """A cap that a test can reach."""
    monkeypatch.setattr(large_exports, "ALONE", 5)


def written(house, count, now=None):
    now = now or utc_now().replace(year=2026, month=11, day=20)
    with house.app.app_context(), transaction() as session:
        for _ in range(count):
            audit.record(
                session, actor_id=None, action="run_planned", subject=("course_run", 7), now=now
            )


def agreed(house, number):
    return house.post(f"/en/audit/exports/{number}/agreement")


def test_a_small_file_leaves_at_once(house, few):
    written(house, 5)
    answer = house.enter(house.auditor()).post("/en/audit/export", AUDIT)
    assert answer.data.count(b"\r\n") >= 6
    (entry,) = kept(house, "audit_exported")
    assert (entry.facts["rows"], entry.facts["wish"]) == (5, None)


def test_a_large_one_is_held_and_the_wish_is_noted_once(house, few):
    written(house, 6)
    auditor = house.auditor()
    house.enter(auditor)
    for _ in range(2):
        answer = house.post("/en/audit/export", AUDIT)
        assert answer.status_code == 409
        assert answer.content_type.startswith("text/html")
        assert REASON in answer.text
    (wish,) = kept(house, "export_asked")
    assert (wish.actor_id, wish.reason, wish.facts["rows"]) == (auditor.id, REASON, 6)
    assert f"entry {wish.number} " in answer.text
    assert kept(house, "audit_exported") == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", ("Journal d’audit", "Du 20 novembre 2026 au 20 novembre 2026", "6 lignes")),
        ("ar", ("سجل التدقيق", "6 صفوف", "تخطيط دفعة جديدة")),
    ],
)
def test_the_second_person_reads_in_words_what_would_leave(house, few, language, said):
    written(house, 6)
    asked = AUDIT if language == "fr" else {**AUDIT, "action": "run_planned"}
    house.enter(house.auditor()).post("/en/audit/export", asked)
    page = house.enter(house.admin()).get(f"/{language}/audit/exports").text
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert [words for words in said if words not in row] == []
    assert "since" not in row
    assert "rows" not in row


def test_it_leaves_once_when_a_second_person_has_agreed(house, few):
    written(house, 6)
    first, second = house.auditor(), house.admin()
    house.enter(first).post("/en/audit/export", AUDIT)
    (wish,) = kept(house, "export_asked")
    house.enter(second)
    assert REASON in house.get("/en/audit/exports").text
    assert agreed(house, wish.number).status_code == 303
    assert REASON not in house.get("/en/audit/exports").text
    house.enter(first)
    answer = house.post("/en/audit/export", AUDIT)
    assert answer.data.startswith(b"\xef\xbb\xbfnumber,")
    (left,) = kept(house, "audit_exported")
    assert (left.actor_id, left.facts["wish"]) == (first.id, wish.number)
    (agreement,) = kept(house, "export_agreed")
    assert (agreement.actor_id, agreement.subject_id) == (second.id, wish.number)
    assert house.post("/en/audit/export", AUDIT).status_code == 409


def test_nobody_agrees_with_the_own_wish(house, few):
    written(house, 6)
    house.enter(house.admin()).post("/en/audit/export", AUDIT)
    (wish,) = kept(house, "export_asked")
    assert agreed(house, wish.number).status_code == 409
    assert kept(house, "export_agreed") == []


@pytest.mark.parametrize("change", [{"form": "json"}, {"until": "2026-11-21"}, {"account": "7"}])
def test_the_agreement_is_to_that_very_file(house, few, change):
    written(house, 6)
    first = house.auditor()
    house.enter(first).post("/en/audit/export", AUDIT)
    (wish,) = kept(house, "export_asked")
    agreed(house.enter(house.admin()), wish.number)
    with house.app.app_context(), transaction() as session:
        other = Wish(**WISH.facts | {k: int(v) if v.isdigit() else v for k, v in change.items()})
        leave = ask_leave(
            session, actor=actor_of(first), wish=other, rows=6, reason=REASON, now=utc_now()
        )
    assert leave.noted not in (None, wish.number)


def actor_of(person):
    """As an action needs it."""
    return Actor(person.id, person.name, person.language, person.zone, person.country)


def test_it_is_not_for_somebody_else(house, few):
    written(house, 6)
    house.enter(house.auditor()).post("/en/audit/export", AUDIT)
    (wish,) = kept(house, "export_asked")
    agreed(house.enter(house.admin()), wish.number)
    assert house.enter(house.auditor()).post("/en/audit/export", AUDIT).status_code == 409


def test_slices_of_an_hour_count_together(house, few):
    auditor, now = house.auditor(), utc_now()
    held = []
    for minute in (0, 10, 20, 75):
        at = now + timedelta(minutes=minute)
        with house.app.app_context(), transaction() as session:
            leave = ask_leave(
                session, actor=actor_of(auditor), wish=WISH, rows=2, reason=REASON, now=at
            )
            held.append(leave.noted is not None)
            if not leave.noted:
                audit.record(
                    session, actor_id=auditor.id, action="audit_exported", now=at, rows=2,
                    subject=("audit_log", None), wish=None,
                )  # fmt: skip
    assert held == [False, False, True, False]


def test_a_wish_ends_after_a_day(house, few):
    auditor, admin, now = house.auditor(), house.admin(), utc_now()
    with house.app.app_context(), transaction() as session:
        asked = {"actor": actor_of(auditor), "wish": WISH, "rows": 6, "reason": REASON}
        number = ask_leave(session, **asked, now=now).noted
        agree_to_export(session, actor=actor_of(admin), number=number, now=now)
        assert ask_leave(session, **asked, now=now + timedelta(hours=23)).wish == number
        again = ask_leave(session, **asked, now=now + timedelta(hours=25))
    assert again.wish is None
    assert again.noted != number


@pytest.mark.parametrize("loss", ["role", "standing"])
@pytest.mark.parametrize("act", ["agree", "audit", "enrolments"])
def test_who_has_lost_the_role_a_moment_ago_does_nothing_more(house, few, act, loss):
    """The door was passed before; the act asks again inside its transaction."""
    wisher, other, now = house.auditor(), house.admin(), utc_now()
    actor = replace(actor_of(other), roles=frozenset({Role.PRACTITIONER, Role.ADMIN}))
    day = {"since": now.date(), "until": now.date(), "reason": REASON, "now": now}
    with house.app.app_context(), transaction() as session:
        asked = {"actor": actor_of(wisher), "wish": WISH, "rows": 6, "reason": REASON}
        number = ask_leave(session, **asked, now=now).noted
        if loss == "role":
            session.execute(delete(RoleGrant).where(RoleGrant.account_id == other.id))
        else:
            session.get(Account, other.id).standing = Standing.SUSPENDED
    acts = {
        "agree": lambda s: agree_to_export(s, actor=actor, number=number, now=now),
        "audit": lambda s: export_audit(s, actor=actor, form="csv", acts=None, account=None, **day),
        "enrolments": lambda s: export_enrolments(s, actor=actor, **day),
    }
    with house.app.app_context(), transaction() as session, pytest.raises(NotAllowed):
        acts[act](session)
    assert kept(house, "export_agreed", "audit_exported", "enrolments_exported") == []


def test_agreeing_asks_for_a_confirmation_and_a_wish(house, few):
    admin = house.admin()
    house.enter(admin)
    assert agreed(house, 4711).status_code == 404
    key = house.opened(admin, confirmed_at=utc_now() - timedelta(minutes=6))
    with house.client.session_transaction() as session:
        session["_user_id"] = key
    answer = agreed(house, 4711)
    assert answer.status_code == 303
    assert "/en/confirm" in answer.location


@pytest.mark.parametrize("who", ["practitioner", "trainer", "vetter", "focal_point"])
def test_agreeing_is_not_for_others(house, who):
    roles = () if who == "practitioner" else (Role(who),)
    house.enter(house.person(roles=roles))
    assert house.get("/en/audit/exports").status_code == 403
    assert agreed(house, 1).status_code == 403


def test_nobody_waiting_is_said(house):
    assert "Nobody is waiting" in house.enter(house.auditor()).get("/en/audit/exports").text
