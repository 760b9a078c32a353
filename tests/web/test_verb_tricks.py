"""However an address, a method or a number is spelt, the decision is the same.

SECURITY: cases 3 and 4; T42, T43, T44, T45
"""

import pytest
from conftest import AUDIT
from sqlalchemy import select

from learnplat.db import reading
from learnplat.learning.models import Enrolment, EnrolmentStatus
from learnplat.people.models import Account, RoleGrant
from tests.house.world import COURSE, UNIT, digest_of_tables
from tests.learning.cast import a_run, enrolled

# What is shut to a practitioner, under addresses that a route may take for it.
SHUT = ("/en/people", "/en/audit", "/en/runs", "/en/runs/new", "/en/statistics/participation",
        "/api/v1/people", "/api/v1/audit", "/api/v1/statistics/participation")  # fmt: skip
SPELLINGS = (
    "{0}/", "/{0}", "{0}//", "{0}/.", "{0}/%2e", "{0}/%2e%2e/people", "{0};x=1", "{0}/;x=1",
    "{0}.json", "{0}.csv", "{0}%00", "{0}%20", "{0}%2f", "{0}?_method=GET", "{0}?method=HEAD",
    "{0}#x", "{0}\\",
)  # fmt: skip
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT",
           "PROPFIND", "get", "Get", "GETT")  # fmt: skip
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL",
             "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-User", "X-Remote-User")  # fmt: skip


def followed(house, address, **options):
    """The answer after any mending of the address; 308 only leads to another spelling."""
    answer = house.client.open(address, **options)
    for _ in range(3):
        if answer.status_code != 308:
            break
        answer = house.client.open(answer.location, **options)
    return answer


def kept_tables(house):
    """Every table but the audit log, in which the tries stand."""
    return {name: held for name, held in digest_of_tables(house).items() if name not in AUDIT}


@pytest.mark.parametrize("address", SHUT)
def test_no_spelling_opens_what_is_shut(house, address):
    house.enter(house.amal())
    for spelling in SPELLINGS:
        for spelt in (address, address.upper(), address.replace("/en/", "/EN/")):
            answer = followed(house, spelling.format(spelt), method="GET")
            assert answer.status_code in (400, 403, 404), (spelling, spelt, answer.status_code)


@pytest.mark.parametrize("address", SHUT)
def test_no_method_opens_what_is_shut(house, address):
    house.enter(house.amal())
    before = kept_tables(house)
    for method in METHODS:
        answer = house.client.open(address, method=method, headers={"X-CSRFToken": house.token})
        if method == "OPTIONS":
            # It says which methods there are, as the description does, and nothing else.
            assert (answer.status_code, answer.data) == (200, b"")
        else:
            assert answer.status_code in (400, 403, 404, 405, 501), (method, answer.status_code)
    assert kept_tables(house) == before


@pytest.mark.parametrize("header", OVERRIDES)
def test_no_header_stands_for_a_method_an_address_or_a_person(house, header):
    admin = house.admin()
    house.enter(house.amal())
    for value in ("GET", "DELETE", "/en/people", admin.email, str(admin.id)):
        assert house.get("/en/people", headers={header: value}).status_code == 403
        assert house.get("/en/about", headers={header: value}).status_code == 200


def test_head_is_answered_as_get_without_the_body(house):
    house.enter(house.amal())
    for address in ("/en/people", "/en/profile", "/api/v1/me", "/api/v1/enrolments/999"):
        asked = [house.client.open(address, method=method) for method in ("GET", "HEAD")]
        assert asked[0].status_code == asked[1].status_code
        assert asked[1].data == b""


def test_no_get_changes_anything(house):
    run = a_run(house)
    amal = house.amal()
    number = enrolled(house, amal, run)
    before = digest_of_tables(house)
    for address in (
        f"/en/runs/{run}/enrolment",
        f"/en/enrolments/{number}/withdrawal?csrf_token={house.token}",
        f"/en/courses/{COURSE}/units/{UNIT}/completion",
        f"/api/v1/enrolments/{number}/withdrawal",
        "/en/profile/calendar-token",
        "/en/profile/sessions/others/ending",
        "/en/sign-out",
    ):
        for trick in ("", "?_method=POST", "&_method=POST"):
            house.get(address + trick, headers={"X-HTTP-Method-Override": "POST"})
    assert digest_of_tables(house) == before


