"""Forms of this room's pages. They ask; the services decide, and their objections come back into the form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from jichi.city.forms import day_field
from jichi.city.uploads import CSV, JSON, SniffedFileField

from .models import ApprovalFile


class SeenForm(forms.Form):
    """The version that was looked at; the button is the answer."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PassForm(SeenForm):
    """Agreeing in a step, in one's own role."""

    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands in the approval and in its packet, without your name."),
    )


class BehalfForm(PassForm):
    """Agreeing on behalf of another role."""

    behalf_reason = forms.CharField(
        label=_("Why you act on behalf"),
        max_length=300,
        help_text=_("For example: away on duty, ill. It stays on record."),
    )
    field_order = ("version", "behalf_reason", "comment")


class SendBackForm(SeenForm):
    """What has to be mended."""

    reason = forms.CharField(
        label=_("What has to be mended"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class SendBackOnBehalfForm(SendBackForm):
    """What has to be mended, said on behalf of another role."""

    behalf_reason = forms.CharField(
        label=_("Why you act on behalf"),
        max_length=300,
        help_text=_("For example: away on duty, ill. It stays on record."),
    )


class WithdrawForm(SeenForm):
    """Why it is taken back."""

    reason = forms.CharField(
        label=_("Why it is withdrawn"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RegisterForm(forms.Form):
    """What the document system gave."""

    number = forms.CharField(label=_("Document number"), max_length=80)
    date = day_field(label=_("Date of the document"))


class FilesInput(forms.ClearableFileInput):
    """A file control that takes one or several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """None, one or several files."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", FilesInput())
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files, each checked as one is."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in files]


class ResubmitForm(SeenForm):
    """Putting it up again. What is typed stands before the files, to survive a refused upload."""

    note = forms.CharField(
        label=_("What was mended"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    summary = forms.CharField(
        label=_("Summary"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    keep = forms.TypedMultipleChoiceField(
        label=_("Files that stay"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A new file with the same name takes the place of the old one."),
    )
    files: Any = FilesField(
        label=_("New files"), required=False, help_text=_("One or several; 20 MB together at most.")
    )

    def __init__(self, *args: Any, present: Iterable[ApprovalFile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.pk, f"{row.name} ({filesizeformat(row.size)})") for row in present]
        self.fields["keep"].choices = choices  # type: ignore[attr-defined]
        self.fields["keep"].initial = [pk for pk, _title in choices]
        if not choices:
            del self.fields["keep"]


class NumbersForm(forms.Form):
    """A file of document numbers."""

    file = SniffedFileField(
        label=_("File with the numbers"),
        kinds=(CSV, JSON),
        help_text=_("CSV (UTF-8 or Shift_JIS) with the columns id, number and date, or JSON."),
    )
