"""Tables that a pack brings: sources, layouts and places; for a fictitious city the files as well."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import AuditEntry, Department
from jichi.city.pack import Pack
from jichi.city.viewers import system_names
from jichi.figures.models import TableImport, TableMapping, TableSource, TableTarget
from jichi.figures.services.values import publish_values
from jichi.figures.statistics.queries import mapping_of, targets_about
from jichi.methods.tables.layout import Layout, LayoutError
from jichi.plan.models import ProjectFigure, Series
from jichi.plan.services.translations import translations_for

from .sources import create_source, edit_source
from .taking import stage_table, take_table
from .targets import map_table, save_target

Facts = Mapping[str, Any]


@dataclass(slots=True)
class TablesReport:
    """What a load did: sources, layouts and places written, files taken in, values entered."""

    sources: int = 0
    layouts: int = 0
    targets: int = 0
    files: int = 0
    values: int = 0
    kept: int = 0

    @property
    def touched(self) -> int:
        return self.sources + self.layouts + self.targets + self.files


def load_tables(*, viewer: Viewer, pack: Pack, data: Facts) -> TablesReport:
    """Write down a pack's tables; loading again changes nothing, and nothing that people changed is undone.

    Files are taken in for a fictitious city only: a real city's numbers come from the file itself.

    Raises:
        Invalid: naming the table and what is unknown, or what is wrong with a file of a fictitious city.
    """
    report = TablesReport()
    for item in data["tables"]:
        try:
            _load(viewer, pack, item, report)
        except Invalid as error:
            texts = [text for texts in error.messages.values() for text in texts]
            raise Invalid({item["key"]: texts}) from error
    return report


def _load(viewer: Viewer, pack: Pack, item: Facts, report: TablesReport) -> None:
    source = _source(viewer, pack, item, report)
    if item.get("layout"):
        _layout(viewer, source, item, report)
    for place, wanted in enumerate(item.get("targets", ())):
        _target(viewer, source, wanted, f"targets/{place}", report)
    if pack.is_sample:
        for file in item.get("files", ()):
            _file(viewer, pack, source, file, report)
    elif item.get("files"):
        raise Invalid({"files": [_("Only a fictitious city’s pack brings files of its own.")]})


def _source(viewer: Viewer, pack: Pack, item: Facts, report: TablesReport) -> TableSource:
    department = None
    if item.get("department"):
        department = Department.objects.filter(key=item["department"]).first()
        if department is None:
            text = _("The city has no department “%(key)s”.") % {"key": item["department"]}
            raise Invalid({"department": [text]})
    facts = {"title": item["title"], "publisher": item["publisher"]}
    facts |= {name: item.get(name, "") for name in ("url", "licence")}
    texts = {name: facts[name] for name in ("title", "publisher", "licence")}
    source = TableSource.objects.filter(key=item["key"]).first()
    translations = translations_for(pack.memory, texts, source)
    if source is None:
        report.sources += 1
        return create_source(
            viewer=viewer, key=item["key"], department=department, translations=translations, **facts
        )
    if not _last_written_by_the_system(source):
        report.kept += 1
        return source
    before = source.version
    source = edit_source(
        viewer=viewer,
        source=source,
        version=before,
        department=department,
        translations=translations,
        **facts,
    )
    report.sources += source.version != before
    return source


def _layout(viewer: Viewer, source: TableSource, item: Facts, report: TablesReport) -> None:
    newest = mapping_of(source)
    try:
        plain = Layout.from_json(item["layout"]).as_json()
    except (LayoutError, KeyError, TypeError, ValueError):
        # What is wrong with it is said by the act, in words.
        plain = dict(item["layout"])
    if newest is not None and (newest.layout == plain or _known_before(source, plain)):
        return
    if newest is not None and len(system_names([newest.created_by])) == 0:
        report.kept += 1
        return
    reason = (item.get("reason", "") or f"pack {item['key']}") if newest is not None else ""
    map_table(
        viewer=viewer, source=_fresh(source), version=_fresh(source).version, layout=plain, reason=reason
    )
    report.layouts += 1


def _known_before(source: TableSource, plain: Facts) -> bool:
    """Whether this was the layout once: a later one, made for a later file, is not undone."""
    return any(row.layout == plain for row in TableMapping.objects.filter(source=source))


def _target(viewer: Viewer, source: TableSource, item: Facts, where: str, report: TablesReport) -> None:
    series, figure = _subject(item, where)
    subject = series or figure
    assert subject is not None
    definition = item.get("definition", "1")
    known = targets_about(source, subject).filter(definition=definition).first()
    if known is not None and not _last_written_by_the_system(known):
        report.kept += 1
        return
    facts = {
        "select": dict(item["select"]),
        "column": item["column"],
        "factor": Decimal(item.get("factor", "1")),
        "decimals": item.get("decimals", 0),
        "definition": definition,
        "quantity": item.get("quantity", ""),
        "counting": item.get("counting", ""),
    }
    if known is not None and all(getattr(known, name) == value for name, value in facts.items()):
        return
    row = _fresh(source)
    save_target(
        viewer=viewer, source=row, version=row.version, target=known, series=series, figure=figure, **facts
    )
    report.targets += 1


def _file(viewer: Viewer, pack: Pack, source: TableSource, item: Facts, report: TablesReport) -> None:
    path = (pack.root / item["path"]).resolve()
    if pack.root.resolve() not in path.parents or not path.is_file():
        raise Invalid({"files": [_("The file %(path)s does not exist.") % {"path": item["path"]}]})
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    known = TableImport.objects.filter(source=source, sha256=digest, fiscal_year=item["fiscal_year"])
    if known.exclude(state=TableImport.State.STAGED).exists():
        return
    row = stage_table(
        viewer=viewer,
        source=_fresh(source),
        filename=path.name,
        content=content,
        fiscal_year=item["fiscal_year"],
        as_of=_day(item.get("as_of")),
        published_on=_day(item.get("published_on")),
    )
    taken = take_table(viewer=viewer, import_id=row.pk, reason=item.get("reason", ""))
    publish_values(viewer=viewer, observation_ids=[one.pk for one in taken.entered])
    report.files += 1
    report.values += len(taken.entered)


def _fresh(source: TableSource) -> TableSource:
    return TableSource.objects.get(pk=source.pk)


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _subject(item: Facts, where: str) -> tuple[Series | None, ProjectFigure | None]:
    name = item.get("figure") or item.get("indicator") or ""
    if item.get("figure"):
        plan, code, order = name.split("/")
        figure = ProjectFigure.objects.filter(
            project__plan__key=plan, project__code=code, order=int(order)
        ).first()
        if figure is not None:
            return None, figure
    series = Series.objects.filter(indicator__key=name, key=item.get("series", "")).first()
    if series is not None:
        return series, None
    raise Invalid({where: [_("No plan has the figure “%(name)s”.") % {"name": name}]})


def _last_written_by_the_system(row: TableSource | TableTarget) -> bool:
    entry = AuditEntry.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))
    last = entry.order_by("-pk").first()
    return last is None or len(system_names([last.actor])) == 1
