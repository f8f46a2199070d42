"""How a table is read, and where in it each figure stands: layouts by number, places by figure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.pack import validate
from jichi.city.trail import act, record
from jichi.figures.models import TableMapping, TableSource, TableTarget
from jichi.figures.queries.bindings import definitions_of
from jichi.figures.statistics.declared import MAP
from jichi.figures.statistics.queries import mapping_of, target_of
from jichi.figures.statistics.words import refused_layout
from jichi.methods.tables.cells import tidy
from jichi.methods.tables.layout import Layout, LayoutError
from jichi.plan.models import ProjectFigure, Series

from .sources import bumped, clean, locked
from .taking import reread_staged

SCHEMA = "figures/schema/jichi-table-layout-1.schema.json"
PLACE = ("select", "column", "factor", "decimals", "definition", "quantity", "counting")


def map_table(
    *, viewer: Viewer, source: TableSource, version: int, layout: Mapping[str, Any], reason: str = ""
) -> TableMapping:
    """Say how a table is read (jichi-table-layout/1). A change is the next number and needs a reason.

    Files that wait are read anew. The same layout again changes nothing.

    Raises:
        NotAllowed; Conflict: somebody changed the source since ``version``; Invalid: messages per field.
    """
    with act(viewer, MAP, source):
        assert viewer.actor is not None
        row = locked(source, version)
        validate(layout, SCHEMA, name="layout")
        try:
            plain = Layout.from_json(layout).as_json()
        except LayoutError as error:
            raise refused_layout(error) from error
        newest = mapping_of(row)
        if newest is not None and newest.layout == plain:
            return newest
        if newest is not None and not reason.strip():
            raise Invalid({"reason": [_("Say why the layout is another now.")]})
        mapping = TableMapping.objects.create(
            source=row,
            number=newest.number + 1 if newest else 1,
            layout=plain,
            reason=reason.strip()[:300],
            created_by=viewer.actor,
        )
        bumped(row)
        reread_staged(row)
        record(viewer, MAP, mapping, fields={"number": [newest.number if newest else None, mapping.number]})
    return mapping


def save_target(
    *,
    viewer: Viewer,
    source: TableSource,
    version: int,
    target: TableTarget | None = None,
    series: Series | None = None,
    figure: ProjectFigure | None = None,
    select: Mapping[str, str],
    column: str,
    factor: Decimal = Decimal(1),
    decimals: int = 0,
    definition: str = "1",
    quantity: str = "",
    counting: str = "",
) -> TableTarget:
    """Say where in the table a figure stands: the names of its row, its column, what to multiply by.

    One figure may stand twice, under two definitions: both are stored, and no line joins them.

    Raises:
        NotAllowed; Conflict: somebody changed the source since ``version``; Invalid: messages per field.
    """
    with act(viewer, MAP, source):
        row = locked(source, version)
        subject = series or figure
        if subject is None or (series is not None and figure is not None):
            raise Invalid({"subject": [_("Choose the figure.")]})
        before = None if target is None else {name: getattr(target, name) for name in PLACE}
        made = target or TableTarget(source=row, order=_next_order(row))
        made.series, made.project_figure = series, figure
        made.select = {tidy(name) if name[:1] != "@" else name: tidy(text) for name, text in select.items()}
        made.column, made.factor, made.decimals = tidy(column), factor, decimals
        made.definition, made.quantity, made.counting = definition.strip() or "1", quantity, counting
        if problems := _problems(made, subject):
            raise Invalid(problems)
        clean(made)
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError as error:
            text = _("This figure has a place in the table already under this definition.")
            raise Invalid({"definition": [text]}) from error
        bumped(row)
        reread_staged(row)
        record(viewer, MAP, made, fields=_changes(before, made))
    return made


def _next_order(source: TableSource) -> int:
    return int(source.targets.aggregate(most=Max("order"))["most"] or 0) + 1


def _problems(target: TableTarget, subject: Series | ProjectFigure) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    codes = [one.code for one in definitions_of(subject)]
    if codes and target.definition not in codes:
        text = _("This figure has the definitions %(codes)s.")
        found["definition"] = [text % {"codes": ", ".join(codes)}]
    if not target.column:
        found["column"] = [_("Choose the column.")]
    if not target.factor:
        found["factor"] = [_("Multiplied by zero every number would be zero.")]
    if not 0 <= target.decimals <= 6:
        found["decimals"] = [_("A number is printed with at most six digits after the point.")]
    return found


def _changes(before: Mapping[str, Any] | None, target: TableTarget) -> dict[str, Any]:
    now = {name: getattr(target, name) for name in PLACE}
    return {
        name: [_plain(before[name]) if before else None, _plain(value)]
        for name, value in now.items()
        if before is None or before[name] != value
    }


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def remove_target(*, viewer: Viewer, source: TableSource, version: int, target_id: int) -> None:
    """Take a figure's place away. Values taken in before stay, with the place they came from.

    Raises:
        NotAllowed; Conflict: somebody changed the source since ``version``; TableTarget.DoesNotExist.
    """
    with act(viewer, MAP, source):
        row = locked(source, version)
        target = target_of(row, target_id)
        if target is None:
            raise TableTarget.DoesNotExist
        record(viewer, MAP, target, fields={"column": [target.column, None]})
        target.delete()
        bumped(row)
        reread_staged(row)
