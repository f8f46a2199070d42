"""How long a raked mean with its error and 20 domains takes, and 500 re-raked replicates, beside peers.

    python -m benchmarks.surveys [--rows 3000 100000 1000000] [--r-rows 100000] [--replicates 500] [--seed 1]

The sample is made up from a seed: rows in 20 strata with unequal weights, raked to margins of 6, 2 and 20
groups; then the mean of a yes-or-no answer with its standard error, and the same in each of 20 domains. Every
line is measured in a process of its own: best of three wall times from the arrays to the last number (imports
and data apart), and the peak memory of that whole process. Peers run on the same arrays in the same run:

    svy     from PyPI, if it can be imported here: pip install svy
    R       survey, if Rscript and the package are there: apt-get install r-base-core r-cran-survey; up to
            --r-rows, since its domains take minutes beyond

Their answers are compared with ours. Both take R's unweighted residual for the error of raked weights; ours
is compared under that option and timed under the default, which costs the same.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

STRATA, MARGINS, DOMAINS = 20, (6, 2, 20), 20
BEST_OF = 3

R_SCRIPT = """
suppressMessages(library(survey)); options(survey.lonely.psu = "fail")
a <- commandArgs(TRUE); n <- as.integer(a[2]); R <- as.integer(a[3])
read <- function(name, what) readBin(file.path(a[1], name), what, n, size = if (what == "integer") 4 else 8)
d <- data.frame(h = read("h", "integer"), w = read("w", "double"), y = read("y", "double"),
                a = factor(read("a", "integer")), b = factor(read("b", "integer")),
                c = factor(read("c", "integer")), d = factor(read("d", "integer")))
pops <- lapply(c("a", "b", "c"), function(m) {
  t <- scan(file.path(a[1], paste0("totals_", m)), quiet = TRUE)
  out <- data.frame(x = factor(seq_along(t) - 1), Freq = t); names(out)[1] <- m; out })
exact <- list(maxit = 200, epsilon = 1e-9)
start <- proc.time()[["elapsed"]]
s <- svydesign(id = ~1, strata = ~h, weights = ~w, data = d)
r <- rake(s, list(~a, ~b, ~c), pops, control = exact)
m <- svymean(~y, r)
if (R == 0) by <- svyby(~y, ~d, r, svymean)
seconds <- proc.time()[["elapsed"]] - start
if (R > 0) {
  start <- proc.time()[["elapsed"]]
  b <- rake(as.svrepdesign(s, type = "bootstrap", replicates = R), list(~a, ~b, ~c), pops, control = exact)
  m <- svymean(~y, b); seconds <- proc.time()[["elapsed"]] - start
}
number <- function(x) paste(sprintf("%.17g", x), collapse = ",")
cat(sprintf('{"seconds": %.17g, "mean": %.17g, "se": %.17g, "domains": [%s], "errors": [%s]}', seconds,
  coef(m)[[1]], SE(m)[[1]], if (R == 0) number(coef(by)) else "", if (R == 0) number(SE(by)) else ""))
"""


def made_up(rows: int, seed: int) -> dict[str, Any]:
    """A sample: strata, three margins, domains, weights, answers, and what the margins should add up to."""
    random = np.random.default_rng(seed)
    data: dict[str, Any] = {"h": random.integers(0, STRATA, rows, dtype=np.int32)}
    for name, size in zip("abc", MARGINS, strict=True):
        data[name] = random.integers(0, size, rows, dtype=np.int32)
    data["d"] = random.integers(0, DOMAINS, rows, dtype=np.int32)
    data["w"] = random.uniform(5.0, 15.0, rows)
    data["y"] = (random.random(rows) < 0.3 + 0.02 * data["a"] + 0.01 * data["d"]).astype(np.float64)
    for name, size in zip("abc", MARGINS, strict=True):
        sums = np.bincount(data[name], weights=data["w"], minlength=size) * random.uniform(0.9, 1.1, size)
        data[f"totals_{name}"] = sums * (data["w"].sum() / sums.sum())
    return data


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Best wall time of three, and the answer."""
    best, answer = float("inf"), None
    for _ in range(BEST_OF):
        start = time.perf_counter()
        answer = run()
        best = min(best, time.perf_counter() - start)
    return best, answer


def _told(seconds: float, mean: Any, domains: Any = None) -> dict[str, Any]:
    return {
        "seconds": seconds,
        "mean": mean.value,
        "se": mean.se,
        "domains": [] if domains is None else domains.values.tolist(),
        "errors": [] if domains is None else domains.se.tolist(),
    }


def ours(data: dict[str, Any], replicates: int, *, as_r: bool = False) -> dict[str, Any]:
    """This project's answer."""
    from jichi.methods.surveys.designs.design import make_design
    from jichi.methods.surveys.estimation.domains import by
    from jichi.methods.surveys.estimation.estimates import mean
    from jichi.methods.surveys.replication.bootstrap import bootstrap
    from jichi.methods.surveys.weighting.raking import rake

    margins = [(data[name], dict(enumerate(data[f"totals_{name}"].tolist()))) for name in "abc"]
    residual = "r-rake" if as_r else "design"

    def raked() -> Any:
        return rake(make_design(weights=data["w"], strata=data["h"]), margins, residual=residual)

    if replicates:
        return _told(*timed(lambda: mean(bootstrap(raked(), replicates=replicates, rng=1), data["y"])))

    def all_of_it() -> Any:
        design = raked()
        return mean(design, data["y"]), by(design, data["y"], data["d"])

    seconds, (average, domains) = timed(all_of_it)
    return _told(seconds, average, domains)


