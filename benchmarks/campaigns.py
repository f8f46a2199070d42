"""How fast submissions that say the same are found, in how much memory, and how rightly; beside two peers.

    python -m benchmarks.campaigns [--ministry 207850] [--mixed 1000000] [--rensa 1000000]
                                   [--datasketch 100000] [--add 1000] [--threads 2] [--seed 1]

Two floods from a seed (``benchmarks.floods``): the shape of a ministry's consultation in 2025, 96 % of it
byte-identical copies, and a mixed one, 46 % unique, with near-duplicates of seven kinds. Each contender runs
in a process of its own, which reads the texts from a file; its peak of memory has the texts in it, its time
has not the reading.

Printed are wall and processor seconds, peak memory, sets, precision and recall over all pairs of submissions,
recall for each kind of change, and the share of planted unique texts that were put with another; then what
adding to a grouping costs. The peers get what each does best with: texts made equal by normalising are
collapsed first, distinct forms become MinHash sketches of character 3-grams with 128 places, candidates of
their index (threshold .6) are verified by their exact Jaccard coefficient and joined. A size of 0 leaves a
contender out; a peer that is not installed is named and left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "src")]

import numpy as np  # noqa: E402
from benchmarks.floods import (  # noqa: E402
    Flood,
    ministry_flood,
    mixed_flood,
    pair_scores,
    recall_by_kind,
    uniques_grouped,
)

PLACES, THRESHOLD = 128, 0.6
TARGETS = {
    "ministry": "target: sets <= 3 s, <= 400 MB",
    "mixed": "target: <= 45 s, <= 1,500 MB, precision >= .999, recall >= .995",
}


# --- contenders -------------------------------------------------------------------------------------------
def ours(ids: list[str], texts: list[str], threads: int) -> np.ndarray:
    """Sets by ``jichi.methods.campaigns``."""
    from jichi.methods.campaigns.grouping import group

    return group(ids, texts, threads=threads).set_of


def _forms(texts: list[str]) -> tuple[list[str], list[int]]:
    """Distinct normal forms by the standard library, and the form of each text."""
    seen: dict[str, int] = {}
    place: dict[str, int] = {}
    found = []
    for text in texts:
        at = place.get(text)
        if at is None:
            form = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
            at = place[text] = seen.setdefault(form, len(seen))
        found.append(at)
    return list(seen), found


def _grams(form: str) -> set[str]:
    return {form[at : at + 3] for at in range(max(1, len(form) - 2))}


def _joined(forms: list[str], candidates: Iterable[tuple[int, int]]) -> list[int]:
    """The set of each form: candidates whose exact Jaccard coefficient reaches the threshold are joined."""
    top = list(range(len(forms)))

    def find(row: int) -> int:
        while top[row] != row:
            top[row] = top[top[row]]
            row = top[row]
        return row

    for one, other in candidates:
        if find(one) == find(other):
            continue
        left, right = _grams(forms[one]), _grams(forms[other])
        if len(left & right) >= THRESHOLD * len(left | right):
            top[find(one)] = find(other)
    return [find(row) for row in range(len(forms))]


def _looked_up(index: Any, sketches: list[Any]) -> Iterator[tuple[int, int]]:
    """Pairs that an index holds to be alike, each once."""
    for row, sketch in enumerate(sketches):
        yield from ((row, other) for other in index.query(sketch) if other > row)


def rensa(ids: list[str], texts: list[str], threads: int) -> np.ndarray:
    """The same by rensa's RMinHash with 32 bands."""
    from rensa import RMinHash, RMinHashLSH

    forms, form_of = _forms(texts)
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PLACES, num_bands=32)
    sketches = []
    for row, form in enumerate(forms):
        sketch = RMinHash(num_perm=PLACES, seed=1)
        sketch.update(list(_grams(form)))
        index.insert(row, sketch)
        sketches.append(sketch)

    return np.array(_joined(forms, _looked_up(index, sketches)))[form_of]


def datasketch(ids: list[str], texts: list[str], threads: int) -> np.ndarray:
    """The same by datasketch's MinHash and its own choice of bands."""
    from datasketch import MinHash, MinHashLSH

    forms, form_of = _forms(texts)
    index = MinHashLSH(threshold=THRESHOLD, num_perm=PLACES)
    sketches = []
    for row, form in enumerate(forms):
        sketch = MinHash(num_perm=PLACES, seed=1)
        sketch.update_batch([gram.encode("utf-8", "surrogatepass") for gram in _grams(form)])
        index.insert(row, sketch)
        sketches.append(sketch)

    return np.array(_joined(forms, _looked_up(index, sketches)))[form_of]


CONTENDERS: dict[str, Callable[[list[str], list[str], int], np.ndarray]] = {
    "jichi": ours,
    "rensa": rensa,
    "datasketch": datasketch,
}


# --- a process for each -----------------------------------------------------------------------------------
def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _read(path: Path, most: int) -> tuple[list[str], list[str]]:
    ids, texts = [], []
    with path.open(encoding="ascii") as file:
        for line in file:
            if len(ids) == most:
                break
            name, text = json.loads(line)
            ids.append(name)
            texts.append(text)
    return ids, texts


