"""Forms of the directory's staff pages. They ask; the services decide, and their objections come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jichi.city.access import Viewer
from jichi.city.forms import day_field
from jichi.city.queries import wards
from jichi.ui.content import translated

from .models import Body, Entry, Organisation, Place
from .queries import departments_to_choose, organisations_for
from .services import BODY_EDIT, PLACE_EDIT, TRANSLATED
from .words import ACCESS, FIELDS, KINDS

BASE = "ja"
_YES_NO = {"yes": True, "no": False, "": None}
_LENGTHS = {"address": 300, "hours": 300, "legal_basis": 300, "term": 200, "name": 200, "source_note": 300}


class NamedChoice(forms.ModelChoiceField):
    """A choice among rows by their name in the reader's language."""

    def label_from_instance(self, row: Any) -> str:
        """The row's name."""
        return str(translated(row, "name"))


def _has(name: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=FIELDS[name],
        required=False,
        choices=[
            ("", gettext_lazy("not known")),
            ("yes", gettext_lazy("available")),
            ("no", gettext_lazy("not available")),
        ],
        coerce=_YES_NO.__getitem__,
        empty_value=None,
    )


def _text(name: str, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=more.pop("label", FIELDS[name]), required=False, max_length=_LENGTHS[name], **more
    )


def _named(name: str, rows: QuerySet[Any], empty: Any, **more: Any) -> NamedChoice:
    return NamedChoice(label=FIELDS[name], queryset=rows, empty_label=empty, **{"required": False, **more})


class EntryForm(forms.Form):
    """What organisations, places and bodies share. ``row`` None: a new one, whose key is asked for."""

    model: type[Entry]
    # The facts after name and kind, in the order of the page.
    own: tuple[str, ...] = ()

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.SlugField(
        label=FIELDS["key"],
        max_length=60,
        help_text=gettext_lazy(
            "Latin letters, digits and hyphens. It stands in addresses and never changes."
        ),
    )
    name = forms.CharField(label=FIELDS["name"], max_length=200)
    kind = forms.ChoiceField(label=FIELDS["kind"])

    def __init__(self, data: Any, *, viewer: Viewer, row: Entry | None = None) -> None:
        self.viewer, self.row = viewer, row
        super().__init__(data, initial=self._facts() if row is not None else None)
        kinds = [(value, word) for value, word in KINDS[self.model].items()]
        self.fields["kind"].choices = [("", _("Choose a kind")), *kinds]  # type: ignore[attr-defined]
        if row is not None:
            del self.fields["key"]
        self.fields |= {name: self.make(name) for name in self.own}
        self.fields["url"] = forms.URLField(
            label=FIELDS["url"], required=False, max_length=500, assume_scheme="https"
        )
        self.fields["valid_from"] = day_field(
            label=FIELDS["valid_from"], required=False, help_text=_("Empty: not known.")
        )
        self.fields["valid_to"] = day_field(
            label=FIELDS["valid_to"], required=False, help_text=_("Empty: until further notice.")
        )
        self.fields["source_note"] = _text("source_note")
        for language, title in self._languages():
            for name in TRANSLATED[self.model.__name__]:
                label = _("%(field)s (%(language)s)") % {"field": FIELDS[name], "language": title}
                self.fields[f"{name}__{language}"] = _text(name, label=label)

    def make(self, name: str) -> forms.Field:
        """The field of one of :attr:`own`."""
        return _text(name)

    @staticmethod
    def _languages() -> list[tuple[str, str]]:
        return [(code, str(name)) for code, name in settings.LANGUAGES if code != BASE]

    def _facts(self) -> dict[str, Any]:
        row = self.row
        assert row is not None
        facts = {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}
        facts |= {name: {True: "yes", False: "no"}.get(facts[name], "") for name in ACCESS if name in facts}
        texts = {
            f"{name}__{language}": text
            for language, by_field in row.translations.items()
            for name, text in by_field.items()
        }
        return {**facts, **texts}

    def facts(self) -> dict[str, Any]:
        """The facts as the services take them."""
        found: dict[str, Any] = {}
        translations: dict[str, dict[str, str]] = {
            # Languages that this installation does not offer keep their texts.
            language: dict(texts)
            for language, texts in (self.row.translations if self.row is not None else {}).items()
            if language not in dict(settings.LANGUAGES)
        }
        for name, value in self.cleaned_data.items():
            if "__" in name:
                field, _sign, language = name.partition("__")
                if value:
                    translations.setdefault(language, {})[field] = value
            elif isinstance(self.fields[name], NamedChoice):
                found[f"{name}_id"] = value.pk if value is not None else None
            elif name not in {"version", "key"}:
                found[name] = value
        return {**found, "translations": translations}

    def groups(self) -> Iterator[Mapping[str, Any]]:
        """The fields as the page shows them: title, how, and the bound fields."""
        access = [name for name in self.fields if name in ACCESS]
        shared = ["valid_from", "valid_to", "source_note"]
        texts = [name for name in self.fields if "__" in name]
        apart = {*access, *shared, *texts, "version"}
        main = [name for name in self.fields if name not in apart]
        yield {"title": "", "fields": [self[name] for name in main]}
        if access:
            hint = _("“Not known” is an honest answer; it is shown as such.")
            yield {
                "title": _("What access it offers"),
                "hint": hint,
                "grid": True,
                "fields": [self[name] for name in access],
            }
        yield {"title": _("Dates and source"), "fields": [self[name] for name in shared]}
        if texts:
            yield {
                "title": _("In other languages"),
                "folded": not any(self[name].errors for name in texts),
                "fields": [self[name] for name in texts],
            }


