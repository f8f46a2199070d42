"""Forms of a plan's life."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jichi.plan.enums import Comparator
from jichi.plan.models import Indicator, Plan

from .fields import DayField
from .rows import ReasonForm


class AdoptForm(forms.Form):
    """The day on which the plan was adopted."""

    on = DayField(label=_("Day of adoption"))


class SucceedForm(forms.Form):
    """Which plan follows this one, and from which day on."""

    successor = forms.TypedChoiceField(label=_("The plan that follows"), coerce=int)
    on = DayField(label=_("From this day on"))

    def __init__(self, plans: Iterable[Plan], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["successor"]
        field.choices = [("", "—"), *((plan.pk, plan.name) for plan in plans)]


class CarryOverForm(forms.Form):
    """Which indicator is placed on a heading, and how its target is read there."""

    indicator = forms.TypedChoiceField(label=_("Indicator"), coerce=int)
    comparator = forms.ChoiceField(label=_("How the target is read"), choices=Comparator.choices)
    reason = ReasonForm.base_fields["reason"]

    def __init__(self, indicators: Iterable[Indicator], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["indicator"]
        field.choices = [("", "—"), *((one.pk, one.name) for one in indicators)]
