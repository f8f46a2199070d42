"""A survey of the fictitious city that measures one indicator, for the tests of this part."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.city.viewers import system_viewer
from jichi.figures.models import Binding, Survey
from jichi.figures.services.bindings import add_definition, decide_binding
from jichi.figures.surveys.report import Report
from jichi.figures.surveys.services import Taken, add_target, create_survey, take_report
from jichi.plan.models import Indicator, Series
from tests.plan.rich import applied

from .reports import report


def loader() -> Viewer:
    return system_viewer("pack-loader")


def series(key: str = "kanyu", part: str = "") -> Series:
    return Series.objects.get(indicator__key=key, key=part)


def bind(subject: Series, survey: str = "ishiki", **more: Any) -> Binding:
    """Bind an indicator's series to the survey."""
    facts = {"source_kind": "probability_survey", "via": "survey", "source_key": survey, **more}
    day = datetime.date(2022, 4, 1)
    return decide_binding(
        viewer=loader(), series=subject, valid_from=day, decided_on=day, decision="実施計画", **facts
    )


def define(subject: Series, code: str = "1", **more: Any) -> None:
    add_definition(viewer=loader(), series=subject, code=code, counts="感じる人の割合", **more)


def take(survey: Survey, wave: Report | None = None, viewer: Viewer | None = None, **more: Any) -> Taken:
    """Take a report in, the one of FY2025 where none is given."""
    return take_report(viewer=viewer or loader(), survey=survey, report=wave or report(), **more)


def make_survey(department: Department | None = None, *, bound: bool = True) -> Survey:
    """The survey with its target; ``bound``: the indicator is bound to it."""
    if not Indicator.objects.exists():
        applied()
    Indicator.objects.filter(key="kanyu").update(department=department)
    survey = create_survey(
        viewer=loader(), key="ishiki", title="市民意識調査", publisher="見本市", department=department
    )
    add_target(
        viewer=loader(),
        survey=survey,
        series=series(),
        question="support",
        options=["感じる", "やや感じる"],
        decimals=1,
    )
    if bound:
        bind(series())
    return survey


@pytest.fixture
def survey(db: None, department: Department) -> Survey:
    return make_survey(department)


def D(text: str) -> Decimal:
    return Decimal(text)
