"""Tables through the workbench's pages: written down, mapped beside the file, taken in again, by each role."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jichi.city.access import ANONYMOUS
from jichi.figures.models import Evidence, Observation, TableImport, TableMapping, TableSource
from jichi.figures.services import publish_values
from jichi.figures.statistics.duties import tables_waiting
from jichi.figures.statistics.evidence import evidence_of_import
from jichi.figures.statistics.services import take_table
from jichi.manifest import Role
from tests import permission_matrix as matrix

from .addresses import ADDRESSES, table_file, table_source
from .given import KEY, bind, loader, placed, series, source, staged, table, year_2023, year_2024

pytestmark = pytest.mark.django_db
# The permission matrix draws staff's pages on every database; what they do to rows, services' tests read there.
STAFF = pytest.mark.one_database


@pytest.fixture(autouse=True)
def plan(city):
    series()


@pytest.fixture
def client(client_as) -> Client:
    return client_as(Role.PLANNING_OFFICER)


def words(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def upload(client: Client, content: bytes, year: str = "令和5年度", name: str = "hyo.csv", **more: str):
    file = SimpleUploadedFile(name, content, "text/csv")
    return client.post(
        reverse("staff-table-upload", args=[KEY]), {"fiscal_year": year, **more, "file": file}, follow=True
    )


def filled(response: Any) -> dict[str, str]:
    """What the form on a page holds, ready to be sent back."""
    form = response.context["form"]
    found = {}
    for field in form:
        value = field.value()
        if value not in (None, False):
            found[field.html_name] = "on" if value is True else str(value)
    return found


# --- the whole way ------------------------------------------------------------------------------------------------
@STAFF
def test_from_a_new_table_to_its_value_and_the_next_year(client):
    bind()
    new = {"title": "町内会の状況", "key": KEY, "publisher": "見本県", "url": "", "department": ""}
    client.post(reverse("staff-table-new"), new)
    assert TableSource.objects.get().title == "町内会の状況"
    page = upload(client, year_2023(), as_of="令和5年10月1日")
    [waiting] = TableImport.objects.all()
    assert waiting.mapping is None and page.redirect_chain[-1][0].endswith(f"/layout/?import={waiting.pk}")
    form = filled(page)
    assert (form["head_first"], form["head_last"], form["keys"]) == ("2", "2", "A")
    assert "市区町村" in words(page) and "遠山村" in words(page)
    page = client.post(page.redirect_chain[-1][0], {**form, "act": "save"}, follow=True)
    assert TableMapping.objects.count() == 1 and page.redirect_chain[-1][0] == reverse(
        "staff-table-target-new", args=[KEY]
    )
    subject = f"series:{series().pk}"
    place = {**filled(page), "subject": subject, "name_0": "見本市", "column": "加入率", "decimals": "1"}
    client.post(reverse("staff-table-target-new", args=[KEY]), {**place, "act": "save"})
    address = reverse("staff-table-import", args=[KEY, waiting.pk])
    shown = words(client.get(address))
    assert "町内会加入率" in shown and "59.4" in shown and "C3" in shown
    client.post(address, {"act": "take"})
    assert [row.value for row in Observation.objects.all()] == [Decimal("59.4")]
    upload(client, year_2024(), "R6")
    later = TableImport.objects.get(state="staged")
    shown = words(client.get(reverse("staff-table-import", args=[KEY, later.pk])))
    assert "59.4" in shown and "58.8" in shown and "北町" in shown
    client.post(reverse("staff-table-import", args=[KEY, later.pk]), {"act": "take"})
    assert Observation.objects.count() == 2
    history = words(client.get(reverse("staff-table-source", args=[KEY])))
    assert "令和5" in history and "令和6" in history


@STAFF
def test_the_layout_is_looked_at_again_before_it_is_confirmed(client):
    placed(loader())
    staged(loader(), source(), year_2024(), 2024)
    address = reverse("staff-table-layout", args=[KEY])
    form = filled(client.get(address))
    looked = client.post(address, {**form, "skip": "隣*", "act": "look"})
    assert looked.context["table"]["skipped"] == 1 and looked.context["table"]["count"] == 2
    assert TableMapping.objects.count() == 1
    refused = client.post(address, {**form, "skip": "隣*", "act": "save"})
    assert refused.status_code == 422 and refused.context["form"].errors["reason"]
    assert filled(refused)["skip"] == "隣*"
    client.post(address, {**form, "skip": "隣*", "reason": "小計の行があるため", "act": "save"})
    assert TableMapping.objects.get(number=2).layout["skip"] == ["隣*"]
    assert TableImport.objects.get(state="staged").mapping.number == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"keys": "Z"}, "keys"),
        ({"keys": "1"}, "keys"),
        ({"keys": ""}, "keys"),
        ({"head_first": "3"}, "head_last"),
        ({"head_last": "900"}, "head_last"),
        ({"end": "pattern", "end_pattern": ""}, "end_pattern"),
        ({"mark_none": "0"}, "mark_none"),
        ({"shape": "long", "values": ""}, "values"),
    ],
)
@STAFF
def test_a_layout_that_cannot_be_meant_is_told_at_its_field(client, change, field):
    placed(loader())
    staged(loader(), source(), year_2024(), 2024)
    address = reverse("staff-table-layout", args=[KEY])
    form = filled(client.get(address))
    refused = client.post(address, {**form, **change, "act": "save"})
    assert refused.status_code == 422 and field in refused.context["form"].errors
    assert TableMapping.objects.count() == 1


@STAFF
def test_a_correction_asks_for_its_reason_and_keeps_the_page(client):
    bind()
    one = placed(loader())
    take_table(viewer=loader(), import_id=staged(loader(), one, year_2023()).pk)
    corrected = table(("見本市", "41,200", "59.6"), ("隣町", "3,100", "71.0"))
    row = staged(loader(), one, corrected)
    address = reverse("staff-table-import", args=[KEY, row.pk])
    refused = client.post(address, {"act": "take", "reason": ""})
    assert refused.status_code == 422 and Observation.objects.count() == 1
    client.post(address, {"act": "take", "reason": "県の訂正"})
    assert Observation.objects.get(revision=2).reason == "県の訂正"


@STAFF
def test_what_is_wrong_is_said_with_its_cell_and_the_button_is_not_there(client):
    bind()
    one = placed(loader())
    row = staged(loader(), one, table(("見本市", "約4万", "約六割")), 2024)
    page = client.get(reverse("staff-table-import", args=[KEY, row.pk]))
    shown = words(page)
    assert "B3" in shown and "C3" in shown and "約4万" in shown
    assert 'value="take"' not in page.content.decode() and 'value="discard"' in page.content.decode()
    assert client.post(reverse("staff-table-import", args=[KEY, row.pk]), {"act": "take"}).status_code == 422
    assert Observation.objects.count() == 0


@STAFF
def test_a_refused_file_leaves_what_was_typed(client):
    source()
    page = upload(client, b"\x00\x01", "令和5年度")
    assert page.status_code == 422 and page.context["form"].errors["file"]
    assert filled(page)["fiscal_year"] == "令和5年度"
    assert not TableImport.objects.exists()


@STAFF
def test_a_discarded_file_is_gone_and_named(client):
    row = staged(loader(), placed(loader()), year_2023())
    client.post(reverse("staff-table-import", args=[KEY, row.pk]), {"act": "discard"})
    row.refresh_from_db()
    assert row.state == "discarded"
    assert client.get(reverse("staff-table-file", args=[KEY, row.pk])).status_code == 404
    assert client.get(reverse("staff-table-import", args=[KEY, row.pk])).status_code == 200


@STAFF
def test_the_kept_file_comes_back_as_it_was(client):
    row = staged(loader(), placed(loader()), year_2023())
    response = client.get(reverse("staff-table-file", args=[KEY, row.pk]))
    assert response.content == year_2023()
    assert (
        response["Content-Disposition"].startswith("attachment")
        and "hyo2023.csv" in response["Content-Disposition"]
    )


@STAFF
def test_all_differences_are_a_csv(client):
    address = table_file(None)
    response = client.get(reverse("staff-table-differences", kwargs=address))
    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 8 and any("59.4" in line and "58.8" in line and "C3" in line for line in lines)


@STAFF
def test_a_place_is_changed_and_taken_away(client):
    placed(loader())
    staged(loader(), source(), year_2023())
    [target] = source().targets.all()
    address = reverse("staff-table-target", args=[KEY, target.pk])
    form = filled(client.get(address))
    assert (form["name_0"], form["column"]) == ("見本市", "加入率")
    empty = client.post(address, {**form, "name_0": "", "act": "save"})
    assert empty.status_code == 422
    client.post(address, {**form, "name_0": "隣町", "act": "save"})
    assert source().targets.get().select == {"市区町村": "隣町"}
    assert TableImport.objects.get().diff["places"][0]["text"] == "71"
    overtaken = client.post(address, {**form, "act": "save"})
    assert overtaken.status_code == 422 and source().targets.get().select == {"市区町村": "隣町"}
    client.post(address, {"act": "remove", "version": source().version})
    assert not source().targets.exists()


# --- who may ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "role", [Role.ANYONE, Role.ACCOUNT_HOLDER, Role.OFFICER, Role.PLANNING_OFFICER, Role.AUDITOR]
)
@pytest.mark.parametrize("owned", [True, False], ids=["own", "other"])
@STAFF
def test_each_page_admits_whom_the_manifest_names(role, owned, department, other_department):
    client = matrix.client_of(role, department)
    owner = department if owned else other_department
    routes = [route for route in matrix.guarded() if route.name.startswith("staff-table")]
    assert len(routes) == len(ADDRESSES) + 2
    for route in routes:
        found = matrix.answer(client, matrix.address(route.name, owner))
        assert found == matrix.expected(route, role, owned=owned), route.name


@STAFF
def test_who_only_reads_cannot_post(client_as, department, other_department):
    address = reverse("staff-table-import", kwargs=table_file(department))
    for client in (client_as(Role.AUDITOR), client_as(Role.OFFICER, other_department)):
        assert client.post(address, {"act": "discard"}).status_code == 404
    assert TableImport.objects.filter(state="staged").exists()
    page = client_as(Role.AUDITOR).get(address).content.decode()
    assert 'value="discard"' not in page and 'value="take"' not in page


@STAFF
def test_an_officer_writes_down_a_table_of_her_department_only(client_as, department, other_department):
    client = client_as(Role.OFFICER, department)
    facts = {"title": "表", "key": "hyo", "publisher": "県"}
    assert (
        client.post(reverse("staff-table-new"), {**facts, "department": other_department.pk}).status_code
        == 422
    )
    assert client.post(reverse("staff-table-new"), facts).status_code == 404
    client.post(reverse("staff-table-new"), {**facts, "department": department.pk})
    assert TableSource.objects.get().department == department


@STAFF
def test_what_waits_is_a_duty_of_those_who_may_take_it_in(planning_officer, auditor):
    bind()
    one = placed(loader())
    assert [item.due for item in tables_waiting(planning_officer)] == ["2024-09-30"]
    staged(loader(), one, year_2023())
    [item] = tables_waiting(planning_officer)
    assert item.url.endswith(f"/files/{TableImport.objects.get().pk}/")
    assert list(tables_waiting(auditor)) == []


@STAFF
def test_the_list_takes_as_many_queries_for_three_tables_as_for_one(client, django_assert_max_num_queries):
    table_source(None)
    client.get(reverse("staff-table-list"))
    with django_assert_max_num_queries(40) as one:
        client.get(reverse("staff-table-list"))
    for number in range(3):
        source(key=f"mehr-{number}")
    with django_assert_max_num_queries(len(one)):
        client.get(reverse("staff-table-list"))


# --- what everyone sees -------------------------------------------------------------------------------------------------
def test_the_evidence_shows_the_cells_used_as_far_as_the_viewer_may_see(client):
    bind()
    one = placed(loader())
    first = take_table(viewer=loader(), import_id=staged(loader(), one, year_2023()).pk)
    again = table(("見本市", "41,200", "59.6"), ("隣町", "3,100", "71.0"))
    second = take_table(viewer=loader(), import_id=staged(loader(), source(), again).pk, reason="県の訂正")
    row = TableImport.objects.get(pk=second.row.pk)
    assert evidence_of_import(ANONYMOUS, row)["used"].rows == []
    publish_values(viewer=loader(), observation_ids=[value.pk for value in (*first.entered, *second.entered)])
    told = evidence_of_import(ANONYMOUS, row)
    [cells] = told["used"].rows
    assert [str(cell.text) for cell in cells[2:6]] == ["見本市", "加入率", "C3", "59.6"]
    assert [str(cell.text) for cell in told["revised"].rows[0]][-2:] == ["59.4", "59.6"]
    assert Evidence.objects.filter(kind="table").count() == 2


def test_from_the_number_to_its_cell_it_is_two_steps(client):
    bind()
    taken = take_table(viewer=loader(), import_id=staged(loader(), placed(loader()), year_2023()).pk)
    publish_values(viewer=loader(), observation_ids=[value.pk for value in taken.entered])
    page = words(Client().get(reverse("figures-evidence", args=[taken.row.evidence_id])))
    for told in (taken.row.sha256, "hyo2023.csv", "見本県", "加入率", "C3", "59.4"):
        assert told in page, told
