"""The form of any row of a plan, made from what the services allow to be edited."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core import signing
from django.db import models
from django.utils.translation import gettext_lazy as _

from jichi.plan.services.edits import EDITABLE, version_of
from jichi.plan.services.facts import as_json
from jichi.plan.staff.labels import FACTS

from .fields import DayField, FiscalYearField, NumberField

YEARS = frozenset({"fiscal_year", "first_year", "last_year"})
LONG = frozenset({"scope_note", "name", "title", "text", "printed"})
Choices = Sequence[tuple[Any, Any]]
SALT = "jichi.plan.staff.seen"


def field_for(model: type[models.Model], name: str, choices: Choices | None = None) -> forms.Field:
    """A form field for one fact of a row. Relations need their ``choices``."""
    column = model._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
    required = not getattr(column, "blank", False) and not isinstance(column, models.BooleanField)
    options: dict[str, Any] = {"label": FACTS.get(name, name), "required": required}
    if column.is_relation:
        options["choices"] = [*([] if required else [("", "—")]), *(choices or [])]
        return forms.TypedChoiceField(coerce=int, empty_value=None, **options)
    if found := getattr(column, "choices", None):
        return forms.ChoiceField(choices=list(found), **options)
    if isinstance(column, models.BooleanField):
        return forms.BooleanField(label=options["label"], required=False)
    if name in YEARS:
        return FiscalYearField(**options)
    if isinstance(column, models.DateField):
        return DayField(**options)
    if isinstance(column, models.DecimalField):
        return NumberField(**options)
    if isinstance(column, models.IntegerField):
        return forms.IntegerField(min_value=0, max_value=32000, **options)
    if isinstance(column, models.TextField):
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), **options)
    if name == "as_of":
        options["help_text"] = _("A month or a day: 2022-02 or 2022-02-01.")
    widget = forms.Textarea(attrs={"rows": 2}) if (column.max_length or 0) >= 200 else forms.TextInput()  # type: ignore[union-attr]
    return forms.CharField(max_length=column.max_length, widget=widget, **options)  # type: ignore[union-attr]


class RefusableForm(forms.Form):
    """A form that can show what a service said against its fields."""

    def refuse(self, messages: Mapping[str, Iterable[str]]) -> None:
        """Put the service's sentences beside their fields."""
        for name, texts in messages.items():
            field = name if name in self.fields else f"{name}_id" if f"{name}_id" in self.fields else None
            for text in texts:
                self.add_error(field, text)


class ReasonForm(RefusableForm):
    """Why something is done, where only that is asked."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Kept in the history.")
    )

    def __init__(self, *args: Any, required: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required


class RowForm(RefusableForm):
    """Editable facts of one row, with the version the editor saw and the facts as they were then.

    ``seen`` carries those facts, signed, so that after a conflict only what both changed has to be decided.
    """

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        row: models.Model,
        *args: Any,
        choices: Mapping[str, Choices] | None = None,
        leave_out: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        self.row = row
        self.names = [name for name in EDITABLE[type(row)] if name not in set(leave_out)]
        facts = {name: getattr(row, name) for name in self.names}
        kwargs["initial"] = {
            **facts,
            "version": version_of(row),
            "seen": signing.dumps({name: as_json(value) for name, value in facts.items()}, salt=SALT),
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        for name in self.names:
            self.fields[name] = field_for(type(row), name, (choices or {}).get(name))
        self.fields["reason"] = ReasonForm.base_fields["reason"]

    def changes(self) -> dict[str, Any]:
        """The facts as typed, ready for the service."""
        return {name: self.cleaned_data[name] for name in self.names}

    def seen_facts(self) -> dict[str, Any]:
        """The facts the editor saw; the present ones where the form was tampered with."""
        try:
            found: dict[str, Any] = signing.loads(self.data.get("seen", ""), salt=SALT)
        except signing.BadSignature:
            return {name: as_json(getattr(self.row, name)) for name in self.names}
        return found


class NewRowForm(RefusableForm):
    """The facts of a row that is to be added; what its place already says is not asked again."""

    def __init__(
        self,
        model: type[models.Model],
        names: Iterable[str],
        *args: Any,
        choices: Mapping[str, Choices] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = list(names)
        for name in self.names:
            self.fields[name] = field_for(model, name, (choices or {}).get(name))
        self.fields["reason"] = ReasonForm.base_fields["reason"]

    def facts(self) -> dict[str, Any]:
        """The facts as typed; what was left empty keeps the model's default."""
        return {name: value for name in self.names if (value := self.cleaned_data[name]) is not None}


class TranslationForm(RefusableForm):
    """A row's texts in one language, beside the words of the source."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, row: models.Model, names: Iterable[str], language: str, *args: Any, **kwargs: Any
    ) -> None:
        found: Mapping[str, str] = (getattr(row, "translations", None) or {}).get(language, {})
        self.names = [name for name in names if getattr(row, name)]
        kwargs["initial"] = {**{name: found.get(name, "") for name in self.names}, "version": version_of(row)}
        super().__init__(*args, **kwargs)
        for name in self.names:
            text = str(getattr(row, name))
            self.fields[name] = forms.CharField(
                label=str(FACTS.get(name, name)),
                help_text=text,
                required=False,
                widget=forms.Textarea(
                    attrs={"rows": 2 if len(text) < 120 else 5, "lang": language.split("-")[0]}
                ),
            )
        self.fields["reason"] = ReasonForm.base_fields["reason"]

    def texts(self) -> dict[str, str]:
        """The translations as typed."""
        return {name: self.cleaned_data[name] for name in self.names}


def day_or_none(text: str) -> datetime.date | None:
    """A day out of an address, or None where it is none."""
    try:
        return DayField(required=False).clean(text)  # type: ignore[no-any-return]
    except forms.ValidationError:
        return None
