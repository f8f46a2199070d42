"""Forms of the staff's pages of voices. They ask; the services decide, and their objections come back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jichi.city import attachments as files
from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.forms import day_field
from jichi.city.queries import departments_for
from jichi.ui.content import translated
from jichi.ui.languages import LANGUAGE_INFO

from . import queries
from .enums import Channel, EffectKind, EndKind, How
from .models import Voice

LONGEST = 100_000
MOST_FILES = 10


class Named(forms.ModelChoiceField):
    """A choice among rows by their name in the reader's language."""

    def label_from_instance(self, row: Any) -> str:
        """The row's name."""
        return str(translated(row, "name"))


def area(rows: int = 5, **kwargs: Any) -> forms.CharField:
    """A text of some sentences, kept as it was typed."""
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), strip=False, **kwargs)


def languages() -> list[tuple[str, str]]:
    """The languages in which somebody may speak to the city."""
    return [(code, str(info["name_local"])) for code, info in LANGUAGE_INFO.items()]


class SeenForm(forms.Form):
    """A form that knows which state of the row was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReasonForm(SeenForm):
    """An act that wants its reason."""

    reason = area(label=gettext_lazy("Reason"))


class PassOnForm(ReasonForm):
    """To which office it goes."""

    field_order = ("version", "department_id", "reason")

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department_id"] = Named(
            label=_("Office that takes it over"),
            queryset=departments_for(viewer, on=timezone.localdate()),
            empty_label=_("Choose an office"),
        )
        self.order_fields(self.field_order)


class NoteForm(forms.Form):
    """A note of the staff."""

    text = area(label=gettext_lazy("Note"), help_text=gettext_lazy("Stays with the staff."))


class DueForm(ReasonForm):
    """Another day for the reply."""

    due_on = day_field(label=gettext_lazy("Reply by"))
    field_order = ("version", "due_on", "reason")


class EndForm(SeenForm):
    """How it ends, otherwise than by a reply that is sent from here."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How it ends"),
        widget=forms.RadioSelect,
        choices=[
            (kind.value, kind.label)
            for kind in (
                EndKind.REPLIED,
                EndKind.NOTED,
                EndKind.CIRCULATED,
                EndKind.NOT_OURS,
                EndKind.REFERRED,
                EndKind.REFUSED,
                EndKind.WITHDRAWN,
            )
        ],
    )
    reason = area(
        label=gettext_lazy("Reason, or where it was sent"),
        required=False,
        help_text=gettext_lazy(
            "Needed where it is not the city's matter, was referred, refused, or replied to by word of mouth."
            " The sender sees the first three."
        ),
    )


class SealForm(SeenForm):
    """Sealing a disclosure."""

    is_urgent = forms.BooleanField(label=gettext_lazy("Somebody may be in danger now"), required=False)
    sure = forms.BooleanField(
        label=gettext_lazy(
            "Seal it. I know that nobody can open it here afterwards, and that it cannot be undone."
        )
    )


