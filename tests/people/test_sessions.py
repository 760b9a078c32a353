"""Sessions on the server: a key in the cookie, its digest in a row, and an end to each of them.

SECURITY: case 27, case 28, T18, T19, T20, T25.
"""

import re
import threading
from datetime import timedelta

import pytest
from conftest import PASSWORD
from sqlalchemy import delete, func, select, update

from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.db import db, reading, transaction
from learnplat.people import rules, sessions
from learnplat.people.devices import device_of
from learnplat.people.models import Account, ApiToken, SignIn

PAGE = "/en/profile/sessions"
FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"
NEW = "seven lamps over the harbour"


def rows(house, person=None):
    with house.app.app_context():
        query = select(SignIn).order_by(SignIn.id)
        if person is not None:
            query = query.where(SignIn.account_id == person.id)
        return reading().scalars(query).all()


def move(house, **values):
    with house.app.app_context(), transaction() as session:
        session.execute(update(SignIn).values(**values))


def key_of(client):
    with client.session_transaction() as session:
        return session.get("_user_id")


def sign_in(house, person, client=None, **headers):
    client = client or house.client
    page = client.get("/en/sign-in").text
    form = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    data = {"email": person.email, "password": PASSWORD, "csrf_token": form}
    return client.post("/en/sign-in", data=data, headers=headers)


def token_of(client):
    """The token on the forms of a page that this browser has just seen."""
    page = client.get("/en/profile").text
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def post(client, address, *, token=None, **form):
    """Send a form, of a page that this browser has just seen or, in a race, has before it."""
    token = token or token_of(client)
    return client.post(address, data={"csrf_token": token, **form})


def without_token(answer):
    """The page but for the token of its forms, which says when it was signed."""
    return re.sub(r'(name="csrf_token" value=)"[^"]+"', r"\1", answer.text)


def is_in(client):
    return client.get("/en/profile").status_code == 200


# Opening


def test_the_cookie_holds_a_key_and_the_row_its_digest(house):
    amal = house.amal()
    sign_in(house, amal, **{"User-Agent": FIREFOX})
    with house.client.session_transaction() as session:
        kept = dict(session)
    (row,) = rows(house, amal)
    assert set(kept) == {"_user_id", "_permanent"}
    assert len(kept["_user_id"]) == 43
    assert row.key_digest == rules.digest_of(kept["_user_id"])
    assert str(amal.id) not in kept["_user_id"].split(".")


def test_the_row_says_what_the_browser_is_and_not_where(house):
    amal = house.amal()
    sign_in(house, amal, **{"User-Agent": FIREFOX})
    (row,) = rows(house, amal)
    assert row.device == "Firefox, Android"
    assert row.expires_at - row.opened_at == timedelta(days=14)
    assert {column.name for column in SignIn.__table__.columns} == {
        "id", "account_id", "key_digest", "session_epoch", "device", "opened_at", "seen_at",
        "expires_at", "confirmed_at", "with_factor",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox, Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/142.0.0.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
         "like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like "
         "Gecko) Version/18.0 Safari/605.1.15", "Safari, macOS"),
        ("Mozilla/5.0 (Linux; Android 14; SM-A145R) AppleWebKit/537.36 (KHTML, like Gecko) "
         "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36", "Samsung Internet, Android"),
        ("curl/8.0", ""),
        ("", ""),
        ("<script>alert(1)</script>", ""),
        ("<b>Firefox/1 Linux " + "x" * 100_000, "Firefox, Linux"),
    ],
)  # fmt: skip
def test_a_device_is_told_by_its_family(agent, device):
    assert device_of(agent) == device


def test_the_page_repeats_nothing_that_a_browser_said(house):
    amal = house.amal()
    sign_in(house, amal, **{"User-Agent": "<script>alert(7)</script> <i>Firefox/</i> \u202e"})
    page = house.get(PAGE).text
    assert "alert(7)" not in page
    assert "<bdi>Firefox</bdi>" in page


def test_signing_in_takes_a_new_key_and_ends_the_one_before(house):
    amal = house.amal()
    house.enter(amal)
    before = key_of(house.client)
    planted = house.app.test_client()
    with planted.session_transaction() as session:
        session["_user_id"] = before
    # The sign-in page leads a signed-in person on, so the form is sent by itself.
    house.post("/en/sign-in", {"email": amal.email, "password": PASSWORD})
    assert key_of(house.client) != before
    assert is_in(house.client)
    assert not is_in(planted)
    assert len(rows(house, amal)) == 1


