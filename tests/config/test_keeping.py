"""Backup and restore: nothing lost, nothing damaged accepted, nothing overwritten by accident."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
from pathlib import Path

import pytest

from .conftest import Installation, new_postgres_database


def backup_of(installation: Installation, *options: str) -> Path:
    return Path(installation.must("backup", *options).strip())


@pytest.fixture
def elsewhere(installation: Installation, tmp_path: Path) -> Installation:
    """Another, empty place of the same kind of database."""
    url = new_postgres_database() if installation.database_url else ""
    return Installation(home=tmp_path / "elsewhere", database_url=url)


def names_in(archive: Path) -> set[str]:
    with tarfile.open(archive) as tar:
        return set(tar.getnames())


def rewritten(archive: Path, target: Path, change) -> Path:
    """A copy of an archive with members changed by ``change(folder)``."""
    folder = target.with_suffix(".d")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    change(folder)
    with tarfile.open(target, "w:gz") as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                tar.add(path, path.relative_to(folder).as_posix())
    return target


def change_manifest(folder: Path, **values: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_a_backup_comes_back_whole_with_a_new_epoch(installation: Installation, elsewhere: Installation):
    (installation.home / "files").mkdir(exist_ok=True)
    (installation.home / "files" / "evidence.pdf").write_bytes(b"%PDF-1.7 made for a test")
    archive = backup_of(installation)
    with tarfile.open(archive) as tar:
        manifest = json.loads(tar.extractfile("manifest.json").read())
    assert manifest["format"] == "jichi-backup/1"
    assert set(manifest["members"]) == names_in(archive) - {"manifest.json"}
    done = elsewhere.run("restore", str(archive))
    assert done.returncode == 0, done.stderr
    assert (elsewhere.home / "files" / "evidence.pdf").read_bytes() == b"%PDF-1.7 made for a test"
    checked = elsewhere.run("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    if not elsewhere.database_url:
        with sqlite3.connect(elsewhere.home / "jichi.sqlite3") as database:
            epochs = database.execute("SELECT number, reason FROM city_auditepoch ORDER BY number").fetchall()
        assert epochs[-1][0] >= 2
        assert "restored from the backup" in epochs[-1][1]


def test_the_key_stays_outside_unless_asked_for(installation: Installation, tmp_path: Path):
    assert "secret-key" not in names_in(backup_of(installation))
    with_key = backup_of(installation, "--with-key", "--to", str(tmp_path / "with-key.tar.gz"))
    assert "secret-key" in names_in(with_key)


def test_a_backup_overwrites_nothing(installation: Installation, tmp_path: Path):
    target = tmp_path / "mine.tar.gz"
    target.write_text("mine")
    done = installation.run("backup", "--to", str(target))
    assert done.returncode == 2
    assert target.read_text() == "mine"


def flip(folder: Path) -> None:
    path = next(path for path in folder.iterdir() if path.name.startswith("database."))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (flip, "checksum of database."),
        (lambda folder: (folder / "extra").write_text("x"), "extra is missing or not named"),
        (lambda folder: next(folder.glob("database.*")).unlink(), "is missing or not named"),
        (lambda folder: (folder / "manifest.json").unlink(), "no backup of Jichi"),
        (lambda folder: change_manifest(folder, format="jichi-backup/9"), "has the form 'jichi-backup/9'"),
        (lambda folder: change_manifest(folder, migrations={"plan": "9999_future"}), "does not know"),
        (lambda folder: change_manifest(folder, vendor="oracle"), "is of a oracle database"),
    ],
    ids=["damaged", "added", "removed", "no-manifest", "other-form", "newer", "other-database"],
)
def test_what_cannot_be_trusted_is_refused(
    installation: Installation, elsewhere: Installation, tmp_path: Path, change, words: str
):
    broken = rewritten(backup_of(installation), tmp_path / "broken.tar.gz", change)
    done = elsewhere.run("restore", str(broken))
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (elsewhere.home / "jichi.sqlite3").exists()


def test_a_truncated_or_foreign_file_is_refused(
    installation: Installation, elsewhere: Installation, tmp_path: Path
):
    archive = backup_of(installation)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    foreign = tmp_path / "foreign.tar.gz"
    foreign.write_bytes(b"not an archive at all")
    for path in (cut, foreign):
        done = elsewhere.run("restore", str(path))
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_an_installation_is_replaced_only_when_asked(installation: Installation):
    archive = backup_of(installation)
    done = installation.run("restore", str(archive))
    assert done.returncode == 2
    assert "--replace" in done.stderr
    done = installation.run("restore", "--replace", str(archive))
    assert done.returncode == 0, done.stderr
    if not installation.database_url:
        assert list(installation.home.glob("replaced-*/jichi.sqlite3"))


def test_nothing_is_restored_under_a_running_site(installation: Installation):
    from jichi.config.serving.lock import site_runs

    archive = backup_of(installation)
    with site_runs(installation.home):
        done = installation.run("restore", "--replace", str(archive))
    assert done.returncode == 2
    assert "running" in done.stderr


def test_postgresql_without_its_programs_says_which(installation: Installation):
    if not installation.database_url:
        pytest.skip("SQLite needs no other program")
    installation.environment = {"PATH": "/nonexistent"}
    done = installation.run("backup")
    assert done.returncode == 2
    assert "pg_dump is not on the PATH" in done.stderr
    assert shutil.which("pg_dump")
