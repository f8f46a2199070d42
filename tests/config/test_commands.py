"""The program as a person at a terminal meets it."""

from __future__ import annotations

import json
import sqlite3

import pytest
from click.testing import CliRunner
from django.db import connection

from jichi.config.cli import program
from jichi.config.environment import EnvironmentProblem, read_environment
from jichi.config.room import COMMANDS
from tests import databases

from .conftest import ROOT, Installation


def test_help_lists_every_declared_command():
    words = CliRunner().invoke(program, ["--help"]).output
    assert all(command.name in words for command in COMMANDS)


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_each_command_has_help(name: str):
    answer = CliRunner().invoke(program, [name, "--help"])
    assert answer.exit_code == 0
    assert len(answer.output.splitlines()) > 4


def test_an_unknown_command_is_one_message(bare: Installation):
    done = bare.run("no-such-thing")
    assert done.returncode == 2
    assert "No such command" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"JICHI_ZONE": "middle"}, "JICHI_ZONE='middle' is not one of: all, outer, inner"),
        ({"JICHI_DEMO": "perhaps"}, "JICHI_DEMO='perhaps' is not a yes or no"),
        ({"DATABASE_URL": "mysql://user:hunter2@host/db"}, "DATABASE_URL must begin with"),
        ({"JICHI_SECRET_KEY": "short"}, "JICHI_SECRET_KEY is shorter than 50 characters"),
        ({"JICHI_BASE_URL": "city.example"}, "JICHI_BASE_URL='city.example' is not an http or https address"),
        ({"JICHI_LANGUAGES": "ja,xx"}, "JICHI_LANGUAGES names unknown languages: xx"),
        ({"JICHI_OIDC_NAME": "City"}, "OpenID Connect needs all four"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(environment: dict[str, str], words: str, tmp_path):
    with pytest.raises(EnvironmentProblem) as caught:
        read_environment({"JICHI_HOME": str(tmp_path), **environment})
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_every_bad_setting_is_told_at_once_and_without_a_traceback(bare: Installation):
    bare.environment = {"JICHI_ZONE": "middle", "JICHI_DEMO": "perhaps"}
    done = bare.run("check")
    assert done.returncode == 2
    assert "JICHI_ZONE" in done.stderr
    assert "JICHI_DEMO" in done.stderr
    assert "Traceback" not in done.stderr


def test_commands_without_an_installation_say_how_to_make_one(bare: Installation):
    for command in ("serve", "backup"):
        done = bare.run(*command.split())
        assert done.returncode == 2, command
        assert "jichi init" in done.stderr or "jichi migrate" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.one_database  # the tests beside it make an installation on each, and look it through
def test_init_makes_an_installation_without_a_default_password(bare: Installation):
    done = bare.run("init", "--pack", "kawasaki", "--email", "first@city.example")
    assert done.returncode == 0, done.stderr
    link = done.stdout.strip()
    assert link.startswith("http://localhost:8000/accounts/invitation/")
    assert link not in done.stderr
    mode = (bare.home / "secret-key").stat().st_mode & 0o777
    assert mode == 0o600
    again = bare.run("init", "--email", "first@city.example")
    assert again.returncode == 0, again.stderr
    checked = bare.run("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_init_asks_for_no_administrator_without_a_terminal(bare: Installation):
    done = bare.run("init")
    assert done.returncode == 2
    assert "--email" in done.stderr


def test_check_reports_what_where_and_how_to_mend(installation: Installation):
    assert installation.run("check").returncode == 0
    if installation.database_url:
        pytest.skip("a trigger is dropped in the SQLite file")
    with sqlite3.connect(installation.home / "jichi.sqlite3") as database:
        database.execute("DROP TRIGGER city_auditentry_no_update")
    done = installation.run("check", "--json")
    assert done.returncode == 1
    (problem,) = json.loads(done.stdout)["city.triggers"]
    assert "city_auditentry_no_update" in str(problem)
    assert problem["mend"]
    installation.must("migrate")
    assert installation.run("check").returncode == 0


def test_settings_shows_each_and_never_a_secret(installation: Installation):
    installation.environment = {"JICHI_SECRET_KEY": "s" * 60}
    words = installation.must("settings", "--check")
    assert "* JICHI_SECRET_KEY" in words
    assert "s" * 60 not in words
    rows = json.loads(installation.must("settings", "--json"))
    assert {row["name"] for row in rows} >= {"JICHI_HOME", "DATABASE_URL", "JICHI_ZONE"}


def test_a_demonstration_is_of_this_machine_only(bare: Installation):
    done = bare.run("demo", "mihon", "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "this machine only" in done.stderr
    bare.environment = {"JICHI_DEMO": "true"}
    done = bare.run("serve", "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "this machine only" in done.stderr


def test_rebuild_names_the_projections_it_knows(installation: Installation):
    done = installation.run("rebuild", "no-such-projection")
    assert done.returncode == 2
    assert "Known:" in done.stderr
    assert installation.run("rebuild").returncode == 0


def test_import_plan_prints_json_alone(bare: Installation, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    done = bare.run("import-plan", str(empty), "--dry-run", "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "is empty" in done.stderr
    assert "Traceback" not in done.stderr
    plan = ROOT / "src/jichi/packs/mihon/plans/mihon-1.json"
    done = bare.run("import-plan", str(plan), "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    assert {"nodes", "indicators", "yearly_targets", "uncertain", "unplaced", "lines"} == set(
        json.loads(done.stdout)
    )


def test_nothing_of_an_unexpected_error_is_lost(installation: Installation):
    if installation.database_url:
        pytest.skip("the SQLite file is broken on purpose")
    (installation.home / "jichi.sqlite3").write_bytes(b"this is no database" * 100)
    for side in ("-wal", "-shm"):
        (installation.home / f"jichi.sqlite3{side}").unlink(missing_ok=True)
    done = installation.run("backup")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_vendor_is_the_one_asked_for(db):
    assert connection.vendor == ("postgresql" if databases.wants_postgres() else "sqlite")
