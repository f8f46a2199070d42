"""Forms in which the city answers: masks, dispositions, and why the draft was changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jichi.city.forms import day_field

from .forms import SeenForm, area, with_commas


class KeyedRadio(forms.RadioSelect):
    """Choices of which one letter chooses each: the first of its value."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The choice with the letter that chooses it."""
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        option["attrs"]["data-key"] = str(option["value"])[:1].lower()
        return option


class DisposeForm(SeenForm):
    """What the city says to a set of opinions."""

    code = forms.ChoiceField(label=gettext_lazy("Disposition"), widget=KeyedRadio)
    summary = area(3, label=gettext_lazy("The opinion in short"))
    view = area(5, label=gettext_lazy("The city's view"))
    change = area(2, label=gettext_lazy("What was changed in the draft"), required=False)
    promise = area(
        2,
        label=gettext_lazy("What the city promises, if it does"),
        required=False,
        help_text=gettext_lazy(
            "Makes an undertaking that stays open until it is done; public with the result."
        ),
    )
    promise_due = day_field(label=gettext_lazy("Promised by"), required=False)

    def __init__(self, *args: Any, codes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = codes  # type: ignore[attr-defined]

    def promised(self) -> dict[str, Any] | None:
        """The promise as the service wants it; None where there is none."""
        text = self.cleaned_data["promise"]
        return {"text": text, "due_on": self.cleaned_data["promise_due"]} if text else None


class ManyForm(forms.Form):
    """The same disposition for several sets."""

    code = forms.ChoiceField(label=gettext_lazy("Disposition"), widget=KeyedRadio)
    summary = area(
        3,
        label=gettext_lazy("The opinion in short"),
        required=False,
        help_text=gettext_lazy("Empty: each set's own title says it."),
    )
    view = area(5, label=gettext_lazy("The city's view"))
    change = area(2, label=gettext_lazy("What was changed in the draft"), required=False)

    def __init__(self, *args: Any, codes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = codes  # type: ignore[attr-defined]


class MaskForm(SeenForm):
    """What is masked in a text, and whether it is shown."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Shown or withheld"),
        choices=[("shown", gettext_lazy("Show it")), ("withheld", gettext_lazy("Withhold it, counted"))],
        widget=KeyedRadio,
        initial="shown",
    )
    keep = forms.MultipleChoiceField(
        label=gettext_lazy("Mask"), required=False, widget=forms.CheckboxSelectMultiple
    )
    more = area(
        2,
        label=gettext_lazy("Mask these words too"),
        required=False,
        help_text=gettext_lazy("One stretch of the text on each line, exactly as it stands there."),
    )
    reason = area(2, label=gettext_lazy("Reason, where it is withheld"), required=False)

    def __init__(self, *args: Any, text: str, proposed: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text, self.proposed = text, proposed
        self.fields["keep"].choices = [  # type: ignore[attr-defined]
            (str(at), text[one["start"] : one["end"]][:80]) for at, one in enumerate(proposed)
        ]
        if not proposed:
            del self.fields["keep"]
        self.initial.setdefault("keep", [str(at) for at in range(len(proposed))])

    def clean_more(self) -> list[dict[str, Any]]:
        """Where the words stand in the text. Raises ValidationError for words that are not there."""
        found: list[dict[str, Any]] = []
        for line in self.cleaned_data["more"].splitlines():
            words = line.strip()
            if not words:
                continue
            start = self.text.find(words)
            if start < 0:
                raise forms.ValidationError(
                    _("“%(words)s” does not stand in the text."), params={"words": words[:60]}
                )
            while start >= 0:
                found.append({"start": start, "end": start + len(words), "kind": "name"})
                start = self.text.find(words, start + len(words))
        return found

    def spans(self) -> list[dict[str, Any]]:
        """What is masked: the proposals that were kept, and the words added, without overlap."""
        kept = [self.proposed[int(at)] for at in self.cleaned_data.get("keep", [])]
        whole = sorted([*kept, *self.cleaned_data["more"]], key=lambda one: (one["start"], -one["end"]))
        found: list[dict[str, Any]] = []
        for one in whole:
            if not found or one["start"] >= found[-1]["end"]:
                found.append({name: one[name] for name in ("start", "end", "kind")})
        return found


class ChangeForm(SeenForm):
    """Why a passage was changed, and which sets are behind it."""

    reason = area(label=gettext_lazy("Why it was changed"))
    behind = forms.CharField(
        label=gettext_lazy("Sets that asked for it"),
        required=False,
        help_text=gettext_lazy("Their numbers, with commas."),
    )
    against = forms.CharField(
        label=gettext_lazy("Sets that asked for the opposite"),
        required=False,
        help_text=gettext_lazy("They stay visible beside the change."),
    )
    not_from_opinions = forms.BooleanField(
        label=gettext_lazy("It was changed for another reason than an opinion"), required=False
    )

    def _numbers(self, name: str) -> list[int]:
        parts = [one.lstrip("#") for one in with_commas(self.cleaned_data[name])]
        if wrong := [one for one in parts if not one.isdecimal()]:
            raise forms.ValidationError(
                _("“%(text)s” is no number of a set."), params={"text": wrong[0][:20]}
            )
        return [int(one) for one in parts]

    def clean_behind(self) -> list[int]:
        """The numbers of sets that asked for it."""
        return self._numbers("behind")

    def clean_against(self) -> list[int]:
        """The numbers of sets that asked for the opposite."""
        return self._numbers("against")
