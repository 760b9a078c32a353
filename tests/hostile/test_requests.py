"""Hostile requests end as plain refusals. SECURITY: T52, T55, T56, T57, T58, T60, T61, case 49."""

import email
import html
import io
import json
import re
from email import policy

import pytest
from conftest import PASSWORD
from hostile.corpus import LANGUAGES, TEMPLATES

from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.core.refusals import TooMany
from learnplat.outbox import OutboxMessage
from learnplat.web import health, pages
from learnplat.web.mail import written

BASE = "http://learn.test"
INSIDE = re.compile(
    r"Traceback|File \"|werkzeug|sqlalchemy|sqlite|psycopg|jinja2|/learnplat/|site-packages|"
    r"SELECT \w|INSERT INTO|0x[0-9a-f]{6,}|Python/|granian"
)
CRLF = ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a%0d%0aX-Evil:1", "a\u010a\u010dX-Evil: 1",
        "a\u2028X-Evil: 1", "a\x85X-Evil: 1", "a\x0bX-Evil: 1"]  # fmt: skip
DIRECTIONS = {"ar": "rtl", "en": "ltr", "fr": "ltr", "es": "ltr"}


def says_nothing_of_the_inside(answer):
    assert not INSIDE.search(answer.get_data(as_text=True))
    assert "X-Evil" not in answer.headers
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda value: value[:20])
def test_a_language_that_there_is_not_is_a_missing_page(house, language):
    for address in (f"/{language}/courses", f"/{language}/sign-in", f"/{language}"):
        answer = house.get(address)
        assert answer.status_code in (404, 414)
        assert re.search(r'<html lang="(ar|en|fr|es)" dir="(rtl|ltr)">', answer.text)
        assert "<script>" not in answer.text
        says_nothing_of_the_inside(answer)


@pytest.mark.parametrize("language", [*LANGUAGES, "*", "en;q=abc", ";;;,,,", "ar-", "é", ""])
def test_a_language_that_a_browser_cannot_mean_falls_back(house, language):
    wish = language.encode("utf-8").decode("latin-1")
    answer = house.get("/nowhere", headers={"Accept-Language": wish})
    assert answer.status_code == 404
    assert re.search(r'<html lang="(ar|en|fr|es)" dir="(rtl|ltr)">', answer.text)


def test_a_bad_language_leaves_nothing_behind(house):
    house.get("/en/courses")
    kept = house.app.extensions.get("learnplat.kept_pages", {})
    before = len(kept)
    for number in range(50):
        house.get(f"/x{number}/courses", headers={"Accept-Language": f"x{number}"})
    assert len(kept) == before


@pytest.mark.parametrize("address", ["/ar/glossary", "/en/courses"])
def test_addresses_that_somebody_invents_fill_no_memory(house, address, monkeypatch):
    """Pages are kept up to so many characters, however long each is."""
    most = 3 * len(house.get(address).text)
    monkeypatch.setattr(pages, "MOST_KEPT", most)
    for number in range(20):
        assert house.get(f"{address}?x={number}").status_code == 200
    kept = house.app.extensions["learnplat.kept_pages"]
    assert 0 < sum(len(part) for parts in kept.values() for part in parts) <= most


@pytest.mark.parametrize("value", CRLF, ids=ascii)
def test_a_line_break_never_becomes_a_header(house, value):
    house.enter(house.moussa())
    for answer in (
        house.get("/fr/search", query_string={"q": value}),
        house.get("/fr/courses", query_string={value: value}),
        house.get("/api/v1/courses", query_string={"cursor": value}),
        house.get("/fr/nowhere/" + value.replace("\r", "%0d").replace("\n", "%0a")),
        house.post("/fr/profile/edit", {"name": value, "profession": "judge"}),
        house.ask("PATCH", "/api/v1/me", {"name": value}),
        house.get("/fr/sign-in", query_string={"next": f"/fr/{value}"}),
    ):
        assert answer.status_code < 500
        says_nothing_of_the_inside(answer)


def letter(template="welcome", recipient="amal@ministry.example", **facts):
    message = OutboxMessage(
        id=1,
        key="hostile",
        template=template,
        recipient=recipient,
        language=Language.EN,
        facts=facts,
        written_at=utc_now(),
    )
    return email.message_from_bytes(written(message, BASE).as_bytes(), policy=policy.default)


@pytest.mark.parametrize("value", CRLF, ids=ascii)
def test_a_letter_has_one_set_of_headers(house, value):
    """What has come into the database by another way breaks no letter either."""
    name = value + "\r\nBcc: attacker@evil.example"
    with house.app.app_context():
        found = letter(name=name, token=value, course_title=name)
    assert (found["Bcc"], found["X-Evil"]) == (None, None)
    assert found.get_all("To") == ["amal@ministry.example"]
    assert len(found.get_all("Subject")) == 1