NUMBERS = ("-1", "0", "00", "01", "+1", "1 ", " 1", "1.0", "1e0", "0x1", "1_0", "١", "１", "1%00",
           "2147483648", "9223372036854775808", "99999999999999999999", "null", "true", "[]",
           "1,2", "1;2", "..", "%2e%2e", "me", "self", "123E4567-E89B-12D3-A456-426614174000")  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/enrolments/{0}",
        "/api/v1/people/{0}",
        "/api/v1/runs/{0}",
        "/api/v1/discussions/{0}",
        "/en/people/{0}",
        "/en/discussions/{0}",
        "/en/discussions/{0}.ics",
    ],
)
def test_what_is_no_number_of_a_row_is_not_found(house, address):
    house.enter(house.admin())
    wrong = {}
    for number in NUMBERS:
        status = followed(house, address.format(number), method="GET").status_code
        if status != 404:
            wrong[number] = status
    assert wrong == {}


def test_a_number_is_of_the_address_alone(house):
    """In the query and in the body it is refused, and never counts."""
    run = a_run(house)
    moussa, amal = house.moussa(), house.amal()
    theirs = enrolled(house, moussa, run)
    own = enrolled(house, amal, run)
    house.enter(amal)
    place = f"/api/v1/enrolments/{own}/withdrawal"
    for query in (f"?enrolment_id={theirs}", f"?id[]={theirs}", f"?id={theirs}&id={own}"):
        assert house.ask("GET", f"/api/v1/enrolments/{own}{query}").json["id"] == own
    for body in ({"enrolment_id": theirs}, {"id": theirs}, {"id": [theirs]}, [theirs], theirs):
        assert house.ask("POST", place, body).status_code == 422
    form = {"enrolment_id": theirs}
    assert house.post(f"/en/enrolments/{own}/withdrawal", form).status_code == 422
    with house.app.app_context():
        assert set(reading().scalars(select(Enrolment.status))) == {EnrolmentStatus.ACTIVE}


@pytest.mark.parametrize(
    ("field", "value"),
    [("account_id", 1), ("account", 1), ("member", "moussa"), ("owner", 1), ("progress", 100),
     ("status", "completed"), ("completed_at", "2026-01-01T00:00:00Z"), ("roles", ["admin"]),
     ("is_staff", True), ("kind", "staff"), ("standing", "admitted"), ("session_epoch", 0)],
)  # fmt: skip
def test_nobody_names_an_owner_a_result_or_a_role_for_themselves(house, field, value):
    run = a_run(house)
    amal = house.amal()
    number = enrolled(house, amal, run)
    before = digest_of_tables(house)
    for method, address in (
        ("PATCH", "/api/v1/me"),
        ("POST", f"/api/v1/runs/{run}/enrolments"),
        ("POST", f"/api/v1/enrolments/{number}/withdrawal"),
        ("POST", f"/api/v1/enrolments/{number}/units/{UNIT}/completion"),
    ):
        answer = house.ask(method, address, {field: value})
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert digest_of_tables(house) == before


def test_what_hangs_on_another_thing_is_not_found_under_this_one(house):
    run = a_run(house)
    amal = house.amal()
    number = enrolled(house, amal, run)
    assert house.get(f"/en/courses/another-course/units/{UNIT}").status_code == 404
    assert house.ask("GET", f"/api/v1/courses/another-course/units/{UNIT}").status_code == 404
    missing = house.ask("POST", f"/api/v1/enrolments/{number}/units/no-such-unit/completion", {})
    assert missing.status_code == 404
    admin, trainer = house.admin(), house.trainer()
    with house.app.app_context():
        grant = reading().scalar(select(RoleGrant.id).where(RoleGrant.account_id == trainer.id))
    house.enter(admin)
    assert house.ask("DELETE", f"/api/v1/people/{amal.id}/roles/{grant}").status_code == 404
    with house.app.app_context():
        assert reading().get(RoleGrant, grant) is not None


def test_there_is_no_way_to_name_many_at_once(house):
    amal = house.amal()
    house.enter(house.admin())
    with house.app.app_context():
        everyone = list(reading().scalars(select(Account.id)))
    listed = ",".join(map(str, everyone))
    for address in (f"/api/v1/people?ids={listed}", f"/api/v1/people?id={amal.id}"):
        assert house.ask("GET", address).status_code == 422
    assert house.ask("POST", "/api/v1/people", everyone).status_code == 405
    assert house.get(f"/api/v1/people/{listed}").status_code == 404
