"""``./jichi``: one file that needs nothing but Python."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from jichi.config import bundling

from .conftest import ROOT

SCRIPT = ROOT / "jichi"


def copied(folder: Path) -> Path:
    folder.mkdir()
    for name in ("jichi", "requirements.lock", "requirements-dev.lock"):
        shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with the script and the locks, and an environment that pretends to be set up."""
    return copied(tmp_path / "clone")


@pytest.fixture(scope="module")
def half_set_up(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A clone with a folder of wheels in which one is wanting, and what the set-up said to that."""
    folder = copied(tmp_path_factory.mktemp("bundle") / "clone")
    (folder / "wheels").mkdir()
    return folder, run(folder, "setup")


@pytest.fixture
def clone_with_pip(clone: Path, half_set_up: tuple[Path, object]) -> Path:
    """A clone whose .venv is there, without packages: making one takes some seconds."""
    shutil.copytree(half_set_up[0] / ".venv", clone / ".venv", symlinks=True)
    return clone


def run(clone: Path, *arguments: str, path: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(clone / "jichi"), *arguments],
        env={"PATH": path or "/usr/bin:/bin", "HOME": str(clone), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_it_imports_the_standard_library_alone():
    names = set()
    for node in ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    assert names <= set(sys.stdlib_module_names)
    assert os.access(SCRIPT, os.X_OK)


def test_an_older_python_can_read_it_and_is_told():
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))
    program = (
        "import sys, shutil; sys.version_info = (3, 9, 2, 'final', 0); shutil.which = lambda name: None\n"
        f"__file__ = {str(SCRIPT)!r}; sys.argv = ['jichi']\n"
        "exec(compile(open(__file__).read(), __file__, 'exec'))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Python 3.11 or newer" in done.stderr
    assert done.stdout == ""


def test_a_python_without_ensurepip_is_told_what_to_install(clone: Path):
    program = (
        "import sys; sys.modules['ensurepip'] = None\n"
        f"sys.argv = ['jichi', 'setup']; __file__ = {str(clone / 'jichi')!r}\n"
        "exec(compile(open(__file__).read(), __file__, 'exec'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/nonexistent"},
    )
    assert done.returncode == 2
    assert "python3-venv" in done.stderr


def test_a_bundle_without_a_wanted_wheel_fails_and_fetches_nothing(half_set_up):
    clone, done = half_set_up
    assert done.returncode == 2
    assert "could not be installed" in done.stderr
    assert done.stdout == ""
    assert not (clone / ".venv" / ".jichi-lock").exists()


def test_a_wrong_hash_is_refused(clone_with_pip: Path):
    clone = clone_with_pip
    lock = clone / "requirements.lock"
    wheel = clone / "wheels" / "tiny-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    make_wheel(wheel)
    lock.write_text("tiny==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    assert run(clone, "setup").returncode == 2
    lock.write_text(f"tiny==1.0 \\\n    --hash=sha256:{digest(wheel)}\n")
    done = run(clone, "setup")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_a_second_start_installs_nothing(clone_with_pip: Path):
    clone = clone_with_pip
    lock = clone / "requirements.lock"
    wheel = clone / "wheels" / "tiny-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    make_wheel(wheel)
    lock.write_text(f"tiny==1.0 \\\n    --hash=sha256:{digest(wheel)}\n")
    assert "Set up." in run(clone, "setup").stderr
    assert run(clone, "setup").stderr == ""
    lock.write_text(lock.read_text() + "# changed\n")
    assert "Set up." in run(clone, "setup").stderr


def make_wheel(path: Path) -> None:
    import zipfile

    info = "tiny-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("tiny.py", "")
        file.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", f"tiny.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")


def digest(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_bundle_holds_source_locks_wheels_and_checksums(tmp_path: Path, monkeypatch):
    def some_wheels(root: Path, target: Path, lock: str, progress) -> list[Path]:
        target.mkdir()
        wheel = target / "tiny-1.0-py3-none-any.whl"
        make_wheel(wheel)
        return [wheel]

    monkeypatch.setattr(bundling, "fetch_wheels", some_wheels)
    target = tmp_path / "bundle.tar.gz"
    bundling.make_bundle(target, with_tests=False, progress=lambda done, whole: None)
    with tarfile.open(target) as tar:
        tar.extractall(tmp_path / "unpacked", filter="data")
    (top,) = (tmp_path / "unpacked").iterdir()
    for name in (
        "jichi",
        "requirements.lock",
        "requirements-dev.lock",
        "README.md",
        "INSTALL.txt",
        "src/jichi/manifest/__init__.py",
    ):
        assert (top / name).is_file(), name
    assert os.access(top / "jichi", os.X_OK)
    assert list((top / "wheels").glob("*.whl"))
    assert not (top / ".git").exists()
    assert not (top / ".venv").exists()
    sums = dict(reversed(line.split("  ", 1)) for line in (top / "SHA256SUMS").read_text().splitlines())
    files = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    assert set(sums) == files
    assert all(digest(top / name) == value for name, value in sums.items())


def test_a_bundle_is_made_again_from_a_bundle(tmp_path: Path):
    folder = tmp_path / "unpacked"
    for name in (
        "jichi",
        "requirements.lock",
        "src/jichi/__init__.py",
        ".ci/run",
        "wheels/x.whl",
        "var/key",
        "SHA256SUMS",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    found = {path.as_posix() for path in bundling.source_files(folder)}
    assert found == {"jichi", "requirements.lock", "src/jichi/__init__.py", ".ci/run"}
