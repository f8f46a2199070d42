"""One published city for all tests of a file; each test is rolled back to it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from jichi.city.models import City
from jichi.city.queries import forget_city
from jichi.evaluation.models import Cycle, Sheet
from jichi.undertakings.models import Undertaking
from tests.conftest import lasting_rows

from . import made

DRAFT_REASON = "相談は前の年より減った。"
WHY_CORRECTED = "決算額の転記に誤りがあったため"


def fill() -> None:
    """Five projects judged in 2024 and 2025, measures judged in 2024, a year to come and one still open."""
    City.objects.get_or_create(
        id=1,
        defaults={
            "code": "999991",
            "name": "見本市",
            "translations": {"en": {"name": "Mihon"}},
            "pack": "mihon",
            "is_sample": True,
        },
    )
    forget_city()
    made.plan(5)
    made.cycle(2024, answers={"1-1-004": {"accomplishment": "5"}, "1-2-005": {"accomplishment": None}})
    shown = made.cycle(
        2025,
        answers={"1-1-002": {"accomplishment": "4"}, "1-1-004": {"accomplishment": "2", "direction": "1"}},
        drafts={"1-2-001": {"accomplishment_reason": DRAFT_REASON, "project_cost.settled": "990"}},
        withdrawn={"1-2-003": "他の事業に統合したため"},
        committee_from=timezone.now() - datetime.timedelta(days=10),
    )
    sheet = Sheet.objects.get(cycle=shown, node__code="1-2-001")
    made.edition(sheet, "corrected", {**made.GOOD, "project_cost.settled": "1510"}, reason=WHY_CORRECTED)
    made.cycle(
        2024,
        kind="interim",
        graded=True,
        answers={"1-1": {"progress_reason": "居場所は増えた。"}, "1-2": {"progress": "C"}},
    )
    made.cycle(2026, public_from=timezone.now() + datetime.timedelta(days=3), answers=SECRET)
    made.cycle(2025, kind="final", public_from=None)
    made.cycle(2023, publish=False, answers=SECRET)
    _comment(sheet)


SECRET = {
    "1-1-002": {"accomplishment_reason": "まだ見せない理由"},
    "1-2-001": {"accomplishment_reason": "まだ見せない理由"},
}


def _comment(sheet: Sheet) -> None:
    moment = timezone.now() - datetime.timedelta(days=1)
    common: dict[str, Any] = {
        "fiscal_year": 2025,
        "kind": "recommendation",
        "source_name": "政策評価審査委員会",
        "context": f"evaluation.sheet:{sheet.pk}",
        "asked_on": "2026-05-20",
        "asked_by": made.WHO,
    }
    Undertaking.objects.create(
        number=901,
        text="続けている人の数も示すこと。",
        summary="続けている人の数も示す",
        adoption="adopted",
        adopted_at=moment,
        answer="次年度から加える。",
        answered_at=moment,
        state="answered",
        published_at=moment,
        **common,
    )
    Undertaking.objects.create(number=902, text="まだ見せない意見", summary="まだ見せない意見", **common)


@pytest.fixture(scope="module")
def published(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The rows of :func:`fill`, for all tests of the file."""
    yield from lasting_rows(django_db_blocker, fill)


@pytest.fixture
def year(published: None, db: None) -> Cycle:
    """The public evaluation of 2025."""
    return Cycle.objects.get(fiscal_year=2025, kind="yearly")
