"""Opinion maps: the same answers as red-dwarf, how long they take, and that no order of votes matters.

    python -m benchmarks.opinion_maps [--real ../shared/reference/polis] [--shuffles 1000] [--peer-big]
                                      [--only PART]

Four parts, each run alone by ``--only``:

parity
    Every real conversation beside red-dwarf 0.4.0 with the whole decomposition (``svd_solver="full"``):
    the largest difference of a projection (after turning signs), whether the eight statistics are equal bit
    by bit, whether representative and consensus statements are equal given red-dwarf's labels (each with all
    its numbers), whether the same people are put into groups, silhouette and k of both, our smallest group.
order
    Every conversation with times, its votes shuffled: the whole result is compared byte by byte. Every tenth
    shuffle is replayed in eight pieces through a state that is kept up to date.
speed
    Large conversations made up from a seed, each contender in a process of its own: wall and processor
    seconds and peak memory over the input. The clock of ours starts at three arrays (numbers of participants
    and of statements, votes) in any order and holds everything: canonical form, sums, axes, points, groups,
    statistics, selections, priorities. red-dwarf's starts at its list of records. It takes minutes on the
    large ones, so it runs there only with ``--peer-big``.
update
    1,000 votes more, new and changed, on the second conversation: new state and map, compared byte by byte
    with a map drawn from the start.

Set OMP_NUM_THREADS=1 and OPENBLAS_NUM_THREADS=1; the targets are for two cores.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

from benchmarks.conversations import SHAPES, Conversation, conversations, made_up, more_votes  # noqa: E402

from jichi.methods.opinion_maps.mapping import OpinionMap, draw_map  # noqa: E402
from jichi.methods.opinion_maps.moderation import standing  # noqa: E402
from jichi.methods.opinion_maps.selections import Selected, representative  # noqa: E402
from jichi.methods.opinion_maps.statistics import group_statistics, tally  # noqa: E402
from jichi.methods.opinion_maps.updating import MapState  # noqa: E402
from jichi.methods.opinion_maps.votes import Votes, make_votes  # noqa: E402

REAL = ROOT.parent / "shared" / "reference" / "polis"
TARGETS = {"large": "1.0 s, 300 MB", "polis": "0.8 s", "small": "none"}
STATISTICS = {
    "pa": "agree_share",
    "pat": "agree_test",
    "ra": "agree_ratio",
    "rat": "agree_ratio_test",
    "pd": "disagree_share",
    "pdt": "disagree_test",
    "rd": "disagree_ratio",
    "rdt": "disagree_ratio_test",
}


def written(thing: Any) -> Any:
    """Everything in a result, arrays as their bytes."""
    if isinstance(thing, np.ndarray):
        return (thing.dtype.str, thing.shape, thing.tobytes())
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return {field.name: written(getattr(thing, field.name)) for field in dataclasses.fields(thing)}
    return tuple(map(written, thing)) if isinstance(thing, tuple) else thing


def records(votes: Votes) -> list[dict[str, int]]:
    """Votes as red-dwarf reads them."""
    people = votes.participants[votes.rows].tolist()
    things = votes.statements[votes.columns].tolist()
    return [
        {"participant_id": person, "statement_id": thing, "vote": vote}
        for person, thing, vote in zip(people, things, votes.values.tolist(), strict=True)
    ]


def red_dwarf(listing: list[dict[str, int]], out: list[int]) -> Any:
    """red-dwarf's own map."""
    from reddwarf.implementations.base import run_pipeline

    return run_pipeline(
        votes=listing, mod_out_statement_ids=out, reducer_kwargs={"svd_solver": "full"}, random_state=0
    )


def peer_is_missing() -> bool:
    """Whether red-dwarf cannot be imported here; then says what to install."""
    try:
        import reddwarf  # noqa: F401
        import sklearn  # noqa: F401
    except ImportError:
        print("red-dwarf is not installed: pip install 'red-dwarf==0.4.0' 'scikit-learn>=1.9'; no comparison")
        return True
    return False


def as_theirs(one: Selected) -> dict[str, Any]:
    """A selected statement in red-dwarf's words."""
    found: dict[str, Any] = {"tid": one.statement, "n-success": one.on_side, "n-trials": one.votes}
    found |= {"p-success": one.share, "p-test": one.share_test}
    if one.ratio is not None:
        found |= {"repness": one.ratio, "repness-test": one.ratio_test, "repful-for": one.side}
    return found | ({"n-agree": one.on_side, "best-agree": True} if one.best_agreed else {})


