"""The pages of approvals, by role and through HTTP."""

from __future__ import annotations

import datetime
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from jichi.city.models import Account
from jichi.city.viewers import system_viewer, viewer_for
from jichi.manifest import Role
from jichi.office import duties, services
from jichi.office.models import Approval

from .putting import FILES, fresh, put_up

# The permission matrix draws these pages on every database; what they do to rows, services' tests read there.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def client_of(viewer) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id))
    return client


def at(name: str, approval: Approval, **more) -> str:
    return reverse(f"staff-approval{name}", kwargs={"pk": approval.pk, **more})


def text_of(response) -> str:
    return response.content.decode()


# --- looking ----------------------------------------------------------------------------------------
def test_the_list_shows_each_what_waits_for_her(approval, holders, planning_officer):
    url = reverse("staff-approvals")
    waiting = client_of(holders.section_head).get(url)
    assert waiting.context["show"] == "wait"
    assert approval.title in text_of(waiting)
    assert client_of(holders.bureau_head).get(url).context["show"] == "running"
    client = client_of(planning_officer)
    assert approval.title in text_of(client.get(url, {"show": "running", "q": "評価結果"}))
    assert approval.title not in text_of(client.get(url, {"show": "running", "q": "予算"}))
    assert approval.title not in text_of(client.get(url, {"show": "decided"}))


def test_the_list_asks_as_often_for_three_as_for_one(approval, holders, department):
    client = client_of(holders.section_head)
    counts = []
    for _round in range(2):
        for show in ("wait", "running"):
            client.get(reverse("staff-approvals"), {"show": show})
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse("staff-approvals"), {"show": show}).status_code == 200
            counts.append(len(captured))
        put_up(holders.drafter, department)
        put_up(holders.drafter, department)
    assert counts[:2] == counts[2:]
    assert max(counts) <= 24


def test_the_page_says_where_it_stands_and_draws_the_route(approval, holders):
    holders.passed(approval, holders.section_head)
    page = text_of(client_of(holders.drafter).get(at("", approval)))
    heading = page.partition("<h1")[2].partition("</h1>")[0]
    assert approval.title in heading
    assert "担当局長" in heading
    for word in ("担当課長", "担当局長", "市長", "結果の案.txt", "評価結果を公表したい。"):
        assert word in page
    assert [page.count(f"step--{state}") for state in ("done", "current", "todo")] == [1, 1, 1]


@pytest.mark.parametrize("language", ["ja", "en", "ja-simple"])
def test_the_page_stands_in_every_language(approval, holders, language):
    client = client_of(holders.section_head)
    with translation.override(language):
        response = client.get(at("", approval))
    assert response.status_code == 200
    assert approval.title in text_of(response)


def test_strangers_find_nothing(approval, viewer_as, other_department, client_as):
    for client in (client_of(viewer_as(Role.OFFICER, other_department)), client_as(Role.EXTERNAL_REVIEWER)):
        for name in ("", "-pass", "-packet", "-withdraw"):
            assert client.get(at(name, approval)).status_code == 404
    assert Client().get(at("", approval)).status_code == 302


def test_a_file_comes_as_it_was(approval, holders, viewer_as, other_department):
    file = approval.files.get(name="結果の案.txt")
    response = client_of(holders.approver).get(at("-file", approval, file_pk=file.pk))
    assert response.content == FILES[0].content
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    other = put_up(system_viewer("demo"), other_department)
    assert (
        client_of(holders.section_head).get(at("-file", approval, file_pk=other.files.first().pk)).status_code
        == 404
    )


# --- acting -----------------------------------------------------------------------------------------
def test_three_people_bring_it_to_the_decision(approval, holders):
    for viewer in (holders.section_head, holders.bureau_head, holders.approver):
        client = client_of(viewer)
        page = client.get(at("-pass", approval))
        assert page.status_code == 200
        data = {"version": page.context["form"]["version"].value(), "comment": "異議なし"}
        assert client.post(at("-pass", approval), data).status_code == 302
    assert fresh(approval).state == "decided"
    page = text_of(client_of(holders.drafter).get(at("", approval)))
    assert page.count("異議なし") >= 3


def test_who_cannot_act_now_is_led_back(approval, holders):
    response = client_of(holders.approver).get(at("-pass", approval))
    assert response.status_code == 302
    assert response["Location"] == at("", approval)


def test_on_behalf_asks_why(approval, holders, viewer_as, department):
    holders.passed(approval, holders.section_head, holders.bureau_head)
    client = client_of(viewer_as(Role.BUREAU_HEAD, department))
    version = fresh(approval).version
    refused = client.post(at("-pass", approval), {"version": version, "behalf_reason": ""})
    assert refused.status_code == 422
    client.post(at("-pass", approval), {"version": version, "behalf_reason": "出張"})
    assert fresh(approval).state == "decided"
    assert "出張" in text_of(client.get(at("", approval)))


def test_who_was_too_slow_is_told_and_keeps_what_she_typed(approval, holders, viewer_as, department):
    client = client_of(viewer_as(Role.SECTION_HEAD, department))
    services.send_back(viewer=holders.section_head, approval_id=approval.pk, version=1, reason="直す")
    services.resubmit(viewer=holders.drafter, approval_id=approval.pk, version=2)
    response = client.post(at("-pass", approval), {"version": 1, "comment": "長い意見"})
    assert response.status_code == 409
    assert "長い意見" in text_of(response)
    assert client.post(at("-pass", approval), {"version": 3, "comment": "長い意見"}).status_code == 302


