"""The forms of a table source, of next year's file and of its confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jichi.city.models import Department
from jichi.figures.models import TableSource
from jichi.plan.staff.forms.fields import DayField, FiscalYearField


class SourceForm(forms.Form):
    """A table that somebody publishes again and again."""

    title = forms.CharField(label=_("Title of the table"), max_length=300)
    key = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        help_text=_(
            "Lower-case letters, digits and hyphens. A figure’s source is named by it; it never changes."
        ),
    )
    publisher = forms.CharField(label=_("Published by"), max_length=120)
    url = forms.URLField(label=_("Address on the web"), max_length=500, required=False, assume_scheme="https")
    licence = forms.CharField(label=_("Terms of use"), max_length=120, required=False)
    department = forms.ChoiceField(label=_("Who takes it in"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, departments: Sequence[Department], source: TableSource | None, *args: Any, **kwargs: Any
    ) -> None:
        self.departments = {str(one.pk): one for one in departments}
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.choices = [("", "—"), *((pk, one.name) for pk, one in self.departments.items())]
        if source is not None:
            del self.fields["key"]

    def facts(self) -> dict[str, Any]:
        """The facts for the service."""
        names = [name for name in ("key", "title", "publisher", "url", "licence") if name in self.fields]
        facts: dict[str, Any] = {name: self.cleaned_data[name] for name in names}
        return {**facts, "department": self.departments.get(self.cleaned_data["department"])}


class UploadForm(forms.Form):
    """Next year's file. The fields stand before the file, to survive a refused upload."""

    fiscal_year = FiscalYearField(label=_("Fiscal year of the table"))
    as_of = DayField(label=_("As of"), required=False)
    published_on = DayField(label=_("Day of publication"), required=False)
    file = forms.FileField(
        label=_("File"),
        help_text=_("xlsx, xls, ods or csv (UTF-8, UTF-16 or Shift_JIS), as it was published."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.tsv,.txt"}),
    )


class TakeForm(forms.Form):
    """Confirming a table; the reason is asked for where values that stand are corrected."""

    reason = forms.CharField(label=_("Why values are corrected"), max_length=300, required=False)
