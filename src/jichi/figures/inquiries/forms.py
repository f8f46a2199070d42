"""Forms of inquiries. They ask; the services decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jichi.city.models import Department
from jichi.figures.models import Counting, InquirySeries, Quantity
from jichi.plan.staff.forms.fields import DayField, FiscalYearField
from jichi.sheets.models import Form

AREA = {"rows": 4}
MONTHS = [("", "—"), *[(str(month), str(month)) for month in (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)]]
CHECKS = [
    ("0", _("None")),
    ("1", _("The section's head checks")),
    ("2", _("The section's and then the bureau's head check")),
]


class SeriesForm(forms.Form):
    """A repeated inquiry."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Title"), max_length=200)
    purpose = forms.CharField(
        label=_("What it is asked for"),
        widget=forms.Textarea(attrs=AREA),
        help_text=_("Those asked read it; they answer better when they know what becomes of it."),
    )
    kind = forms.ChoiceField(label=_("Who answers"), choices=InquirySeries.Kind.choices)
    form = forms.ChoiceField(
        label=_("Form"), help_text=_("The newest version is taken each time it is asked.")
    )
    check_levels = forms.ChoiceField(label=_("Checks before a return reaches you"), choices=CHECKS)
    department = forms.ChoiceField(label=_("Office that asks"), required=False)
    key = forms.SlugField(
        label=_("Key"),
        max_length=60,
        required=False,
        help_text=_("Latin letters, digits and hyphens. Figures are bound to it, so it stays for ever."),
    )

    def __init__(
        self, *args: Any, known: Iterable[Form], offices: Iterable[Department], is_new: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["form"]
        field.choices = [("", _("Choose a form")), *[(str(one.pk), one.title) for one in known]]
        field = self.fields["department"]
        field.choices = [("", _("the planning section")), *[(str(one.pk), one.name) for one in offices]]
        if is_new:
            self.fields["key"].required = True
        else:
            del self.fields["key"]

    def facts(self) -> dict[str, Any]:
        """The facts for the service."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "purpose": data["purpose"],
            "kind": data["kind"],
            "form_id": int(data["form"]),
            "department_id": int(data["department"]) if data["department"] else None,
            "check_levels": int(data["check_levels"]),
        }


class InquiryForm(forms.Form):
    """One asking: of what time, as of when, by when."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Title"), max_length=200)
    purpose = forms.CharField(label=_("What it is asked for"), widget=forms.Textarea(attrs=AREA))
    fiscal_year = FiscalYearField(label=_("Fiscal year"))
    month = forms.ChoiceField(label=_("Month"), choices=MONTHS)
    as_of = DayField(label=_("As of"), required=False)
    period_first = DayField(label=_("First day of the period"), required=False)
    period_last = DayField(label=_("Last day of the period"), required=False)
    due_on = DayField(label=_("Answer by"))
    instructions = forms.CharField(
        label=_("How to fill it in"),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        help_text=_("Stands over the form and on the workbook's first sheet."),
    )

    def __init__(self, *args: Any, monthly: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not monthly:
            del self.fields["month"]
        else:
            for name in ("as_of", "period_first", "period_last"):
                del self.fields[name]

    def facts(self) -> dict[str, Any]:
        """The facts for the service."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        if "month" in data:
            data["month"] = int(data["month"]) if data["month"] else None
        return data


class TargetForm(forms.Form):
    """What the merged returns measure."""

    subject = forms.ChoiceField(label=_("Figure"), required=False)
    expression = forms.CharField(
        label=_("How it is computed"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "Over the fields of the form, each a column over all returns: sum(women) / sum(members) * 100"
        ),
    )
    decimals = forms.IntegerField(label=_("Digits after the point"), min_value=0, max_value=6, required=False)
    definition = forms.CharField(label=_("Definition"), max_length=40, required=False)
    quantity = forms.ChoiceField(
        label=_("Kind of quantity"), choices=[("", "—"), *Quantity.choices], required=False
    )
    counting = forms.ChoiceField(
        label=_("Way of counting"), choices=[("", "—"), *Counting.choices], required=False
    )
    by_ward = forms.BooleanField(label=_("Also by ward"), required=False)

    def __init__(self, *args: Any, subjects: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["subject"]
        field.choices = [("", _("none: leave this line out")), *subjects]


class WordsForm(forms.Form):
    """A few words to the other office."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(label=_("In words"), widget=forms.Textarea(attrs=AREA), max_length=2000)
    side = forms.ChoiceField(label=_("For which office you speak"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offices: tuple[str, str] | None = None, **kwargs: Any) -> None:
        """``offices``: the one that asks and the one asked, for who stands on both sides and has to say."""
        super().__init__(*args, **kwargs)
        if offices is None:
            del self.fields["side"]
            return
        asking, asked = offices
        field: Any = self.fields["side"]
        field.choices = [
            ("asking", _("%(office)s, which asks") % {"office": asking}),
            ("asked", _("%(office)s, which was asked") % {"office": asked}),
        ]

    @property
    def by_asker(self) -> bool | None:
        """Whether it is said for the office that asks; None where there was no choice."""
        side = self.cleaned_data.get("side")
        return None if side is None else side == "asking"


class SendBackForm(WordsForm):
    """What is wrong, and a new day where there is to be one."""

    due_on = DayField(label=_("New day to answer by"), required=False)


class HandOnForm(forms.Form):
    """To which office, with a word."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    department = forms.ChoiceField(label=_("Office"))
    text = forms.CharField(
        label=_("A word with it"), widget=forms.Textarea(attrs=AREA), max_length=2000, required=False
    )

    def __init__(self, *args: Any, offices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.choices = [("", _("Choose an office")), *offices]


class ExtendForm(forms.Form):
    """The new day."""

    due_on = DayField(label=_("Answer by"))
    text = forms.CharField(
        label=_("A word with it"), widget=forms.Textarea(attrs=AREA), max_length=2000, required=False
    )


class ManyFilesInput(forms.ClearableFileInput):
    """A control that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One or many files."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ManyFilesInput(attrs={"accept": ".xlsx,.zip"}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files, each checked as one is."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in files]


class ReturnedForm(forms.Form):
    """Workbooks that came back. What is typed stands before the files, to survive a refused upload."""

    note = forms.CharField(
        label=_("Why it is corrected"),
        max_length=300,
        required=False,
        help_text=_("Only where an answer is corrected that was accepted already."),
    )
    replaces = forms.BooleanField(
        label=_(
            "Replace: let these workbooks count even where another answer came in after they were given out"
        ),
        required=False,
    )
    files: Any = ManyFilesField(
        label=_("Workbooks"),
        help_text=_("One or several xlsx files, or a zip file with them; 20 MB together at most."),
    )


class MergeForm(forms.Form):
    """Which returns are taken, and why it is merged again."""

    with_answered = forms.BooleanField(
        label=_("Take also returns that are answered and not accepted yet (said so for ever)"), required=False
    )
    reason = forms.CharField(label=_("Why it is merged again"), max_length=300, required=False)


class ReasonForm(forms.Form):
    """Why values are corrected."""

    reason = forms.CharField(label=_("Reason for corrections"), max_length=300, required=False)


class ConfirmForm(forms.Form):
    """The version that was looked at; the button is the answer."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
