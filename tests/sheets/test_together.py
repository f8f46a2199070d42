"""Two people at the same answers at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from jichi.city.errors import Conflict
from jichi.sheets.definition import Address
from jichi.sheets.models import AnswerRevision, AnswerSet
from jichi.sheets.services import create_form, hand_in, open_answers, save_draft
from tests.sheets.samples import COUNCILS

pytestmark = pytest.mark.django_db(transaction=True)
A = Address.of
NONE = {A("held"): "no", A("reason"): "所管なし"}


@pytest.fixture
def answer_set(planning_officer, officer) -> AnswerSet:
    version = create_form(viewer=planning_officer, key="councils", room="figures", definition=COUNCILS)
    return open_answers(viewer=officer, form_version=version, context="tests.thing:1")


def at_once(*acts):
    """What each act came to, all begun at the same moment, each with its own connection."""
    ready = Barrier(len(acts))

    def run(act):
        ready.wait()
        try:
            return act()
        except Conflict as conflict:
            return conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_double_click_is_one_revision(officer, answer_set):
    def give():
        return hand_in(viewer=officer, answer_set=answer_set, raw=NONE, version=1, channel="page")

    found = at_once(give, give, give)
    assert {revision.pk for revision in found} == {AnswerRevision.objects.get().pk}


def test_of_two_different_returns_the_second_sees_the_firsts(officer, answer_set):
    def give(reason):
        raw = NONE | {A("reason"): reason}
        return lambda: hand_in(viewer=officer, answer_set=answer_set, raw=raw, version=1, channel="page")

    found = at_once(give("甲"), give("乙"))
    conflicts = [one for one in found if isinstance(one, Conflict)]
    assert len(conflicts) == 1
    kept = AnswerRevision.objects.get()
    assert conflicts[0].current.revision == 1
    assert kept.values["reason"] in {"甲", "乙"}


def test_of_two_drafts_none_is_overwritten_unseen(officer, answer_set):
    def save(reason):
        raw = {A("reason"): reason}
        return lambda: save_draft(viewer=officer, answer_set=answer_set, raw=raw, version=1)

    found = at_once(save("甲"), save("乙"))
    assert sum(isinstance(one, Conflict) for one in found) == 1
    answer_set.refresh_from_db()
    assert answer_set.version == 2
