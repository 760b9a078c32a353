"""Under load the pages hold, and each completion is recorded once: a real server, both databases.

SECURITY: P2, case 32, case 36.
"""

import hashlib
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from datetime import timedelta

import pytest
from serving import environment, free_port, serving
from sqlalchemy import func, select

from learnplat import upgrades
from learnplat.app import create_app
from learnplat.catalogue.actions import sync_courses
from learnplat.catalogue.shelf import shelf
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import db, reading, transaction
from learnplat.learning.models import Completion, CourseRun, Enrolment, Pace, UnitCompletion
from learnplat.people.models import Account, ApiToken

COURSE = "universal-legal-framework"
PEOPLE = 16


@contextmanager
def served(settings):
    port = free_port()
    ours = environment(
        data=settings.data,
        secret_key=settings.secret_key + " and a little longer",
        database_url=settings.database_url.replace("+psycopg", ""),
    )
    with serving(ours, settings.data, port=port, workers=2):
        yield f"http://127.0.0.1:{port}"


def enrolled(app):
    """16 people, each with a place in the shipped course and a token; gives their enrolments."""
    now = utc_now()
    facts = {
        "country": "NE",
        "gender": "male",
        "profession": "prosecutor",
        "language": Language.FR,
        "institution_kind": "court",
    }
    with transaction() as session:
        run = CourseRun(
            code="HOLD",
            course_key=COURSE,
            pace=Pace.SELF_PACED,
            zone="UTC",
            languages=["fr"],
            partners=[],
            planned_at=now,
        )
        session.add(run)
        session.flush()
        found = []
        for number in range(PEOPLE):
            account = Account(
                name=f"Person {number}",
                zone="UTC",
                registered_at=now,
                calendar_token=f"hold-{number}",
                **facts,
            )
            session.add(account)
            session.flush()
            enrolment = Enrolment(account_id=account.id, run_id=run.id, enrolled_at=now, **facts)
            session.add_all(
                [
                    enrolment,
                    ApiToken(
                        account_id=account.id,
                        session_epoch=0,
                        issued_at=now,
                        token_digest=hashlib.sha256(f"hold-{number}".encode()).hexdigest(),
                        expires_at=now + timedelta(hours=1),
                    ),
                ]
            )
            session.flush()
            found.append(enrolment.id)
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_sixteen_read_while_sixteen_complete(new_database, kind):
    settings = new_database(kind)
    upgrades.upgrade(settings.database_url)
    app = create_app(settings)
    answers, stop = [], threading.Event()
    with app.app_context():
        with transaction() as session:
            sync_courses(session, settings.courses, now=utc_now())
        enrolments, units = enrolled(app), shelf().course(COURSE).unit_keys
        db.session.remove()

    def asked(request):
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                answers.append(answer.status)
        except urllib.error.HTTPError as error:
            answers.append((error.code, request.full_url, error.read()[:200]))

    def read():
        while not stop.is_set():
            for path in ("/fr/courses", f"/ar/courses/{COURSE}", "/en/instruments/bombings-1997"):
                asked(urllib.request.Request(address + path))

    def complete(number):
        for unit in units:
            for _ in range(2):  # a lost answer is asked for again
                asked(
                    urllib.request.Request(
                        f"{address}/api/v1/enrolments/{enrolments[number]}/units/{unit}/completion",
                        data=b'{"language": "fr"}',
                        method="POST",
                        headers={
                            "Authorization": f"Bearer hold-{number}",
                            "Content-Type": "application/json",
                        },
                    )
                )

    with served(settings) as address:
        readers = [threading.Thread(target=read) for _ in range(16)]
        writers = [threading.Thread(target=complete, args=(number,)) for number in range(PEOPLE)]
        for thread in readers + writers:
            thread.start()
        for thread in writers:
            thread.join()
        stop.set()
        for thread in readers:
            thread.join()
    with app.app_context():
        recorded = reading().scalar(select(func.count()).select_from(UnitCompletion))
        completed = reading().scalar(select(func.count()).select_from(Completion))
        db.session.remove()
        db.engine.dispose()
    assert [found for found in answers if found not in (200, 201)] == []
    assert (recorded, completed) == (PEOPLE * len(units), PEOPLE)
