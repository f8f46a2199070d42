"""Settings from the environment: declared once, validated at start, with errors that say how to mend them."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from jichi.manifest import Setting

SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="JICHI_HOME",
        type="path",
        default="var",
        help="Folder of the database, uploads and backups",
    ),
    Setting(
        name="JICHI_KEYS",
        type="path",
        default="",
        help="Folder of the keys to personal details, never in a backup; empty: keys in JICHI_HOME",
    ),
    Setting(
        name="DATABASE_URL",
        type="database",
        default="",
        help="sqlite:///path or postgres://user:password@host/name; empty: SQLite in JICHI_HOME",
    ),
    Setting(
        name="JICHI_SECRET_KEY",
        type="secret",
        default="",
        help="Signing key of at least 50 characters; empty: a key is made once and kept in JICHI_HOME",
    ),
    Setting(
        name="JICHI_HOSTS",
        type="list",
        default="localhost,127.0.0.1,[::1]",
        help="Host names the site answers to",
    ),
    Setting(
        name="JICHI_BASE_URL", type="url", default="http://localhost:8000", help="Public address of the site"
    ),
    Setting(
        name="JICHI_ZONE",
        type="zone",
        default="all",
        help="all: one process; outer: public routes only; inner",
    ),
    Setting(
        name="JICHI_LANGUAGES",
        type="list",
        default="ja,en,ja-simple",
        help="Languages offered, first is default",
    ),
    Setting(
        name="JICHI_DEMO", type="boolean", default="false", help="Demonstration sign-ins (loopback only)"
    ),
    Setting(
        name="JICHI_DEBUG", type="boolean", default="false", help="Django's debug pages; never in production"
    ),
    Setting(name="JICHI_LOG_FORMAT", type="log_format", default="json", help="json or text"),
    Setting(name="JICHI_LOG_LEVEL", type="log_level", default="INFO", help="DEBUG, INFO, WARNING or ERROR"),
    Setting(
        name="JICHI_TRUSTED_PROXIES", type="integer", default="0", help="Number of reverse proxies in front"
    ),
    Setting(
        name="JICHI_MAIL_URL",
        type="mail",
        default="",
        help="smtp://user:password@host:port; empty: mail to the log",
    ),
    Setting(name="JICHI_MAIL_FROM", type="text", default="jichi@localhost", help="Sender of mail"),
    Setting(
        name="JICHI_OIDC_NAME",
        type="text",
        default="",
        help="Name of the OpenID Connect provider on the sign-in page",
    ),
    Setting(
        name="JICHI_OIDC_SERVER", type="text", default="", help="Issuer URL of the OpenID Connect provider"
    ),
    Setting(name="JICHI_OIDC_CLIENT_ID", type="text", default="", help="Client id at the provider"),
    Setting(name="JICHI_OIDC_CLIENT_SECRET", type="secret", default="", help="Client secret at the provider"),
)


class EnvironmentProblem(Exception):
    """One or more settings cannot be used; ``problems`` says which, why and how to mend them."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The validated settings."""

    home: Path
    keys: Path
    database: dict[str, Any]
    secret_key: str
    hosts: list[str]
    base_url: str
    zone: str
    languages: list[str]
    demo: bool
    debug: bool
    log_format: str
    log_level: str
    trusted_proxies: int
    mail: dict[str, Any]
    mail_from: str
    oidc: dict[str, str]


_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class _Reader:
    """Reads settings one by one and gathers every problem, so that all are shown at once."""

    def __init__(self, source: Mapping[str, str]) -> None:
        self.source = source
        self.problems: list[str] = []
        self._defaults = {setting.name: setting.default for setting in SETTINGS}

    def text(self, name: str) -> str:
        return self.source.get(name, self._defaults[name]).strip()

    def items(self, name: str) -> list[str]:
        found = [part.strip() for part in self.text(name).split(",") if part.strip()]
        if not found:
            self.problems.append(f"{name} is empty; give at least one value, separated by commas")
        return found

    def boolean(self, name: str) -> bool:
        raw = self.text(name).lower()
        if raw not in _TRUE | _FALSE:
            self.problems.append(f"{name}={raw!r} is not a yes or no; write true or false")
        return raw in _TRUE

    def integer(self, name: str) -> int:
        raw = self.text(name)
        if not raw.isdigit():
            self.problems.append(f"{name}={raw!r} is not a whole number of 0 or more")
            return 0
        return int(raw)

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        raw = self.text(name)
        if raw not in allowed:
            self.problems.append(f"{name}={raw!r} is not one of: {', '.join(allowed)}")
        return raw

    def url(self, name: str) -> str:
        raw = self.text(name).rstrip("/")
        parts = urlsplit(raw)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            self.problems.append(f"{name}={raw!r} is not an http or https address")
        return raw


