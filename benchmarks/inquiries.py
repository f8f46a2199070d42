"""How long, and with how much memory, 64 departments return 300 fields each, twice, and are merged.

    python -m benchmarks.inquiries [sqlite] [postgres]

Each database gets a process and a scratch place of its own. SQLite runs as an installation does (WAL,
synchronous=FULL); PostgreSQL comes from its wheel, as in the tests, without fsync. Two years are asked and
returned on the page, so that the second is compared with the first; a quarter of the second comes back in
workbooks. Timed are sending, returning, all workbooks out, those back, accepting, the board, the merge with
checks and outliers, and entering the results.
"""

from __future__ import annotations

import datetime
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path[:0] = [
    str(Path(__file__).resolve().parent.parent / "src"),
    str(Path(__file__).resolve().parent.parent),
]

from tests import databases  # noqa: E402

DEPARTMENTS, FIELDS, PARTS = 64, 300, 10

Told = list[tuple[str, float, float]]
"""Step, seconds that passed, seconds of this process's own work: the database's are in the first only."""


def definition() -> dict[str, Any]:
    """300 fields in ten parts: most are numbers, each part has a sum and a check of it."""
    each = FIELDS // PARTS
    parts, checks = [], []
    for part in range(PARTS):
        keys = [f"n{part}_{number}" for number in range(each - 2)]
        fields: list[dict[str, Any]] = [
            {"key": key, "label": {"ja": f"項目{key}"}, "type": "integer", "unit": {"ja": "人"}, "least": 0}
            for key in keys
        ]
        fields.append({"key": f"t{part}", "label": {"ja": f"計{part}"}, "type": "integer"})
        label = {"ja": f"計算{part}"}
        fields.append({"key": f"c{part}", "label": label, "type": "computed", "formula": " + ".join(keys)})
        parts.append({"key": f"p{part}", "title": {"ja": f"第{part}部"}, "fields": fields})
        checks.append(
            {"key": f"k{part}", "expression": f"t{part} == c{part}", "message": {"ja": "合計が合いません。"}}
        )
    return {"title": {"ja": "大きな調査"}, "parts": parts, "checks": checks}


