"""Measures what people wait for, each beside its reference in the same minute; prints ratios."""

import argparse
import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results"
COURSE = "universal-legal-framework"
WORKERS = "2"
sys.path.insert(0, str(HERE))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@contextlib.contextmanager
def running(
    command: list[str], address: str, environment: dict[str, str]
) -> Iterator[tuple[int, float]]:
    """A server until the block ends; gives its process number and its seconds to the first answer."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not answers(address):
            if process.poll() is not None or time.perf_counter() - started > 60:
                raise SystemExit(f"{command[0]} does not answer")
            time.sleep(0.01)
        yield process.pid, time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def learnplat(port: int) -> list[str]:
    return [
        str(Path(sys.executable).parent / "learnplat"),
        "serve",
        "--port",
        str(port),
        "--workers",
        WORKERS,
    ]


def hello(port: int) -> list[str]:
    return [
        str(Path(sys.executable).parent / "granian"),
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--workers",
        WORKERS,
        "--blocking-threads",
        "2",
        "--no-ws",
        "--log-level",
        "warning",
        "benchmarks.hello:app",
    ]


def load(
    address: str,
    seconds: float,
    *,
    headers: dict[str, str] | None = None,
    script: Path | None = None,
    environment: dict[str, str] | None = None,
) -> dict[str, float]:
    """16 connections for some seconds; gives requests a second, p50 and p99 in ms, and failures."""
    command = ["wrk", "-t1", "-c16", f"-d{seconds:g}s", "--latency"]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    if script:
        command += ["-s", str(script)]
    text = subprocess.run(
        [*command, address],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **(environment or {})},
    ).stdout

    def at(share: str) -> float:
        value, unit = re.search(rf"{share}%\s+([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
        return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]

    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return {
        "rps": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),  # type: ignore[union-attr]
        "p50_ms": at("50"),
        "p99_ms": at("99"),
        "failed": float(failed.group(1)) if failed else 0.0,
    }


def resident(pid: int) -> list[float]:
    """MiB held by each process that the server started, largest last."""
    children = subprocess.run(
        ["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    found = []
    for child in children:
        status = Path(f"/proc/{child}/status")
        if status.exists():
            match = re.search(r"VmRSS:\s+(\d+)", status.read_text())
            if match:
                found.append(int(match.group(1)) / 1024)
    return sorted(found)


def prepare(folder: Path, people: int) -> dict[str, Any]:
    """A database with the curriculum and enrolled people; gives a session cookie and units to complete."""
    os.environ["LEARNPLAT_DATA"] = str(folder)
    os.environ["LEARNPLAT_SECRET_KEY"] = "for measurements only, long enough"
    from sqlalchemy import insert, select

    from learnplat import upgrades
    from learnplat.app import create_app
    from learnplat.catalogue.actions import sync_courses
    from learnplat.catalogue.shelf import shelf
    from learnplat.core.clock import utc_now
    from learnplat.core.languages import Language
    from learnplat.db import transaction
    from learnplat.demonstration import seed_demonstration
    from learnplat.learning.models import CourseRun, Enrolment, EnrolmentStatus
    from learnplat.people.models import Account, ApiToken
    from learnplat.people.sessions import open_session
    from learnplat.settings import read_settings

    settings = read_settings()
    upgrades.upgrade(settings.database_url)
    app = create_app(settings)
    with app.app_context(), transaction() as session:
        sync_courses(session, settings.courses, now=utc_now())
    seed_demonstration(app)
    lines = []
    with app.app_context():
        with transaction() as session:
            run_id = session.scalar(select(CourseRun.id).where(CourseRun.course_key == COURSE))
            now = utc_now()
            facts = {
                "country": "NE",
                "gender": "male",
                "profession": "prosecutor",
                "institution_kind": "court",
                "institution": None,
                "language": Language.EN,
            }
            session.execute(
                insert(Account),
                [
                    {
                        "id": 1000 + n,
                        "name": f"Bench {n}",
                        "zone": "UTC",
                        "registered_at": now,
                        "calendar_token": f"bench-{n}",
                        **facts,
                    }
                    for n in range(people)
                ],
            )
            session.execute(
                insert(Enrolment),
                [
                    {
                        "id": 1000 + n,
                        "account_id": 1000 + n,
                        "run_id": run_id,
                        "enrolled_at": now,
                        "status": EnrolmentStatus.ACTIVE,
                        **facts,
                    }
                    for n in range(people)
                ],
            )
            session.execute(
                insert(ApiToken),
                [
                    {
                        "account_id": 1000 + n,
                        "token_digest": hashlib.sha256(f"bench-{n}".encode()).hexdigest(),
                        "session_epoch": 0,
                        "issued_at": now,
                        "expires_at": now + timedelta(days=1),
                    }
                    for n in range(people)
                ],
            )
            key = secrets.token_urlsafe(32)
            open_session(
                session, account_id=1000, session_epoch=0, key=key, device="", now=utc_now()
            )
        units = shelf().course(COURSE).unit_keys
    # One unit for everybody, then the next: as people do, and each earlier unit is there in time.
    for unit in units:
        lines += [
            f"/api/v1/enrolments/{1000 + n}/units/{unit}/completion bench-{n}"
            for n in range(people)
        ]
    (folder / "work").write_text("\n".join(lines) + "\n")
    with app.test_request_context():
        from flask.sessions import SecureCookieSessionInterface

        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer
        cookie = signer.dumps({"_user_id": key, "_permanent": True, "csrf_token": "0" * 40})
    return {
        "cookie": f"{app.config['SESSION_COOKIE_NAME']}={cookie}",
        "unit": units[0],
        "lines": len(lines),
    }


def median(rows: list[dict[str, float]], name: str) -> float:
    return statistics.median(row[name] for row in rows)


def pages(seconds: float, rounds: int, people: int) -> dict[str, Any]:
    """Catalogue page, unit page and completing a unit beside the hello, round by round."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = prepare(folder, people)
        ours, theirs = free_port(), free_port()
        environment = {"LEARNPLAT_DATA": name, "LEARNPLAT_BASE_URL": f"http://127.0.0.1:{ours}"}
        with (
            running(learnplat(ours), f"http://127.0.0.1:{ours}/healthz", environment) as (pid, _),
            running(hello(theirs), f"http://127.0.0.1:{theirs}/", {}) as (bare_pid, _),
        ):
            base = f"http://127.0.0.1:{ours}"
            cookie = {"Cookie": made["cookie"]}
            targets = {
                "catalogue page": f"{base}/en/courses",
                "unit page": f"{base}/en/courses/{COURSE}/units/{made['unit']}",
            }
            for address in targets.values():
                load(address, 1, headers=cookie)
            idle, bare_idle = resident(pid), resident(bare_pid)
            found: dict[str, list[dict[str, float]]] = {"hello": [], "complete a unit": []}
            for _ in range(rounds):
                found["hello"].append(load(f"http://127.0.0.1:{theirs}/", seconds))
                for title, address in targets.items():
                    found.setdefault(title, []).append(load(address, seconds, headers=cookie))
                found["hello"].append(load(f"http://127.0.0.1:{theirs}/", seconds))
            # Once only: a unit is completed once, and a repeat would measure something easier.
            found["hello"].append(load(f"http://127.0.0.1:{theirs}/", seconds))
            found["complete a unit"].append(
                load(
                    base,
                    seconds,
                    script=HERE / "complete.lua",
                    environment={"WORK": str(folder / "work")},
                )
            )
            after = resident(pid)
        database = sqlite3.connect(folder / "learnplat.db")
        completed, distinct = database.execute(
            "select count(*), count(distinct enrolment_id || unit_key) from unit_completion"
        ).fetchone()
        database.close()
    reference = median(found["hello"], "rps")
    result: dict[str, Any] = {
        "hello": {"rps": reference, "p99_ms": median(found["hello"], "p99_ms")}
    }
    for title, rows in found.items():
        if title != "hello":
            result[title] = {
                "rps": median(rows, "rps"),
                "p50_ms": median(rows, "p50_ms"),
                "p99_ms": median(rows, "p99_ms"),
                "failed": sum(row["failed"] for row in rows),
                "ratio": round(median(rows, "rps") / reference, 3),
                "goal": "at least 0.35 of hello",
            }
    result["complete a unit"]["recorded"] = completed
    result["complete a unit"]["recorded once"] = completed == distinct
    result["memory"] = {
        "idle_mib": max(idle),
        "bare_mib": max(bare_idle),
        "after_mib": max(after),
        "ratio": round(max(idle) / max(bare_idle), 2),
        "growth": round(max(after) / max(idle) - 1, 3),
        "goal": "at most 1.5 of bare; growth at most 0.20",
    }
    return result


