"""The command: 0 done, 1 refused with one sentence, 2 wrong usage. SECURITY: T13."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).parent / "learnplat")
PROGRAMME = str(Path(__file__).resolve().parents[1] / "data" / "programme-2012")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("command")
    assert run(folder, "db", "upgrade").returncode == 0
    return folder


def run(data, *words, **options):
    environment = {**os.environ, "LEARNPLAT_DATA": str(data), **options.pop("environment", {})}
    return subprocess.run(
        [COMMAND, *words], env=environment, capture_output=True, text=True, check=False, **options
    )


def refused(result):
    assert result.returncode == 1, result
    assert "Traceback" not in result.stderr
    return result.stderr.strip().splitlines()[-1]


def test_an_empty_database_is_refused_with_what_to_do(tmp_path):
    assert "learnplat db upgrade" in refused(run(tmp_path, "courses", "sync"))


def test_wrong_usage_is_2(data):
    assert run(data, "report", "participation", "--since", "yesterday").returncode == 2
    assert run(data, "no-such-command").returncode == 2


def test_a_wrong_setting_is_named(data):
    result = run(data, "courses", "sync", environment={"LEARNPLAT_MAIL": "pigeon"})
    assert "LEARNPLAT_MAIL" in refused(result)


def test_the_database_agrees_with_the_code(data):
    assert run(data, "db", "check").returncode == 0


def test_courses_are_checked_published_and_written_out_as_they_were(data, tmp_path):
    assert run(data, "courses", "check").returncode == 0
    assert "edition 1" in run(data, "courses", "sync").stdout
    assert run(data, "courses", "sync").stdout.strip() == "Nothing has changed."
    assert run(data, "courses", "export", str(tmp_path / "out")).returncode == 0
    root = Path(__file__).resolve().parents[2] / "courses"
    written = {
        str(p.relative_to(tmp_path / "out")): p.read_bytes()
        for p in (tmp_path / "out").rglob("*.*")
    }
    shipped = {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*.*")}
    assert written == shipped


def test_the_curriculum_is_counted_by_course_and_language(data):
    lines = run(data, "courses", "table").stdout.splitlines()
    assert lines[0].split() == [
        "course", "language", "units", "tests", "words", "citations", "questions",
    ]  # fmt: skip
    assert lines[1].split()[:2] == ["cbrn-framework", "ar"]
    assert len(lines) == 1 + 4 * (len({line.split()[0] for line in lines[1:]}))


def test_a_fault_in_a_course_is_named_with_its_line(data, tmp_path):
    folder = tmp_path / "a-course"
    folder.mkdir()
    (folder / "course.yaml").write_text("key: a-course\ntitle: {en: One\n")
    result = run(data, "courses", "check", str(tmp_path))
    assert result.returncode == 1
    assert "course.yaml:" in result.stderr


def test_people_are_added_once(data):
    words = ("people", "add", "--email", "head@example.org", "--role", "admin", "--password-stdin")
    assert run(data, *words, input="a long and quiet sentence\n").returncode == 0
    assert "email" in refused(run(data, *words, input="a long and quiet sentence\n"))
    assert "role" in refused(
        run(data, "people", "add", "--email", "b@example.org", "--role", "king")
    )


def test_the_programme_of_2012_is_imported_once_and_reported(data):
    assert "Would import" in run(data, "import", "programme", PROGRAMME, "--dry-run").stdout
    assert run(data, "import", "programme", PROGRAMME).returncode == 0
    assert run(data, "import", "programme", PROGRAMME).returncode == 0
    period = ("report", "participation", "--since", "2012-01-01", "--until", "2012-12-31")
    document = json.loads(run(data, *period, "--format", "json").stdout)
    figures = (
        "courses_delivered",
        "practitioners_trained",
        "country_count",
        "completions",
        "enrolments",
        "discussions_held",
        "discussion_participants",
        "attendances",
    )
    assert [document[name] for name in figures] == [6, 162, 35, 173, 199, 27, 109, 237]
    spanish = next(row for row in document["by_course"] if row["course"] == "MLJ-ES-2012")
    assert (spanish["practitioners_trained"], spanish["country_count"]) == (28, 14)
    for language in ("ar", "en", "fr", "es"):
        assert "162" in run(data, *period, "--language", language).stdout


def test_a_period_that_ends_before_it_starts_is_refused(data):
    refused(run(data, "report", "participation", "--since", "2012-12-31", "--until", "2012-01-01"))


def test_a_folder_that_is_not_a_programme_is_refused(data, tmp_path):
    assert run(data, "import", "programme", str(tmp_path)).returncode == 1


def test_the_audit_log_is_verified_and_a_changed_entry_is_named(tmp_path):
    assert run(tmp_path, "db", "upgrade").returncode == 0
    for name in ("a", "b", "c"):
        words = ("people", "add", "--email", f"{name}@example.org", "--role", "tutor")
        assert run(tmp_path, *words).returncode == 0
    whole = run(tmp_path, "audit", "verify")
    assert (whole.returncode, whole.stdout[:10]) == (0, "3 entries,")
    with closing(sqlite3.connect(tmp_path / "learnplat.db")) as database:
        database.execute("drop trigger audit_entry_stays")
        database.execute("update audit_entry set actor_id = 9 where number = 2")
        database.commit()
    assert "entry 2 is not as it was written" in refused(run(tmp_path, "audit", "verify"))


def test_a_copy_is_made_and_put_back(data, tmp_path):
    copy = tmp_path / "copy"
    assert run(data, "backup", str(copy)).returncode == 0
    assert "there already" in refused(run(data, "backup", str(copy)))
    assert run(data, "restore", str(copy)).returncode == 0
    assert run(data, "db", "check").returncode == 0


def test_no_demonstration_in_production(data):
    result = run(
        data,
        "seed",
        "demo",
        environment={
            "LEARNPLAT_ENV": "production",
            "LEARNPLAT_BASE_URL": "https://learn.example.org",
            "LEARNPLAT_MAIL": "smtp://localhost",
        },
    )
    assert "development only" in refused(result)


def test_an_address_in_use_is_refused(data):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused(run(data, "serve", "--port", str(taken.getsockname()[1]), timeout=20))
