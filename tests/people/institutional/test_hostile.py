"""SECURITY: OIDC, case 20, T14, T20. Institutions that lie, answers that were not asked for."""

import re
import time

import pytest
from sqlalchemy import func, select

from learnplat.db import reading
from learnplat.people.institutional import talk
from learnplat.people.institutional.models import InstitutionalLink
from learnplat.people.models import SignIn

from .conftest import begun, known, linked, path_of, signed_in, visited

TOKENS = {
    "wrong nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"without": ["nonce"]},
    "nonce of another kind": {"claims": {"nonce": ["x"]}},
    "wrong audience": {"claims": {"aud": "another client"}},
    "no audience": {"without": ["aud"]},
    "two audiences, no party": {"claims": {"aud": ["learnplat", "another"]}},
    "another party": {"claims": {"azp": "another"}},
    "wrong issuer": {"claims": {"iss": "https://evil.example"}},
    "issuer with a slash": {"claims": {"iss": "http://127.0.0.1/"}},
    "no issuer": {"without": ["iss"]},
    "expired": {"claims": {"exp": -3600, "iat": -7200}},
    "expired a moment ago": {"claims": {"exp": -61}},
    "no end": {"without": ["exp"]},
    "end of another kind": {"claims": {"aud": ["learnplat"], "sub": "x", "azp": 7}},
    "of tomorrow": {"claims": {"iat": 86_400, "exp": 90_000}},
    "of yesterday": {"claims": {"iat": -86_400}},
    "not yet": {"claims": {"nbf": 3600}},
    "no subject": {"without": ["sub"]},
    "empty subject": {"claims": {"sub": ""}},
    "long subject": {"claims": {"sub": "x" * 256}},
    "subject of another kind": {"claims": {"sub": 7}},
    **{
        mode: {"mode": mode}
        for mode in (
            "alg none", "alg None", "public key as secret", "client secret", "unsigned", "changed",
            "another key", "own key in the header", "no token", "no text", "garbage", "long",
        )
    },
}  # fmt: skip


def nobody_came_in(house):
    with house.app.app_context():
        opened = reading().scalar(select(func.count()).select_from(SignIn))
        links = reading().scalar(select(func.count()).select_from(InstitutionalLink))
    return opened, links


@pytest.mark.parametrize("state", TOKENS.values(), ids=TOKENS)
def test_a_token_that_is_not_good_opens_nothing(house, institution, state):
    linked(house.enter(house.amal()), institution)
    house.leave()
    before = nobody_came_in(house)
    answer = signed_in(house, institution, **state)
    assert answer.status_code == 403
    assert "could not verify" in answer.text
    assert nobody_came_in(house) == before
    assert house.get("/en/profile").status_code == 303


@pytest.mark.parametrize("name", ["alg none", "changed", "wrong nonce", "wrong audience"])
def test_and_links_nothing(house, institution, name):
    house.enter(house.amal())
    assert linked(house, institution, **TOKENS[name]).status_code == 403
    assert nobody_came_in(house)[1] == 0


def test_the_keys_tell_no_shared_secret(house, institution):
    with house.app.app_context():
        said = talk._asked(institution.provider(), f"{institution.address}/jwks")
    assert any(row == {"kty": "oct", "kid": "rsa", "k": "AAAA"} for row in said["keys"])
    for algorithm in ("HS256", "none"):
        assert algorithm not in talk.ALGORITHMS


def back(house, institution):
    return path_of(visited(begun(house, institution)))


def test_another_state_is_refused(house, institution):
    linked(house.enter(house.amal()), institution)
    house.leave()
    path = back(house, institution)
    assert house.get(re.sub(r"state=[^&]+", "state=made-up", path)).status_code == 403
    # What was refused is over: the right state comes too late.
    assert house.get(path).status_code == 403


@pytest.mark.parametrize("query", ["", "state=x", "code=x", "code=x&state=", "code=&state=x"])
def test_an_answer_that_nobody_asked_for_is_refused(house, institution, query):
    assert house.get(f"/institution/one/return?{query}").status_code == 403


def test_an_answer_in_another_browser_is_refused(house, institution):
    """SECURITY: T14. Nobody is signed in as somebody else by following a link."""
    linked(house.enter(house.amal()), institution)
    house.leave()
    path = back(house, institution)
    other = house.app.test_client()
    assert other.get(path).status_code == 403
    other.get("/en/sign-in/institution/one")
    assert other.get(path).status_code == 403


def test_a_code_is_good_once(house, institution):
    linked(house.enter(house.amal()), institution)
    house.leave()
    begun(house, institution)
    with house.client.session_transaction() as session:
        pending = dict(session["institution"])
    path = back_with(institution, pending)
    assert house.get(path).status_code == 303
    house.leave()
    with house.client.session_transaction() as session:
        session["institution"] = pending
    assert house.get(path).status_code == 403


def back_with(institution, pending):
    """The way back for what a browser keeps."""
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    challenge = create_s256_code_challenge(pending["verifier"])
    return path_of(
        visited(
            f"{institution.address}/authorize?response_type=code&client_id=learnplat&scope=openid"
            f"&redirect_uri={institution.return_address}&state={pending['state']}"
            f"&nonce={pending['nonce']}&code_challenge={challenge}&code_challenge_method=S256"
        )
    )


