"""A way back leads to our own pages only. SECURITY: case 25, T52."""

import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from conftest import PASSWORD
from hostile.corpus import ELSEWHERE, HOST, OURS

from learnplat.web.doors import own_path
from learnplat.web.limits import limiter

BASE = "http://learn.test/en/sign-in"
LINK = re.compile(r'(?:href|action|src|formaction)="([^"]*)"')
ASKING = ["/en/sign-in", "/en/sign-up", "/ar/confirm", "/fr/forgotten-password"]


def as_a_browser_reads(target):
    """What the URL standard makes of an address before it looks at it."""
    bare = re.sub(r"[\t\r\n]", "", target).strip("".join(map(chr, range(33))))
    return urljoin(BASE, bare.replace("\\", "/"))


def is_at_home(target):
    return urlsplit(as_a_browser_reads(target))[:2] == ("http", "learn.test")


def test_the_corpus_is_long():
    assert len(set(ELSEWHERE)) > 130


@pytest.mark.parametrize("target", ELSEWHERE, ids=lambda target: ascii(target)[:40])
def test_it_is_no_path_of_ours(target):
    assert own_path(target) is None


@pytest.mark.parametrize("target", OURS)
def test_a_path_of_ours_may_be_followed(target):
    assert own_path(target) == target
    assert is_at_home(target)


def test_no_page_links_to_where_next_points(house):
    house.enter(house.admin())
    leaving = []
    for address in ASKING:
        for target in ELSEWHERE:
            page = house.get(address, query_string={"next": target})
            assert page.status_code < 500
            links = [*LINK.findall(page.text), page.location or "/"]
            leaving += [(address, target, link) for link in links if not is_at_home(link)]
            leaving += [(address, target, name) for name, value in page.headers if HOST in value]
            if house.kind == "postgresql":
                break  # the database has no part in this
    assert leaving == []


def test_signing_in_leads_home_whatever_next_says(house):
    person = house.moussa()
    form = {"email": person.email, "password": PASSWORD}
    for target in ELSEWHERE if house.kind == "sqlite" else ELSEWHERE[:2]:
        limiter.reset()
        house.leave()
        answer = house.post("/fr/sign-in", form, query_string={"next": target})
        assert answer.status_code == 303
        assert HOST not in unquote(answer.location)
        assert is_at_home(answer.location)
        assert answer.location.startswith("/fr/")


def test_signing_in_leads_back_to_a_page_of_ours(house):
    person = house.moussa()
    form = {"email": person.email, "password": PASSWORD}
    answer = house.post("/fr/sign-in", form, query_string={"next": "/ar/courses?q=1"})
    assert answer.location == "/ar/courses?q=1"


@pytest.mark.parametrize(
    "path", ["//evil.example/", "//evil.example/en/courses", "/\\evil.example", "///evil.example"]
)
def test_a_mended_address_stays_here(house, path):
    answer = house.client.get(f"http://learn.test{path}")
    assert is_at_home(answer.location or "/")


@pytest.mark.parametrize("target", ["/en/profile?x=//evil.example", "/ar/my-learning"])
def test_a_stranger_is_sent_to_sign_in_and_back(house, target):
    answer = house.get(target)
    assert answer.location.startswith(f"{target[:3]}/sign-in?next=")
    assert is_at_home(answer.location)