def test_a_key_that_was_planted_is_never_taken_over(house):
    amal = house.amal()
    planted = "x" * 43
    with house.client.session_transaction() as session:
        session["_user_id"] = planted
    house.post("/en/sign-in", {"email": amal.email, "password": PASSWORD})
    assert key_of(house.client) != planted
    assert rules.digest_of(planted) not in {row.key_digest for row in rows(house)}


def test_the_forms_token_of_before_is_not_that_of_after(house):
    amal = house.amal()
    house.get("/en/sign-in")
    with house.client.session_transaction() as session:
        before = session["csrf_token"]
    sign_in(house, amal)
    house.get("/en/profile")
    with house.client.session_transaction() as session:
        assert session["csrf_token"] != before


def test_applying_opens_no_session(house):
    form = {
        "name": "Nour Eddine", "email": "nour@justice.example", "password": NEW, "country": "TN",
        "institution_kind": "court", "profession": "judge", "gender": "not_stated",
        "language": "ar", "zone": "Africa/Tunis",
    }  # fmt: skip
    assert house.post("/en/sign-up", form).status_code == 303
    assert rows(house) == []


# Asking


def test_who_is_asking_is_one_select_and_nothing_is_written(house):
    house.enter(house.person(roles=(Role.TRAINER, Role.TUTOR)))
    with house.heard() as said:
        house.get("/en/profile/password")
    assert [one[:6] for one in said] == ["SELECT"]


def test_use_is_noted_every_five_minutes_and_not_more_often(house):
    house.enter(house.amal())
    long_ago = utc_now() - timedelta(minutes=6)
    move(house, seen_at=long_ago)
    house.get("/en/profile")
    (first,) = rows(house)
    house.get("/en/profile")
    (second,) = rows(house)
    assert long_ago < first.seen_at == second.seen_at


def test_a_stylesheet_asks_nobody(house):
    house.enter(house.amal())
    with house.heard() as said:
        house.get("/static/learnplat.css").close()
        house.get("/healthz")
    assert said == []


@pytest.mark.parametrize(
    ("who", "idle", "lives"),
    [
        ("amal", timedelta(days=7, seconds=-30), True),
        ("amal", timedelta(days=7), False),
        ("trainer", timedelta(hours=24, seconds=-30), True),
        ("trainer", timedelta(hours=24), False),
        ("admin", timedelta(hours=25), False),
    ],
)
def test_an_unused_session_ends(house, who, idle, lives):
    house.enter(getattr(house, who)())
    move(house, seen_at=utc_now() - idle)
    assert is_in(house.client) is lives


def test_a_used_session_ends_too(house):
    house.enter(house.amal())
    move(house, expires_at=utc_now() + timedelta(seconds=30))
    assert is_in(house.client)
    move(house, expires_at=utc_now())
    assert not is_in(house.client)


def test_use_does_not_put_off_the_end(house):
    house.enter(house.amal())
    (before,) = rows(house)
    move(house, seen_at=utc_now() - timedelta(hours=1))
    house.get("/en/profile")
    (after,) = rows(house)
    assert after.expires_at == before.expires_at


def test_a_clock_that_was_put_back_ends_nothing(house):
    house.enter(house.amal())
    ahead = utc_now() + timedelta(hours=1)
    move(house, seen_at=ahead, opened_at=ahead)
    assert is_in(house.client)
    assert house.get(PAGE).status_code == 200


def test_a_session_of_a_removed_account_is_nobodys(house):
    amal = house.amal()
    house.enter(amal)
    with house.app.app_context(), transaction() as session:
        session.execute(delete(Account).where(Account.id == amal.id))
    assert house.get("/en/profile").status_code == 303
    assert house.get("/en/courses").status_code == 200
    assert house.get("/api/v1/me").status_code == 401
    assert rows(house) == []


def test_when_the_rows_are_lost_everybody_signs_in_again(house):
    amal = house.amal()
    house.enter(amal)
    with house.app.app_context(), transaction() as session:
        session.execute(delete(SignIn))
    assert house.get("/en/profile").location.startswith("/en/sign-in?next=")
    assert sign_in(house, amal).status_code == 303
    assert is_in(house.client)


def test_a_request_of_an_ended_session_is_not_taken_for_a_forged_one(house):
    house.enter(house.amal())
    move(house, expires_at=utc_now())
    answer = house.client.post("/api/v1/runs/1/enrolments", json={})
    assert answer.status_code == 401


def test_a_late_answer_to_an_ended_session_leaves_the_new_cookie_alone(house):
    house.enter(house.amal())
    move(house, expires_at=utc_now())
    assert "Set-Cookie" not in house.get("/en/profile").headers


