"""A wrong setting stops the start, and is named."""

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
    ],
)
def test_it_is_named(tmp_path, name, value):
    with pytest.raises(BadSettings) as refusal:
        read_settings({"LEARNPLAT_DATA": str(tmp_path), name: value})
    assert [fault.split()[0].rstrip(":") for fault in refusal.value.faults] == [name]


def test_production_refuses_what_is_unsafe(tmp_path):
    with pytest.raises(BadSettings) as refusal:
        read_settings({"LEARNPLAT_DATA": str(tmp_path), "LEARNPLAT_ENV": "production"})
    assert {fault.split()[0] for fault in refusal.value.faults} == {
        "LEARNPLAT_BASE_URL",
        "LEARNPLAT_MAIL",
    }


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
