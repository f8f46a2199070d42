"""Deciding where a figure truly comes from, and what exactly it counts: dated, only added."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.figures.models import Binding, Definition
from jichi.figures.queries.bindings import bindings_of, definitions_of
from jichi.figures.queries.catalogue import metric_named, metric_of, selection_of
from jichi.plan.models import Indicator, Node, ProjectFigure, Series

DECIDE = "figures.binding:decide"
DEFINE = "figures.definition:add"

BINDING_FACTS = (
    "source_kind",
    "via",
    "source_key",
    "definition",
    "department_id",
    "due_month",
    "due_day",
    "due_years",
    "every_years",
    "first_year",
    "texts",
    "confirmed",
)
DEFINITION_FACTS = (
    "counts",
    "counts_not",
    "wording",
    "quantity",
    "counting",
    "first_year",
    "break_reason",
    "confirmed",
    "translations",
)
_PROSE = frozenset({"texts", "counts", "counts_not", "wording", "break_reason", "translations"})


def decide_binding(
    *,
    viewer: Viewer,
    series: Series | None = None,
    figure: ProjectFigure | None = None,
    valid_from: datetime.date,
    decided_on: datetime.date,
    decision: str,
    source_kind: str,
    **facts: Any,
) -> Binding:
    """Bind a figure to its source from ``valid_from`` on, by the decision named; the next number of its row.

    ``facts``: ``via``, ``source_key``, ``definition``, ``department``, ``due_month``, ``due_day``,
    ``due_years``, ``every_years``, ``first_year``, ``texts``, ``confirmed`` as in :class:`Binding`; what is
    left out takes the model's default. Nothing that was decided before is changed.

    Raises:
        NotAllowed; Invalid: messages per field — also where nothing would change, and where the decision
        would hold from before the last one.
    """
    subject = _subject(series, figure)
    with act(viewer, DECIDE, owner_of(subject)):
        assert viewer.actor is not None
        earlier = bindings_of(subject)
        row = Binding(
            series=series,
            project_figure=figure,
            number=earlier[-1].number + 1 if earlier else 1,
            source_kind=source_kind,
            valid_from=valid_from,
            decided_on=decided_on,
            decision=decision.strip(),
            decided_by=viewer.actor,
            **facts,
        )
        if problems := _problems_of_binding(row, earlier[-1] if earlier else None, definitions_of(subject)):
            raise Invalid(problems)
        _clean(row)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            text = _("Somebody decided about this figure just now. Look at it first.")
            raise Invalid({"": [text]}) from error
        record(viewer, DECIDE, row, fields=_changes(earlier[-1] if earlier else None, row, BINDING_FACTS))
    return row


def add_definition(
    *,
    viewer: Viewer,
    series: Series | None = None,
    figure: ProjectFigure | None = None,
    code: str,
    counts: str,
    **facts: Any,
) -> Definition:
    """Write down what values under ``code`` count. A second definition ends the line of the first.

    ``facts``: ``counts_not``, ``wording``, ``quantity``, ``counting``, ``first_year``, ``break_reason``,
    ``confirmed``, ``translations``. Every definition after the first says from which fiscal year it holds
    and why it differs.

    Raises:
        NotAllowed; Invalid: messages per field.
    """
    subject = _subject(series, figure)
    with act(viewer, DEFINE, owner_of(subject)):
        earlier = definitions_of(subject)
        row = Definition(
            series=series,
            project_figure=figure,
            code=code.strip(),
            order=earlier[-1].order + 1 if earlier else 1,
            counts=counts.strip(),
            **facts,
        )
        if problems := _problems_of_definition(row, earlier):
            raise Invalid(problems)
        _clean(row)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            text = _("Somebody added a definition just now. Look at it first.")
            raise Invalid({"": [text]}) from error
        record(viewer, DEFINE, row, fields=_changes(None, row, ("code", *DEFINITION_FACTS)))
    return row


def amend_definition(*, viewer: Viewer, definition: Definition, version: int, **facts: Any) -> Definition:
    """Say the same definition better, or confirm it. Its code, its place and its figure never change.

    Another way of counting is another definition: :func:`add_definition`.

    Raises:
        NotAllowed; Conflict: somebody changed it since ``version``; Invalid: messages per field.
    """
    if unknown := facts.keys() - set(DEFINITION_FACTS):
        raise TypeError(f"not a fact of a definition: {', '.join(sorted(unknown))}")
    subject = definition.series or definition.project_figure
    assert subject is not None
    with act(viewer, DEFINE, owner_of(subject)):
        row = Definition.objects.select_for_update().get(pk=definition.pk)
        if row.version != version:
            raise Conflict(row)
        before = Definition.objects.get(pk=row.pk)
        for name, value in facts.items():
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        changes = _changes(before, row, DEFINITION_FACTS)
        if not changes:
            return row
        others = [one for one in definitions_of(subject) if one.pk != row.pk]
        if problems := _problems_of_definition(row, [one for one in others if one.order < row.order]):
            raise Invalid(problems)
        _clean(row)
        row.version += 1
        row.save()
        record(viewer, DEFINE, row, fields=changes)
    return row


def owner_of(subject: Series | ProjectFigure) -> Indicator | Node:
    """The thing whose department answers for a figure."""
    return subject.indicator if isinstance(subject, Series) else subject.project


def _subject(series: Series | None, figure: ProjectFigure | None) -> Series | ProjectFigure:
    if series is not None and figure is None:
        return series
    if figure is not None and series is None:
        return figure
    raise TypeError("exactly one of series and figure is bound")


def _problems_of_binding(
    row: Binding, before: Binding | None, definitions: list[Definition]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not row.decision:
        found["decision"] = [_("Say by which decision.")]
    if row.decided_on > timezone.localdate():
        found["decided_on"] = [_("A decision of a day to come cannot be entered.")]
    if row.via != Binding.Via.ENTRY and not row.source_key:
        found["source_key"] = [_("Say which one of them.")]
    if row.via == Binding.Via.METRIC and row.source_key and (text := _problem_of_metric(row)):
        found["source_key"] = [text]
    if definitions and row.definition not in {one.code for one in definitions}:
        found["definition"] = [
            _("This figure has the definitions %(codes)s.")
            % {"codes": ", ".join(one.code for one in definitions)}
        ]
    if (row.due_month is None) != (row.due_day is None):
        found["due_day"] = [_("A due date has a month and a day.")]
    elif row.due_month is not None and row.due_day is not None and not _is_day(row.due_month, row.due_day):
        found["due_day"] = [_("There is no such day.")]
    if before is not None and row.valid_from < before.valid_from:
        text = _("The last decision holds from %(day)s; another can only hold from that day or later.")
        found["valid_from"] = [text % {"day": before.valid_from.isoformat()}]
    if before is not None and not found and not _changes(before, row, BINDING_FACTS):
        found[""] = [_("This is what was decided before; nothing would change.")]
    return found


def _problems_of_definition(row: Definition, earlier: list[Definition]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not row.code:
        found["code"] = [_("A definition needs a short name.")]
    elif row.code in {one.code for one in earlier}:
        found["code"] = [_("This figure has a definition of that name already.")]
    if not row.counts:
        found["counts"] = [_("Say what is counted.")]
    if earlier:
        if not row.break_reason:
            found["break_reason"] = [_("Say why it differs from the definition before.")]
        if row.first_year is None:
            found["first_year"] = [_("Say from which fiscal year it holds; before it the earlier one does.")]
        elif row.first_year < (earlier[-1].first_year or 0):
            found["first_year"] = [_("The definition before it holds only from a later year.")]
    return found


def _problem_of_metric(row: Binding) -> str:
    try:
        metric = metric_named(metric_of(row))
    except LookupError:
        return _("Nothing here is counted under the name “%(name)s”.") % {"name": metric_of(row)}
    if unknown := [cut for cut in selection_of(row) if metric.cut(cut) is None]:
        return _("This metric cannot be broken down by %(cuts)s.") % {"cuts": ", ".join(unknown)}
    return ""


def _is_day(month: int, day: int) -> bool:
    # A leap year, so that 29 February is a day; a due date in other years falls on its last day.
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2024, month)[1]


def _changes(before: models.Model | None, row: models.Model, names: tuple[str, ...]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        old, new = getattr(before, name, None) if before else None, getattr(row, name)
        if old != new and not (before is None and new in ("", None, False, {})):
            found[name] = CHANGED if name in _PROSE else [old, new]
    return found


def _clean(row: models.Model) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        messages = {"" if k == "__all__" else k: [str(m) for m in v] for k, v in error.message_dict.items()}
        raise Invalid(messages) from error
