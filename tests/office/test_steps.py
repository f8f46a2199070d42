"""Acting in steps: in order, by who holds them, never on one's own, on behalf with a reason."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jichi.city.access import ANONYMOUS, Viewer
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import Account, AuditEntry, Grant, Person
from jichi.city.viewers import system_viewer, viewer_for
from jichi.manifest import Role
from jichi.office import services
from jichi.office.models import Approval, ApprovalEvent, ApprovalFile, ApprovalStep
from jichi.office.queries import approvals_for, is_decided, latest_of, steps_waiting_for

from .putting import PARALLEL, Holders, fresh, load, put_up

pytestmark = pytest.mark.django_db


def states(approval: Approval) -> list[str]:
    return list(
        approval.steps.filter(round=fresh(approval).round)
        .order_by("position")
        .values_list("state", flat=True)
    )


def passing(viewer: Viewer, approval: Approval, **facts) -> Approval:
    facts = {"version": fresh(approval).version} | facts
    return services.pass_step(viewer=viewer, approval_id=approval.pk, **facts)


def sending_back(viewer: Viewer, approval: Approval, reason: str = "数字を確かめる", **facts) -> Approval:
    facts = {"version": fresh(approval).version, "reason": reason} | facts
    return services.send_back(viewer=viewer, approval_id=approval.pk, **facts)


def with_roles(*roles) -> Viewer:
    """One person who holds several roles (兼務)."""
    person = Person.objects.create(name="兼務さん")
    account = Account.objects.create_user(f"{uuid.uuid4().hex[:8]}@example.jp", "x", person=person)
    for role, department in roles:
        Grant.objects.create(person=person, role=role, department=department, valid_from="2020-04-01")
    return viewer_for(account)


# --- the way ----------------------------------------------------------------------------------------
def test_each_step_opens_when_the_one_before_was_passed_and_the_last_decides(approval, holders):
    assert states(approval) == ["open", "waiting", "waiting"]
    passing(holders.section_head, approval, comment="了")
    assert states(approval) == ["passed", "open", "waiting"]
    passing(holders.bureau_head, approval)
    assert not is_decided(approval.context)
    done = passing(holders.approver, approval)

    assert states(approval) == ["passed", "passed", "passed"]
    assert (done.state, is_decided(approval.context)) == ("decided", True)
    assert done.decided_at is not None
    kinds = list(approval.events.values_list("kind", flat=True))
    assert kinds == ["drafted", "passed", "passed", "decided"]


def test_the_trail_says_that_there_was_a_comment_and_never_what(approval, holders):
    passing(holders.section_head, approval, comment="内密の話")
    entry = AuditEntry.objects.filter(act="office.approval:pass").get()
    assert entry.fields["comment"] == "changed"
    assert "内密" not in str(entry.fields)


def test_steps_beside_each_other_are_all_open_and_all_needed(viewer_as, department, other_department):
    load(PARALLEL)
    holders = Holders(viewer_as, department)
    approval = put_up(holders.drafter, department)
    assert states(approval) == ["open", "open", "waiting"]
    passing(viewer_as(Role.SECTION_HEAD, other_department), approval)
    assert states(approval) == ["open", "passed", "waiting"]
    passing(holders.section_head, approval)
    assert states(approval) == ["passed", "passed", "open"]


def test_nobody_acts_before_her_turn_nor_after_the_decision(approval, holders):
    with pytest.raises(Invalid):
        passing(holders.approver, approval)
    holders.decided(approval)
    for viewer in (holders.section_head, holders.approver):
        with pytest.raises(Invalid):
            passing(viewer, approval)
        with pytest.raises(Invalid):
            sending_back(viewer, approval)


def test_who_holds_no_step_may_not_and_sees_it_only_where_she_has_to_do_with_it(
    approval, holders, viewer_as, other_department, auditor, planning_officer, anonymous
):
    stranger = viewer_as(Role.SECTION_HEAD, other_department)
    for viewer in (stranger, viewer_as(Role.EXTERNAL_REVIEWER), viewer_as(), anonymous):
        assert not approvals_for(viewer).exists()
        with pytest.raises(Approval.DoesNotExist):
            passing(viewer, approval)
    for viewer in (auditor, planning_officer, holders.drafter):
        assert approvals_for(viewer).exists()
        with pytest.raises(NotAllowed):
            passing(viewer, approval)
    for viewer in (holders.section_head, holders.bureau_head, holders.approver):
        assert approvals_for(viewer).exists()


def test_an_approver_sees_only_what_has_a_step_of_hers(holders, department, viewer_as):
    ending_below = [{**PARALLEL[0], "order": 1, "kind": "decide"}]
    load(ending_below, key="small")
    put_up(holders.drafter, department, route_key="small")
    assert not approvals_for(holders.approver).exists()
    assert approvals_for(holders.section_head).exists()


def test_an_office_asked_by_the_route_sees_what_is_put_up_elsewhere(viewer_as, department, other_department):
    load(PARALLEL)
    approval = put_up(viewer_as(Role.OFFICER, department), department)
    asked = viewer_as(Role.SECTION_HEAD, other_department)
    assert [one.approval for one in steps_waiting_for(asked)] == [approval]
    assert not approvals_for(viewer_as(Role.OFFICER, other_department)).exists()


# --- who may not ------------------------------------------------------------------------------------
def test_nobody_passes_a_step_of_her_own_draft(holders, department, viewer_as):
    approval = put_up(holders.section_head, department)
    with pytest.raises(Invalid):
        passing(holders.section_head, approval)
    with pytest.raises(Invalid):
        sending_back(holders.section_head, approval)
    assert not steps_waiting_for(holders.section_head).exists()
    assert states(approval) == ["open", "waiting", "waiting"]
    passing(viewer_as(Role.SECTION_HEAD, department), approval)


def test_who_puts_it_up_again_does_not_pass_it_either(approval, holders, department, viewer_as):
    sending_back(holders.section_head, approval)
    services.resubmit(viewer=holders.section_head, approval_id=approval.pk, version=fresh(approval).version)
    with pytest.raises(Invalid):
        passing(holders.section_head, approval)
    passing(viewer_as(Role.SECTION_HEAD, department), approval)


def test_one_person_may_be_consulted_twice_but_never_decides_as_well(holders, department):
    both = with_roles((Role.SECTION_HEAD, department), (Role.BUREAU_HEAD, department), (Role.APPROVER, None))
    approval = put_up(holders.drafter, department)
    passing(both, approval)
    passing(both, approval)
    assert states(approval) == ["passed", "passed", "open"]
    assert not steps_waiting_for(both).exists()
    with pytest.raises(Invalid):
        passing(both, approval)
    passing(holders.approver, approval)
    assert fresh(approval).state == "decided"


def test_a_consulted_bureau_head_does_not_decide_on_behalf_and_another_one_does(
    approval, holders, department, viewer_as
):
    holders.passed(approval, holders.section_head, holders.bureau_head)
    with pytest.raises(Invalid):
        passing(holders.bureau_head, approval, behalf_reason="市長出張中")

    other = viewer_as(Role.BUREAU_HEAD, department)
    assert not steps_waiting_for(other).exists()
    assert steps_waiting_for(other, on_behalf=True).count() == 1
    with pytest.raises(Invalid) as caught:
        passing(other, approval)
    assert list(caught.value.messages) == ["behalf_reason"]
    passing(other, approval, behalf_reason="市長出張中")

    step = approval.steps.get(position=3)
    assert (step.state, step.behalf_reason) == ("passed_on_behalf", "市長出張中")
    assert fresh(approval).state == "decided"
    assert approval.events.filter(kind="passed_on_behalf", role="bureau_head").exists()


def test_a_reason_to_act_on_behalf_is_refused_where_the_role_is_ones_own(approval, holders):
    with pytest.raises(Invalid) as caught:
        passing(holders.section_head, approval, behalf_reason="不在")
    assert list(caught.value.messages) == ["behalf_reason"]


# --- back, again, withdrawn ---------------------------------------------------------------------------
def test_sent_back_and_put_up_again_begins_anew_with_other_files(approval, holders):
    passing(holders.section_head, approval)
    sending_back(holders.bureau_head, approval, "図を直す")
    assert states(approval) == ["passed", "returned", "dropped"]
    assert fresh(approval).state == "returned"
    with pytest.raises(Invalid):
        passing(holders.section_head, approval)

    first = approval.files.get(name="一覧.csv")
    services.resubmit(
        viewer=holders.drafter,
        approval_id=approval.pk,
        version=fresh(approval).version,
        files=[services.PacketFile("結果の案.txt", b"new")],
        keep=[one.pk for one in approval.files.all()],
        note="図を直した",
    )
    assert states(approval) == ["open", "waiting", "waiting"]
    assert list(approval.steps.filter(round=1).values_list("state", flat=True)) == [
        "passed",
        "returned",
        "dropped",
    ]
    second = {row.name: bytes(row.content) for row in approval.files.filter(round=2)}
    assert second == {"結果の案.txt": b"new", "一覧.csv": bytes(first.content)}
    assert holders.decided(approval).state == "decided"


def test_sending_back_says_why(approval, holders):
    with pytest.raises(Invalid) as caught:
        sending_back(holders.section_head, approval, "  ")
    assert list(caught.value.messages) == ["reason"]


def test_a_colleague_of_the_drafter_puts_it_up_again_and_another_office_does_not(
    approval, holders, viewer_as, department, other_department
):
    sending_back(holders.section_head, approval)
    facts = {"approval_id": approval.pk, "version": fresh(approval).version}
    with pytest.raises(Approval.DoesNotExist):
        services.resubmit(viewer=viewer_as(Role.OFFICER, other_department), **facts)
    with pytest.raises(NotAllowed):
        services.resubmit(viewer=holders.bureau_head, **facts)
    services.resubmit(viewer=viewer_as(Role.OFFICER, department), **facts)
    with pytest.raises(Conflict):
        services.resubmit(viewer=holders.drafter, **facts)


def test_what_was_withdrawn_stays_and_makes_room_for_another(approval, holders, department):
    with pytest.raises(Invalid) as caught:
        put_up(holders.drafter, department, context=approval.context)
    assert list(caught.value.messages) == ["context"]
    services.withdraw(viewer=holders.drafter, approval_id=approval.pk, version=1, reason="早すぎた")
    assert states(approval) == ["dropped", "dropped", "dropped"]
    with pytest.raises(Invalid):
        passing(holders.section_head, approval)
    another = put_up(holders.drafter, department, context=approval.context)
    assert latest_of(approval.context) == another
    assert latest_of("nothing:1") is None


def test_what_was_decided_stands_when_a_later_draft_is_withdrawn(approval, holders, department):
    holders.decided(approval)
    another = put_up(holders.drafter, department, context=approval.context)
    assert not is_decided(approval.context)
    services.withdraw(viewer=holders.drafter, approval_id=another.pk, version=1)
    assert is_decided(approval.context)
    with pytest.raises(Invalid):
        services.withdraw(viewer=holders.drafter, approval_id=approval.pk, version=fresh(approval).version)


def test_who_looked_at_an_older_state_is_told(approval, holders, viewer_as, department):
    passing(holders.section_head, approval)
    with pytest.raises(Conflict) as caught:
        passing(viewer_as(Role.SECTION_HEAD, department), approval, version=1)
    assert caught.value.current.version == 2
    with pytest.raises(Conflict):
        services.withdraw(viewer=holders.drafter, approval_id=approval.pk, version=1)


# --- putting up ---------------------------------------------------------------------------------------
def test_only_who_may_put_up_for_the_office_does(
    holders, viewer_as, department, other_department, planning_officer, auditor
):
    put_up(planning_officer, department)
    for viewer in (viewer_as(Role.OFFICER, other_department), holders.bureau_head, auditor, ANONYMOUS):
        with pytest.raises(NotAllowed):
            put_up(viewer, department)


def test_only_the_system_says_when(holders, department):
    with pytest.raises(NotAllowed):
        put_up(holders.drafter, department, at=timezone.now())
    then = timezone.now() - timezone.timedelta(days=400)
    row = put_up(system_viewer("demo"), department, at=then)
    assert fresh(row).drafted_at == then


def test_the_system_walks_the_whole_way_of_a_pack(holders, department):
    system = system_viewer("demo")
    approval = put_up(system, department)
    for _step in range(3):
        passing(system, approval)
    assert is_decided(approval.context)


@pytest.mark.parametrize(
    "name",
    ["", "../x.txt", "a/b.txt", "packet.json", ".hidden", "x" * 121, "tab\t.txt"],
)
def test_a_name_that_cannot_be_unpacked_is_refused(holders, department, name):
    with pytest.raises(Invalid) as caught:
        put_up(holders.drafter, department, files=[services.PacketFile(name, b"x")])
    assert list(caught.value.messages) == ["files"]
    assert Approval.objects.count() == 0


def test_too_large_empty_and_doubled_files_are_each_told(holders, department, monkeypatch):
    monkeypatch.setattr("jichi.office.services.packing.FILE_LIMIT", 10)
    files = [
        services.PacketFile("big.pdf", b"x" * 11),
        services.PacketFile("empty.pdf", b""),
        services.PacketFile("A.txt", b"x"),
        services.PacketFile("a.txt", b"x"),
    ]
    with pytest.raises(Invalid) as caught:
        put_up(holders.drafter, department, files=files)
    texts = caught.value.messages["files"]
    assert len(texts) == 3
    assert [name for name in ("big.pdf", "empty.pdf", "a.txt") if name in " ".join(texts)] == [
        "big.pdf",
        "empty.pdf",
        "a.txt",
    ]


# --- what the database keeps --------------------------------------------------------------------------
def refused(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


def test_the_database_refuses_what_the_services_never_do(approval, holders):
    steps, now = ApprovalStep.objects.filter(approval=approval), timezone.now()
    rows = Approval.objects.filter(pk=approval.pk)

    def act(position: int, viewer: Viewer, state: str = "passed", **facts) -> None:
        steps.filter(position=position).update(state=state, acted_by=viewer.actor, acted_at=now, **facts)

    assert refused(lambda: rows.delete())
    assert refused(lambda: rows.update(title="x"))
    assert refused(lambda: rows.update(state="decided", decided_at=now))
    assert refused(lambda: act(1, holders.drafter))
    assert refused(lambda: act(2, holders.bureau_head))
    assert refused(lambda: steps.filter(position=1).update(state="passed"))
    assert refused(lambda: act(1, holders.section_head, "passed_on_behalf"))
    assert refused(lambda: act(1, holders.section_head, "returned"))
    assert refused(lambda: steps.filter(position=1).update(role="approver"))
    assert refused(lambda: ApprovalFile.objects.update(content=b"x"))
    assert refused(lambda: ApprovalEvent.objects.update(text="x"))
    assert refused(lambda: ApprovalEvent.objects.all().delete())
    assert not refused(lambda: act(1, holders.section_head))
    assert refused(lambda: steps.filter(position=1).update(comment="x"))
    assert refused(
        lambda: ApprovalFile.objects.create(
            approval=approval, name="late.txt", media_type="text/plain", sha256="", size=1, content=b"x"
        )
    )


def test_the_database_lets_no_consulted_person_decide(approval, holders):
    holders.passed(approval, holders.section_head, holders.bureau_head)
    last = ApprovalStep.objects.filter(approval=approval, position=3)
    assert refused(
        lambda: last.update(state="passed", acted_by=holders.bureau_head.actor, acted_at=timezone.now())
    )


def test_what_was_decided_never_changes(approval, holders):
    holders.decided(approval)
    rows = Approval.objects.filter(pk=approval.pk)
    assert refused(lambda: rows.update(state="running", decided_at=None))
    assert refused(lambda: rows.update(summary="x"))
    assert refused(
        lambda: Approval.objects.create(
            route_version=approval.route_version,
            context="x",
            title="x",
            drafted_by=uuid.uuid4(),
            submitted_by=uuid.uuid4(),
            state="decided",
            decided_at=timezone.now(),
        )
    )
