"""Forms of measured values: one value with its evidence, or a table of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jichi.figures.models import Evidence, Observation, SourceKind
from jichi.figures.staff_queries import digits_of
from jichi.plan.staff.forms.fields import DayField, FiscalYearField, NumberField

NEW = ""
STATUSES = [
    (Observation.Status.FINAL.value, Observation.Status.FINAL.label),
    (Observation.Status.PROVISIONAL.value, Observation.Status.PROVISIONAL.label),
]
EVIDENCE = ("evidence", "title", "publisher", "url", "published_on", "locator")


class EvidenceForm(forms.Form):
    """Where values were taken from: evidence entered before, or a new document."""

    evidence = forms.ChoiceField(label=_("Evidence"), required=False)
    title = forms.CharField(label=_("Title of the document"), max_length=300, required=False)
    publisher = forms.CharField(label=_("Published by"), max_length=120, required=False)
    url = forms.URLField(label=_("Address on the web"), max_length=500, required=False, assume_scheme="https")
    published_on = DayField(label=_("Day of publication"), required=False)
    locator = forms.CharField(
        label=_("Page or table"), max_length=120, required=False, help_text=_("For example p. 12, table 3.")
    )

    def __init__(self, known: Iterable[Evidence], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["evidence"]
        field.choices = [(NEW, _("A new document (below)")), *((str(one.pk), _title(one)) for one in known)]

    def clean(self) -> dict[str, Any]:
        """No value without evidence: one that is known, or a title for a new one."""
        data = super().clean() or {}
        if not data.get("evidence") and not data.get("title") and "title" not in self.errors:
            self.add_error("title", _("Choose the evidence, or give the title of the document."))
        return data

    def evidence_facts(self) -> dict[str, Any]:
        """The facts of a new document, ready for the service and for JSON (days as text)."""
        day = self.cleaned_data["published_on"]
        facts = {name: self.cleaned_data[name] for name in ("title", "publisher", "url", "locator")}
        return {**facts, "published_on": day.isoformat() if day else None}


class ValueForm(EvidenceForm):
    """One measured value. ``standing`` says whether a value for the year is known and must be corrected."""

    fiscal_year = FiscalYearField(label=_("Fiscal year"))
    value = NumberField(
        label=_("Value"),
        required=False,
        help_text=_("Leave it empty if nothing was measured, and say why below."),
    )
    decimals = forms.IntegerField(
        label=_("Digits after the point"),
        min_value=0,
        max_value=6,
        required=False,
        help_text=_("Empty: as typed."),
    )
    as_of = DayField(label=_("As of"), required=False)
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES)
    source_kind = forms.ChoiceField(label=_("Kind of source"), choices=SourceKind.choices)
    coverage_seen = forms.IntegerField(label=_("Seen, of the whole"), min_value=0, required=False)
    coverage_whole = forms.IntegerField(label=_("The whole"), min_value=1, required=False)
    n = forms.IntegerField(label=_("Number of answers (n)"), min_value=0, required=False)
    interval_low = NumberField(label=_("95 % interval, lower end"), required=False)
    interval_high = NumberField(label=_("95 % interval, upper end"), required=False)
    definition = forms.CharField(
        label=_("Version of the definition"),
        max_length=40,
        required=False,
        help_text=_("Another version breaks the series: nothing is compared across it. Empty: 1."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=300,
        required=False,
        help_text=_("Required where a value for the year stands already. It stays, as an earlier revision."),
    )

    field_order = (
        "fiscal_year",
        "value",
        "decimals",
        "as_of",
        "status",
        "source_kind",
        *EVIDENCE,
        "coverage_seen",
        "coverage_whole",
        "n",
        "interval_low",
        "interval_high",
        "definition",
        "note",
        "reason",
    )

    def __init__(self, known: Iterable[Evidence], printed: int, *args: Any, **kwargs: Any) -> None:
        self.printed = printed
        super().__init__(known, *args, **kwargs)

    def _pair(self, first: str, second: str) -> tuple[Any, Any] | None:
        one, other = self.cleaned_data.get(first), self.cleaned_data.get(second)
        return None if one is None or other is None else (one, other)

    def clean(self) -> dict[str, Any]:
        """Two ends belong together."""
        data = super().clean()
        for first, second in (("coverage_seen", "coverage_whole"), ("interval_low", "interval_high")):
            if (data.get(first) is None) != (data.get(second) is None):
                missing = first if data.get(first) is None else second
                if missing not in self.errors:
                    self.add_error(missing, _("One of two values that belong together is missing."))
        return data

    def facts(self) -> dict[str, Any]:
        """The facts of the value, for :class:`jichi.figures.services.Value`."""
        data = self.cleaned_data
        digits = data["decimals"]
        return {
            "fiscal_year": data["fiscal_year"],
            "value": data["value"],
            "decimals": digits if digits is not None else max(digits_of(data["value"]), self.printed),
            "as_of": data["as_of"],
            "status": data["status"],
            "source_kind": data["source_kind"],
            "coverage": self._pair("coverage_seen", "coverage_whole"),
            "n": data["n"],
            "interval": self._pair("interval_low", "interval_high"),
            "definition": data["definition"] or "1",
            "note": data["note"],
            "reason": data["reason"],
        }

    def refuse(self, messages: Mapping[str, Iterable[str]]) -> None:
        """Put the service's sentences beside their fields."""
        places = {"coverage": "coverage_seen", "interval": "interval_low"}
        for name, texts in messages.items():
            field = places.get(name, name)
            for text in texts:
                self.add_error(field if field in self.fields else None, text)


class TableForm(EvidenceForm):
    """A table of values that share one evidence. The fields stand before the file, to survive a refused
    upload.
    """

    source_kind = forms.ChoiceField(label=_("Kind of source"), choices=SourceKind.choices)
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES)
    file = forms.FileField(
        label=_("File"),
        help_text=_("csv (UTF-8 or Shift_JIS) or xlsx, at most 5 MB, with the columns of the template."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.xlsx"}),
    )

    def options(self) -> dict[str, Any]:
        """What is kept beside the staged file."""
        data = self.cleaned_data
        return {
            "evidence": data["evidence"],
            "new_evidence": self.evidence_facts(),
            "source_kind": data["source_kind"],
            "status": data["status"],
        }


def _title(evidence: Evidence) -> str:
    day = f" ({evidence.published_on.isoformat()})" if evidence.published_on else ""
    return f"{evidence.title}{day}"
