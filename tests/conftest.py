"""The house under test: a real application on a real SQLite and a real PostgreSQL."""

import dataclasses
import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from postgres import postgres_server
from sqlalchemy import NullPool, create_engine, delete, event, text, update
from werkzeug.test import TestResponse

from learnplat import upgrades
from learnplat.app import create_app
from learnplat.audit import NOTHING_YET, AuditEntry, AuditHead
from learnplat.catalogue.actions import sync_courses
from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import db, transaction
from learnplat.people.consents import CURRENT
from learnplat.people.models import Account, AccountKind, RoleGrant
from learnplat.people.passwords import hashed
from learnplat.people.sessions import open_session
from learnplat.settings import ROOT, Settings
from learnplat.tables import metadata
from learnplat.web.limits import limiter

PASSWORD = "a long and quiet sentence"
CURRICULUM = {"course_edition", "module_edition", "catalogue_version", "search_entry"}
AUDIT = {"audit_entry", "audit_head"}
DATABASES = ("sqlite", "postgresql")
_serial = itertools.count(1)
_password_hash: list[str] = []


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with postgres_server() as address:
        yield address


def settings_for(url: str, folder: Path) -> Settings:
    return Settings(
        data=folder,
        database_url=url.replace("postgresql://", "postgresql+psycopg://"),
        redis_url=None,
        base_url="http://learn.test",
        secret_key="for tests only, and long enough",
        mail=f"file:{folder / 'mail'}",
        trusted_proxies=0,
        environment="development",
        staff_second_factor="offered",
    )


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Any:
    """Makes an empty database of a kind and gives its settings."""

    def make(kind: str) -> Settings:
        folder = tmp_path_factory.mktemp(kind)
        if kind == "sqlite":
            return settings_for(f"sqlite:///{folder / 'learnplat.db'}", folder)
        address = request.getfixturevalue("postgres")
        name = f"test_{next(_serial)}"
        engine = create_engine(
            f"{address}/postgres".replace("postgresql://", "postgresql+psycopg://"),
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
        )
        with engine.connect() as connection:
            connection.execute(text(f"create database {name}"))
        return settings_for(f"{address}/{name}", folder)

    return make


@contextmanager
def unguarded(session: Any) -> Iterator[None]:
    """The audit log without what keeps it as it is: as somebody with the database's key has it."""
    if session.get_bind().dialect.name == "sqlite":
        guards = session.execute(
            text(
                "select name, sql from sqlite_master where type = 'trigger' and name like 'audit_%'"
            )
        ).all()
        for name, _ in guards:
            session.execute(text(f"drop trigger {name}"))
        yield
        for _, statement in guards:
            session.execute(text(statement))
        return
    for state in ("disable", "enable"):
        for table in ("audit_entry", "audit_head"):
            session.execute(text(f"alter table {table} {state} trigger user"))
        if state == "disable":
            yield


def an_app(settings: Settings) -> Flask:
    app = create_app(settings)
    app.config["TESTING"] = True
    return app


