"""SECURITY: OIDC, case 25, 27, T12, T14, T16. The sign-in of an institution, with a real provider."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select, update

from learnplat.audit import AuditEntry
from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.outbox import OutboxMessage
from learnplat.people.factors.models import Authenticator
from learnplat.people.institutional.models import InstitutionalLink
from learnplat.people.models import Account, SignIn, Standing

from .conftest import begun, known, linked, path_of, signed_in, visited


def has_factor(house, person):
    with house.app.app_context(), transaction() as session:
        session.add(Authenticator(account_id=person.id, secret="sealed", confirmed_at=utc_now()))


def test_a_linked_person_signs_in(house, institution):
    amal = house.amal()
    house.enter(amal)
    answer = linked(house, institution)
    assert answer.location == "/en/profile/security"
    house.leave()
    answer = signed_in(house, institution)
    assert (answer.status_code, answer.location) == (303, "/ar/my-learning")
    assert amal.name in house.get("/ar/profile").text


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_every_kind_of_key_is_read(house, institution, algorithm):
    linked(house.enter(house.amal()), institution)
    house.leave()
    assert signed_in(house, institution, alg=algorithm).status_code == 303


@pytest.mark.parametrize("kid", [True, False])
def test_a_new_key_of_the_provider_is_found(house, institution, kid, monkeypatch):
    linked(house.enter(house.amal()), institution)
    house.leave()
    monkeypatch.setattr("learnplat.people.institutional.talk.ASKED_AGAIN", 0)
    assert signed_in(house, institution, new_keys=True, kid=kid).status_code == 303


def test_the_request_is_what_the_standards_ask(house, institution):
    asked = urlsplit(begun(house, institution))
    values = parse_qs(asked.query)
    assert f"{asked.scheme}://{asked.netloc}{asked.path}" == f"{institution.address}/authorize"
    assert values["response_type"] == ["code"]
    assert values["scope"] == ["openid"]
    assert values["redirect_uri"] == [institution.return_address]
    assert values["code_challenge_method"] == ["S256"]
    assert all(len(values[name][0]) >= 32 for name in ("state", "nonce", "code_challenge"))


def test_the_person_goes_on_to_where_they_were_going(house, institution):
    linked(house.enter(house.amal()), institution)
    house.leave()
    target = begun(house, institution, query_string={"next": "/fr/profile/edit?x=1"})
    assert house.get(path_of(visited(target))).location == "/fr/profile/edit?x=1"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_led_away(house, institution, target):
    """SECURITY: case 25"""
    linked(house.enter(house.amal()), institution)
    house.leave()
    there = begun(house, institution, query_string={"next": target})
    back = path_of(visited(there)) + f"&next={target}"
    assert house.get(back).location == "/ar/my-learning"


def test_somebody_whom_nobody_linked_is_told_what_to_do(house, institution):
    answer = signed_in(house, institution)
    assert answer.status_code == 403
    assert '"/en/sign-in?next=' in answer.text
    assert 'href="/en/sign-up"' in answer.text
    assert house.get("/en/profile").status_code == 303


def test_an_address_that_the_institution_tells_links_nobody(house, institution):
    """SECURITY: OIDC, case 26"""
    house.person("Somebody", email="somebody@else.example")
    claims = {"email": "somebody@else.example", "email_verified": True}
    assert signed_in(house, institution, claims=claims).status_code == 403


def test_another_subject_opens_another_account(house, institution):
    """SECURITY: OIDC"""
    amal, moussa = house.amal(), house.moussa()
    linked(house.enter(amal), institution, subject="official-1")
    linked(house.enter(moussa), institution, subject="official-2")
    house.leave()
    signed_in(house, institution, subject="official-2")
    page = house.get("/fr/profile").text
    assert moussa.name in page
    assert amal.name not in page


def test_the_same_subject_at_another_institution_is_another_person(house, institutions):
    """SECURITY: OIDC"""
    linked(house.enter(house.amal()), institutions[0])
    house.leave()
    assert signed_in(house, institutions[1]).status_code == 403


@pytest.mark.parametrize("standing", [one for one in Standing if one is not Standing.ADMITTED])
def test_who_is_not_let_in_meets_the_same_page(house, institution, standing):
    """SECURITY: T16"""
    linked(house.enter(house.amal()), institution)
    house.leave()
    with house.app.app_context(), transaction() as session:
        session.execute(update(Account).values(standing=standing))
    answer = signed_in(house, institution)
    stranger = signed_in(house, institution, subject="nobody here")
    assert answer.status_code == stranger.status_code == 403
    assert answer.text.split("<main")[1] == stranger.text.split("<main")[1]


def test_a_second_factor_is_still_asked_for(house, institution):
    """SECURITY: T12"""
    amal = house.amal()
    linked(house.enter(amal), institution)
    has_factor(house, amal)
    house.leave()
    claims = {"amr": ["mfa", "otp"], "acr": "urn:two"}
    answer = signed_in(house, institution, claims=claims)
    assert "/sign-in/second-factor" in answer.location
    assert house.get("/en/profile").status_code == 303


@pytest.mark.parametrize(
    ("claims", "trusted", "is_in"),
    [
        ({"amr": ["pwd", "mfa"]}, {"trusted_amr": frozenset({"mfa"})}, True),
        ({"amr": ["pwd"]}, {"trusted_amr": frozenset({"mfa"})}, False),
        ({"amr": "mfa"}, {"trusted_amr": frozenset({"mfa"})}, False),
        ({"acr": "urn:two"}, {"trusted_acr": frozenset({"urn:two"})}, True),
        ({"acr": ["urn:two"]}, {"trusted_acr": frozenset({"urn:two"})}, False),
        ({"acr": "urn:two"}, {"trusted_amr": frozenset({"urn:two"})}, False),
        ({}, {"trusted_amr": frozenset({"mfa"})}, False),
    ],
)
def test_unless_the_operator_trusts_what_the_institution_says(
    house, institution, claims, trusted, is_in
):
    """SECURITY: T12"""
    amal = house.amal()
    known(house, institution.provider(**trusted))
    linked(house.enter(amal), institution)
    has_factor(house, amal)
    house.leave()
    signed_in(house, institution, claims=claims)
    assert (house.get("/en/profile").status_code == 200) is is_in


def test_signing_in_is_a_new_session_with_nothing_kept(house, institution):
    """SECURITY: case 28"""
    amal = house.amal()
    linked(house.enter(amal), institution)
    with house.client.session_transaction() as session:
        before = session["_user_id"]
        session["planted"] = "by somebody else"
        session.pop("_user_id")
    signed_in(house, institution)
    with house.client.session_transaction() as session:
        assert session["_user_id"] != before
        assert "planted" not in session
        assert "institution" not in session


def test_a_link_is_told_by_mail_and_kept_in_the_log(house, institution):
    """SECURITY: T8"""
    amal = house.amal()
    linked(house.enter(amal), institution)
    with house.app.app_context():
        letter = reading().scalars(select(OutboxMessage)).one()
        entry = reading().scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert (letter.template, letter.recipient) == ("institution_linked", amal.email)
    assert (entry.action, entry.facts) == ("institution_linked", {"provider": "one"})


def test_the_same_link_again_changes_nothing(house, institution):
    house.enter(house.amal())
    for _ in range(2):
        assert linked(house, institution).status_code == 303
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(InstitutionalLink)) == 1


def test_a_subject_opens_one_account_only(house, institution):
    """SECURITY: OIDC"""
    linked(house.enter(house.amal()), institution)
    answer = linked(house.enter(house.moussa()), institution)
    assert answer.status_code == 409
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(InstitutionalLink)) == 1


def test_an_account_has_one_link_to_an_institution(house, institution):
    house.enter(house.amal())
    linked(house, institution)
    assert linked(house, institution, subject="official-2").status_code == 409


def test_a_link_that_is_removed_opens_nothing(house, institution):
    house.enter(house.amal())
    linked(house, institution)
    page = house.get("/en/profile/security").text
    path = page.split('/removal"')[0].rpartition('action="')[2] + "/removal"
    assert house.post(path).status_code == 303
    house.leave()
    assert signed_in(house, institution).status_code == 403
    with house.app.app_context():
        entry = reading().scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        letter = reading().scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert entry.action == "institution_unlinked"
    assert letter.template == "institution_unlinked"


def test_every_other_session_ends_with_a_link_and_without_it(house, institution):
    """SECURITY: T8. Whoever came in by a sign-in that is taken away is out."""
    amal = house.amal()
    before = house.browser(amal)
    linked(house.enter(amal), institution)
    assert house.get("/en/profile").status_code == 200
    assert before.get("/en/profile").status_code == 303
    house.leave()
    signed_in(house, institution)
    owner = house.browser(amal)
    page = owner.get("/en/profile/security").text
    path = page.split('/removal"')[0].rpartition('action="')[2] + "/removal"
    form = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert owner.post(path, data={"csrf_token": form}).status_code == 303
    assert owner.get("/en/profile").status_code == 200
    assert house.get("/en/profile").status_code == 303


def test_another_persons_link_is_like_a_missing_one(house, institution):
    """SECURITY: case 52, T31"""
    linked(house.enter(house.amal()), institution)
    with house.app.app_context():
        link_id = reading().scalar(select(InstitutionalLink.id))
    house.enter(house.moussa())
    answers = [
        house.post(f"/en/profile/security/institutions/{number}/removal")
        for number in (link_id, 999_999)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text.split("<main")[1] == answers[1].text.split("<main")[1]


@pytest.mark.parametrize("path", ["one/link", "1/removal"])
def test_links_need_a_confirmation_of_the_last_minutes(house, institution, path):
    """SECURITY: T8"""
    key = house.opened(house.amal())
    with house.app.app_context(), transaction() as session:
        session.execute(update(SignIn).values(confirmed_at=None))
    with house.client.session_transaction() as session:
        session["_user_id"] = key
    answer = house.post(f"/en/profile/security/institutions/{path}")
    assert answer.status_code == 303
    assert "/confirm?next=" in answer.location


def test_linking_by_a_mere_look_is_impossible(house, institution):
    """SECURITY: case 3, T14"""
    house.enter(house.amal())
    address = "/en/profile/security/institutions/one/link"
    assert house.get(address).status_code == 405
    assert house.client.post(address).status_code == 400


def test_nothing_is_shown_where_no_institution_is_set_up(house):
    page = house.get("/en/sign-in").text
    assert "Sign in at your institution" not in page
    assert house.get("/en/sign-in/institution/one").status_code == 404
    assert house.get("/institution/one/return?code=x&state=y").status_code == 404
    assert "institution" not in house.enter(house.amal()).get("/en/profile/security").text.split(
        "<main"
    )[1].replace("/institutions", "")


def test_the_institutions_are_offered_under_the_readers_words(house, institutions):
    for language in ("ar", "en", "fr", "es"):
        page = house.get(f"/{language}/sign-in?next=/{language}/profile").text
        for one in institutions:
            assert f"Ministry {one.key} ({language})" in page
            assert f"/{language}/sign-in/institution/{one.key}?next=" in page


def test_a_link_to_an_institution_that_is_gone_can_be_removed(house, institution):
    house.enter(house.amal())
    linked(house, institution)
    known(house)
    assert "/removal" in house.get("/fr/profile/security").text
