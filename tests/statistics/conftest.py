"""The 2012 programme, imported as an operator would."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from learnplat.db import transaction
from learnplat.exchange.programme import import_programme

PROGRAMME = Path(__file__).parent.parent / "data" / "programme-2012"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def programme(house: Any) -> Any:
    """The house with the programme of 2012 in it."""
    with house.app.app_context(), transaction() as session:
        report = import_programme(session, PROGRAMME, now=NOW, dry_run=False)
    assert report.problems == []
    return house


@pytest.fixture
def admin(house: Any) -> SimpleNamespace:
    """An administrator, signed in."""
    person = house.admin()
    house.enter(person)
    return person
