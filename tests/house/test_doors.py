"""Every route has a door, and the matrix says what each role meets there."""

import csv
import re
from pathlib import Path

import pytest

from learnplat.core.actors import Role

MATRIX = Path(__file__).resolve().parents[2] / "docs" / "authz-matrix.csv"
WHO = (
    "anonymous",
    "practitioner",
    "focal_point",
    "expert",
    "tutor",
    "trainer",
    "moderator",
    "admin",
)
LET_IN = {
    "anyone": set(WHO),
    "signed_in": set(WHO) - {"anonymous"},
    "practitioner": set(WHO) - {"anonymous"},
}


def rows():
    with MATRIX.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def routes(app):
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ("static", "api-docs.openapi_json"):
            continue
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            found[method, rule.rule] = rule.endpoint
    return found


def door_of(app, endpoint, method):
    view = app.view_functions[endpoint]
    if hasattr(view, "view_class"):
        view = getattr(view.view_class, method.lower())
    return getattr(view, "door", None)


def test_every_route_is_in_the_matrix_and_no_other(house):
    written = {(row["method"], row["route"]) for row in rows()}
    assert written == set(routes(house.app))


def test_every_route_has_a_door(house):
    without = [e for (m, _), e in routes(house.app).items() if door_of(house.app, e, m) is None]
    assert without == []


def test_the_matrix_says_what_the_doors_say(house):
    wrong = []
    for row in rows():
        endpoint = routes(house.app)[row["method"], row["route"]]
        door = door_of(house.app, endpoint, row["method"])
        let_in = set().union(*(LET_IN.get(name, {name}) for name in door))
        for who in WHO:
            if (row[who] == "in") != (who in let_in):
                wrong.append((row["method"], row["route"], who, row[who]))
    assert wrong == []


def address_of(rule):
    """An address of the route that names nothing there is."""
    address = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
    address = re.sub(r"<int:\w+>", "999999", address)
    return re.sub(r"<\w+>", "missing", address)


@pytest.mark.parametrize("who", WHO)
def test_each_role_meets_the_door_that_the_matrix_draws(house, who):
    if who == "anonymous":
        house.leave()
    else:
        roles = () if who == "practitioner" else (Role(who),)
        house.enter(house.person("Door Tester", roles=roles))
    expected = {(row["method"], row["route"]): row[who] for row in rows()}
    wrong = []
    for rule in house.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if (method, rule.rule) not in expected or rule.rule.endswith("/sign-out"):
                continue
            body = (
                {"json": {}}
                if rule.rule.startswith("/api")
                else {"data": {"csrf_token": house.token}}
            )
            answer = house.client.open(
                address_of(rule),
                method=method,
                headers={"X-CSRFToken": house.token},
                **(body if method != "GET" else {}),
            )
            is_out = answer.status_code in (401, 403) or (
                answer.status_code == 303 and "/sign-in?" in (answer.location or "")
            )
            is_credentials = rule.rule.endswith(("/sign-in", "/tokens"))
            if answer.status_code >= 500:
                wrong.append((method, rule.rule, answer.status_code))
            elif is_out == (expected[method, rule.rule] == "in") and not is_credentials:
                wrong.append((method, rule.rule, answer.status_code, expected[method, rule.rule]))
    assert wrong == []
