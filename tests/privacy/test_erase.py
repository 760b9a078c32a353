"""SECURITY: P9, case 46. A person leaves: everything that leads to them goes, figures stay."""

import glob
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from privacy.conftest import CANARY, everything
from sqlalchemy import select

from learnplat.audit import AuditEntry, verify
from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.core.refusals import Conflict
from learnplat.db import db, reading, transaction
from learnplat.discussions.models import Discussion
from learnplat.learning.applications.rules import mailbox
from learnplat.learning.models import (
    Application,
    ApplicationState,
    Confirmation,
    ConfirmationLetter,
    CourseRun,
    Pace,
)
from learnplat.outbox import OutboxMessage, post
from learnplat.people.models import Account
from learnplat.people.rules import digest_of
from learnplat.privacy import register
from learnplat.privacy.actions import erase_person
from learnplat.privacy.models import Erasure
from learnplat.statistics.report import participation
from learnplat.web.mail import deliver_due, transport_of
from learnplat.web.models import KeptAnswer


def erase(house, person, typed=None):
    return house.enter(person, with_factor=True).post(
        "/en/profile/erasure", {"typed": typed or person.email}
    )


def settings_of(house):
    return house.app.config["LEARNPLAT"]


def files_of(house):
    """The bytes of everything in the data folder: database, its log, letters, register."""
    folder = settings_of(house).data
    return {
        path: Path(path).read_bytes()
        for path in glob.glob(f"{folder}/**/*", recursive=True, include_hidden=True)
        if Path(path).is_file()
    }


def hits(house):
    words = (CANARY.encode(), CANARY.lower().encode(), CANARY.upper().encode())
    found = [path for path, held in files_of(house).items() if any(word in held for word in words)]
    with house.app.app_context():
        found += [row for row in everything(reading()) if CANARY.casefold() in row.casefold()]
        reading().rollback()
    return found


def test_no_trace_is_left(house, full, capfd):
    """SECURITY: P9, case 46. Canary: database, its write-ahead log, letters, register and output."""
    with house.app.app_context():
        deliver_due(transport_of(settings_of(house).mail), "http://learn.test")
        db.session.remove()
    assert hits(house)
    answer = erase(house, full)
    assert answer.status_code == 200
    assert hits(house) == []
    said = capfd.readouterr()
    assert CANARY not in said.out + said.err


def test_letters_to_be_sent_are_cancelled(house, full):
    """SECURITY: case 46. To the person, and to others about the person."""
    erase(house, full)
    with house.app.app_context():
        assert reading().scalars(select(OutboxMessage.key)).all() == []


def test_a_letter_of_somebody_of_the_same_name_is_not_taken(house, full):
    from learnplat.core.languages import Language

    twin = house.person(full.name, email="twin@ministry.example")
    with house.app.app_context(), transaction() as session:
        post(
            session, key="to-twin", template="welcome", recipient=twin.email,
            language=Language.AR, now=utc_now(), facts={"name": twin.name},
        )  # fmt: skip
    erase(house, full)
    with house.app.app_context():
        assert reading().scalars(select(OutboxMessage.key)).all() == ["to-twin"]


def report(house):
    with house.app.app_context():
        today = utc_now().date()
        found = participation(
            reading(), since=today - timedelta(days=365), until=today, now=utc_now()
        )
        reading().rollback()
    return {name: value for name, value in found.items() if name not in ("as_at", "digest")}


def test_the_figures_stay_the_same(house, full):
    before = report(house)
    erase(house, full)
    assert before["completions"] == before["practitioners_trained"] == 1
    assert report(house) == before


def test_the_figures_of_2012_stay_the_same(blank_house):
    """Figures of the programme of 2012 before and after one of its practitioners is erased."""
    from learnplat.exchange.programme import import_programme

    house, folder = blank_house, Path(__file__).parents[1] / "data" / "programme-2012"
    period = {"since": date(2012, 1, 1), "until": date(2012, 12, 31), "now": utc_now()}
    with house.app.app_context(), transaction() as session:
        import_programme(session, folder, now=utc_now(), dry_run=False)
    admin = house.admin()
    with house.app.app_context():
        before = participation(reading(), **period)
        someone = reading().scalar(select(Account.id).where(Account.imported_as.is_not(None)))
        reading().rollback()
    house.enter(admin).post(
        f"/en/people/{someone}/erasure", {"typed": str(someone), "reason": "asked in writing"}
    )
    with house.app.app_context():
        after = participation(reading(), **period)
        assert reading().get(Account, someone).name == ""
    assert after == before
    assert (after["courses_delivered"], after["practitioners_trained"]) == (6, 162)