class OrganisationForm(EntryForm):
    """An organisation."""

    model = Organisation
    own = ("corporate_number",)

    def make(self, name: str) -> forms.Field:
        """The corporate number, as it may be typed."""
        return forms.CharField(
            label=FIELDS[name],
            required=False,
            max_length=40,
            help_text=_("13 digits; the first is a check digit. Leave it empty where there is none."),
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )


class PlaceForm(EntryForm):
    """A place."""

    model = Place
    own = ("address", "ward", "operator", "department", "hours", *ACCESS)

    def make(self, name: str) -> forms.Field:
        """Choices of ward, operator and office; access; texts."""
        if name in ACCESS:
            return _has(name)
        if name == "ward":
            return _named(name, wards(), _("not known"))
        if name == "operator":
            return _named(name, self._operators(), _("The city itself, or not known"))
        if name == "department":
            return _department(self, PLACE_EDIT, required=False)
        return _text(name)

    def _operators(self) -> QuerySet[Organisation]:
        kept = self.row.operator_id if isinstance(self.row, Place) else None
        today = organisations_for(self.viewer, on=timezone.localdate())
        if kept is None:
            return today
        every = organisations_for(self.viewer)
        return every.filter(pk__in=[*today.values_list("pk", flat=True), kept])


class BodyForm(EntryForm):
    """A council, commission or meeting."""

    model = Body
    own = ("legal_basis", "department", "seats", "term")

    def make(self, name: str) -> forms.Field:
        """The office, the seats, texts."""
        if name == "department":
            return _department(self, BODY_EDIT, required=True)
        if name == "seats":
            return forms.IntegerField(
                label=FIELDS[name],
                required=False,
                min_value=1,
                max_value=32767,
                help_text=_("As its legal basis provides. Who the members are does not belong here."),
            )
        return _text(name)


def _department(form: EntryForm, key: str, *, required: bool) -> NamedChoice:
    """The offices of the viewer's reach. Who reaches only some must name one, or nobody there could edit."""
    reached = form.viewer.departments_for(key)
    kept = getattr(form.row, "department_id", None)
    rows = departments_to_choose(form.viewer, key, kept=kept)
    empty = _("Choose an office") if required or reached is not None else _("not known")
    return _named("department", rows, empty, required=required or reached is not None)


class CloseForm(forms.Form):
    """The last day of a row, with the version its editor saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    valid_to = day_field(
        label=FIELDS["valid_to"], help_text=gettext_lazy("It exists until the end of this day.")
    )
