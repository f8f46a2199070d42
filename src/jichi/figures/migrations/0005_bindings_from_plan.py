"""Where figures come from stood in the plan's rows; each becomes the first decision about its figure."""

import datetime
import uuid
from typing import Any

from django.db import migrations

DECISION = {
    "ja": "計画の登録内容から引き継いだもの（出どころは未確認）",
    "en": "Taken over from what the plan's entry said (not confirmed)",
    "ja-simple": "計画に 書いてあったことを、そのまま 使います（まだ たしかめていません）",
}
KINDS = {
    "probability_survey",
    "other_survey",
    "departments",
    "organiser",
    "operator",
    "outside_statistics",
    "register",
    "document",
}


def fill(apps: Any, schema_editor: Any) -> None:
    """One binding for each series and number whose row said where it comes from and that has none."""
    binding = apps.get_model("figures", "Binding")
    rows = [*_series(apps), *_numbers(apps)]
    if not rows:
        return
    actor = _actor(apps)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    for subject, first_year, said in rows:
        if said.get("source_kind") not in KINDS or binding.objects.filter(**subject).exists():
            continue
        texts = {name: said[name] for name in ("collected_by", "how", "traps") if said.get(name)}
        binding.objects.create(
            **subject,
            number=1,
            source_kind=said["source_kind"],
            texts={**{name: _by_language(text) for name, text in texts.items()}, "decision": DECISION},
            confirmed=bool(said.get("confirmed", False)),
            valid_from=min(datetime.date(first_year, 4, 1), today),
            decided_on=today,
            decision=DECISION["ja"],
            decided_by=actor,
        )


def _series(apps: Any) -> list[tuple[dict[str, int], int, dict[str, Any]]]:
    years: dict[int, int] = {}
    placements = apps.get_model("plan", "Placement").objects.values_list(
        "indicator_id", "node__plan__first_year"
    )
    for indicator, year in placements:
        years[indicator] = min(year, years.get(indicator, year))
    found = apps.get_model("plan", "Series").objects.exclude(indicator__binding={})
    return [
        ({"series_id": row.pk}, years[row.indicator_id], row.indicator.binding)
        for row in found.select_related("indicator")
        if row.indicator_id in years
    ]


def _numbers(apps: Any) -> list[tuple[dict[str, int], int, dict[str, Any]]]:
    found = apps.get_model("plan", "ProjectFigure").objects.exclude(binding={})
    return [
        ({"project_figure_id": row.pk}, row.project.plan.first_year, row.binding)
        for row in found.select_related("project__plan")
    ]


def _by_language(text: Any) -> dict[str, str]:
    return {"ja": text} if isinstance(text, str) else dict(text)


def _actor(apps: Any) -> uuid.UUID:
    """The loader of packs wrote what is taken over; a pack that says more may follow it."""
    actors = apps.get_model("city", "AuditActor")
    ref: uuid.UUID = actors.objects.get_or_create(system="pack-loader")[0].ref
    return ref


class Migration(migrations.Migration):
    dependencies = [("figures", "0004_sources"), ("plan", "0001_initial"), ("city", "0002_grant_withdrawal")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