def test_the_number_stays_as_a_tombstone(house, full):
    erase(house, full)
    with house.app.app_context():
        account = reading().get(Account, full.id)
        assert (account.standing.value, account.name, account.email) == ("erased", "", None)
        assert (account.country, account.gender, account.password_hash) == ("MA", "female", None)
        assert account.erased_at is not None


def test_seats_are_free_again(house, full):
    erase(house, full)
    with house.app.app_context():
        run = reading().scalar(select(CourseRun).where(CourseRun.code == full.run))
        talk = reading().scalar(select(Discussion).where(Discussion.uid == "privacy-talk"))
        assert (run.seats_taken, talk.seats_taken) == (0, 0)


def test_every_session_and_token_is_over(house, full):
    other, key = house.app.test_client(), house.opened(full, with_factor=True)
    with other.session_transaction() as session:
        session["_user_id"] = key
    erase(house, full)
    assert other.get("/en/profile").status_code == 303
    assert house.get("/en/profile").status_code == 303


def test_the_browser_forgets_too(house, full):
    """SECURITY: T164."""
    answer = erase(house, full)
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


def test_the_calendar_answers_no_more(house, full):
    erase(house, full)
    assert house.get(f"/calendar/{full.calendar_token}.ics").status_code == 404


def test_the_address_is_free_for_a_new_account(house, full):
    erase(house, full)
    again = house.person("New Here", email=full.email)
    assert again.id != full.id


def test_the_audit_log_is_whole_and_says_it_by_number(house, full):
    erase(house, full)
    with house.app.app_context():
        entry = reading().scalar(select(AuditEntry).where(AuditEntry.action == "account_erased"))
        assert (entry.actor_id, entry.subject_id, entry.reason) == (full.id, full.id, None)
        assert verify(reading()) is None


def test_the_register_has_a_line_without_a_name(house, full):
    erase(house, full)
    entries = register.read(settings_of(house).data)
    assert entries[-1].account_id == full.id
    assert (settings_of(house).data / register.NAME).stat().st_mode & 0o077 == 0


def test_it_is_finished_at_once(house, full):
    erase(house, full)
    with house.app.app_context():
        found = reading().scalar(select(Erasure).where(Erasure.account_id == full.id))
        assert found.swept_at is not None
        assert found.address_digest is None


@pytest.mark.parametrize("typed", ["", "someone@else.example", "%"])
def test_what_is_typed_must_be_ones_own_address(house, full, typed):
    answer = house.enter(full, with_factor=True).post("/en/profile/erasure", {"typed": typed})
    assert answer.status_code == 422
    assert house.get("/en/profile").status_code == 200


def test_the_page_says_what_goes_and_what_stays(house, full):
    page = house.enter(full, with_factor=True).get("/en/profile/erasure").text
    assert "What goes" in page
    assert "What stays" in page


def test_an_old_session_confirms_first(house, full):
    """SECURITY: T8, case 15."""
    key = house.opened(full, with_factor=True, confirmed_at=utc_now() - timedelta(minutes=6))
    with house.client.session_transaction() as session:
        session.clear()
        session["_user_id"] = key
    answer = house.post("/en/profile/erasure", {"typed": full.email})
    assert (answer.status_code, "/confirm" in answer.location) == (303, True)


def test_the_last_administrator_stays(house):
    """SECURITY: T36."""
    admin = house.admin()
    answer = erase(house, admin)
    assert answer.status_code == 409
    assert house.get("/en/people").status_code == 200


def test_of_two_administrators_one_may_go_and_both_may_not(house):
    first, second = house.admin(), house.admin()
    assert erase(house, first).status_code == 200
    assert erase(house, second).status_code == 409


def test_an_administrator_erases_somebody_and_says_why(house, full):
    """SECURITY: case 46."""
    address = f"/en/people/{full.id}/erasure"
    house.enter(full.admin)
    assert house.post(address, {"typed": str(full.id)}).status_code == 422
    answer = house.post(address, {"typed": str(full.id), "reason": "asked in writing"})
    assert answer.status_code == 303
    with house.app.app_context():
        entry = reading().scalar(select(AuditEntry).where(AuditEntry.action == "account_erased"))
        assert (entry.actor_id, entry.reason) == (full.admin.id, "asked in writing")


def test_what_is_erased_answers_as_what_never_was(house, full):
    """SECURITY: case 52."""
    erase(house, full)
    house.enter(full.admin)
    gone = house.get(f"/en/people/{full.id}/erasure")
    never = house.get("/en/people/99999/erasure")
    assert (gone.status_code, never.status_code) == (404, 404)


def test_nobody_else_erases_a_person(house, full, session):
    from learnplat.core.actors import Actor
    from learnplat.core.languages import Language
    from learnplat.core.refusals import NotAllowed

    actor = Actor(
        full.id, "x", Language.EN, "UTC", "MA", frozenset({Role.PRACTITIONER, Role.VETTER})
    )
    with pytest.raises(NotAllowed):
        erase_person(session, actor=actor, account_id=full.id, reason="because", now=utc_now())


