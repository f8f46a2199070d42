"""Entering a pack's dated rules: what says the same is no new rule, what differs is added beside the old."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import DatedRule
from jichi.city.pack import Pack
from jichi.city.trail import act, digest_of, record

LOAD = "city.rule:load"
BASE = "ja"
_TEXTS = ("title", "source", "note")

Facts = Mapping[str, Any]


@dataclass(slots=True)
class RulesReport:
    """What a load did: keys of the rules that are new, and how many were there already."""

    created: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def touched(self) -> int:
        """How many rules are new."""
        return len(self.created)


def load_dated_rules(*, viewer: Viewer, pack: Pack, data: Facts) -> RulesReport:
    """Enter a pack's rules (``jichi-dated-rules/1``), as one act with one entry.

    Raises:
        NotAllowed; Invalid: at the place in the file, for a day that does not exist or dates in disorder.
    """
    report = RulesReport()
    with act(viewer, LOAD):
        known = set(DatedRule.objects.values_list("key", "digest"))
        rows = []
        for place, item in enumerate(data["rules"]):
            row = _row(item, f"rules/{place}")
            if (row.key, row.digest) in known:
                report.unchanged += 1
                continue
            known.add((row.key, row.digest))
            rows.append(row)
        DatedRule.objects.bulk_create(rows)
        report.created = [row.key for row in rows]
        if rows:
            record(
                viewer,
                LOAD,
                None,
                object_type="city.datedrule",
                fields={"created": [[], report.created]},
                count=len(rows),
                digest=digest_of(row.digest for row in rows),
            )
    return report


def _row(item: Facts, where: str) -> DatedRule:
    begins, known = _day(item, "in_force_from", where), _day(item, "known_from", where)
    ends = _day(item, "in_force_to", where) if item.get("in_force_to") else None
    if ends is not None and ends < begins:
        raise Invalid({f"{where}/in_force_to": [_("A rule cannot end before it begins.")]})
    if item.get("unit") == "day_of_year" and not _are_days_of_a_year(item["value"]):
        raise Invalid({f"{where}/value": [_("Give a list of days as MM-DD.")]})
    texts = {name: item[name] for name in _TEXTS if item.get(name)}
    languages = sorted({code for text in texts.values() for code in text} - {BASE})
    return DatedRule(
        key=item["key"],
        value=item["value"],
        unit=item.get("unit", ""),
        boundary=item["boundary"],
        in_force_from=begins,
        in_force_to=ends,
        known_from=known,
        source_url=item.get("source_url", ""),
        confirmed=item["confirmed"],
        digest=digest_of_rule(item),
        translations={
            code: {name: text[code] for name, text in texts.items() if code in text} for code in languages
        },
        **{name: text[BASE] for name, text in texts.items()},
    )


def digest_of_rule(item: Facts) -> str:
    """SHA-256 over all that counts in a rule: value, boundary, dates, source, whether it is confirmed."""
    names = (
        "key",
        "value",
        "unit",
        "boundary",
        "in_force_from",
        "in_force_to",
        "known_from",
        "source_url",
        "confirmed",
    )
    whole = {name: item.get(name) or None if name != "value" else item["value"] for name in names}
    whole["source"] = item["source"][BASE]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _day(item: Facts, name: str, where: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(item[name])
    except ValueError:
        raise Invalid(
            {f"{where}/{name}": [_("There is no such day: %(day)s.") % {"day": item[name]}]}
        ) from None


def _are_days_of_a_year(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    for one in value:
        if not isinstance(one, str) or not re.fullmatch(r"\d{2}-\d{2}", one):
            return False
        try:
            datetime.date(2024, int(one[:2]), int(one[3:]))
        except ValueError:
            return False
    return True
