"""Tables that packs bring: sources without data for a real city, files taken in for the fictitious one."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from jichi.city.errors import Invalid
from jichi.city.models import AuditEntry
from jichi.city.pack import PACKS, Pack
from jichi.figures.models import Observation, TableImport, TableMapping, TableSource
from jichi.figures.statistics.services import edit_source, save_target
from jichi.figures.statistics.services.packs import load_tables
from jichi.methods.tables.files import open_book
from jichi.methods.tables.layout import Layout
from jichi.methods.tables.proposing import propose
from jichi.methods.tables.reading import read_table

from .given import KEY, bind, loader, rate, series, year_2023, year_2024

pytestmark = pytest.mark.django_db
DATA = {
    "format": "jichi-tables/1",
    "tables": [
        {
            "key": KEY,
            "title": "町内会の状況（見本）",
            "publisher": "見本県",
            "layout": None,
            "targets": [
                {
                    "indicator": "kanyu",
                    "select": {"市区町村": "見本市"},
                    "column": "加入率",
                    "decimals": 1,
                    "quantity": "rate",
                }
            ],
            "files": [
                {"path": "r5.csv", "fiscal_year": 2023},
                {"path": "r6.csv", "fiscal_year": 2024, "published_on": "2025-03-31"},
            ],
        }
    ],
}


@pytest.fixture
def pack(city: Any, tmp_path: Path) -> Pack:
    """The pack of a fictitious city whose plan is there."""
    series()
    (tmp_path / "r5.csv").write_bytes(year_2023())
    (tmp_path / "r6.csv").write_bytes(year_2024())
    shutil.copy(PACKS / "mihon" / "pack.json", tmp_path / "pack.json")
    pack = Pack.open(str(tmp_path))
    pack.head["files"].pop("translations")
    return pack


def data(**more: Any) -> dict[str, Any]:
    found = copy.deepcopy(DATA)
    found["tables"][0] |= {"layout": propose(open_book(year_2023())).as_json(), **more}
    return found


def load(pack: Pack, facts: dict[str, Any] | None = None) -> Any:
    return load_tables(viewer=loader(), pack=pack, data=facts or data())


def test_a_fictitious_city_takes_its_files_in_and_publishes_them_once(pack):
    bind()
    report = load(pack)
    assert (report.sources, report.layouts, report.targets, report.files, report.values) == (1, 1, 1, 2, 2)
    assert [(row.fiscal_year, row.value) for row in Observation.objects.order_by("fiscal_year")] == [
        (2023, rate("59.4")),
        (2024, rate("58.8")),
    ]
    assert not Observation.objects.filter(published_at=None).exists()
    entries = AuditEntry.objects.count()
    assert load(pack).touched == 0 and AuditEntry.objects.count() == entries


def test_what_people_changed_is_not_undone(pack, planning_officer):
    load(pack)
    one = TableSource.objects.get()
    edit_source(viewer=planning_officer, source=one, version=one.version, title="町内会の一覧")
    one.refresh_from_db()
    target = one.targets.get()
    save_target(
        viewer=planning_officer,
        source=one,
        version=one.version,
        target=target,
        series=series(),
        select={"市区町村": "隣町"},
        column="加入率",
        decimals=1,
    )
    report = load(pack)
    one.refresh_from_db()
    assert (one.title, one.targets.get().select) == ("町内会の一覧", {"市区町村": "隣町"})
    assert report.kept == 2 and report.touched == 0


def test_a_pack_that_says_it_better_is_followed(pack):
    load(pack)
    better = data(title="町内会の状況")
    better["tables"][0]["layout"]["skip"] = ["計"]
    better["tables"][0]["reason"] = "計の行を読まない"
    report = load(pack, better)
    assert (report.sources, report.layouts) == (1, 1)
    assert TableMapping.objects.get(number=2).reason == "計の行を読まない"
    assert load(pack, better).touched == 0


@pytest.mark.parametrize(
    "change",
    [
        {"department": "nobody"},
        {"targets": [{"indicator": "nothing", "select": {}, "column": "x"}]},
        {"targets": [{"figure": "mihon-1/9-9/1", "select": {}, "column": "x"}]},
        {"files": [{"path": "absent.csv", "fiscal_year": 2023}]},
        {"files": [{"path": "../../etc/passwd", "fiscal_year": 2023}]},
        {"layout": {"format": "jichi-table-layout/1"}},
        {"targets": [{"indicator": "kanyu", "select": {"市区町村": "ない市"}, "column": "加入率"}]},
    ],
)
def test_what_is_wrong_with_a_table_is_named(pack, change):
    bind()
    with pytest.raises(Invalid) as refused:
        load(pack, data(**change))
    assert list(refused.value.messages) == [KEY]


def test_a_real_city_brings_no_files(pack):
    real = Pack(root=pack.root, head={**pack.head, "kind": "real"})
    with pytest.raises(Invalid):
        load(real)
    assert not TableImport.objects.exists()


def test_the_packs_layouts_read_their_files():
    for folder in PACKS.iterdir():
        if not (folder / "tables.json").is_file():
            continue
        for item in json.loads((folder / "tables.json").read_text(encoding="utf-8"))["tables"]:
            for file in item.get("files", ()):
                content = (folder / file["path"]).read_bytes()
                table = read_table(open_book(content), Layout.from_json(item["layout"]))
                assert table.rows and table.unread == 0 and not table.stopped
