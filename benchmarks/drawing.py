"""How long it takes to draw a sample from a city's register, and to check that it was drawn so.

    python -m benchmarks.drawing [--people 1300000] [--seed 1]

The register is made up from a seed: keys in no order, 7 wards, 1,190 districts, addresses of about two
people, one in a hundred excluded. Printed are processor seconds, what was drawn and the memory that was held
at most. The peer is numpy's generator, which draws faster but promises nobody the same numbers in another
version; of a draw by it only the drawing is timed, there being no record of it.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "src")]

from jichi.methods.surveys.sampling import (  # noqa: E402
    Plan,
    Register,
    draw_sample,
    make_register,
    record_of,
    verify,
)


def made_up(people: int, seed: int) -> dict[str, Any]:
    """Columns of a register."""
    rng = np.random.default_rng(seed)
    ward = rng.integers(1, 8, people)
    district = ward * 1000 + rng.integers(0, 170, people)
    return {
        "keys": np.char.add("R", rng.permutation(np.arange(10**8, 10**8 + people)).astype(str)),
        "strata": ward,
        "clusters": district,
        "addresses": district * 1000 + rng.integers(0, 546, people),
        "excluded": {"moved": rng.random(people) < 0.01},
    }


def timed(label: str, action: Any) -> Any:
    """Do something and print how long it took."""
    start = time.process_time()
    found = action()
    told = f"{len(found):>9,}" if hasattr(found, "__len__") and not isinstance(found, str) else " " * 9
    print(f"  {label:<58}{told}{time.process_time() - start:>9.2f} s")
    return found


def by_generator(register: Register, per_stratum: int, seed: int) -> np.ndarray:
    """Rows of a stratified sample drawn by numpy."""
    rng = np.random.default_rng(seed)
    rows = [
        rng.choice(
            np.flatnonzero(register.eligible & (register.strata.codes == code)), per_stratum, replace=False
        )
        for code in range(len(register.strata.names))
    ]
    return np.concatenate(rows)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=1_300_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    columns = made_up(given.people, given.seed)
    print(f"a register of {given.people:,} people (processor time)")
    register = timed("checked", lambda: make_register(**columns))
    timed("its fingerprint", register.fingerprint)
    plans = {
        "200 districts by lots, 15 people of each": Plan(per_stratum=200, take=15),
        "200 districts by size, 15 addresses of each, 5 in reserve": Plan(
            per_stratum=200, take=15, first_stage="pps", one_per_address=True, reserve=5
        ),
    }
    for label, plan in plans.items():
        sample = timed(label, lambda plan=plan: draw_sample(register, plan, seed="benchmark"))
    record = record_of(sample)
    result = timed("  drawn again and compared with its record", lambda: verify(record, register))
    print("  the record holds" if result.holds else f"  THE RECORD DOES NOT HOLD: {result.problems}")
    single = make_register(columns["keys"], strata=columns["strata"], excluded=columns["excluded"])
    everyone = timed(
        "3,000 people, in proportion to wards", lambda: draw_sample(single, Plan(per_stratum=3000), seed="b")
    )
    share = len(everyone) // 7
    timed("peer: the same number by numpy's generator", lambda: by_generator(single, share, given.seed))
    print(f"  memory held at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
