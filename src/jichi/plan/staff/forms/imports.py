"""Forms of an import: the file, the decision of an uncertain place, the correction of a cell, the end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from jichi.plan.enums import FigureRole, PointRole
from jichi.plan.models import Plan

from .fields import DayField, FiscalYearField, NumberField

NEW = ""


class UploadForm(forms.Form):
    """A file and the plan it is for. The fields stand before the file, so that they survive a refused
    upload.
    """

    plan = forms.ChoiceField(label=_("For which plan"), required=False)
    new_key = forms.CharField(
        label=_("Key of the new plan"),
        max_length=60,
        required=False,
        validators=[validate_slug],
        help_text=_("Only for a new plan: small letters, digits and hyphens, as it will stand in addresses."),
    )
    new_name = forms.CharField(label=_("Name of the new plan"), max_length=200, required=False)
    first_year = FiscalYearField(label=_("First fiscal year of the new plan"), required=False)
    last_year = FiscalYearField(label=_("Last fiscal year of the new plan"), required=False)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "The published plan's text, the plan workbook (xlsx or csv) or a jichi-plan/1 document (json). "
            "At most 20 MB. UTF-8 and Shift_JIS are read."
        ),
        widget=forms.FileInput(attrs={"accept": ".txt,.md,.csv,.tsv,.xlsx,.json"}),
    )

    def __init__(self, plans: Iterable[Plan], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["plan"]
        field.choices = [*((plan.key, plan.name) for plan in plans), (NEW, _("A new plan"))]

    def clean(self) -> dict[str, Any]:
        """A new plan needs its key; everything else the file may say."""
        data = super().clean() or {}
        if data.get("plan", NEW) == NEW and not data.get("new_key") and "new_key" not in self.errors:
            self.add_error("new_key", _("Choose a plan, or give the key of a new one."))
        return data

    @property
    def plan_key(self) -> str:
        """The key of the plan the file is for."""
        return str(self.cleaned_data.get("plan") or self.cleaned_data["new_key"])


class DecisionForm(forms.Form):
    """One uncertain place: a candidate, the value of the present plan, another value, or left out."""

    CANDIDATE, OTHER, OUT = "c", "other", "out"

    choice = forms.ChoiceField(label=_("What stands here?"), widget=forms.RadioSelect)
    role = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[(PointRole.TARGET.value, PointRole.TARGET.label)],
    )
    fiscal_year = FiscalYearField(label=_("Fiscal year"), required=False)
    value = NumberField(label=_("Value"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, options: Iterable[tuple[str, Any]], path: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["choice"]
        field.choices = list(options)
        roles: Any = self.fields["role"]
        roles.choices = (FigureRole if "/figures/" in path else PointRole).choices

    def clean(self) -> dict[str, Any]:
        """Another value needs its year and its number."""
        data = super().clean() or {}
        if data.get("choice") == self.OTHER:
            for name in ("fiscal_year", "value"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Needed for another value."))
        return data


class CellForm(forms.Form):
    """One cell of what was read, as JSON says it: a text, a number, nothing."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    pointer = forms.CharField(widget=forms.HiddenInput)
    value = forms.CharField(label=_("Right value"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, present: Any, *args: Any, **kwargs: Any) -> None:
        self.present = present
        super().__init__(*args, **kwargs)
        if isinstance(present, bool):
            self.fields["value"] = forms.TypedChoiceField(
                label=_("Right value"),
                choices=[("true", _("yes")), ("false", _("no"))],
                coerce=lambda text: text == "true",
            )
        elif isinstance(present, int | float) or present is None:
            self.fields["value"].widget = forms.TextInput()
            self.fields["value"].help_text = _("A number, or nothing where the plan prints none.")

    def clean_value(self) -> Any:
        """The value in the type of the one it replaces."""
        value = self.cleaned_data["value"]
        if isinstance(self.present, bool | str):
            return value
        number = NumberField(required=False).clean(value)
        if number is None:
            return None
        return int(number) if number == number.to_integral_value() else float(number)


class ConfirmForm(forms.Form):
    """The end of a review. Head facts that the source does not print are asked here."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the plan"), max_length=200)
    first_year = FiscalYearField(label=_("First fiscal year"))
    last_year = FiscalYearField(label=_("Last fiscal year"))
    adopted_on = DayField(label=_("Day of adoption"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    publish = forms.BooleanField(label=_("Publish the plan at once"), required=False)

    def plan_facts(self) -> Mapping[str, Any]:
        """The head of the document as confirmed."""
        day = self.cleaned_data["adopted_on"]
        return {
            "name": self.cleaned_data["name"],
            "first_year": self.cleaned_data["first_year"],
            "last_year": self.cleaned_data["last_year"],
            "adopted_on": day.isoformat() if day else None,
        }


def as_text(value: Any) -> str:
    """A JSON value as it is shown in a field."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
