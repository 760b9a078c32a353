"""Every answer carries its safety headers; nothing personal is kept by a cache."""

import pytest

ADDRESSES = [
    "/",
    "/en/",
    "/en/courses",
    "/en/none",
    "/api/v1/courses",
    "/api/v1/none",
    "/healthz",
    "/static/learnplat.css",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_headers_are_there(house, address):
    answer = house.get(address)
    headers = answer.headers
    answer.close()
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_page_is_not_kept(house):
    assert "no-store" in house.get("/en/courses").headers["Cache-Control"]


def test_a_shared_file_is_kept(house):
    answer = house.get("/static/learnplat.css")
    answer.close()
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_session_cookie_is_out_of_reach_of_scripts(house):
    person = house.moussa()
    answer = house.post(
        "/fr/sign-in", {"email": person.email, "password": "a long and quiet sentence"}
    )
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
