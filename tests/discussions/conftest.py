"""Discussions for tests: a document to plan from, and one already planned."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from learnplat.catalogue.shelf import shelf
from learnplat.core.actors import Actor, Role
from learnplat.core.clock import utc_now
from learnplat.db import transaction
from learnplat.discussions import actions
from learnplat.discussions.schemas import PlanDiscussionIn


def a_document(**changes: Any) -> dict[str, Any]:
    return {
        "date": "2031-03-18",
        "time": "14:30",
        "zone": "Europe/Madrid",
        "minutes": 90,
        "seats": 5,
        "languages": ["fr", "ar"],
        "course": None,
        "texts": {
            "ar": {
                "topic": "تجميد الأصول دون تأخير",
                "description": "كيف يراقب القاضي تدبير التجميد.",
            },
            "fr": {"topic": "Geler sans délai", "description": "Comment le juge contrôle le gel."},
        },
        "experts": [{"name": "Inés Carvajal", "biographies": {"fr": "Juge d’appel depuis 2011."}}],
    } | changes


@pytest.fixture
def document() -> Callable[..., dict[str, Any]]:
    """Makes what the API takes to plan a discussion."""
    return a_document


@pytest.fixture
def values() -> Callable[..., dict[str, Any]]:
    """Makes what the action takes: the document in its shape."""
    return lambda **changes: PlanDiscussionIn().load(a_document(**changes))


@pytest.fixture
def acting_as() -> Callable[[SimpleNamespace], Actor]:
    """Makes the actor of a person of the cast."""

    def make(person: SimpleNamespace) -> Actor:
        return Actor(
            account_id=person.id,
            name=person.name,
            language=person.language,
            zone=person.zone,
            country=person.country,
            roles=frozenset({Role.PRACTITIONER, *person.roles}),
            scopes=frozenset((role, "") for role in person.roles),
        )

    return make


@pytest.fixture
def trainer(house: Any, acting_as: Any) -> Actor:
    """A trainer who acts. Ask for it before `session`: it is entered in a transaction of its own."""
    return acting_as(house.trainer())


@pytest.fixture
def planned(house: Any, values: Any, acting_as: Any) -> Callable[..., int]:
    """Plans a discussion, committed, and gives its id; `now` moves the clock of the planning."""

    def make(now: Any = None, **changes: Any) -> int:
        trainer = acting_as(house.trainer())
        with house.app.app_context(), transaction() as session:
            return actions.plan_discussion(
                session, shelf(), actor=trainer, values=values(**changes), now=now or utc_now()
            ).id

    return make


@pytest.fixture
def form() -> Callable[..., dict[str, Any]]:
    """Makes the form that a browser posts to plan a discussion."""

    def make(**changes: Any) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "date": "2031-03-18",
            "time": "14:30",
            "zone": "Europe/Madrid",
            "minutes": "90",
            "seats": "5",
            "languages": ["fr", "ar"],
            "course": "",
            "texts.ar.topic": "تجميد الأصول دون تأخير",
            "texts.ar.description": "كيف يراقب القاضي تدبير التجميد.",
            "texts.en.topic": "",
            "texts.en.description": "",
            "experts.0.name": "",
            "experts.0.biographies.ar": "",
            "experts.1.name": "Inés Carvajal",
            "experts.1.biographies.ar": "قاضية استئناف.",
        }
        return fields | {name.replace("__", "."): value for name, value in changes.items()}

    return make
