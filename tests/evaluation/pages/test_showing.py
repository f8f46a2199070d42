"""How far an evaluation is shown, its approval, and judgements that Jichi proposed."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from jichi.city.viewers import system_viewer
from jichi.evaluation.models import Cycle, Proposal, ProposalDecision, RuleSet, RuleSetVersion, Sheet
from jichi.evaluation.services.cycles import edit_cycle
from jichi.office.models import Approval
from tests.evaluation.cycle.sample import brought_through, handed_in, passed, sheet_of
from tests.office.putting import load

from .browsing import notices, page, post, save, url, version_on

# The permission matrix draws these pages on every database; what they do to rows, services' tests read there.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_an_embargo_opens_by_itself_and_a_switch_closes_again(clients, cycle, time_machine):
    brought_through(cycle, "1-1-01")
    sheet = sheet_of(cycle, "1-1-01")
    version = version_on(page(clients.planner, "-cycle-stage", cycle.pk, "committee"))
    later = {"when": "later", "day": "2099-01-10", "hour": ""}
    text = post(
        clients.planner, "-cycle-stage", cycle.pk, "committee", status=422, version=version, when="later"
    )
    assert "errorsummary" in text.replace("-", "").replace("_", "")
    post(clients.planner, "-cycle-stage", cycle.pk, "committee", version=version, **later)
    page(clients.reviewer, "-edition", sheet.pk, status=404)
    Cycle.objects.filter(pk=cycle.pk).update(committee_from=timezone.now() - datetime.timedelta(minutes=1))
    text = page(clients.reviewer, "-edition", sheet.pk)
    assert sheet.node.name in text
    # A second officer's switch meanwhile is told, and nothing of the stale one is done.
    stale = {"version": version, "when": "off"}
    text = post(clients.planner, "-cycle-stage", cycle.pk, "committee", status=409, **stale)
    post(clients.planner, "-cycle-stage", cycle.pk, "committee", version=version_on(text), when="off")
    page(clients.reviewer, "-edition", sheet.pk, status=404)
    page(clients.planner, "-cycle-stage", cycle.pk, "nowhere", status=404)
    page(clients.planner, "-cycle-stage", cycle.pk, "internal", status=404)


def test_what_needs_approval_is_put_up_with_a_file_before_it_can_be_published(clients, cycle):
    load()
    loader = system_viewer("demo")
    edit_cycle(viewer=loader, cycle_id=cycle.pk, version=cycle.version, route_key="publish")
    # What is missing is said before anybody chooses files.
    page(clients.planner, "-cycle-put-up", cycle.pk, status=302)
    assert "1-1-01" in notices(page(clients.planner, "-cycle", cycle.pk))
    brought_through(cycle)
    text = page(clients.planner, "-cycle-publish", cycle.pk, status=302)
    text = page(clients.planner, "-cycle-put-up", cycle.pk)
    version = version_on(text)
    post(clients.planner, "-cycle-put-up", cycle.pk, status=422, version=version)
    file = SimpleUploadedFile("結果の案.pdf", b"%PDF-1.7 sample", content_type="application/pdf")
    post(clients.planner, "-cycle-put-up", cycle.pk, version=version, file=file)
    approval = Approval.objects.get()
    assert approval.context == f"evaluation.cycle:{cycle.pk}" and approval.files.get().name == "結果の案.pdf"
    assert str(approval.pk) in page(clients.planner, "-cycle", cycle.pk)
    cycle.refresh_from_db()
    text = post(clients.planner, "-cycle-publish", cycle.pk, status=422, version=cycle.version, when="now")
    assert Cycle.objects.get(pk=cycle.pk).state == "open"


def proposed(cycle: Cycle, sheet: Sheet, value: str) -> Proposal:
    """Thresholds that are turned on, and what came of them for one sheet."""
    rule_set = RuleSet.objects.create(key="meyasu", kind="proposal", title="見本のめやす")
    rule = RuleSetVersion.objects.create(
        rule_set=rule_set,
        number=1,
        definition={},
        digest="a" * 64,
        in_force_from="2020-04-01",
        known_from="2020-04-01",
    )
    Cycle.objects.filter(pk=cycle.pk).update(proposals=rule)
    says = {"ja": "目標を下回るものがある"}
    reasons = [{"code": "clause", "says": says}]
    return Proposal.objects.create(
        sheet=sheet, field="accomplishment", value=value, reasons=reasons, rule=rule
    )


def test_who_decides_otherwise_than_jichi_proposed_says_why(clients, cycle, sheet):
    proposed(cycle, sheet, "4")
    text = page(clients.a, "-sheet", sheet.pk)
    assert "目標を下回るものがある" in text and "見本のめやす" in text and "Jichi" in text
    save(clients.a, sheet.pk, button="hand_in", accomplishment="3")
    text = page(clients.a, "-sheet-hand-in", sheet.pk)
    version = version_on(text)
    assert 'name="reason-accomplishment"' in text
    text = post(clients.a, "-sheet-hand-in", sheet.pk, status=422, version=version, note="よろしく")
    assert 'id="reason-accomplishment-error"' in text and 'value="よろしく"' in text
    assert Sheet.objects.get(pk=sheet.pk).state == "filling"
    why = {"reason-accomplishment": "年度の後半に持ち直したため"}
    post(clients.a, "-sheet-hand-in", sheet.pk, version=version, note="", **why)
    decision = ProposalDecision.objects.get()
    assert (decision.agrees, decision.reason) == (False, "年度の後半に持ち直したため")


def test_who_decides_as_jichi_proposed_is_asked_nothing(clients, cycle, sheet):
    proposed(cycle, sheet, "3")
    save(clients.a, sheet.pk, button="hand_in", accomplishment="3")
    assert "reason-accomplishment" not in page(clients.a, "-sheet-hand-in", sheet.pk)


def test_proposals_stay_inside(clients, cycle, sheet):
    proposed(cycle, sheet, "4")
    Cycle.objects.filter(pk=cycle.pk).update(proposals=None)
    brought_through(cycle, "1-1-01")
    version = version_on(page(clients.planner, "-cycle-stage", cycle.pk, "committee"))
    post(clients.planner, "-cycle-stage", cycle.pk, "committee", version=version, when="now")
    assert "目標を下回るものがある" not in page(clients.reviewer, "-edition", sheet.pk)


def test_all_that_a_page_shows_is_ticked_with_one_box(clients, cycle):
    for code in ("1-1-01", "1-1-02"):
        brought_through_to_planning(cycle, code)
    text = page(clients.planner, "", show="check")
    shown = {name: version_on(text, name) for name in names_of(text)}
    text = post(clients.planner, "-bulk", act="accept", all="1", next=url(""), follow=True, **shown)
    assert Sheet.objects.filter(cycle=cycle, state="accepted").count() == 2
    assert "2" in notices(text)
    text = post(clients.planner, "-bulk", act="accept", next="https://elsewhere.example/", follow=True)
    assert notices(text)  # nothing ticked is said; a way back to elsewhere is not taken


def names_of(text: str) -> list[str]:
    return [part.split('"')[0] for part in text.split('name="')[1:] if part.startswith("version-")]


def brought_through_to_planning(cycle: Cycle, code: str) -> None:
    passed(passed(handed_in(sheet_of(cycle, code))))