def _keys(reader: _Reader, home: Path) -> Path:
    raw = reader.text("JICHI_KEYS")
    found = Path(raw).expanduser().resolve() if raw else home / "keys"
    for name in ("files", "backups", "static"):
        if found == home / name or home / name in found.parents:
            reader.problems.append(
                f"JICHI_KEYS={found} lies in {home / name}, which is copied or served; choose another folder"
            )
    return found


def _database(reader: _Reader, home: Path) -> dict[str, Any]:
    raw = reader.text("DATABASE_URL") or f"sqlite:///{home / 'jichi.sqlite3'}"
    try:
        config = dict(environ.Env.db_url_config(raw))
    except Exception:
        config = {}
    engine = str(config.get("ENGINE", ""))
    if engine == "django.db.backends.sqlite3":
        return sqlite_settings(str(config["NAME"]))
    if engine == "django.db.backends.postgresql":
        return postgresql_settings(config)
    reader.problems.append(
        "DATABASE_URL must begin with sqlite:// or postgres:// "
        "(its value is not shown here, as it may hold a password)"
    )
    return sqlite_settings(str(home / "jichi.sqlite3"))


def sqlite_settings(name: str) -> dict[str, Any]:
    """SQLite for production: write-ahead log, immediate transactions, full synchronisation."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA temp_store=MEMORY;"
                "PRAGMA mmap_size=134217728;PRAGMA cache_size=-20000;PRAGMA journal_size_limit=67108864;"
            ),
        },
    }


def postgresql_settings(config: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL through psycopg 3 with kept connections that are checked before use."""
    return {
        **config,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(config.get("OPTIONS", {})),
    }


def _secret_key(reader: _Reader, home: Path) -> str:
    given = reader.text("JICHI_SECRET_KEY")
    if given:
        if len(given) < 50:
            reader.problems.append(
                "JICHI_SECRET_KEY is shorter than 50 characters; leave it empty to have one made"
            )
        return given
    path = home / "secret-key"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        reader.problems.append(
            f"JICHI_HOME={home} cannot be written ({error.strerror}); choose another folder"
        )
        return secrets.token_urlsafe(64)
    key = secrets.token_urlsafe(64)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key


def _mail(reader: _Reader) -> dict[str, Any]:
    raw = reader.text("JICHI_MAIL_URL")
    if not raw:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if not raw.startswith(("smtp://", "smtps://", "smtp+tls://", "smtp+ssl://")):
        reader.problems.append("JICHI_MAIL_URL must begin with smtp://, smtp+tls:// or smtp+ssl://")
        return {}
    return dict(environ.Env.email_url_config(raw))


def _oidc(reader: _Reader) -> dict[str, str]:
    values = {
        key: reader.text(f"JICHI_OIDC_{key.upper()}")
        for key in ("name", "server", "client_id", "client_secret")
    }
    if any(values.values()) and not all(values.values()):
        missing = ", ".join(f"JICHI_OIDC_{key.upper()}" for key, value in values.items() if not value)
        reader.problems.append(f"OpenID Connect needs all four JICHI_OIDC_ settings; missing: {missing}")
    return values if all(values.values()) else {}


def read_environment(source: Mapping[str, str] | None = None) -> Environment:
    """Validate the environment and return it.

    Raises:
        EnvironmentProblem: naming every setting that cannot be used, never showing a secret's value.
    """
    reader = _Reader(os.environ if source is None else source)
    home = Path(reader.text("JICHI_HOME")).expanduser().resolve()
    known = {"ja", "en", "ja-simple", "zh-hans", "ko", "pt", "es", "fil", "vi"}
    languages = reader.items("JICHI_LANGUAGES")
    if unknown := [code for code in languages if code not in known]:
        reader.problems.append(f"JICHI_LANGUAGES names unknown languages: {', '.join(unknown)}")
    environment = Environment(
        home=home,
        keys=_keys(reader, home),
        database=_database(reader, home),
        secret_key=_secret_key(reader, home),
        hosts=reader.items("JICHI_HOSTS"),
        base_url=reader.url("JICHI_BASE_URL"),
        zone=reader.choice("JICHI_ZONE", ("all", "outer", "inner")),
        languages=languages,
        demo=reader.boolean("JICHI_DEMO"),
        debug=reader.boolean("JICHI_DEBUG"),
        log_format=reader.choice("JICHI_LOG_FORMAT", ("json", "text")),
        log_level=reader.choice("JICHI_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR")),
        trusted_proxies=reader.integer("JICHI_TRUSTED_PROXIES"),
        mail=_mail(reader),
        mail_from=reader.text("JICHI_MAIL_FROM"),
        oidc=_oidc(reader),
    )
    if reader.problems:
        raise EnvironmentProblem(reader.problems)
    return environment
