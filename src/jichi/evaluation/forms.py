"""Forms of the pages of the cycle. They ask; the services decide."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jichi.plan.staff.forms.fields import DayField, FiscalYearField

from .enums import CycleKind

CHECKS = [
    ("1", _("The section's head checks")),
    ("2", _("The section's and then the bureau's head check")),
]
WORDS = {"rows": 4}


class CycleForm(forms.Form):
    """An evaluation: of which plan and year, by when, by which rule."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    plan = forms.ChoiceField(label=_("Plan"))
    kind = forms.ChoiceField(label=_("What is evaluated"), choices=CycleKind.choices)
    fiscal_year = FiscalYearField(label=_("Fiscal year whose results are judged"))
    title = forms.CharField(label=_("Title"), max_length=200)
    due_department = DayField(label=_("Departments hand in by"))
    due_section = DayField(label=_("Section's heads pass by"))
    due_bureau = DayField(label=_("Bureaus pass by"))
    due_planning = DayField(label=_("The planning section accepts by"))
    check_levels = forms.ChoiceField(
        label=_("Checks before a sheet reaches you"), choices=CHECKS, initial="2"
    )
    department = forms.ChoiceField(label=_("Office that runs the evaluation"), required=False)
    rule = forms.ChoiceField(
        label=_("Rule for the grades of indicators"),
        required=False,
        help_text=_("Every grade keeps the version it was made with."),
    )
    proposals = forms.ChoiceField(
        label=_("Jichi proposes judgements"),
        required=False,
        help_text=_(
            "Off unless you turn it on. A proposal that was made is an official record: it is kept and can be"
            " disclosed. A person decides, and writes down why where she decides otherwise."
        ),
    )
    route_key = forms.ChoiceField(
        label=_("Approval before publication"),
        required=False,
        help_text=_("The route of approval that has to be decided before anything can be published."),
    )
    instructions = forms.CharField(
        label=_("How to fill it in"),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        help_text=_("Stands over every sheet and on the first page of every workbook."),
    )

    FIXED_ONCE_OPEN = ("plan", "kind", "fiscal_year", "check_levels", "department")

    def __init__(
        self,
        *args: Any,
        plans: Iterable[tuple[str, str]],
        offices: Iterable[tuple[str, str]],
        rules: Iterable[tuple[str, str]],
        proposals: Iterable[tuple[str, str]],
        routes: Iterable[tuple[str, str]],
        is_open: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, Any]]] = {
            "plan": [("", _("Choose a plan")), *plans],
            "department": [("", _("the planning section")), *offices],
            "rule": [("", _("none: indicators get no grade")), *rules],
            "proposals": [("", _("Off: Jichi proposes nothing")), *proposals],
            "route_key": [("", _("none is needed")), *routes],
        }
        for name, listed in choices.items():
            field: Any = self.fields[name]
            field.choices = listed
        if is_open:
            for name in self.FIXED_ONCE_OPEN:
                del self.fields[name]

    def facts(self) -> dict[str, Any]:
        """The facts for the service."""
        data = dict(self.cleaned_data)
        data.pop("version", None)
        found = {name: data.pop(name) for name in list(data) if name in self.PLAIN}
        for name, key in self._IDS.items():
            if name in data:
                found[key] = int(data[name]) if data[name] else None
        if "check_levels" in data:
            found["check_levels"] = int(data["check_levels"])
        return found

    PLAIN = (
        "kind",
        "fiscal_year",
        "title",
        "due_department",
        "due_section",
        "due_bureau",
        "due_planning",
        "route_key",
        "instructions",
    )
    _IDS = {"plan": "plan_id", "department": "department_id", "rule": "rule_id", "proposals": "proposals_id"}

    AT = {"plan_id": "plan", "department_id": "department", "rule_id": "rule", "proposals_id": "proposals"}
    """Where a service's objections stand."""


