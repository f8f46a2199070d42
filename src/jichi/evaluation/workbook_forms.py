"""The upload of workbooks of sheets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jichi.figures.inquiries.forms import ManyFilesField


class ReturnedForm(forms.Form):
    """Workbooks that came back. What is ticked stands before the files, to survive a refused upload."""

    keep_draft = forms.BooleanField(
        label=_("Keep what has faults as the draft, so that nothing typed is lost"),
        required=False,
        help_text=_(
            "The draft of a sheet is replaced by what stands in the workbook; go on with it on its page."
        ),
    )
    replaces = forms.BooleanField(
        label=_(
            "Replace: let these workbooks count even where another answer came in after they were given out"
        ),
        required=False,
    )
    note = forms.CharField(label=_("Note for those who check"), max_length=300, required=False)
    files: Any = ManyFilesField(
        label=_("Workbooks"),
        help_text=_("One or several xlsx files, or a zip file with them; 20 MB together at most."),
    )

    def clean_files(self) -> list[Any]:
        """At least one file."""
        files: list[Any] = self.cleaned_data["files"]
        if not files:
            raise forms.ValidationError(self.fields["files"].error_messages["required"], code="required")
        return files