@dataclasses.dataclass
class House:
    """The application, a browser without a screen, and the people one meets in a test."""

    app: Flask
    client: FlaskClient
    kind: str

    def person(self, name: str = "Amal Bennani", **values: Any) -> SimpleNamespace:
        """A new account with `PASSWORD`; `roles` grants roles. Gives plain facts."""
        roles = values.pop("roles", ())
        serial = next(_serial)
        email = values.pop("email", f"person{serial}@ministry.example")
        if not _password_hash:
            _password_hash.append(hashed(PASSWORD))
        facts = {
            "country": "MA",
            "institution_kind": "court",
            "institution": None,
            "profession": "judge",
            "gender": "female",
            "language": Language.AR,
            "zone": "Africa/Casablanca",
            "kind": AccountKind.OFFICIAL,
            "registered_at": utc_now(),
            "name_latin": None,
            "consent_version": CURRENT,
        } | values
        with self.app.app_context(), transaction() as session:
            account = Account(
                email=email,
                email_key=email.casefold(),
                name=name,
                password_hash=_password_hash[0],
                calendar_token=f"calendar-token-{serial}",
                grants=[RoleGrant(role=role, scope="") for role in roles],
                **facts,
            )
            session.add(account)
            session.flush()
            return SimpleNamespace(
                id=account.id,
                email=email,
                name=name,
                roles=roles,
                calendar_token=account.calendar_token,
                **facts,
            )

    def amal(self) -> SimpleNamespace:
        """A judge in Rabat who reads Arabic."""
        return self.person("أمل بناني", name_latin="Amal Bennani")

    def moussa(self) -> SimpleNamespace:
        """A prosecutor in Niamey who reads French."""
        return self.person(
            "Moussa Issoufou-Maïga",
            country="NE",
            profession="prosecutor",
            gender="male",
            institution_kind="prosecution_service",
            language=Language.FR,
            zone="Africa/Niamey",
        )

    def trainer(self) -> SimpleNamespace:
        return self.person(
            "Inés Carvajal",
            roles=(Role.TRAINER,),
            country="ES",
            zone="Europe/Madrid",
            language=Language.ES,
            kind=AccountKind.STAFF,
        )

    def vetter(self) -> SimpleNamespace:
        return self.person(
            "Élodie Mercier",
            roles=(Role.VETTER,),
            country="FR",
            zone="Europe/Paris",
            language=Language.FR,
            kind=AccountKind.STAFF,
        )

    def auditor(self) -> SimpleNamespace:
        return self.person(
            "Tomás Iriarte",
            roles=(Role.AUDITOR,),
            country="AT",
            zone="Europe/Vienna",
            language=Language.ES,
            kind=AccountKind.STAFF,
        )

    def admin(self) -> SimpleNamespace:
        return self.person(
            "Ruth Adeyemi",
            roles=(Role.ADMIN,),
            country="AT",
            zone="Europe/Vienna",
            language=Language.EN,
            kind=AccountKind.STAFF,
        )

    def opened(
        self,
        person: SimpleNamespace,
        device: str = "Firefox, Linux",
        confirmed_at: datetime | None = None,
        with_factor: bool = False,
    ) -> str:
        """Open a session of the person's, as signing in does; gives what its cookie holds."""
        key = secrets.token_urlsafe(32)
        with self.app.app_context(), transaction() as session:
            open_session(
                session,
                account_id=person.id,
                session_epoch=session.get_one(Account, person.id).session_epoch,
                key=key,
                device=device,
                confirmed_at=confirmed_at or utc_now(),
                with_factor=with_factor,
                now=utc_now(),
            )
        return key

    def browser(self, person: SimpleNamespace, device: str = "Firefox, Linux") -> FlaskClient:
        """Another browser, in which the person is signed in."""
        client, key = self.app.test_client(), self.opened(person, device)
        with client.session_transaction() as session:
            session["_user_id"] = key
        return client

    def enter(self, person: SimpleNamespace, *, with_factor: bool = False) -> "House":
        """Sign this browser in as the person."""
        key = self.opened(person, with_factor=with_factor)
        with self.client.session_transaction() as session:
            session.clear()
            session["_user_id"] = key
        return self

    def leave(self) -> "House":
        with self.client.session_transaction() as session:
            session.clear()
        return self

    @property
    def token(self) -> str:
        """The token that this browser's forms carry."""
        with self.client.session_transaction() as session:
            raw = session.setdefault("csrf_token", "0" * 40)
        serializer = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token")
        return str(serializer.dumps(raw))

    @contextmanager
    def heard(self) -> Iterator[list[str]]:
        """What the database is asked meanwhile, as its driver hears it."""
        said: list[str] = []
        with self.app.app_context():
            engine = db.engine
        engine.dispose()

        class Hearing(psycopg.Cursor[Any]):
            def execute(self, query: Any, *values: Any, **options: Any) -> Any:
                said.append(str(query))
                return super().execute(query, *values, **options)

        def listen(driver: Any, _record: Any, _proxy: Any) -> None:
            if self.kind == "sqlite":
                driver.set_trace_callback(said.append)
            else:
                driver.cursor_factory = Hearing

        event.listen(engine, "checkout", listen)
        try:
            yield said
        finally:
            event.remove(engine, "checkout", listen)
            engine.dispose()
            words = ("SELECT", "INSERT", "UPDATE", "DELETE")
            said[:] = [
                one
                for one in said
                if one.startswith(words)
                and "catalogue_version" not in one
                and "pg_catalog" not in one
            ]

    def get(self, address: str, **options: Any) -> TestResponse:
        return self.client.get(address, **options)

    def post(
        self, address: str, form: dict[str, Any] | None = None, **options: Any
    ) -> TestResponse:
        """Send a form as a browser does, with its token."""
        return self.client.post(address, data={"csrf_token": self.token, **(form or {})}, **options)

    def ask(self, method: str, address: str, body: Any = None, **options: Any) -> TestResponse:
        """Call the API as the signed-in browser does, with the token in its header."""
        headers = {"X-CSRFToken": self.token, **options.pop("headers", {})}
        return self.client.open(address, method=method, json=body, headers=headers, **options)


@pytest.fixture(scope="session")
def _apps(new_database: Any) -> Iterator[dict[str, Flask]]:
    apps: dict[str, Flask] = {}
    yield apps
    for app in apps.values():
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def built(apps: dict[str, Flask], new_database: Any, kind: str) -> Flask:
    if kind not in apps:
        settings = new_database(kind)
        upgrades.upgrade(settings.database_url)
        app = an_app(settings)
        with app.app_context(), transaction() as session:
            sync_courses(session, ROOT / "courses", now=utc_now())
        apps[kind] = app
    return apps[kind]


@pytest.fixture(params=DATABASES)
def house(
    request: pytest.FixtureRequest, _apps: dict[str, Flask], new_database: Any
) -> Iterator[House]:
    """The whole application with the shipped curriculum, once on each database."""
    app = built(_apps, new_database, request.param)
    limiter.reset()
    yield House(app, app.test_client(), request.param)
    with app.app_context(), transaction() as session:
        for table in reversed(metadata.sorted_tables):
            if table.name not in CURRICULUM | AUDIT:
                session.execute(delete(table))
        with unguarded(session):
            session.execute(delete(AuditEntry))
            session.execute(update(AuditHead).values(number=0, digest=NOTHING_YET))
    with app.app_context():
        db.session.remove()


@pytest.fixture
def session(house: House) -> Iterator[Any]:
    """A session inside one transaction, for tests of queries and actions."""
    with house.app.app_context(), transaction() as opened:
        yield opened


@pytest.fixture(params=DATABASES)
def blank_house(request: pytest.FixtureRequest, new_database: Any) -> Iterator[House]:
    """The application on a database of its own, with nothing in it."""
    settings = new_database(request.param)
    upgrades.upgrade(settings.database_url)
    app = an_app(settings)
    limiter.reset()
    yield House(app, app.test_client(), request.param)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
