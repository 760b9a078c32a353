"""Institutions whose own sign-in opens accounts here, as operators write them in a file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from learnplat.core.languages import Language

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HOST = re.compile(r"[a-z0-9.-]{1,253}(:[0-9]{1,5})?")
_KNOWN = frozenset(
    {"key", "issuer", "client_id", "secret_file", "secret_env", "label", "hosts", "trusted_amr",
     "trusted_acr"}
)  # fmt: skip
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LONGEST_ISSUER = 200


@dataclass(frozen=True, slots=True)
class Provider:
    """One institution's OpenID provider.

    `hosts` are those beside the issuer's own that its answers may name. `trusted_amr` and
    `trusted_acr` are what a token says of a sign-in with a second factor there; when both are empty
    nothing that it says stands for one here.
    """

    key: str
    issuer: str
    client_id: str
    label: Mapping[Language, str]
    secret: str | None = field(default=None, repr=False)
    hosts: frozenset[str] = frozenset()
    trusted_amr: frozenset[str] = frozenset()
    trusted_acr: frozenset[str] = frozenset()

    def is_own(self, address: str) -> bool:
        """Whether an address is at the issuer's host or another one that the operator named."""
        try:
            found, own = urlsplit(address), urlsplit(self.issuer)
        except ValueError:
            return False
        if found.scheme != own.scheme or "\\" in address:
            return False
        usual = {"https": ":443", "http": ":80"}[own.scheme]
        hosts = {host.removesuffix(usual) for host in (*self.hosts, own.netloc.lower())}
        return found.netloc.lower().removesuffix(usual) in hosts


def read_providers(
    path: Path, env: Mapping[str, str], *, is_production: bool
) -> tuple[tuple[Provider, ...], list[str]]:
    """The providers of a YAML or JSON file, and one sentence for each thing that is wrong there."""
    name = f"LEARNPLAT_OIDC: {path}"
    try:
        if is_production and path.stat().st_mode & 0o022:
            return (), [f"{name} can be changed by others; chmod 644 closes it"]
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        return (), [f"{name} cannot be read ({error.strerror})"]
    except (yaml.YAMLError, UnicodeError):
        return (), [f"{name} is neither YAML nor JSON"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return (), [f"{name} must be a list of providers"]
    faults: list[str] = []
    found = []
    for number, row in enumerate(rows, 1):
        wrong: list[str] = []
        provider = _provider(row, env, wrong, is_production=is_production)
        faults += [f"LEARNPLAT_OIDC: provider {number}: {fault}" for fault in wrong]
        if not wrong:
            found.append(provider)
    for what in ("key", "issuer"):
        values = [getattr(provider, what) for provider in found]
        faults += [
            f"LEARNPLAT_OIDC: {what} {value} is there twice"
            for value in sorted({value for value in values if values.count(value) > 1})
        ]
    return tuple(found), faults


def _provider(
    row: Mapping[str, Any], env: Mapping[str, str], wrong: list[str], *, is_production: bool
) -> Provider:
    wrong += [f"{name} is not known" for name in sorted(map(str, row.keys() - _KNOWN))]
    key, issuer, client_id = (_text(row, name) for name in ("key", "issuer", "client_id"))
    if not _KEY.fullmatch(key):
        wrong.append("key must be of small letters, digits and hyphens")
    wrong += _faults_of_issuer(issuer, is_production=is_production)
    if not client_id:
        wrong.append("client_id is missing")
    label = row.get("label")
    labels: dict[Language, str] = {}
    for code in Language:
        said = label.get(code.value) if isinstance(label, dict) else None
        if not isinstance(said, str) or not 0 < len(said.strip()) <= 80:
            wrong.append(f"label needs its {code.value}, of 80 characters at most")
        else:
            labels[code] = said.strip()
    hosts = _texts(row, "hosts", wrong)
    wrong += [f"hosts: {host} is no host" for host in sorted(hosts) if not _HOST.fullmatch(host)]
    return Provider(
        key=key,
        issuer=issuer,
        client_id=client_id,
        label=labels,
        secret=_secret(row, env, wrong, is_production=is_production),
        hosts=hosts,
        trusted_amr=_texts(row, "trusted_amr", wrong),
        trusted_acr=_texts(row, "trusted_acr", wrong),
    )


def _faults_of_issuer(issuer: str, *, is_production: bool) -> list[str]:
    try:
        parts = urlsplit(issuer)
        host = parts.hostname or ""
        parts.port  # noqa: B018  raises when it is none
    except ValueError:
        return ["issuer must be an address such as https://login.example.org"]
    if parts.scheme not in ("http", "https") or not host or len(issuer) > LONGEST_ISSUER:
        return ["issuer must be an address such as https://login.example.org"]
    if parts.query or parts.fragment or parts.username:
        return ["issuer must have no query, fragment or user"]
    if parts.scheme == "http" and (is_production or host not in _LOOPBACK):
        return ["issuer must be https://"]
    return []


def _secret(
    row: Mapping[str, Any], env: Mapping[str, str], wrong: list[str], *, is_production: bool
) -> str | None:
    """The client's secret, from where the row says that it is; None for a client without one."""
    file, name = _text(row, "secret_file"), _text(row, "secret_env")
    if file and name:
        wrong.append("secret_file and secret_env: one of them only")
    elif name:
        secret = env.get(name, "")
        if not secret:
            wrong.append(f"secret_env: {name} is not set")
        return secret
    elif file:
        path = Path(file)
        try:
            if is_production and path.stat().st_mode & 0o077:
                wrong.append(f"secret_file: {file} can be read by others; chmod 600 closes it")
            secret = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError):
            wrong.append(f"secret_file: {file} cannot be read")
            return None
        if not secret:
            wrong.append(f"secret_file: {file} is empty")
        return secret
    return None


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _texts(row: Mapping[str, Any], name: str, wrong: list[str]) -> frozenset[str]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        wrong.append(f"{name} must be a list of texts")
        return frozenset()
    return frozenset(value)
