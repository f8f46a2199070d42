"""What a figure, a value and a state of a figure are called on the pages of imported statistics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jichi.figures.models import Observation, TableImport
from jichi.plan.models import ProjectFigure, Series
from jichi.ui import numbers

STATES: Mapping[str, str | Promise] = {
    "new": _("new value"),
    "correction": _("correction"),
    "same": _("stands already"),
    "unbound": _("bound to another source: not entered"),
    "not_yours": _("belongs to another department: ask it, or the planning section, to take the table in"),
    "lost": _("its place is not in this table"),
    "several": _("has several places for one year"),
    "unreadable": _("no number can be read there"),
    "bad": _("cannot be entered"),
}
IMPORT_STATES: Mapping[str, str | Promise] = {
    TableImport.State.STAGED: _("waits to be taken in"),
    TableImport.State.TAKEN: _("taken in"),
    TableImport.State.DISCARDED: _("discarded"),
}
KINDS: Mapping[str, str | Promise] = {
    "revised": _("changed by the publisher"),
    "gone": _("no longer there"),
    "added": _("new in the table"),
    "next": _("another year’s number"),
}


def subject_name(subject: Series | ProjectFigure | Any) -> str:
    """The whole name of a figure: indicator and series, or project code and number."""
    if isinstance(subject, Series):
        return f"{subject.indicator.name} ({subject.name})" if subject.name else subject.indicator.name
    return f"{subject.project.code} {subject.name}"


def unit_of(subject: Series | ProjectFigure | Any) -> str:
    """The unit of a figure."""
    return str(subject.indicator.unit if isinstance(subject, Series) else subject.unit)


def value_words(row: Observation | None) -> str:
    """A value with its unit at its printed precision, or why there is none."""
    if row is None:
        return ""
    return (
        numbers.format_value(row.value, row.unit, decimals=row.decimals)
        if row.value is not None
        else row.note
    )
