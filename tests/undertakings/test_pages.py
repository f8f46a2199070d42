"""The pages through HTTP: what everybody sees, and the acts of the city's own people."""

from __future__ import annotations

import datetime
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from jichi.city.models import Department
from jichi.directory.models import Body
from jichi.manifest import Role
from jichi.undertakings import services
from jichi.undertakings.models import Undertaking
from tests.conftest import make_account

from .conftest import ANSWER, Asker

pytestmark = pytest.mark.django_db
LIST = "/en/undertakings/"
STAFF = "/en/staff/undertakings/"
TODAY = timezone.localdate()


def text_of(response: Any) -> str:
    return str(response.content.decode())


def published(people: SimpleNamespace, row: Undertaking, **facts: Any) -> Undertaking:
    return services.publish(viewer=people.planner, undertaking_id=row.pk, version=None, **facts)


def fields_of(response: Any) -> dict[str, Any]:
    """What a browser would send back from the form of a page."""
    found = {bound.html_name: bound.value() for bound in response.context["form"]}
    return {name: "" if value is None else value for name, value in found.items()}


# --- everybody's ------------------------------------------------------------------------------------
def test_the_list_says_how_many_stand_where(
    asked: Asker, answered: Asker, people: SimpleNamespace, client: Client
) -> None:
    assert "Nothing is published yet" in text_of(client.get(LIST))
    published(people, asked(summary="段差をなくすこと", due_on=TODAY - datetime.timedelta(days=2)))
    published(people, answered(summary="待ち時間を示すこと"))
    asked(summary="まだ公開しないこと")
    page = text_of(client.get(LIST))
    assert "2 things were asked of the city: 0 are done, 1 answered" in strip_tags(page)
    assert "段差をなくすこと" in page and "待ち時間を示すこと" in page and "まだ公開しないこと" not in page
    assert "2 days late" in page
    late = text_of(client.get(LIST, {"late": "1"}))
    assert "段差をなくすこと" in late and "待ち時間を示すこと" not in late
    answers = text_of(client.get(LIST, {"state": "answered", "kind": "remark", "year": "2025"}))
    assert "待ち時間を示すこと" in answers and "段差をなくすこと" not in answers
    none = client.get(LIST, {"kind": "promise"})
    assert none.status_code == 200 and "None of them is like this" in text_of(none)


def test_a_page_tells_all_of_one(answered: Asker, people: SimpleNamespace, client: Client) -> None:
    row = answered("partly", "個人の住所は使わない。", summary="時間帯ごとの待ち時間")
    assert client.get("/en/undertakings/2025-1/").status_code == 404
    published(people, row)
    services.report_progress(
        viewer=people.officer, undertaking_id=row.pk, version=None, text="内部の調整", is_public=False
    )
    services.report_progress(
        viewer=people.officer, undertaking_id=row.pk, version=None, text="試しに計算した"
    )
    page = text_of(client.get("/en/undertakings/2025-1/"))
    for part in (
        row.text,
        "個人の住所は使わない。",
        ANSWER,
        "試しに計算した",
        "政策評価委員会",
        "協働推進課",
    ):
        assert part in page
    assert "内部の調整" not in page
    services.finish(
        viewer=people.officer,
        undertaking_id=row.pk,
        version=None,
        done_on=datetime.date(2026, 1, 20),
        evidence_text="入口に掲示した",
        evidence_url="https://example.jp/evidence",
    )
    page = text_of(client.get("/en/undertakings/2025-1/"))
    assert "入口に掲示した" in page and 'href="https://example.jp/evidence"' in page
    for wrong in ("2025-2", "2024-1", "99999-99999"):
        assert client.get(f"/en/undertakings/{wrong}/").status_code == 404


def test_what_was_written_stays_text(asked: Asker, people: SimpleNamespace, client: Client) -> None:
    row = asked(text="<script>alert(1)</script> を示すこと", source_body_id=None, source_name="<b>会</b>")
    published(people, row)
    for address in (LIST, "/en/undertakings/2025-1/"):
        page = text_of(client.get(address))
        assert "<script>alert" not in page and "<b>会" not in page and "&lt;b&gt;会" in page


def test_an_embargo_holds(asked: Asker, people: SimpleNamespace, client: Client) -> None:
    row = asked(summary="公表前のこと")
    published(people, row, visible_from=timezone.now() + datetime.timedelta(hours=1))
    assert client.get("/en/undertakings/2025-1/").status_code == 404
    assert "公表前のこと" not in text_of(client.get(LIST))