def svy(data: dict[str, Any], replicates: int) -> dict[str, Any]:
    """The answer of svy."""
    import polars
    import svy as peer

    frame = polars.DataFrame({name: data[name] for name in "habcdwy"} | {"id": np.arange(len(data["w"]))})
    controls = {name: dict(enumerate(data[f"totals_{name}"].tolist())) for name in "abc"}
    exact = {"controls": controls, "tol": 1e-11, "max_iter": 200}

    if replicates:
        design = peer.Design(stratum="h", wgt="w", psu="id")

        def again() -> Any:
            drawn = peer.Sample(frame, design).weighting.create_bs_wgts(replicates, rstate=1)
            return drawn.weighting.rake(**exact).estimation.mean("y", method="replication")

        seconds, answer = timed(again)
        return _told_by_svy(seconds, answer.estimates[0], [])

    def all_of_it() -> Any:
        raked = peer.Sample(frame, peer.Design(stratum="h", wgt="w")).weighting.rake(**exact)
        return raked.estimation.mean("y"), raked.estimation.mean("y", by="d")

    seconds, (average, domains) = timed(all_of_it)
    each = sorted(domains.estimates, key=lambda one: int(one.by_level[0]))
    return _told_by_svy(seconds, average.estimates[0], each)


def _told_by_svy(seconds: float, mean: Any, domains: list[Any]) -> dict[str, Any]:
    return {
        "seconds": seconds,
        "mean": mean.est,
        "se": mean.se,
        "domains": [one.est for one in domains],
        "errors": [one.se for one in domains],
    }


def r(data: dict[str, Any], replicates: int) -> dict[str, Any]:
    """The answer of R's survey, once; its own process is what counts for memory."""
    with tempfile.TemporaryDirectory() as folder:
        for name in "habcdwy":
            data[name].tofile(Path(folder) / name)
        for name in "abc":
            lines = "\n".join(f"{one:.17g}" for one in data[f"totals_{name}"])
            (Path(folder) / f"totals_{name}").write_text(lines, encoding="utf-8")
        script = Path(folder) / "run.R"
        script.write_text(R_SCRIPT, encoding="utf-8")
        command = ["Rscript", str(script), folder, str(len(data["w"])), str(replicates)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(answer.stdout)
    found["mb"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return found


ANSWERS = {"ours": ours, "ours, R's residual": lambda data, n: ours(data, n, as_r=True), "svy": svy, "R": r}


def in_own_process(who: str, rows: int, replicates: int, seed: int) -> dict[str, Any]:
    """One answer with its time and the peak memory of its process."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.surveys",
        "--one",
        who,
        str(rows),
        str(replicates),
        str(seed),
    ]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
    answer = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | threads
    )
    if answer.returncode:
        raise SystemExit(f"{who}, {rows} rows:\n{answer.stderr}")
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


def one(who: str, rows: int, replicates: int, seed: int) -> None:
    """Print one answer as JSON."""
    found = ANSWERS[who](made_up(rows, seed), replicates)
    found.setdefault("mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(found))


def furthest(one: dict[str, Any], other: dict[str, Any]) -> float:
    """The largest relative difference of all numbers."""
    numbers = [
        np.array([each["mean"], each["se"], *each["domains"], *each["errors"]]) for each in (one, other)
    ]
    return float(np.max(np.abs(numbers[0] - numbers[1]) / np.abs(numbers[1])))


def peers() -> list[str]:
    """Which of them are here; how to get the others is printed."""
    found = []
    if importlib.util.find_spec("svy"):
        found.append("svy")
    else:
        print("svy is not installed here: pip install svy")
    has_r = (
        shutil.which("Rscript")
        and not subprocess.run(
            ["Rscript", "-e", "library(survey)"], capture_output=True, check=False
        ).returncode
    )
    if has_r:
        found.append("R")
    else:
        print("R with survey is not installed here: apt-get install r-base-core r-cran-survey")
    return found


def main() -> None:
    """Runs all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[3_000, 100_000, 1_000_000])
    parser.add_argument("--r-rows", type=int, default=100_000)
    parser.add_argument("--replicates", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(options.one[0], *map(int, options.one[1:]))
        return
    others = peers()
    print("\nRaked mean with error and 20 domains")
    print("     rows  who        seconds      MB   times ours   furthest answer")
    for rows in options.rows:
        compare(rows, 0, others, options)
    print(f"\n{options.replicates} bootstrap replicates, each raked again, and the error of the mean")
    print("     rows  who        seconds      MB   times ours   error of the mean")
    compare(3_000, options.replicates, others, options)


def compare(rows: int, replicates: int, others: list[str], options: argparse.Namespace) -> None:
    """Lines of one size: ours, then each peer with its answer held against ours."""
    mine = in_own_process("ours", rows, replicates, options.seed)
    last = f"{mine['se']:.8f}" if replicates else ""
    print(f"{rows:9,}  ours      {mine['seconds']:8.3f} {mine['mb']:7.0f} {'':12} {last:>17}", flush=True)
    as_r = mine if replicates else in_own_process("ours, R's residual", rows, 0, options.seed)
    for who in others:
        if who == "R" and rows > options.r_rows:
            continue
        found = in_own_process(who, rows, replicates, options.seed)
        last = f"{found['se']:.8f}" if replicates else f"{furthest(found, as_r):.1e}"
        times = found["seconds"] / mine["seconds"]
        print(
            f"{'':9}  {who:8}  {found['seconds']:8.3f} {found['mb']:7.0f} {times:12.1f} {last:>17}",
            flush=True,
        )


if __name__ == "__main__":
    main()
