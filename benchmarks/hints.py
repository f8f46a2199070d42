"""How fast and how good the hints are that appear while somebody types, against 200,000 different comments.

    python -m benchmarks.hints [--texts 200000] [--drafts 2000] [--seed 1]

The comments are those of ``benchmarks.floods``, each different; three in four are Japanese. A draft is the
beginning of one of them, 15 to 60 characters or all of it, with typing errors (a character changed, left out
or put in). Printed are

    time      processor milliseconds of one question, median, 95th in a hundred and worst; target 30
    found     how often one of at most five hints belongs to the same opinion as the true original
    tellable  the same where it can be told at all: where at most five opinions begin as the draft began
              before the typing errors; in brackets the share of such drafts
    nothing   how often there is no hint at all

and, for drafts about things that no comment is about, written with the same openings and endings, how often
there is a false hint. Last come building, adding and removing, and the peak memory of the process, with and
without the comments themselves. Nothing is compared with a peer: none is known that answers from a library.
"""

from __future__ import annotations

import argparse
import bisect
import multiprocessing
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "src")]

from benchmarks.floods import mixed_flood  # noqa: E402

from jichi.methods.campaigns.hints import HintIndex  # noqa: E402

TARGET = 30.0
LATIN, KANA = (
    "abcdefghijklmnopqrstuvwxyz",
    "あいうえおかきくけこさしすせそたちつてとなにのはひふへほまみもやゆよ",
)
UNLIKE = (
    "鳩に餌をやる人がいて迷惑しているので、対策を求めます。",
    "成人式の会場を変更することには反対です。説明してください。",
    "犬の放し飼いを取り締まるべきだと思います。ぜひ検討してください。",
    "野球場の夜間照明がまぶしくて眠れません。見直しをお願いいたします。",
    "市歌を新しく作り直すという案には納得できません。",
    "温泉を掘る計画はやめるべきではないでしょうか。",
    "姉妹都市の高校生をもっと招いてほしいと思います。",
    "墓地の水道が凍って困っています。早急に直していただきたい。",
    "選挙の開票作業を機械で行うべきだと考えます。",
    "凧揚げのできる場所がないのは問題だと思います。",
    "ドローンを飛ばせる日を決めていただけませんか。",
    "消防団の制服を新しくすることに賛成です。",
    "蛍の住む小川を守るべきである。反対する理由がない。",
    "結婚の届けを夜でも出せるようにしてほしい。",
    "雪かきの道具を町内会に貸し出すことを提案します。",
    "Please stop feeding the pigeons in front of the town hall, I think it is a problem.",
    "The coming of age ceremony should not be moved to another venue, please explain.",
    "The church bells frighten my parrot and something must be done about it.",
    "I oppose digging for a hot spring, it would be a waste of our money.",
    "Floodlights at the baseball ground keep us awake and should be reconsidered.",
    "We should invite more students from our sister city, I believe it is important.",
    "The water tap at the cemetery freezes every winter, please fix it soon.",
    "Votes should be counted by machine, I would like the city to consider it.",
    "There is nowhere to fly a kite and I think that is a shame.",
    "Wedding papers ought to be accepted at night as well, please think about it.",
)


def mistyped(text: str, draw: random.Random, rate: float = 0.05) -> str:
    """The text with typing errors."""
    found = []
    for sign in text:
        chance, other = draw.random(), draw.choice(LATIN if sign.isascii() else KANA)
        if chance < rate / 3:
            continue
        found += [other] if chance < 2 * rate / 3 else [sign, other] if chance < rate else [sign]
    return "".join(found)


def is_japanese(text: str) -> bool:
    """Whether more than one character in five is not ASCII."""
    return sum(not sign.isascii() for sign in text) > len(text) / 5


def ask(index: HintIndex, drafts: list[str]) -> tuple[list[list[str]], np.ndarray]:
    """The ids of the hints of each draft, and the processor milliseconds."""
    found, times = [], []
    for draft in drafts:
        start = time.process_time()
        hinted = index.similar(draft)
        times.append(1000 * (time.process_time() - start))
        found.append([hint.id for hint in hinted])
    return found, np.array(times)


def line(name: str, times: np.ndarray, rest: str) -> None:
    """One line of the table."""
    median, high, worst = np.quantile(times, [0.5, 0.95, 1.0])
    print(f"{name:38} {median:7.1f} {high:7.1f} {worst:7.1f}   {rest}", flush=True)


