"""Open data: the same rows in three forms, the catalogue, the whole plan, what search engines may read."""

from __future__ import annotations

import csv
import datetime
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from django.test import Client

from jichi.city import registry
from jichi.city.models import Department
from jichi.city.viewers import system_viewer
from jichi.directory.models import Body, Place
from jichi.figures.models import Breakdown, Cell, Evidence, Observation, SourceKind
from jichi.figures.services.bindings import add_definition, decide_binding
from jichi.manifest import Column
from jichi.plan import services as plan_services
from jichi.plan.importing import check_document
from jichi.plan.models import Series
from jichi.site.data import catalogue
from jichi.ui.downloads import Dataset, as_csv

from . import small_plan

pytestmark = pytest.mark.django_db
FORMS = ("csv", "json", "xlsx")


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    content = client.get(address).content
    assert content.startswith(b"\xef\xbb\xbf"), "CSV begins with a byte order mark"
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def json_of(client: Client, address: str) -> Any:
    return json.loads(client.get(address).content)


def measure(
    value: str | None, *, year: int = 2023, published: bool = True, revision: int = 1, **more: Any
) -> None:
    evidence = Evidence.objects.create(title="統計書", publisher="見本市", url="https://example.jp/book")
    Observation.objects.create(
        series=Series.objects.get(indicator__key="kanyu"),
        fiscal_year=year,
        value=value,
        decimals=1,
        unit="%",
        source_kind=SourceKind.DOCUMENT,
        evidence=evidence,
        revision=revision,
        reason="" if revision == 1 else "印刷の誤り",
        note="" if value else "調査なし",
        entered_by="00000000-0000-0000-0000-000000000001",
        published_at="2024-04-01T00:00:00Z" if published else None,
        **more,
    )


@pytest.mark.parametrize("form", FORMS)
def test_every_declared_dataset_is_served_in_every_form(client: Client, form: str) -> None:
    small_plan.load()
    measure("60.5")
    for _room, export in catalogue.exports():
        answer = client.get(f"/data/{export.key}.{form}")
        assert answer.status_code == 200, export.key
        assert f'filename="{export.key}.{form}"' in answer.headers.get(
            "Content-Disposition", f'filename="{export.key}.json"'
        )
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_rows_hold_exactly_the_declared_columns() -> None:
    small_plan.load()
    measure("60.5")
    office = Department.objects.get_or_create(
        key="kyodo", defaults={"name": "協働推進課", "kind": "section"}
    )[0]
    Place.objects.create(key="centre", name="市民活動センター", kind="civic_centre")
    Body.objects.create(key="council", name="審議会", kind="attached", department=office)
    value = Observation.objects.get()
    add_definition(viewer=system_viewer("pack-loader"), series=value.series, code="1", counts="世帯の割合")
    decide_binding(
        viewer=system_viewer("pack-loader"),
        series=value.series,
        valid_from=datetime.date(2022, 4, 1),
        decided_on=datetime.date(2022, 4, 1),
        decision="決定",
        source_kind="departments",
    )
    cut = Breakdown.objects.create(observation=value, dimensions=["ward"], method="test", least_cell=10)
    Cell.objects.create(breakdown=cut, key=["kita"], order=0, value=61, n=610, state="shown")
    for room, export in catalogue.exports():
        if room in ("evaluation", "undertakings", "consultations"):
            continue  # their rows need more than this plan: the tests of those rooms fill them
        keys = {column.key for column in export.columns}
        rows = catalogue.rows_of(export)
        assert rows, export.key
        for row in rows:
            assert set(row) <= keys, export.key
        assert set().union(*(set(row) for row in rows)) == keys, export.key


def test_the_three_forms_say_the_same(client: Client) -> None:
    small_plan.load()
    table = rows_of(client, "/data/indicator-points.csv")
    listed = json_of(client, "/data/indicator-points.json")
    titles = {column["key"]: column["title"] for column in listed["columns"]}
    book = openpyxl.load_workbook(io.BytesIO(client.get("/data/indicator-points.xlsx").content))
    sheet = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[titles["value"]] for row in table] == ["59", "64"]
    assert [row["value"] for row in listed["rows"]] == [59, 64]
    assert list(sheet[0]) == list(table[0])
    assert [row[list(sheet[0]).index(titles["value"])] for row in sheet[1:]] == [59, 64]
    assert len(book.worksheets) == 2
    notes = " ".join(str(cell) for row in book.worksheets[1].iter_rows(values_only=True) for cell in row)
    assert "自由に使える" in notes
    assert "Project-Id-Version" not in notes