class ReplyForm(SeenForm):
    """The text of a reply."""

    text = area(14, label=gettext_lazy("Text of the reply"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the reply"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages()  # type: ignore[attr-defined]


class PutUpForm(SeenForm):
    """The route on which a reply is approved."""

    route_key = forms.ChoiceField(label=gettext_lazy("Route of approval"))

    def __init__(self, *args: Any, routes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["route_key"].choices = routes  # type: ignore[attr-defined]


class EffectForm(forms.Form):
    """What a voice changed."""

    kind = forms.ChoiceField(label=gettext_lazy("What came of it"), choices=EffectKind.choices)
    text = area(label=gettext_lazy("In a sentence or two"))
    about = forms.CharField(label=gettext_lazy("Where it shows"), max_length=200, required=False)
    url = forms.CharField(
        label=gettext_lazy("Address where one can see it"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Begins with / or https://"),
    )


class TemplateForm(SeenForm):
    """A text the office replies with often."""

    title = forms.CharField(label=gettext_lazy("Name of the template"), max_length=120)
    text = area(10, label=gettext_lazy("Text"))
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    is_gone = forms.BooleanField(
        label=gettext_lazy("Put it away; it is not offered any more"), required=False
    )

    def __init__(self, *args: Any, viewer: Viewer, owned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages()  # type: ignore[attr-defined]
        if not owned:
            self.fields["department_id"] = Named(
                label=_("Office"), queryset=departments_for(viewer, on=timezone.localdate())
            )


class TranslateForm(SeenForm):
    """A translation and how it was made."""

    text = area(12, label=gettext_lazy("Translation"))
    how = forms.ChoiceField(label=gettext_lazy("How it was made"), choices=How.choices)


class LookUpForm(forms.Form):
    """An exact mail address or telephone number."""

    contact = forms.CharField(
        label=gettext_lazy("Mail address or telephone number"),
        max_length=254,
        help_text=gettext_lazy(
            "The whole of it. That you looked is kept in the audit trail, not what you typed."
        ),
    )


class DeskChoice(forms.ModelChoiceField):
    """A choice among desks by their title."""

    def label_from_instance(self, row: Any) -> str:
        """The desk's title and what it takes in."""
        return f"{translated(row, 'title')} · {row.get_purpose_display()}"


class ManyFiles(forms.ClearableFileInput):
    """A control for several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked as what it says it is."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files as attachments."""
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        if len(sent) > MOST_FILES:
            raise forms.ValidationError(_("At most %(most)d files.") % {"most": MOST_FILES})
        try:
            return [files.checked(one) for one in sent]
        except Invalid as error:
            raise forms.ValidationError(error.messages.get("file", [])) from error


class EntryForm(forms.Form):
    """What somebody said on paper, by telephone or at the counter, typed in in the order of the paper."""

    desk: forms.ModelChoiceField = DeskChoice(label=gettext_lazy("Said to"), queryset=None)
    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"), choices=[one for one in Channel.choices if one[0] != Channel.WEB]
    )
    received_on = day_field(label=gettext_lazy("Day on which it reached the city"))
    postmarked_on = day_field(
        label=gettext_lazy("Day of the postmark, of a letter"),
        required=False,
        help_text=gettext_lazy("Needed where it arrived after the last day and the postmark counts."),
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, required=False)
    text = area(8, label=gettext_lazy("What was said"), max_length=LONGEST)
    scans = FilesField(
        label=gettext_lazy("Scan of the paper, or files that came with it"),
        required=False,
        help_text=gettext_lazy("PDF, picture, Word, Excel or text."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    address = forms.CharField(label=gettext_lazy("Postal address"), max_length=300, required=False)
    postal_code = forms.CharField(label=gettext_lazy("Postal code"), max_length=12, required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    email = forms.CharField(label=gettext_lazy("Mail address"), max_length=254, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of the voice"))
    may_publish = forms.BooleanField(
        label=gettext_lazy("The text may be shown with names masked"), required=False, initial=True
    )
    wants_reply = forms.BooleanField(label=gettext_lazy("Wants a reply"), required=False)
    intake_key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    late_reason = forms.CharField(
        label=gettext_lazy("If it came after the last day: why"), max_length=300, required=False
    )

    CONTACT = ("name", "address", "postal_code", "phone", "email")

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].queryset = queries.desks_for(viewer)  # type: ignore[attr-defined]
        self.fields["language"].choices = languages()  # type: ignore[attr-defined]
        first = "text" if self.initial.get("desk") else "desk"
        self.fields[first].widget.attrs["autofocus"] = True

    def contact(self) -> dict[str, str] | None:
        """The contact fields that were filled in; None where none was."""
        found = {name: self.cleaned_data[name] for name in self.CONTACT if self.cleaned_data[name].strip()}
        return found or None


class FileForm(forms.Form):
    """A table of voices, or mails, for a desk."""

    desk: forms.ModelChoiceField = DeskChoice(label=gettext_lazy("Said to"), queryset=None)
    channel = forms.ChoiceField(
        label=gettext_lazy("How they came"),
        required=False,
        choices=[("", gettext_lazy("as each row says")), *Channel.choices],
    )
    file = forms.FileField(
        label=gettext_lazy("File (CSV or xlsx)"),
        help_text=gettext_lazy("The same file twice takes nothing in twice."),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].queryset = queries.desks_for(viewer)  # type: ignore[attr-defined]


def seen(voice: Voice) -> dict[str, Any]:
    """What a form on a voice starts from."""
    return {"version": voice.version}
