"""SECURITY: OIDC, T173. A file of providers that is wrong stops the start, and what is wrong is named."""

import json

import pytest

from learnplat.core.languages import Language
from learnplat.settings import BadSettings, read_settings

GOOD = {
    "key": "justice-ma",
    "issuer": "https://login.justice.example",
    "client_id": "learnplat",
    "label": {"ar": "وزارة العدل", "en": "Justice", "fr": "Justice", "es": "Justicia"},
}


def read(folder, rows, **env):
    file = folder / "providers.json"
    file.write_text(rows if isinstance(rows, str) else json.dumps(rows))
    file.chmod(0o644)
    return read_settings({"LEARNPLAT_DATA": str(folder), "LEARNPLAT_OIDC": str(file), **env})


def production():
    return {
        "LEARNPLAT_ENV": "production",
        "LEARNPLAT_BASE_URL": "https://learn.example.org",
        "LEARNPLAT_MAIL": "smtp://localhost:25",
        "LEARNPLAT_DATABASE_URL": "postgresql://db/learnplat",
    }


def faults(folder, rows, **env):
    with pytest.raises(BadSettings) as refusal:
        read(folder, rows, **env)
    return " / ".join(refusal.value.faults)


def test_nothing_is_set_up_by_itself(tmp_path):
    assert read_settings({"LEARNPLAT_DATA": str(tmp_path)}).providers == ()


def test_a_good_file_is_read_in_either_form(tmp_path):
    (provider,) = read(tmp_path, [GOOD]).providers
    assert provider.label[Language.AR] == "وزارة العدل"
    assert provider.secret is None
    text = (
        "- {key: a, issuer: 'https://a.example', client_id: x, label: {ar: a, en: a, fr: a, es: a}}"
    )
    assert read(tmp_path, text).providers[0].issuer == "https://a.example"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"key": "Justice MA"}, "key must be"),
        ({"key": None}, "key must be"),
        ({"issuer": "login.justice.example"}, "issuer must be an address"),
        ({"issuer": "http://login.justice.example"}, "issuer must be https://"),
        ({"issuer": "https://login.justice.example?x=1"}, "issuer must have no query"),
        ({"issuer": "https://user@login.justice.example"}, "issuer must have no query"),
        ({"issuer": "https://login.example:port"}, "issuer must be an address"),
        ({"issuer": "https://" + "x" * 200}, "issuer must be an address"),
        ({"client_id": ""}, "client_id is missing"),
        ({"label": {"ar": "x", "en": "x", "fr": "x"}}, "label needs its es"),
        ({"label": "Justice"}, "label needs its ar"),
        ({"secret": "in the file"}, "secret is not known"),
        ({"secret_file": "/nowhere"}, "secret_file: /nowhere cannot be read"),
        ({"secret_env": "NOT_THERE"}, "secret_env: NOT_THERE is not set"),
        ({"secret_env": "A", "secret_file": "/b"}, "one of them only"),
        ({"hosts": "a.example"}, "hosts must be a list"),
        ({"hosts": ["https://a.example"]}, "hosts: https://a.example is no host"),
        ({"trusted_amr": [1]}, "trusted_amr must be a list"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, change, named):
    said = faults(tmp_path, [{**GOOD, **change}])
    assert "LEARNPLAT_OIDC: provider 1: " in said
    assert named in said


@pytest.mark.parametrize("text", ["", "{", "a: b", "[1]", "- ]"])
def test_what_is_no_list_is_refused(tmp_path, text):
    assert "LEARNPLAT_OIDC" in faults(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadSettings, match="LEARNPLAT_OIDC"):
        read_settings({"LEARNPLAT_DATA": str(tmp_path), "LEARNPLAT_OIDC": "/nowhere"})


def test_two_of_a_name_are_refused(tmp_path):
    said = faults(tmp_path, [GOOD, GOOD])
    assert "key justice-ma is there twice" in said
    assert "issuer https://login.justice.example is there twice" in said


def test_a_machine_of_ones_own_may_do_without_tls_in_development(tmp_path):
    rows = [{**GOOD, "issuer": "http://127.0.0.1:9000"}]
    assert read(tmp_path, rows).providers
    assert "issuer must be https://" in faults(tmp_path, rows, **production())


def test_a_secret_comes_from_a_file_or_the_environment(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("quiet\n")
    secret.chmod(0o600)
    assert read(tmp_path, [{**GOOD, "secret_file": str(secret)}]).providers[0].secret == "quiet"
    rows = [{**GOOD, "secret_env": "JUSTICE"}]
    settings = read(tmp_path, rows, JUSTICE="quiet")
    assert settings.providers[0].secret == "quiet"
    assert "quiet" not in repr(settings.providers)


def test_production_refuses_a_secret_that_others_can_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("quiet")
    secret.chmod(0o644)
    rows = [{**GOOD, "secret_file": str(secret)}]
    assert "can be read by others" in faults(tmp_path, rows, **production())


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("https://login.justice.example/token", True),
        ("https://LOGIN.justice.example:443/token", True),
        ("https://keys.justice.example/jwks", True),
        ("http://login.justice.example/token", False),
        ("https://login.justice.example.evil.example/", False),
        ("https://login.justice.example@evil.example/", False),
        ("https://evil.example\\@login.justice.example/", False),
        ("https://login.justice.example:8443/", False),
        ("https://justice.example/", False),
        ("//login.justice.example/", False),
        ("javascript:alert(1)", False),
        ("https://[::1", False),
    ],
)
def test_only_its_own_hosts_are_a_providers(tmp_path, address, is_own):
    """SECURITY: case 20"""
    (provider,) = read(tmp_path, [{**GOOD, "hosts": ["keys.justice.example"]}]).providers
    assert provider.is_own(address) is is_own
