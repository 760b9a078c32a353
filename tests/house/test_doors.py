"""Every route has a door, and the matrix says what each role meets there.

SECURITY: T28, P4; cases 1, 6 and 9 by the table that the doors ask.
"""

import csv
import re
from pathlib import Path

import pytest

from learnplat.core.actors import Role
from learnplat.core.permissions import PERMISSIONS, Relation, roles_of

ROOT = Path(__file__).resolve().parents[2]
MATRIX = ROOT / "docs" / "authz-matrix.csv"
WHO = (
    "anonymous",
    "practitioner",
    "focal_point",
    "expert",
    "tutor",
    "trainer",
    "moderator",
    "vetter",
    "auditor",
    "admin",
)
LET_IN = {
    "anyone": set(WHO),
    "signed_in": set(WHO) - {"anonymous"},
    "practitioner": set(WHO) - {"anonymous"},
}


# What a door that names no verb may ask beside the door itself.
BESIDE = {
    "signed_in": {"", "oneself"},
    "anyone": {"", "holder_of_link", "local_or_token"},
}


# After these a person asks for nothing more.
ENDING = ("/sign-out", "/consent/withdrawal")


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


def view_of(app, endpoint, method):
    view = app.view_functions[endpoint]
    return getattr(view.view_class, method.lower()) if hasattr(view, "view_class") else view


def door_of(app, endpoint, method):
    return getattr(view_of(app, endpoint, method), "door", None)


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


def test_the_doors_let_in_whom_the_table_lets_in(house):
    wrong = []
    for (method, rule), endpoint in routes(house.app).items():
        view = view_of(house.app, endpoint, method)
        asked = {str(role) for verb in view.verbs for role in roles_of(verb)}
        if set(view.door) - {"anyone", "signed_in"} != asked:
            wrong.append((method, rule, "names a role, not a verb of core/permissions.py"))
    assert wrong == []


def in_order(pair):
    return WHO.index(pair[0])


def relations(verbs):
    """As the matrix writes them: `own trainer:of_course admin:everywhere`, nothing for everywhere."""
    asked = sorted({pair for verb in verbs for pair in PERMISSIONS[verb].items()}, key=in_order)
    if {relation for _, relation in asked} == {Relation.EVERYWHERE}:
        return ""
    return " ".join(f"{role}:{what}" for role, what in asked).replace("practitioner:own", "own")


def test_the_matrix_names_the_relations_that_the_table_asks(house):
    wrong = []
    for row in rows():
        endpoint = routes(house.app)[row["method"], row["route"]]
        view = view_of(house.app, endpoint, row["method"])
        expected = {relations(view.verbs)} if view.verbs else BESIDE[next(iter(view.door))]
        if row["relation"] not in expected or None in row:
            wrong.append((row["method"], row["route"], row["relation"], expected))
    assert wrong == []


def sources():
    for path in sorted((ROOT / "learnplat").rglob("*.py")):
        yield path.relative_to(ROOT / "learnplat").as_posix(), path.read_text(encoding="utf-8")


def test_every_verb_of_the_table_is_asked_somewhere():
    code = "".join(text for name, text in sources() if name != "core/permissions.py")
    assert [verb for verb in PERMISSIONS if f'"{verb}"' not in code] == []


def test_nobody_asks_for_roles_beside_the_table():
    asking = re.compile(r"\.has_any\(|\bin \w+\.roles\b|\.roles &|door\(Role\.|actor\.scopes\b")
    # The table itself, the door that asks it, and what a person is.
    askers = {"core/permissions.py", "core/actors.py", "web/doors.py"}
    assert {name for name, text in sources() if asking.search(text)} <= askers


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
            if (method, rule.rule) not in expected or rule.rule.endswith(ENDING):
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