def test_the_list_asks_the_database_as_often_for_three_as_for_one(
    answered: Asker, people: SimpleNamespace, client: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(LIST)
        return len(found)

    published(people, answered())
    client.get(LIST)
    one = queries()
    published(people, answered())
    published(people, answered())
    assert queries() == one <= 12


def test_the_dataset_holds_what_is_published(
    answered: Asker, people: SimpleNamespace, client: Client
) -> None:
    published(people, answered())
    answered()
    data = json.loads(text_of(client.get("/data/undertakings.json")))
    rows = data["rows"] if isinstance(data, dict) and "rows" in data else data
    found = json.dumps(rows, ensure_ascii=False)
    assert "2025-1" in found and "2025-2" not in found and ANSWER in found


# --- the city's own people's ----------------------------------------------------------------------------
def test_one_way_through_the_pages(
    people: SimpleNamespace,
    body: Body,
    department: Department,
    client_as: Any,
    client: Client,
) -> None:
    reviewer, planner = client_as(Role.EXTERNAL_REVIEWER), client_as(Role.PLANNING_OFFICER)
    officer, head = client_as(Role.OFFICER, department), client_as(Role.SECTION_HEAD, department)
    sent = {
        "kind": "remark",
        "source_body": body.pk,
        "source_name": "",
        "asked_on": "R7.10.9",
        "text": "時間帯ごとに示すこと。",
        "summary": "",
        "context_title": "",
    }
    assert "department" not in reviewer.get(f"{STAFF}new/").context["form"].fields
    assert reviewer.post(f"{STAFF}new/", {**sent, "text": ""}).status_code == 422
    answer = reviewer.post(f"{STAFF}new/", sent)
    assert answer.status_code == 302
    row = Undertaking.objects.get()
    one = f"{STAFF}{row.pk}/"
    assert (answer.headers["Location"], row.asked_on) == (one, datetime.date(2025, 10, 9))
    assert officer.get(one).status_code == 404

    planner.post(
        f"{one}assign/",
        {**fields_of(planner.get(f"{one}assign/")), "department": department.pk, "due_on": "2025-12-20"},
    )
    assert officer.get(one).status_code == 200
    drafting = fields_of(officer.get(f"{one}draft/"))
    assert officer.post(f"{one}draft/", {**drafting, "text": ANSWER}).status_code == 302
    faster = officer.post(f"{one}draft/", {**drafting, "text": "別の案"})
    assert faster.status_code == 409 and ANSWER in text_of(faster) and "別の案" in text_of(faster)
    assert officer.get(f"{one}confirm/").status_code == 404

    confirming = fields_of(head.get(f"{one}confirm/"))
    assert confirming["draft"] == ANSWER
    refused = head.post(f"{one}confirm/", {**confirming, "adoption": "partly"})
    assert refused.status_code == 422 and "adoption_reason" in refused.context["form"].errors
    head.post(
        f"{one}confirm/",
        {**confirming, "adoption": "adopted", "carry_out_by": "2026-03-31", "draft": "改ざん"},
    )
    row.refresh_from_db()
    assert (row.state, row.answer) == ("answered", ANSWER)

    officer.post(f"{one}progress/", {**fields_of(officer.get(f"{one}progress/")), "text": "計算した"})
    finishing = {**fields_of(officer.get(f"{one}finish/")), "done_on": "2026-01-20", "evidence_text": "掲示"}
    assert officer.post(f"{one}finish/", {**finishing, "evidence_url": "javascript:x"}).status_code == 422
    officer.post(f"{one}finish/", finishing)
    planner.post(f"{one}publish/", fields_of(planner.get(f"{one}publish/")))
    row.refresh_from_db()
    assert row.state == "done"
    assert ANSWER in text_of(client.get("/en/undertakings/2025-1/"))
    reason = {**fields_of(planner.get(f"{one}withdraw/")), "reason": "氏名があった"}
    planner.post(f"{one}withdraw/", reason)
    assert client.get("/en/undertakings/2025-1/").status_code == 404
    head.post(f"{one}reopen/", {**fields_of(head.get(f"{one}reopen/")), "reason": "外された"})
    head.post(f"{one}close/", {**fields_of(head.get(f"{one}close/")), "reason": "取りやめ"})
    row.refresh_from_db()
    assert row.state == "closed_without"
    assert "取りやめ" in text_of(head.get(one))


def test_several_are_given_on_from_the_list(
    asked: Asker, client_as: Any, other_department: Department
) -> None:
    planner = client_as(Role.PLANNING_OFFICER)
    rows = [asked(department_id=None), asked(department_id=None)]
    ticked = [f"{row.pk}:{row.version}" for row in rows]
    page = text_of(planner.get(STAFF))
    assert all(one in page for one in ticked)
    address = f"{STAFF}assign/"
    assert planner.get(address).headers["Location"] == STAFF
    assert planner.get(address, {"undertaking": ["x", "y:z"]}).status_code == 302
    shown = planner.get(address, {"undertaking": ticked})
    assert shown.status_code == 200 and rows[0].text[:10] in text_of(shown)
    nothing = planner.post(address, {"undertaking": ticked, "department": "", "due_on": ""})
    assert nothing.status_code == 422
    chosen = {"department": other_department.pk, "due_on": "2026-01-31"}
    stale = planner.post(address, {"undertaking": [f"{rows[0].pk}:9", ticked[1]], **chosen})
    assert stale.status_code == 409 and ticked[0] in text_of(stale)
    assert not Undertaking.objects.filter(department=other_department).exists()
    assert planner.post(address, {"undertaking": ticked, **chosen}).status_code == 302
    assert Undertaking.objects.filter(department=other_department).count() == 2


def test_only_what_is_possible_now_is_offered(
    answered: Asker, client_as: Any, department: Department
) -> None:
    row = answered()
    officer, auditor = client_as(Role.OFFICER, department), client_as(Role.AUDITOR)
    offered = [one["url"] for one in officer.get(f"{STAFF}{row.pk}/").context["acts"]]
    assert [url.rstrip("/").rsplit("/", 1)[1] for url in offered] == ["draft", "progress", "finish"]
    for url in offered:
        assert officer.get(url).status_code == 200
    assert auditor.get(f"{STAFF}{row.pk}/").context["acts"] == []
    head = client_as(Role.SECTION_HEAD, department)
    assert head.get(f"{STAFF}{row.pk}/confirm/").status_code == 302


def test_a_draft_is_not_shown_to_who_asked(asked: Asker, people: SimpleNamespace) -> None:
    row = asked()
    services.answer(viewer=people.officer, undertaking_id=row.pk, version=None, text="案の文")
    published(people, row)
    client = Client()
    client.force_login(make_account(Role.EXTERNAL_REVIEWER))
    page = client.get(f"{STAFF}{row.pk}/")
    assert page.status_code == 200 and "案の文" not in text_of(page)
