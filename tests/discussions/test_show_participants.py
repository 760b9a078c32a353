"""Who takes part in a discussion, as they choose to be seen, and nothing more of them.

SECURITY: T112 (not derivable), T113 (roster privacy), T31, T44
"""

from datetime import UTC, datetime

import pytest

from learnplat.core.languages import Language
from learnplat.db import transaction
from learnplat.discussions.participants import Identity, participants_seen
from learnplat.people.models import Account, ShownAs, Standing


def seat(house, discussion_id, person, **body):
    answer = house.enter(person).ask(
        "POST", f"/api/v1/discussions/{discussion_id}/registration", body
    )
    assert answer.status_code == 201, answer.text
    return answer.json


def seen(house, discussion_id, person, language="en"):
    return house.enter(person).ask(
        "GET", f"/api/v1/discussions/{discussion_id}/participants?language={language}"
    )


def handle(house, person, text, shown_as="handle"):
    body = {"shown_as": shown_as, "handle": text}
    assert house.enter(person).ask("PUT", "/api/v1/me/identity", body).status_code == 200


def judge(house, name, country="SN", **values):
    return house.person(name, country=country, profession="judge", language="en", **values)


def test_by_default_the_profile_decides(house, planned):
    discussion_id, moussa = planned(), house.moussa()
    assert seat(house, discussion_id, moussa)["shown_as"] == "office"
    other = planned()
    handle(house, moussa, "Baobab")
    assert seat(house, other, moussa)["shown_as"] == "handle"


def test_each_is_seen_as_they_chose_for_this_room(house, planned):
    discussion_id = planned()
    moussa, amal = house.moussa(), house.amal()
    handle(house, moussa, "Baobab", "office")
    seat(house, discussion_id, moussa, shown_as="handle")
    seat(house, discussion_id, amal, shown_as="name")
    seat(house, discussion_id, judge(house, "Mary"))
    labels = [item["label"] for item in seen(house, discussion_id, amal).json["items"]]
    assert set(labels) == {"Baobab", amal.name, "Judge, Western Africa"}


def test_the_same_office_is_only_counted(house, planned):
    discussion_id = planned()
    for name, country in (("One", "SN"), ("Two", "NE"), ("Three", "ML")):
        person = judge(house, name, country)
        seat(house, discussion_id, person)
    assert seen(house, discussion_id, person).json["items"] == [
        {"label": "Judge, Western Africa", "number": 3}
    ]


def test_an_answer_holds_labels_and_numbers_and_nothing_else(house, planned):
    discussion_id = planned()
    people = [judge(house, f"Hidden{number}") for number in range(2)] + [house.moussa()]
    for person in people:
        seat(house, discussion_id, person)
    answer = seen(house, discussion_id, people[0])
    assert {frozenset(item) for item in answer.json["items"]} == {frozenset({"label", "number"})}
    for person in people:
        assert person.name not in answer.text
        assert person.email not in answer.text
    page = house.enter(people[2]).get(f"/en/discussions/{discussion_id}").text
    assert "Hidden" not in page


def test_the_order_is_that_of_the_labels_whoever_came_first(house, planned):
    names = ["Zoe", "Ada", "Mary"]
    orders = []
    for coming in (names, names[::-1]):
        discussion_id = planned()
        for name in coming:
            person = judge(house, name)
            seat(house, discussion_id, person, shown_as="name")
        orders.append([item["label"] for item in seen(house, discussion_id, person).json["items"]])
    assert orders == [sorted(names)] * 2


def test_a_seat_given_back_and_taken_again_leaves_the_order(house, planned):
    discussion_id = planned()
    first, second = judge(house, "Ada"), judge(house, "Mary")
    for person in (first, second):
        seat(house, discussion_id, person, shown_as="name")
    before = seen(house, discussion_id, second).json
    house.enter(first).ask("POST", f"/api/v1/discussions/{discussion_id}/registration/withdrawal")
    assert [item["label"] for item in seen(house, discussion_id, second).json["items"]] == ["Mary"]
    seat(house, discussion_id, first, shown_as="name")
    assert seen(house, discussion_id, second).json == before


