"""How near our survey methods come to reference values of R's package survey, function by function.

    python -m benchmarks.conformance [--folder DIR] [--file NAME] [--misses N]

Reads the reference values in tests/methods/surveys/reference, or reference-*.json of another folder with the
CSV files and totals they speak of (what they hold is said in the README there). Printed by function: how many
cases, how many within 1e-12 and 1e-8 (relative; below 0.001 absolute, against that), how many are further off
for a reason that is written down, how many without. Then the reasons, and the misses.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.methods.surveys.conformance.city import City  # noqa: E402
from tests.methods.surveys.conformance.judging import (  # noqa: E402
    TOLERANCE,
    excused,
    known_exceptions,
    outcomes,
    table,
)
from tests.methods.surveys.conformance.samples import Folder  # noqa: E402

REFERENCE = ROOT / "tests" / "methods" / "surveys" / "reference"


def folders(given: Path | None) -> list[Folder]:
    """The folder that was asked for, or both of ours."""
    if given is not None:
        return [City(given) if (given / "reference.json").exists() else Folder(given)]
    return [Folder(REFERENCE / "own"), City(REFERENCE / "city")]


def main() -> None:
    """Prints the table, the exceptions and the misses."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="a folder of reference files other than ours")
    parser.add_argument("--file", help="only reference files whose names hold this", default="")
    parser.add_argument("--misses", type=int, default=40, help="how many misses are listed")
    options = parser.parse_args()
    exceptions = known_exceptions(REFERENCE / "exceptions.json")
    found = [one for folder in folders(options.folder) for one in outcomes(folder, options.file)]
    print(table(found, exceptions))
    far = [one for one in found if not one.within(TOLERANCE)]
    excuses = Counter(excused(one, exceptions) for one in far)
    for exception in exceptions:
        if excuses[exception]:
            print(f"  excepted, {excuses[exception]} cases {exception.cases}: {exception.reason}")
    missed = [one for one in far if excused(one, exceptions) is None]
    for one in missed[: options.misses]:
        print(f"  missed, {one.case}: {one.trouble or told(one.misses())}")


def told(misses: Mapping[str, float]) -> str:
    """Which numbers are off by how much."""
    return ", ".join(f"{name} {by:.1e}" for name, by in misses.items())


if __name__ == "__main__":
    main()
