"""Drafts, hand-ins, versions: what is kept, what is refused, and that nothing handed in ever changes."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.manifest import Role
from jichi.sheets.definition import Address, Filler
from jichi.sheets.models import AnswerRevision, AnswerSet, Form, FormVersion
from jichi.sheets.queries import answers_of, definition_of, newest_revisions_for, newest_version, values_of
from jichi.sheets.services import (
    AnswersInvalid,
    create_form,
    hand_in,
    move_to_version,
    open_answers,
    publish_version,
    save_draft,
)
from tests.sheets.samples import COUNCILS, changed

A = Address.of
GOOD = {A("held"): "yes", A("name.1"): "環境審議会", A("members.1"): "１２", A("women.1"): "5"}


@pytest.fixture
def version(planning_officer) -> FormVersion:
    return create_form(viewer=planning_officer, key="councils", room="figures", definition=COUNCILS)


@pytest.fixture
def answer_set(officer, version) -> AnswerSet:
    return open_answers(viewer=officer, form_version=version, context="tests.thing:1")


def give(viewer, answer_set, raw, version=1, **facts: Any) -> AnswerRevision:
    return hand_in(viewer=viewer, answer_set=answer_set, raw=raw, version=version, channel="page", **facts)


def test_only_a_planning_officer_makes_forms(officer, planning_officer):
    with pytest.raises(NotAllowed):
        create_form(viewer=officer, key="x", room="figures", definition=COUNCILS)
    version = create_form(viewer=planning_officer, key="x", room="figures", definition=COUNCILS)
    assert (version.number, version.form.title) == (1, "審議会等の委員に占める女性の割合")
    assert [entry.act for entry in AuditEntry.objects.filter(object_type__startswith="sheets.")] == [
        "sheets.form:create",
        "sheets.form:publish",
    ]


def test_a_key_is_given_once_and_written_plainly(planning_officer, version):
    for key in ("councils", "Councils", "", "a b"):
        with pytest.raises(Invalid):
            create_form(viewer=planning_officer, key=key, room="figures", definition=COUNCILS)
    assert Form.objects.count() == 1


def test_a_senseless_definition_is_refused_in_words(planning_officer):
    broken = changed(lambda form: form["parts"][1]["fields"][3].update(formula="women / nobody"))
    with pytest.raises(Invalid) as error:
        create_form(viewer=planning_officer, key="x", room="figures", definition=broken)
    assert "nobody" in error.value.messages["definition"][0]
    assert "/parts/1/fields/3/formula" in error.value.messages["definition"][0]
    assert not Form.objects.exists()


def test_versions_are_numbered_and_say_what_is_new(planning_officer, version):
    form = version.form
    assert publish_version(viewer=planning_officer, form=form, definition=COUNCILS, note="") == version
    newer = changed(lambda one: one["title"].update(ja="新しい題名"))
    with pytest.raises(Invalid):
        publish_version(viewer=planning_officer, form=form, definition=newer, note=" ")
    second = publish_version(viewer=planning_officer, form=form, definition=newer, note="題名を改めた")
    assert (second.number, newest_version(form)) == (2, second)
    form.refresh_from_db()
    assert form.title == "新しい題名"
    with pytest.raises(Invalid):
        publish_version(viewer=planning_officer, form=form, definition=COUNCILS, note="戻す")


def test_a_draft_keeps_anything_and_tells_of_another_editor(officer, answer_set):
    saved = save_draft(viewer=officer, answer_set=answer_set, raw={A("members.1"): "たぶん12"}, version=1)
    assert (saved.draft, saved.version) == ({"members.1": "たぶん12"}, 2)
    with pytest.raises(Conflict) as conflict:
        save_draft(viewer=officer, answer_set=answer_set, raw={A("members.1"): "13"}, version=1)
    assert conflict.value.current.draft == {"members.1": "たぶん12"}
    # The same text saved twice is one save.
    again = save_draft(viewer=officer, answer_set=answer_set, raw={A("members.1"): "たぶん12"}, version=1)
    assert again.version == 2
    entries = AuditEntry.objects.filter(act="sheets.answers:draft")
    assert [entry.fields for entry in entries] == [{"draft": "changed"}]


def test_a_draft_drops_what_no_database_keeps(officer, answer_set):
    saved = save_draft(viewer=officer, answer_set=answer_set, raw={A("name.1"): "a\x00b\ud800"}, version=1)
    saved.refresh_from_db()
    assert saved.draft == {"name.1": "ab"}
    saved = save_draft(viewer=officer, answer_set=answer_set, raw={A("name.\x001\ud800"): "c"}, version=2)
    saved.refresh_from_db()
    assert saved.draft == {"name.1": "c"}


def test_handing_in_keeps_values_file_and_who(officer, answer_set):
    save_draft(viewer=officer, answer_set=answer_set, raw=GOOD, version=1)
    revision = hand_in(
        viewer=officer,
        answer_set=answer_set,
        raw=GOOD,
        version=2,
        channel="workbook",
        filename="回答.xlsx",
        content=b"PK...",
        note="訂正なし",
    )
    answer_set.refresh_from_db()
    assert (answer_set.revision, answer_set.version, answer_set.draft, answer_set.draft_at) == (
        1,
        3,
        {},
        None,
    )
    assert revision.entered_by == officer.actor
    assert revision.sha256 == hashlib.sha256(b"PK...").hexdigest()
    values = values_of(AnswerRevision.objects.get())
    assert (values[A("members.1")], values[A("share.1")]) == (12, Decimal("41.7"))
    entry = AuditEntry.objects.get(act="sheets.answers:hand_in")
    assert entry.fields["values"] == "changed"
    assert "環境" not in str(entry.fields)


def test_what_is_wrong_keeps_it_from_being_handed_in(officer, answer_set):
    bad = {A("held"): "yes", A("name.1"): "会", A("members.1"): "3", A("women.1"): "5"}
    with pytest.raises(AnswersInvalid) as error:
        give(officer, answer_set, bad)
    assert list(error.value.messages) == ["women.1"]
    assert "女性" in error.value.messages["women.1"][0]
    assert not AnswerRevision.objects.exists()
    answer_set.refresh_from_db()
    assert answer_set.version == 1


def test_the_same_return_twice_is_one(officer, answer_set):
    first = give(officer, answer_set, GOOD)
    # The same numbers written otherwise, in another row, from a page that is out of date.
    same = {A("held"): "はい", A("name.4"): "環境審議会", A("members.4"): "12人", A("women.4"): "5"}
    again = hand_in(viewer=officer, answer_set=answer_set, raw=same, version=1, channel="workbook")
    assert again == first
    assert AnswerRevision.objects.count() == 1
    with pytest.raises(Conflict):
        give(officer, answer_set, GOOD | {A("members.1"): "14"}, version=1)
    answer_set.refresh_from_db()
    second = give(officer, answer_set, GOOD | {A("members.1"): "14"}, version=answer_set.version)
    assert second.number == 2


def test_the_same_return_again_leaves_a_colleagues_draft(officer, answer_set):
    give(officer, answer_set, GOOD)
    save_draft(viewer=officer, answer_set=answer_set, raw=GOOD | {A("members.1"): "99"}, version=2)
    give(officer, answer_set, GOOD, version=1)
    answer_set.refresh_from_db()
    assert answer_set.draft["members.1"] == "99"
    give(officer, answer_set, GOOD, version=answer_set.version)
    answer_set.refresh_from_db()
    assert (answer_set.draft, answer_set.revision) == ({}, 1)


def test_open_rows_are_kept_without_gaps(officer, answer_set):
    spread = {
        A("held"): "yes",
        A("name.3"): "甲",
        A("members.3"): "3",
        A("women.3"): "1",
        A("name.7"): "乙",
        A("members.7"): "7",
        A("women.7"): "2",
    }
    values = values_of(give(officer, answer_set, spread))
    assert (values[A("name.1")], values[A("name.2")]) == ("甲", "乙")
    assert values[A("total")] == 10


def test_a_newer_version_leaves_older_answers_as_they_are(planning_officer, officer, version, answer_set):
    first = give(officer, answer_set, GOOD)
    before = values_of(first)

    def newer(form):
        fields = form["parts"][1]["fields"]
        fields[2] = {**fields[2], "key": "female"}
        fields[3]["formula"] = "female / members * 100"
        form["checks"] = []

    second = publish_version(
        viewer=planning_officer, form=version.form, definition=changed(newer), note="項目名を改めた"
    )
    stored = newest_revisions_for(officer, [answer_set.pk])[answer_set.pk]
    assert values_of(stored) == before
    carried = move_to_version(viewer=officer, answer_set=answer_set, form_version=second, version=2)
    assert [(str(left.address), left.text, left.reason) for left in carried.left] == [
        ("women.1", "5", "no_field")
    ]
    standing = answers_of(officer, answer_set.pk)
    assert standing.draft[A("members.1")] == "12"
    assert standing.newest is not None and values_of(standing.newest) == before
    assert standing.newest.form_version == version
    given = give(officer, answer_set, {**standing.draft, A("female.1"): "6"}, version=3)
    assert (given.number, given.form_version, values_of(given)[A("share.1")]) == (2, second, 50)


def second_version(planning_officer, version) -> FormVersion:
    newer = changed(lambda form: form["title"].update(ja="新しい題名"))
    return publish_version(viewer=planning_officer, form=version.form, definition=newer, note="題名")


def test_what_was_emptied_in_the_draft_does_not_come_back(planning_officer, officer, version, answer_set):
    give(officer, answer_set, GOOD | {A("name.2"): "防災会議", A("members.2"): "9", A("women.2"): "1"})
    draft = {A("held"): "yes", A("name.1"): "環境審議会", A("members.1"): "約12"}
    save_draft(viewer=officer, answer_set=answer_set, raw=draft, version=2)
    second = second_version(planning_officer, version)
    carried = move_to_version(viewer=officer, answer_set=answer_set, form_version=second, version=3)
    assert carried.raw == draft and carried.left == ()


def test_parts_without_a_draft_move_as_they_were_handed_in(
    planning_officer, viewer_as, officer, version, answer_set, department
):
    head = viewer_as(Role.SECTION_HEAD, department)
    give(officer, answer_set, GOOD)
    give(head, answer_set, {A("seen"): "yes"}, version=2, fill=Filler.CHECKER)
    save_draft(viewer=officer, answer_set=answer_set, raw={A("held"): "no"}, version=3)
    second = second_version(planning_officer, version)
    carried = move_to_version(viewer=officer, answer_set=answer_set, form_version=second, version=4)
    assert carried.raw == {A("held"): "no", A("seen"): "yes"}


def test_what_a_part_of_others_hangs_on_is_known_after_a_move(
    planning_officer, viewer_as, officer, department
):
    """The checker's question hangs on the respondent's answer, also where both were given to an older version."""

    def hang(form):
        form["parts"][2]["when"] = "held"

    first = create_form(viewer=planning_officer, key="hanging", room="figures", definition=changed(hang))
    answers = open_answers(viewer=officer, form_version=first, context="tests.thing:2")
    head = viewer_as(Role.SECTION_HEAD, department)
    give(officer, answers, GOOD)
    give(head, answers, {A("seen"): "yes"}, version=2, fill=Filler.CHECKER)
    newer = changed(lambda form: (hang(form), form["title"].update(ja="新")))
    second = publish_version(viewer=planning_officer, form=first.form, definition=newer, note="題名")
    move_to_version(viewer=officer, answer_set=answers, form_version=second, version=3)
    given = give(officer, answers, GOOD, version=4)
    assert values_of(given)[A("seen")] is True


def test_answers_do_not_move_to_another_form(planning_officer, officer, answer_set):
    other = create_form(
        viewer=planning_officer,
        key="other",
        room="figures",
        definition=changed(lambda form: form["title"].update(ja="別")),
    )
    with pytest.raises(Invalid):
        move_to_version(viewer=officer, answer_set=answer_set, form_version=other, version=1)


def test_the_checkers_part_is_filled_beside_the_respondents(viewer_as, officer, answer_set, department):
    head = viewer_as(Role.SECTION_HEAD, department)
    respondent = give(officer, answer_set, GOOD)
    with pytest.raises(AnswersInvalid) as error:
        give(head, answer_set, {}, version=2, fill=Filler.CHECKER)
    assert list(error.value.messages) == ["seen"]
    checked = give(head, answer_set, {A("seen"): "○"}, version=2, fill=Filler.CHECKER)
    values = values_of(checked)
    assert values[A("seen")] is True
    assert {key: value for key, value in values.items() if key.field != "seen"} == values_of(respondent)
    # And the respondent's correction keeps what was checked.
    corrected = give(officer, answer_set, GOOD | {A("women.1"): "6", A("seen"): "no"}, version=3)
    assert (values_of(corrected)[A("seen")], values_of(corrected)[A("women.1")]) == (True, 6)


def test_nobody_fills_the_part_of_another(viewer_as, officer, answer_set, department):
    revision = give(officer, answer_set, GOOD | {A("seen"): "yes"})
    assert "seen" not in revision.raw and A("seen") not in values_of(revision)
    head = viewer_as(Role.SECTION_HEAD, department)
    checked = give(head, answer_set, {A("seen"): "no", A("members.1"): "99"}, version=2, fill=Filler.CHECKER)
    assert (checked.raw["seen"], checked.raw["members.1"]) == ("no", "12")


def test_drafts_of_two_fillers_stand_side_by_side(viewer_as, officer, answer_set, department):
    head = viewer_as(Role.SECTION_HEAD, department)
    save_draft(viewer=officer, answer_set=answer_set, raw={A("held"): "yes"}, version=1)
    row = save_draft(
        viewer=head, answer_set=answer_set, raw={A("seen"): "no"}, version=2, fill=Filler.CHECKER
    )
    assert row.draft == {"held": "yes", "seen": "no"}


def test_whoever_answers_no_forms_does_nothing(viewer_as, answer_set, version):
    outsider = viewer_as(None)
    with pytest.raises(NotAllowed):
        save_draft(viewer=outsider, answer_set=answer_set, raw={}, version=1)
    with pytest.raises(NotAllowed):
        give(outsider, answer_set, GOOD)
    with pytest.raises(NotAllowed):
        answers_of(outsider, answer_set.pk)


# --- rows of record ------------------------------------------------------------------------------------------
def refused(act) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        act()


def test_a_version_never_changes_and_never_goes(version):
    refused(lambda: FormVersion.objects.filter(pk=version.pk).update(note="anders"))
    refused(lambda: FormVersion.objects.filter(pk=version.pk).delete())
    refused(lambda: Form.objects.filter(pk=version.form_id).update(key="other"))
    refused(lambda: Form.objects.filter(pk=version.form_id).delete())
    digest = "0" * 64
    refused(
        lambda: FormVersion.objects.create(form=version.form, number=3, definition=COUNCILS, digest=digest)
    )
    assert definition_of(FormVersion.objects.get()).digest == version.digest


def test_what_was_handed_in_never_changes_and_never_goes(planning_officer, officer, version, answer_set):
    revision = give(officer, answer_set, GOOD)
    refused(lambda: AnswerRevision.objects.filter(pk=revision.pk).update(note="anders"))
    refused(lambda: AnswerRevision.objects.filter(pk=revision.pk).delete())
    refused(lambda: AnswerSet.objects.filter(pk=answer_set.pk).delete())
    refused(lambda: AnswerSet.objects.filter(pk=answer_set.pk).update(context="tests.thing:2"))
    refused(lambda: AnswerSet.objects.filter(pk=answer_set.pk).update(revision=2))
    facts = {
        "answer_set": answer_set,
        "values": {},
        "raw": {},
        "channel": "page",
        "entered_by": officer.actor,
    }
    refused(lambda: AnswerRevision.objects.create(number=3, form_version=version, **facts))
    other = create_form(
        viewer=planning_officer,
        key="other",
        room="figures",
        definition=changed(lambda form: form["title"].update(ja="別")),
    )
    refused(lambda: AnswerRevision.objects.create(number=2, form_version=other, **facts))