def beginning_so(texts: list[str], truth: list[int]) -> Callable[[str], int]:
    """A function that tells how many opinions begin with some characters."""
    order = sorted(range(len(texts)), key=texts.__getitem__)
    held = [texts[row] for row in order]

    def count(start: str) -> int:
        low = bisect.bisect_left(held, start)
        high = low
        labels: set[int] = set()
        while high < len(held) and held[high].startswith(start) and len(labels) < 6:
            labels.add(truth[order[high]])
            high += 1
        return len(labels)

    return count


def quality(index: HintIndex, texts: list[str], truth: list[int], count: int, seed: int) -> np.ndarray:
    """Prints the table; gives all times."""
    every = []
    print(f"{'draft':38} {'median':>7} {'95th':>7} {'worst':>7}   found, tellable, nothing")
    begin = beginning_so(texts, truth)
    for language, wanted in (("Japanese", True), ("English", False)):
        for low, high in ((6, 14), (15, 30), (31, 60), (1_000, 1_000)):
            draw = random.Random(f"{seed} {language} {low}")
            rows: list[int] = []
            while len(rows) < count // 8:
                row = draw.randrange(len(texts))
                if is_japanese(texts[row]) is wanted:
                    rows.append(row)
            starts = [texts[row][: draw.randint(low, high)] for row in rows]
            drafts = [mistyped(start, draw) for start in starts]
            found, times = ask(index, drafts)
            every.append(times)
            same = [
                any(truth[int(id)] == truth[row] for id in ids) for row, ids in zip(rows, found, strict=True)
            ]
            told = [begin(start) <= 5 for start in starts]
            of_told = np.mean([hit for hit, can in zip(same, told, strict=True) if can] or [np.nan])
            nothing = sum(not ids for ids in found) / len(found)
            name = f"{language}, {'whole text' if low == 1_000 else f'{low} to {high} characters'}"
            line(name, times, f"{np.mean(same):.3f}  {of_told:.3f} ({np.mean(told):.2f})  {nothing:.3f}")
    for name, drafts in (
        ("unlike anything, whole", list(UNLIKE)),
        ("unlike anything, first 20 characters", [text[:20] for text in UNLIKE]),
        ("unlike anything, last 25 characters", [text[-25:] for text in UNLIKE]),
    ):
        found, times = ask(index, drafts)
        every.append(times)
        line(name, times, f"false hints {sum(bool(ids) for ids in found)} of {len(found)}")
    return np.concatenate(every)


def measure(count: int, drafts: int, seed: int, is_empty: bool) -> float:
    """The whole run, or only the making of the comments; gives the peak memory in MB."""
    flood = mixed_flood(int(count * 1.75), seed)
    places = {text: row for row, text in reversed(list(enumerate(flood.texts)))}
    rows = sorted(places.values())[:count]
    texts = [flood.texts[row] for row in rows]
    truth = flood.truth[rows].tolist()
    del flood, places
    if is_empty:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    before = time.process_time()
    index = HintIndex.of([str(row) for row in range(len(texts))], texts, sets=[str(label) for label in truth])
    built = time.process_time() - before
    length = sum(map(len, texts)) / len(texts)
    print(f"{len(index):,} different comments of {length:.0f} characters, in {len(set(truth)):,} opinions\n")
    times = quality(index, texts, truth, drafts, seed)
    high = float(np.quantile(times, 0.95))
    verdict = "met" if high <= TARGET else "MISSED"
    print(f"\n95th in a hundred of all: {high:.1f} ms; target {TARGET:.0f} ms: {verdict}")
    before = time.process_time()
    more = index.add(["new"], ["新しい意見をひとつ加える。"])
    added = time.process_time() - before
    before = time.process_time()
    more.remove(["new"])
    first = time.process_time() - before
    before = time.process_time()
    index.remove(["7"])
    print(
        f"built in {built:.1f} s of processor; one more {1000 * added:.0f} ms, that one out again"
        f" {1000 * first:.0f} ms, one of the first out {1000 * (time.process_time() - before):.0f} ms"
    )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_own_process(*case: object) -> float:
    """The same in a process of its own, whose peak memory is that of the case alone."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, case)


def main() -> None:
    """Runs all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=200_000)
    parser.add_argument("--drafts", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    whole = in_own_process(options.texts, options.drafts, options.seed, False)
    empty = in_own_process(options.texts, options.drafts, options.seed, True)
    print(f"peak memory {whole:.0f} MB, of the comments alone {empty:.0f} MB")


if __name__ == "__main__":
    main()
