"""Loading the city's own data from its pack: the city, its wards, its departments."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import City, Department, Ward
from jichi.city.pack import Pack
from jichi.city.queries import forget_city
from jichi.city.trail import act, digest_of, record

Row = TypeVar("Row", bound=models.Model)

BASE = "ja"
"""The language in which a pack's own names stand in the rows; the others are their translations."""


@dataclass(slots=True)
class LoadReport:
    """What a load did: keys of rows by kind, and what the pack no longer names but the city keeps."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated)


def load_city(*, viewer: Viewer, pack: Pack, data: Mapping[str, Any]) -> LoadReport:
    """Bring city, wards and departments to what ``city.json`` says. A second load changes and records
    nothing.

    Nothing is removed: a department that a pack leaves out stays and is reported, because rows may name it.

    Raises:
        NotAllowed; Invalid: for another city's pack, unknown parents or wards, a circle among departments.
    """
    report = LoadReport()
    with act(viewer, "city.city:load"):
        city = City.objects.first()
        if city is not None and city.code != data["code"]:
            text = _("This installation is %(name)s (%(code)s); the pack is of another city.")
            raise Invalid({"code": [text % {"name": city.name, "code": city.code}]})
        _check_tree(data.get("departments", []))
        city = _put(City, "id", 1, _city_fields(pack, data), report)
        for item in data["wards"]:
            _put(Ward, "key", item["key"], _ward_fields(item), report)
        _load_departments(data.get("departments", []), report)
        _report_kept(data, report)
        transaction.on_commit(forget_city)
        if report.changed:
            fields = {"created": [[], report.created], "updated": [[], report.updated]}
            changed = report.created + report.updated
            record(
                viewer, "city.city:load", city, fields=fields, count=len(changed), digest=digest_of(changed)
            )
    return report


def _city_fields(pack: Pack, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": data["code"],
        **_texts({"name": data["name"]}),
        "fiscal_year_start_month": data.get("fiscal_year_start_month", 4),
        "is_sample": pack.is_sample,
        "pack": pack.key,
        "licence": pack.head.get("licence", {}),
        "readings": pack.readings,
        "default_plan_key": pack.head.get("default_plan") or "",
    }


def _ward_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": item["code"],
        "order": item["order"],
        "reading": item.get("reading", ""),
        **_texts({"name": item["name"]}),
    }


def _texts(texts: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Fields in the base language, and ``translations`` as {language: {field: text}}."""
    translations: dict[str, dict[str, str]] = {}
    for name, by_language in texts.items():
        for language, text in by_language.items():
            if language != BASE:
                translations.setdefault(language, {})[name] = text
    return {**{name: by_language[BASE] for name, by_language in texts.items()}, "translations": translations}


def _load_departments(items: Sequence[Mapping[str, Any]], report: LoadReport) -> None:
    wards = dict(Ward.objects.values_list("key", "pk"))
    known = dict(Department.objects.values_list("key", "pk"))
    waiting = list(items)
    while waiting:
        ready = [item for item in waiting if not item.get("parent") or item["parent"] in known]
        for item in ready:
            if item.get("ward") and item["ward"] not in wards:
                text = _("The department %(key)s names the unknown ward %(ward)s.")
                raise Invalid({"departments": [text % {"key": item["key"], "ward": item["ward"]}]})
            texts = {"name": item["name"]}
            if item.get("source_note"):
                texts["source_note"] = item["source_note"]
            fields = {
                "kind": item["kind"],
                "parent_id": known[item["parent"]] if item.get("parent") else None,
                "ward_id": wards[item["ward"]] if item.get("ward") else None,
                "valid_from": _date(item.get("valid_from")),
                "valid_to": _date(item.get("valid_to")),
                **_texts(texts),
            }
            known[item["key"]] = _put(Department, "key", item["key"], fields, report).pk
        waiting = [item for item in waiting if item not in ready]


def _check_tree(items: Sequence[Mapping[str, Any]]) -> None:
    parents = {item["key"]: item.get("parent") for item in items}
    for key in parents:
        seen, at = {key}, parents[key]
        while at is not None:
            if at in seen:
                text = _("The departments %(keys)s stand above each other in a circle.")
                raise Invalid({"departments": [text % {"keys": ", ".join(sorted(seen))}]})
            seen.add(at)
            at = parents.get(at)
    unknown = {parent for parent in parents.values() if parent is not None} - parents.keys()
    unknown -= set(Department.objects.filter(key__in=unknown).values_list("key", flat=True))
    if unknown:
        text = _("Departments stand below unknown ones: %(keys)s.")
        raise Invalid({"departments": [text % {"keys": ", ".join(sorted(unknown))}]})


def _date(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _is_unknown(field_name: str, value: Any) -> bool:
    # A pack that gives no date does not undo the date a reorganisation set here.
    return value is None and field_name in {"valid_from", "valid_to"}


def _put(model: type[Row], key_field: str, key: Any, fields: Mapping[str, Any], report: LoadReport) -> Row:
    name = f"{model._meta.model_name}:{key}"
    row = model._default_manager.filter(**{key_field: key}).first()
    if row is None:
        report.created.append(name)
        return model._default_manager.create(**{key_field: key}, **fields)
    changed = [
        name_
        for name_, value in fields.items()
        if getattr(row, name_) != value and not _is_unknown(name_, value)
    ]
    if not changed:
        report.unchanged.append(name)
        return row
    for field_name in changed:
        setattr(row, field_name, fields[field_name])
    if hasattr(row, "version"):
        row.version += 1
        changed.append("version")
    row.save(update_fields=changed)
    report.updated.append(name)
    return row


def _report_kept(data: Mapping[str, Any], report: LoadReport) -> None:
    named = {item["key"] for item in data.get("departments", [])}
    wards = {item["key"] for item in data["wards"]}
    report.kept += [
        f"department:{key}" for key in Department.objects.exclude(key__in=named).values_list("key", flat=True)
    ]
    report.kept += [
        f"ward:{key}" for key in Ward.objects.exclude(key__in=wards).values_list("key", flat=True)
    ]
