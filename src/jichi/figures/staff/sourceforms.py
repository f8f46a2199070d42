"""Forms of where a figure comes from, what it counts, and what everybody sees of the figures' state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jichi.figures.models import Binding, Counting, Definition, Quantity, SourceKind
from jichi.plan.staff.forms.fields import DayField, FiscalYearField

NOTHING = [("", _("not said"))]
TEXTS = ("collected_by", "how", "traps")


class BindingForm(forms.Form):
    """A decision on where a figure comes from, from a day on."""

    source_kind = forms.ChoiceField(label=_("Kind of source"), choices=SourceKind.choices)
    via = forms.ChoiceField(label=_("How values arrive here"), choices=Binding.Via.choices)
    source_key = forms.CharField(
        label=_("Which one of them"),
        max_length=120,
        required=False,
        help_text=_("Key of the metric, inquiry, table or survey; empty for values entered by hand."),
    )
    definition = forms.ChoiceField(label=_("Definition that it follows"), required=False)
    department: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Office that answers for the figure"),
        queryset=None,
        required=False,
        empty_label=_("not confirmed yet"),
    )
    due_month = forms.IntegerField(
        label=_("Due: month"),
        min_value=1,
        max_value=12,
        required=False,
        help_text=_("Leave month and day empty if nobody has set a date."),
    )
    due_day = forms.IntegerField(label=_("Due: day"), min_value=1, max_value=31, required=False)
    due_years = forms.IntegerField(
        label=_("Years after the year in which the fiscal year begins"),
        min_value=0,
        max_value=5,
        initial=1,
        help_text=_("1: the value of FY2025 is due in 2026."),
    )
    every_years = forms.IntegerField(label=_("Measured every … years"), min_value=1, max_value=10, initial=1)
    first_year = FiscalYearField(label=_("First year of this rhythm"), required=False)
    collected_by = forms.CharField(label=_("Collected by"), max_length=200, required=False)
    how = forms.CharField(
        label=_("How it comes in"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    traps = forms.CharField(
        label=_("What to beware of"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    confirmed = forms.BooleanField(label=_("The city has confirmed this"), required=False)
    valid_from = DayField(label=_("In force from"))
    decided_on = DayField(label=_("Decided on"))
    decision = forms.CharField(
        label=_("By which decision, and why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown to everyone. What was decided before stays, with its dates."),
    )

    def __init__(
        self, *args: Any, departments: Any, definitions: Iterable[Definition], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        codes = [(one.code, f"{one.code}: {one.counts[:60]}") for one in definitions]
        self.fields["definition"].choices = codes or [("1", "1")]  # type: ignore[attr-defined]

    def facts(self, language: str, before: Binding | None) -> dict[str, Any]:
        """The facts for the service; the texts of other languages than the page's stay as they were."""
        data = dict(self.cleaned_data)
        texts = {name: dict(text) for name, text in (before.texts if before else {}).items()}
        for name in TEXTS:
            words = data.pop(name)
            if words != texts.get(name, {}).get(language, ""):
                # A text in another language no longer says what was decided.
                texts[name] = {language: words, "ja": words} if words else {}
        data["definition"] = data["definition"] or "1"
        return {**data, "texts": {name: text for name, text in texts.items() if text}}


class DefinitionForm(forms.Form):
    """What exactly is counted. A second definition ends the line of the first."""

    code = forms.SlugField(
        label=_("Short name"), max_length=40, help_text=_("Latin letters and digits; it stays for ever.")
    )
    counts = forms.CharField(label=_("What it counts"), widget=forms.Textarea(attrs={"rows": 3}))
    counts_not = forms.CharField(
        label=_("What it does not count"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    wording = forms.CharField(
        label=_("The question as asked"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    quantity = forms.ChoiceField(
        label=_("Kind of quantity"), choices=[*NOTHING, *Quantity.choices], required=False
    )
    counting = forms.ChoiceField(
        label=_("How it is counted"), choices=[*NOTHING, *Counting.choices], required=False
    )
    first_year = FiscalYearField(label=_("Holds from fiscal year"), required=False)
    break_reason = forms.CharField(
        label=_("Why it differs from the one before"),
        max_length=300,
        required=False,
        help_text=_("Required from the second definition on. Nothing is compared across the break."),
    )
    confirmed = forms.BooleanField(label=_("The city has confirmed this"), required=False)


class AmendForm(DefinitionForm):
    """The same definition, said better. Its short name stays."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["code"]


class PublicityForm(forms.Form):
    """What everybody sees of the state of the figures."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    shows_late = forms.BooleanField(
        label=_("Show everyone which figures are late"),
        required=False,
        help_text=_(
            "Staff always see it. The public page then names the office that answers for the figure."
        ),
    )
    least_cell = forms.IntegerField(
        label=_("Hide cells of breakdowns that count fewer than"), min_value=1, max_value=1000
    )


class RecomputeForm(forms.Form):
    """For which years a metric is counted anew, and why."""

    MOST_YEARS = 50

    first_year = FiscalYearField(label=_("From fiscal year"))
    last_year = FiscalYearField(label=_("To fiscal year"))
    reason = forms.CharField(
        label=_("Why it is counted anew"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown to everyone beside each value that changes."),
    )

    def clean(self) -> dict[str, Any]:
        """No more years than a plan could ever ask for: a slip of the pen would count for hours."""
        data = super().clean() or {}
        first, last = data.get("first_year"), data.get("last_year")
        if first is not None and last is not None and last - first >= self.MOST_YEARS:
            text = _("These are more than %(most)d years; look at both years again.")
            self.add_error("last_year", text % {"most": self.MOST_YEARS})
        return data
