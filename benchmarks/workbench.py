"""How long after a flood its opinions stand in the workbench, and how quick the lists are then.

    python -m benchmarks.workbench [--size 207850] [--rate 20]

A fresh SQLite installation as ``jichi serve`` runs it (WAL, synchronous=FULL), filled with the ministry's
flood (:func:`benchmarks.floods.ministry_flood`). Timed are dividing, sets of the same and nearly the same,
paraphrases, topics, and then queries of the lists, 40 times each. Meanwhile another process sends ``--rate``
voices a second, each timed from the moment it was due. Targets: identical and near sets within 60 s,
paraphrases and topics within 120 s more, lists 200 ms, what is sent meanwhile received within 300 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 40
_BATCH = 2000


def fill(size: int) -> Any:
    """A desk with the flood, undivided; gives the desk."""
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone

    from jichi.city.models import City, Department
    from jichi.voices.models import Desk, Original, Voice

    from .floods import ministry_flood

    call_command("migrate", verbosity=0)
    City.objects.create(id=1, code="999991", name="見本市", pack="mihon", is_sample=True)
    office = Department.objects.create(key="planning", name="企画課", kind="section")
    desk = Desk.objects.create(
        key="flood",
        mechanism="consultations",
        context="consultations.consultation:flood",
        title="計画（案）への意見",
        department=office,
    )
    flood, now = ministry_flood(size), timezone.now()
    for start in range(0, size, _BATCH):
        some = flood.texts[start : start + _BATCH]
        with transaction.atomic():
            voices = Voice.objects.bulk_create(
                Voice(
                    desk=desk, department=office, intake_key=f"f{start + at}", channel="web", received_at=now
                )
                for at in range(len(some))
            )
            Original.objects.bulk_create(
                Original(voice=voice, text=text, salt=b"0" * 16, checksum="0" * 64)
                for voice, text in zip(voices, some, strict=True)
            )
    return desk


def send(desk_id: int, rate: float) -> None:
    """Send voices until standard input is closed, then print the milliseconds that each took."""
    import select

    from jichi.city.viewers import system_viewer
    from jichi.voices.services import receive

    viewer, took, number = system_viewer("intake"), [], 0
    begin = time.monotonic()
    while not select.select([sys.stdin], [], [], max(0.0, begin + number / rate - time.monotonic()))[0]:
        receive(
            viewer=viewer, desk_id=desk_id, channel="web", text=f"図書館を増やしてください。{number % 50}"
        )
        took.append(1000 * (time.monotonic() - begin - number / rate))
        number += 1
    print(json.dumps(took))


def timed(what: str, work: Callable[[], object]) -> float:
    """Do it once and print how long it took."""
    started = time.perf_counter()
    done = work()
    seconds = time.perf_counter() - started
    print(f"  {what:46s} {seconds:8.2f} s   {done if isinstance(done, str) else ''}", flush=True)
    return seconds


def often(what: str, work: Callable[[], object]) -> None:
    """Do it many times and print the median and the 95th of a hundred."""
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - started))
    tail = statistics.quantiles(took, n=20)[-1]
    print(f"  {what:46s} {statistics.median(took):8.1f} ms  p95 {tail:.1f} ms", flush=True)


def _stages(desk: Any) -> None:
    from jichi.city.viewers import system_viewer
    from jichi.voices.services import dividing, grouping, paraphrasing, topics

    worker = system_viewer("worker")

    def divided() -> str:
        done = dividing.divide_new(viewer=worker, desk_id=desk.pk)
        return f"{done.voices:,} voices, {done.opinions:,} opinions, {done.wordings:,} texts"

    def near() -> str:
        run = grouping.group_near(viewer=worker, desk_id=desk.pk)
        return f"{run.seen:,} texts in {run.found:,} sets"

    embedder = paraphrasing.embedder_of_desk()

    def meant() -> str:
        links = paraphrasing.paraphrases_by(embedder)
        run = grouping.group_by_meaning(viewer=worker, desk_id=desk.pk, paraphrases=links)
        return f"{run.found:,} sets"

    def found() -> str:
        run = topics.find_desk_topics(viewer=worker, desk_id=desk.pk, embedder=embedder)
        return f"{run.found:,} topics of {run.seen:,} sets"

    first = timed("divide", divided) + timed("the same and nearly the same", near)
    print(f"  in the workbench after {first:.1f} s (target 60)", flush=True)
    then = timed("in other words", meant) + timed("topics", found)
    print(f"  paraphrases and topics {then:.1f} s later (target 120)", flush=True)


def _lists(desk: Any) -> None:
    from jichi.city.viewers import system_viewer
    from jichi.voices import queries, services

    viewer = system_viewer("demo")
    often("first page of the sets", lambda: list(queries.sets_for(viewer, desk)[:50]))
    topic = queries.topics_of(viewer, desk)[0]
    often("topics with their numbers", lambda: queries.topics_of(viewer, desk))
    often("sets of one topic", lambda: list(queries.sets_for(viewer, desk, topic=topic.topic)[:50]))
    largest = queries.sets_for(viewer, desk).order_by("-wordings")[0]
    often("texts of the set with most texts", lambda: list(queries.wordings_of(viewer, largest)[:50]))
    words = queries.SetFilters(text="反対")
    often("search in all texts", lambda: list(queries.sets_for(viewer, desk, filters=words)[:50]))
    often("how far the work has come", lambda: queries.standing_of(desk))
    ids = list(queries.undecided_wordings(viewer, desk).values_list("pk", flat=True))

    def decided() -> str:
        done = services.decide_many(viewer=viewer, wording_ids=ids, decision="shown")
        return f"{done.done:,} texts; {len(done.left):,} to be looked at one by one"

    timed("decide all texts at once", decided)
    often("first page of public opinions", lambda: list(queries.public_sets(desk)[:50]))
    often("search in public opinions", lambda: list(queries.public_sets(desk, text="反対")[:50]))
    often("opinions like what is typed", lambda: queries.hints(desk, "再利用に反対します"))


def run(size: int, rate: float) -> None:
    """Fill, work, look."""
    print(f"{size:,} voices", flush=True)
    kept: list[Any] = []
    timed("fill", lambda: kept.append(fill(size)))
    desk = kept[0]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    others = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.workbench", "--send", str(desk.pk), "--rate", str(rate)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    _stages(desk)
    told, _ = others.communicate()
    took = json.loads(told)
    tail = statistics.quantiles(took, n=20)[-1]
    print(f"  meanwhile {len(took)} received: p95 {tail:.0f} ms, longest {max(took):.0f} ms (target 300)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak of memory {peak:.0f} MB, {before:.0f} MB after filling", flush=True)
    _lists(desk)


def main() -> None:
    """Read the options; work in a scratch place of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=207_850)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--send", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT / "src"))
    with tempfile.TemporaryDirectory(prefix="jichi-workbench-") as folder:
        os.environ.setdefault("JICHI_HOME", folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "jichi.config.settings"
        os.environ["JICHI_LOG_LEVEL"] = "WARNING"
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # as the worker's process apart has it
            os.environ.setdefault(name, "1")
        import django

        django.setup()
        if options.send:
            send(options.send, options.rate)
        else:
            run(options.size, options.rate)


if __name__ == "__main__":
    main()
