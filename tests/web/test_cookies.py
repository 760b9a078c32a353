"""The cookie of the platform: closed to scripts and neighbours, and never a cause of failure.

SECURITY: case 28, T18, T20.
"""

from dataclasses import replace

import pytest
from conftest import PASSWORD, House, an_app
from flask.sessions import SecureCookieSessionInterface

from learnplat.upgrades import upgrade

OLD = "the key before this one, long enough"


def secure(new_database, kind="sqlite", **changes):
    """The platform as it stands behind TLS, with an empty database."""
    settings = replace(new_database(kind), base_url="https://learn.test", **changes)
    upgrade(settings.database_url)
    app = an_app(settings)
    return House(app, app.test_client(), kind)


def signed(app, values, key=None):
    app = an_app(replace(app.config["LEARNPLAT"], secret_key=key)) if key else app
    return SecureCookieSessionInterface().get_signing_serializer(app).dumps(values)


def bare(house, address, cookie, **options):
    """Ask with exactly this Cookie header: a test client that keeps cookies would drop it."""
    client = house.app.test_client(use_cookies=False)
    return client.get(address, headers={"Cookie": cookie}, **options)


def names_and_rest(answer):
    return [value.partition("=")[::2] for value in answer.headers.getlist("Set-Cookie")]


def test_every_cookie_that_is_ever_set_is_closed(new_database):
    house = secure(new_database)
    amal = house.amal()
    options = {"base_url": "https://learn.test"}
    token = house.client.get("/fr/sign-in", **options)
    answers = [token]
    form = token.text.split('name="csrf_token" value="')[1].split('"')[0]
    answers.append(
        house.client.post(
            "/fr/sign-in",
            data={"email": amal.email, "password": PASSWORD, "csrf_token": form},
            **options,
        )
    )
    page = house.client.get("/es/profile", **options)
    form = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answers += [page, house.client.post("/ar/sign-out", data={"csrf_token": form}, **options)]
    answers.append(bare(house, "/ar/sign-in", "remember_token=1|2; learnplat=x", **options))
    cookies = [cookie for answer in answers for cookie in names_and_rest(answer)]
    assert len(cookies) >= 4
    for name, rest in cookies:
        parts = {part.strip() for part in rest.split(";")[1:]}
        assert name in ("__Host-learnplat", "__Host-learnplat-known")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert not any(part.startswith("Domain") for part in parts)


SPOILT = {
    "nothing": "",
    "garbage": "x",
    "letters of another alphabet": "é".encode().decode("latin-1"),
    "too many dots": "." * 200,
    "a compressed bomb": ".eJw" + "A" * 3000,
    "oversized": "a" * 60_000,
    "quoted": '"a b;c"',
    "null": "\\000\\001",
}


@pytest.mark.parametrize("value", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("address", ["/en/courses", "/fr/profile", "/api/v1/me", "/en/none"])
def test_a_spoilt_cookie_is_nobodys(house, value, address):
    answer = bare(house, address, f"learnplat={value}")
    expected = {"/en/courses": 200, "/fr/profile": 303, "/api/v1/me": 401, "/en/none": 404}
    assert answer.status_code == expected[address]


def cookie_of(house, person):
    house.enter(person)
    return house.client.get_cookie("learnplat").value


def test_a_cookie_with_one_character_changed_is_nobodys(house):
    good = cookie_of(house, house.amal())
    for place in range(0, len(good), 7):
        other = "A" if good[place] != "A" else "B"
        bad = good[:place] + other + good[place + 1 :]
        answer = bare(house, "/api/v1/me", f"learnplat={bad}")
        # The last character of a part holds bits that no decoder reads.
        assert answer.status_code == 401 or bad[place + 1 : place + 2] in (".", "")


def test_of_two_cookies_none_counts(house):
    ours, theirs = cookie_of(house, house.amal()), cookie_of(house, house.moussa())
    for pair in ((ours, theirs), (theirs, ours), (ours, ours), (ours, "x"), ("x", ours)):
        header = "; ".join(f"learnplat={value}" for value in pair)
        assert bare(house, "/en/profile", header).status_code == 303
        assert bare(house, "/api/v1/me", header).status_code == 401
    assert bare(house, "/en/profile", f"learnplat={ours}").status_code == 200


def test_an_oversized_cookie_is_not_read_even_if_it_is_signed(house):
    key = house.opened(house.amal())
    value = signed(house.app, {"_user_id": key, "more": [str(n) for n in range(9000)]})
    assert len(value) > 4096
    answer = bare(house, "/api/v1/me", f"learnplat={value}")
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "values",
    [{"_user_id": 7}, {"_user_id": ["a"]}, {"_user_id": None}, {"_user_id": {"a": 1}},
     {"_user_id": ""}, {"_user_id": "\ud800"}, {"_user_id": "1.0"}, {"_remember": "set"}, {"_flashes": 3}],
)  # fmt: skip
def test_a_signed_cookie_of_another_day_opens_nothing(house, values):
    value = signed(house.app, values)
    for address, status in (("/en/profile", 303), ("/api/v1/me", 401)):
        answer = bare(house, address, f"learnplat={value}")
        assert answer.status_code == status


def test_a_cookie_that_remembers_is_not_known_here(house):
    for value in ("1|2", "é|é".encode().decode("latin-1"), "|", "a" * 9000):
        answer = bare(house, "/en/profile", f"remember_token={value}")
        assert (answer.status_code, answer.location[:11]) == (303, "/en/sign-in")


def test_with_another_key_everybody_signs_in_again(house):
    key = house.opened(house.amal())
    value = signed(house.app, {"_user_id": key}, key=OLD)
    header = f"learnplat={value}"
    assert bare(house, "/api/v1/me", header).status_code == 401
    assert bare(house, "/en/profile", header).status_code == 303


def test_the_key_before_is_still_read_when_it_is_named(new_database):
    house = secure(new_database, earlier_secret_key=OLD)
    key = house.opened(house.amal())
    value = signed(house.app, {"_user_id": key, "_permanent": True}, key=OLD)
    header = f"__Host-learnplat={value}"
    page = bare(house, "/en/profile", header, base_url="https://learn.test")
    assert page.status_code == 200
    ((_, fresh),) = names_and_rest(page)
    today = an_app(replace(house.app.config["LEARNPLAT"], earlier_secret_key=None))
    reader = SecureCookieSessionInterface().get_signing_serializer(today)
    assert reader.loads(fresh.split(";")[0])["_user_id"] == key
