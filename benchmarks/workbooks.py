"""How long workbooks take: an inquiry to 64 departments with 300 questions, written, filled in and read back.

    python -m benchmarks.workbooks [--departments 64] [--fields 300] [--months 12]

The form is made up: ten parts, two of them tables over the months. Each department's workbook carries the
answers of the year before and a whole set of answers, as if it had been filled in. Read are first all of them
by Jichi (opened, bound to the form; then read as values too), and in the same run the same files by
python-calamine and by openpyxl, which only take the cells' values: no formulas, merged cells, notes, marks or
checks. Each step runs in a process of its own, which prints its seconds and its peak memory; nothing is read
from outside.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[:0] = [
    str(Path(__file__).resolve().parent.parent / "src"),
    str(Path(__file__).resolve().parent.parent),
]

from tests import databases  # noqa: E402

KEY = b"benchmark"
STEPS = ("nothing", "write", "read", "read and check", "calamine", "openpyxl")


def _form(fields: int, months: int) -> Any:
    from jichi.sheets.parsing import parse_definition

    parts = []
    for at in range(10):
        part: dict[str, Any] = {"key": f"p{at}", "title": {"ja": f"第{at + 1}部"}}
        if at >= 8:
            part["rows"] = {
                "fixed": [
                    {"key": f"m{month}", "label": {"ja": f"{month}月"}} for month in range(1, months + 1)
                ]
            }
        part["fields"] = [
            {
                "key": f"f{at}_{place}",
                "label": {"ja": f"設問{at + 1}の{place + 1}：参加した人の数"},
                "type": "integer",
                "unit": {"ja": "人"},
                "hint": {"ja": "延べ人数を記入してください。"},
                "least": 0,
            }
            for place in range(fields // 10)
        ]
        parts.append(part)
    return parse_definition({"title": {"ja": "大きな照会"}, "parts": parts})


def _answers(form: Any, seed: int) -> dict[Any, str]:
    from jichi.sheets.definition import Address

    chance = random.Random(seed)
    return {
        Address(field.key, row.key if row else ""): str(chance.randrange(100_000))
        for part in form.parts
        for row in (part.rows.fixed if part.rows else (None,))
        for field in part.fields
    }


def _write(form: Any, folder: Path, departments: int) -> None:
    from jichi.sheets.reading import read
    from jichi.sheets.workbook import Cover, Envelope, write_workbook

    for number in range(departments):
        envelope = Envelope(
            form_key="large",
            form_version=1,
            form_digest=form.digest,
            context="benchmark:1",
            respondent=f"dept-{number}",
            issued_at="2026-05-01T09:00:00",
        )
        content = write_workbook(
            form,
            envelope=envelope,
            cover=Cover(title="大きな照会", purpose="測るため", due="2026年5月29日"),
            key=KEY,
            raw=_answers(form, number),
            previous=read(form, _answers(form, number + 1000)).values,
        )
        (folder / f"{number}.xlsx").write_bytes(content)


def _read(form: Any, folder: Path, departments: int, *, check: bool = True) -> None:
    from jichi.sheets.reading import read
    from jichi.sheets.workbook import bind, read_workbook

    for number in range(departments):
        returned = bind(form, read_workbook((folder / f"{number}.xlsx").read_bytes(), key=KEY))
        assert not returned.problems and returned.raw == _answers(form, number)
        if check:
            assert read(form, returned.raw).is_acceptable


def _calamine(folder: Path, departments: int) -> None:
    from python_calamine import CalamineWorkbook

    for number in range(departments):
        book = CalamineWorkbook.from_filelike(io.BytesIO((folder / f"{number}.xlsx").read_bytes()))
        assert sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def _openpyxl(folder: Path, departments: int) -> None:
    import openpyxl

    for number in range(departments):
        content = io.BytesIO((folder / f"{number}.xlsx").read_bytes())
        book = openpyxl.load_workbook(content, data_only=True)
        assert sum(len(list(sheet.values)) for sheet in book.worksheets)


def run(step: str, folder: Path, departments: int, fields: int, months: int) -> None:
    """One step in this process."""
    home = databases.prepare()
    import django
    from django.conf import settings

    databases.adapt(settings, home)
    django.setup()
    form = _form(fields, months)
    steps: dict[str, Callable[[], None]] = {
        "nothing": lambda: None,
        "write": lambda: _write(form, folder, departments),
        "read": lambda: _read(form, folder, departments, check=False),
        "read and check": lambda: _read(form, folder, departments),
        "calamine": lambda: _calamine(folder, departments),
        "openpyxl": lambda: _openpyxl(folder, departments),
    }
    begun = time.perf_counter()
    processor = time.process_time()
    steps[step]()
    seconds, busy = time.perf_counter() - begun, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{step:<16}{seconds:>9.2f}{busy:>9.2f}{1000 * busy / departments:>12.0f}{peak:>10.0f}")


def main() -> None:
    """Run each step in a process of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--departments", type=int, default=64)
    parser.add_argument("--fields", type=int, default=300)
    parser.add_argument("--months", type=int, default=12, help="rows of the two tables")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    sizes = (given.departments, given.fields, given.months)
    if given.step:
        run(given.step, given.folder, *sizes)
        return
    cells = given.fields // 10 * (8 + 2 * given.months)
    print(f"{given.departments} workbooks of {given.fields} questions, {cells} answers each")
    print(f"{'':<16}{'seconds':>9}{'CPU s':>9}{'ms each':>12}{'peak MB':>10}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--departments", str(sizes[0]), "--fields", str(sizes[1]), "--months", str(sizes[2])]
        for step in STEPS:
            command = [sys.executable, "-m", "benchmarks.workbooks", *arguments, "--folder", folder]
            subprocess.run([*command, "--step", step], check=True)
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) / given.departments
    print(f"a workbook has {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
