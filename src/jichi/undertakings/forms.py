"""Forms of the undertakings' staff pages. They ask; the services decide, and their objections come back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jichi.city.access import Viewer
from jichi.city.queries import departments_for
from jichi.directory.queries import bodies_for
from jichi.plan.staff.forms.fields import DayField
from jichi.ui.content import translated

from .actions import ASK, ASSIGN, DEMAND, PROMISE
from .models import Adoption, Kind, Undertaking
from .models.undertakings import SUMMARY_LENGTH

AREA = {"rows": 6}
_KEYS = {Kind.PROMISE: PROMISE, Kind.DEMAND: DEMAND}
DECISIONS = [
    (Adoption.ADOPTED, Adoption.ADOPTED.label),
    (Adoption.PARTLY, Adoption.PARTLY.label),
    (Adoption.NOT_ADOPTED, Adoption.NOT_ADOPTED.label),
]


class _Named(forms.ModelChoiceField):
    """A choice among rows by their name in the reader's language."""

    def label_from_instance(self, row: Any) -> str:
        """The row's name."""
        return str(translated(row, "name"))


class _Area(forms.CharField):
    """A text of some sentences."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs=AREA), **kwargs)


def _offices(viewer: Viewer, empty: str, *, kept: Undertaking | None = None, **more: Any) -> _Named:
    rows = departments_for(viewer, on=timezone.localdate())
    if kept is not None and kept.department_id is not None:
        rows = rows | departments_for(viewer).filter(pk=kept.department_id)
    label = _("Office that answers")
    return _Named(label=label, queryset=rows, empty_label=empty, required=False, **more)


def _due() -> DayField:
    return DayField(label=_("Answer by"), required=False)


class AskForm(forms.Form):
    """What was asked of the city. Who does not assign cannot choose the office."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"))
    source_body: forms.ModelChoiceField = _Named(
        label=gettext_lazy("Council or committee that asked"), queryset=None, required=False
    )
    source_name = forms.CharField(
        label=gettext_lazy("Somebody else who asked"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A body or an office, never a private person's name."),
    )
    addressee = forms.CharField(
        label=gettext_lazy("Of whom the city asks it"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For demands of the city itself: the state, the prefecture and so on."),
    )
    asked_on = DayField(label=gettext_lazy("Asked on"))
    text = _Area(
        label=gettext_lazy("What was asked"),
        help_text=gettext_lazy("In the words in which it was asked. It can never be changed afterwards."),
    )
    summary = forms.CharField(
        label=gettext_lazy("In one sentence"),
        max_length=SUMMARY_LENGTH,
        required=False,
        help_text=gettext_lazy("Stands as the title. Empty: the beginning of the text."),
    )
    context_title = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example the title of a report or of a measure."),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [
            (kind.value, kind.label)
            for kind in Kind
            if kind == Kind.REMARK or viewer.can(_KEYS.get(kind, ASK))
        ]
        self.fields["kind"].choices = [("", _("Choose what it is")), *kinds]  # type: ignore[attr-defined]
        body: Any = self.fields["source_body"]
        body.queryset = bodies_for(viewer, on=timezone.localdate())
        body.empty_label = _("somebody else")
        if viewer.can(ASSIGN):
            self.fields["department"] = _offices(viewer, _("not decided yet"))
            self.fields["due_on"] = _due()

    def facts(self) -> dict[str, Any]:
        """The facts for the service."""
        data = dict(self.cleaned_data)
        body, office = data.pop("source_body"), data.pop("department", None)
        return {
            **data,
            "source_body_id": body.pk if body is not None else None,
            "department_id": office.pk if office is not None else None,
        }


class VersionedForm(forms.Form):
    """What every act on a row carries: the version its editor saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class AssignForm(VersionedForm):
    """Who answers, and by when."""

    def __init__(self, *args: Any, viewer: Viewer, row: Undertaking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"] = _offices(viewer, _("no office yet"), kept=row)
        self.fields["due_on"] = _due()


class SeveralForm(forms.Form):
    """Who answers for several, and by when; what is empty stays as it is."""

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"] = _offices(viewer, _("as it is"))
        self.fields["due_on"] = _due()


class SummaryForm(VersionedForm):
    """The title of an undertaking."""

    summary = forms.CharField(label=gettext_lazy("In one sentence"), max_length=SUMMARY_LENGTH)


class DecideForm(VersionedForm):
    """Adopted or not, and why."""

    adoption = forms.ChoiceField(
        label=gettext_lazy("Is it adopted?"), choices=DECISIONS, widget=forms.RadioSelect
    )
    reason = _Area(
        label=gettext_lazy("Why, or why not"),
        required=False,
        help_text=gettext_lazy("Needed unless it is wholly adopted. It is shown to who asked."),
    )


class DraftForm(VersionedForm):
    """The answer, to be confirmed by somebody else."""

    text = _Area(label=gettext_lazy("Answer of the city"))


class ConfirmForm(VersionedForm):
    """The drafted answer, to be read; whether what was asked is adopted; by when it is carried out."""

    draft = _Area(label=gettext_lazy("Answer as drafted"), disabled=True)
    adoption = forms.ChoiceField(
        label=gettext_lazy("Is it adopted?"), choices=DECISIONS, widget=forms.RadioSelect
    )
    adoption_reason = _Area(
        label=gettext_lazy("Why, or why not"),
        required=False,
        help_text=gettext_lazy("Needed unless it is wholly adopted. It is shown to who asked."),
    )
    carry_out_by = DayField(label=gettext_lazy("To be carried out by"), required=False)


class ProgressForm(VersionedForm):
    """How far it has come."""

    text = _Area(label=gettext_lazy("How far it has come"))
    carry_out_by = DayField(label=gettext_lazy("To be carried out by"), required=False)
    is_public = forms.BooleanField(
        label=gettext_lazy("May stand on the public page"), required=False, initial=True
    )


class FinishForm(VersionedForm):
    """When it was done, and by what one can check that."""

    done_on = DayField(label=gettext_lazy("Done on"))
    evidence_text = _Area(
        label=gettext_lazy("By what one can check it"),
        help_text=gettext_lazy("A document, a place, a figure: what anybody can look up."),
    )
    evidence_url = forms.URLField(
        label=gettext_lazy("Address of the evidence"), required=False, max_length=500, assume_scheme="https"
    )


class ReasonForm(VersionedForm):
    """An act that needs nothing but its reason."""

    reason = _Area(label=gettext_lazy("Reason"))


class MomentInput(forms.DateTimeInput):
    """A day and a time as browsers offer them."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class PublishForm(VersionedForm):
    """From when everybody may see it."""

    visible_from = forms.DateTimeField(
        label=gettext_lazy("Not before"),
        required=False,
        widget=MomentInput(),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=gettext_lazy("Empty: at once."),
    )
