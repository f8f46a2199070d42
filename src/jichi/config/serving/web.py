"""The web server: granian with WSGI workers.

Run by the supervisor as ``python -m jichi.config.serving.web``.
"""

from __future__ import annotations

import argparse
import os

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from jichi.city.limiting import PROCESSES

from .parent import die_with_parent


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until told to stop. A worker that fails is replaced; one that hangs is ended after 5 s."""
    # Inherited by the processes granian starts: each of them sees only its share of the callers.
    os.environ[PROCESSES] = str(workers)
    Granian(
        "jichi.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        backlog=512,
        backpressure=256,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()


def main() -> None:
    """Read the supervisor's options and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    options = parser.parse_args()
    die_with_parent()
    serve(host=options.host, port=options.port, workers=options.workers, threads=options.threads)


if __name__ == "__main__":
    main()
