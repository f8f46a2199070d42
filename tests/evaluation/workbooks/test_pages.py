"""The pages of workbooks: downloading, uploading, and what is told of each sheet."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from jichi.evaluation.models import Sheet
from jichi.manifest import Role
from tests.evaluation.cycle.sample import sheet_of
from tests.permission_matrix import client_of, may

from ..addresses_forms import ADDRESSES
from .filling import fill, opened

# The permission matrix draws these pages on every database; what they do to rows, services' tests read there.
pytestmark = pytest.mark.one_database

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def clerk(client_as, offices):
    return client_as(Role.OFFICER, offices.a)


@pytest.fixture
def planner(client_as):
    return client_as(Role.PLANNING_OFFICER)


def office_page(cycle, offices):
    return reverse("staff-evaluation-workbooks-office", args=[cycle.pk, offices.a.pk])


def upload(client, url, content, name="評価.xlsx", **data):
    return client.post(url, {"files": SimpleUploadedFile(name, content, XLSX), **data})


def test_an_office_downloads_its_workbook_and_uploads_it(clerk, cycle, offices):
    url = office_page(cycle, offices)
    page = clerk.get(url)
    assert page.status_code == 200
    assert "1-1-01" in page.content.decode()
    given = clerk.post(url)
    assert given["Content-Type"] == XLSX
    assert "attachment" in given["Content-Disposition"]
    assert given["Cache-Control"] == "no-store"
    back = reverse("staff-evaluation-workbooks-office-return", args=[cycle.pk, offices.a.pk])
    assert clerk.get(back).status_code == 200
    answer = upload(clerk, back, fill(given.content, "1-1-01"))
    assert answer.status_code == 200
    told = answer.context["files"][0]["sheets"]
    assert [one["state"] for one in told] == ["met", "not_loaded"]
    assert sheet_of(cycle, "1-1-01").state == "section"


def test_an_evaluations_page_leads_to_the_workbook_of_ones_own_office(clerk, planner, cycle, offices):
    page = reverse("staff-evaluation-cycle", args=[cycle.pk])
    assert office_page(cycle, offices) in clerk.get(page).content.decode()
    other = reverse("staff-evaluation-workbooks-office", args=[cycle.pk, offices.c.pk])
    assert other not in clerk.get(page).content.decode()
    assert reverse("staff-evaluation-workbooks", args=[cycle.pk]) in planner.get(page).content.decode()


def test_faults_are_told_with_the_status_of_a_refusal_and_kept_if_wanted(clerk, cycle, offices):
    given = clerk.post(office_page(cycle, offices)).content
    back = reverse("staff-evaluation-workbooks-office-return", args=[cycle.pk, offices.a.pk])
    wrong = fill(given, "1-1-01", accomplishment=None)
    answer = upload(clerk, back, wrong)
    assert answer.status_code == 422
    assert "1-1-01 達成度" in answer.content.decode()
    answer = upload(clerk, back, wrong, keep_draft="on")
    assert answer.context["files"][0]["sheets"][0]["state"] == "partial"
    assert answer.context["form"].initial["keep_draft"]
    assert sheet_of(cycle, "1-1-01").answer_set.draft["aim"] == "市民が学べる"


def test_one_sheet_goes_out_and_comes_back(clerk, cycle):
    sheet = sheet_of(cycle, "1-1-02")
    assert clerk.get(reverse("staff-evaluation-workbook", args=[sheet.pk])).status_code == 405
    given = clerk.post(reverse("staff-evaluation-workbook", args=[sheet.pk]))
    back = reverse("staff-evaluation-workbook-return", args=[sheet.pk])
    assert upload(clerk, back, fill(given.content)).status_code == 200
    assert sheet_of(cycle, "1-1-02").state == "section"
    # What was handed in has no workbook; the sheet's page says why.
    again = clerk.post(reverse("staff-evaluation-workbook", args=[sheet.pk]))
    assert (again.status_code, again["Location"]) == (302, reverse("staff-evaluation-sheet", args=[sheet.pk]))


def test_the_planning_section_sees_all_offices_and_takes_them_in_one_file(planner, cycle):
    url = reverse("staff-evaluation-workbooks", args=[cycle.pk])
    page = planner.get(url)
    assert page.status_code == 200
    assert {line["name"] for line in page.context["lines"]} == {"青葉課", "茶畑課"}
    given = planner.post(url)
    assert given["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(given.content)) as archive:
        assert len(archive.namelist()) == 2
        assert opened(archive.read(archive.namelist()[0])).worksheets
    back = reverse("staff-evaluation-workbooks-return", args=[cycle.pk])
    assert planner.get(back).status_code == 200
    assert upload(planner, back, b"no workbook", "x.xlsx").status_code == 422


def test_an_upload_without_a_file_is_told(clerk, cycle, offices):
    back = reverse("staff-evaluation-workbooks-office-return", args=[cycle.pk, offices.a.pk])
    answer = clerk.post(back, {"note": "あとで"})
    assert answer.status_code == 422
    assert answer.context["form"]["note"].value() == "あとで"
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    assert upload(clerk, back, buffer.getvalue(), "空.zip").status_code == 422


@pytest.mark.parametrize("language", ["ja", "en", "ja-simple"])
def test_the_pages_stand_in_every_language(planner, cycle, offices, language):
    prefix = "" if language == "ja" else f"/{language}"
    for name, arguments in (
        ("staff-evaluation-workbooks", [cycle.pk]),
        ("staff-evaluation-workbooks-return", [cycle.pk]),
        ("staff-evaluation-workbooks-office", [cycle.pk, offices.a.pk]),
    ):
        with translation.override("ja"):  # what was asked before may have left its language
            url = reverse(name, args=arguments)
        assert planner.get(f"{prefix}{url}").status_code == 200


ACTIONS = {
    "staff-evaluation-workbook": "evaluation.sheet:take_workbook",
    "staff-evaluation-workbook-return": "evaluation.sheet:take_in",
    "staff-evaluation-workbooks": "evaluation.cycle:workbooks",
    "staff-evaluation-workbooks-return": "evaluation.cycle:workbooks",
    "staff-evaluation-workbooks-office": "evaluation.sheet:take_workbook",
    "staff-evaluation-workbooks-office-return": "evaluation.sheet:take_in",
}


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_who_comes_to_each_page(cycle, offices, name):
    """The matrix asks every role with GET; here also with POST, by which a workbook is given out."""
    for owner, owned in ((offices.a, True), (offices.c, False)):
        url = reverse(name, kwargs=ADDRESSES[name](owner))
        for role in (
            Role.OFFICER,
            Role.BUREAU_HEAD,
            Role.PLANNING_OFFICER,
            Role.AUDITOR,
            Role.EXTERNAL_REVIEWER,
        ):
            client = client_of(role, offices.a)
            allowed = may(role, ACTIONS[name], owned=owned)
            for answer in (client.get(url), client.post(url)):
                assert (answer.status_code != 404) == allowed, (role, owned)
    assert Sheet.objects.exclude(state="filling").count() == 0