def test_sent_back_mended_and_put_up_again(approval, holders):
    client = client_of(holders.section_head)
    assert client.post(at("-send-back", approval), {"version": 1, "reason": ""}).status_code == 422
    client.post(at("-send-back", approval), {"version": 1, "reason": "図を直す"})
    mine = client_of(holders.drafter)
    assert "図を直す" in text_of(mine.get(at("", approval)))

    form = mine.get(at("-resubmit", approval)).context["form"]
    keep = [pk for pk, title in form.fields["keep"].choices if title.startswith("一覧")]
    data = {
        "version": form["version"].value(),
        "note": "直した",
        "summary": "直した案",
        "keep": keep,
        "files": [SimpleUploadedFile("図.pdf", b"%PDF-", content_type="application/pdf")],
    }
    assert mine.post(at("-resubmit", approval), data).status_code == 302
    assert set(approval.files.filter(round=2).values_list("name", flat=True)) == {"一覧.csv", "図.pdf"}
    assert fresh(approval).summary == "直した案"


def test_an_upload_that_is_too_long_keeps_what_was_typed(approval, holders, settings):
    services.send_back(viewer=holders.section_head, approval_id=approval.pk, version=1, reason="直す")
    settings.UPLOAD_MAX_BYTES = 2000
    data = {"version": 2, "note": "直した図", "files": [SimpleUploadedFile("a.pdf", b"x" * 4000)]}
    response = client_of(holders.drafter).post(at("-resubmit", approval), data)
    assert response.status_code == 413
    assert "直した図" in text_of(response)
    assert fresh(approval).state == "returned"


def test_withdrawn_on_its_page(approval, holders):
    client = client_of(holders.drafter)
    assert client.post(at("-withdraw", approval), {"version": 1, "reason": "早い"}).status_code == 302
    assert fresh(approval).state == "withdrawn"
    assert client.get(at("-withdraw", approval)).status_code == 302


# --- out and back -------------------------------------------------------------------------------------
def test_the_packet_goes_out_by_a_post_and_the_number_comes_back_in_the_list(approval, holders):
    client = client_of(holders.drafter)
    assert client.get(at("-packet", approval)).status_code == 405
    response = client.post(at("-packet", approval))
    assert zipfile.ZipFile(io.BytesIO(response.content)).namelist()[0] == "packet.json"

    listed = client.get(reverse("staff-approval-numbers-list")).content.decode("utf-8-sig")
    lines = listed.splitlines()
    assert lines[0] == "id,title,number,date"
    filled = f"{lines[0]}\r\n{lines[1][:-2]},7川総第1号,{timezone.localdate():%Y/%m/%d}\r\nx,y,z,\r\n"
    url = reverse("staff-approval-numbers")
    answer = client.post(url, {"file": SimpleUploadedFile("numbers.csv", filled.encode("cp932"))})
    assert answer.status_code == 422
    assert [one.line for one in answer.context["bad"]] == [3]
    assert fresh(approval).document_number == "7川総第1号"
    assert "7川総第1号" in text_of(client.get(at("", approval)))
    assert client.get(url).context["waiting"] == 0


def test_a_file_that_is_none_is_told(holders, db):
    url = reverse("staff-approval-numbers")
    client = client_of(holders.drafter)
    for content in (b"", b"\x00\x01", b"a,b\r\n1,2\r\n"):
        assert client.post(url, {"file": SimpleUploadedFile("n.csv", content)}).status_code == 422


def test_a_number_is_entered_by_hand(approval, holders):
    client = client_of(holders.drafter)
    data = {"number": "7川総第1号", "date": timezone.localdate().isoformat()}
    assert client.post(at("-register", approval), data).status_code == 422
    client.post(at("-packet", approval))
    assert client.post(at("-register", approval), data).status_code == 302
    assert fresh(approval).document_number == "7川総第1号"


# --- duties -----------------------------------------------------------------------------------------
def test_duties_name_what_waits_and_what_came_back(approval, holders, department):
    [item] = duties.waiting(holders.section_head)
    assert item.title == approval.title
    assert "担当課長" in item.detail
    assert list(duties.waiting(holders.bureau_head)) == []
    assert list(duties.returned(holders.drafter)) == []
    services.send_back(viewer=holders.section_head, approval_id=approval.pk, version=1, reason="直す")
    assert list(duties.waiting(holders.section_head)) == []
    assert [one.title for one in duties.returned(holders.drafter)] == [approval.title]
    assert list(duties.returned(holders.approver)) == []


def test_the_administration_shows_the_rows(client_as, approval):
    client = client_as(Role.ADMINISTRATOR)
    for name in ("approval", "route", "routeversion"):
        assert client.get(f"/admin/office/{name}/").status_code == 200


def test_a_grant_that_ended_ends_the_sight(approval, holders):
    account = Account.objects.get(pk=holders.section_head.account_id)
    assert client_of(holders.section_head).get(at("", approval)).status_code == 200
    grant = account.person.grants.get()
    grant.valid_to = timezone.localdate() - timezone.timedelta(days=1)
    grant.save()
    assert viewer_for(account).grants == ()
    assert client_of(holders.section_head).get(at("", approval)).status_code == 404


def test_the_day_of_the_decision_is_the_citys_day(holders, department):
    evening = datetime.datetime(2025, 6, 30, 16, tzinfo=datetime.UTC)
    system = system_viewer("demo")
    approval = put_up(system, department, at=evening)
    for _step in range(3):
        version = fresh(approval).version
        services.pass_step(viewer=system, approval_id=approval.pk, version=version, at=evening)
    page = text_of(client_of(holders.drafter).get(at("", approval)))
    assert "7月1日" in page.partition("<h1")[2].partition("</h1>")[0]
