"""The API under generated requests, as each role: what is answered is what the description says.

`python tests/hostile/fuzz.py 20000` runs so many cases on a SQLite of its own, and prints a table.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

sys.path.insert(0, str(Path(__file__).parents[1]))
from conftest import House, an_app, settings_for

from learnplat import upgrades
from learnplat.catalogue.actions import sync_courses
from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.db import transaction
from learnplat.demonstration import seed_demonstration
from learnplat.people.actions import issue_token
from learnplat.people.models import Account
from learnplat.settings import ROOT
from learnplat.web.limits import limiter

KEYS = {
    "course_key": "universal-legal-framework",
    "unit_key": "jurisdiction",
    "key": "bombings-1997",
}
# Numbers that rows of the demonstration have, and none.
real_places = strategies.one_of(strategies.just(0), strategies.integers(1, 4))
WHO = ("anonymous", *(role.value for role in Role))
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


class Counted:
    """How many requests were answered, by role and status; and what failed."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, int]] = Counter()
        self.failures: dict[str, str] = {}


def fuzz(house: House, role: str, examples: int, counted: Counted) -> None:
    """`examples` generated requests for each operation, as somebody of the role."""
    roles = () if role in ("anonymous", "practitioner") else (Role(role),)
    person = None if role == "anonymous" else house.person("Fuzz Tester", roles=roles)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", house.app)
    for found in schema.get_all_operations():
        operation = found.ok()
        needs_somebody = bool(operation.definition.raw.get("security"))
        headers = {"Accept-Encoding": "identity", **bearer(house, person)}
        limiter.reset()

        @seed(2026)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), place=real_places)
        def ask(case: Any, place: int, *, guarded: bool, headers: dict[str, str]) -> None:
            if place:  # else the address is as it was generated
                case.path_parameters = {
                    name: KEYS.get(name, place) for name in case.path_parameters or {}
                }
            answer = case.call(headers=headers)
            counted.answers[role, answer.status_code] += 1
            name = f"{role}: {case.operation.label}"
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as group:
                for failure in group.exceptions:
                    said = f"{name}: {type(failure).__name__} {answer.status_code}"
                    counted.failures.setdefault(said, f"{failure}\n{case.as_curl_command()}"[:1500])
            if role == "anonymous" and guarded and answer.status_code < 300:
                counted.failures.setdefault(f"{name}: let in without authentication", "")

        ask(guarded=needs_somebody, headers=headers)


def bearer(house: House, person: Any) -> dict[str, str]:
    """The headers of somebody, with a token of this moment; of nobody, none."""
    if person is None:
        return {}
    with house.app.app_context(), transaction() as session:
        epoch = session.get_one(Account, person.id).session_epoch
        token, _ = issue_token(session, account_id=person.id, session_epoch=epoch, now=utc_now())
    return {"Authorization": f"Bearer {token}"}


def main(cases: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        chosen = settings_for(f"sqlite:///{folder}/learnplat.db", Path(folder))
        upgrades.upgrade(chosen.database_url)
        app = an_app(chosen)
        with app.app_context(), transaction() as session:
            sync_courses(session, ROOT / "courses", now=utc_now())
        seed_demonstration(app)
        house, counted = House(app, app.test_client(), "sqlite"), Counted()
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
        operations = len(list(schema.get_all_operations()))
        each = -(-cases // (operations * len(WHO)))
        for role in WHO:
            fuzz(house, role, each, counted)
        total = sum(counted.answers.values())
        print(f"{total} requests to {operations} operations as {len(WHO)} roles")
        for (role, status), number in sorted(counted.answers.items()):
            print(f"  {role:<14} {status} {number}")
        for name, said in sorted(counted.failures.items()):
            print(f"\n{name}\n{said}")
        return 1 if counted.failures else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
