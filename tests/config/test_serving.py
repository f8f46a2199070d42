"""One tree of processes: started, watched, restarted and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest

from .conftest import Installation

PATIENCE = 300.0  # a machine may be busy with other tests


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def within(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


class Site:
    """A served installation."""

    def __init__(self, installation: Installation, *options: str) -> None:
        self.port = free_port()
        self.log = installation.home.parent / "serve.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                installation.command("serve", "--port", str(self.port), *options),
                env=installation.env(),
                cwd=installation.home.parent,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        self.tree: list[psutil.Process] = []

    def status(self, path: str = "/livez") -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            status = error.code
            error.close()
            return status
        except (urllib.error.URLError, OSError):
            return 0

    def remember(self) -> list[psutil.Process]:
        self.tree = [
            psutil.Process(self.process.pid),
            *psutil.Process(self.process.pid).children(recursive=True),
        ]
        return self.tree

    def child(self, name: str) -> psutil.Process:
        for process in psutil.Process(self.process.pid).children():
            if f"serving.{name}" in " ".join(process.cmdline()):
                return process
        raise AssertionError(f"{name} does not run")

    def alive(self) -> list[psutil.Process]:
        return [one for one in self.tree if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]

    def end(self) -> str:
        for process in self.remember() if self.process.poll() is None else self.tree:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait(60)
        return self.log.read_text()[-2000:]


@pytest.fixture
def site(installation: Installation) -> Iterator[Site]:
    served = Site(installation)
    try:
        assert within(lambda: served.status() == 200), served.end()
        served.remember()
        yield served
    finally:
        served.end()


def test_one_command_serves_pages_files_and_health(site: Site):
    assert site.status("/readyz") == 200
    assert site.status("/") == 200
    assert site.status("/no-such-page/") == 404
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/", timeout=60) as answer:
        page = answer.read().decode()
    sheet = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    request = urllib.request.Request(
        f"http://127.0.0.1:{site.port}{sheet}", headers={"Accept-Encoding": "gzip"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_stops_the_whole_tree(site: Site, number: int):
    os.kill(site.process.pid, number)
    assert site.process.wait(PATIENCE) == 0
    assert within(lambda: not site.alive(), 15)


def test_no_orphan_is_left_when_the_supervisor_is_killed(site: Site):
    site.process.kill()
    assert within(lambda: not site.alive()), [one.cmdline() for one in site.alive()]
    assert site.status() == 0


def test_a_killed_worker_is_started_again(site: Site):
    first = site.child("worker")
    first.kill()
    assert within(
        lambda: any("serving.worker" in " ".join(p.cmdline()) and p.pid != first.pid for p in running(site))
    )
    assert site.status() == 200


def test_a_killed_server_master_leaves_nobody_serving_and_comes_back(site: Site):
    master = site.child("web")
    workers = master.children()
    master.kill()
    assert within(lambda: not any(one.is_running() for one in workers)), "orphans go on serving"
    assert within(lambda: site.status() == 200 and site.child("web").pid != master.pid)


def running(site: Site) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return [
            one for one in psutil.Process(site.process.pid).children() if one.status() != psutil.STATUS_ZOMBIE
        ]
    return []


def test_a_port_in_use_is_one_message(installation: Installation):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = installation.run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "Choose another with --port" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_outer_zone_serves_public_routes_alone_and_no_worker(installation: Installation):
    served = Site(installation, "--zone", "outer")
    try:
        assert within(lambda: served.status() == 200), served.end()
        assert served.status("/") == 200
        assert [served.status(path) for path in ("/admin/", "/accounts/login/", "/staff/")] == [404] * 3
        assert not any("serving.worker" in " ".join(one.cmdline()) for one in running(served))
    finally:
        served.end()