def test_a_code_of_somebody_elses_sign_in_is_refused(house, institution):
    """SECURITY: OIDC. Injected into another sign-in, it fails by its verifier."""
    linked(house.enter(house.amal()), institution)
    house.leave()
    stolen = re.search(r"code=([^&]+)", back(house, institution))[1]
    mine = back(house.leave(), institution)
    assert house.get(re.sub(r"code=[^&]+", f"code={stolen}", mine)).status_code == 403


def test_two_institutions_are_not_mixed_up(house, institutions):
    """SECURITY: OIDC"""
    one, two = institutions
    linked(house.enter(house.amal()), one)
    house.leave()
    path = back(house, one)
    assert house.get(path.replace("/institution/one/", "/institution/two/")).status_code == 403
    path = back(house, one) + f"&iss={two.address}"
    assert house.get(path).status_code == 403
    path = back(house, one) + f"&iss={one.address}"
    assert house.get(path).status_code == 303


def test_one_institution_does_not_speak_for_another(house, institutions):
    """SECURITY: OIDC"""
    one, two = institutions
    linked(house.enter(house.amal()), one)
    house.leave()
    assert signed_in(house, two, claims={"iss": one.address}).status_code == 403


def test_whoever_comes_back_late_starts_again(house, institution):
    linked(house.enter(house.amal()), institution)
    house.leave()
    path = back(house, institution)
    for at in (int(time.time()) - 601, int(time.time()) + 100):
        with house.client.session_transaction() as session:
            session["institution"] = {**session["institution"], "at": at}
            kept = dict(session["institution"])
        assert house.get(path).status_code == 403
        with house.client.session_transaction() as session:
            session["institution"] = kept


def test_a_link_goes_to_the_account_that_asked_for_it(house, institution):
    """SECURITY: T14"""
    amal, moussa = house.amal(), house.moussa()
    house.enter(amal)
    page = house.post("/en/profile/security/institutions/one/link").text
    address = page.split('class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    path = path_of(visited(address))
    with house.client.session_transaction() as session:
        session["_user_id"] = house.opened(moussa)
    assert house.get(path).status_code == 403
    assert nobody_came_in(house)[1] == 0


def test_a_person_who_turns_back_there_is_led_back_here(house, institution):
    answer = signed_in(house, institution, mode="person turns back")
    assert (answer.status_code, answer.location) == (303, "/en/sign-in")
    assert "You were not signed in at your institution" in house.get(answer.location).text


PLACES = ("openid-configuration", "token", "jwks")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("fault", ["down", "huge", "nonsense", "list", "elsewhere"])
def test_one_that_is_out_of_order_is_said_kindly(house, institution, trap, place, fault):
    """SECURITY: case 20. It is not followed to anywhere else either."""
    address, calls = trap
    linked(house.enter(house.amal()), institution)
    house.leave()
    path = back(house, institution)
    talk._kept.clear()
    institution.behave(mode=f"{fault} {place}", elsewhere=f"{address}/stolen")
    answer = house.get(path)
    assert answer.status_code in ((503,) if fault != "list" else (503, 403))
    if answer.status_code == 503:
        assert answer.headers["Retry-After"]
        assert 'lang="en"' in answer.text
    assert calls == []
    assert house.get("/en/profile").status_code == 303


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "TRAP/token"},
        {"jwks_uri": "TRAP/jwks"},
        {"authorization_endpoint": "TRAP/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://169.254.169.254/latest/meta-data"},
        {"token_endpoint": "http://[::ffff:7f00:1]/token"},
        {"token_endpoint": 7},
    ],
)
def test_only_the_institutions_own_host_is_called(house, institution, trap, about):
    """SECURITY: case 20"""
    address, calls = trap
    told = {
        name: value.replace("TRAP", address) if isinstance(value, str) else value
        for name, value in about.items()
    }
    institution.behave(about=told)
    answer = house.get("/fr/sign-in/institution/one")
    assert answer.status_code == 503
    assert calls == []


def test_a_host_that_the_operator_names_is_called(house, institution, trap):
    address, calls = trap
    host = address.removeprefix("http://")
    known(house, institution.provider(hosts=frozenset({host})))
    linked_to = institution.behave(about={"jwks_uri": f"{address}/jwks"})
    assert linked_to
    house.get(back(house, institution))
    assert calls == ["/jwks"]


def test_nobody_there_is_said_kindly(house, institution):
    known(house, institution.provider(issuer="http://127.0.0.1:9"))
    answer = house.get("/ar/sign-in/institution/one")
    assert answer.status_code == 503
    assert '<html lang="ar" dir="rtl">' in answer.text


def test_what_it_says_of_itself_is_asked_once(house, institution):
    for _ in range(3):
        begun(house, institution)
    calls = institution.behave()["calls"]
    assert calls == ["/.well-known/openid-configuration"]


def test_the_calls_are_counted(house, institution):
    """SECURITY: case 29"""
    statuses = [house.get("/en/sign-in/institution/one").status_code for _ in range(62)]
    assert statuses == [303] * 60 + [429] * 2


@pytest.mark.parametrize("value", ["x", 7, [], {"key": "one"}, {"key": "one", "state": None}])
def test_a_spoilt_cookie_is_no_failure(house, institution, value):
    """SECURITY: T20"""
    with house.client.session_transaction() as session:
        session["institution"] = value
    assert house.get("/institution/one/return?code=x&state=y").status_code == 403