@pytest.mark.parametrize(
    "recipient",
    ["a@b.example\r\nBcc: x@evil.example", "a@b.example, x@evil.example", "a@b.example\nx: y"],
)
def test_a_letter_has_one_recipient_or_is_not_written(house, recipient):
    with house.app.app_context():
        try:
            found = letter(recipient=recipient)
        except ValueError:
            return
    assert found["Bcc"] is None
    assert len(found["To"].addresses) <= 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b'{"name": "X"}'),
        ("application/x-www-form-urlencoded", b"name=X"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="name"'
         b"\r\n\r\nX\r\n--x--\r\n"),
        ("application/json; charset=utf-7", b"+AHsAIgBuAGEAbQBlACIAOgAiAFgAIgB9-"),
        ("application/json; charset=utf-16", '{"name": "X"}'.encode("utf-16")),
        ("application/xml", b"<name>X</name>"),
        ("text/html", b'{"name": "X"}'),
        ("", b'{"name": "X"}'),
        ("application/json", b"\xff\xfe\x00"),
        ("application/json", b'{"name": "X"'),
        ("application/json", b'{"name": "X"} {"name": "Y"}'),
        ("application/json", b"[]"),
        ("application/json", b"null"),
        ("application/json", b'{"name": NaN}'),
        ("application/json", b"[" * 20_000),
        ("application/json", b'{"name": ' + b"9" * 5000 + b"}"),
    ],
    ids=lambda value: ascii(value)[:30],
)  # fmt: skip
def test_a_body_that_is_not_what_it_says_changes_nothing(house, kind, body):
    house.enter(house.moussa())
    answer = house.client.patch(
        "/api/v1/me", data=body, content_type=kind, headers={"X-CSRFToken": house.token}
    )
    assert answer.status_code in (400, 415, 422)
    assert answer.content_type == "application/problem+json"
    says_nothing_of_the_inside(answer)
    assert house.get("/api/v1/me").json["name"] == "Moussa Issoufou-Maïga"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip"])
def test_a_packed_body_is_not_unpacked(house, encoding):
    import gzip

    house.enter(house.moussa())
    answer = house.client.patch(
        "/api/v1/me",
        data=gzip.compress(b'{"name": "X"}'),
        content_type="application/json",
        headers={"X-CSRFToken": house.token, "Content-Encoding": encoding},
    )
    assert answer.status_code in (400, 415, 422)


def test_a_form_sent_as_json_is_no_form(house):
    house.enter(house.moussa())
    answer = house.client.post("/fr/profile/edit", json={"name": "X", "csrf_token": house.token})
    assert answer.status_code == 400
    assert house.get("/api/v1/me").json["name"] == "Moussa Issoufou-Maïga"


def test_the_browser_is_not_left_to_guess_what_an_answer_is(house):
    for address in ("/en/", "/api/v1/courses", "/healthz", "/api/v1/openapi.json"):
        answer = house.get(address)
        assert answer.content_type.startswith(("text/html; charset=utf-8", "application/json"))
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def parts(count, size=1):
    boundary = "x"
    field = b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n' + b"a" * size + b"\r\n"
    body = b"".join(field % number for number in range(count)) + b"--x--\r\n"
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (parts(5000), (413,)),
        (parts(2, 300_000), (413,)),
        (parts(1, 3_000_000), (413,)),
        ({"data": b"a=" + b"b" * 600_000, "content_type": "application/x-www-form-urlencoded"}, (413,)),
        ({"data": b"\r" * 400_000, "content_type": "multipart/form-data; boundary=x"}, (400, 413)),
        ({"data": b"--x\r\n" + b"-" * 300_000, "content_type": "multipart/form-data; boundary=x"},
         (400, 413)),
        ({"data": b"&".join(b"a%d=" % n for n in range(20_000)),
          "content_type": "application/x-www-form-urlencoded"}, (400, 413)),
        ({"data": io.BytesIO(b"x"), "content_type": "multipart/form-data"}, (400,)),
    ],
    ids=["many parts", "wide parts", "one huge part", "wide form", "returns", "no end", "many fields",
         "no boundary"],
)  # fmt: skip
def test_a_body_made_to_tire_us_is_refused(house, body, statuses):
    answer = house.client.post("/en/sign-in", **body)
    assert answer.status_code in statuses
    says_nothing_of_the_inside(answer)


@pytest.mark.parametrize("value", TEMPLATES)
def test_what_looks_like_a_template_is_printed_as_it_is(house, value):
    name = f"Amal {value}"
    person = house.moussa()
    house.enter(person)
    changed = house.ask("PATCH", "/api/v1/me", {"name": name, "institution": name})
    assert changed.status_code == 200, changed.text
    for address in ("/fr/profile", "/fr/profile/edit", "/en/courses"):
        assert name in html.unescape(house.get(address).text)
    searched = html.unescape(house.get("/en/search", query_string={"q": value}).text)
    assert value in searched
    assert "49" not in re.sub(r"\d{3,}|v=\w+|value=\"[\w.-]+\"", "", searched) or "7*7" not in value
    refused = house.post("/fr/profile/edit", {"name": name, "profession": value})
    assert refused.status_code == 422
    assert name in html.unescape(refused.text)
    found = house.enter(house.admin()).get(f"/en/people/{person.id}")
    assert name in html.unescape(found.text)


