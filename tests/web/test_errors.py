"""Refusals are kind sentences in the reader's language, or problem details.

SECURITY: case 25, T56, T61.
"""

import html

import pytest
from structlog.testing import capture_logs

from learnplat.web.errors import answer
from learnplat.web.sentences import SENTENCES

LANGUAGES = {"ar": "rtl", "en": "ltr", "fr": "ltr", "es": "ltr"}


@pytest.mark.parametrize(("language", "direction"), LANGUAGES.items())
def test_a_missing_page_answers_in_the_language_of_its_address(house, language, direction):
    answer = house.get(f"/{language}/no-such-page")
    assert answer.status_code == 404
    assert f'<html lang="{language}" dir="{direction}">' in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_missing_page_without_a_language_answers_in_the_browsers(house):
    answer = house.get("/nowhere", headers={"Accept-Language": "es-PE, en;q=0.5"})
    assert answer.status_code == 404
    assert '<html lang="es" dir="ltr">' in answer.text


def test_a_missing_resource_is_problem_details(house):
    answer = house.get("/api/v1/courses/none", headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.json["code"] == "not_found"


def test_another_method_names_those_that_are_answered(house):
    answer = house.ask("DELETE", "/api/v1/courses")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_malformed_json_is_refused(house):
    house.enter(house.moussa())
    answer = house.client.patch(
        "/api/v1/me",
        data="{not json",
        content_type="application/json",
        headers={"X-CSRFToken": house.token},
    )
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_json_under_another_name_is_refused(house):
    house.enter(house.moussa())
    answer = house.client.patch(
        "/api/v1/me",
        data='{"name": "X"}',
        content_type="text/plain",
        headers={"X-CSRFToken": house.token},
    )
    assert answer.status_code in (400, 415, 422)


@pytest.mark.parametrize(
    "field", ["role", "roles", "status", "user_id", "account_id", "score", "kind"]
)
def test_a_field_that_is_not_ours_to_give_is_named_and_changes_nothing(house, field):
    person = house.moussa()
    house.enter(person)
    before = house.get("/api/v1/me").json
    answer = house.ask("PATCH", "/api/v1/me", {field: "admin", "profession": "judge"})
    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert house.get("/api/v1/me").json["profession"] == before["profession"]


def test_a_form_without_its_token_changes_nothing(house):
    house.enter(house.moussa())
    answer = house.client.post("/fr/sign-out")
    assert answer.status_code == 400
    assert house.get("/fr/profile").status_code == 200


def test_the_api_by_cookie_needs_the_token_in_a_header(house):
    house.enter(house.moussa())
    assert house.client.patch("/api/v1/me", json={"profession": "judge"}).status_code == 400


def test_a_body_that_is_too_large_is_refused(house):
    answer = house.post("/en/sign-in", {"email": "a" * 3_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/%09/evil",
        "javascript:1",
        "/\t/x",
    ],
)
def test_signing_in_leads_to_our_own_pages_only(house, target):
    from learnplat.web.doors import own_path

    found = own_path(target)
    assert found is None or (found.startswith("/") and not found.startswith(("//", "/\\")))


def test_a_mended_address_stays_on_this_site_whatever_its_name_is(house):
    answer = house.get("/en", headers={"Host": "localhost:9999"})
    assert (answer.status_code, answer.location) == (308, "/en/")


def test_a_failure_is_logged_by_its_route_and_not_by_its_secret(house, monkeypatch):
    house.app.config["TESTING"] = False
    monkeypatch.setattr("learnplat.exchange.pages.calendar_of", None)
    token = house.amal().calendar_token
    try:
        with capture_logs() as logs:
            answer = house.get(f"/calendar/{token}.ics")
    finally:
        house.app.config["TESTING"] = True
    assert answer.status_code == 500
    (line,) = [line for line in logs if line["event"] == "unforeseen"]
    assert line["route"] == "/calendar/<token>.ics"
    assert token not in line.values()


def test_a_field_that_a_form_does_not_have_is_named(house):
    house.enter(house.moussa())
    answer = house.post("/fr/profile/edit", {"<b>rank": "judge"})
    assert answer.status_code == 422
    assert '<code dir="ltr">&lt;b&gt;rank</code>' in answer.text


STATUSES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "role_needed",
    404: "not_found",
    405: "method_not_allowed",
    409: "already_recorded",
    413: "too_large",
    422: "invalid",
    429: "too_many_requests",
    500: "internal",
    503: "unavailable",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("status", "code"), STATUSES.items())
def test_every_refusal_is_a_page_and_a_problem_in_four_languages(house, language, status, code):
    with house.app.test_request_context(f"/{language}/x"):
        page = answer(status, code)
    with house.app.test_request_context("/api/v1/x", headers={"Accept-Language": language}):
        problem = answer(status, code)
    said = problem.get_json()["title"]
    assert page.status_code == problem.status_code == status
    assert f'<html lang="{language}" dir="{LANGUAGES[language]}">' in page.get_data(as_text=True)
    assert said in html.unescape(page.get_data(as_text=True))
    if status != 429:  # which says for how long, in minutes
        assert (said == str(SENTENCES[code])) == (language == "en")


def test_a_failure_of_ours_tells_nothing_of_the_inside(house):
    app = house.app
    app.config["TESTING"] = False
    try:
        with app.test_request_context("/fr/x"):
            page = app.make_response(app.handle_user_exception(ZeroDivisionError("secret inside")))
    finally:
        app.config["TESTING"] = True
    assert page.status_code == 500
    assert "secret inside" not in page.get_data(as_text=True)
