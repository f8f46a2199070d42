"""The form of a consultation under load, as residents send it: offered at an even rate, over HTTP.

    python -m benchmarks.intake                          SQLite, 100 a second for a minute
    python -m benchmarks.intake --database postgres --rate 200
    python -m benchmarks.intake --kill                   all processes killed in the middle, and started again
    python -m benchmarks.intake --most                   as many as are accepted, without an even rate

The site is served by ``jichi serve`` on this machine beside the generator. A hundred clients with addresses
of their own (one trusted proxy) open the form once and send as it asks: multipart with token, encrypted
contact, one in twenty with an attachment of 1 MB. A sending's time runs from the moment it was due, so that a
server that falls behind is seen to. What is not acknowledged is sent again with the same secret, as a person
does.
Afterwards every acknowledged number must be in the database and on its status page, and no text twice.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import html
import json
import os
import re
import secrets
import shutil
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .http_load import postgres
from .intake_site import Site, audit, environment_of, free_port, installed, served

CLIENTS = 100
CONNECTIONS = 64
BOUNDARY = b"----intake-of-voices"
TEXT = "公園の街灯が暗いので、もう少し明るくしてください。夜に歩くのが不安です。" * 4
LARGE = b"%s\n" % ("公園の明かりについての資料です。" * 20).encode()
ATTACHED = (LARGE * (1_000_000 // len(LARGE) + 1))[: 1_000_000 // len(LARGE) * len(LARGE)]
AGAIN_SECONDS = 0.5
PATIENCE = 60.0
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass
class Client:
    """Somebody with an address, the cookie and the hidden fields of the page she opened."""

    address: str
    cookie: str
    fields: dict[str, str]


@dataclass
class Outcome:
    """What came of a run; times in milliseconds."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    answers: list[tuple[str, str]] = field(default_factory=list)
    again: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def share(self, part: float) -> float:
        """The time within which that part of the sendings was acknowledged."""
        ordered = sorted(self.times) or [0.0]
        return round(ordered[min(int(len(ordered) * part), len(ordered) - 1)], 1)