def test_zero_is_a_value_and_missing_is_empty(client: Client) -> None:
    small_plan.load()
    figures = json_of(client, "/data/project-figures.json")["rows"]
    assert [row["value"] for row in figures] == [0]
    measure(None)
    observed = json_of(client, "/data/observations.json")["rows"]
    assert [row["value"] for row in observed] == [None]
    assert observed[0]["note"] == "調査なし"


def test_names_follow_the_language_of_the_address(client: Client) -> None:
    small_plan.load()
    assert json_of(client, "/data/indicators.json")["rows"][0]["name"] == "町内会加入率"
    assert (
        json_of(client, "/en/data/indicators.json")["rows"][0]["name"]
        == "Neighbourhood association membership"
    )


def test_text_that_would_run_as_a_formula_is_harmless(client: Client) -> None:
    small_plan.load()
    assert "'=応援補助金" in client.get("/data/schemes.csv").content.decode()
    assert json_of(client, "/data/schemes.json")["rows"][0]["name"] == "=応援補助金"
    cells = as_csv(
        Dataset(key="x", title="x", columns=[Column(key="a", title="a")], rows=[{"a": "@SUM(1)"}, {"a": -3}])
    )
    assert cells.decode("utf-8-sig").split() == ["a", "'@SUM(1)", "-3"]


def test_unpublished_things_are_in_no_file(client: Client, client_as: Any) -> None:
    small_plan.load(publish=False)
    measure("60.5", published=False)
    for reader in (client, client_as(small_plan_role())):
        for key in (
            "nodes",
            "indicators",
            "indicator-points",
            "observations",
            "milestones",
            "documents",
            "schemes",
        ):
            assert json_of(reader, f"/data/{key}.json")["rows"] == [], key
    for address in (
        "/plans/mihon-1.json",
        "/plans/mihon-1/1-1.csv",
        "/indicators/kanyu.csv",
        "/documents/kyodo-jorei.csv",
    ):
        assert client.get(address).status_code == 404


def small_plan_role() -> Any:
    from jichi.manifest import Role

    return Role.PLANNING_OFFICER


def test_a_correction_stands_beside_what_it_corrects(client: Client) -> None:
    small_plan.load()
    measure("60.5")
    measure("60.7", revision=2)
    rows = json_of(client, "/data/observations.json")["rows"]
    assert [(row["value"], row["revision"], row["is_latest"]) for row in rows] == [
        (60.5, 1, False),
        (60.7, 2, True),
    ]
    assert rows[1]["reason"] == "印刷の誤り"
    page = json_of(client, "/indicators/kanyu.json")["rows"]
    assert [(row["role"], row["value"]) for row in page] == [
        ("current", 59),
        ("actual", 60.7),
        ("target", 64),
    ]
    assert page[1]["evidence"] == "統計書"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "address", ["/plans/mihon-1/1", "/plans/mihon-1/1-1-01", "/indicators/kanyu", "/documents/kyodo-jorei"]
)
def test_every_page_of_a_thing_has_its_data(client: Client, address: str, form: str) -> None:
    small_plan.load()
    assert client.get(f"{address}.{form}").status_code == 200
    assert client.get(f"/en{address}.{form}").status_code == 200


def test_a_node_brings_all_that_lies_below(client: Client) -> None:
    small_plan.load()
    rows = json_of(client, "/plans/mihon-1/1.json")["rows"]
    assert {row["code"] for row in rows} == {"1", "1-1", "1-1-01"}
    assert {row["kind"] for row in rows} == {"part", "statement", "point", "activity"}
    assert not [row for row in rows if row["text"] == "本文だけの課題"]
    assert {row["code"] for row in json_of(client, "/plans/mihon-1/1-1-01.json")["rows"]} == {"1-1-01"}


@pytest.mark.parametrize(
    "address",
    [
        "/data/nothing.csv",
        "/data/nodes.pdf",
        "/plans/mihon-1/9.csv",
        "/indicators/x.json",
        "/plans/x.json",
        "/plans/mihon-1.csv",
    ],
)
def test_what_is_not_there_is_absent(client: Client, address: str) -> None:
    small_plan.load()
    assert client.get(address).status_code == 404


