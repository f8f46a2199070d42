"""How fast the search index answers: 100,000 synthetic pages, both databases, against a LIKE scan.

    python -m benchmarks.search [--rows 100000] [--database sqlite|postgres|both] [--repeat 15]

The pages are made up from a seeded vocabulary; nothing is read from outside. Printed are the time to build
the index, its size, and for each query the number of hits and the median and 95th percentile of a search
(counts per kind, first page with excerpts), beside the same question asked as a LIKE scan.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path[:0] = [
    str(Path(__file__).resolve().parent.parent / "src"),
    str(Path(__file__).resolve().parent.parent),
]

from tests import databases  # noqa: E402

THINGS = [
    "公園",
    "通学路",
    "図書館",
    "町内会",
    "自治会",
    "市民活動",
    "子育て",
    "防災訓練",
    "商店街",
    "河川敷",
    "バス停",
    "駐輪場",
    "保育所",
    "高齢者",
    "障害者",
    "多文化共生",
    "平和",
    "人権",
    "男女平等",
    "区役所",
    "市民館",
    "こども文化センター",
    "地域包括支援センター",
    "車いす",
    "手話通訳",
    "ボランティア",
    "サービス",
    "センター",
    "まちのひろば",
    "佐々木町",
    "〇〇町",
    "パン工房",
    "ハンドブック",
    "バンド演奏",
    "LINE",
    "DX",
    "SDGs",
]
ACTS = [
    "整備する",
    "見直す",
    "広げる",
    "支える",
    "調べる",
    "伝える",
    "開く",
    "つなぐ",
    "進める",
    "守る",
    "育てる",
    "減らす",
]
HOWS = [
    "車いすで通れないところを",
    "地域の声を聞きながら",
    "関係者と協力して",
    "毎年度",
    "令和7年度までに",
    "夜間も安心して",
]
QUERIES = (
    "公園",
    "通学路",
    "車いすで通れない",
    "地域包括支援センター 防災",
    "サービス",
    "佐々木",
    "々",
    "LINE",
    "5-1-1",
    "存在しない語句",
)
ROWS = 100_000


def documents(_changed: object = None) -> Iterator[object]:
    """Synthetic pages, the same for the same number of rows."""
    from jichi.manifest import SearchDocument

    draw = random.Random(7)
    for number in range(ROWS):
        title = f"{draw.choice(THINGS)}{draw.choice(ACTS)}事業{number}"
        body = "。".join(
            f"{draw.choice(HOWS)}{draw.choice(THINGS)}と{draw.choice(THINGS)}を{draw.choice(ACTS)}"
            for _ in range(3)
        )
        yield SearchDocument(
            source=f"kind{number % 6}",
            object_type="benchmark.page",
            object_id=str(number),
            url=f"/plans/x/{number}/",
            language="ja",
            title=title,
            body=body,
            weight=1 + number % 3,
            code=f"{number // 1000}-{number // 100 % 10}-{number % 100}",
        )


def _timed(repeat: int, call: object) -> tuple[float, float, object]:
    times, answer = [], None
    for _ in range(repeat):
        started = time.perf_counter()
        answer = call()  # type: ignore[operator]
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), sorted(times)[max(0, round(0.95 * repeat) - 1)], answer


def _like(query: str) -> int:
    from django.db import connection

    from jichi.methods import bigrams

    terms = [term.text for term in bigrams.terms(query)]
    clause = " AND ".join(["compared LIKE %s"] * len(terms))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM site_searchentry WHERE language = 'ja' AND {clause}",
            [f"%{t}%" for t in terms],
        )
        return int(cursor.fetchone()[0])


def run(rows: int, repeat: int) -> None:
    """Build the index in the database the environment names, and time the queries."""
    databases.prepare()
    import django
    from django.conf import settings

    databases.adapt(settings, Path(os.environ["JICHI_HOME"]))
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from jichi.manifest import SearchSource
    from jichi.site.search import queries, services

    call_command("migrate", verbosity=0, skip_checks=True)
    global ROWS
    ROWS = rows
    sys.modules.setdefault("benchmarks.search", sys.modules[__name__])
    source = SearchSource(
        key="kind0", title="", types=("benchmark.page",), documents="benchmarks.search:documents"
    )
    started = time.perf_counter()
    for kind in range(6):
        _build(services, source, kind)
    built = time.perf_counter() - started
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA optimize")
            size = Path(str(connection.settings_dict["NAME"])).stat().st_size
        else:
            cursor.execute("VACUUM ANALYZE site_searchentry")
            cursor.execute("SELECT pg_total_relation_size('site_searchentry')")
            size = cursor.fetchone()[0]
    print(f"\n{connection.vendor}: {rows} pages, built in {built:.1f} s, {size / 1e6:.0f} MB on disk")
    print(f"{'query':<24}{'hits':>8}{'search ms':>11}{'p95':>8}{'LIKE ms':>9}{'times':>7}")
    for query in QUERIES:
        middle, high, answer = _timed(repeat, lambda q=query: queries.search(q, language="ja"))
        scan, _, _ = _timed(3, lambda q=query: _like(q))
        print(f"{query:<24}{answer.total:>8}{middle:>11.1f}{high:>8.1f}{scan:>9.1f}{scan / middle:>7.1f}")
    middle, high, _ = _timed(repeat, lambda: queries.suggestions("公園", language="ja"))
    print(f"{'suggestions: 公園':<24}{'':>8}{middle:>11.1f}{high:>8.1f}")


def _build(services: object, source: object, kind: int) -> None:
    from dataclasses import replace

    key = f"kind{kind}"
    services.bring(replace(source, key=key, documents=f"benchmarks.search:of_{key}"), pause=False)  # type: ignore[attr-defined, type-var]


def _of(kind: int) -> object:
    def given(changed: object = None) -> Iterable[object]:
        return (row for row in documents(changed) if row.source == f"kind{kind}")  # type: ignore[attr-defined]

    return given


for _kind in range(6):
    globals()[f"of_kind{_kind}"] = _of(_kind)


def main() -> None:
    """Run in one process for each database, since settings are read once."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    given = parser.parse_args()
    if given.database != "both":
        os.environ["JICHI_TEST_DATABASE"] = given.database
        run(given.rows, given.repeat)
        return
    for database in ("sqlite", "postgres"):
        arguments = ["--rows", str(given.rows), "--repeat", str(given.repeat), "--database", database]
        subprocess.run([sys.executable, "-m", "benchmarks.search", *arguments], check=True)


if __name__ == "__main__":
    main()
