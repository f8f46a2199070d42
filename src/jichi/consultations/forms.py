"""Forms of a consultation's staff pages. They ask; the services decide, and their objections come back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jichi.city.access import Viewer
from jichi.city.forms import day_field
from jichi.city.queries import departments_for
from jichi.directory.queries import places_for
from jichi.plan.queries import documents_for
from jichi.plan.queries.nodes import nodes_for
from jichi.ui.content import translated
from jichi.ui.languages import LANGUAGE_INFO

from .enums import Audience, ConsultationKind, OpinionsShown, PostRule, VersionKind
from .models import Consultation

FACTS = (
    "title",
    "kind",
    "summary",
    "notice",
    "legal_basis",
    "contact_line",
    "first_day",
    "last_day",
    "short_reason",
    "post_rule",
    "opinions_shown",
    "address",
    "fax",
    "email",
    "telephone",
    "result_planned",
)
LANGUAGES = ("ja-simple", "en")
"""Languages of the site in which notice and title are asked for beside Japanese."""


class Named(forms.ModelChoiceField):
    """A choice among rows by their name in the reader's language."""

    def label_from_instance(self, row: Any) -> str:
        """The row's name."""
        return str(translated(row, "name"))


def with_commas(text: str) -> list[str]:
    """What was typed one after another, with commas of any kind between."""
    plain = text.translate(str.maketrans("０１２３４５６７８９，、－", "0123456789,,-"))
    return [one.strip() for one in plain.split(",") if one.strip()]


def area(rows: int = 4, **kwargs: Any) -> forms.CharField:
    """A text of some sentences."""
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class SeenForm(forms.Form):
    """A form that knows which state of the row was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class FactsForm(SeenForm):
    """What is put before the public, for how long, and where one can answer."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=ConsultationKind.choices)
    document = Named(label=gettext_lazy("Policy document of the plan"), queryset=None, required=False)
    nodes = forms.CharField(
        label=gettext_lazy("Parts of the plan it belongs to"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Their codes, with commas; each of their pages shows this consultation."),
    )
    legal_basis = forms.CharField(label=gettext_lazy("Legal basis"), max_length=300, required=False)
    summary = area(label=gettext_lazy("In two or three sentences"), required=False)
    notice = area(8, label=gettext_lazy("Notice"), required=False)
    first_day = day_field(
        label=gettext_lazy("First day"),
        required=False,
        help_text=gettext_lazy("The day of publication counts."),
    )
    last_day = day_field(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("It ends at midnight of this day."),
    )
    short_reason = area(
        label=gettext_lazy("If the period is shorter than the rule: why"),
        required=False,
        help_text=gettext_lazy("Is published with the draft."),
    )
    post_rule = forms.ChoiceField(label=gettext_lazy("A letter"), choices=PostRule.choices)
    opinions_shown = forms.ChoiceField(
        label=gettext_lazy("What others said is shown"), choices=OpinionsShown.choices
    )
    questions = area(
        label=gettext_lazy("Questions put to readers"),
        required=False,
        help_text=gettext_lazy("One on each line; none is needed."),
    )
    contact_line = forms.CharField(label=gettext_lazy("Office to ask"), max_length=300, required=False)
    address = area(2, label=gettext_lazy("Address for letters"), required=False)
    fax = forms.CharField(label=gettext_lazy("Fax"), max_length=40, required=False)
    email = forms.CharField(label=gettext_lazy("Mail address"), max_length=200, required=False)
    telephone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    result_planned = forms.CharField(
        label=gettext_lazy("When the result is expected"), max_length=100, required=False
    )

    def __init__(self, *args: Any, viewer: Viewer, row: Consultation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.fields["document"].queryset = documents_for(viewer)  # type: ignore[attr-defined]
        for language in LANGUAGES:
            name = str(LANGUAGE_INFO[language]["name_local"])
            self.fields[f"title_{language}"] = forms.CharField(
                label=_("Title (%(language)s)") % {"language": name}, max_length=200, required=False
            )
            self.fields[f"notice_{language}"] = area(
                label=_("Notice (%(language)s)") % {"language": name}, required=False
            )
        if row is None:
            self.fields["department_id"] = Named(
                label=_("Office that runs it"), queryset=departments_for(viewer, on=timezone.localdate())
            )

    @classmethod
    def start(cls, row: Consultation) -> dict[str, Any]:
        """What the form starts from."""
        found: dict[str, Any] = {name: getattr(row, name) for name in FACTS}
        found |= {"version": row.version, "document": row.document_id}
        found["questions"] = "\n".join(one["text"] for one in row.questions)
        found["nodes"] = ", ".join(row.nodes.order_by("code").values_list("code", flat=True))
        for language in LANGUAGES:
            told = row.translations.get(language) or {}
            found |= {f"{name}_{language}": told.get(name, "") for name in ("title", "notice")}
        return found

    def clean_nodes(self) -> list[int]:
        """The parts of the newest plan that have these codes. Raises ValidationError for an unknown one."""
        wanted = list(dict.fromkeys(with_commas(self.cleaned_data["nodes"])))
        known = dict(
            nodes_for(self.viewer).filter(code__in=wanted).order_by("plan_id").values_list("code", "pk")
        )
        if absent := [one for one in wanted if one not in known]:
            raise forms.ValidationError(
                _("The plan has no part “%(code)s”."), params={"code": absent[0][:40]}
            )
        return [known[one] for one in wanted]

    def facts(self, row: Consultation | None = None) -> dict[str, Any]:
        """The arguments of the service."""
        data = self.cleaned_data
        found: dict[str, Any] = {name: data[name] for name in FACTS}
        found["document_id"] = data["document"].pk if data["document"] is not None else None
        if row is None or row.published_at is None:
            found["node_ids"] = data["nodes"]
        known = {one["text"]: one for one in (row.questions if row is not None else [])}
        lines = [line.strip() for line in data["questions"].splitlines() if line.strip()]
        found["questions"] = [
            known.get(line) or {"key": f"q{at}", "text": line} for at, line in enumerate(lines, 1)
        ]
        told = {
            language: dict((row.translations if row else {}).get(language) or {}) for language in LANGUAGES
        }
        for language, texts in told.items():
            texts |= {name: data[f"{name}_{language}"] for name in ("title", "notice")}
        kept = {key: value for key, value in (row.translations if row else {}).items() if key not in told}
        found["translations"] = kept | told
        return found


class TextForm(forms.Form):
    """A text of the consultation, as a file."""

    file = forms.FileField(
        label=gettext_lazy("File (docx, Markdown or text)"),
        help_text=gettext_lazy(
            "Headings, articles and items are recognised; each paragraph gets an anchor that stays."
        ),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=VersionKind.choices)
    audience = forms.ChoiceField(label=gettext_lazy("For whom"), choices=Audience.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, str(info["name_local"])) for code, info in LANGUAGE_INFO.items()]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]


