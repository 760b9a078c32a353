"""Whoever is refused for haste is told in how many seconds it is over, on pages and by the API.

SECURITY: case 29, T111
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import PASSWORD
from software_passkey import set_up_app
from sqlalchemy import update

from learnplat.core.clock import utc_now
from learnplat.core.refusals import TooMany
from learnplat.db import transaction
from learnplat.people.factors.models import SecondFactor
from learnplat.web.errors import answer, wait_of
from learnplat.web.limits import limiter

STEP = "/en/sign-in/second-factor"


def rested(house, person, seconds):
    """Codes of the person's app rest for so long."""
    with house.app.app_context(), transaction() as session:
        session.execute(
            update(SecondFactor)
            .where(SecondFactor.account_id == person.id)
            .values(wrong_codes=12, paused_until=utc_now() + timedelta(seconds=seconds))
        )


@pytest.mark.parametrize("seconds", [7, 240, 3600])
def test_codes_that_rest_say_for_how_long(house, seconds):
    amal = house.amal()
    house.enter(amal)
    set_up_app(house)
    house.leave()
    rested(house, amal, seconds)
    body = {"email": amal.email, "password": PASSWORD, "code": "123456"}
    by_token = house.client.post("/api/v1/tokens", json=body)
    assert (by_token.status_code, by_token.json["code"]) == (429, "codes_paused")
    assert seconds - 3 <= int(by_token.headers["Retry-After"]) <= seconds
    house.post("/en/sign-in", {"email": amal.email, "password": PASSWORD})
    on_page = house.post(STEP, {"code": "123456"})
    assert on_page.status_code == 429
    assert seconds - 3 <= int(on_page.headers["Retry-After"]) <= seconds


@pytest.mark.parametrize("door", ["page", "api"])
def test_invitations_say_when_the_next_may_go(house, door):
    house.enter(house.admin())
    sent = {"email": "guest@justice.example", "country": "MA", "language": "fr"}
    for _ in range(4):
        limiter.reset()
        if door == "page":
            last = house.post("/en/invitations", sent)
        else:
            last = house.ask("POST", "/api/v1/invitations", sent)
    assert last.status_code == 429
    assert 3590 < int(last.headers["Retry-After"]) <= 3600


@pytest.mark.parametrize(("told", "wait"), [(90, 90), (0.2, 1), (59.01, 60), (0, 1), (-3, 1)])
def test_a_part_of_a_second_is_a_whole_one(house, told, wait):
    assert wait_of({"seconds": told}) == wait
    with house.app.test_request_context("/api/v1/me"):
        refused = answer(429, "codes_paused", facts={"seconds": told})
    assert refused.headers["Retry-After"] == str(wait)


def test_every_refusal_for_haste_says_for_how_long():
    """One that does not is a fault of the code: nobody could know when to come back."""
    root = Path(__file__).resolve().parents[2] / "learnplat"
    bare = [
        (path.relative_to(root), found)
        for path in sorted(root.rglob("*.py"))
        for found in re.findall(r"raise TooMany\([^)]*", path.read_text(encoding="utf-8"))
        if "seconds=" not in found
    ]
    assert bare == []
    assert TooMany.status == 429