def run(name: str, path: Path, most: int, threads: int, add: int) -> None:
    """In the child: prints what was measured and writes the sets beside the texts."""
    ids, texts = _read(path, most)
    before = _peak()
    if add:
        found = added(ids, texts, add, threads)
    else:
        wall, processor = time.perf_counter(), time.process_time()
        labels = CONTENDERS[name](ids, texts, threads)
        found = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - processor}
        np.save(path.with_suffix(".npy"), labels)
    print(json.dumps({**found, "peak": _peak(), "before": before}))


def added(ids: list[str], texts: list[str], add: int, threads: int) -> dict[str, float]:
    """Seconds of the first and of a second adding, and whether all is as if grouped at once."""
    from jichi.methods.campaigns.grouping import group

    first, second = len(ids) - 2 * add, len(ids) - add
    grown = group(ids[:first], texts[:first], threads=threads)
    seconds = []
    for start, end in ((first, second), (second, len(ids))):
        begin = time.perf_counter()
        grown = grown.add(ids[start:end], texts[start:end])
        _ = grown.set_of
        seconds.append(time.perf_counter() - begin)
    same = np.array_equal(grown.set_of, group(ids, texts, threads=threads).set_of)
    return {"first": seconds[0], "second": seconds[1], "same": bool(same)}


def in_own_process(name: str, path: Path, most: int, threads: int, add: int = 0) -> dict[str, float]:
    """Runs a contender and gives what it printed."""
    arguments = ["--run", name, str(path), str(most), str(threads), str(add)]
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.campaigns", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **single},
        cwd=Path(__file__).resolve().parent.parent,
    )
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


# --- what is printed --------------------------------------------------------------------------------------
def _part(flood: Flood, most: int) -> Flood:
    return Flood(
        ids=flood.ids[:most], texts=flood.texts[:most], truth=flood.truth[:most], kind=flood.kind[:most]
    )


def compare(shape: str, flood: Flood, sizes: dict[str, int], threads: int, folder: Path) -> None:
    """A line for each contender and size; ours runs at every size that a peer runs at."""
    path = folder / f"{shape}.jsonl"
    with path.open("w", encoding="ascii") as file:
        file.writelines(json.dumps(pair) + "\n" for pair in zip(flood.ids, flood.texts, strict=True))
    different = len(set(flood.texts))
    print(f"\n{shape}: {len(flood.ids):,} submissions, {different:,} different texts. {TARGETS[shape]}")
    heads = (
        "submissions",
        " wall s",
        "  cpu s",
        "peak MB",
        "(texts)",
        "    sets",
        "precision",
        " recall",
        "uniques",
    )
    print(" " * 13 + "  ".join(heads))
    whole = len(flood.ids)
    for size in sorted({whole, *(min(whole, size) for size in sizes.values() if size)}, reverse=True):
        part, wall = _part(flood, size), 0.0
        for name in ["jichi", *(peer for peer, most in sizes.items() if min(whole, most) == size)]:
            if name != "jichi" and importlib.util.find_spec(name) is None:
                print(f"{name:12} not installed: pip install {name}; no ratio")
                continue
            took = in_own_process(name, path, size, threads)
            labels = np.load(path.with_suffix(".npy"))
            precision, recall = pair_scores(part.truth, labels)
            ratio = "" if name == "jichi" else f"   {took['wall'] / wall:.1f} times ours"
            wall = took["wall"] if name == "jichi" else wall
            print(
                f"{name:12} {size:11,}  {took['wall']:7.2f}  {took['cpu']:7.2f}  {took['peak']:7,.0f}"
                f"  {took['before']:7,.0f}  {len(np.unique(labels)):8,}  {precision:9.5f}  {recall:7.5f}"
                f"  {uniques_grouped(part, labels):7.4f}{ratio}",
                flush=True,
            )
            for kind, share in recall_by_kind(part, labels).items():
                print(f"                 recall of {kind}: {share:.5f}")


def main() -> None:
    """Runs all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ministry", type=int, default=207_850)
    parser.add_argument("--mixed", type=int, default=1_000_000)
    parser.add_argument("--rensa", type=int, default=1_000_000)
    parser.add_argument("--datasketch", type=int, default=100_000)
    parser.add_argument("--add", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--run", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        name, path, *numbers = options.run
        run(name, Path(path), *(int(number) for number in numbers))
        return
    sizes = {"rensa": options.rensa, "datasketch": options.datasketch}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if options.ministry:
            flood = ministry_flood(options.ministry, options.seed)
            every = {peer: options.ministry if size else 0 for peer, size in sizes.items()}
            compare("ministry", flood, every, options.threads, place)
        if options.mixed:
            compare("mixed", mixed_flood(options.mixed, options.seed), sizes, options.threads, place)
            if options.add:
                found = in_own_process(
                    "jichi", place / "mixed.jsonl", options.mixed, options.threads, options.add
                )
                known = options.mixed - 2 * options.add
                seconds = f"{found['first']:.2f} s, then {found['second']:.2f} s"
                print(f"\nadding {options.add:,} to {known:,}: {seconds}")
                print(f"the first makes the index; as if grouped at once: {bool(found['same'])}")


if __name__ == "__main__":
    main()