def parity_line(talk: Conversation) -> str:
    """One conversation beside red-dwarf."""
    from sklearn.metrics import silhouette_score

    votes, ours = talk.votes, draw_map(talk.votes, moderation=talk.moderation)
    theirs = red_dwarf(records(votes), list(talk.moderation.out))
    some = np.flatnonzero(votes.counts)
    points = np.array(
        [theirs.participant_projections[person] for person in votes.participants[some].tolist()]
    )
    points *= np.sign(np.sum(points * ours.points[some], axis=0))
    labels = np.full(votes.participants.size, -1)
    clusters = theirs.participants_df["cluster_id"]
    labels[some] = clusters.reindex(votes.participants[some]).fillna(-1).astype(int).to_numpy()
    count = int(labels.max()) + 1
    statistics = group_statistics(tally(votes, labels, count))
    equal = all(
        np.array_equal(
            getattr(statistics, mine)[group], theirs.group_comment_stats.loc[group][name].to_numpy()
        )
        for name, mine in STATISTICS.items()
        for group in range(count)
    )
    open_to = standing(votes.statements, talk.moderation).kept
    selected = representative(statistics, votes.statements, open_to)
    same_selected = [[as_theirs(one) for one in group] for group in selected] == [
        theirs.repness[group] for group in range(count)
    ]
    shared = {"agree": ours.consensus.agree, "disagree": ours.consensus.disagree}
    same_shared = {
        side: [as_theirs(one) for one in found] for side, found in shared.items()
    } == theirs.consensus
    grouped = labels >= 0
    their_silhouette = silhouette_score(points[grouped[some]], labels[grouped])
    silhouette = silhouette_score(ours.points[ours.grouped], ours.labels[ours.grouped])
    least = int(np.bincount(ours.labels[ours.grouped]).min())
    return (
        f"{talk.name:34} {votes.participants.size:5} x {votes.statements.size:4}"
        f" {np.abs(points - ours.points[some]).max():10.1e} {'yes' if equal else 'NO':>6}"
        f" {'yes' if same_selected else 'NO':>6} {'yes' if same_shared else 'NO':>6}"
        f" {'yes' if np.array_equal(grouped, ours.grouped) else 'NO':>6}"
        f" {silhouette:9.4f} {their_silhouette:9.4f} {ours.group_count:3} {count:3} {least:6}"
    )


def parity(real: Path) -> None:
    """The first part."""
    print("Parity with red-dwarf 0.4.0 (target: projections 1e-9, all else equal, silhouette not below)")
    print(
        f"{'conversation':34} {'people x statem.':>12} {'projection':>10} {'8 stat':>6} {'repr.':>6}"
        f" {'cons.':>6} {'who':>6} {'silhou.':>9} {'theirs':>9} {'k':>3} {'th.':>3} {'least':>6}"
    )
    for talk in conversations(real):
        print(parity_line(talk), flush=True)


def replayed(rows: dict[str, np.ndarray], random: np.random.Generator) -> MapState:
    """The same votes coming in in up to eight pieces."""
    state = MapState.empty()
    count = rows["votes"].size
    for part in np.split(np.arange(count), np.sort(random.integers(0, count, 7))):
        some = {name: values[part] for name, values in rows.items()}
        state = state.update(**some)
    return state


def order(real: Path, shuffles: int) -> None:
    """The second part."""
    print(f"\nOrder: {shuffles} shuffles of each conversation with times (target: one result)")
    for talk in conversations(real):
        if talk.rows is None:
            print(f"{talk.name:34} has no times")
            continue
        random = np.random.default_rng(20)
        expected = written(draw_map(talk.votes, moderation=talk.moderation))
        results, start, count = {True: 0, False: 0}, time.perf_counter(), talk.rows["votes"].size
        for turn in range(shuffles):
            mixed = random.permutation(count)
            rows = {name: values[mixed] for name, values in talk.rows.items()}
            if turn % 10 == 9:
                found = replayed(rows, random).draw(moderation=talk.moderation)
            else:
                found = draw_map(make_votes(**rows), moderation=talk.moderation)
            results[written(found) == expected] += 1
        seconds = time.perf_counter() - start
        print(
            f"{talk.name:34} {count:6,} votes {results[True]:5} equal {results[False]:3} different"
            f" {seconds:7.1f} s",
            flush=True,
        )


def make(shape: str, path: str) -> None:
    """A conversation in a file, made apart: processes inherit the peak of the one that starts them."""
    np.savez(path, **made_up(*SHAPES[shape]))


