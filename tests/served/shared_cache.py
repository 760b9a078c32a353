"""A shared HTTP cache as RFC 9111 allows it to be, as eager as it may: what it can mix up, it does."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

Headers = list[tuple[str, str]]
# RFC 9110 15.1: kept by a cache of its own judgement where nothing forbids it.
KEPT_UNASKED = {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501}
UNASKED_LIFETIME = 120.0  # as widespread caches take it when nothing is said


@dataclass
class Stored:
    """One answer, with what its request said in the headers that `Vary` names."""

    answer: bytes
    headers: Headers
    chosen_by: dict[str, str]
    fresh_until: float

    def suits(self, request: Headers) -> bool:
        return all(said(request, name) == value for name, value in self.chosen_by.items())


def said(headers: Headers, name: str) -> str:
    return ", ".join(value for given, value in headers if given == name)


def directives(headers: Headers) -> dict[str, str]:
    parts = [part.strip() for part in said(headers, "cache-control").lower().split(",")]
    return {name: value.strip('"') for name, _, value in (p.partition("=") for p in parts if p)}


def parsed(head: bytes) -> tuple[str, Headers]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return first, [(name.strip().lower(), value.strip()) for name, _, value in pairs]


@dataclass
class SharedCache:
    """In front of an address on this machine. A deaf one does not hear that header of the server."""

    upstream: int
    deaf_to: frozenset[str] = frozenset()
    hits: int = 0
    stored: dict[tuple[str, str], list[Stored]] = field(default_factory=dict)
    port: int = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator["SharedCache"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1000)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(await self._answer(head))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the reader has hung up
        finally:
            writer.close()

    async def _answer(self, head: bytes) -> bytes:
        line, request = parsed(head)
        method, path, _ = line.split(" ", 2)
        place = (said(request, "host"), path)
        kept = [one for one in self.stored.get(place, ()) if one.suits(request)]
        found = kept[-1] if method in ("GET", "HEAD") and kept else None
        if found and found.fresh_until > time.monotonic():
            self.hits += 1
            return found.answer
        mark = said(found.headers, "etag") if found else ""
        asked = head[:-2] + f"If-None-Match: {mark}\r\n\r\n".encode() if mark else head
        answer = await self._asked(asked)
        status, headers = self._read(answer)
        if status == 304 and mark and found:
            self.hits += 1
            return found.answer
        if method == "GET":
            self._keep(place, request, status, headers, answer)
        return answer

    async def _asked(self, head: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        try:
            writer.write(head)
            await writer.drain()
            return await reader.read(-1)
        finally:
            writer.close()

    def _read(self, answer: bytes) -> tuple[int, Headers]:
        line, headers = parsed(answer.partition(b"\r\n\r\n")[0])
        heard = [pair for pair in headers if pair[0] not in self.deaf_to]
        return int(line.split(" ")[1]) if " " in line else 0, heard

    def _keep(
        self,
        place: tuple[str, str],
        request: Headers,
        status: int,
        headers: Headers,
        answer: bytes,
    ) -> None:
        told, vary = directives(headers), said(headers, "vary").lower()
        if "no-store" in told or "private" in told or "*" in vary:
            return
        may_know = {"public", "s-maxage", "must-revalidate"} & told.keys()
        if said(request, "authorization") and not may_know:
            return
        lifetime = self._lifetime(told, headers)
        if lifetime is None:
            if status not in KEPT_UNASKED and "public" not in told:
                return
            lifetime = UNASKED_LIFETIME
        names = [name.strip() for name in vary.split(",") if name.strip()]
        chosen_by = {name: said(request, name) for name in names}
        until = time.monotonic() + (0 if "no-cache" in told else lifetime)
        self.stored.setdefault(place, []).append(Stored(answer, headers, chosen_by, until))

    @staticmethod
    def _lifetime(told: dict[str, str], headers: Headers) -> float | None:
        for name in ("s-maxage", "max-age"):
            if told.get(name, "").isdigit():
                return float(told[name])
        expires, now = said(headers, "expires"), said(headers, "date")
        if not expires:
            return None
        try:
            left = parsedate_to_datetime(expires) - parsedate_to_datetime(now)
        except (TypeError, ValueError):
            return 0.0
        return max(left.total_seconds(), 0.0)
