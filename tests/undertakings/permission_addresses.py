"""Arguments of this room's routes for the permission matrix: the thing belongs to ``owner`` and is public."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.utils import timezone

from jichi.city.models import Department
from jichi.undertakings.models import Undertaking


def undertaking(owner: Department | None) -> dict[str, Any]:
    name = f"matrix-{owner.key if owner else 'none'}"
    number = 1 + Undertaking.objects.exclude(context=name).count()
    row = Undertaking.objects.filter(context=name).first() or Undertaking.objects.create(
        fiscal_year=2025,
        number=number,
        kind="remark",
        source_name="見本の委員会",
        context=name,
        asked_on=datetime.date(2025, 10, 1),
        text="時間帯ごとに示すこと。",
        department=owner,
        published_at=timezone.now(),
        asked_by=uuid.uuid4(),
    )
    return {"pk": row.pk}


_ACTS = "assign summary decide draft confirm progress finish close reopen publish withdraw"

ADDRESSES = {
    "staff-undertaking": undertaking,
    **{f"staff-undertaking-{name}": undertaking for name in _ACTS.split()},
}