def cold_start(rounds: int) -> dict[str, Any]:
    """Seconds from the command to the first answer, beside a bare Flask on the same server."""
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name), 1)
        ours, bare = [], []
        for _ in range(rounds):
            port = free_port()
            with running(
                learnplat(port), f"http://127.0.0.1:{port}/en/courses", {"LEARNPLAT_DATA": name}
            ) as (_, took):
                ours.append(took)
            port = free_port()
            with running(hello(port), f"http://127.0.0.1:{port}/", {}) as (_, took):
                bare.append(took)
    return {
        "seconds": statistics.median(ours),
        "bare_seconds": statistics.median(bare),
        "ratio": round(statistics.median(ours) / statistics.median(bare), 2),
        "goal": "at most 2 of bare",
    }


def export(rows: int, rounds: int) -> dict[str, Any]:
    """The enrolments of a large database as CSV, beside a bare csv loop over the same rows."""
    from bare_csv import write

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["LEARNPLAT_DATA"] = name
        from datetime import date

        from learnplat import upgrades
        from learnplat.app import create_app
        from learnplat.core.clock import utc_now
        from learnplat.db import reading
        from learnplat.scale import seed_scale
        from learnplat.settings import read_settings
        from learnplat.statistics.ledger import enrolments_csv

        settings = read_settings()
        upgrades.upgrade(settings.database_url)
        app = create_app(settings)
        seed_scale(app, rows)
        ours, bare, first = [], [], []
        for _ in range(rounds):
            started = time.perf_counter()
            write(folder / "learnplat.db", folder / "bare.csv")
            bare.append(time.perf_counter() - started)
            with app.app_context(), (folder / "ours.csv").open("wb") as file:
                started = time.perf_counter()
                for number, chunk in enumerate(
                    enrolments_csv(reading(), date(2000, 1, 1), date(2026, 12, 31), utc_now())
                ):
                    if number == 0:
                        first.append(time.perf_counter() - started)
                    file.write(chunk)
                ours.append(time.perf_counter() - started)
        written = sum(1 for _ in (folder / "ours.csv").open(encoding="utf-8-sig")) - 1
    return {
        "rows": written,
        "seconds": statistics.median(ours),
        "bare_seconds": statistics.median(bare),
        "ratio": round(statistics.median(bare) / statistics.median(ours), 2),
        "first_byte_ms": round(statistics.median(first) * 1000, 1),
        "goal": "at least 0.85 of the bare loop; first byte 100 ms",
    }


