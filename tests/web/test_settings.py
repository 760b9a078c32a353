"""A wrong setting stops the start, and is named. SECURITY: T173."""

import secrets
import tempfile
from pathlib import Path

import pytest

from learnplat.settings import BadSettings, read_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEARNPLAT_ENV", "staging"),
        ("LEARNPLAT_DATABASE_URL", "mysql://x"),
        ("LEARNPLAT_REDIS_URL", "localhost"),
        ("LEARNPLAT_BASE_URL", "learn.example.org"),
        ("LEARNPLAT_BASE_URL", "https://learn.example.org/path"),
        ("LEARNPLAT_MAIL", "sendmail"),
        ("LEARNPLAT_TRUSTED_PROXIES", "many"),
        ("LEARNPLAT_SECRET_KEY", "short"),
        ("LEARNPLAT_SECRET_KEY_BEFORE", "short"),
    ],
)
def test_it_is_named(tmp_path, name, value):
    with pytest.raises(BadSettings) as refusal:
        read_settings({"LEARNPLAT_DATA": str(tmp_path), name: value})
    assert [fault.split()[0].rstrip(":") for fault in refusal.value.faults] == [name]


def test_production_refuses_what_is_unsafe(tmp_path):
    with pytest.raises(BadSettings) as refusal:
        read_settings({"LEARNPLAT_DATA": str(tmp_path), "LEARNPLAT_ENV": "production"})
    assert {fault.split()[0] for fault in refusal.value.faults} >= {
        "LEARNPLAT_BASE_URL",
        "LEARNPLAT_MAIL",
    }


def in_production(folder, **more):
    return {
        "LEARNPLAT_DATA": str(folder),
        "LEARNPLAT_ENV": "production",
        "LEARNPLAT_BASE_URL": "https://learn.example.org",
        "LEARNPLAT_MAIL": "smtp://localhost:25",
        "LEARNPLAT_DATABASE_URL": "postgresql://db/learnplat",
        **more,
    }


@pytest.mark.parametrize("name", ["FLASK_DEBUG", "DEBUG"])
def test_production_refuses_to_debug(tmp_path, name):
    with pytest.raises(BadSettings) as refusal:
        read_settings(in_production(tmp_path, **{name: "1"}))
    assert refusal.value.faults == [f"{name} must not be set in production"]
    assert read_settings(in_production(tmp_path, **{name: "0"})).is_production


def test_production_refuses_a_key_that_others_can_read(tmp_path):
    read_settings(in_production(tmp_path))
    (tmp_path / "secret_key").chmod(0o640)
    with pytest.raises(BadSettings, match=r"LEARNPLAT_DATA: .*secret_key can be read by others"):
        read_settings(in_production(tmp_path))
    assert read_settings({"LEARNPLAT_DATA": str(tmp_path)}).secret_key


@pytest.mark.parametrize(
    "key",
    ["a" * 40, "change-me-change-me-change-me-change-me", "0123456789" * 4, "abcabcabc" * 5,
     "my own secret that I have typed 1234567", "Password2026Password2026Password2026"],
)  # fmt: skip
def test_production_refuses_a_key_that_was_typed(tmp_path, key):
    with pytest.raises(BadSettings, match="LEARNPLAT_SECRET_KEY must be made by chance"):
        read_settings(in_production(tmp_path, LEARNPLAT_SECRET_KEY=key))


def test_production_takes_a_key_that_was_drawn(tmp_path):
    for _ in range(50):
        key = secrets.token_urlsafe(32)
        assert read_settings(in_production(tmp_path, LEARNPLAT_SECRET_KEY=key)).secret_key == key


