"""Changing the password: the current one is asked for, and every other session ends.

SECURITY: case 27, P8, T8.
"""

import threading

import pytest
from conftest import PASSWORD

NEW = "seven lamps over the harbour"


def change(house, current=PASSWORD, new=NEW):
    return house.post("/en/profile/password", {"current_password": current, "password": new})


def a_token(house, person, password=PASSWORD):
    answer = house.app.test_client().post(
        "/api/v1/tokens", json={"email": person.email, "password": password}
    )
    return {"Authorization": f"Bearer {answer.json['token']}"}


def test_this_browser_stays_and_the_others_leave(house):
    amal = house.amal()
    house.enter(amal)
    other = house.browser(amal)
    assert change(house).status_code == 303
    assert house.get("/en/profile").status_code == 200
    assert other.get("/en/profile").status_code == 303


def test_every_token_ends(house):
    amal = house.amal()
    headers = a_token(house, amal)
    change(house.enter(amal))
    assert house.app.test_client().get("/api/v1/me", headers=headers).status_code == 401


def test_only_the_new_password_opens_the_door(house):
    amal = house.amal()
    change(house.enter(amal))
    house.leave()
    statuses = [
        house.post("/en/sign-in", {"email": amal.email, "password": password}).status_code
        for password in (PASSWORD, NEW)
    ]
    assert statuses == [401, 303]


def test_the_current_password_is_needed(house):
    answer = change(house.enter(house.amal()), current="not my password")
    assert answer.status_code == 422
    assert 'id="f-current_password-error"' in answer.text


@pytest.mark.parametrize("new", ["short", "x" * 129, "Amal Bennani 1"])
def test_the_new_password_must_be_good(house, new):
    answer = change(house.enter(house.amal()), new=new)
    assert answer.status_code == 422
    assert 'id="f-password-error"' in answer.text


def test_of_two_changes_at_once_one_holds(house):
    amal = house.amal()
    news = ["one lamp over the harbour", "two lamps over the harbour"]
    tokens = [a_token(house, amal) for _ in news]
    statuses = []

    def try_it(headers, new):
        statuses.append(
            house.app.test_client()
            .put(
                "/api/v1/me/password",
                json={"current_password": PASSWORD, "password": new},
                headers=headers,
            )
            .status_code
        )

    threads = [
        threading.Thread(target=try_it, args=pair) for pair in zip(tokens, news, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses)[0] == 204
    assert sorted(statuses)[1] in (401, 409, 422)


def test_the_api_changes_it_too(house):
    house.enter(house.amal())
    answer = house.ask(
        "PUT", "/api/v1/me/password", {"current_password": PASSWORD, "password": NEW}
    )
    assert answer.status_code == 204
    assert house.get("/en/profile").status_code == 200
