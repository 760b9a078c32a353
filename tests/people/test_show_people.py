"""Who has an account: for admins only, found by name or address, page by page.

SECURITY: case 12.
"""

import re

import pytest

from learnplat.core.actors import Role


def names(page):
    return re.findall(r'<th scope="row"><a href="[^"]+"><bdi>([^<]+)</bdi>', page)


@pytest.mark.parametrize("who", ["amal", "trainer"])
@pytest.mark.parametrize(
    "address", ["/en/people", "/en/people/1", "/api/v1/people", "/api/v1/people/1"]
)
def test_it_is_for_admins(house, who, address):
    assert house.get(address).status_code in (303, 401)
    assert house.enter(getattr(house, who)()).get(address).status_code == 403


@pytest.mark.parametrize(
    "words",
    ["issoufou", "MAÏGA", "maïga moussa", "person", "Issoufou%", "%"],
)
def test_people_are_found_by_a_part_of_a_name(house, words):
    house.amal()
    moussa = house.moussa()
    house.enter(house.admin())
    found = names(house.post("/en/people", {"q": words}).text)
    assert (moussa.name in found) == ("%" not in words)


def test_people_are_found_by_role(house):
    trainer = house.trainer()
    house.enter(house.admin())
    assert names(house.get("/en/people?role=trainer").text) == [trainer.name]


def test_nobody_found_says_so_kindly(house):
    house.enter(house.admin())
    assert "Nobody was found" in house.post("/en/people", {"q": "zzzzzz"}).text


def test_the_pages_go_there_and_back(house):
    for serial in range(60):
        house.person(f"Person {serial:02}", email=f"p{serial}@justice.example")
    house.enter(house.admin())
    forth = ["/en/people"]
    seen = []
    while forth[-1]:
        page = house.get(forth[-1]).text
        seen.append(names(page))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        forth.append(older[1].replace("&amp;", "&") if older else None)
    back = house.get(re.search(r'rel="prev" href="([^"]+)"', page)[1]).text
    assert [len(found) for found in seen] == [25, 25, 11]
    assert names(back) == seen[1]
    assert len({name for found in seen for name in found}) == 61


@pytest.mark.parametrize(
    "query", ["cursor=zzz", "cursor=WzFd1", "cursor=Wzk5OTk5OTk5OTk5OTk5OTk5OTldCg", "role=emperor",
              "cursor=WyJhIl0"],
)  # fmt: skip
def test_a_wrong_question_is_refused(house, query):
    house.enter(house.admin())
    for address in ("/en/people", "/api/v1/people"):
        assert house.get(f"{address}?{query}").status_code == 422


def test_a_wrong_word_is_refused(house):
    house.enter(house.admin())
    assert house.post("/en/people", {"q": "\x00"}).status_code == 422
    assert house.ask("POST", "/api/v1/people/search", {"q": "\x00"}).status_code == 422


def test_a_search_leaves_no_name_in_an_address(house):
    """SECURITY: T163. Names are looked for by a form that is sent."""
    found = house.amal()
    house.enter(house.admin())
    page = house.post("/en/people", {"q": found.name}).text
    assert names(page) == [found.name]
    assert "?q=" not in page


def test_a_program_looks_for_names_in_a_body(house):
    """SECURITY: T163"""
    found, role = house.amal(), house.trainer()
    house.enter(house.admin())
    search = "/api/v1/people/search"
    answer = house.ask("POST", search, {"q": found.name.split()[0]})
    assert [person["id"] for person in answer.json["items"]] == [found.id]
    answer = house.ask("POST", search, {"q": role.name, "role": "auditor"})
    assert answer.json["items"] == []
    assert house.ask("POST", search, {"q": "x" * 101}).status_code == 422
    assert house.enter(house.trainer()).ask("POST", search, {"q": "x"}).status_code == 403


def test_a_search_of_a_program_goes_on_with_its_cursor(house):
    for serial in range(3):
        house.person("Amina Alike", email=f"alike{serial}@justice.example")
    house.enter(house.admin())
    first = house.ask("POST", "/api/v1/people/search", {"q": "Alike", "limit": 2}).json
    body = {"q": "Alike", "limit": 2, "cursor": first["next"]}
    rest = house.ask("POST", "/api/v1/people/search", body).json
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)


@pytest.mark.parametrize("words", ["Bennani", ""])
def test_the_address_of_the_list_takes_no_words(house, words):
    """SECURITY: T163"""
    house.enter(house.admin())
    answer = house.get("/api/v1/people", query_string={"q": words})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["q"])


def test_a_search_for_nothing_shows_everybody(house):
    house.enter(house.admin())
    answer = house.post("/en/people", {"q": "", "role": "trainer"})
    assert (answer.status_code, answer.location) == (303, "/en/people?role=trainer")


def test_a_search_that_finds_too_many_says_so(house):
    for serial in range(26):
        house.person("Amina Alike", email=f"alike{serial}@justice.example")
    house.enter(house.admin())
    page = house.post("/en/people", {"q": "Alike"}).text
    assert len(names(page)) == 25
    assert "There are more." in page


def test_a_person_is_shown_with_roles(house):
    trainer = house.trainer()
    house.enter(house.admin())
    page = house.get(f"/en/people/{trainer.id}").text
    assert "<bdi>Inés Carvajal</bdi>" in page
    assert "Trainer" in page


@pytest.mark.parametrize("number", ["999999", "99999999999999999999"])
def test_a_missing_person_is_missing(house, number):
    house.enter(house.admin())
    assert house.get(f"/en/people/{number}").status_code == 404
    assert house.get(f"/api/v1/people/{number}").status_code == 404


def test_the_api_lists_with_a_cursor(house):
    house.amal()
    house.person(roles=(Role.TUTOR,))
    house.enter(house.admin())
    first = house.get("/api/v1/people?limit=2").json
    rest = house.get("/api/v1/people", query_string={"limit": 2, "cursor": first["next"]}).json
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert first["items"][1]["roles"][0]["role"] == "tutor"
    assert "password_hash" not in first["items"][0]
