"""The result: what the table counts, what stands apart, draft against final, and what publishing does."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone, translation

from jichi.city.errors import Invalid, NotAllowed
from jichi.city.pack import PACKAGE
from jichi.consultations.models import Consultation, ResultEdition
from jichi.consultations.queries.results import published_result, result_of
from jichi.consultations.queries.soundness import problems
from jichi.consultations.result import as_json, from_json
from jichi.consultations.services import (
    add_text,
    correct_result,
    dispose,
    explain_change,
    keep_draft,
    publish_result,
    put_up,
    withdraw,
)
from jichi.manifest import Role
from jichi.office.models import Approval
from jichi.office.services import pass_step
from jichi.undertakings.models import Undertaking
from jichi.voices.models import Effect, Topic, Voice, Wording
from jichi.voices.services.counting import recount_desk
from tests.office.putting import load

from .conftest import BENCH, DARK, DRAFT, LIGHT, ConsultationMaker, desk_of, fresh
from .saying import say, set_of, topic

FINAL = DRAFT.replace("夜10時に消します", "朝までつけます")


def _said(row: Consultation, people: SimpleNamespace, text: str, code: str = "2", **more: Any) -> None:
    dispose(
        viewer=people.officer,
        consultation_id=row.pk,
        set_id=set_of(desk_of(row), text).pk,
        code=code,
        summary=f"要旨：{text}",
        view=f"考え方：{text}",
        **more,
    )


def _whole(row: Consultation, people: SimpleNamespace) -> None:
    """Everything a result needs: dispositions, a final text and the reason of its change."""
    promise = {"text": "点灯時間を公表します。"}
    _said(row, people, LIGHT, "1", change="朝までつけることとした。", promise=promise)
    _said(row, people, DARK, "4")
    _said(row, people, BENCH)
    text = add_text(
        viewer=people.officer, consultation_id=row.pk, content=FINAL, filename="f.md", kind="final"
    )
    (changed,) = result_of(fresh(row)).passages
    explain_change(
        viewer=people.officer,
        text_id=text.pk,
        anchor=changed.anchor,
        reason="夜道が怖いという意見が多いため",
        behind=[set_of(desk_of(row), LIGHT).pk],
        against=[set_of(desk_of(row), DARK).pk],
    )


def test_the_table_counts_submissions_and_opinions_apart(over: Consultation, people: SimpleNamespace) -> None:
    desk = desk_of(over)
    topic(desk, "light", "明かり", LIGHT, DARK)
    say(desk, BENCH, end="withdrawn", ended_at=timezone.now())
    say(desk, "脅し", end="refused", ended_at=timezone.now(), end_reason="脅迫")
    Wording.objects.filter(opinions__isnull=False, set=set_of(desk, BENCH)).update(
        decision="withheld",
        decision_reason="個人の中傷",
        decided_by=people.officer.actor,
        decided_at=timezone.now(),
    )
    _whole(over, people)
    opinion = set_of(desk, BENCH).members.get().opinions.order_by("pk").first()
    assert opinion is not None
    dispose(
        viewer=people.officer,
        consultation_id=over.pk,
        opinion_id=opinion.pk,
        code="5",
        summary="質問",
        view="お答えします。",
    )
    found = result_of(fresh(over))
    assert (found.submissions, found.opinions, found.distinct, found.undisposed) == (3, 5, 4, 0)
    assert {
        one.title["ja"]: (one.submissions, one.opinions) for one in found.channels if one.submissions
    } == {
        "ウェブ・メール": (1, 2),
        "ファクス": (1, 1),
        "窓口": (1, 2),
    }
    assert {one.code: one.opinions for one in found.codes} == {"1": 2, "2": 1, "3": 0, "4": 1, "5": 1}
    assert found.changed == 2
    assert [(one.key, one.opinions, one.rows) for one in found.topics] == [("light", 3, 2), ("", 2, 2)]
    assert [(one.number, one.code, one.opinions, one.submissions) for one in found.rows[:2]] == [
        (1, "1", 2, 2),
        (2, "4", 1, 1),
    ]
    apart = found.apart
    assert (apart.late_submissions, apart.late_opinions, apart.not_to_publish) == (1, 1, 1)
    assert [one.code for one in apart.late_rows] == ["1"]
    assert (apart.withheld, apart.withheld_reasons, apart.pending) == (2, {"個人の中傷": 2}, 3)
    assert (apart.refused, apart.refused_reasons, apart.withdrawn) == (1, {"脅迫": 1}, 1)
    (passage,) = found.passages
    assert "".join(one.text for one in passage.old) == "公園の街灯は、夜10時に消します。"
    assert any(one.changed for one in passage.new)
    assert (passage.behind, passage.against) == ((1,), (2,))
    assert found.rows[0].undertaking and from_json(as_json(found)) == found
    schema = json.loads(
        (PACKAGE / "consultations/schema/jichi-consultation-result-1.schema.json").read_text()
    )
    jsonschema.Draft202012Validator(schema).validate(as_json(found))


def test_what_was_decided_is_what_is_published(
    over: Consultation, people: SimpleNamespace, viewer_as: Any
) -> None:
    load(key="publish")
    _whole(over, people)
    with pytest.raises(Invalid):
        publish_result(viewer=people.officer, consultation_id=over.pk, version=fresh(over).version)
    approval = put_up(
        viewer=people.officer, consultation_id=over.pk, route_key="publish", what="result", files=()
    )
    _decide(approval, over, people, viewer_as)
    say(desk_of(over), LIGHT, late=True)  # what comes late does not undo a decision
    dispose(
        viewer=people.officer,
        consultation_id=over.pk,
        set_id=set_of(desk_of(over), DARK).pk,
        code="4",
        summary="要旨",
        view="別の考え方",
        version=1,
    )
    with pytest.raises(Invalid, match="for approval again"), _english():
        publish_result(viewer=people.officer, consultation_id=over.pk, version=fresh(over).version)
    _said_again = {"summary": f"要旨：{DARK}", "view": f"考え方：{DARK}"}
    dispose(
        viewer=people.officer,
        consultation_id=over.pk,
        set_id=set_of(desk_of(over), DARK).pk,
        code="4",
        version=2,
        **_said_again,
    )
    edition = publish_result(viewer=people.officer, consultation_id=over.pk, version=fresh(over).version)
    row = fresh(over)
    assert edition.number == 1 and row.result_published_at == edition.published_at
    assert edition.approval == approval and edition.counts["opinions"] == 5
    shown = published_result(row)
    assert shown is not None and shown.opinions == 5 and shown.apart.late_submissions == 2
    assert Undertaking.objects.get().published_at is not None
    effects = {one.kind: one for one in Effect.objects.all()}
    assert set(effects) == {"undertaken", "not_adopted", "in_line"}
    assert (
        effects["not_adopted"].visible_from is not None and effects["not_adopted"].text == f"考え方：{DARK}"
    )
    assert desk_of(row).answered_at is not None
    assert row.texts.get(kind="final").published_at is not None
    with pytest.raises(Invalid):
        publish_result(viewer=people.officer, consultation_id=over.pk, version=row.version)
    with pytest.raises(NotAllowed):
        correct_result(viewer=people.officer, consultation_id=over.pk, version=row.version, reason="誤字")
    _correct(row, people)
    assert not list(problems())
    say(desk_of(row), "引き出しから見つかった葉書", channel="post")
    (found,) = problems()
    assert found.severity == "warning" and found.where.endswith(row.key)


def _correct(row: Consultation, people: SimpleNamespace) -> None:
    dispose(
        viewer=people.officer,
        consultation_id=row.pk,
        set_id=set_of(desk_of(row), BENCH).pk,
        code="3",
        summary="要旨",
        view="改めた考え方",
        version=1,
    )
    before = published_result(row)
    again = correct_result(
        viewer=people.head, consultation_id=row.pk, version=row.version, reason="区分の誤り"
    )
    assert (again.number, again.reason) == (2, "区分の誤り")
    assert published_result(fresh(row), 1) == before != published_result(fresh(row))
    assert Effect.objects.filter(text="改めた考え方").count() == 1 and Effect.objects.count() == 4
    with pytest.raises(Invalid):
        correct_result(viewer=people.head, consultation_id=row.pk, version=fresh(row).version, reason="何も")


def test_a_result_names_all_that_is_missing(over: Consultation, people: SimpleNamespace) -> None:
    _said(over, people, LIGHT)
    say(desk_of(over), "未分割", divided=False)
    with pytest.raises(Invalid) as refused, _english():
        put_up(viewer=people.officer, consultation_id=over.pk, route_key="publish", what="result")
    assert len(refused.value.messages[""]) == 3
    assert "3 opinions have no disposition yet." in refused.value.messages[""]
    for text in (DARK, BENCH):
        _said(over, people, text)
    Voice.objects.filter(divided_at=None).update(divided_at=timezone.now())
    text = add_text(
        viewer=people.officer, consultation_id=over.pk, content=FINAL, filename="f.md", kind="final"
    )
    with pytest.raises(Invalid) as refused, _english():
        publish_result(viewer=people.demo, consultation_id=over.pk, version=None)
    assert "1 changed passage has no reason yet" in refused.value.messages[""][0]
    for facts, field in (
        ({"anchor": "no-such", "reason": "x", "not_from_opinions": True}, "anchor"),
        ({"reason": "理由"}, "behind"),
        ({"reason": "", "not_from_opinions": True}, "reason"),
        ({"reason": "理由", "behind": [10**9]}, "behind"),
    ):
        anchor = result_of(fresh(over)).unexplained[0]
        with pytest.raises(Invalid) as refused:
            explain_change(viewer=people.officer, text_id=text.pk, **{"anchor": anchor} | facts)
        assert list(refused.value.messages) == [field]


def test_nothing_received_is_published_too(closed: ConsultationMaker, people: SimpleNamespace) -> None:
    row = closed()
    keep_draft(viewer=people.officer, consultation_id=row.pk)
    publish_result(viewer=people.demo, consultation_id=row.pk, version=None)
    row = fresh(row)
    shown = published_result(row)
    assert row.nothing_received and shown is not None and shown.nothing_received
    assert (shown.submissions, shown.opinions, shown.passages) == (0, 0, ())


def test_a_withdrawn_proposal_says_so(consultation: Consultation, people: SimpleNamespace) -> None:
    row = consultation
    with pytest.raises(Invalid):
        publish_result(viewer=people.demo, consultation_id=row.pk, version=None)
    withdraw(viewer=people.head, consultation_id=row.pk, version=row.version, reason="国の制度が変わった")
    publish_result(viewer=people.demo, consultation_id=row.pk, version=None)
    shown = published_result(fresh(row))
    assert shown is not None and shown.withdrawn_reason == "国の制度が変わった" and shown.undisposed == 5
    assert ResultEdition.objects.count() == 1 and Voice.objects.filter(end=F("end")).count() == 3


def _english() -> Any:
    return translation.override("en")


def _decide(approval: Approval, row: Consultation, people: SimpleNamespace, viewer_as: Any) -> None:
    colleague = viewer_as(Role.SECTION_HEAD, row.department)
    for viewer in (colleague, people.bureau_head, people.approver):
        version = Approval.objects.get(pk=approval.pk).version
        pass_step(viewer=viewer, approval_id=approval.pk, version=version)


def test_only_what_was_published_is_told_anywhere(
    over: Consultation, people: SimpleNamespace, client: Client
) -> None:
    _whole(over, people)
    desk = desk_of(over)
    unnamed = topic(desk, "t", "", LIGHT)
    Topic.objects.filter(pk=unnamed.pk).update(proposed="街灯が消えると夜道")
    Voice.objects.filter(opinions__wording__set=set_of(desk, DARK)).update(
        end="withdrawn", ended_at=F("received_at")
    )
    recount_desk(desk.pk)
    publish_result(viewer=people.demo, consultation_id=over.pk, version=None)
    assert not Effect.objects.filter(set=set_of(desk, DARK)).exists()
    bench = set_of(desk, BENCH).disposition
    facts = {"viewer": people.officer, "consultation_id": over.pk, "set_id": bench.set_id, "code": "2"}
    dispose(**facts, summary="未決裁の要旨", view="未決裁の考え方", version=bench.version)
    pages = [
        client.get(address).content.decode()
        for address in (
            f"/consultations/{over.key}/arguments/",
            "/you-said/",
            f"/consultations/{over.key}/result/",
        )
    ]
    for page in pages:
        assert f"要旨：{BENCH}" in page and "未決裁" not in page and DARK not in page
    assert "街灯が消えると夜道" not in json.dumps(
        as_json(result_of(fresh(over)))["topics"], ensure_ascii=False
    )
