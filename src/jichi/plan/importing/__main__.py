"""`python -m jichi.plan.importing FILE`: print the dry-run document of a file."""

from __future__ import annotations

import json
import sys

from jichi.plan.importing import PlanImportError, read_plan_file


def main(arguments: list[str]) -> int:
    """Read one file; JSON on standard output, a summary on standard error; 1 when it cannot be read."""
    whole = "--document" in arguments
    paths = [a for a in arguments if not a.startswith("--")]
    if len(paths) != 1:
        sys.stderr.write("usage: python -m jichi.plan.importing [--document] FILE\n")
        return 2
    try:
        result = read_plan_file(paths[0])
    except PlanImportError as error:
        sys.stderr.write(f"{error}\n")
        for problem in error.problems:
            sys.stderr.write(f"  {problem}\n")
        return 1
    output = result.document if whole else result.to_dry_run()
    json.dump(output, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    sys.stderr.write(f"{result.summary()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