@pytest.mark.parametrize("value", TEMPLATES)
def test_a_letter_prints_a_template_as_it_is(house, value):
    with house.app.app_context():
        found = letter(name=f"Amal {value}")
    text, page = (part.get_content() for part in found.iter_parts())
    assert f"Amal {value}" in text
    assert f"Amal {value}" in html.unescape(page)


TRICKS = ["..%2f", "%2e%2e/", "%00", "..\\", "%5c..%5c", "....//", "%252e%252e%252f", "%c0%ae%c0%ae/",
          ";/", "%u002e", "~root/", "file:///etc/passwd"]  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize(
    "place",
    ["/static/{}etc/passwd", "/static/{}settings.py", "/en/courses/{}x", "/en/instruments/{}x",
     "/en/courses/universal-legal-framework/units/{}x", "/calendar/{}x.ics", "/api/v1/courses/{}x",
     "/en/discussions/{}1.ics", "/en/new-password/{}x"],
)  # fmt: skip
def test_a_trick_in_a_path_finds_nothing(house, place, trick):
    house.enter(house.moussa())
    answer = house.get(place.format(trick), follow_redirects=True)
    assert answer.status_code in (404, 409, 410)
    answer.close()
    says_nothing_of_the_inside(answer)


def failing(house, monkeypatch, error):
    def fail():
        raise error

    monkeypatch.setitem(house.app.config, "TESTING", False)
    monkeypatch.setattr(health, "_is_answering", fail)


def test_a_real_failure_tells_nothing_of_itself(house, monkeypatch):
    secret = RuntimeError("select password_hash from account -- /srv/learnplat/db.py")
    failing(house, monkeypatch, secret)
    answer = house.get("/readyz", headers={"Accept-Language": "fr"})
    assert answer.status_code == 500
    assert "password_hash" not in answer.text
    says_nothing_of_the_inside(answer)


def test_a_refusal_for_haste_says_when_to_come_again(house, monkeypatch):
    failing(house, monkeypatch, TooMany("too_many_requests"))
    answer = house.get("/readyz")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def ways_to_refusal(house):
    """A request for each status, by which the real application comes to it."""
    pages = {
        400: lambda at: house.client.post(f"/{at}/sign-in", data={"email": "a"}),
        403: lambda at: house.get(f"/{at}/people"),
        404: lambda at: house.get(f"/{at}/none"),
        405: lambda at: house.client.put(f"/{at}/courses", headers={"X-CSRFToken": house.token}),
        413: lambda at: house.post(f"/{at}/sign-in", {"email": "a" * 3_000_000}),
        422: lambda at: house.post(f"/{at}/profile/edit", {"nonsense": "1"}),
    }
    asked = {
        400: ("PATCH", "/api/v1/me", {"data": "{", "content_type": "application/json"}),
        403: ("GET", "/api/v1/people", {}),
        404: ("GET", "/api/v1/none", {}),
        405: ("DELETE", "/api/v1/courses", {}),
        413: ("PATCH", "/api/v1/me", {"json": {"name": "a" * 3_000_000}}),
        415: ("PATCH", "/api/v1/me", {"data": "x", "content_type": "text/plain"}),
        422: ("PATCH", "/api/v1/me", {"json": {"nonsense": 1}}),
    }
    return pages, asked


@pytest.mark.parametrize(("language", "direction"), DIRECTIONS.items())
def test_every_refusal_in_four_languages_as_page_and_as_problem(house, language, direction):
    house.enter(house.person("Refused Person", language=language))
    pages, asked = ways_to_refusal(house)
    for status, way in pages.items():
        answer = way(language)
        assert answer.status_code == status
        assert f'<html lang="{language}" dir="{direction}">' in answer.text
        says_nothing_of_the_inside(answer)
    for status, (method, address, options) in asked.items():
        headers = {"X-CSRFToken": house.token, "Accept-Language": language}
        answer = house.client.open(address, method=method, headers=headers, **options)
        assert answer.status_code == status
        assert (answer.content_type, answer.json["status"]) == ("application/problem+json", status)
        assert set(answer.json) <= {"type", "title", "status", "code", "errors"}
        says_nothing_of_the_inside(answer)


@pytest.mark.parametrize("language", DIRECTIONS)
def test_a_stranger_is_told_in_the_language_of_the_browser(house, language):
    answer = house.get("/api/v1/me", headers={"Accept-Language": language})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    says_nothing_of_the_inside(answer)
    assert json.loads(answer.data)["code"] == "not_signed_in"


def test_a_form_that_is_sent_twice_makes_one_session(house):
    person = house.moussa()
    form = {"email": person.email, "password": PASSWORD}
    for _ in range(2):
        assert house.post("/fr/sign-in", form).status_code == 303
    page = house.get("/fr/profile/sessions").text
    assert page.count("/sessions/") <= 2
