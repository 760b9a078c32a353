"""SECURITY: T22, case 48. Two shared caches stand in front, as a ministry's and a provider's do.

Five hundred people go through them in all languages and hang up at random: nobody meets another's
page, while what is for everybody is kept.
"""

import asyncio
import random
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack

import pytest

from tests.served.shared_cache import SharedCache, directives, parsed, said
from tests.served.test_canaries import CANARY, HANGS_UP, PAGES, asked, crowd, served

__all__ = ["crowd"]
MISSING = ("/people/7", "/no-such-page", "/enrolments/1/withdrawal")
ENTRANCES = (0, 1)  # the caches, the outer one first
AT_ONCE = 60
FEWER = 150  # people, where a cache is deaf: what it does wrong it does soon


def aside(work):
    """Run it in a thread of its own: the browser of other tests may have a loop running in this."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work)).result()


async def two_caches(stack, origin, deaf_to=frozenset()):
    inner = await stack.enter_async_context(SharedCache(origin, deaf_to).open())
    outer = await stack.enter_async_context(SharedCache(inner.port, deaf_to).open())
    return outer, inner


async def everybody(origin, cookies, deaf_to):
    """Each person, many at once, by one cache or by both; then a file that is for everybody."""
    luck, room, found = random.Random(48), asyncio.Semaphore(AT_ONCE), []
    async with AsyncExitStack() as stack:
        caches = await two_caches(stack, origin, deaf_to)

        async def person(number):
            for _ in range(3):
                language = luck.choice(("ar", "en", "fr", "es"))
                page = luck.choice((*PAGES, *MISSING, ""))
                hang_up = luck.randint(1, 3000) if luck.random() < HANGS_UP else 0
                port = caches[luck.choice(ENTRANCES)].port
                path, cookie = f"/{language}{page or '/'}", f"Cookie: learnplat={cookies[number]}"
                async with room:
                    try:
                        answer = await asked(port, path, cookie, origin=origin, hang_up=hang_up)
                    except OSError:
                        continue
                if not hang_up:
                    found.append((number, path, answer))

        await asyncio.gather(*(person(number) for number in range(len(cookies))))
        page = await asked(caches[0].port, "/en/", "Accept: text/html", origin=origin)
        sheet = re.search(rb'href="(/static/[^"]+)"', page)[1].decode()
        before = sum(cache.hits for cache in caches)
        files = [
            await asked(caches[0].port, sheet, "Accept-Encoding: identity", origin=origin)
            for _ in range(3)
        ]
        hits = sum(cache.hits for cache in caches) - before
        kept = [path for cache in caches for _, path in cache.stored]
    return found, files, hits, kept


@pytest.mark.parametrize(
    ("crowd", "deaf_to"),
    [
        ("postgresql", ()),
        ("sqlite", ("vary",)),
        ("sqlite", ("cache-control", "expires")),
    ],
    indirect=["crowd"],
)
def test_nobody_is_given_another_persons_page_by_a_cache(crowd, deaf_to):
    """Either of two headers is enough: a cache may be deaf to one of them."""
    settings, cookies, _ = crowd
    with served(settings) as origin:
        people = cookies[:FEWER] if deaf_to else cookies
        found, files, hits, kept = aside(everybody(origin, people, frozenset(deaf_to)))
    whole = 0
    for number, path, answer in found:
        named = set(CANARY.findall(answer))
        assert named <= {f"{number:04}".encode()}, (number, path, named)
        line, headers = parsed(answer.partition(b"\r\n\r\n")[0])
        assert {"no-store", "private"} <= directives(headers).keys(), (path, line)
        assert "cookie" in said(headers, "vary").lower(), (path, line)
        whole += bool(named)
    assert whole > len(found) * 0.9
    assert len({answer.partition(b"\r\n\r\n")[2] for answer in files}) == 1
    assert hits == 2, "a file that is for everybody is kept"
    if not deaf_to:
        assert all(path.startswith("/static/") for path in kept), kept


async def _mixed_up(headers):
    """What a second person is given, when a server says this of the page of the first."""

    async def careless(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        body = said(parsed(head)[1], "cookie").encode()
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + headers + b"\r\n" + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(careless, "127.0.0.1", 0)
    origin = server.sockets[0].getsockname()[1]
    async with server, AsyncExitStack() as stack:
        outer, _ = await two_caches(stack, origin)
        for who in ("Amal", "Moussa"):
            answer = await asked(outer.port, "/en/profile", f"Cookie: {who}", origin=origin)
    return answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("headers", "given"),
    [
        (b"", b"Amal"),
        (b"Cache-Control: public, max-age=60\r\n", b"Amal"),
        (b"Cache-Control: max-age=60\r\nVary: Accept-Language\r\n", b"Amal"),
        (b"Vary: Cookie\r\n", b"Moussa"),
        (b"Cache-Control: private\r\n", b"Moussa"),
        (b"Cache-Control: no-store\r\n", b"Moussa"),
    ],
)
def test_these_caches_do_mix_up_what_a_careless_server_lets_them(headers, given):
    assert aside(_mixed_up(headers)) == given


PATHS = ("/", "/api/v1/me", "/api/v1/people", "/en/people/1", "/api/v1/no-such", "/en/sign-in")


@pytest.mark.parametrize("path", PATHS)
def test_what_an_answer_depends_on_is_named_in_it(house, path):
    vary = [name.lower() for name in house.get(path).vary]
    assert "no-store" in house.get(path).headers["Cache-Control"]
    assert "cookie" in vary
    assert ("authorization" in vary) == path.startswith("/api/")
    assert path != "/" or "accept-language" in vary
