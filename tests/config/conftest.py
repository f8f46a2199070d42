"""An installation of its own for tests that run the program as a person does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests import databases

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Installation:
    """A folder and a database that nothing else uses, and the program run on them."""

    home: Path
    database_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def env(self) -> dict[str, str]:
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("JICHI_", "DJANGO_"))
        }
        inherited.pop("DATABASE_URL", None)
        chosen = {"JICHI_HOME": str(self.home), "PYTHONPATH": str(ROOT / "src")}
        if self.database_url:
            chosen["DATABASE_URL"] = self.database_url
        return {**inherited, **chosen, **self.environment}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "jichi", *arguments]

    def run(self, *arguments: str, timeout: float = 900, **options) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.env(),
            cwd=self.home.parent,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
            **options,
        )

    def must(self, *arguments: str) -> str:
        """Run a command that has to succeed; returns its standard output."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout


def _sql(statement: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["JICHI_TEST_POSTGRES"], autocommit=True) as connection:
        connection.execute(statement)


def new_postgres_database(template: str = "") -> str:
    """The address of a new database on the tests' server."""
    name = f"jichi_{uuid.uuid4().hex[:12]}"
    _sql(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    parts = urlsplit(os.environ["JICHI_TEST_POSTGRES"])
    return urlunsplit(parts._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def database_of_its_own() -> None:
    """Marks what stands on it as touching a database, though not the one the tests share."""


@pytest.fixture
def bare(tmp_path: Path, database_of_its_own: None) -> Installation:
    """A folder where nothing is installed yet."""
    url = new_postgres_database() if databases.wants_postgres() else ""
    return Installation(home=tmp_path / "home", database_url=url)


@pytest.fixture(scope="session")
def _prepared(tmp_path_factory: pytest.TempPathFactory, database_of_its_own: None) -> Iterator[Installation]:
    url = new_postgres_database() if databases.wants_postgres() else ""
    prepared = Installation(home=tmp_path_factory.mktemp("prepared") / "home", database_url=url)
    prepared.must("init", "--pack", "mihon", "--no-administrator")
    yield prepared


@pytest.fixture
def installation(_prepared: Installation, tmp_path: Path) -> Installation:
    """An installation of the fictitious city, to do with as one likes."""
    home = tmp_path / "home"
    shutil.copytree(_prepared.home, home)
    url = ""
    if _prepared.database_url:
        url = new_postgres_database(template=urlsplit(_prepared.database_url).path.lstrip("/"))
    return Installation(home=home, database_url=url)
