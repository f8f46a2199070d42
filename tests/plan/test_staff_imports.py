"""Importing through HTTP: upload, review, correction, confirmation; bad files and how they are refused."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from jichi.manifest import Role
from jichi.plan.enums import ImportState
from jichi.plan.importing import write_workbook
from jichi.plan.models import Edit, ImportRun, Node, Plan
from jichi.plan.queries.document import document_of

from .rich import applied, document
from .test_services_imports import UNCERTAIN, result, started

# The permission matrix draws these pages on every database; what they do to rows, services' tests read there.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city"), pytest.mark.one_database]


@pytest.fixture
def planner(client_as: Any) -> Client:
    applied()
    client: Client = client_as(Role.PLANNING_OFFICER)
    return client


def upload(client: Client, content: bytes, name: str = "plan.json", **more: str) -> Any:
    data = {"plan": "mihon-1", **more, "file": SimpleUploadedFile(name, content)}
    return client.post("/staff/imports/new/", data)


def as_json(**changes: Any) -> bytes:
    wanted = document()
    wanted["nodes"][1] |= changes
    return json.dumps(wanted, ensure_ascii=False).encode()


def test_a_file_is_read_reviewed_and_confirmed(planner, planning_officer):
    response = upload(planner, as_json(name="町内会・自治会を支える"))
    run = ImportRun.objects.get()
    assert response["Location"] == f"/staff/imports/{run.pk}/"
    assert Node.objects.get(code="1-1").name == "町内会を支える"
    for page in ("", "parts/", "parts/?part=1-1-01", "lines/", "changes/", "end/"):
        assert planner.get(f"/staff/imports/{run.pk}/{page}").status_code == 200
    changes = planner.get(f"/staff/imports/{run.pk}/changes/")
    assert changes.context["total"] == 1 and "<ins>町内会・自治会を支える</ins>" in changes.content.decode()
    end = f"/staff/imports/{run.pk}/end/"
    data = {
        "act": "confirm",
        "version": run.version,
        "name": "見本市実施計画",
        "first_year": "R4",
        "last_year": "令和7年度",
    }
    response = planner.post(end, data | {"adopted_on": "2022-03-01", "reason": "改訂"})
    assert response.status_code == 302
    assert Node.objects.get(code="1-1").name == "町内会・自治会を支える"
    assert Edit.objects.latest("pk").reason == "改訂"
    assert planner.get(end).status_code == 404
    again = upload(planner, as_json(name="町内会・自治会を支える"))
    changes = planner.get(f"{again['Location']}changes/")
    assert changes.context["total"] == 0


def test_uncertain_places_come_first_and_open_ones_before_decided(planner, planning_officer):
    run = started(planning_officer, result(uncertain=UNCERTAIN))
    base = f"/staff/imports/{run.pk}/"
    page = planner.get(base)
    assert [place.index for place in page.context["page"]] == [0, 1, 2]
    assert [key for key, _words in page.context["page"][2].options] == ["out"]
    assert [key for key, _words in page.context["page"][0].options] == ["c0", "c1", "other", "out"]
    assert planner.post(base + "places/0/", {"version": 1}).status_code == 422
    typed = {
        "version": 1,
        "p0-choice": "other",
        "p0-role": "target",
        "p0-fiscal_year": "R9x",
        "p0-value": "7",
    }
    refused = planner.post(base + "places/0/", typed)
    assert refused.status_code == 422 and 'value="R9x"' in refused.content.decode()
    typed |= {"p0-fiscal_year": "令和6年度", "p0-value": "８", "p0-note": "担当課に聞いた"}
    assert planner.post(base + "places/0/", typed).status_code == 302
    stale = planner.post(base + "places/2/", {"version": 1, "p2-choice": "out"})
    assert stale.status_code == 409
    assert planner.post(base + "places/2/", {"version": 2, "p2-choice": "out"}).status_code == 302
    assert planner.post(base + "places/1/", {"version": 3, "p1-choice": "c0"}).status_code == 302
    run.refresh_from_db()
    assert run.resolutions["0"]["values"] == [{"role": "target", "fiscal_year": 2024, "value": 8}]
    assert run.resolutions["2"]["values"] is None
    assert [place.decision is None for place in planner.get(base).context["page"]] == [False] * 3
    assert list(planner.get(base + "?show=open").context["page"]) == []
    assert planner.post(base + "places/9/", {"version": 4}).status_code == 404


def test_open_places_stop_the_confirmation(planner, planning_officer):
    run = started(planning_officer, result(uncertain=UNCERTAIN))
    data = {"act": "confirm", "version": 1, "name": "見", "first_year": "2022", "last_year": "2025"}
    response = planner.post(f"/staff/imports/{run.pk}/end/", data)
    assert response.status_code == 422 and "3" in response.content.decode()
    run.refresh_from_db()
    assert run.state == ImportState.REVIEW


def test_a_cell_is_corrected_beside_its_source(planner, planning_officer):
    run = started(planning_officer)
    address = f"/staff/imports/{run.pk}/cell/?pointer=/nodes/1/name&part=1-1"
    page = planner.get(address)
    assert "施策 1-1" in page.content.decode()
    data = {"version": 1, "pointer": "/nodes/1/name", "value": ""}
    assert planner.post(address, data).status_code == 422
    assert planner.post(address, data | {"value": "正しい名前"}).status_code == 302
    assert planner.post(address, data | {"value": "古い人の名前"}).status_code == 409
    run.refresh_from_db()
    assert run.document["nodes"][1]["name"] == "正しい名前"
    number = f"/staff/imports/{run.pk}/cell/?pointer=/indicators/0/series/0/points/0/value"
    data = {"version": 2, "pointer": "/indicators/0/series/0/points/0/value", "value": "六十"}
    assert planner.post(number, data).status_code == 422
    assert planner.post(number, data | {"value": "６３．５"}).status_code == 302
    assert planner.get(f"/staff/imports/{run.pk}/cell/?pointer=/nodes").status_code == 404
    assert planner.get(f"/staff/imports/{run.pk}/cell/?pointer=/nowhere").status_code == 404


def test_lines_are_filtered_in_the_address(planner, planning_officer):
    run = started(planning_officer)
    base = f"/staff/imports/{run.pk}/lines/"
    assert [line.number for line in planner.get(base).context["page"]] == [1, 2]
    assert [line.number for line in planner.get(base + "?state=unplaced").context["page"]] == [2]
    assert [line.number for line in planner.get(base + "?q=施策").context["page"]] == [1]
    shares = [option["share"] for option in planner.get(base).context["options"]]
    assert shares[:2] == ["100.0 %", "50.0 %"]


def test_a_rejected_import_needs_a_reason(planner, planning_officer):
    run = started(planning_officer)
    end = f"/staff/imports/{run.pk}/end/"
    assert planner.post(end, {"act": "reject", "version": 1, "reject-reason": ""}).status_code == 422
    assert planner.post(end, {"act": "reject", "version": 1, "reject-reason": "別の版"}).status_code == 302
    run.refresh_from_db()
    assert run.state == ImportState.REJECTED
    assert planner.get(f"/staff/imports/{run.pk}/").status_code == 200
    assert planner.get("/staff/imports/?state=rejected").context["page"].paginator.count == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.txt"),
        (b"\x00\x01\x02binary", "photo.jpg"),
        (b"PK\x03\x04broken", "plan.xlsx"),
        (b'{"format": "jichi-plan/1"', "cut.json"),
        (b'{"format": "other"}', "other.json"),
        ("会議録\n出席者 三名\n".encode(), "minutes.txt"),
        ("ただの文章\n".encode("cp932"), "text.txt"),
    ],
)
def test_what_is_no_plan_is_refused_in_words_and_writes_nothing(content, name, planner):
    before = Plan.objects.count(), Edit.objects.count()
    response = upload(planner, content, name, new_name="打ちかけ")
    assert response.status_code == 422
    assert response.context["form"].errors["file"][0]
    assert "打ちかけ" in response.content.decode()
    assert (Plan.objects.count(), Edit.objects.count()) == before and not ImportRun.objects.exists()


def test_each_fault_of_a_workbook_is_named_by_its_cell(planner, planning_officer):
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(document_of(planning_officer, "mihon-1"))))
    sheet = next(sheet for sheet in book if "fiscal_year" in str([cell.value for cell in sheet[1]]))
    column = next(cell.column for cell in sheet[1] if "fiscal_year" in str(cell.value))
    sheet.cell(row=2, column=column, value="来年")
    out = io.BytesIO()
    book.save(out)
    response = upload(planner, out.getvalue(), "plan.xlsx")
    assert response.status_code == 422
    place = f"{sheet.title}!{sheet.cell(row=2, column=column).coordinate}"
    assert any(place in text and "来年" in text for text in response.context["form"].errors["file"])


@override_settings(UPLOAD_MAX_BYTES=1000)
def test_a_file_beyond_the_limit_is_refused_and_the_form_kept(planner):
    response = upload(planner, b"x" * 2000, new_key="new-plan", new_name="新しい計画")
    assert response.status_code == 413
    text = response.content.decode()
    assert "新しい計画" in text and "new-plan" in text
    assert not ImportRun.objects.exists()


def test_a_new_plan_needs_its_key(planner):
    assert upload(planner, as_json(), plan="").status_code == 422
    response = upload(
        planner, as_json(), plan="", new_key="mihon-7", new_name="新計画", first_year="R8", last_year="R11"
    )
    assert response.status_code == 302
    run = ImportRun.objects.get()
    assert run.plan_key == "mihon-7" and run.plan is None
    assert planner.get(f"/staff/imports/{run.pk}/changes/").context["is_new"]


def test_an_auditor_looks_and_does_not_decide(planner, planning_officer, client_as):
    run = started(planning_officer, result(uncertain=UNCERTAIN))
    auditor = client_as(Role.AUDITOR)
    page = auditor.get(f"/staff/imports/{run.pk}/")
    assert page.status_code == 200 and not page.context["may_decide"]
    for address in ("end/", "cell/?pointer=/nodes/1/name"):
        assert auditor.get(f"/staff/imports/{run.pk}/{address}").status_code == 404
    assert auditor.post(f"/staff/imports/{run.pk}/places/0/", {"version": 1}).status_code == 404
    assert auditor.get("/staff/imports/new/").status_code == 404
