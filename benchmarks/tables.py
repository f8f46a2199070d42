"""How long a table of statistics takes: 50,000 rows read, compared with the year before, and staged.

    python -m benchmarks.tables [--rows 50000] [--columns 8]

Two made-up files (workbook and csv) of two consecutive years; nothing is read from outside. Each step runs in
a process of its own; printed are the seconds that passed, those of the processor (the machine may be busy
otherwise), and the most memory ever held. As a peer without data frames the same workbook is read by openpyxl
in its read-only mode, cell by cell into lists, which neither looks for a head nor reads a number.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

MEASURES = ("人口", "世帯数", "交付枚数", "交付率", "保有枚数", "保有枚数率", "申請数", "面積")
MARKS = ("-", "…", "x")


def rows_of(count: int, columns: int, year: int) -> list[list[Any]]:
    """A table: title, head, rows of a prefecture, a municipality and numbers; 1 in 200 a mark."""
    made = random.Random(f"{year}")
    same = random.Random("both years")
    rows: list[list[Any]] = [["統計表（見本）"], [], ["県", "市区町村", *MEASURES[:columns]]]
    for number in range(count):
        cells: list[Any] = [f"第{number // 1000 + 1}県", f"第{number + 1}区"]
        for column in range(columns):
            value = same.randint(0, 9_000_000) / (10 if column % 2 else 1)
            if made.random() < 0.1:
                value += 1
            cells.append(made.choice(MARKS) if made.random() < 0.005 else value)
        rows.append(cells)
    return rows


def write(folder: Path, count: int, columns: int) -> None:
    """The files of two years."""
    import xlsxwriter

    for year in (2023, 2024):
        rows = rows_of(count, columns, year)
        with xlsxwriter.Workbook(folder / f"{year}.xlsx", {"constant_memory": True}) as book:
            sheet = book.add_worksheet("表")
            for place, cells in enumerate(rows):
                sheet.write_row(place, 0, cells)
        out = io.StringIO(newline="")
        csv.writer(out).writerows(
            [f"{cell:,}" if isinstance(cell, float | int) else cell for cell in row] for row in rows
        )
        (folder / f"{year}.csv").write_bytes(out.getvalue().encode("cp932"))


# --- the steps, each in a process of its own ---------------------------------------------------------------
def step_start(_folder: Path) -> str:
    """What a process holds with everything imported and nothing done."""
    import jichi.methods.tables.differences
    import jichi.methods.tables.proposing  # noqa: F401

    return ""


def _read(path: Path) -> Any:
    from jichi.methods.tables.files import open_book
    from jichi.methods.tables.proposing import propose
    from jichi.methods.tables.reading import read_table

    book = open_book(path.read_bytes())
    return read_table(book, propose(book))


def step_read_xlsx(folder: Path) -> str:
    """A workbook read: sheets, head, keys, every number."""
    return f"{len(_read(folder / '2024.xlsx').rows)} rows"


def step_read_csv(folder: Path) -> str:
    """The same as csv in cp932 with thousands commas."""
    return f"{len(_read(folder / '2024.csv').rows)} rows"


def step_read_and_compare(folder: Path) -> str:
    """Two workbooks read and compared number by number."""
    from jichi.methods.tables.differences import compare

    found = compare(_read(folder / "2023.xlsx"), 2023, _read(folder / "2024.xlsx"), 2024)
    return json.dumps(found.counts())


def step_openpyxl(folder: Path) -> str:
    """The peer: openpyxl, read-only, cells into lists and nothing else."""
    import openpyxl

    book = openpyxl.load_workbook(folder / "2024.xlsx", read_only=True, data_only=True)
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    return f"{len(rows)} rows"


def step_openpyxl_compare(folder: Path) -> str:
    """The peer with the comparison a script would do: two dictionaries by the names of the rows."""
    import openpyxl

    tables = []
    for year in (2023, 2024):
        book = openpyxl.load_workbook(folder / f"{year}.xlsx", read_only=True, data_only=True)
        rows = list(book.worksheets[0].iter_rows(min_row=4, values_only=True))
        tables.append({tuple(row[:2]): row[2:] for row in rows})
    old, new = tables
    changed = sum(
        one != other for keys, row in new.items() for one, other in zip(row, old[keys], strict=True)
    )
    return f"{changed} changed"


def step_stage(folder: Path) -> str:
    """Staged as on the page: read, compared with the table before, stored in SQLite with its file."""
    return _staged(folder, "2024.xlsx")


def _staged(folder: Path, name: str) -> str:
    from jichi.city.viewers import system_viewer
    from jichi.figures.models import TableSource
    from jichi.figures.statistics.services import stage_table

    row = stage_table(
        viewer=system_viewer("pack-loader"),
        source=TableSource.objects.get(),
        filename=name,
        content=(folder / name).read_bytes(),
        fiscal_year=int(name[:4]),
    )
    return json.dumps(row.diff["counts"])


def prepare(folder: Path) -> None:
    """An installation with the table of 2023 taken in."""
    from django.core.management import call_command

    from jichi.city.viewers import system_viewer
    from jichi.figures.statistics.services import create_source, map_table, stage_table, take_table
    from jichi.methods.tables.files import open_book
    from jichi.methods.tables.proposing import propose

    call_command("migrate", verbosity=0)
    viewer = system_viewer("pack-loader")
    source = create_source(viewer=viewer, key="table", title="統計表", publisher="見本県", department=None)
    content = (folder / "2023.xlsx").read_bytes()
    layout = propose(open_book(content)).as_json()
    map_table(viewer=viewer, source=source, version=source.version, layout=layout)
    row = stage_table(viewer=viewer, source=source, filename="2023.xlsx", content=content, fiscal_year=2023)
    take_table(viewer=viewer, import_id=row.pk)


STEPS: dict[str, Callable[[Path], str]] = {
    "imports only": step_start,
    "read xlsx": step_read_xlsx,
    "read csv": step_read_csv,
    "read two xlsx and compare": step_read_and_compare,
    "peer: openpyxl reads": step_openpyxl,
    "peer: openpyxl reads two, compares": step_openpyxl_compare,
    "stage (read, compare, store)": step_stage,
}
WITH_DATABASE = {"stage (read, compare, store)"}


def run_step(name: str, folder: Path) -> None:
    """One step in this process; prints seconds and the most memory held."""
    if name in WITH_DATABASE or name == "prepare":
        import django

        django.setup()
    if name == "prepare":
        prepare(folder)
        return
    start, busy = time.perf_counter(), time.process_time()
    said = STEPS[name](folder)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    print(f"{name:36} {seconds:7.2f} s {busy:7.2f} s CPU {most_memory():6.0f} MB  {said}")


def most_memory() -> float:
    """The most memory this program held, in MB; not what the one it was started from had."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Write the files, then run every step by itself."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--columns", type=int, default=8)
    parser.add_argument("--step", default="")
    parser.add_argument("--folder", default="")
    asked = parser.parse_args()
    if asked.step:
        run_step(asked.step, Path(asked.folder))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, asked.rows, asked.columns)
        sizes = {
            path.name: f"{path.stat().st_size / 1024 / 1024:.1f} MB" for path in sorted(folder.iterdir())
        }
        print(f"{asked.rows} rows, {asked.columns} columns of numbers; {sizes}")
        environment = {
            **os.environ,
            "JICHI_HOME": str(folder / "home"),
            "DJANGO_SETTINGS_MODULE": "jichi.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        (folder / "home").mkdir()
        for step in ("prepare", *STEPS):
            command = [sys.executable, "-m", "benchmarks.tables", "--step", step, "--folder", name]
            subprocess.run(command, check=True, cwd=ROOT, env=environment)


if __name__ == "__main__":
    main()
