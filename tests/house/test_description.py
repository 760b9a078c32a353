"""The API's description is complete and valid."""

import re

from openapi_spec_validator import validate


def described(house):
    return house.get("/api/v1/openapi.json").json


def test_it_is_valid(house):
    validate(described(house))


def test_it_is_openapi_3_1(house):
    assert described(house)["openapi"].startswith("3.1")


def test_every_route_of_the_api_is_in_it(house):
    paths = described(house)["paths"]
    written = {(path, method) for path, methods in paths.items() for method in methods}
    for rule in house.app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and "openapi" not in rule.rule:
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                assert (path, method.lower()) in written


def operations(house):
    for path, methods in described(house)["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "patch", "put", "delete"):
                yield f"{method} {path}", operation


def test_every_operation_has_a_name_of_its_own(house):
    names = [operation["operationId"] for _, operation in operations(house)]
    assert len(names) == len(set(names))


def test_every_operation_says_what_it_does_and_how_it_refuses(house):
    lacking = [
        title
        for title, operation in operations(house)
        if not (operation.get("summary") or operation.get("description"))
        or "default" not in operation["responses"]
    ]
    assert lacking == []


def test_every_answer_with_a_body_has_an_example(house):
    lacking = [
        title
        for title, operation in operations(house)
        for status, response in operation["responses"].items()
        if status.startswith("2")
        for body in response.get("content", {}).values()
        if "example" not in body and "examples" not in body
    ]
    assert lacking == []
