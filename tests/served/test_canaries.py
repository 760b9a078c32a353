"""SECURITY: T21, T22. Five hundred people at once, some of whom hang up: each meets their own name only."""

import asyncio
import random
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask.sessions import SecureCookieSessionInterface
from serving import environment, free_port, serving

from learnplat import upgrades
from learnplat.app import create_app
from learnplat.catalogue.actions import sync_courses
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import db, transaction
from learnplat.people.models import Account, AccountKind
from learnplat.people.sessions import open_session

PEOPLE = 500
# A page of one's own; pages that are kept and given their reader's name; a page that is not.
PAGES = (
    "/profile",
    "/courses",
    "/courses/universal-legal-framework",
    "/profile/edit",
    "/instruments",
)
CANARY = re.compile(rb"Canary-([0-9]{4})")
HANGS_UP = 0.25


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def crowd(request, new_database):
    """The platform's settings, and a cookie for each of its people."""
    settings = new_database(request.param)
    upgrades.upgrade(settings.database_url)
    app = create_app(settings)
    keys = [secrets.token_urlsafe(32) for _ in range(PEOPLE)]
    now = utc_now()
    with app.app_context(), transaction() as session:
        sync_courses(session, settings.courses, now=now)
        people = [
            Account(
                email=f"person{number}@ministry.example",
                email_key=f"person{number}@ministry.example",
                name=f"Canary-{number:04}",
                calendar_token=f"calendar-{number}",
                country="MA", institution_kind="court", profession="judge", gender="female",
                language=Language.AR, zone="UTC", kind=AccountKind.OFFICIAL, registered_at=now,
            )
            for number in range(PEOPLE)
        ]  # fmt: skip
        session.add_all(people)
        session.flush()
        for person, key in zip(people, keys, strict=True):
            open_session(
                session, account_id=person.id, session_epoch=0, key=key, device="", now=now
            )
    signing = create_app(settings)
    signing.secret_key = app_key(settings)
    signer = SecureCookieSessionInterface().get_signing_serializer(signing)
    cookies = [signer.dumps({"_user_id": key, "_permanent": True}) for key in keys]
    yield settings, cookies, app
    for one in (app, signing):
        with one.app_context():
            db.session.remove()
            db.engine.dispose()


def app_key(settings):
    return settings.secret_key + " and a little longer"


@contextmanager
def served(settings):
    port = free_port()
    ours = environment(
        data=settings.data,
        secret_key=app_key(settings),
        database_url=settings.database_url.replace("+psycopg", ""),
        base_url=f"http://127.0.0.1:{port}",
    )
    with serving(ours, settings.data, port=port, workers=2):
        yield port


async def asked(port, path, header, *, origin=None, hang_up=0):
    """The whole answer on a connection of its own, or b"" for a reader who hung up.

    `origin` is the port of the server whose name is asked for, when another one listens at `port`.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{origin or port}\r\n"
            f"Connection: close\r\n{header}\r\n\r\n".encode()
        )
        await writer.drain()
        if hang_up:
            await reader.read(hang_up)
            return b""
        return await reader.read(-1)
    finally:
        writer.close()


async def everybody(port, cookies):
    """Each person, all at once, through some pages in an order of their own."""
    room = asyncio.Semaphore(PEOPLE)
    luck = random.Random(22)
    plans = [
        [
            (f"/{luck.choice(('ar', 'en', 'fr', 'es'))}{page}", luck.random() < HANGS_UP)
            for page in luck.sample(PAGES, 3)
        ]
        for _ in cookies
    ]
    found = []

    async def person(number, cookie, plan):
        async with room:
            for path, is_short in plan:
                hang_up = luck.randint(1, 3000) if is_short else 0
                try:
                    answer = await asked(port, path, f"Cookie: learnplat={cookie}", hang_up=hang_up)
                except OSError:
                    answer = b""
                if not is_short:
                    found.append((number, path, answer))

    await asyncio.gather(
        *(person(number, cookies[number], plan) for number, plan in enumerate(plans))
    )
    return found


def test_nobody_is_ever_given_somebody_elses_page(crowd):
    settings, cookies, _ = crowd
    # In a thread of its own: the browser of other tests may have a loop running in this one.
    with served(settings) as port, ThreadPoolExecutor(1) as aside:
        found = aside.submit(lambda: asyncio.run(everybody(port, cookies))).result()
    whole = 0
    for number, path, answer in found:
        head, _, body = answer.partition(b"\r\n\r\n")
        named = set(CANARY.findall(body))
        assert named <= {f"{number:04}".encode()}, (number, path, named)
        if head.startswith(b"HTTP/1.1 200"):
            assert named == {f"{number:04}".encode()}, (number, path)
            assert b"no-store" in head.lower()
            whole += 1
    assert whole > len(found) * 0.95
