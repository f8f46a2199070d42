"""Backup and restore: nothing lost, nothing damaged accepted, nothing overwritten by accident."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
from pathlib import Path

import pytest

from jichi.config.keeping import archive, restore
from jichi.config.serving.lock import site_runs

from .conftest import Installation, new_postgres_database


def backup_of(installation: Installation, *options: str) -> Path:
    return Path(installation.must("backup", *options).strip())


@pytest.fixture
def elsewhere(installation: Installation, tmp_path: Path) -> Installation:
    """Another, empty place of the same kind of database."""
    url = new_postgres_database() if installation.database_url else ""
    return Installation(home=tmp_path / "elsewhere", database_url=url)


def names_in(path: Path) -> set[str]:
    with tarfile.open(path) as tar:
        return set(tar.getnames())


def rewritten(original: Path, target: Path, change) -> Path:
    """A copy of an archive with members changed by ``change(folder)``."""
    folder = target.with_suffix(".d")
    with tarfile.open(original) as tar:
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
    made = backup_of(installation)
    with tarfile.open(made) as tar:
        manifest = json.loads(tar.extractfile("manifest.json").read())
    assert manifest["format"] == "jichi-backup/1"
    assert set(manifest["members"]) == names_in(made) - {"manifest.json"}
    done = elsewhere.run("restore", str(made))
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
    keys = installation.home / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    (keys / "spare.key").touch(mode=0o600)
    with_key = backup_of(installation, "--with-key", "--to", str(tmp_path / "with-key.tar.gz"))
    assert "secret-key" in names_in(with_key)
    # Keys to personal details are in no backup at all.
    assert not [name for name in names_in(with_key) if "spare" in name or name.startswith("keys")]


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


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the right form, with little in it."""
    folder = tmp_path_factory.mktemp("small")
    database = folder / "content.sqlite3"
    database.write_bytes(b"as good as a database" * 50)
    manifest = archive.Manifest(
        version="0.1.0",
        created_at="2026-04-01T00:00:00+00:00",
        vendor="sqlite",
        migrations={"plan": "0001_initial"},
        head=(0, ""),
        epoch=1,
        with_key=False,
    )
    target = folder / "small.tar.gz"
    archive.write(target, manifest, [(archive.SQLITE, database)], lambda done, whole: None)
    return target


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (flip, "checksum of database."),
        (lambda folder: (folder / "extra").write_text("x"), "extra is missing or not named"),
        (lambda folder: next(folder.glob("database.*")).unlink(), "is missing or not named"),
        (lambda folder: (folder / "manifest.json").unlink(), "no backup of Jichi"),
        (lambda folder: change_manifest(folder, format="jichi-backup/9"), "has the form 'jichi-backup/9'"),
    ],
    ids=["damaged", "added", "removed", "no-manifest", "other-form"],
)
def test_what_cannot_be_trusted_is_refused(small: Path, tmp_path: Path, change, words: str):
    broken = rewritten(small, tmp_path / "broken.tar.gz", change)
    (tmp_path / "out").mkdir()
    with pytest.raises(archive.BackupProblem, match=words):
        archive.unpack(broken, tmp_path / "out", lambda done, whole: None)


def test_a_good_archive_is_accepted(small: Path, tmp_path: Path):
    manifest = archive.unpack(small, tmp_path, lambda done, whole: None)
    restore.refuse_newer(manifest)


def test_a_newer_database_is_refused(small: Path):
    manifest = archive.read_manifest(small)
    manifest.migrations["plan"] = "9999_future"
    with pytest.raises(archive.BackupProblem, match=r"holds plan\.9999_future"):
        restore.refuse_newer(manifest)


def test_a_truncated_or_foreign_file_is_refused(small: Path, tmp_path: Path):
    cut, foreign = tmp_path / "cut.tar.gz", tmp_path / "foreign.tar.gz"
    cut.write_bytes(small.read_bytes()[: small.stat().st_size // 2])
    foreign.write_bytes(b"not an archive at all")
    for path in (cut, foreign):
        with pytest.raises(archive.BackupProblem):
            archive.read_manifest(path)
            archive.unpack(path, tmp_path, lambda done, whole: None)


def test_an_archive_cannot_write_outside(small: Path, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    evil = tmp_path / "evil.tar.gz"
    with tarfile.open(small) as source, tarfile.open(evil, "w:gz") as tar:
        for member in source:
            tar.addfile(member, source.extractfile(member))
        outside = tarfile.TarInfo("../outside")
        tar.addfile(outside)
    with pytest.raises(archive.BackupProblem):
        archive.unpack(evil, out, lambda done, whole: None)
    assert not (tmp_path / "outside").exists()


def test_another_kind_of_database_and_a_damaged_file_are_one_message(
    installation: Installation, elsewhere: Installation, tmp_path: Path
):
    good = backup_of(installation)
    other = rewritten(
        good, tmp_path / "other.tar.gz", lambda folder: change_manifest(folder, vendor="oracle")
    )
    damaged = rewritten(good, tmp_path / "damaged.tar.gz", flip)
    for path, words in ((other, "is of a oracle database"), (damaged, "checksum of database.")):
        done = elsewhere.run("restore", str(path))
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr
        assert not (elsewhere.home / "jichi.sqlite3").exists()


def test_an_installation_is_replaced_only_when_asked(installation: Installation):
    made = backup_of(installation)
    done = installation.run("restore", str(made))
    assert done.returncode == 2
    assert "--replace" in done.stderr
    done = installation.run("restore", "--replace", str(made))
    assert done.returncode == 0, done.stderr
    if not installation.database_url:
        assert list(installation.home.glob("replaced-*/jichi.sqlite3"))


def test_nothing_is_restored_under_a_running_site(installation: Installation):
    made = backup_of(installation)
    with site_runs(installation.home):
        done = installation.run("restore", "--replace", str(made))
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
