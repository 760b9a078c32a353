"""Every test, with what they need installed first; says what was left out and why."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What the browser journeys and the HTML checker need, by the Debian package that brings it.
PROGRAMS = {"chromium": ("chromium",), "java": ("default-jre-headless",)}


def installed(program: str) -> bool:
    return shutil.which(program) is not None


def install(program: str) -> None:
    """Install Debian's package when we may; a machine where we may not is told what is missing."""
    if installed(program) or os.geteuid() != 0 or not installed("apt-get"):
        return
    print(f"Installing {', '.join(PROGRAMS[program])} for the tests (once) ...", flush=True)
    quiet = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run(["apt-get", "update", "-qq"], **quiet, check=False)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PROGRAMS[program]],
        **quiet,
        check=False,
    )


def main() -> int:
    for program in PROGRAMS:
        install(program)
    missing = [program for program in PROGRAMS if not installed(program)]
    workers = str(min(os.cpu_count() or 2, 4))
    code = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", workers, "--dist", "loadgroup", "-q", *sys.argv[1:]],
        cwd=ROOT,
        check=False,
    ).returncode
    if missing:
        packages = " ".join(name for program in missing for name in PROGRAMS[program])
        print(f"Left out, for want of a program: see the skipped tests above. Install: {packages}")
    else:
        print("Nothing was left out.")
    return code


if __name__ == "__main__":
    sys.exit(main())
