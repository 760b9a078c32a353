"""The manners of the API: what it cannot read it refuses, and says why. SECURITY: T54, T56."""

import base64

import pytest

LISTS = (
    "/api/v1/courses",
    "/api/v1/instruments",
    "/api/v1/countries",
    "/api/v1/runs",
    "/api/v1/enrolments",
    "/api/v1/discussions",
    "/api/v1/people",
)


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(
    "place",
    [
        pytest.param(f"[{2**31}]", id="a row that no table has"),
        pytest.param(f"[{10**30}]", id="a number that no database has"),
        pytest.param("[-1]", id="a number below none"),
        pytest.param('{"a": 1}', id="no list"),
        pytest.param("[" * 280, id="brackets without end"),
    ],
)
def test_a_cursor_that_is_none_of_ours_is_refused_by_its_name(house, address, place):
    answer = house.enter(house.admin()).get(f"{address}?cursor={cursor(place)}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["cursor"])


@pytest.mark.parametrize(
    "address",
    [
        "/en/people?newer={}",
        "/en/people?cursor={}",
        "/en/runs?cursor={}",
        "/en/discussions?after={}",
        "/en/discussions?when=past&before={}",
    ],
)
@pytest.mark.parametrize("place", ["[" * 5000, f"[{10**30}]", f"[{'9' * 5000}]"])
def test_a_page_refuses_such_a_cursor_too(house, address, place):
    answer = house.enter(house.admin()).get(address.format(cursor(place)))
    assert answer.status_code == 422


@pytest.mark.parametrize("address", [*LISTS, "/api/v1/search?q=law"])
def test_a_name_in_the_query_that_means_nothing_is_refused(house, address):
    mark = "&" if "?" in address else "?"
    answer = house.enter(house.admin()).get(f"{address}{mark}nonsense=1")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["nonsense"])


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "1_0", "", "9" * 5000])
def test_a_limit_that_is_no_count_is_refused_by_its_name(house, limit):
    answer = house.get(f"/api/v1/courses?limit={limit}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["limit"])


@pytest.mark.parametrize(
    ("method", "address"), [("PATCH", "/api/v1/me"), ("POST", "/api/v1/tokens")]
)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param("[" * 30_000, id="brackets without end"),
        pytest.param('{"a":' * 6_000, id="braces without end"),
        pytest.param('{"name": ' + "9" * 6000 + "}", id="a number of thousands of digits"),
    ],
)
def test_json_that_cannot_be_read_is_refused(house, method, address, body):
    house.enter(house.moussa())
    answer = house.client.open(
        address,
        method=method,
        data=body,
        content_type="application/json",
        headers={"X-CSRFToken": house.token},
    )
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")


def test_an_instant_ends_in_z_everywhere(house):
    me = house.enter(house.moussa()).get("/api/v1/me").json
    assert me["registered_at"].endswith("Z")
