"""The city's scheme of public comment as it stood on a day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from jichi.consultations.models import Scheme
from jichi.ui.content import SOURCE_LANGUAGE


def scheme_in_force(
    key: str = "", *, on: datetime.date | None = None, known_on: datetime.date | None = None
) -> Scheme | None:
    """The scheme of that key (empty: the city's only one or newest) in force and known on a day (today)."""
    day = on or timezone.localdate()
    rows = Scheme.objects.filter(in_force_from__lte=day, known_from__lte=known_on or timezone.localdate())
    if key:
        rows = rows.filter(key=key)
    return rows.order_by("-in_force_from", "-known_from", "-number").first()


def code_of(scheme: Scheme, code: str) -> Mapping[str, Any] | None:
    """One of the scheme's codes of disposition: code, title, meaning, changes_draft, effect."""
    return next((one for one in scheme.codes if one["code"] == code), None)


def texts_of(item: Mapping[str, Any], field: str) -> dict[str, str]:
    """One text of an item of a scheme in every language it has."""
    found = {SOURCE_LANGUAGE: str(item.get(field, ""))}
    for language, texts in item.get("translations", {}).items():
        if texts.get(field):
            found[language] = str(texts[field])
    return found if found[SOURCE_LANGUAGE] else {}