def answers(department: int, year: int) -> dict[str, int]:
    """What a department types; one of them is ten times too high in the second year."""
    found: dict[str, int] = {}
    for part in range(PARTS):
        total = 0
        for number in range(FIELDS // PARTS - 2):
            value = 50 + (department * 7 + part * 13 + number * 3) % 400
            value += (year % 2) * ((department + number) % 5)
            if year == 2025 and (department, part, number) == (5, 3, 7):
                value *= 10
            found[f"n{part}_{number}"] = value
            total += value
        found[f"t{part}"] = total
    return found


@contextmanager
def timed(what: str, told: Told) -> Iterator[None]:
    """Take the time of a step."""
    started, worked = time.perf_counter(), time.process_time()
    yield
    told.append((what, time.perf_counter() - started, time.process_time() - worked))


def _typed(content: bytes, values: dict[str, int]) -> bytes:
    """A workbook filled in by a program: openpyxl writes into the open cells beside the labels."""
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    wanted = {f"項目{key}": value for key, value in values.items() if key.startswith("n")}
    wanted |= {f"計{key[1:]}": value for key, value in values.items() if key.startswith("t")}
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value in wanted:
                    target = next((one for one in row[cell.column :] if not one.protection.locked), None)
                    if target is not None:
                        target.value = wanted[cell.value]
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _year(year: int, series: Any, offices: list[Any], told: Told, *, measured: bool) -> Any:
    import io
    import zipfile

    from jichi.city.viewers import system_viewer
    from jichi.figures.inquiries import services
    from jichi.sheets.definition import Address

    viewer = system_viewer("demo")
    quiet: Told = []
    log = told if measured else quiet
    inquiry = services.draft_inquiry(
        viewer=viewer,
        series_id=series.pk,
        facts={"fiscal_year": year, "due_on": datetime.date(year + 1, 1, 31)},
    )
    services.choose_respondents(
        viewer=viewer, inquiry_id=inquiry.pk, who=[services.Who(department_id=one.pk) for one in offices]
    )
    with timed("send to 64", log):
        services.send_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    requests = list(inquiry.requests.select_related("answer_set").order_by("asked__key"))
    on_page = requests if not measured else requests[: DEPARTMENTS * 3 // 4]
    with timed(f"return {len(on_page)} on the page", log):
        for number, request in enumerate(on_page):
            services.hand_in(
                viewer=viewer,
                request_id=request.pk,
                raw={Address(key): str(value) for key, value in answers(number, year).items()},
                version=request.answer_set.version,
            )
    if measured:
        with timed("64 workbooks out", log):
            packed = services.take_workbooks(viewer=viewer, inquiry_id=inquiry.pk)
        with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
            names = sorted(archive.namelist())[DEPARTMENTS * 3 // 4 :]
            files = [
                services.File(name=name, content=_typed(archive.read(name), answers(int(name[-7:-5]), year)))
                for name in names
            ]
        with timed(f"{len(files)} workbooks back", log):
            done = services.take_in_workbooks(viewer=viewer, inquiry_id=inquiry.pk, files=files)
        assert {one.outcome for one in done} == {"taken"}, done[0]
    with timed("accept 64", log):
        services.accept_returns(
            viewer=viewer, inquiry_id=inquiry.pk, versions={one.pk: None for one in requests}
        )
    return inquiry


def _run() -> None:
    from tests.figures.inquiries.sample import measuring
    from tests.figures.inquiries.sample import series as set_up
    from tests.plan.rich import applied

    from jichi.city.models import City, Department
    from jichi.city.viewers import system_viewer
    from jichi.figures.inquiries import services
    from jichi.figures.inquiries.queries.board import board_of

    City.objects.create(id=1, code="999991", name="見本市", pack="mihon", is_sample=True)
    applied()
    offices = [
        Department.objects.create(key=f"d{number:02d}", name=f"課{number:02d}", kind="section")
        for number in range(DEPARTMENTS)
    ]
    told: Told = []
    row = set_up("large", definition())
    measuring(row, "sum(t0) + sum(t1)")
    _year(2024, row, offices, told, measured=False)
    inquiry = _year(2025, row, offices, told, measured=True)
    viewer = system_viewer("demo")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with timed("the board", told):
        board = board_of(viewer, inquiry.pk, datetime.date(2026, 1, 1))
    assert board.accepted == DEPARTMENTS
    with timed("merge 64 x 300, checks and outliers", told):
        merge = services.merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    outliers = [one for one in merge.findings if one["kind"] == "outlier"]
    assert (merge.seen, merge.whole) == (DEPARTMENTS, DEPARTMENTS) and outliers
    expected = sum(answers(number, 2025)["n0_0"] for number in range(DEPARTMENTS))
    assert merge.totals["n0_0"]["total"] == str(expected)
    with timed("enter the results", told):
        entered = services.enter_results(viewer=viewer, merge_id=merge.pk)
    assert len(entered.rows) == 1
    for what, seconds, worked in told:
        print(f"  {what:38s} {seconds:8.2f} s  {worked:8.2f} s of work")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {len(outliers)} outlier; peak of memory {peak:.0f} MB, {before / 1024:.0f} MB before the merge")


def _with_database(name: str) -> None:
    os.environ["JICHI_TEST_DATABASE"] = name
    databases.prepare()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _run()


if __name__ == "__main__":
    if os.environ.get("JICHI_BENCHMARK_CHILD"):
        _with_database(sys.argv[1])
    else:
        for database in sys.argv[1:] or ["sqlite", "postgres"]:
            print(f"{database}: {DEPARTMENTS} departments x {FIELDS} fields", flush=True)
            subprocess.run(
                [sys.executable, "-m", "benchmarks.inquiries", database],
                check=True,
                env={**os.environ, "JICHI_BENCHMARK_CHILD": "1"},
            )
