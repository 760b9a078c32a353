"""The first start and the second: everything in place, the accounts named, Ctrl-C the end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest


@pytest.fixture
def start(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("LEARNPLAT")
    }
    environment |= {
        "LEARNPLAT_DATA": str(tmp_path / "data"),
        "PORT": str(port),
        "HOST": "127.0.0.1",
    }

    def started():
        process = subprocess.Popen(
            [sys.executable, "-m", "learnplat.starting"],
            env=environment,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        page = ""
        for _ in range(300):
            try:
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{port}/ar/courses", timeout=5
                ) as answer:
                    page = answer.read().decode()
                break
            except OSError:
                time.sleep(0.1)
        os.killpg(process.pid, signal.SIGINT)
        words, _ = process.communicate(timeout=30)
        return page, words, process.returncode

    return started


def test_it_serves_the_course_and_stops_cleanly_and_again(start):
    for _ in range(2):
        page, words, code = start()
        assert "الإطار القانوني العالمي لمكافحة الإرهاب" in page
        assert "ruth@learnplat.example" in words
        assert "Traceback" not in words
        assert code == 0
