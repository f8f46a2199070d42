"""The form of a figure's place in a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jichi.figures.models import Counting, Quantity, TableTarget
from jichi.figures.queries.bindings import subject_key
from jichi.figures.statistics.names import subject_name
from jichi.figures.statistics.places import DAY
from jichi.plan.models import ProjectFigure, Series
from jichi.plan.staff.forms.fields import NumberField


class TargetForm(forms.Form):
    """Where in the table a figure stands: names and columns are those found in the last file."""

    subject = forms.ChoiceField(label=_("Figure"))
    column = forms.ChoiceField(label=_("Column"))
    day = forms.RegexField(
        r"\d\d-\d\d",
        label=_("Day of the year"),
        required=False,
        help_text=_("Month-day, for example 03-31, where the table has several days of one year."),
    )
    factor = NumberField(
        label=_("Multiply by"),
        required=False,
        help_text=_("For example 100 where the table says 0.594. Empty: 1."),
    )
    decimals = forms.IntegerField(label=_("Digits after the point"), min_value=0, max_value=6, required=False)
    definition = forms.CharField(
        label=_("Version of the definition"),
        max_length=40,
        required=False,
        help_text=_("Two ways of counting are two definitions: both are kept, no line joins them. Empty: 1."),
    )
    quantity = forms.ChoiceField(
        label=_("Kind of quantity"), choices=[("", "—"), *Quantity.choices], required=False
    )
    counting = forms.ChoiceField(
        label=_("Way of counting"), choices=[("", "—"), *Counting.choices], required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        subjects: Iterable[Series | ProjectFigure],
        names: Mapping[str, Sequence[str]],
        columns: Sequence[str],
        bound: Iterable[tuple[str, int]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        self.subjects = {":".join(map(str, subject_key(one))): one for one in subjects}
        self.names = list(names)
        super().__init__(*args, **kwargs)
        ours = {":".join(map(str, key)) for key in bound}
        listed = [(key, subject_name(one)) for key, one in self.subjects.items()]
        choose: Any = self.fields["subject"]
        choose.choices = [
            ("", "—"),
            (gettext("Bound to this table"), [one for one in listed if one[0] in ours]),
            (gettext("Bound to another source, or to none"), [one for one in listed if one[0] not in ours]),
        ]
        column: Any = self.fields["column"]
        column.choices = [("", "—"), *((one, one) for one in columns)]
        for place, (name, members) in enumerate(names.items()):
            self.fields[f"name_{place}"] = forms.ChoiceField(
                label=name,
                choices=[("", gettext("any row")), *((one, one) for one in members)],
                required=False,
            )

    @property
    def name_fields(self) -> list[Any]:
        """The fields of the row's names."""
        return [self[f"name_{place}"] for place in range(len(self.names))]

    def clean(self) -> dict[str, Any]:
        """At least one name says which row."""
        data = super().clean() or {}
        if self.names and not any(data.get(f"name_{place}") for place in range(len(self.names))):
            self.add_error("name_0", gettext("Choose at least one name, or the figure could be any row."))
        return data

    def facts(self) -> dict[str, Any]:
        """The facts for the service."""
        data = self.cleaned_data
        subject = self.subjects[data["subject"]]
        select = {
            name: data[f"name_{place}"] for place, name in enumerate(self.names) if data[f"name_{place}"]
        }
        if data["day"]:
            select[DAY] = data["day"]
        return {
            "series": subject if isinstance(subject, Series) else None,
            "figure": subject if isinstance(subject, ProjectFigure) else None,
            "select": select,
            "column": data["column"],
            "factor": data["factor"] if data["factor"] is not None else Decimal(1),
            "decimals": data["decimals"] or 0,
            "definition": data["definition"] or "1",
            "quantity": data["quantity"],
            "counting": data["counting"],
        }


def target_initial(target: TableTarget, names: Sequence[str]) -> dict[str, Any]:
    """What the form shows of a figure's place."""
    subject = target.series or target.project_figure
    assert subject is not None
    return {
        "subject": ":".join(map(str, subject_key(subject))),
        "column": target.column,
        "day": target.select.get(DAY, ""),
        "factor": target.factor,
        "decimals": target.decimals,
        "definition": target.definition,
        "quantity": target.quantity,
        "counting": target.counting,
        **{f"name_{place}": target.select.get(name, "") for place, name in enumerate(names)},
    }