def table(results: dict[str, Any]) -> str:
    lines = [f"{'what':<18} {'ratio':>7}  {'goal':<48} details"]
    for title, row in results.items():
        details = ", ".join(
            f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}"
            for key, value in row.items()
            if key not in ("ratio", "goal")
        )
        lines.append(
            f"{title:<18} {row.get('ratio', ''):>7}  {row.get('goal', 'reference'):<48} {details}"
        )
    return "\n".join(lines)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seconds", type=float, default=5, help="length of each measurement")
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--people", type=int, default=20_000, help="people who complete units")
    words.add_argument("--rows", type=int, default=1_000_000, help="enrolments in the export")
    words.add_argument("--only", choices=["pages", "start", "export"])
    chosen = words.parse_args()
    if chosen.only in (None, "pages") and shutil.which("wrk") is None:
        if os.geteuid() == 0 and shutil.which("apt-get"):
            subprocess.run(
                ["apt-get", "install", "-y", "-qq", "wrk"], check=False, stdout=subprocess.DEVNULL
            )
        if shutil.which("wrk") is None:
            sys.exit("The page benchmarks need the program wrk: apt-get install wrk")
    results: dict[str, Any] = {}
    if chosen.only in (None, "pages"):
        results |= pages(chosen.seconds, chosen.rounds, chosen.people)
    if chosen.only in (None, "start"):
        results["cold start"] = cold_start(max(chosen.rounds, 5))
    if chosen.only in (None, "export"):
        results["csv export"] = export(chosen.rows, chosen.rounds)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(results, indent=2) + "\n")
    print(table(results))


if __name__ == "__main__":
    main()
