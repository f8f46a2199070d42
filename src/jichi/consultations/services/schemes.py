"""Taking in how a city runs its public comment: codes, fields and channels, in dated versions."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.pack import Pack
from jichi.city.trail import act, digest_of, record
from jichi.consultations.actions import LOAD
from jichi.consultations.models import Scheme
from jichi.voices.enums import Channel


@dataclass(slots=True)
class SchemesReport:
    """What a load did."""

    schemes: int = 0
    kept: int = 0

    @property
    def touched(self) -> int:
        """How many versions are new."""
        return self.schemes


def load_consultation_schemes(*, viewer: Viewer, pack: Pack, data: Mapping[str, Any]) -> SchemesReport:
    """Enter the versions of a pack's schemes that are not here yet; those here stay as they are.

    Raises:
        NotAllowed; Invalid: naming a code, field or channel that is there twice or unknown.
    """
    report = SchemesReport()
    made: list[Scheme] = []
    with act(viewer, LOAD):
        for place, item in enumerate(data["schemes"]):
            _require_sound(item, f"schemes/{place}")
            digest = _digest(item)
            if Scheme.objects.filter(key=item["key"], digest=digest).exists():
                report.kept += 1
                continue
            made.append(_made(item, digest))
            report.schemes += 1
        if made:
            record(
                viewer,
                LOAD,
                None,
                object_type="consultations.scheme",
                count=len(made),
                digest=digest_of(f"{row.key}/{row.number}/{row.digest}" for row in made),
            )
    return report


def _made(item: Mapping[str, Any], digest: str) -> Scheme:
    last = Scheme.objects.filter(key=item["key"]).aggregate(last=Max("number"))["last"]
    return Scheme.objects.create(
        key=item["key"],
        number=(last or 0) + 1,
        codes=item["codes"],
        fields=item["fields"],
        channels=item["channels"],
        opinions_shown=item.get("opinions_shown", "never"),
        in_force_from=datetime.date.fromisoformat(item["in_force_from"]),
        known_from=datetime.date.fromisoformat(item["known_from"]),
        source=item["source"],
        confirmed=item.get("confirmed", False),
        digest=digest,
    )


def _require_sound(item: Mapping[str, Any], where: str) -> None:
    wrong: dict[str, list[str]] = {}
    for name, key in (("codes", "code"), ("fields", "key"), ("channels", "channel")):
        keys = [one[key] for one in item[name]]
        twice = sorted({one for one in keys if keys.count(one) > 1})
        if twice:
            text = _("“%(key)s” is there twice.")
            wrong[f"{where}/{name}"] = [text % {"key": one} for one in twice]
    unknown = [one["channel"] for one in item["channels"] if one["channel"] not in Channel.values]
    if unknown:
        text = _("“%(key)s” is not known here.")
        wrong[f"{where}/channels"] = [text % {"key": one} for one in unknown]
    if wrong:
        raise Invalid(wrong)


def _digest(item: Mapping[str, Any]) -> str:
    text = json.dumps(item, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
