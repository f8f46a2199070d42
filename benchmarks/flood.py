"""How long the ministry's flood takes to come in, and how long others wait meanwhile to be heard.

    python -m benchmarks.flood [--size 207850] [--rate 100] [--no-kill]

A fresh SQLite installation as ``jichi serve`` runs it (WAL, synchronous=FULL). The file (texts of
:func:`benchmarks.floods.ministry_flood`, half of the rows with a name and a mail address) is imported by one
process, while another sends ``--rate`` voices a second through ``receive``, every second one with a contact;
its times run from the moment each was due. The import is killed (SIGKILL) once near a third and resumed.
Targets: 120 s, 1 GB, 95 % of those sent meanwhile received within 300 ms; nothing lost, nothing doubled.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEGABYTES, MILLISECONDS = 120.0, 1000, 300.0
THREADS = 6


# --- the parts, each a process of its own -------------------------------------------------------------------
def write_file(home: Path, size: int) -> None:
    """The flood as a CSV file."""
    from .floods import ministry_flood

    flood = ministry_flood(size)
    with (home / "flood.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["受付ID", "受付日", "方法", "氏名", "メール", "意見", "公表可否"])
        for number, (name, text) in enumerate(zip(flood.ids, flood.texts, strict=True)):
            who = (f"見本 {number}", f"m{number}@example.jp") if number % 2 else ("", "")
            rows.writerow([name, "2026-06-15", "web", *who, text, "可"])


def set_up(home: Path) -> dict[str, Any]:
    """A database with one office and one desk."""
    from django.core.management import call_command

    from jichi.city.models import Department
    from jichi.voices.models import Desk

    call_command("migrate", verbosity=0)
    office = Department.objects.create(key="planning", name="企画課")
    desk = Desk.objects.create(
        key="flood",
        mechanism="consultations",
        context="consultations.consultation:flood",
        title="計画（案）への意見",
        department=office,
    )
    return {"desk": desk.pk}


def take_in(home: Path) -> dict[str, Any]:
    """The import; tells what it took and how long it held the database at once."""
    from jichi.city.viewers import system_viewer
    from jichi.voices.models import Desk
    from jichi.voices.services import batches

    held: list[float] = []
    inner = batches._take_in

    def timed(*given: Any) -> bool:
        started = time.perf_counter()
        try:
            return inner(*given)
        finally:
            held.append(time.perf_counter() - started)

    batches._take_in = timed
    started = time.perf_counter()
    viewer, desk = system_viewer("demo"), Desk.objects.get(key="flood")
    content = (home / "flood.csv").read_bytes()
    batch = batches.bring_file(
        viewer=viewer, desk_id=desk.pk, channel="web", name="flood.csv", content=content
    )
    del content
    brought = time.perf_counter() - started
    before = batch.done

    def progress(done: int, whole: int) -> None:
        (home / "progress").write_text(f"{done} {whole}")

    batch = batches.continue_batch(viewer=viewer, batch_id=batch.pk, progress=progress)
    return {
        "seconds": time.perf_counter() - started,
        "brought": brought,
        "from": before,
        "rows": batch.done - before,
        "received": batch.received,
        "known": batch.known,
        "problems": batch.problem_count,
        "held_median": statistics.median(held) * 1000 if held else 0.0,
        "held_p95": sorted(held)[int(len(held) * 0.95)] * 1000 if held else 0.0,
        "held_most": max(held, default=0.0) * 1000,
        "processor": time.process_time(),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def send(home: Path, rate: float) -> dict[str, Any]:
    """Those who send one voice each meanwhile, until the file ``stop`` is there."""
    from django.db import connection

    from jichi.city.viewers import system_viewer
    from jichi.voices.models import Desk
    from jichi.voices.services.receiving import receive

    viewer, desk = system_viewer("intake"), Desk.objects.get(key="flood").pk
    times: list[float] = []
    failed: list[str] = []
    numbers: list[str] = []
    lock, begun = threading.Lock(), time.perf_counter()
    next_one = iter(range(10**9))

    def one_after_another() -> None:
        while not (home / "stop").exists():
            with lock:
                number = next(next_one)
            due = begun + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            contact = {"name": "見本", "email": f"s{number}@example.jp"} if number % 2 else None
            try:
                receipt = receive(
                    viewer=viewer,
                    desk_id=desk,
                    channel="web",
                    text=f"その間に届いた意見 {number}",
                    contact=contact,
                    intake_key=f"bench:{number}",
                )
                numbers.append(receipt.number)
            except Exception as problem:
                failed.append(f"{type(problem).__name__}: {problem}")
            times.append(time.perf_counter() - due)
        connection.close()

    crew = [threading.Thread(target=one_after_another) for _ in range(THREADS)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    ordered = sorted(times)
    return {
        "sent": len(times),
        "failed": len(failed),
        "why": sorted(set(failed))[:3],
        "receipts": len(set(numbers)),
        "median": statistics.median(ordered) * 1000,
        "p95": ordered[int(len(ordered) * 0.95)] * 1000,
        "p99": ordered[int(len(ordered) * 0.99)] * 1000,
        "most": ordered[-1] * 1000,
    }


def prove(home: Path) -> dict[str, Any]:
    """What is there afterwards, counted by rows and by the triggers' tally."""
    from django.db.models import Count, Sum

    from jichi.voices.models import Contact, IntakeBatch, Original, Tally, Voice

    batch = IntakeBatch.objects.get()
    return {
        "voices": Voice.objects.count(),
        "of_file": Voice.objects.filter(batch=batch).count(),
        "originals": Original.objects.count(),
        "contacts": Contact.objects.count(),
        "tally": Tally.objects.aggregate(all=Sum("received"))["all"],
        "keys": Voice.objects.aggregate(all=Count("intake_key", distinct=True))["all"],
        "database_megabytes": (home / "jichi.sqlite3").stat().st_size // 2**20,
    }


