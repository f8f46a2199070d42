"""Forms of this room's pages. They ask; the services decide, and their objections come back into the form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import registry
from .errors import Invalid
from .models import Department
from .queries.trail import TrailFilter
from .services.grants import GRANTABLE
from .words import ROLE_TITLES


class DateInput(forms.DateInput):
    """A date field as browsers offer it, with the value in the form they expect."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def day_field(**kwargs: Any) -> forms.DateField:
    """A day, as ISO date, whatever the reader's language."""
    return forms.DateField(widget=DateInput(), input_formats=["%Y-%m-%d"], **kwargs)


def take_objections(form: forms.Form, error: Invalid) -> None:
    """Put a service's objections at the fields they concern; the rest stands above the form."""
    for name, texts in error.messages.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)


class PersonForm(forms.Form):
    """Somebody to be entered."""

    name = forms.CharField(label=_("Name"), max_length=100)


class AccountForm(forms.Form):
    """The address of a new account."""

    email = forms.EmailField(
        label=_("Mail address for sign-in"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )


class GrantForm(forms.Form):
    """A role, what for, and from when to when."""

    role = forms.ChoiceField(label=pgettext_lazy("of a person", "Role"))
    department: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Department"),
        queryset=None,
        required=False,
        empty_label=_("the whole city"),
        help_text=_("An officer's or head's role belongs to a department and reaches those below it."),
    )
    object_type = forms.CharField(
        label=_("Kind of object"),
        required=False,
        max_length=60,
        help_text=_("Only for a role of one object."),
    )
    object_id = forms.CharField(label=_("Number of the object"), required=False, max_length=60)
    valid_from = day_field(label=_("First day"))
    valid_to = day_field(label=_("Last day"), required=False, help_text=_("Empty: until further notice."))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles: list[tuple[str, Any]] = [(role.value, ROLE_TITLES[role]) for role in GRANTABLE]
        self.fields["role"].choices = [("", _("Choose a role")), *roles]  # type: ignore[attr-defined]
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = timezone.localdate()


class EndGrantForm(forms.Form):
    """The last day of a role, with the last day its editor saw."""

    last_day = day_field(label=_("Last day"), help_text=_("The role holds until the end of this day."))
    seen_last_day = forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)


class WithdrawGrantForm(forms.Form):
    """Why a role is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button is the answer."""


class PasswordForm(forms.Form):
    """A first password, typed twice."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A sentence is easier to remember than signs."),
    )
    again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both entries must be the same."""
        cleaned = super().clean() or {}
        if cleaned.get("password") != cleaned.get("again"):
            self.add_error("again", _("The two entries differ."))
        return cleaned


class ReorganiseForm(forms.Form):
    """The end of a department and what follows it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = day_field(
        label=_("First day of the successors"), help_text=_("The department exists until the day before.")
    )
    successors: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        label=_("Departments that exist already and take over"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    key = forms.SlugField(
        label=_("Key of a new department"),
        required=False,
        max_length=60,
        help_text=_("Latin letters, digits and hyphens; it stays for ever."),
    )
    name = forms.CharField(label=_("Name of the new department"), required=False, max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    second_key = forms.SlugField(label=_("Key of a second new department"), required=False, max_length=60)
    second_name = forms.CharField(
        label=_("Name of the second new department"), required=False, max_length=120
    )
    source_note = forms.CharField(label=_("Source of the change"), required=False, max_length=300)

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successors"].queryset = departments  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("as before")), *KIND_TITLES]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A new department needs both key and name."""
        cleaned = super().clean() or {}
        for key, name in (("key", "name"), ("second_key", "second_name")):
            if bool(cleaned.get(key)) != bool(cleaned.get(name)) and not self.errors.get(key):
                self.add_error(key, _("Give both the key and the name of the new department."))
        return cleaned


KIND_TITLES = [
    (Department.Kind.BUREAU.value, _("Bureau")),
    (Department.Kind.DIVISION.value, _("Division")),
    (Department.Kind.SECTION.value, _("Section")),
    (Department.Kind.WARD_OFFICE.value, _("Ward office")),
    (Department.Kind.OTHER.value, _("Other office")),
]


class TrailForm(forms.Form):
    """Which entries of the trail are asked for."""

    first_day = day_field(label=_("From"), required=False)
    last_day = day_field(label=_("Until"), required=False)
    act = forms.ChoiceField(label=_("Act"), required=False)
    object_type = forms.CharField(label=_("Kind of object"), required=False, max_length=60)
    object_id = forms.CharField(label=_("Number of the object"), required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = [(action.key, action.key) for action in registry.actions()]
        self.fields["act"].choices = [("", _("every act")), *acts]  # type: ignore[attr-defined]

    def as_filter(self) -> TrailFilter:
        """What was asked for; fields that are wrong are left out and their errors shown."""
        given = self.cleaned_data if self.is_bound and (self.is_valid() or self.cleaned_data) else {}
        return TrailFilter(**{name: value for name, value in given.items() if value})
