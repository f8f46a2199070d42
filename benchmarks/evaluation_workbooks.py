"""How long the workbooks of an evaluation take: 600 sheets of 60 departments, written and one read back.

    python -m benchmarks.evaluation_workbooks [--departments 60] [--sheets 10] [--pack kawasaki]

Each department's workbook holds its sheets with a draft and last year's answers beside. Printed are seconds
of the processor, bytes, and the peak memory of the process; nothing is read from outside and no database.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests import databases  # noqa: E402

KEY = b"benchmark"
TEXT = "市民の学びの機会を広げるため、講座を開いた。" * 8


def _answers() -> dict[Any, str]:
    from jichi.sheets.definition import Address

    found = {
        "aim": TEXT,
        "content": TEXT,
        "accomplishment": "3",
        "accomplishment_reason": TEXT,
        "project_cost.settled": "1200",
    }
    for row in range(1, 9):
        found |= {f"planned.{row}": "講座の開催：年12回", f"number_name.{row}": f"指標{row}"}
    return {Address.of(key): text for key, text in found.items()}


def _section(definition: Any, number: int) -> Any:
    from jichi.sheets.reading import read
    from jichi.sheets.workbook import Envelope, Section

    raw = _answers()
    envelope = Envelope(
        form_key="hyoka-jigyo",
        form_version=1,
        form_digest=definition.digest,
        context=f"evaluation.sheet:1/{number}",
        respondent="department:a",
        issued_at="2025-04-01T09:00:00+09:00",
        title="評価",
    )
    return Section(
        definition=definition,
        envelope=envelope,
        code=f"1-{number}",
        name=f"事業{number}",
        raw=raw,
        previous=read(definition, raw).values,
    )


def main() -> None:
    """Prints one line for writing and one for reading."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--departments", type=int, default=60)
    parser.add_argument("--sheets", type=int, default=10)
    parser.add_argument("--pack", default="kawasaki")
    options = parser.parse_args()
    databases.prepare()
    import django

    django.setup()
    from jichi.sheets.parsing import parse_definition
    from jichi.sheets.workbook import Cover, Returned, bind, read_volume, write_volume

    file = ROOT / "src" / "jichi" / "packs" / options.pack / "forms" / "hyoka-jigyo.json"
    definition = parse_definition(json.loads(file.read_text(encoding="utf-8"))["definition"])
    begun, size, content = time.process_time(), 0, b""
    for department in range(options.departments):
        first = department * options.sheets
        sections = [_section(definition, first + at) for at in range(1, options.sheets + 1)]
        content = write_volume(sections, cover=Cover(title="評価", respondent="課"), key=KEY)
        size += len(content)
    _told("written", options.departments * options.sheets, begun, size)
    begun = time.process_time()
    for one in read_volume(content, key=KEY).sections:
        assert isinstance(one, Returned)
        assert bind(definition, one).is_acceptable
    _told("read", options.sheets, begun, len(content))


def _told(what: str, sheets: int, begun: float, size: int) -> None:
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what}: {sheets} sheets, {seconds:.1f} s, {size / 1e6:.1f} MB of files, peak {peak} MB")


if __name__ == "__main__":
    main()
