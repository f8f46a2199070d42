"""One evaluation through the pages, by everybody who has a part in it, without JavaScript."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from jichi.evaluation.models import Cycle, Sheet, SheetEdition
from jichi.undertakings.models import Undertaking
from tests.evaluation.cycle.sample import forms, sheet_of

from .browsing import go_on, hand_in, notices, page, post, save, url, version_on

pytestmark = pytest.mark.django_db

DUES = {
    "due_department": "2099-05-10",
    "due_section": "2099-05-20",
    "due_bureau": "令和81年5月30日",
    "due_planning": "2099-06-10",
}


def state(sheet: Sheet) -> str:
    return Sheet.objects.get(pk=sheet.pk).state


def test_an_evaluation_is_prepared_filled_checked_shown_published_and_corrected(clients, plan):
    forms()
    planner = clients.planner
    facts = {
        "plan": plan.pk,
        "kind": "yearly",
        "fiscal_year": "令和5年度",
        "title": "令和5年度の事務事業評価",
        **DUES,
    }
    text = post(planner, "-cycle-new", check_levels="2", follow=True, **facts)
    assert "評価" in text
    cycle = Cycle.objects.get()
    assert (cycle.state, cycle.due_bureau) == ("preparing", datetime.date(2099, 5, 30))
    page(clients.a, "-cycle", cycle.pk, status=404)  # offices see it once it is open

    post(planner, "-cycle-open", cycle.pk, version=version_on(page(planner, "-cycle-open", cycle.pk)))
    sheets = {code: sheet_of(cycle, code) for code in ("1-1-01", "1-1-02", "1-2-01")}
    first = sheets["1-1-01"]

    # The officer finds it, saves a draft, comes back to it and hands it in.
    assert first.node.name in page(clients.a, "")
    save(clients.a, first.pk, accomplishment_reason="途中まで")
    text = page(clients.a, "-sheet", first.pk)
    assert "途中まで" in text
    assert "hand_in" in text and "autosave.js" in text
    text = hand_in(clients.a, first.pk, accomplishment_reason="目標どおり")
    assert state(first) == "section"
    page(clients.c, "-sheet", first.pk, status=404)

    # The section sends it back with a reason that the officer reads; then it goes all the way.
    text = page(clients.head_a, "-sheet-send-back", first.pk)
    said = {"reason": "根拠を書いてください", "to": "filling"}
    post(clients.head_a, "-sheet-send-back", first.pk, version=version_on(text), **said)
    assert "根拠を書いてください" in page(clients.a, "-sheet", first.pk)
    assert (
        "根拠"
        not in page(clients.a, "-sheet", sheets["1-1-01"].pk).split("wb-history")[0].split("sheet-part")[1]
    )
    hand_in(clients.a, first.pk, accomplishment_reason="参加者が増えたため")
    go_on(clients.head_a, first.pk)
    go_on(clients.bureau, first.pk)
    assert state(first) == "planning"
    go_on(planner, first.pk, "accept")
    assert state(first) == "accepted"

    # The committee sees nothing, until it is shown; then the draft edition, readable, without the form.
    page(clients.reviewer, "-cycle", cycle.pk, status=404)
    page(clients.reviewer, "-edition", first.pk, status=404)
    version = version_on(page(planner, "-cycle-stage", cycle.pk, "committee"))
    post(planner, "-cycle-stage", cycle.pk, "committee", version=version, when="now")
    assert first.node.name in page(clients.reviewer, "-cycle", cycle.pk)
    text = page(clients.reviewer, "-edition", first.pk)
    assert "参加者が増えたため" in text and 'name="a-' not in text
    page(clients.reviewer, "-edition", sheets["1-2-01"].pk, status=404)  # not checked yet
    post(clients.reviewer, "-sheet-comment", first.pk, kind="recommendation", text="数値も示すこと", body="")
    asked = Undertaking.objects.get()
    assert asked.context == f"evaluation.sheet:{first.pk}" and asked.department == first.department
    assert "数値も示すこと" in page(clients.reviewer, "-committee")

    # The other sheets: one is taken out, one comes through the hands of its own office.
    other = sheets["1-2-01"]
    text = page(planner, "-sheet-withdraw", other.pk)
    post(planner, "-sheet-withdraw", other.pk, version=version_on(text), reason="他事業に統合したため")
    assert "他事業に統合したため" in page(clients.c, "-sheet", other.pk)
    hand_in(clients.b, sheets["1-1-02"].pk)
    cycle.refresh_from_db()
    text = post(planner, "-cycle-publish", cycle.pk, status=422, version=cycle.version, when="now")
    assert "1-1-02" in page(planner, "-cycle", cycle.pk)
    text = page(clients.bureau, "", show="check")
    assert "1-1-02" not in text  # it lies with the section still

    row = sheets["1-1-02"]
    text = page(planner, "-sheet-withdraw", row.pk)
    post(planner, "-sheet-withdraw", row.pk, version=version_on(text), reason="事業終了")

    # Published with an embargo: the editions are there, nobody outside reads them before the day.
    text = page(planner, "-cycle-publish", cycle.pk)
    when = {"when": "later", "day": "2099-08-01", "hour": "10:00"}
    post(planner, "-cycle-publish", cycle.pk, version=version_on(text), **when)
    cycle.refresh_from_db()
    assert cycle.state == "published"
    assert timezone.localtime(cycle.public_from).isoformat().startswith("2099-08-01T10:00")
    page(clients.council, "-edition", first.pk, status=404)
    version = version_on(page(planner, "-cycle-stage", cycle.pk, "council"))
    post(planner, "-cycle-stage", cycle.pk, "council", version=version, when="now")
    assert "参加者が増えたため" in page(clients.council, "-edition", first.pk)

    # Locked: nothing can be written; a correction needs its reason, and both editions stay.
    post(clients.a, "-sheet", first.pk, version="1", draft="1")
    text = page(planner, "-sheet-correct", first.pk)
    answers = {"a-accomplishment": "2", "hand_in": "1", "version": version_on(text)}
    text = post(planner, "-sheet-correct", first.pk, status=422, **answers)
    post(planner, "-sheet-correct", first.pk, reason="転記の誤り", **answers)
    kinds = list(SheetEdition.objects.filter(sheet=first).order_by("number").values_list("kind", flat=True))
    assert kinds == ["draft", "published", "corrected"]
    assert "転記の誤り" in page(clients.council, "-edition", first.pk)


def test_many_are_passed_at_once_and_of_each_that_was_not_one_is_told_why(clients, cycle):
    first, second = sheet_of(cycle, "1-1-01"), sheet_of(cycle, "1-1-02")
    hand_in(clients.a, first.pk)
    hand_in(clients.b, second.pk)
    go_on(clients.head_a, first.pk)
    text = page(clients.bureau, "", show="check")
    versions = {f"version-{first.pk}": version_on(text, f"version-{first.pk}"), f"version-{second.pk}": "1"}
    both = {"act": "pass", "sheet": [first.pk, second.pk], "next": url("") + "?show=check"}
    text = post(clients.bureau, "-bulk", follow=True, **both, **versions)
    assert state(first) == "planning" and state(second) == "section"
    assert "1-1-02" in notices(text)
    # The same press again: the first is no longer there to be passed, and that is said.
    text = post(clients.bureau, "-bulk", follow=True, **both, **versions)
    assert "1-1-01" in notices(text) and state(first) == "planning"


def test_nobody_checks_what_she_handed_in_herself(clients, cycle, client_as, offices):
    sheet = sheet_of(cycle, "1-1-01")
    hand_in(clients.head_a, sheet.pk)
    assert state(sheet) == "bureau"  # past herself, to the bureau
    text = page(clients.head_a, "-sheet", sheet.pk)
    assert 'value="pass"' not in text


def test_several_sheets_get_more_time_a_reminder_or_a_colleague(clients, cycle):
    ids = [sheet_of(cycle, code).pk for code in ("1-1-01", "1-1-02")]
    board = url("-sheets", cycle.pk)
    text = post(clients.planner, "-bulk", act="extend", sheet=ids, next=board, follow=True)
    assert "1-1-01" in text and "1-1-02" in text
    post(
        clients.planner, "-extend", sheet=ids, due_on="2099-05-01", reason="災害対応", next=board, status=422
    )
    post(clients.planner, "-extend", sheet=ids, due_on="2099-05-15", reason="災害対応", next=board)
    assert set(Sheet.objects.filter(pk__in=ids).values_list("due_on", flat=True)) == {
        datetime.date(2099, 5, 15)
    }
    text = post(clients.planner, "-remind", sheet=ids, text="お願いします", next=board, follow=True)
    assert "2" in notices(text)
    text = page(clients.a, "-assign", sheet=str(ids[0]))
    person = text.split('value="person:')[1].split('"')[0]
    post(clients.a, "-assign", sheet=ids[0], to=f"person:{person}", note="")
    assert str(Sheet.objects.get(pk=ids[0]).assigned_to_id) == person
    # A sheet of another office is not even named.
    assert "1-2-01" not in page(clients.a, "-assign", status=302, sheet=str(sheet_of(cycle, "1-2-01").pk))


def test_what_was_changed_meanwhile_is_told_and_the_form_kept(clients, cycle):
    sheet = sheet_of(cycle, "1-1-01")
    hand_in(clients.a, sheet.pk)
    version = version_on(page(clients.head_a, "-sheet-send-back", sheet.pk))
    go_on(clients.head_a, sheet.pk)
    said = {"reason": "書き直し", "to": "filling", "version": version}
    post(clients.head_a, "-sheet-send-back", sheet.pk, **said)  # it lies elsewhere: led back, told where
    assert state(sheet) == "bureau"
    old = version_on(page(clients.planner, "-cycle-edit", cycle.pk))
    facts = {"title": "新しい題名", **DUES, "rule": "", "proposals": "", "route_key": "", "instructions": ""}
    post(clients.planner, "-cycle-edit", cycle.pk, version=old, **facts)
    text = post(
        clients.planner, "-cycle-edit", cycle.pk, status=409, version=old, **facts | {"title": "別の題名"}
    )
    assert "新しい題名" in text and "別の題名" in text and version_on(text) != old
