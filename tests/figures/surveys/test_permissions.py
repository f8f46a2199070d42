"""Who may act on a survey, beyond what the generated matrix asks of each route."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jichi.figures.models import Survey, SurveyDraft
from jichi.manifest import Role

from .addresses import draft, wave
from .conftest import make_survey, take

pytestmark = pytest.mark.django_db


def posted(client: Client, path: str, **data: Any) -> int:
    return client.post(path, data).status_code


def test_an_auditor_reads_and_does_nothing(client_as, department):
    wave(department)
    client = client_as(Role.AUDITOR)
    assert client.get("/staff/surveys/ishiki/waves/2025/").status_code == 200
    for act in ("enter", "correct", "show", "hide", "anything"):
        assert posted(client, "/staff/surveys/ishiki/waves/2025/", act=act) == 404
    assert not SurveyDraft.objects.exists()
    assert Survey.objects.get().waves.get().published_at is None


def test_an_officer_may_not_show_a_wave_to_everyone(client_as, department):
    wave(department)
    client = client_as(Role.OFFICER, department)
    assert posted(client, "/staff/surveys/ishiki/waves/2025/", act="show") == 404
    assert posted(client_as(Role.PLANNING_OFFICER), "/staff/surveys/ishiki/waves/2025/", act="show") == 302
    assert Client().get("/figures/surveys/ishiki/2025/").status_code == 200


def test_a_draft_of_another_office_is_absent(client_as, other_department, department):
    token = draft(other_department)["token"]
    client = client_as(Role.OFFICER, department)
    assert client.get(f"/staff/surveys/drafts/{token}/").status_code == 404
    assert posted(client, f"/staff/surveys/drafts/{token}/", act="discard") == 404
    assert SurveyDraft.objects.exists()


def test_a_survey_of_no_office_is_the_planners(client_as, department):
    survey = make_survey(None)
    take(survey)
    assert client_as(Role.OFFICER, department).get("/staff/surveys/ishiki/").status_code == 404
    assert client_as(Role.PLANNING_OFFICER).get("/staff/surveys/ishiki/").status_code == 200
