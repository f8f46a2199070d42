"""What ``jichi check`` finds in this room."""

from __future__ import annotations

import pytest
from django.db import connection

from jichi.sheets.checks import files, forms
from jichi.sheets.definition import Address
from jichi.sheets.services import create_form, hand_in, open_answers
from tests.sheets.samples import COUNCILS


@pytest.fixture
def returned(planning_officer, officer):
    version = create_form(viewer=planning_officer, key="councils", room="figures", definition=COUNCILS)
    answer_set = open_answers(viewer=officer, form_version=version, context="tests.thing:1")
    return hand_in(
        viewer=officer,
        answer_set=answer_set,
        raw={Address("held"): "no", Address("reason"): "所管なし"},
        version=1,
        channel="workbook",
        filename="回答.xlsx",
        content=b"PK",
    )


def past_the_triggers(table: str, change: str) -> None:
    """What only somebody with the database in her hands can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {table}_no_change")
        else:
            cursor.execute(f"DROP TRIGGER {table}_no_change ON {table}")
        cursor.execute(change)


def test_what_is_as_it_was_is_no_problem(returned):
    assert list(forms()) == list(files()) == []


def test_a_changed_definition_is_found(returned):
    past_the_triggers("sheets_formversion", f"UPDATE sheets_formversion SET digest = '{'0' * 64}'")
    assert [problem.where for problem in forms()] == ["form councils, version 1"]


def test_a_definition_that_cannot_be_read_is_found(returned):
    past_the_triggers("sheets_formversion", "UPDATE sheets_formversion SET definition = '{}'")
    assert "cannot be read" in next(iter(forms())).what


def test_a_changed_file_is_found(returned):
    past_the_triggers("sheets_answerrevision", f"UPDATE sheets_answerrevision SET sha256 = '{'0' * 64}'")
    assert ["回答.xlsx" in problem.what for problem in files()] == [True]
