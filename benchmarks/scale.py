"""The same grouping on one machine and over an engine: equal or not, how long, and how much is sent.

    python -m benchmarks.scale [--texts 100000] [--partitions 8] [--seed 1] [--remote sc://127.0.0.1:15002]

The texts are those of ``benchmarks.floods``. Contenders, each in a process of its own:

    one machine   ``group`` with one thread
    local         ``LocalEngine``: the stages of the engine in one process, which shows what they cost without
                  an engine, and the bytes that each would send
    spark         ``SparkEngine``: a session of two workers in a process of its own, or the Spark Connect
                  server of ``--remote``; left out, saying why, where it is not installed. Its workers need
                  this package, numpy and scipy

Printed are seconds (wall, and processor where the work is done in the process), peak memory, whether every
submission has the key of set that one machine gives it, and bytes sent per text and stage. From these
figures 20 million texts are extrapolated.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import time
from hashlib import blake2b
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "src")]

from benchmarks.floods import mixed_flood  # noqa: E402

from jichi.methods.campaigns.grouping import group  # noqa: E402
from jichi.methods.campaigns.scale import spark  # noqa: E402
from jichi.methods.campaigns.scale.engine import LocalEngine  # noqa: E402
from jichi.methods.campaigns.scale.grouping import group_apart, submissions_in  # noqa: E402

MANY = 20_000_000


def digest(ids: list[str], keys: list[str]) -> str:
    """One number for where every submission went."""
    whole = "".join(f"{id} {key}\n" for id, key in sorted(zip(ids, keys, strict=True)))
    return blake2b(whole.encode(), digest_size=8).hexdigest()


def session(remote: str | None) -> object:
    """A Spark session: of a server, or of two workers here."""
    from pyspark.sql import SparkSession  # deferred: optional

    if remote:
        return SparkSession.builder.remote(remote).getOrCreate()
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join([*sys.path[:1], *filter(None, paths)])
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master("local[2]")
    for name, value in (
        ("ui.enabled", "false"),
        ("driver.memory", "3g"),
        ("driver.bindAddress", "127.0.0.1"),
    ):
        builder = builder.config(f"spark.{name}", value)
    return builder.getOrCreate()


def run(contender: str, count: int, partitions: int, seed: int, remote: str | None) -> dict[str, object]:
    """One contender's figures."""
    flood = mixed_flood(count, seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    engine: object = None
    if contender == "local":
        engine = LocalEngine(partitions)
    elif contender == "spark":
        engine = spark.SparkEngine(session(remote), partitions=partitions)
    start = time.perf_counter() - started
    wall, processor = time.perf_counter(), time.process_time()
    if engine is None:
        found = group(flood.ids, flood.texts, threads=1)
        keys = [each.key for each in found.sets]
        ids, keys = list(found.ids), [keys[number] for number in found.set_of.tolist()]
    else:
        try:
            apart = group_apart(engine, submissions_in(flood.ids, flood.texts))
        except Exception as error:  # Spark's own errors cannot be sent from one process to another
            raise RuntimeError(str(error)[:2000]) from None
        ids, keys = list(apart.ids), list(apart.keys)
    return {
        "start": start,
        "wall": time.perf_counter() - wall,
        "processor": time.process_time() - processor,
        "before": before,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "sets": len(set(keys)),
        "digest": digest(ids, keys),
        "moved": dict(engine.moved) if isinstance(engine, LocalEngine) else {},
    }


def in_own_process(*case: object) -> dict[str, object]:
    """The same in a process of its own, whose peak memory is that of the case alone."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(run, case)


def main() -> None:
    """Runs all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--remote", default=os.environ.get("SPARK_REMOTE"))
    options = parser.parse_args()
    print(f"{options.texts:,} texts, {options.partitions} partitions")
    print("contender    start s   wall s  processor s  peak MB (texts alone)     sets  same sets")
    found: dict[str, dict[str, object]] = {}
    for contender in ("one machine", "local", "spark"):
        lacking = spark.missing() if contender == "spark" else ()
        if lacking:
            print(f"spark        left out: {' and '.join(lacking)} not installed, so there is no ratio")
            continue
        case = in_own_process(contender, options.texts, options.partitions, options.seed, options.remote)
        found[contender] = case
        same = (
            "the measure" if contender == "one machine" else case["digest"] == found["one machine"]["digest"]
        )
        print(
            f"{contender:12} {case['start']:7.1f} {case['wall']:8.1f} {case['processor']:12.1f}"
            f" {case['peak']:8.0f} ({case['before']:.0f}) {case['sets']:16,}  {same}",
            flush=True,
        )
    base = found["one machine"]
    for contender, case in found.items():
        if contender != "one machine":
            print(f"{contender}: {case['wall'] / base['wall']:.1f} times the wall time of one machine")
    moved = found["local"]["moved"]
    print("\nbytes sent, by the kernel that takes them    per text   at 20 million texts")
    for name, count in sorted(moved.items(), key=lambda each: -each[1]):
        print(f"  {name:38} {count / options.texts:12.0f} {count / options.texts * MANY / 1e9:14.1f} GB")
    whole = sum(moved.values()) / options.texts
    print(f"  {'all':38} {whole:12.0f} {whole * MANY / 1e9:14.1f} GB")
    each = found["local"]["processor"] / options.texts
    print(
        f"processor {1e6 * each:.0f} µs a text: {each * MANY / 3600:.1f} core hours for 20 million,"
        " in a straight line"
    )


if __name__ == "__main__":
    main()