# --- all together -------------------------------------------------------------------------------------------
def _part(home: Path, name: str, *more: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "JICHI_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "jichi.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "JICHI_LOG_LEVEL": "ERROR",
    }
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "benchmarks.flood", "--part", name, "--home", str(home), *more]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _told(part: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = part.communicate()
    if part.returncode:
        raise SystemExit(f"a part of the benchmark failed with code {part.returncode}")
    found: dict[str, Any] = json.loads(out or "{}")
    return found


def _killed_near(home: Path, part: subprocess.Popen[str], share: float) -> bool:
    """Kill the import when it is that far; False where it ended before."""
    while part.poll() is None:
        try:
            done, whole = map(int, (home / "progress").read_text().split())
        except (OSError, ValueError):
            done, whole = 0, 1
        if done >= share * whole:
            part.send_signal(signal.SIGKILL)
            part.communicate()
            return True
        time.sleep(0.05)
    return False


def measure(home: Path, size: int, rate: float, kill: bool) -> None:
    """Run all and print it."""
    _told(_part(home, "file", "--size", str(size)))
    _told(_part(home, "setup"))
    sender = _part(home, "send", "--rate", str(rate)) if rate else None
    time.sleep(3 if sender else 0)
    started = time.perf_counter()
    first = _part(home, "import")
    stopped = kill and _killed_near(home, first, 0.33)
    last = _told(_part(home, "import") if stopped else first)
    seconds = time.perf_counter() - started
    (home / "stop").touch()
    sent = _told(sender) if sender else {"sent": 0, "failed": 0, "receipts": 0}
    there = _told(_part(home, "prove"))
    _report(size, rate, seconds, stopped, last, sent, there)


def _report(size: int, rate: float, seconds: float, killed: bool, last: Any, sent: Any, there: Any) -> None:
    def verdict(holds: bool) -> str:
        return "holds" if holds else "MISSED"

    print(f"{size:,} voices from a file, {rate:g} a second sent meanwhile, SQLite")
    again = f" (killed once and resumed at row {last['from']:,})" if killed else ""
    print(f"  import {seconds:.1f} s{again}; target {SECONDS:.0f} s: {verdict(seconds <= SECONDS)}")
    print(
        f"  memory {last['megabytes']:,} MB; target {MEGABYTES:,}: {verdict(last['megabytes'] <= MEGABYTES)};"
        f" the import's processor time {last['processor']:.1f} s"
    )
    print(
        f"  database held by a chunk: median {last['held_median']:.0f} ms, 95 % {last['held_p95']:.0f},"
        f" most {last['held_most']:.0f}"
    )
    if sent["sent"]:
        print(
            f"  sent meanwhile {sent['sent']:,}, failed {sent['failed']} {sent['why'] or ''}: median"
            f" {sent['median']:.0f} ms, 95 % {sent['p95']:.0f} ms (target {MILLISECONDS:.0f}:"
            f" {verdict(sent['p95'] <= MILLISECONDS)}), 99 % {sent['p99']:.0f}, most {sent['most']:.0f}"
        )
    whole = size + sent["receipts"]
    right = there["voices"] == there["originals"] == there["tally"] == there["keys"] == whole
    print(
        f"  afterwards {there['voices']:,} voices, {there['of_file']:,} of the file, tally"
        f" {there['tally']:,},"
        f" {there['contacts']:,} contacts, {there['database_megabytes']:,} MB: nothing lost, nothing doubled"
        f" {verdict(right and there['of_file'] == size)}"
    )


PARTS = {"setup": set_up, "import": take_in, "prove": prove}


def main() -> None:
    """All of it, or one part in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=207_850)
    parser.add_argument("--rate", type=float, default=100.0)
    parser.add_argument("--no-kill", action="store_true")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part is None:
        with tempfile.TemporaryDirectory(prefix="jichi-flood-") as name:
            measure(Path(name), options.size, options.rate, not options.no_kill)
        return
    if options.part == "file":
        write_file(options.home, options.size)
        return
    import django

    django.setup()
    done = send(options.home, options.rate) if options.part == "send" else PARTS[options.part](options.home)
    print(json.dumps(done))


if __name__ == "__main__":
    main()