def clients(port: int, key: str) -> list[Client]:
    """Each opens the form once."""
    found = []
    for number in range(CLIENTS):
        address = f"198.51.100.{number + 1}"
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/consultations/{key}/say/",
            headers={"X-Forwarded-For": address, "Accept-Language": "ja"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            page = answer.read().decode()
            cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
        fields = {name: html.unescape(value) for name, value in _HIDDEN.findall(page)}
        found.append(Client(address, cookie, fields))
    return found


class Load:
    """Sendings at an even rate, over a number of kept connections."""

    def __init__(self, port: int, key: str, people: list[Client]) -> None:
        self.port, self.people = port, people
        self.path = f"/consultations/{key}/say/"
        self.run = secrets.token_hex(4)
        self.outcome = Outcome()
        self.due: asyncio.Queue[tuple[int, float] | None] = asyncio.Queue()

    def marker(self, number: int) -> str:
        """What tells one text from all others."""
        return f"{self.run}-{number}"

    def request(self, number: int, secret: str) -> bytes:
        """One filled form as it goes over the wire."""
        person = self.people[number % len(self.people)]
        values = person.fields | {
            "secret": secret,
            "whole": f"〔{self.marker(number)}〕{TEXT}",
            "may_publish": "yes",
            "f_title": "公園の明かり",
            "f_name": "見本 花子",
            "f_email": f"hanako{number}@example.jp",
            "do": "send",
        }
        parts = [
            b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
            % (BOUNDARY, name.encode(), value.encode())
            for name, value in values.items()
        ]
        name, content = (b"a.txt", ATTACHED) if number % 20 == 7 else (b"", b"")
        head = b'--%b\r\nContent-Disposition: form-data; name="files"; filename="%b"\r\n' % (BOUNDARY, name)
        parts += [head, b"Content-Type: text/plain\r\n\r\n", content, b"\r\n--%b--\r\n" % BOUNDARY]
        body = b"".join(parts)
        lines = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: http://127.0.0.1:{self.port}\r\n"
            f"Cookie: {person.cookie}\r\nX-Forwarded-For: {person.address}\r\nAccept-Language: ja\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY.decode()}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return lines.encode() + body

    async def sender(self) -> None:
        """One connection: sends what is due, one after the other, and again what was not acknowledged."""
        streams: Any = None
        while (job := await self.due.get()) is not None:
            number, at = job
            data = self.request(number, secrets.token_urlsafe(16))
            while True:
                try:
                    streams = streams or await asyncio.open_connection("127.0.0.1", self.port)
                    streams[1].write(data)
                    status, where = await _answer(streams[0])
                except (OSError, asyncio.IncompleteReadError):
                    status, where, streams = "broken off", "", None
                self.outcome.statuses[status] += 1
                if status == "302":
                    self._acknowledged(number, at, where)
                    break
                self.outcome.again.add(self.marker(number))
                if time.perf_counter() - at > PATIENCE or status in {"200", "403", "404"}:
                    self.outcome.lost.append(self.marker(number))
                    break
                await asyncio.sleep(AGAIN_SECONDS)
        if streams:
            streams[1].close()

    def _acknowledged(self, number: int, at: float, where: str) -> None:
        token = where.split("/")[3].split(":")[0]
        told = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))["n"]
        self.outcome.answers.append((self.marker(number), told))
        if self.marker(number) not in self.outcome.again:
            self.outcome.times.append((time.perf_counter() - at) * 1000)

    async def evenly(self, rate: float, seconds: float) -> None:
        """Offer ``rate`` a second."""
        began = time.perf_counter()
        senders = [asyncio.create_task(self.sender()) for _ in range(CONNECTIONS)]
        for number in range(int(rate * seconds)):
            at = began + number / rate
            if (wait := at - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            self.due.put_nowait((number, at))
        await self._end(senders, began)

    async def most(self, seconds: float, connections: int) -> None:
        """Offer the next one as soon as one is acknowledged."""
        began = time.perf_counter()
        senders = [asyncio.create_task(self.sender()) for _ in range(connections)]
        number = 0
        while time.perf_counter() - began < seconds:
            while self.due.qsize() == 0:
                self.due.put_nowait((number, time.perf_counter()))
                number += 1
            await asyncio.sleep(0)
        await self._end(senders, began)

    async def _end(self, senders: list[asyncio.Task[None]], began: float) -> None:
        for _ in senders:
            self.due.put_nowait(None)
        await asyncio.gather(*senders)
        self.outcome.seconds = time.perf_counter() - began


async def _answer(reader: asyncio.StreamReader) -> tuple[str, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    if "content-length" in headers:
        await reader.readexactly(int(headers["content-length"]))
    elif "chunked" in headers.get("transfer-encoding", ""):
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    place = re.search(r"\r\nlocation: ([^\r]*)", head, re.IGNORECASE)
    return head[9:12], place[1] if place else ""


# --- one run ---------------------------------------------------------------------------------------


async def _kill_in_the_middle(site: Site, after: float) -> None:
    await asyncio.sleep(after)
    site.kill()
    print("killed: every process of the site", flush=True)
    took = await asyncio.to_thread(site.start)
    print(f"started again in {took:.1f} s", flush=True)


async def _run(site: Site, load: Load, options: argparse.Namespace) -> None:
    killing = None
    if options.kill:
        killing = asyncio.create_task(_kill_in_the_middle(site, options.seconds / 2))
    if options.most:
        await load.most(options.seconds, options.connections)
    else:
        await load.evenly(options.rate, options.seconds)
    if killing:
        await killing


def status_pages(port: int, answers: list[tuple[str, str]], most: int) -> list[str]:
    """The markers whose status page does not open, of ``most`` acknowledged ones spread over the run."""
    chosen = answers[:: max(1, len(answers) // most)]
    closed = []
    for place, (marker, number) in enumerate(chosen):
        # Twenty look-ups a minute and address are allowed.
        address = f"203.0.113.{place // 10 % 250 + 1}"
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/receipt/{number}/", headers={"X-Forwarded-For": address}
        )
        with suppress(OSError), urllib.request.urlopen(request, timeout=30) as answer:
            if answer.status == 200:
                continue
        closed.append(marker)
    return closed


def measure(home: Path, database: str, options: argparse.Namespace) -> bool:
    """One run; prints what came of it and says whether it holds."""
    port = free_port()
    environment = environment_of(home, port, database)
    if options.copy:
        shutil.copytree(options.copy, home, dirs_exist_ok=True)
    key = (home / "key").read_text() if options.copy else installed(environment)
    serving = ["--workers", str(options.workers), "--threads", str(options.threads)]
    with served(environment, port, serving) as site:
        load = Load(port, key, clients(port, key))
        before, load_before = site.cpu(), os.getloadavg()[0]
        asyncio.run(_run(site, load, options))
        used = {name: value - before[name] for name, value in site.cpu().items()}
        closed = status_pages(port, load.outcome.answers, options.pages)
    outcome, count = load.outcome, len(load.outcome.answers)
    print(f"load average {load_before:.1f} before, {os.getloadavg()[0]:.1f} after; {os.cpu_count()} cores")
    print(f"acknowledged {count} in {outcome.seconds:.1f} s: {count / outcome.seconds:.1f} a second")
    print("ms until acknowledged: " + ", ".join(f"p{p} {outcome.share(p / 100)}" for p in (50, 95, 99, 100)))
    print(f"answers {dict(outcome.statuses)}; sent again {len(outcome.again)}; given up {len(outcome.lost)}")
    if not options.kill:
        each = used["serving"] / max(count, 1) * 1000
        print(f"processor time: {each:.2f} ms a submission; the other processes {used['other']:.1f} s")
    found = audit(home, environment, outcome.answers)
    print(f"in the database {found['voices']} voices; acknowledged and missing", end=" ")
    print(f"{len(found['acknowledged_and_missing'])}; twice {len(found['twice'])}", end="; ")
    print(f"status pages that do not open: {len(closed)} of {min(count, options.pages)} looked at")
    for row in found["conservation"]:
        print("  " + row)
    return not (found["acknowledged_and_missing"] or found["twice"] or closed or outcome.lost)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.intake", description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--kill", action="store_true", help="kill all processes in the middle")
    parser.add_argument("--most", action="store_true", help="as many as are accepted")
    parser.add_argument("--connections", type=int, default=16, help="at once, with --most")
    parser.add_argument("--pages", type=int, default=400, help="status pages to look at afterwards")
    parser.add_argument("--copy", help="SQLite: a folder made by benchmarks.intake_site, with its key")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jichi-intake-") as folder:
        if options.database == "sqlite":
            held = measure(Path(folder), "", options)
        else:
            with postgres() as address:
                if address is None:
                    sys.exit("PostgreSQL's wheel is not installed (./jichi test installs it).")
                held = measure(Path(folder), address, options)
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
