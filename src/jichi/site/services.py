"""Writes of the site room: loading a pack's glossary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.pack import Pack
from jichi.city.trail import act, digest_of, record

from .models import GlossaryTerm

LOAD = "site.glossary:load"


def load_glossary(*, viewer: Viewer, pack: Pack, data: Mapping[str, Any]) -> int:
    """Bring the glossary to what the pack says; terms the pack no longer holds are removed.

    Returns the number of terms entered, changed or removed; loading the same file twice gives 0.

    Raises:
        NotAllowed; Invalid: for a term listed twice, or a reference to a term that is not there.
    """
    wanted = {item["key"]: _facts(item, place) for place, item in enumerate(data["terms"])}
    _check(data["terms"])
    with act(viewer, LOAD):
        stored = {row.key: row for row in GlossaryTerm.objects.all()}
        touched: list[str] = []
        for key, facts in wanted.items():
            row = stored.get(key) or GlossaryTerm(key=key)
            changed = [name for name, value in facts.items() if getattr(row, name) != value]
            if row.pk is None or changed:
                for name, value in facts.items():
                    setattr(row, name, value)
                row.save()
                touched.append(key)
        gone = [key for key in stored if key not in wanted]
        GlossaryTerm.objects.filter(key__in=gone).delete()
        touched += gone
        if touched:
            record(
                viewer,
                LOAD,
                None,
                object_type="site.glossaryterm",
                object_id=pack.key,
                count=len(touched),
                digest=digest_of(touched),
            )
    return len(touched)


def _facts(item: Mapping[str, Any], place: int) -> dict[str, Any]:
    languages = {*item["term"], *item["meaning"]} - {"ja"}
    return {
        "term": item["term"]["ja"],
        "meaning": item["meaning"]["ja"],
        "reading": item.get("reading", ""),
        "see": list(item.get("see", [])),
        "order": place,
        "translations": {
            language: {name: item[name][language] for name in ("term", "meaning") if item[name].get(language)}
            for language in sorted(languages)
        },
    }


def _check(terms: list[Mapping[str, Any]]) -> None:
    keys = [item["key"] for item in terms]
    wrong = [
        _("The term “%(key)s” is listed twice.") % {"key": key} for key in {*keys} if keys.count(key) > 1
    ]
    wrong += [
        _("“%(key)s” refers to “%(other)s”, which is not in the glossary.")
        % {"key": item["key"], "other": other}
        for item in terms
        for other in item.get("see", [])
        if other not in keys
    ]
    if wrong:
        raise Invalid({"terms": sorted(wrong)})