def test_sessions_of_another_epoch_are_over(house):
    amal = house.amal()
    house.enter(amal)
    with house.app.app_context(), transaction() as session:
        session.execute(update(Account).where(Account.id == amal.id).values(session_epoch=1))
    assert not is_in(house.client)


def test_without_the_database_a_signed_in_person_is_told_to_come_back(blank_house, monkeypatch):
    house = blank_house
    house.enter(house.amal())
    with house.app.app_context():
        engine = db.engine
    engine.dispose()
    failure = engine.dialect.loaded_dbapi.OperationalError

    def refuse(*_words, **_options):
        raise failure("gone")

    monkeypatch.setattr(engine.dialect, "connect", refuse)
    page, program = house.get("/en/courses"), house.get("/api/v1/me")
    assert (page.status_code, program.status_code) == (503, 503)
    monkeypatch.undo()
    assert is_in(house.client)


# Ending


def test_signing_out_removes_the_row_and_clears_the_browser(house):
    amal = house.amal()
    house.enter(amal)
    copy = house.app.test_client()
    with copy.session_transaction() as session:
        session["_user_id"] = key_of(house.client)
    answer = house.post("/en/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert rows(house) == []
    assert not is_in(copy)


def test_signing_out_twice_is_signing_out(house):
    house.enter(house.amal())
    assert [house.post("/en/sign-out").status_code for _ in range(2)] == [303, 303]


@pytest.mark.parametrize("address", ["/en/profile", PAGE, "/en/courses"])
def test_a_page_of_a_person_is_kept_by_no_cache(house, address):
    house.enter(house.amal())
    answer = house.get(address)
    assert {"no-store", "private"} <= set(answer.headers["Cache-Control"].split(", "))
    assert "Cookie" in answer.headers["Vary"]


def test_a_new_password_ends_every_other_session_and_renews_this_one(house):
    amal = house.amal()
    others = [house.browser(amal), house.browser(amal)]
    house.enter(amal)
    before = key_of(house.client)
    form = {"current_password": PASSWORD, "password": NEW}
    assert house.post("/en/profile/password", form).status_code == 303
    assert key_of(house.client) not in (before, None)
    assert is_in(house.client)
    assert [is_in(other) for other in others] == [False, False]
    assert len(rows(house, amal)) == 1


def test_a_new_password_by_the_api_renews_the_cookie_too(house):
    amal = house.amal()
    house.enter(amal)
    before = key_of(house.client)
    body = {"current_password": PASSWORD, "password": NEW}
    assert house.ask("PUT", "/api/v1/me/password", body).status_code == 204
    assert key_of(house.client) not in (before, None)
    assert is_in(house.client)


@pytest.mark.parametrize("way", ["page", "api"])
def test_another_role_ends_every_session_of_its_holder(house, way):
    amal = house.amal()
    theirs = house.browser(amal)
    house.enter(house.admin())
    role = {"role": "focal_point", "scope": "MA"}
    if way == "page":
        house.post(f"/en/people/{amal.id}/roles", role)
    else:
        house.ask("POST", f"/api/v1/people/{amal.id}/roles", role)
    assert not is_in(theirs)
    assert is_in(house.client)


def test_a_role_taken_back_ends_every_session_of_its_holder(house):
    trainer = house.trainer()
    theirs = house.browser(trainer)
    house.enter(house.admin())
    with house.app.app_context():
        account = reading().get_one(Account, trainer.id)
        grant_id = account.grants[0].id
    house.ask("DELETE", f"/api/v1/people/{trainer.id}/roles/{grant_id}")
    assert not is_in(theirs)


def test_the_same_role_again_ends_nothing(house):
    trainer = house.trainer()
    theirs = house.browser(trainer)
    house.enter(house.admin())
    house.post(f"/en/people/{trainer.id}/roles", {"role": "trainer", "scope": ""})
    assert is_in(theirs)


@pytest.mark.parametrize("way", ["page", "api"])
def test_ones_own_new_role_renews_this_session_and_ends_the_others(house, way):
    admin = house.admin()
    other = house.browser(admin)
    house.enter(admin)
    before = key_of(house.client)
    if way == "page":
        answer = house.post(f"/en/people/{admin.id}/roles", {"role": "trainer", "scope": ""})
    else:
        answer = house.ask("POST", f"/api/v1/people/{admin.id}/roles", {"role": "trainer"})
    assert answer.status_code in (303, 201)
    assert key_of(house.client) not in (before, None)
    assert is_in(house.client)
    assert not is_in(other)


# Seeing and ending one's own


def test_the_page_lists_mine_and_marks_this_one(house):
    amal = house.amal()
    house.browser(amal, "Safari, iPhone")
    house.browser(house.moussa(), "Edge, Windows")
    house.enter(amal)
    page = house.get(PAGE).text
    assert "Safari, iPhone" in page
    assert "Edge, Windows" not in page
    assert page.count("This one") == 1


def test_what_is_over_is_not_listed(house):
    trainer = house.trainer()
    house.browser(trainer, "Safari, iPhone")
    move(house, seen_at=utc_now() - timedelta(days=2))
    house.browser(trainer, "Edge, Windows")
    move_old = utc_now() - timedelta(seconds=1)
    with house.app.app_context(), transaction() as session:
        session.execute(
            update(SignIn).where(SignIn.device == "Edge, Windows").values(expires_at=move_old)
        )
    page = house.enter(trainer).get(PAGE).text
    assert "Safari" not in page
    assert "Edge" not in page


def test_one_of_mine_ends_at_its_next_request(house):
    amal = house.amal()
    other = house.browser(amal)
    number = rows(house, amal)[0].id
    house.enter(amal)
    assert house.post(f"{PAGE}/{number}/ending").location == PAGE
    assert not is_in(other)
    assert is_in(house.client)


def test_ending_this_one_is_signing_out(house):
    amal = house.amal()
    house.enter(amal)
    answer = house.post(f"{PAGE}/{rows(house, amal)[0].id}/ending")
    assert (answer.location, "Clear-Site-Data" in answer.headers) == ("/en/", True)
    assert not is_in(house.client)


def test_all_others_end(house):
    amal, moussa = house.amal(), house.moussa()
    others = [house.browser(amal) for _ in range(3)]
    strangers = house.browser(moussa)
    house.enter(amal)
    house.post(f"{PAGE}/others/ending")
    assert [is_in(other) for other in others] == [False] * 3
    assert is_in(house.client)
    assert is_in(strangers)


def test_another_persons_session_is_like_a_missing_one(house):
    moussa = house.moussa()
    theirs = house.browser(moussa)
    number = rows(house, moussa)[0].id
    house.enter(house.amal())
    answers = [house.post(f"{PAGE}/{one}/ending") for one in (number, number + 5000)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert without_token(answers[0]) == without_token(answers[1])
    assert is_in(theirs)


@pytest.mark.parametrize("number", ["0", "-1", "01", "1e3", "9" * 30, "x", "1%00"])
def test_what_is_no_number_of_a_session_is_missing(house, number):
    house.enter(house.amal())
    assert house.post(f"{PAGE}/{number}/ending").status_code == 404


@pytest.mark.parametrize("address", [f"{PAGE}/1/ending", f"{PAGE}/others/ending"])
def test_ending_needs_the_forms_token_and_a_person(house, address):
    assert house.post(address).status_code == 401
    house.enter(house.amal())
    assert house.client.post(address).status_code == 400
    assert house.get(address).status_code == 405


def a_token(house, person):
    answer = house.app.test_client().post(
        "/api/v1/tokens", json={"email": person.email, "password": PASSWORD}
    )
    return {"Authorization": f"Bearer {answer.json['token']}"}


def token_id(house, person):
    with house.app.app_context():
        return reading().scalar(select(ApiToken.id).where(ApiToken.account_id == person.id))


def test_my_tokens_are_listed_and_end_there(house):
    amal = house.amal()
    headers = a_token(house, amal)
    house.enter(amal)
    number = token_id(house, amal)
    address = f"/en/profile/tokens/{number}/revocation"
    assert f'action="{address}"' in house.get(PAGE).text
    assert house.post(address).location == PAGE
    assert house.app.test_client().get("/api/v1/me", headers=headers).status_code == 401
    assert address not in house.get(PAGE).text
    assert house.post(address).status_code == 404


def test_another_persons_token_is_like_a_missing_one(house):
    moussa = house.moussa()
    headers = a_token(house, moussa)
    house.enter(house.amal())
    number = token_id(house, moussa)
    texts = [
        without_token(house.post(f"/en/profile/tokens/{one}/revocation"))
        for one in (number, number + 5000)
    ]
    assert texts[0] == texts[1]
    assert house.app.test_client().get("/api/v1/me", headers=headers).status_code == 200


# Sweeping and racing


def test_signing_in_sweeps_what_has_expired_some_at_a_time(house):
    amal = house.amal()
    now = utc_now()
    with house.app.app_context(), transaction() as session:
        session.add_all(
            SignIn(
                account_id=amal.id, key_digest=f"{n:064}", session_epoch=0, device="",
                opened_at=now - timedelta(days=20), seen_at=now - timedelta(days=20),
                expires_at=now - timedelta(days=6),
            )
            for n in range(sessions.SWEPT_AT_ONCE + 10)
        )  # fmt: skip
    sign_in(house, house.moussa())
    assert len(rows(house, amal)) == 10


def test_an_account_has_only_so_many_and_the_longest_unused_makes_room(house):
    amal = house.amal()
    first = house.browser(amal)
    with house.app.app_context(), transaction() as session:
        session.execute(update(SignIn).values(seen_at=utc_now() - timedelta(hours=1)))
    for _ in range(rules.SESSIONS_AT_ONCE):
        house.opened(amal)
    assert len(rows(house, amal)) == rules.SESSIONS_AT_ONCE
    assert not is_in(first)


def together(*works):
    """Each work at the same moment in a thread of its own; gives what they return, in order."""
    gate, results = threading.Barrier(len(works)), [None] * len(works)

    def go(place, work):
        gate.wait()
        results[place] = work()

    threads = [threading.Thread(target=go, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_ten_browsers_that_sign_in_at_once_have_ten_sessions(house):
    amal = house.amal()
    clients = [house.app.test_client() for _ in range(10)]
    forms = [
        re.search(r'name="csrf_token" value="([^"]+)"', client.get("/en/sign-in").text)[1]
        for client in clients
    ]

    def work(client, form):
        data = {"email": amal.email, "password": PASSWORD, "csrf_token": form}
        return lambda: client.post("/en/sign-in", data=data).status_code

    statuses = together(*map(work, clients, forms))
    assert statuses == [303] * 10
    assert len({row.key_digest for row in rows(house, amal)}) == 10
    assert all(is_in(client) for client in clients)


def test_one_session_ended_by_many_at_once_ends_once(house):
    amal = house.amal()
    house.browser(amal)
    number = rows(house, amal)[0].id
    clients = [house.browser(amal) for _ in range(4)]
    statuses = together(
        *[
            lambda client=client: post(client, f"{PAGE}/{number}/ending").status_code
            for client in clients
        ]
    )
    assert sorted(statuses) == [303, 404, 404, 404]


def test_two_that_end_each_others_sessions_leave_one_at_the_most(house):
    amal = house.amal()
    clients = [house.browser(amal) for _ in range(2)]
    # Both have the page before them: once one has ended the other, that one sees no page any more.
    pressed = [(client, token_of(client)) for client in clients]
    together(
        *[
            lambda client=client, token=token: post(client, f"{PAGE}/others/ending", token=token)
            for client, token in pressed
        ]
    )
    assert sum(is_in(client) for client in clients) <= 1


def test_a_password_changed_while_signing_in_leaves_no_session_of_the_old_one(house):
    amal = house.amal()
    house.enter(amal)
    clients = [house.app.test_client() for _ in range(3)]
    form = {"current_password": PASSWORD, "password": NEW}
    works = [lambda client=client: sign_in(house, amal, client).status_code for client in clients]
    together(lambda: post(house.client, "/en/profile/password", **form).status_code, *works)
    assert is_in(house.client)
    with house.app.app_context():
        epoch = reading().scalar(select(Account.session_epoch).where(Account.id == amal.id))
    # Whoever was let in with the old password was let in before, and is out.
    assert [is_in(client) for client in clients] == [False] * 3
    assert {row.session_epoch for row in rows(house, amal)} >= {epoch}


def test_many_requests_of_an_old_session_note_it_without_a_fault(house):
    amal = house.amal()
    clients = [house.app.test_client() for _ in range(8)]
    key = house.opened(amal)
    for client in clients:
        with client.session_transaction() as session:
            session["_user_id"] = key
    move(house, seen_at=utc_now() - timedelta(hours=1))
    statuses = together(
        *[lambda client=client: client.get("/en/courses").status_code for client in clients]
    )
    assert statuses == [200] * 8
    assert utc_now() - rows(house, amal)[0].seen_at < timedelta(minutes=1)


def test_a_page_does_not_wait_for_the_writer_to_note_its_session(house):
    if house.kind != "sqlite":
        return
    house.enter(house.amal())
    move(house, seen_at=utc_now() - timedelta(hours=1))
    done = threading.Event()
    begun = threading.Event()

    def write():
        with house.app.app_context(), transaction():
            begun.set()
            done.wait(20)

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(5)
    started = utc_now()
    status = house.get("/en/profile").status_code
    took = utc_now() - started
    done.set()
    writer.join()
    assert status == 200
    assert took < timedelta(seconds=2)


def test_signing_in_again_in_one_browser_is_one_session(house):
    amal = house.amal()
    for _ in range(3):
        house.post("/en/sign-in", {"email": amal.email, "password": PASSWORD})
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(SignIn)) == 1
