"""Organisations, places and bodies that a city's pack brings."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department, Ward
from jichi.city.pack import Pack
from jichi.city.services import LoadReport
from jichi.city.trail import act, digest_of, record
from jichi.directory.corporate_numbers import normalised
from jichi.directory.models import Body, Entry, Organisation, Place

from .objections import write

LOAD = "directory.entry:load"
_DAYS = frozenset({"valid_from", "valid_to"})
_LINKS = ("ward", "operator", "department")


def load_directory(*, viewer: Viewer, pack: Pack, data: Mapping[str, Any]) -> LoadReport:
    """Bring organisations, places and bodies to what ``directory.json`` says. A second load changes nothing.

    What the pack does not say, or says with null, stays as it is here: what is not known to the pack never
    undoes what the city entered. Rows that the pack no longer names stay and are reported.

    Raises:
        NotAllowed; Invalid: naming the row and its field, for an unknown ward, operator or department too.
    """
    with act(viewer, LOAD):
        loading = _Loading()
        loading.bring(Organisation, data.get("organisations", []))
        loading.bring(Place, data.get("places", []))
        loading.bring(Body, data.get("bodies", []))
        report = loading.report
        if report.changed:
            changed = report.created + report.updated
            record(
                viewer,
                LOAD,
                None,
                object_type="directory.entry",
                object_id=pack.key,
                fields={"created": [[], report.created], "updated": [[], report.updated]},
                count=len(changed),
                digest=digest_of(changed),
            )
    return report


@dataclass(slots=True)
class _Loading:
    """One load: what it did so far, and the keys that rows may name."""

    report: LoadReport = field(default_factory=LoadReport)
    known: dict[str, dict[str, int]] = field(default_factory=dict)

    def bring(self, model: type[Entry], items: Sequence[Mapping[str, Any]]) -> None:
        stored = {row.key: row for row in cast("Any", model).objects.all()}
        self.known = {
            "ward": dict(Ward.objects.values_list("key", "pk")),
            "operator": dict(Organisation.objects.values_list("key", "pk")),
            "department": dict(Department.objects.values_list("key", "pk")),
        }
        kind = str(model._meta.model_name)
        for item in items:
            name = f"{kind}:{item['key']}"
            try:
                self._bring_one(model, stored.get(item["key"]), item, name)
            except Invalid as error:
                raise Invalid(
                    {f"{name} {where}".strip(): texts for where, texts in error.messages.items()}
                ) from error
        named = {item["key"] for item in items}
        self.report.kept += [f"{kind}:{key}" for key in stored if key not in named]

    def _bring_one(self, model: type[Entry], row: Entry | None, item: Mapping[str, Any], name: str) -> None:
        facts = self._facts(item)
        if row is None:
            write(model(key=item["key"], **facts), create=True)
            self.report.created.append(name)
            return
        if "translations" in facts:
            facts["translations"] = _merged(row.translations, facts["translations"])
        changed = [each for each, value in facts.items() if getattr(row, each) != value]
        if not changed:
            self.report.unchanged.append(name)
            return
        for each in changed:
            setattr(row, each, facts[each])
        row.version += 1
        write(row, create=False)
        self.report.updated.append(name)

    def _facts(self, item: Mapping[str, Any]) -> dict[str, Any]:
        facts = {name: value for name, value in item.items() if name != "key" and value is not None}
        for name in _DAYS & facts.keys():
            facts[name] = datetime.date.fromisoformat(facts[name])
        for name in _LINKS:
            if name in facts:
                facts[f"{name}_id"] = self._linked(name, facts.pop(name))
        if "corporate_number" in facts:
            facts["corporate_number"] = normalised(facts["corporate_number"])
        return facts

    def _linked(self, name: str, key: str) -> int:
        if key not in self.known[name]:
            text = _("“%(key)s” is not known here.")
            raise Invalid({name: [text % {"key": key}]})
        return self.known[name][key]


def _merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    languages = [*ours, *(language for language in theirs if language not in ours)]
    return {language: {**ours.get(language, {}), **theirs.get(language, {})} for language in languages}
