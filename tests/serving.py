"""The platform as a process of its own, as an installation has it, on a free port."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = str(Path(sys.executable).parent / "learnplat")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**settings: object) -> dict[str, str]:
    """This process's environment with these settings and no others: `data` is LEARNPLAT_DATA."""
    ours = {f"LEARNPLAT_{name.upper()}": str(value) for name, value in settings.items()}
    others = {name: text for name, text in os.environ.items() if not name.startswith("LEARNPLAT")}
    return {**others, **ours}


def command(settings: dict[str, str], *arguments: str, said: str | None = None) -> str:
    """What a command prints. Raises `CalledProcessError` when it fails."""
    return subprocess.run(
        [COMMAND, *arguments], env=settings, check=True, capture_output=True, text=True, input=said
    ).stdout


@contextmanager
def serving(
    settings: dict[str, str], folder: Path, *, port: int, workers: int = 1
) -> Iterator[None]:
    """The server, from its first answer until the end of the block; `folder` keeps its log."""
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port), "--workers", str(workers)],
            env=settings,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for_answer(f"http://127.0.0.1:{port}/healthz", server)
            yield
        finally:
            server.terminate()
            server.wait(20)


def wait_for_answer(address: str, server: subprocess.Popen[bytes]) -> None:
    """Raises `TimeoutError` when nothing answers in 30 seconds or the process has ended."""
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"{address} does not answer; the server's state is {server.poll()}")