def test_those_without_a_seat_meet_what_is_missing(house, planned):
    discussion_id = planned()
    seat(house, discussion_id, house.amal())
    stranger = house.moussa()
    answers = [seen(house, number, stranger) for number in (discussion_id, 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json == answers[1].json
    assert "Who takes part" not in house.get(f"/en/discussions/{discussion_id}").text


def test_who_has_given_the_seat_back_sees_nobody(house, planned):
    discussion_id, amal = planned(), house.amal()
    seat(house, discussion_id, amal)
    house.ask("POST", f"/api/v1/discussions/{discussion_id}/registration/withdrawal")
    assert seen(house, discussion_id, amal).status_code == 404


def test_strangers_sign_in_first(house, planned):
    assert house.get(f"/api/v1/discussions/{planned()}/participants").status_code == 401
    assert "Who takes part" not in house.get(f"/en/discussions/{planned()}").text


def test_staff_see_labels_and_no_names(house, planned):
    discussion_id = planned()
    seat(house, discussion_id, judge(house, "Hidden"))
    admin = house.admin()
    assert seen(house, discussion_id, admin).json["items"] == [
        {"label": "Judge, Western Africa", "number": 1}
    ]
    page = house.get(f"/en/discussions/{discussion_id}").text
    assert "Who takes part" in page
    assert "Hidden" not in page


def test_the_choice_can_be_changed_until_the_start(house, planned):
    discussion_id, mary = planned(), judge(house, "Mary")
    seat(house, discussion_id, mary)
    path = f"/api/v1/discussions/{discussion_id}/registration/identity"
    assert house.ask("PUT", path, {"shown_as": "name"}).json["shown_as"] == "name"
    assert seen(house, discussion_id, mary).json["items"] == [{"label": "Mary", "number": 1}]


def test_after_the_start_it_stays(house, planned):
    discussion_id = planned(now=datetime(2020, 1, 1, tzinfo=UTC), date="2021-05-04")
    mary = judge(house, "Mary")
    with house.app.app_context(), transaction() as session:
        from learnplat.discussions.models import Registration

        session.add(
            Registration(
                discussion_id=discussion_id,
                account_id=mary.id,
                registered_at=datetime(2021, 1, 1, tzinfo=UTC),
            )
        )
    answer = house.enter(mary).ask(
        "PUT", f"/api/v1/discussions/{discussion_id}/registration/identity", {"shown_as": "name"}
    )
    assert (answer.status_code, answer.json["code"]) == (409, "discussion_has_started")


def test_without_a_seat_there_is_nothing_to_change(house, planned):
    house.enter(house.moussa())
    for number in (planned(), 999_999):
        answer = house.ask(
            "PUT", f"/api/v1/discussions/{number}/registration/identity", {"shown_as": "name"}
        )
        assert answer.status_code == 404


@pytest.mark.parametrize("verb", ["POST", "PUT"])
def test_a_handle_that_one_does_not_have_is_refused(house, planned, verb):
    discussion_id = planned()
    house.enter(house.moussa())
    path = f"/api/v1/discussions/{discussion_id}/registration"
    if verb == "PUT":
        house.ask("POST", path, {})
        path += "/identity"
    answer = house.ask(verb, path, {"shown_as": "handle"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["shown_as"])


def test_who_gives_up_the_handle_is_seen_by_the_office_and_not_by_name(house, planned):
    discussion_id, mary = planned(), judge(house, "Mary")
    handle(house, mary, "Baobab")
    seat(house, discussion_id, mary)
    answer = house.ask("PUT", "/api/v1/me/identity", {"shown_as": "name"})
    assert answer.json["handle"] is None
    assert seen(house, discussion_id, mary).json["items"] == [
        {"label": "Judge, Western Africa", "number": 1}
    ]


def test_a_new_usual_choice_leaves_the_rooms_as_they_are(house, planned):
    discussion_id, mary = planned(), judge(house, "Mary")
    seat(house, discussion_id, mary)
    house.ask("PUT", "/api/v1/me/identity", {"shown_as": "name"})
    assert "Mary" not in seen(house, discussion_id, mary).text


def test_the_suspended_and_the_erased_are_not_in_it(house, planned):
    discussion_id, mary, ada = planned(), judge(house, "Mary"), judge(house, "Ada")
    for person in (mary, ada):
        seat(house, discussion_id, person, shown_as="name")
    with house.app.app_context(), transaction() as session:
        session.get_one(Account, mary.id).standing = Standing.ERASED
    assert seen(house, discussion_id, ada).json["items"] == [{"label": "Ada", "number": 1}]


def test_the_chooser_is_told_of_being_the_only_one(house, planned):
    discussion_id = planned()
    house.enter(judge(house, "Mary"))
    assert "you would be the only one here" in house.get(f"/en/discussions/{discussion_id}").text


def test_the_chooser_is_told_how_many_share_the_office_but_not_who(house, planned):
    discussion_id = planned()
    seat(house, discussion_id, judge(house, "Shared", "NE"))
    seat(house, discussion_id, judge(house, "By name", "SN"), shown_as="name")
    seat(house, discussion_id, judge(house, "Elsewhere", "KE"))
    page = house.enter(judge(house, "Mary")).get(f"/en/discussions/{discussion_id}").text
    assert "1 other person here is seen by the same office." in page
    for name in ("Shared", "By name", "Elsewhere"):
        assert name not in page


def test_the_form_takes_a_seat_and_the_choice(house, planned):
    discussion_id, mary = planned(), judge(house, "Mary")
    house.enter(mary).post(f"/en/discussions/{discussion_id}/registration", {"shown_as": "name"})
    page = house.get(f"/en/discussions/{discussion_id}").text
    assert "Others here see you as: <strong><bdi>Mary</bdi></strong>" in page
    house.post(f"/en/discussions/{discussion_id}/registration/identity", {"shown_as": "office"})
    page = house.get(f"/en/discussions/{discussion_id}").text
    assert "Others here see you as: <strong><bdi>Judge, Western Africa</bdi></strong>" in page


def test_an_unknown_choice_is_named(house, planned):
    house.enter(house.moussa())
    answer = house.ask(
        "POST", f"/api/v1/discussions/{planned()}/registration", {"shown_as": "anonymous"}
    )
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["shown_as"])


def test_labels_are_said_in_the_readers_language():
    identity = Identity(ShownAs.OFFICE, "Hidden", None, "judge", "NE")
    labels = {
        language: participants_seen([identity, identity], language)[0] for language in Language
    }
    assert labels[Language.ES].label == "Juez o jueza, África occidental"
    assert {found.number for found in labels.values()} == {2}
