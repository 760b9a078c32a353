"""What an operator decides, read from the environment once and checked before anything starts."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from learnplat.core.providers import Provider, read_providers

ROOT = Path(__file__).resolve().parent.parent


class BadSettings(Exception):
    """One sentence for each setting that is wrong, naming it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """See `docs/operating.md` for each. Paths are absolute."""

    data: Path
    database_url: str
    redis_url: str | None
    base_url: str
    secret_key: str
    mail: str
    trusted_proxies: int
    environment: str
    metrics_token: str | None = None
    earlier_secret_key: str | None = None
    staff_second_factor: str = "always"
    providers: tuple[Provider, ...] = ()
    courses: Path = ROOT / "courses"
    translations: Path = ROOT / "translations"

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    def as_flask_config(self) -> dict[str, Any]:
        is_secure = self.base_url.startswith("https://")
        engine: dict[str, Any] = {}
        if self.database_url.startswith("postgresql"):
            engine = {"pool_size": 5, "max_overflow": 5, "pool_pre_ping": True}
        return {
            "SECRET_KEY": self.secret_key,
            # Cookies that it signed are still read, and signed anew with the key of today.
            "SECRET_KEY_FALLBACKS": [self.earlier_secret_key] if self.earlier_secret_key else None,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": engine,
            "BABEL_TRANSLATION_DIRECTORIES": str(self.translations),
            "BABEL_DEFAULT_LOCALE": "en",
            "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 512 * 1024,
            "MAX_FORM_PARTS": 500,
            "SESSION_COOKIE_NAME": "__Host-learnplat" if is_secure else "learnplat",
            "SESSION_COOKIE_SECURE": is_secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_PATH": "/",
            "SESSION_REFRESH_EACH_REQUEST": False,
            "COMPRESS_LEVEL": 5,
            "COMPRESS_BR_LEVEL": 4,
            "COMPRESS_ALGORITHM": ["br", "gzip"],
            "PERMANENT_SESSION_LIFETIME": 60 * 60 * 24 * 14,
            "SEND_FILE_MAX_AGE_DEFAULT": 60 * 60 * 24 * 365,
            "WTF_CSRF_CHECK_DEFAULT": False,
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": False,
            "RATELIMIT_STORAGE_URI": self.redis_url or "memory://",
            # Without these a server that does not answer would hold every page that counts.
            "RATELIMIT_STORAGE_OPTIONS": (
                {"socket_connect_timeout": 1, "socket_timeout": 1} if self.redis_url else {}
            ),
            "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(self.redis_url),
            "RATELIMIT_HEADERS_ENABLED": False,
        }


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `LEARNPLAT_*`. Raises `BadSettings` naming every one that is wrong."""
    env = os.environ if environ is None else environ
    faults: list[str] = []
    data = Path(env.get("LEARNPLAT_DATA") or ROOT / "instance").absolute()
    environment = env.get("LEARNPLAT_ENV", "development")
    if environment not in ("development", "production"):
        faults.append("LEARNPLAT_ENV must be development or production")
    database_url = env.get("LEARNPLAT_DATABASE_URL") or f"sqlite:///{data / 'learnplat.db'}"
    if not database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        faults.append("LEARNPLAT_DATABASE_URL must begin with sqlite:/// or postgresql://")
    if database_url.startswith("postgresql://"):
        database_url = database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    redis_url = env.get("LEARNPLAT_REDIS_URL") or None
    if redis_url and not redis_url.startswith(("redis://", "rediss://", "unix://")):
        faults.append("LEARNPLAT_REDIS_URL must begin with redis://, rediss:// or unix://")
    base_url = (env.get("LEARNPLAT_BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path:
        faults.append("LEARNPLAT_BASE_URL must be an address such as https://learn.example.org")
    mail = env.get("LEARNPLAT_MAIL") or f"file:{data / 'mail'}"
    if not (mail == "console:" or mail.startswith(("file:", "smtp://", "smtps://"))):
        faults.append("LEARNPLAT_MAIL must be console:, file:DIR or smtp://HOST:PORT")
    proxies = env.get("LEARNPLAT_TRUSTED_PROXIES", "0")
    if not (proxies.isdecimal() and int(proxies) < 10):
        faults.append("LEARNPLAT_TRUSTED_PROXIES must be a whole number from 0 to 9")
        proxies = "0"
    secret_key = env.get("LEARNPLAT_SECRET_KEY", "")
    if secret_key and len(secret_key) < 32:
        faults.append("LEARNPLAT_SECRET_KEY must hold 32 characters or more")
    earlier = env.get("LEARNPLAT_SECRET_KEY_BEFORE", "")
    if earlier and len(earlier) < 32:
        faults.append("LEARNPLAT_SECRET_KEY_BEFORE must hold 32 characters or more")
    staff_factor = env.get("LEARNPLAT_STAFF_SECOND_FACTOR") or (
        "offered" if environment == "development" else "always"
    )
    if staff_factor not in ("always", "offered"):
        faults.append("LEARNPLAT_STAFF_SECOND_FACTOR must be always or offered")
    if earlier and earlier == secret_key:
        faults.append("LEARNPLAT_SECRET_KEY_BEFORE must not be the key of today")
    if proxies != "0" and parts.scheme != "https":
        faults.append("LEARNPLAT_TRUSTED_PROXIES needs a LEARNPLAT_BASE_URL with https://")
    if environment == "production":
        if secret_key and _is_guessable(secret_key):
            faults.append("LEARNPLAT_SECRET_KEY must be made by chance, not taken from an example")
        faults += _open_places(data, database_url)
        if staff_factor == "offered":
            faults.append("LEARNPLAT_STAFF_SECOND_FACTOR must be always in production")
        for name in ("FLASK_DEBUG", "DEBUG"):
            if env.get(name, "").lower() not in ("", "0", "false", "no", "off"):
                faults.append(f"{name} must not be set in production")
        if _is_forgetful(database_url):
            faults.append("LEARNPLAT_DATABASE_URL must not be kept in memory (tmpfs) in production")
        if parts.scheme != "https":
            faults.append("LEARNPLAT_BASE_URL must be https:// in production")
        if not mail.startswith(("smtp://", "smtps://")):
            faults.append("LEARNPLAT_MAIL must be smtp:// in production")
    providers: tuple[Provider, ...] = ()
    if env.get("LEARNPLAT_OIDC"):
        path = Path(env["LEARNPLAT_OIDC"])
        providers, found = read_providers(path, env, is_production=environment == "production")
        faults += found
    if faults:
        raise BadSettings(faults)
    return Settings(
        data=data,
        database_url=database_url,
        redis_url=redis_url,
        base_url=base_url,
        secret_key=secret_key or _kept_secret(data, is_closed=environment == "production"),
        mail=mail,
        trusted_proxies=int(proxies),
        environment=environment,
        metrics_token=env.get("LEARNPLAT_METRICS_TOKEN") or None,
        earlier_secret_key=earlier or None,
        providers=providers,
        staff_second_factor=staff_factor,
    )


def _is_guessable(key: str) -> bool:
    """Whether it was typed rather than drawn."""
    words = ("changeme", "change-me", "change_me", "secret", "default", "example", "password")
    return len(set(key)) < 12 or any(word in key.casefold() for word in words)


def _open_places(data: Path, database_url: str) -> list[str]:
    """What other people of the machine could read or replace, in sentences."""
    faults = []
    if _mode(data) & 0o002:
        faults.append(f"LEARNPLAT_DATA: others can write to {data}; chmod 700 closes it")
    path = _sqlite_file(database_url)
    if path is not None and _mode(path.parent) & 0o001:
        # The log beside it holds the same rows.
        open_files = [name for name in (path, Path(f"{path}-wal")) if _mode(name) & 0o006]
        faults += [
            f"LEARNPLAT_DATABASE_URL: others can read {name}; chmod 600 closes it"
            for name in open_files
        ]
    return faults


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def _sqlite_file(database_url: str) -> Path | None:
    name = database_url.removeprefix("sqlite:///").partition("?")[0]
    is_file = database_url.startswith("sqlite:///") and name not in ("", ":memory:")
    return Path(name) if is_file else None


def _is_forgetful(database_url: str) -> bool:
    """Whether it is a SQLite file on a file system that a restart of the machine empties."""
    if not database_url.startswith("sqlite:///"):
        return False
    name = database_url.removeprefix("sqlite:///").partition("?")[0]
    if name in ("", ":memory:"):
        return True
    path = Path(name).resolve()
    kinds: dict[Path, str] = {}
    try:
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            mount, _, source = line.partition(" - ")
            # Spaces and the like are written as octal numbers there.
            place = re.sub(r"\\([0-7]{3})", lambda sign: chr(int(sign[1], 8)), mount.split()[4])
            kinds[Path(place)] = source.split()[0]
    except (OSError, IndexError):
        return False  # not a machine that says
    held = next((kinds[place] for place in (path, *path.parents) if place in kinds), "")
    return held in ("tmpfs", "ramfs")


def _kept_secret(data: Path, *, is_closed: bool) -> str:
    """The key in the data folder, made there once; two processes that race agree on one.

    With `is_closed`, one that others on the machine can read is refused.
    """
    path = data / "secret_key"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            fresh = data / f".secret_key.{os.getpid()}"
            with os.fdopen(
                os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
            ) as file:
                file.write(secrets.token_urlsafe(48))
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        key = path.read_text().strip()
        mode = path.stat().st_mode
    except OSError as error:
        raise BadSettings([f"LEARNPLAT_DATA: {data} cannot be used ({error.strerror})"]) from error
    if len(key) < 32:
        raise BadSettings([f"LEARNPLAT_DATA: {path} does not hold a key of 32 characters or more"])
    if is_closed and mode & 0o077:
        raise BadSettings([f"LEARNPLAT_DATA: {path} can be read by others; chmod 600 closes it"])
    return key