class PaperForm(forms.Form):
    """A document to add."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    file = forms.FileField(label=gettext_lazy("File"))


class PlacesForm(forms.Form):
    """Where the documents lie on paper; a place that is chosen has a note of its own."""

    def __init__(self, *args: Any, viewer: Viewer, notes: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {one.pk: str(translated(one, "name")) for one in places_for(viewer)}
        self.fields["places"] = forms.MultipleChoiceField(
            label=_("Places"),
            choices=[(str(pk), name) for pk, name in names.items()],
            required=False,
            widget=forms.CheckboxSelectMultiple,
            initial=[str(pk) for pk in notes],
            help_text=_("A place that you tick can be given a note once this is kept."),
        )
        for pk, note in notes.items():
            label = _("Note for readers: %(place)s") % {"place": names.get(pk, "")}
            self.fields[f"note_{pk}"] = forms.CharField(
                label=label, max_length=200, required=False, initial=note
            )

    def chosen(self) -> list[tuple[int, str]]:
        """The places with their notes, as the service wants them."""
        return [(int(one), self.cleaned_data.get(f"note_{one}", "")) for one in self.cleaned_data["places"]]


class ReasonForm(SeenForm):
    """An act that wants its reason, which is published."""

    reason = area(label=gettext_lazy("Reason"), help_text=gettext_lazy("Is published."))


class ExemptForm(ReasonForm):
    """Why the procedure is not held."""

    ground = forms.CharField(label=gettext_lazy("Ground in the ordinance"), max_length=300)


class ExtendForm(SeenForm):
    """A later last day."""

    last_day = day_field(label=gettext_lazy("Last day"))


class PutUpForm(SeenForm):
    """The route on which it is approved."""

    route_key = forms.ChoiceField(label=gettext_lazy("Route of approval"))

    def __init__(self, *args: Any, routes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["route_key"].choices = routes  # type: ignore[attr-defined]