def child(contender: str, path: str) -> None:
    """One contender on one file, in a process of its own: prints what it took as one line of JSON."""
    with np.load(path) as file:
        rows = {name: file[name] for name in ("participants", "statements", "votes")}
    few = {"participants": np.repeat(np.arange(9), 8), "statements": np.tile(np.arange(8), 9)}
    few["votes"] = (few["participants"] + few["statements"]) % 2
    if contender == "ours":
        draw_map(make_votes(**few))  # modules are loaded by the first call
    else:
        listing = records(make_votes(**rows))
        red_dwarf(records(make_votes(**few)), [])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken: dict[str, Any] = {"votes": rows["votes"].size}
    wall, processor = time.perf_counter(), time.process_time()
    if contender == "ours":
        votes = make_votes(**rows)
        taken["canonical"] = time.perf_counter() - wall
        found = draw_map(votes)
        taken["groups"], points = found.group_count, found.points
    else:
        result = red_dwarf(listing, [])
        taken["groups"] = int(result.participants_df["cluster_id"].max()) + 1
    taken |= {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}
    taken["memory"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    if contender != "ours":
        points = np.array(
            [result.participant_projections[name] for name in np.unique(rows["participants"]).tolist()]
        )
    np.save(f"{path}.{contender}.npy", points)
    print(json.dumps(taken))


def apart(*arguments: str) -> str:
    """What a process of its own printed last."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.opinion_maps", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.strip().rpartition("\n")[2]


def measured(contender: str, path: Path) -> dict[str, Any]:
    """What a contender took in a process of its own."""
    return dict(json.loads(apart("--child", contender, str(path))))


def speed(peer_big: bool) -> None:
    """The third part."""
    print("\nSpeed: wall and processor seconds, MB over the input (ours: the best of three runs)")
    print(
        f"{'shape':>6} {'people':>8} {'stat.':>5} {'votes':>10} {'contender':>10} {'wall':>8} {'proc.':>8}"
        f" {'MB':>6} k"
    )
    peer = not peer_is_missing()
    with tempfile.TemporaryDirectory() as folder:
        for name, (people, statements, _) in SHAPES.items():
            path = Path(folder) / f"{name}.npz"
            apart("--make", name, str(path))
            ours = min((measured("ours", path) for _ in range(3)), key=lambda one: float(one["wall"]))
            contenders = {"ours": ours}
            if peer and (name == "small" or peer_big):
                contenders["red-dwarf"] = measured("red-dwarf", path)
            for contender, one in contenders.items():
                note = f"target {TARGETS[name]}; canonical form {ours['canonical']:.2f} s of it"
                if contender != "ours":
                    memory = (
                        f"{one['memory'] / ours['memory']:.0f} times" if ours["memory"] > 1 else "ours: none"
                    )
                    points, theirs = (np.load(f"{path}.{who}.npy") for who in contenders)
                    away = np.abs(points - theirs * np.sign(np.sum(points * theirs, axis=0))).max()
                    times = one["wall"] / ours["wall"]
                    note = f"{times:.0f} times ours, memory {memory}; points {away:.0e} apart"
                print(
                    f"{name:>6} {people:8,} {statements:5} {one['votes']:10,} {contender:>10}"
                    f" {one['wall']:8.2f} {one['processor']:8.2f} {one['memory']:6.0f}"
                    f" {one['groups']}  {note}",
                    flush=True,
                )


def update() -> None:
    """The fourth part."""
    rows = made_up(*SHAPES["polis"])
    state = MapState.of(make_votes(**rows))
    more = more_votes(rows, 1000)
    state.update(**more_votes(rows, 10)).draw()
    print(
        f"\nUpdate of {rows['votes'].size:,} votes by {more['votes'].size} (target: 100 ms, equal to 1e-12)"
    )
    best: tuple[float, float, float] | None = None
    found: OpinionMap | None = None
    for _ in range(5):
        wall, processor = time.perf_counter(), time.process_time()
        after = state.update(**more)
        middle = time.perf_counter()
        found = after.draw()
        taken = (time.perf_counter() - wall, time.process_time() - processor, middle - wall)
        best = taken if best is None else min(best, taken)
    changed: dict[tuple[int, int], int] = {}
    for some in (rows, more):
        pairs = zip(some["participants"].tolist(), some["statements"].tolist(), strict=True)
        changed |= dict(zip(pairs, some["votes"].tolist(), strict=True))
    whole = make_votes([p for p, _ in changed], [s for _, s in changed], list(changed.values()))
    start = time.perf_counter()
    equal = written(draw_map(whole)) == written(found)
    if best is not None:
        print(
            f"state and map {best[0] * 1000:.0f} ms ({best[1] * 1000:.0f} ms of processor), the state alone"
            f" {best[2] * 1000:.0f} ms; from the start {(time.perf_counter() - start) * 1000:.0f} ms;"
            f" {'every byte equal' if equal else 'NOT EQUAL'}"
        )


def main() -> None:
    """Read the command line and run the parts."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--real", type=Path, default=REAL)
    read.add_argument("--shuffles", type=int, default=1000)
    read.add_argument("--peer-big", action="store_true")
    read.add_argument("--only", choices=["parity", "order", "speed", "update"])
    read.add_argument("--child", nargs=2, metavar=("CONTENDER", "FILE"), help=argparse.SUPPRESS)
    read.add_argument("--make", nargs=2, metavar=("SHAPE", "FILE"), help=argparse.SUPPRESS)
    asked = read.parse_args()
    warnings.simplefilter("ignore")
    if asked.child:
        child(*asked.child)
        return
    if asked.make:
        make(*asked.make)
        return
    real = asked.real.is_dir()
    if not real:
        print(f"{asked.real} is not there: neither parity nor order is shown")
    if real and asked.only in (None, "parity") and not peer_is_missing():
        parity(asked.real)
    if real and asked.only in (None, "order"):
        order(asked.real, asked.shuffles)
    if asked.only in (None, "speed"):
        speed(asked.peer_big)
    if asked.only in (None, "update"):
        update()


if __name__ == "__main__":
    main()
