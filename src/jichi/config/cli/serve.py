"""``jichi serve``."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from pathlib import Path

import click

from jichi.config.serving.lock import site_runs
from jichi.config.serving.supervisor import CannotServe, Supervisor, answers, require_free, web, worker

from .console import Failure, progress, say
from .start import require_installation, start_django

WORKERS, THREADS = 2, 2
"""Measured on two cores (docs/operations.md): more processes or threads gain nothing there."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def prepare_static_files() -> None:
    """Build the static files unless they are built."""
    from jichi.config import statics  # deferred: start-up

    if not statics.is_built():
        with progress("Static files") as report:
            statics.build(report)


def run_site(
    *,
    home: Path,
    host: str,
    port: int,
    workers: int,
    threads: int,
    with_worker: bool,
    on_ready: Callable[[], None],
) -> None:
    """Serve until stopped; ``on_ready`` is called once when the site answers."""
    try:
        require_free(host, port)
        children = [web(host=host, port=port, workers=workers, threads=threads)]
        if with_worker:
            children.append(worker())

        def ready() -> bool:
            if not answers("127.0.0.1" if host in {"0.0.0.0", "localhost"} else host, port):  # noqa: S104
                return False
            on_ready()
            return True

        with site_runs(home):
            Supervisor(children, on_ready=ready).run()
    except CannotServe as problem:
        raise Failure(str(problem)) from problem
    say("Stopped.")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers", default=WORKERS, show_default=True, type=click.IntRange(1, 64), help="Server processes."
)
@click.option(
    "--threads", default=THREADS, show_default=True, type=click.IntRange(1, 64), help="Threads in each."
)
@click.option(
    "--zone", type=click.Choice(["all", "outer", "inner"]), help="What to serve; default: JICHI_ZONE."
)
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=None,
    help="Also run the worker; default: not in zone outer.",
)
def command(
    host: str, port: int, workers: int, threads: int, zone: str | None, with_worker: bool | None
) -> None:
    """Run the site: web server and worker as one tree of processes.

    Stops with SIGTERM or Ctrl-C. In the outer zone only routes declared public exist. Behind a reverse proxy
    set JICHI_TRUSTED_PROXIES and JICHI_BASE_URL.
    """
    if zone:
        os.environ["JICHI_ZONE"] = zone
    environment = start_django()
    if environment.demo and not is_loopback(host):
        raise Failure("JICHI_DEMO is on: demonstration sign-ins are served on this machine only (127.0.0.1).")
    require_installation()
    prepare_static_files()
    run_site(
        home=environment.home,
        host=host,
        port=port,
        workers=workers,
        threads=threads,
        with_worker=environment.zone != "outer" if with_worker is None else with_worker,
        on_ready=lambda: say(
            f"Jichi answers at http://{host}:{port}/ (zone: {environment.zone}). Stop with Ctrl-C."
        ),
    )