def test_the_key_before_is_another_one(tmp_path):
    key = secrets.token_urlsafe(32)
    both = {"LEARNPLAT_SECRET_KEY": key, "LEARNPLAT_SECRET_KEY_BEFORE": key}
    with pytest.raises(BadSettings, match="LEARNPLAT_SECRET_KEY_BEFORE"):
        read_settings({"LEARNPLAT_DATA": str(tmp_path), **both})


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_production_refuses_a_database_that_others_can_read(tmp_path, suffix):
    tmp_path.chmod(0o755)
    file = tmp_path / "learnplat.db"
    for name in ("", "-wal"):
        Path(f"{file}{name}").touch(mode=0o600)
    url = {"LEARNPLAT_DATABASE_URL": f"sqlite:///{file}"}
    assert read_settings(in_production(tmp_path, **url)).is_production
    Path(f"{file}{suffix}").chmod(0o644)
    with pytest.raises(BadSettings, match=f"LEARNPLAT_DATABASE_URL: others .*db{suffix};"):
        read_settings(in_production(tmp_path, **url))
    tmp_path.chmod(0o700)
    assert read_settings(in_production(tmp_path, **url)).is_production


def test_production_refuses_a_folder_to_which_others_write(tmp_path):
    tmp_path.chmod(0o777)
    with pytest.raises(BadSettings, match="LEARNPLAT_DATA: others can write"):
        read_settings(in_production(tmp_path))


def test_the_data_folder_is_made_closed(tmp_path):
    read_settings({"LEARNPLAT_DATA": str(tmp_path / "new")})
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_a_proxy_is_trusted_only_where_it_speaks_tls(tmp_path):
    given = {"LEARNPLAT_DATA": str(tmp_path), "LEARNPLAT_TRUSTED_PROXIES": "1"}
    with pytest.raises(BadSettings, match="LEARNPLAT_TRUSTED_PROXIES needs"):
        read_settings(given)
    assert read_settings(given | {"LEARNPLAT_BASE_URL": "https://a.example"}).trusted_proxies == 1


def test_each_fault_of_production_is_named_at_once(tmp_path):
    tmp_path.chmod(0o777)
    bad = {
        "LEARNPLAT_BASE_URL": "http://learn.example.org",
        "LEARNPLAT_MAIL": "console:",
        "LEARNPLAT_SECRET_KEY": "x" * 32,
        "LEARNPLAT_TRUSTED_PROXIES": "1",
        "LEARNPLAT_DATABASE_URL": "sqlite:///:memory:",
        "LEARNPLAT_STAFF_SECOND_FACTOR": "offered",
        "FLASK_DEBUG": "1",
    }
    with pytest.raises(BadSettings) as refusal:
        read_settings(in_production(tmp_path, **bad))
    named = {fault.split()[0].rstrip(":") for fault in refusal.value.faults}
    assert named == {*bad, "LEARNPLAT_DATA"}


@pytest.mark.parametrize("mail", ["console:", "file:/srv/mail"])
def test_production_refuses_mail_that_reaches_nobody(tmp_path, mail):
    with pytest.raises(BadSettings, match="LEARNPLAT_MAIL"):
        read_settings(in_production(tmp_path, LEARNPLAT_MAIL=mail))


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no file system in memory here")
def test_production_refuses_a_database_that_a_restart_empties(tmp_path):
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        url = f"sqlite:///{folder}/learnplat.db"
        with pytest.raises(BadSettings, match=r"LEARNPLAT_DATABASE_URL .*tmpfs"):
            read_settings(in_production(tmp_path, LEARNPLAT_DATABASE_URL=url))


def test_production_refuses_a_database_in_memory(tmp_path):
    with pytest.raises(BadSettings, match="LEARNPLAT_DATABASE_URL"):
        read_settings(in_production(tmp_path, LEARNPLAT_DATABASE_URL="sqlite:///:memory:"))


def test_the_key_is_made_once_and_kept(tmp_path):
    first = read_settings({"LEARNPLAT_DATA": str(tmp_path)})
    assert len(first.secret_key) >= 32
    assert read_settings({"LEARNPLAT_DATA": str(tmp_path)}).secret_key == first.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(BadSettings, match="LEARNPLAT_DATA"):
        read_settings({"LEARNPLAT_DATA": str(file / "below")})
