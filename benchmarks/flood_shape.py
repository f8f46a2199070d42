"""The measured shape of the floods that other benchmarks are run on.

    python -m benchmarks.flood_shape [--size 1000000] [--seed 1]

Printed for both: numbers of texts, of different texts, lengths, sizes of campaigns; what share of
character 3-grams (after NFKC, case folding, and without spaces, symbols, punctuation) two unique texts
have in common, and a unique text with its nearest among 20,000 uniques and up to 40,000 campaigns' texts;
and a campaign's text with what was made of it, kind by kind. The nearest is found exactly, not by
hashing.
"""

from __future__ import annotations

import argparse
import sys
import time
import unicodedata
from collections import Counter
from itertools import pairwise

import numpy as np

from .flood_grammar import EXACT, KINDS, PARAPHRASE, UNIQUE, WIDTH
from .floods import Flood, ministry_flood, mixed_flood


def _grams(text: str) -> set[str]:
    kept = "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())
    return {kept[at : at + 3] for at in range(len(kept) - 2)} or {kept}


def _shared(left: set[str], right: set[str]) -> float:
    both = len(left & right)
    return both / (len(left) + len(right) - both)


def _nearest(texts: list[str], asked: int) -> list[float]:
    """For the first ``asked`` texts the highest share of 3-grams with any other, exactly."""
    from scipy import sparse

    number: dict[str, int] = {}
    rows, columns, sizes = [], [], []
    for row, text in enumerate(texts):
        grams = _grams(text)
        sizes.append(len(grams))
        columns += [number.setdefault(gram, len(number)) for gram in grams]
        rows += [row] * len(grams)
    shape = (len(texts), len(number))
    held = sparse.csr_array((np.ones(len(rows), np.int32), (rows, columns)), shape=shape)
    turned, size = held.T.tocsc(), np.array(sizes)
    best = []
    for row in range(min(asked, len(texts))):
        both = (held[[row]] @ turned).toarray()[0]
        share = both / (size + size[row] - both)
        share[row] = 0
        best.append(float(share.max()))
    return best


def describe(flood: Flood, sample: int = 20_000) -> list[str]:
    """The measured shape of a flood, in lines."""
    lengths = np.array([len(text) for text in flood.texts])
    sizes = np.sort(np.unique(flood.truth[flood.kind != UNIQUE], return_counts=True)[1])[::-1]
    different = Counter(flood.texts)
    low, high = np.percentile(lengths, [5, 95])
    return [
        f"texts {len(flood.texts):,}; different byte for byte {len(different):,}; most copies of one"
        f" {different.most_common(1)[0][1]:,}",
        f"Japanese {np.mean([not text.isascii() for text in flood.texts]):.3f}; characters: mean"
        f" {lengths.mean():.0f}, 5th to 95th percentile {low:.0f} to {high:.0f}",
        f"uniques {np.mean(flood.kind == UNIQUE):.3f}; campaigns {len(sizes):,}, the biggest"
        f" {', '.join(f'{size:,}' for size in sizes[:6])}, median {int(np.median(sizes))}",
        *_of_uniques(flood, sample),
        *_of_kinds(flood),
    ]


def _of_uniques(flood: Flood, sample: int) -> list[str]:
    alone = [flood.texts[at] for at in np.flatnonzero(flood.kind == UNIQUE)[:sample]]
    bases = sorted({flood.texts[at] for at in np.flatnonzero(flood.kind == EXACT)})[: 2 * sample]
    grams = [_grams(text) for text in alone[:4_000]]
    chance = np.array([_shared(one, other) for one, other in pairwise(grams)])
    near = np.array(_nearest(alone + bases, 1_000))
    return [
        f"3-grams shared by two uniques: mean {chance.mean():.3f}, 99th percentile"
        f" {np.percentile(chance, 99):.3f}, over .4 {np.mean(chance > 0.4):.5f}",
        f"by a unique and its nearest of {len(alone) + len(bases):,}: median {np.median(near):.2f}, 90th"
        f" percentile {np.percentile(near, 90):.2f}, over .5 {np.mean(near > 0.5):.3f}, over .6"
        f" {np.mean(near > 0.6):.3f}",
    ]


def _of_kinds(flood: Flood) -> list[str]:
    lines = ["share of texts by kind, and of 3-grams that such a text shares with its campaign's text:"]
    exact = np.flatnonzero(flood.kind == EXACT)
    base = dict(zip(flood.truth[exact].tolist(), exact.tolist(), strict=True))
    for number in range(WIDTH, PARAPHRASE):
        every = np.flatnonzero(flood.kind == number)
        rows = [row for row in every if int(flood.truth[row]) in base][:3_000]
        pairs = [(flood.texts[row], flood.texts[base[int(flood.truth[row])]]) for row in rows]
        shares = np.array([_shared(_grams(one), _grams(other)) for one, other in pairs])
        if len(shares):
            lines.append(
                f"  {KINDS[number]:34} {len(every) / len(flood.kind):.3f}; median {np.median(shares):.2f},"
                f" 5th percentile {np.percentile(shares, 5):.2f}, below .6 {np.mean(shares < 0.6):.3f}"
            )
    return lines


def main() -> None:
    """Makes both and says how they came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name, make in (("ministry", ministry_flood), ("mixed", mixed_flood)):
        start = time.process_time()
        flood = make(seed=options.seed) if name == "ministry" else make(options.size, options.seed)
        print(f"{name} flood, made in {time.process_time() - start:.1f} s of processor time")
        for line in describe(flood):
            print("  " + line)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