def test_a_whole_plan_goes_out_and_comes_back_unchanged(client: Client) -> None:
    from jichi.city.viewers import system_viewer

    small_plan.load()
    document = json_of(client, "/plans/mihon-1.json")
    assert check_document(document) == ()
    assert "計画書の本文" not in json.dumps(document, ensure_ascii=False)
    for node in document["nodes"]:
        assert node["source_text"] == ""
    report = plan_services.apply_document(
        viewer=system_viewer("pack-loader"), document={**small_plan.document()}
    )
    assert report.touched == 0


def test_the_workbook_reads_back_to_the_same_plan(client: Client, tmp_path: Path) -> None:
    from jichi.plan.importing import read_plan_file

    small_plan.load()
    path = tmp_path / "plan.xlsx"
    path.write_bytes(client.get("/plans/mihon-1.xlsx").content)
    result = read_plan_file(path)
    assert result.document["nodes"] == json_of(client, "/plans/mihon-1.json")["nodes"]


# --- the catalogue ---------------------------------------------------------------------------------------
def test_the_catalogue_page_lists_every_dataset(client: Client) -> None:
    small_plan.load()
    html = client.get("/data/").content.decode()
    for room in registry.rooms():
        for export in room.exports:
            assert f'id="{export.key}"' in html
            assert f"/data/{export.key}.xlsx" in html
    assert "自由に使える" in html


DCAT_SCHEMA = {
    "type": "object",
    "required": ["@context", "@id", "@type", "dct:title", "dct:description", "dct:publisher", "dcat:dataset"],
    "properties": {
        "@type": {"const": "dcat:Catalog"},
        "dct:publisher": {"type": "object", "required": ["@type", "foaf:name"]},
        "dcat:dataset": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": [
                    "@id",
                    "@type",
                    "dct:title",
                    "dct:description",
                    "dct:identifier",
                    "dcat:distribution",
                ],
                "properties": {
                    "@type": {"const": "dcat:Dataset"},
                    "dct:title": {"type": "array", "items": {"required": ["@language", "@value"]}},
                    "dcat:distribution": {
                        "type": "array",
                        "minItems": 3,
                        "items": {
                            "required": [
                                "@id",
                                "@type",
                                "dcat:accessURL",
                                "dct:license",
                                "dct:format",
                                "dcat:mediaType",
                            ]
                        },
                    },
                },
            },
        },
    },
}


def test_the_catalogue_for_machines_has_what_dcat_ap_asks(client: Client) -> None:
    small_plan.load()
    answer = client.get("/data/catalog.jsonld")
    assert answer.headers["Content-Type"] == "application/ld+json"
    document = json.loads(answer.content)
    jsonschema.validate(document, DCAT_SCHEMA)
    prefixes = set(document["@context"])
    text = json.dumps({key: value for key, value in document.items() if key != "@context"})
    used = {name.split(":")[0] for name in _names(json.loads(text)) if ":" in name}
    assert used <= prefixes
    addresses = [
        one["dcat:downloadURL"]["@id"] for row in document["dcat:dataset"] for one in row["dcat:distribution"]
    ]
    for address in addresses:
        assert client.get(address.split("/", 3)[3].join(["/", ""])).status_code == 200


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        kinds = [value["@type"]] if isinstance(value.get("@type"), str) else []
        return (
            [key for key in value if not key.startswith("@")]
            + kinds
            + [name for one in value.values() for name in _names(one)]
        )
    if isinstance(value, list):
        return [name for one in value for name in _names(one)]
    return []


# --- search engines --------------------------------------------------------------------------------------
def test_every_address_of_the_sitemap_answers(client: Client) -> None:
    from xml.etree import ElementTree

    from django.conf import settings

    small_plan.load()
    answer = client.get("/sitemap.xml")
    tree = ElementTree.fromstring(answer.content)
    found = [one.text or "" for one in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(found) == len(set(found)) > 10
    assert f"{settings.BASE_URL}/en/plans/mihon-1/1-1/" in found
    for address in found:
        # The list of plans leads on to the plan while there is but one.
        assert client.get(address.removeprefix(settings.BASE_URL)).status_code in {200, 302}, address


def test_sample_data_asks_not_to_be_indexed(client: Client) -> None:
    small_plan.load()
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()
    from jichi.city.models import City
    from jichi.city.queries import forget_city

    City.objects.update(is_sample=False)
    forget_city()
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /staff/" in text
    assert "Sitemap: " in text
    assert "Disallow: /\n" not in text