def test_staff_who_wrote_things_are_still_named_by_number(house, full):
    """The row that an erased vetter wrote of somebody else stays as it was."""
    from learnplat.admission.models import AdmissionEvent

    house.admin()
    erase(house, full.admin)
    with house.app.app_context():
        event = reading().scalar(select(AdmissionEvent).where(AdmissionEvent.note.is_not(None)))
        assert event.actor_id == full.admin.id


def test_two_administrators_who_leave_at_once_leave_one(house):
    """SECURITY: T36. Two at the same moment: real threads."""
    from threading import Barrier, Thread

    people, start, met = [house.admin(), house.admin()], Barrier(2), []

    def leave(person):
        from learnplat.core.actors import Actor
        from learnplat.core.languages import Language
        from learnplat.privacy.actions import erase_self

        actor = Actor(person.id, "x", Language.EN, "UTC", "AT", frozenset({Role.ADMIN}))
        with house.app.app_context():
            start.wait()
            try:
                with transaction() as session:
                    erase_self(session, actor=actor, now=utc_now())
                met.append("gone")
            except Conflict as refusal:
                met.append(refusal.code)
            finally:
                db.session.remove()

    threads = [Thread(target=leave, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(met) == ["gone", "last_admin"]


def test_sqlite_overwrites_what_it_deletes(house):
    """SECURITY: P9. On every connection."""
    if house.kind == "sqlite":
        with house.app.app_context(), db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1


def test_an_answer_kept_for_an_officer_is_forgotten(house):
    """SECURITY: P9, case 46. What a program of the desk was told of the person, a day long."""
    person, officer = house.person(f"{CANARY} Name"), house.vetter()
    with house.app.app_context(), transaction() as session:
        for number, said in enumerate((f"{CANARY} Name", "somebody else")):
            session.add(
                KeptAnswer(
                    account_id=officer.id, holder=f"account {officer.id}", key=str(number),
                    request_digest="d" * 64, status=200, body=json.dumps({"name": said}),
                    kept_at=utc_now(),
                )
            )  # fmt: skip
    assert erase(house, person).status_code == 200
    with house.app.app_context():
        assert reading().scalars(select(KeptAnswer.key)).all() == ["1"]
    assert hits(house) == []


def test_a_short_name_takes_no_letters_of_others(house):
    """Who is called “an” is not spoken of wherever these two letters stand."""
    person, moussa = house.person("an", email="an@ministry.example"), house.moussa()
    letters = {
        "of-another": (moussa.email, {"name": "Ivan", "token": "xanx"}),
        "of-the-person": (moussa.email, {"name": "an"}),
        "in-capitals": ("AN@Ministry.example", {"token": "t"}),
    }
    with house.app.app_context(), transaction() as session:
        for key, (recipient, facts) in letters.items():
            post(
                session, key=key, template="welcome", recipient=recipient,
                language=moussa.language, now=utc_now(), facts=facts,
            )  # fmt: skip
    assert erase(house, person).status_code == 200
    with house.app.app_context():
        assert reading().scalars(select(OutboxMessage.key)).all() == ["of-another"]


def test_a_supervisor_who_leaves_is_forgotten_where_others_named_them(house):
    supervisor, moussa, now = house.person("Canary " + CANARY), house.moussa(), utc_now()
    with house.app.app_context(), transaction() as session:
        run = CourseRun(
            code="SUPERVISED-1", course_key="universal-legal-framework", pace=Pace.SELF_PACED,
            zone="UTC", languages=["en"], partners=[], planned_at=now,
        )  # fmt: skip
        session.add(run)
        session.flush()
        asked = Application(
            account_id=moussa.id, run_id=run.id, asks=Confirmation.SUPERVISOR, country="NE",
            state=ApplicationState.WAITING, supervisor_name=supervisor.name,
            supervisor_email=supervisor.email.upper(), applied_at=now,
        )  # fmt: skip
        session.add(asked)
        session.flush()
        session.add(
            ConfirmationLetter(
                application_id=asked.id, mailbox=digest_of(mailbox(supervisor.email)),
                token_digest="d" * 64, sent_at=now, expires_at=now + timedelta(days=14),
            )
        )  # fmt: skip
    assert erase(house, supervisor).status_code == 200
    assert hits(house) == []
    with house.app.app_context():
        kept = reading().scalars(select(Application)).one()
        assert (kept.account_id, kept.supervisor_name, kept.supervisor_email) == (
            moussa.id, None, None,
        )  # fmt: skip
        assert reading().scalars(select(ConfirmationLetter)).all() == []
