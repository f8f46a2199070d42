"""An archive from which a machine without internet installs, upgrades and tests."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import jichi
from jichi import __version__

RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"
SKIPPED = {"var", "wheels", "node_modules", "dist", "__pycache__"}

INSTALL = """\
Jichi {version}: installing without internet
=============================================

This archive holds the program and every package it needs, for Python {python} on {platform}.
The machine needs Python {python} with its venv module, and nothing else.

Verify       sha256sum --check --quiet SHA256SUMS
Try          ./jichi demo                  (a demonstration, on this machine only)
Install      JICHI_HOME=/srv/jichi ./jichi init --pack kawasaki --email you@example.jp
             JICHI_HOME=/srv/jichi ./jichi serve
Upgrade      unpack the new archive beside the old one, stop the site, and then, in the new folder:
             JICHI_HOME=/srv/jichi ./jichi backup     (in the old folder, with the old version)
             JICHI_HOME=/srv/jichi ./jichi migrate
             JICHI_HOME=/srv/jichi ./jichi check
             JICHI_HOME=/srv/jichi ./jichi serve
Test         ./jichi test                  {tests}

Everything else is in docs/operations.md.
"""


class BundleProblem(Exception):
    """The bundle cannot be made; the message says why."""


Progress = Callable[[int, int], None]


def source_root() -> Path:
    """The folder with the program's source and locks.

    Raises:
        BundleProblem: if this is an installed package without them.
    """
    root = Path(jichi.__file__).resolve().parents[2]
    if not (root / "jichi").is_file() or not (root / RUNTIME).is_file():
        raise BundleProblem("A bundle is made from a clone of the repository or from another bundle.")
    return root


def source_files(root: Path) -> Iterator[Path]:
    """Every file that belongs to the source: what git knows, or else all but what a run makes."""
    if (root / ".git").exists() and shutil.which("git"):
        command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode == 0:
            names = sorted(set(done.stdout.decode().split("\0")) - {""})
            yield from (Path(name) for name in names if (root / name).is_file())
            return
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if n not in SKIPPED and (not n.startswith(".") or n == ".ci"))
        for file in sorted(files):
            path = Path(folder, file).relative_to(root)
            if path.name not in {"SHA256SUMS", "INSTALL.txt", ".jichi-setup"} and path.suffix != ".pyc":
                yield path


def pinned(lock: Path) -> int:
    """How many packages a lock names (some only for other systems)."""
    return len(re.findall(r"^[A-Za-z0-9][^=\n]*==", lock.read_text(encoding="ascii"), re.M))


def _pip() -> tuple[list[str], Path | None]:
    """A pip to download with: this environment's, or that of a fresh one (uv's environments have none)."""
    have = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False)
    if have.returncode == 0:
        return [sys.executable, "-m", "pip"], None
    folder = Path(tempfile.mkdtemp(prefix="jichi-pip-"))
    venv.create(folder, with_pip=True)
    return [str(folder / "bin" / "python"), "-m", "pip"], folder


def fetch_wheels(root: Path, target: Path, lock: str, progress: Progress) -> list[Path]:
    """Put the wheels of a lock into ``target``, each verified by its hash.

    From the package index, or from the bundle this is itself.
    """
    target.mkdir(parents=True, exist_ok=True)
    pip, scratch = _pip()
    source = ["--no-index", "--find-links", str(root / "wheels")] if (root / "wheels").is_dir() else []
    command = [*pip, "download", "-q", "--disable-pip-version-check", "--no-input", "--no-deps"]
    command += [
        "--only-binary",
        ":all:",
        "--require-hashes",
        *source,
        "-d",
        str(target),
        "-r",
        str(root / lock),
    ]
    try:
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        whole = pinned(root / lock)
        while running.poll() is None:
            progress(min(len(list(target.glob("*.whl"))), whole - 1), whole)
            time.sleep(0.3)
        _, words = running.communicate()
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
    if running.returncode != 0:
        last = words.strip().splitlines()[-1:] or ["no message"]
        raise BundleProblem(f"The packages could not be fetched: {last[0]}")
    return sorted(target.glob("*.whl"))


def platform_name() -> str:
    """What a bundle's wheels are for: system, processor and Python."""
    return (
        f"{platform.system().lower()}-{platform.machine()}-py{sys.version_info.major}{sys.version_info.minor}"
    )


def make_bundle(target: Path, *, with_tests: bool, progress: Progress) -> int:
    """Write the archive; returns how many files it holds.

    Raises:
        BundleProblem: if the packages cannot be fetched or this is no source tree.
    """
    root = source_root()
    top = f"jichi-{__version__}"
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bundle-") as scratch:
        folder = Path(scratch)
        lock = DEVELOPMENT if with_tests else RUNTIME
        wheels = fetch_wheels(root, folder / "wheels", lock, progress)
        text = folder / "INSTALL.txt"
        text.write_text(
            INSTALL.format(
                version=__version__,
                python=f"{sys.version_info.major}.{sys.version_info.minor}",
                platform=f"{platform.system()} {platform.machine()}",
                tests="" if with_tests else "(needs a bundle made with --with-tests)",
            ),
            encoding="utf-8",
        )
        members = [(path.as_posix(), root / path) for path in source_files(root)]
        members += [(f"wheels/{path.name}", path) for path in wheels] + [("INSTALL.txt", text)]
        sums = folder / "SHA256SUMS"
        with sums.open("w", encoding="utf-8") as file:
            for name, path in members:
                with path.open("rb") as content:
                    file.write(f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {name}\n")
        members.append(("SHA256SUMS", sums))
        part = folder / "part"
        with tarfile.open(part, "w:gz", compresslevel=1) as tar:
            for name, path in members:
                tar.add(path, f"{top}/{name}", filter=_plain)
        part.replace(target)
    return len(members)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.mode & 0o100 else 0o644
    return member
