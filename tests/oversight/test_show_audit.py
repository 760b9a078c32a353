"""The audit log: for admins as a page and as JSON, and for each person who opened their record.

SECURITY: T168.
"""

import re

import pytest
from conftest import unguarded
from sqlalchemy import delete, text

from learnplat import audit
from learnplat.core.actors import Actor, Role
from learnplat.core.clock import utc_now
from learnplat.db import transaction
from learnplat.oversight.actions import record_reading
from learnplat.people.models import Account


def numbers(page):
    return [int(found) for found in re.findall(r'id="entry-(\d+)"', page)]


def acting_as(person):
    return Actor(person.id, person.name, person.language, person.zone, person.country)


def written(house, count, **values):
    entry = {"actor_id": None, "action": "run_planned", "subject": ("course_run", 7)} | values
    with house.app.app_context(), transaction() as session:
        for _ in range(count):
            audit.record(session, now=utc_now(), **entry)


@pytest.mark.parametrize(
    "who", ["practitioner", "trainer", "tutor", "expert", "moderator", "focal_point"]
)
@pytest.mark.parametrize("address", ["/en/audit", "/api/v1/audit"])
def test_it_is_for_admins(house, who, address):
    assert house.get(address).status_code in (303, 401)
    roles = () if who == "practitioner" else (Role(who),)
    assert house.enter(house.person(roles=roles)).get(address).status_code == 403


def test_an_admin_reads_who_did_what_to_whom_and_why(house):
    amal, admin = house.amal(), house.admin()
    form = {"since": "2012-01-01", "until": "2012-12-31", "reason": "Asked for by <b>Vienna</b>."}
    assert house.enter(admin).post("/en/statistics/enrolments", form).data
    house.post(f"/en/people/{amal.id}/roles", {"role": "focal_point", "scope": "MA"})
    page = house.get("/en/audit").text
    assert numbers(page) == [2, 1]
    assert page.index("Role granted</td>") < page.index("Enrolments exported</td>")
    assert "<bdi>Ruth Adeyemi</bdi>" in page
    assert f"Account {amal.id}" in page
    assert "Asked for by &lt;b&gt;Vienna&lt;/b&gt;." in page
    assert "scope: MA" in page
    assert amal.name not in page


def test_an_empty_log_says_so(house):
    assert "Nothing is recorded" in house.enter(house.admin()).get("/en/audit").text


def test_an_account_that_is_gone_is_its_number(house):
    gone, admin = house.person("Somebody Gone"), house.admin()
    written(house, 1, actor_id=gone.id)
    with house.app.app_context(), transaction() as session:
        session.execute(delete(Account).where(Account.id == gone.id))
    house.enter(admin)
    assert f"Account {gone.id}</td>" in house.get("/en/audit").text
    items = house.get("/api/v1/audit").json["items"]
    assert [item["actor_name"] for item in items] == [admin.name, None]


def test_it_is_filtered_by_act_and_by_account(house):
    amal, admin = house.amal(), house.admin()
    written(house, 1)
    written(house, 1, actor_id=amal.id)
    written(house, 1, action="password_reset", actor_id=admin.id, subject=("account", amal.id))
    written(house, 1, subject=("discussion", amal.id), action="discussion_planned")
    house.enter(admin)
    with house.app.app_context(), transaction() as session:  # the same question was asked just now
        for acts, account in (("run_planned", None), (None, amal.id), ("run_planned", amal.id)):
            asked = {"acts": acts, "account": account, "now": utc_now()}
            record_reading(session, actor=acting_as(admin), **asked)
    for query, found in (
        ("?action=run_planned", [2, 1]),
        (f"?account={amal.id}", [3, 2]),
        (f"?account={amal.id}&action=run_planned", [2]),
        ("?account=99999", []),
    ):
        assert numbers(house.get(f"/en/audit{query}").text) == found
        items = house.get(f"/api/v1/audit{query}").json["items"]
        assert [item["number"] for item in items] == found


def test_the_pages_go_there_and_back(house):
    written(house, 120)
    written(house, 1, action="run_changed")
    house.enter(house.admin())
    forth, seen = ["/en/audit?action=run_planned"], []
    while forth[-1]:
        page = house.get(forth[-1]).text
        seen.append(numbers(page))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        forth.append(older[1].replace("&amp;", "&") if older else None)
    assert seen == [list(range(120, 70, -1)), list(range(70, 20, -1)), list(range(20, 0, -1))]
    back = re.search(r'rel="prev" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert numbers(house.get(back).text) == seen[1]


@pytest.mark.parametrize(
    "query",
    ["action=run_burnt", "account=abc", "account=0", "account=-1", "account=2147483648",
     "account=9999999999999999999999", "cursor=zzz", "cursor=WyJhIl0", "account=%00"],
)  # fmt: skip
def test_a_wrong_question_is_refused(house, query):
    house.enter(house.admin())
    for address in ("/en/audit", "/api/v1/audit"):
        assert house.get(f"{address}?{query}").status_code == 422


def test_the_api_gives_the_chain_with_a_cursor(house):
    written(house, 3)
    house.enter(house.admin())
    first = house.get("/api/v1/audit?limit=2").json
    rest = house.get("/api/v1/audit", query_string={"limit": 2, "cursor": first["next"]}).json
    items = first["items"] + rest["items"]
    assert [item["number"] for item in items] == [3, 2, 1]
    assert items[0]["previous"] == items[1]["digest"]
    assert items[2]["previous"] == audit.NOTHING_YET


def test_a_person_sees_when_and_in_which_role_their_record_was_opened(house):
    amal, admin = house.amal(), house.admin()
    assert "Nobody has opened your record." in house.enter(amal).get("/en/profile").text
    house.enter(admin).get(f"/en/people/{amal.id}")
    page = house.enter(amal).get("/en/profile").text
    assert re.search(r'<time class="stamp-day"[^>]*>.*?<p>Administrator</p>', page, re.S)
    assert admin.name not in page
    assert admin.email not in page


def test_nobody_sees_who_opened_the_record_of_another(house):
    amal, moussa = house.amal(), house.moussa()
    house.enter(house.admin()).get(f"/en/people/{amal.id}")
    assert "Nobody has opened your record." in house.enter(moussa).get("/en/profile").text


def test_a_tampered_entry_is_still_shown(house):
    written(house, 2)
    with house.app.app_context(), transaction() as session, unguarded(session):
        session.execute(text("update audit_entry set action = 'of_no_kind' where number = 1"))
    assert "of_no_kind" in house.enter(house.admin()).get("/en/audit").text