class VersionForm(forms.Form):
    """Nothing to fill in but what was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class StageForm(VersionForm):
    """From when on a stage is open: not at all, at once, or from a moment on."""

    when = forms.ChoiceField(
        label=_("Shown"),
        widget=forms.RadioSelect,
        choices=[
            ("off", pgettext_lazy("stage", "Not shown")),
            ("now", pgettext_lazy("stage", "From now on")),
            ("later", pgettext_lazy("stage", "From a moment to come (embargo)")),
        ],
    )
    day = DayField(label=_("Day"), required=False)
    hour = forms.TimeField(
        label=_("Hour"),
        required=False,
        input_formats=["%H:%M", "%H：%M"],
        widget=forms.TimeInput(attrs={"autocomplete": "off"}, format="%H:%M"),
        help_text=_("For example 10:00. Empty: from the first minute of the day."),
    )

    def clean(self) -> dict[str, Any]:
        """An embargo needs its day."""
        data = super().clean() or {}
        if data.get("when") == "later" and not data.get("day") and "day" not in self.errors:
            self.add_error("day", _("Say from which day on."))
        return data

    def moment(self) -> datetime.datetime | None:
        """The moment from which it is shown; None: not at all."""
        when = self.cleaned_data["when"]
        if when == "off":
            return None
        if when == "now":
            return timezone.now()
        hour = self.cleaned_data.get("hour") or datetime.time.min
        return timezone.make_aware(datetime.datetime.combine(self.cleaned_data["day"], hour))


class PublishForm(StageForm):
    """Publication: at once for everybody, or only kept ready with an embargo."""

    when = forms.ChoiceField(
        label=_("Everybody reads it"),
        widget=forms.RadioSelect,
        choices=[
            ("now", pgettext_lazy("stage", "From now on")),
            ("later", pgettext_lazy("stage", "From a moment to come (embargo)")),
            ("off", pgettext_lazy("stage", "Not yet; the evaluation is only locked")),
        ],
        initial="later",
    )


class ReasonForm(VersionForm):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class SendBackForm(VersionForm):
    """What is to be corrected, and by whom."""

    to = forms.ChoiceField(label=_("Back to"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("What is to be corrected"),
        max_length=1000,
        widget=forms.Textarea(attrs=WORDS),
        help_text=_("Those who have to correct it read this above the form."),
    )

    def __init__(self, *args: Any, places: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.choices = places
        self.initial.setdefault("to", places[0][0] if places else "")
        if len(places) == 1:
            field.widget = forms.HiddenInput()


class RemarkForm(forms.Form):
    """A remark on a sheet or on one of its answers."""

    place = forms.ChoiceField(label=_("On what"), required=False)
    text = forms.CharField(label=_("Remark"), max_length=4000, widget=forms.Textarea(attrs=WORDS))

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["place"]
        field.choices = places


class AssignForm(forms.Form):
    """Who fills the chosen sheets in from now on."""

    to = forms.ChoiceField(label=_("Who fills them in"))
    note = forms.CharField(
        label=_("A word with it"),
        required=False,
        max_length=300,
        help_text=_("Another office needs it: say why the sheet becomes its own."),
    )

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], offices: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.choices = [
            ("", _("Choose who fills them in")),
            ("anybody", _("Anybody of the office")),
            *([(_("People"), people)] if people else []),
            *([(_("Another office"), offices)] if offices else []),
        ]

    def target(self) -> dict[str, Any]:
        """The person or the office, for the service."""
        kind, _dash, ident = self.cleaned_data["to"].partition(":")
        return {"person_id": ident} if kind == "person" else {"department_id": int(ident)} if ident else {}


class ExtendForm(forms.Form):
    """A later day for some sheets."""

    due_on = DayField(label=_("Hand in by"))
    reason = forms.CharField(label=_("Reason"), max_length=300)


class WordForm(forms.Form):
    """A word that goes with an act."""

    text = forms.CharField(
        label=_("A word with it"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class CommitteeForm(forms.Form):
    """What the committee says."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        widget=forms.RadioSelect,
        choices=[
            ("recommendation", _("Recommendation: the city should do something")),
            ("remark", _("Remark: something to be noted or put right")),
            ("request", _("Request: for a document or an explanation")),
        ],
        initial="remark",
    )
    summary = forms.CharField(
        label=_("In one sentence"), required=False, max_length=200, help_text=_("Stands in lists.")
    )
    text = forms.CharField(label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    body = forms.ChoiceField(label=_("Said by"), required=False)

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["body"]
        field.choices = [*bodies, ("", _("the evaluation committee"))]
