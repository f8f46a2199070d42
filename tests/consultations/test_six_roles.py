"""One public comment from its preparation to its result, by six people, through HTTP alone."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jichi.city.models import Department
from jichi.consultations.exports import EXPORTS
from jichi.consultations.models import Consultation
from jichi.manifest import Role
from jichi.office.models import Approval
from jichi.site.data import catalogue
from jichi.voices.models import Translation, Voice, Wording
from jichi.voices.queries import conservation
from jichi.voices.services.working import work_on
from tests.office.putting import load

from .conftest import DRAFT, desk_of, fresh

pytestmark = pytest.mark.django_db

BEGIN = timezone.make_aware(datetime.datetime(2026, 6, 1, 9))
SAID = "公園の街灯が早く消えるので、夜道が怖いです。朝までつけてください。"
IN_ENGLISH = "Please keep the lights in the park on until the morning."


def sent(client: Client, name: str, row: Any, **data: Any) -> Any:
    """A form of the workbench, sent and taken."""
    answer = client.post(reverse(name, args=[row.pk]), {"version": getattr(row, "version", ""), **data})
    assert answer.status_code == 302, objections(answer.content.decode())
    return answer


def objections(page: str) -> str:
    """What the form says is wrong."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))[:600]


def decided(approver: Client) -> None:
    """The approver passes what waits."""
    approval = Approval.objects.get(state=Approval.State.RUNNING)
    sent(approver, "staff-approval-pass", approval)
    approval.refresh_from_db()
    assert approval.state == Approval.State.DECIDED


def say(key: str, text: str, language: str = "") -> str:
    """The form, opened and sent by somebody without account; gives the receipt number she reads."""
    client = Client()
    address = f"{language}/consultations/{key}/say/"
    page = client.get(address).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(secret|made)" value="([^"]*)"', page))
    facts = {"whole": text, "may_publish": "yes", "f_email": "hanako@example.jp", **hidden}
    assert client.post(address, facts | {"do": "check"}).status_code == 200
    first = client.post(address, facts | {"do": "send"})
    again = client.post(address, facts | {"do": "send"})
    assert first.status_code == again.status_code == 302
    pages = [client.get(one["Location"]).content.decode() for one in (first, again)]
    numbers = {number for one in pages for number in re.findall(r"\d{4}-\d{4}-\d{4}-\d{2}", one)}
    assert len(numbers) == 1  # sent twice, received once
    return numbers.pop()


def test_from_the_draft_to_what_became_of_it(
    rules_loaded: None, client_as: Any, department: Department, other_department: Department
) -> None:
    load([{"order": 1, "kind": "decide", "role": "approver", "title": {"ja": "決裁"}}], key="decision")
    officer, approver = client_as(Role.OFFICER, department), client_as(Role.APPROVER)
    head, stranger = client_as(Role.SECTION_HEAD, department), client_as(Role.OFFICER, other_department)
    translator, reader = client_as(Role.TRANSLATOR), Client()

    with time_machine.travel(BEGIN, tick=True):
        facts = {
            "title": "公園の計画（案）",
            "kind": "plan",
            "post_rule": "arrival",
            "opinions_shown": "never",
        }
        period = {"first_day": "2026-06-01", "last_day": "2026-06-30"}
        made = officer.post(
            reverse("staff-consultation-new"),
            facts
            | period
            | {
                "department_id": department.pk,
                "notice": "御意見をお寄せください。",
                "contact_line": "協働推進課",
            },
        )
        assert made.status_code == 302
        row = Consultation.objects.get()
        sent(
            officer,
            "staff-consultation-add-text",
            row,
            file=SimpleUploadedFile("an.md", DRAFT.encode()),
            kind="draft",
            audience="full",
            language="ja",
        )
        assert reader.get(f"/consultations/{row.key}/").status_code == 404
        sent(officer, "staff-consultation-put-up", fresh(row), route_key="decision")
        decided(approver)
        assert officer.get(reverse("staff-consultation-publish", args=[row.pk])).status_code == 404
        sent(head, "staff-consultation-publish", fresh(row))
        assert reader.get(f"/consultations/{row.key}/draft/").status_code == 200

    with time_machine.travel(BEGIN + datetime.timedelta(days=5), tick=True):
        number = say(row.key, SAID)
        say(row.key, IN_ENGLISH, "/en")
        row = fresh(row)
        entry = {"desk": desk_of(row).pk, "channel": "fax", "received_on": "2026-06-05", "language": "ja"}
        entered = officer.post(
            reverse("staff-voice-enter"),
            entry | {"text": SAID, "may_publish": "on", "intake_key": "fax-1"},
        )
        assert entered.status_code == 302
        assert stranger.get(reverse("staff-consultation", args=[row.pk])).status_code == 404
        english = Voice.objects.get(language="en")
        assert stranger.get(reverse("staff-voice", args=[english.pk])).status_code == 404
        sent(officer, "staff-voice-translate", english)
        waiting = Translation.objects.get()
        assert translator.get(reverse("staff-voice", args=[english.pk])).status_code == 404
        assert IN_ENGLISH in translator.get(reverse("staff-translation", args=[waiting.pk])).content.decode()
        sent(translator, "staff-translation", waiting, text="朝まで明かりをつけてください。", how="person")
        early = officer.post(reverse("staff-consultation-publish-result", args=[row.pk]), {})
        assert early.status_code == 422

    with time_machine.travel(BEGIN + datetime.timedelta(days=33), tick=True):
        late = reader.post(f"/consultations/{row.key}/say/", {"whole": "遅れました", "do": "send"})
        assert late.status_code in (200, 409)
        assert Voice.objects.count() == 3
        assert work_on(desk_of(row).pk) is False
        for wording in Wording.objects.filter(desk=row.desk):
            sent(
                officer,
                "staff-consultation-texts",
                row,
                wording=wording.pk,
                version=wording.version,
                decision="shown",
            )
        sets = {one.set_id for one in Wording.objects.filter(desk=row.desk)}
        for pk in sets:
            address = reverse("staff-consultation-dispose", args=[row.pk, pk])
            view = {"code": "4", "summary": "朝まで明かりを", "view": "虫や鳥のため、夜10時に消します。"}
            assert officer.post(address, view).status_code == 302
        sent(officer, "staff-consultation-keep-draft", row)
        sent(officer, "staff-consultation-put-up-result", fresh(row), route_key="decision")
        decided(approver)
        sent(officer, "staff-consultation-publish-result", fresh(row))

        page = reader.get(f"/consultations/{row.key}/result/").content.decode()
        assert "虫や鳥のため" in page
        for form in ("pdf", "xlsx", "csv", "json"):
            answer = reader.get(reverse("consultation-result-file", args=[row.key, form]))
            assert answer.status_code == 200
        status = reader.post(reverse("receipt"), {"number": number}).content.decode()
        assert "虫や鳥のため" in status
        assert SAID not in status
        assert "hanako" not in status
    proved = conservation(desk_of(row).pk)
    assert all(one.holds for one in proved)
    assert sum(one.received for one in proved) == 3
    assert sum(one.open for one in proved) == 0
    for export in EXPORTS:
        keys = {column.key for column in export.columns}
        rows = catalogue.rows_of(export)
        assert rows
        assert set().union(*(set(one) for one in rows)) == keys
