"""Every answer carries its safety headers. SECURITY: T174, T26, T58, T163, T167, case 48."""

import re
from dataclasses import replace

import pytest
from conftest import PASSWORD, House, an_app

from learnplat.settings import ROOT
from learnplat.upgrades import upgrade
from learnplat.web.headers import EVERYWHERE, UNDER_TLS, by_address

ADDRESSES = [
    "/",
    "/en/",
    "/en",
    "/en/courses",
    "/en/none",
    "/none",
    "/api/v1/courses",
    "/api/v1/none",
    "/api/v1/openapi.json",
    "/healthz",
    "/static/learnplat.css",
    "/static/none.css",
]
DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
SECRETS = ["new-password", "new-address", "confirm-address", "invitation", "confirmation"]


def address_of(rule):
    """An address of the route; what it names does not exist."""
    address = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
    address = re.sub(r"<int:\w+>", "999999", address)
    return re.sub(r"<(\w+:)?\w+>", "missing", address)


def faults_of(answer, address):
    """What an answer lacks of the list; and every header stands once."""
    expected = {**EVERYWHERE, **by_address(address.partition("?")[0])}
    found = [name for name in expected if answer.headers.getlist(name) != [expected[name]]]
    if len(answer.headers.getlist("Cache-Control")) != 1:
        found.append("Cache-Control")
    if "X-Powered-By" in answer.headers:
        found.append("X-Powered-By")
    return found


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_headers_are_there(house, address):
    answer = house.get(address)
    answer.close()
    assert faults_of(answer, address) == []


def test_the_headers_are_on_every_route_whatever_it_answers(house):
    house.enter(house.admin())
    wrong = []
    for rule in house.app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.rule.endswith("/sign-out"):
            continue
        for method in sorted({*(rule.methods or ()), "TRACE", "PURGE"}):
            answer = house.client.open(address_of(rule), method=method)
            answer.close()
            wrong += [(method, rule.rule, name) for name in faults_of(answer, address_of(rule))]
    assert wrong == []


def test_the_server_tells_neither_its_program_nor_a_version():
    assert EVERYWHERE["Server"] == "learnplat"


def test_the_policy_lets_nothing_foreign_in_and_nothing_inline_run():
    policy = EVERYWHERE["Content-Security-Policy"]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts.items() >= DIRECTIVES.items()
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    assert "data:" not in policy


def test_the_browser_is_asked_for_passkeys_and_for_little_else():
    said = dict(part.split("=") for part in EVERYWHERE["Permissions-Policy"].split(", "))
    assert {name for name, who in said.items() if who != "()"} == {
        "clipboard-write",
        "fullscreen",
        "publickey-credentials-create",
        "publickey-credentials-get",
    }
    assert set(said.values()) == {"()", "(self)"}
    assert {"camera", "microphone", "geolocation", "payment", "usb"} <= set(said)


def test_under_tls_browsers_keep_to_it_for_a_year(new_database):
    settings = replace(new_database("sqlite"), base_url="https://learn.test")
    upgrade(settings.database_url)
    client = an_app(settings).test_client()
    for address in ADDRESSES:
        answer = client.get(address)
        answer.close()
        assert UNDER_TLS.items() <= dict(answer.headers).items()
    assert "max-age=31536000; includeSubDomains" in UNDER_TLS.values()


def test_without_tls_nothing_is_promised_of_it(house):
    assert "Strict-Transport-Security" not in house.get("/en/").headers


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("secret", SECRETS)
def test_an_address_that_is_a_secret_is_told_to_nobody(house, secret, language):
    answer = house.get(f"/{language}/{secret}/a-token-of-a-letter")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_the_address_of_a_calendar_is_told_to_nobody(house):
    answer = house.get(f"/calendar/{house.amal().calendar_token}.ics")
    assert (answer.status_code, answer.headers["Referrer-Policy"]) == (200, "no-referrer")


