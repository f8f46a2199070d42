"""Groups, certificates and copied ballots: how good and how fast, beside red-dwarf where it can be.

    python -m benchmarks.ballots [--part groups certificate clones scale order] [--conversations DIR]

The real conversations are read from ``../shared/reference/polis`` beside the checkout; what needs them is
left out, saying so, where they are not there. Printed, part by part:

    groups       red-dwarf's silhouette and ours on red-dwarf's own points, conversation by conversation;
    time for
                 100,000 points
    certificate  time of 200 maps drawn anew of 1,000 people and 200 statements (target 10 s); how often
    planted groups
                 are told and one cloud is withheld (target 95 % each); the verdict on each real conversation
    clones       a brigade of 15 % joins each conversation: honest people's adjusted Rand index with the
    clean map, for
                 red-dwarf and for our map with and without; consensus kept; precision and recall of ballots
                 flagged; and what is flagged where no brigade joined
    scale        copies found among 37,122 ballots on 783 statements: time, peak memory, precision, recall
    order        shuffles of each timestamped conversation that give one identical grouping, certificate and
    sets

Everything is seeded. Without red-dwarf and scikit-learn its columns are empty, and no ratio is printed.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import multiprocessing
import resource
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "src")]

from benchmarks.brigades import MADE, attacked, large, made_up  # noqa: E402

from jichi.methods.opinion_maps.certificate import certify  # noqa: E402
from jichi.methods.opinion_maps.clones import find_clones  # noqa: E402
from jichi.methods.opinion_maps.defending import with_and_without  # noqa: E402
from jichi.methods.opinion_maps.groups import group_points  # noqa: E402
from jichi.methods.opinion_maps.mapping import OpinionMap, draw_map  # noqa: E402
from jichi.methods.opinion_maps.moderation import Moderation  # noqa: E402
from jichi.methods.opinion_maps.stability import adjusted_rand  # noqa: E402
from jichi.methods.opinion_maps.votes import Votes, make_votes, votes_from_table  # noqa: E402

CONVERSATIONS = Path(__file__).resolve().parent.parent.parent / "shared" / "reference" / "polis"
KINDS: dict[str, dict[str, float]] = {
    "identical": {},
    "5 % changed": {"changed": 0.05},
    "10 % left out, 3 % changed": {"changed": 0.03, "left_out": 0.1},
    "half of the ballot": {"left_out": 0.5, "changed": 0.03},
    "three brigades, 5 % changed": {"changed": 0.05, "brigades": 3},
    "ten votes": {"most": 10},
}
COPIED = ("honest", "random", "contrary", "party")


@dataclass(frozen=True)
class Conversation:
    """A real conversation: one row for each vote."""

    name: str
    rows: np.ndarray
    times: np.ndarray | None
    out: list[int]

    def votes(self, order: np.ndarray | slice = slice(None)) -> Votes:
        """The votes, in some order."""
        rows = self.rows[order]
        times = None if self.times is None else self.times[order]
        return make_votes(rows[:, 0], rows[:, 1], rows[:, 2], times=times)

    @property
    def moderation(self) -> Moderation:
        """Statements moderated out."""
        known = set(self.rows[:, 1].tolist())
        return Moderation(out=[statement for statement in self.out if statement in known])


def conversations(folder: Path, names: str = "*") -> Iterator[Conversation]:
    """The conversations in the folder whose names match."""
    for place in sorted(folder.glob(names)):
        if not (place / "comments.csv").exists():
            continue
        with (place / "comments.csv").open(encoding="utf-8") as file:
            out = [int(row["comment-id"]) for row in csv.DictReader(file) if row["moderated"] == "-1"]
        if (place / "votes.csv").exists():
            with (place / "votes.csv").open() as file:
                given = [
                    (int(row["voter-id"]), int(row["comment-id"]), int(row["vote"]), int(row["timestamp"]))
                    for row in csv.DictReader(file)
                ]
            table = np.array(given)
            yield Conversation(place.name, table[:, :3], table[:, 3], out)
            continue
        with (place / "participants-votes.csv").open() as file:
            lines = csv.reader(file)
            names = [int(name) for name in next(lines)[6:]]
            given = [
                (int(line[0]), name, int(float(vote)), 0)
                for line in lines
                for name, vote in zip(names, line[6:], strict=True)
                if vote
            ]
        yield Conversation(place.name, np.array(given)[:, :3], None, out)


def red_dwarf(table: np.ndarray, statements: np.ndarray, out: list[int]) -> Any:
    """red-dwarf's result with the full SVD, or None where it is not installed."""
    try:
        from reddwarf.implementations.base import run_pipeline  # deferred: optional
    except ImportError:
        return None
    people, columns = np.nonzero(~np.isnan(table))
    votes = [
        {
            "participant_id": int(p),
            "statement_id": int(statements[c]),
            "vote": int(table[p, c]),
            "modified": 0,
        }
        for p, c in zip(people, columns, strict=True)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return run_pipeline(votes=votes, mod_out_statement_ids=out, reducer_kwargs={"svd_solver": "full"})


def _labels(result: Any, people: int) -> np.ndarray:
    found = np.full(people, -1)
    frame = result.participants_df
    inside = frame[frame.to_cluster.to_numpy()]
    found[inside.index.to_numpy()] = inside.cluster_id.to_numpy(dtype=int)
    return found


def _agreed(one: np.ndarray, other: np.ndarray) -> float:
    both = (one >= 0) & (other >= 0)
    table = np.zeros((one.max() + 1, other.max() + 1), np.int64)
    np.add.at(table, (one[both], other[both]), 1)
    return adjusted_rand(table)


def groups(real: list[Conversation]) -> None:
    """Silhouettes beside red-dwarf's, on its points; and time."""
    print("\nGroups: mean silhouette (scikit-learn's) on red-dwarf's own points")
    worse = 0
    for each in real:
        votes = each.votes()
        result = red_dwarf(votes.table(), votes.statements, list(each.moderation.out))
        if result is None:
            print("red-dwarf is not installed: no comparison")
            break
        from sklearn.metrics import silhouette_score  # deferred: optional

        frame = result.participants_df
        points = frame[frame.to_cluster.to_numpy()][["x", "y"]].to_numpy(dtype=float)
        theirs = _labels(result, len(votes.participants))
        theirs = theirs[theirs >= 0]
        start = time.process_time()
        ours = group_points(points)
        spent = time.process_time() - start
        one, other = silhouette_score(points, theirs), silhouette_score(points, ours.labels)
        worse += other < one
        print(
            f"{each.name:36} {len(points):5} people  red-dwarf {one:.4f} {np.bincount(theirs).tolist()!s:22}"
            f" ours {other:.4f} {np.bincount(ours.labels).tolist()!s:22} {spent:5.2f} s"
        )
    print(f"worse than red-dwarf on {worse} (target 0)")
    rng = np.random.default_rng(1)
    many = np.concatenate([rng.normal(0, 1, (60_000, 2)), rng.normal(3, 1, (40_000, 2))])
    start = time.process_time()
    found = group_points(many)
    spent = time.process_time() - start
    print(
        f"100,000 points, 2 to 5 groups: {spent:.2f} s of processor (target 0.25),"
        f" silhouette {found.silhouette:.4f} ± {found.bound:.3f}"
    )


def certificates(real: list[Conversation], repeats: int) -> None:
    """Time, right and wrong verdicts, and those on real conversations."""
    print("\nCertificates")
    for kind in ("planted", "cloud"):
        votes = made_up(kind, 1_000, 200, 1)
        drawn = draw_map(votes)
        start = time.process_time()
        found = certify(votes, drawn)
        spent = time.process_time() - start
        print(f"1,000 x 200 {kind:8}: 200 maps drawn anew in {spent:5.1f} s (target 10), told: {found.told}")
    for kind, (told, make) in MADE.items():
        reasons: Counter[str] = Counter()
        for seed in range(repeats):
            votes = make(seed)
            reasons[str(certify(votes, draw_map(votes), resamples=40).reason)] += 1
        right = reasons["None"] if told else repeats - reasons["None"]
        print(
            f"{kind:34} {'told' if told else 'withheld'} in {right} of {repeats}"
            f" ({right / repeats:.0%}, target 95 %) {dict(sorted(reasons.items()))}",
            flush=True,
        )
    for each in real:
        votes = each.votes()
        drawn = draw_map(votes, moderation=each.moderation)
        start = time.process_time()
        found = certify(votes, drawn)
        spent = time.process_time() - start
        if not found.groups:
            print(f"{each.name:36} {found.reason}")
            continue
        print(
            f"{each.name:36} {drawn.group_count} groups, {found.reason or 'told':16}"
            f" silhouette {found.silhouette:.3f}, one cloud {np.median(found.cloud_silhouettes):.3f}"
            f" (chance {found.chance:.3f}, of {found.compared:,} people); {found.resamples} maps:"
            f" Jaccard {[round(group.jaccard, 2) for group in found.groups]},"
            f" same number {found.count_stability:.2f}, median ARI {np.median(found.agreement):.2f};"
            f" {spent:.1f} s",
            flush=True,
        )


def _top(drawn: OpinionMap) -> set[tuple[Any, str]]:
    return {(each.statement, each.side) for each in (*drawn.consensus.agree, *drawn.consensus.disagree)}


def _their_top(result: Any) -> set[tuple[Any, str]]:
    found = result.consensus
    sides = {side: found[side] for side in ("agree", "disagree")}
    return {(each["tid"], side) for side, few in sides.items() for each in few}


def _kept(clean: set[Any], now: set[Any]) -> float:
    return len(clean & now) / len(clean) if clean else 1.0


def brigades(real: list[Conversation], peer: bool) -> None:
    """Every attack on every conversation."""
    print("\nBrigades of 15 %: honest people's ARI with the clean map, consensus kept, ballots flagged")
    lines: list[tuple[str, ...]] = []
    figures: list[list[float]] = []
    for each in real:
        votes = each.votes()
        table, honest = votes.table(), len(votes.participants)
        untouched = find_clones(votes)
        print(f"{each.name}: no brigade: {[(one.size, one.votes, one.agreement) for one in untouched.sets]}")
        clean = draw_map(votes, moderation=each.moderation)
        out = list(each.moderation.out)
        theirs = red_dwarf(table, votes.statements, out) if peer else None
        for number, base in enumerate(COPIED):
            for place, (kind, options) in enumerate(KINDS.items()):
                rng = np.random.default_rng([7, number, place])
                now = attacked(table, base, rng, **options)  # type: ignore[arg-type]
                found = with_and_without(
                    votes_from_table(np.arange(len(now)), votes.statements, now), moderation=each.moderation
                )
                flagged, truth = found.clones.set_of >= 0, np.arange(len(now)) >= honest
                figure = [
                    np.nan,
                    _agreed(clean.labels, found.everything.labels[:honest]),
                    _agreed(clean.labels, found.without.labels[:honest]),
                    np.nan,
                    _kept(_top(clean), _top(found.everything)),
                    _kept(_top(clean), _top(found.without)),
                    (flagged & truth).sum() / flagged.sum() if flagged.any() else np.nan,
                    (flagged & truth).sum() / truth.sum(),
                ]
                if theirs is not None:
                    then = red_dwarf(now, votes.statements, out)
                    figure[0] = _agreed(_labels(theirs, honest), _labels(then, len(now))[:honest])
                    figure[3] = _kept(_their_top(theirs), _their_top(then))
                lines.append((each.name, base, kind))
                figures.append(figure)
        _print_brigades(each.name, lines, figures, 0)
    if lines:
        print("\nby what the brigade does")
        for kind in KINDS:
            _print_brigades(kind, lines, figures, 2)
        print("by what it copies")
        for base in COPIED:
            _print_brigades(base, lines, figures, 1)
        _print_brigades("all", [("all",)] * len(lines), figures, 0)


def _print_brigades(name: str, lines: list[tuple[str, ...]], figures: list[list[float]], by: int) -> None:
    chosen = np.array([figure for line, figure in zip(lines, figures, strict=True) if line[by] == name])

    def middle(column: int) -> str:
        values = chosen[:, column][~np.isnan(chosen[:, column])]
        return f"{np.median(values):.2f}" if len(values) else "-"

    def mean(column: int) -> str:
        values = chosen[:, column][~np.isnan(chosen[:, column])]
        return f"{values.mean():.2f}" if len(values) else "-"

    print(
        f"  {name:36} {len(chosen):4} attacks; ARI median: red-dwarf {middle(0)}, with {middle(1)}, without"
        f" {middle(2)} (>= .95 in {(chosen[:, 2] >= 0.95).mean():.0%}); kept: {mean(3)}, {mean(4)}, {mean(5)}"
        f" (>= .9 in {(chosen[:, 5] >= 0.9).mean():.0%}); precision {mean(6)}, recall {mean(7)}",
        flush=True,
    )


def measured_large(seed: int) -> str:
    """One line, from a process of its own."""
    votes, truth = large(seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.process_time()
    found = find_clones(votes)
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    flagged, copies = found.set_of >= 0, truth >= 0
    by_size = {
        size: (flagged & part).sum() / part.sum()
        for size, part in (
            (2_500, truth == 0),
            (50, (truth >= 1) & (truth <= 20)),
            (5, truth > 20),
        )
    }
    recalls = ", ".join(f"{recall:.3f} of brigades of {size}" for size, recall in by_size.items())
    return (
        f"{len(truth):,} ballots, {len(votes.values):,} votes: {spent:.1f} s of processor,"
        f" {peak - before:.0f} MB over the input; {len(found.sets)} sets,"
        f" precision {(flagged & copies).sum() / flagged.sum():.3f}, recall {recalls}"
    )


def scale() -> None:
    """Copies among many ballots."""
    print("\nCopies among many ballots")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.apply(measured_large, (1,)))


def _digest(each: Conversation, order: np.ndarray) -> str:
    votes = each.votes(order)
    drawn = draw_map(votes, moderation=each.moderation)
    clones = find_clones(votes)
    found = certify(votes, drawn, resamples=20)
    parts = [drawn.labels, clones.set_of, found.membership, found.agreement, found.cloud_silhouettes]
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


def orders(real: list[Conversation], shuffles: int) -> None:
    """Groups, sets and certificates under shuffles."""
    print(f"\nOrder: {shuffles} shuffles of each timestamped conversation")
    for each in real:
        if each.times is None:
            continue
        rng = np.random.default_rng(11)
        found = {_digest(each, rng.permutation(len(each.rows))) for _ in range(shuffles)}
        print(f"{each.name:36} {len(found)} result{'s' if len(found) > 1 else ''} (target 1)", flush=True)


def main() -> None:
    """Runs what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = ["groups", "certificate", "clones", "scale", "order"]
    parser.add_argument("--part", nargs="+", choices=names, default=names)
    parser.add_argument("--conversations", type=Path, default=CONVERSATIONS)
    parser.add_argument("--only", nargs="+", help="parts of the names of conversations")
    parser.add_argument("--repeats", type=int, default=40, help="made-up conversations of each kind")
    parser.add_argument("--shuffles", type=int, default=10)
    parser.add_argument("--no-peer", action="store_true")
    options = parser.parse_args()
    real = list(conversations(options.conversations))
    if options.only:
        real = [each for each in real if any(part in each.name for part in options.only)]
    if not real:
        print(f"no conversations in {options.conversations}: what needs them is left out")
    parts: dict[str, Callable[[], None]] = {
        "groups": lambda: groups(real),
        "certificate": lambda: certificates(real, options.repeats),
        "clones": lambda: brigades(real, not options.no_peer),
        "scale": scale,
        "order": lambda: orders(real, options.shuffles),
    }
    for name in options.part:
        parts[name]()


if __name__ == "__main__":
    main()
