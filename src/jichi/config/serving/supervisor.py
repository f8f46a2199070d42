"""One tree of processes: web server and worker, started, watched, restarted and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import structlog

import jichi

from .parent import SUPERVISED

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
HEALTHY_SECONDS = 60.0
STOP_SECONDS = 15.0

_log = structlog.get_logger("jichi.supervisor")


class CannotServe(Exception):
    """The site cannot be started; the message says why."""


@dataclass(slots=True, kw_only=True)
class Child:
    """A process of the tree. ``vital``: without it from the start there is nothing to serve."""

    name: str
    command: Sequence[str]
    vital: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    restart_at: float = field(default=0.0)
    restarts: int = 0

    def start(self, environment: dict[str, str]) -> None:
        """Start the process; it watches us and ends when we do."""
        self.process = subprocess.Popen(self.command, env=environment)
        self.started = time.monotonic()

    def poll(self) -> int | None:
        """The exit code of a process that has ended."""
        return self.process.poll() if self.process is not None else None


def environment_of_children() -> dict[str, str]:
    """Our environment, with where Jichi lies and the sign that they have a supervisor."""
    source = str(Path(jichi.__file__).resolve().parent.parent)
    path = os.pathsep.join(part for part in (source, os.environ.get("PYTHONPATH", "")) if part)
    return {**os.environ, "PYTHONPATH": path, SUPERVISED: "1"}


def web(*, host: str, port: int, workers: int, threads: int) -> Child:
    """The web server as a child."""
    options = {"--host": host, "--port": port, "--workers": workers, "--threads": threads}
    arguments = [str(part) for pair in options.items() for part in pair]
    return Child(
        name="web", command=[sys.executable, "-m", "jichi.config.serving.web", *arguments], vital=True
    )


def worker() -> Child:
    """The worker as a child."""
    return Child(name="worker", command=[sys.executable, "-m", "jichi.config.serving.worker"])


def require_free(host: str, port: int) -> None:
    """Raise :class:`CannotServe` if the address cannot be listened at."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise CannotServe(
                f"{host} port {port} cannot be used ({problem.strerror}). Choose another with --port."
            ) from problem


def answers(host: str, port: int) -> bool:
    """Whether something listens there."""
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


class Supervisor:
    """Keeps its children running until a signal says stop."""

    def __init__(self, children: Sequence[Child], *, on_ready: Callable[[], bool] | None = None) -> None:
        self.children = list(children)
        self.on_ready = on_ready
        self._stopping = False

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def run(self) -> None:
        """Start all, watch, and return when stopped.

        Raises:
            CannotServe: if a vital child ends before it was ever healthy.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        environment = environment_of_children()
        try:
            for child in self.children:
                child.start(environment)
            while not self._stopping:
                for child in self.children:
                    self._tend(child, environment)
                if self.on_ready is not None and self.on_ready():
                    self.on_ready = None
                time.sleep(0.1)
        finally:
            self._stop_children()

    def _tend(self, child: Child, environment: dict[str, str]) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.restart_at:
                child.restarts += 1
                child.start(environment)
            return
        code = child.poll()
        if code is None:
            if now - child.started > HEALTHY_SECONDS:
                child.pause = FIRST_PAUSE
            return
        if child.vital and child.restarts == 0 and self.on_ready is not None:
            raise CannotServe(
                f"The {child.name} process ended at once (code {code}); the log above says why."
            )
        _log.error("process ended", process=child.name, code=code, again_in_seconds=child.pause)
        child.process = None
        child.restart_at = now + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _stop_children(self) -> None:
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