@pytest.mark.parametrize(
    "address",
    ["/en/people", "/en/people/7", "/fr/profile", "/en/audit", "/en/discussions", "/api/v1/me",
     "/en/discussions/1", "/en/search", "/en/sign-in", "/en/none", "/calendar/x.ics"],
)  # fmt: skip
def test_what_may_name_a_person_is_for_no_search_engine(house, address):
    assert "noindex" in house.get(address).headers["X-Robots-Tag"]


def test_every_address_with_a_secret_in_it_is_known_to_the_rule(house):
    rules = [rule for rule in house.app.url_map.iter_rules() if "<token>" in rule.rule]
    assert len(rules) >= 4
    for rule in rules:
        assert by_address(address_of(rule))["Referrer-Policy"] == "no-referrer", rule.rule


@pytest.mark.parametrize("address", ["/", "/ar/", "/fr/courses", "/en/about", "/es/instruments"])
def test_what_is_for_everybody_may_be_found(house, address):
    assert "X-Robots-Tag" not in house.get(address).headers


def test_no_page_carries_a_preview_for_other_sites(house):
    amal = house.amal()
    page = house.enter(amal).get("/ar/profile").text
    assert "og:" not in page
    assert "twitter:" not in page
    assert amal.name not in page.partition("</head>")[0]


@pytest.mark.parametrize("address", ["/en/courses", "/en/none", "/api/v1/courses", "/en/sign-in"])
def test_nothing_but_shared_files_is_kept(house, address):
    house.enter(house.moussa())
    answer = house.get(address)
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert "Cookie" in answer.headers["Vary"]


def test_a_shared_file_is_kept_and_a_missing_one_is_not(house):
    for address, said in (("/static/learnplat.css", "immutable"), ("/static/x.css", "no-store")):
        answer = house.get(address)
        answer.close()
        assert said in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    ["/.git/config", "/.git/HEAD", "/.env", "/.well-known/security.txt", "/static/.git/config",
     "/static/../settings.py", "/static/..%2fsettings.py", "/static/%2e%2e/settings.py",
     "/static/..\\settings.py", "/static/%00learnplat.css", "/static/learnplat.css%00.png",
     "/static//etc/passwd", "/static/", "/courses/", "/requirements/run.txt", "/learnplat.db",
     "/instance/learnplat.db", "/instance/secret_key", "/server-status", "/en/.git/config",
     "/en/courses/..%2f..%2fetc", "/en/courses/%00", "/en/instruments/..\\x"],
)  # fmt: skip
def test_no_file_of_the_machine_has_an_address(house, address):
    answer = house.get(address, follow_redirects=True)  # a doubled slash is mended first
    answer.close()
    assert answer.status_code == 404
    assert faults_of(answer, address) == []


def test_links_that_leave_tell_nothing_and_give_nothing():
    """In templates and in what the curriculum may hold alike."""
    link = re.compile(r"<a\b[^>]*href=\"https?://[^>]*>")
    found = [
        tag
        for path in (ROOT / "learnplat" / "templates").rglob("*.html")
        if "mail" not in path.parts
        for tag in link.findall(path.read_text(encoding="utf-8"))
        if "noopener" not in tag or "noreferrer" not in tag
    ]
    assert found == []


def test_no_page_opens_another_window():
    blank = [
        path.name
        for path in (ROOT / "learnplat" / "templates").rglob("*.html")
        if "_blank" in path.read_text(encoding="utf-8")
    ]
    assert blank == []


def test_the_list_is_written_down():
    """SECURITY: T174. The table of headers in docs/security.md is the one that is sent."""
    said = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    sent = {**EVERYWHERE, **UNDER_TLS, **by_address("/en/people"), **by_address("/en/invitation/x")}
    for name, value in sent.items():
        assert f"`{name}`" in said
        assert value in said


def test_the_session_cookie_is_out_of_reach_of_scripts(house: House):
    person = house.moussa()
    answer = house.post("/fr/sign-in", {"email": person.email, "password": PASSWORD})
    cookie = next(
        value for value in answer.headers.getlist("Set-Cookie") if value.startswith("learnplat=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_pages_are_compressed(house):
    assert (
        house.get("/en/courses", headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"]
        == "gzip"
    )
