"""The resident's form: what is asked, and what was said in it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.methods.drafts import Draft, Paragraph

from .models import Consultation
from .saying import (
    ANY_CONTACT,
    CONTACT_KEYS,
    LONGEST,
    Piece,
    asked_fields,
    one_text,
    titled,
)

QUICKEST = 3
"""Seconds in which nobody fills in a form by hand; a quicker one is received and looked at later."""
MOST_PASSAGES = 40
PAGE_SALT = "consultations.page"
_LONG_FIELD = 2000
_BOX_ROWS = 6


def name_of(paragraph: Paragraph) -> str:
    """How a passage is called: its number as printed, or the beginning of its text."""
    if paragraph.number:
        return f"{paragraph.number} {Truncator(paragraph.text).chars(20)}".strip()
    return Truncator(paragraph.text).chars(30)


class TrapForm(forms.Form):
    """What every form for people without account carries: a secret of its page, when it was made, a trap.

    Nobody is refused by these: :attr:`is_suspect` marks what should be looked at later.
    """

    secret = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    made = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    website = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @classmethod
    def begun(cls) -> dict[str, str]:
        """The hidden values of a page that is made now."""
        return {"secret": secrets.token_urlsafe(16), "made": signing.dumps(int(time.time()), salt=PAGE_SALT)}

    @property
    def is_suspect(self) -> bool:
        """Whether a machine may have filled it in: the trap is full, or it came quicker than a hand."""
        if str(self.data.get("website", "")).strip():
            return True
        try:
            made = int(signing.loads(str(self.data.get("made", "")), salt=PAGE_SALT))
        except (signing.BadSignature, ValueError, TypeError):
            return True
        return time.time() - made < QUICKEST


class SayForm(TrapForm):
    """The form of one consultation: the draft as a whole, chosen passages, questions, the city's fields."""

    def __init__(
        self,
        consultation: Consultation,
        draft: Draft | None,
        anchors: Iterable[str],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.consultation = consultation
        chosen = [draft.paragraph(one) for one in dict.fromkeys(anchors)] if draft else []
        self.passages: list[Paragraph] = [one for one in chosen if one is not None][:MOST_PASSAGES]
        self.asked = asked_fields(consultation.scheme.fields)
        self._add_boxes()
        self._add_questions()
        self._add_fields()
        self._add_publication()

    # --- what is asked ----------------------------------------------------------------------------
    def _add_boxes(self) -> None:
        self.fields["whole"] = _box(
            _("What do you think of the draft as a whole?"), _("You need not write here if you write below.")
        )
        for one in self.passages:
            self.fields[f"p_{one.anchor}"] = _box(
                _("What do you think of “%(passage)s”?") % {"passage": name_of(one)},
                _("It says: %(text)s") % {"text": Truncator(one.text).chars(160)},
            )

    def _add_questions(self) -> None:
        for one in self.consultation.questions:
            self.fields[f"q_{one['key']}"] = _box(
                titled(one, "text").html, _("Your answer is an opinion as well.")
            )

    def _add_fields(self) -> None:
        for one in self.asked:
            key, needed = str(one["key"]), bool(one.get("required"))
            if key == ANY_CONTACT:
                self._add_contact(needed)
                continue
            self.fields[f"f_{key}"] = _line(key, titled(one).html, required=needed)

    def _add_contact(self, needed: bool) -> None:
        there = {str(one["key"]) for one in self.asked}
        hint = _("One of these three is enough.") if needed else ""
        for key, label in (
            ("email", _("Mail address")),
            ("phone", _("Telephone number")),
            ("address", _("Postal address")),
        ):
            if key not in there:
                self.fields[f"f_{key}"] = _line(key, label, required=False, hint=hint)
                hint = ""

    def _add_publication(self) -> None:
        self.fields["may_publish"] = forms.ChoiceField(
            label=_("May the city publish your text?"),
            help_text=_(
                "Names, addresses, numbers and the like are masked first, and a person checks it. "
                "Either way your opinion counts the same and gets the city's view."
            ),
            choices=[
                ("yes", _("Yes, without my name and with such parts masked")),
                ("no", _("No. It is counted and summarised, but its words are not shown")),
            ],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one of the two.")},
        )
        desk = self.consultation.desk
        if desk is not None and desk.reply_rule:
            self.fields["wants_reply"] = forms.BooleanField(
                label=_("I wish for a reply to me"),
                required=False,
                help_text=_("For this the city needs a way to reach you."),
            )

    # --- groups for the page ----------------------------------------------------------------------
    @property
    def boxes(self) -> list[forms.BoundField]:
        """The boxes for opinions, in their order."""
        return [self[name] for name in self.fields if name == "whole" or name.startswith(("p_", "q_"))]

    @property
    def lines(self) -> list[forms.BoundField]:
        """The city's own fields."""
        return [self[name] for name in self.fields if name.startswith("f_")]

    @property
    def asks_contact(self) -> bool:
        """Whether anything is asked that says who somebody is."""
        return any(name.removeprefix("f_") in CONTACT_KEYS for name in self.fields)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Everything that was typed, to be carried through the page that shows it once more."""
        skip = {"website"}
        return [
            (name, str(self.data.get(name, "")))
            for name in self.fields
            if name not in skip and self.data.get(name)
        ]

    # --- what was said ----------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        """Something must be said, not too much of it, and one contact given where the city asks for one."""
        cleaned = super().clean() or {}
        text = self.said(cleaned)[0]
        if not text and not any(name.startswith(("whole", "p_", "q_")) for name in self.errors):
            self.add_error("whole", _("Write your opinion in at least one of the boxes."))
        if len(text) > LONGEST:
            self.add_error(
                "whole",
                _(
                    "This is too long for the form: %(length)s characters, and it takes %(most)s. "
                    "Everything you wrote is still here. Please shorten it, or attach it as a file in the "
                    "next step."
                )
                % {"length": f"{len(text):,}", "most": f"{LONGEST:,}"},
            )
        self._check_contact(cleaned)
        return cleaned

    def _check_contact(self, cleaned: Mapping[str, Any]) -> None:
        needed = any(one["key"] == ANY_CONTACT and one.get("required") for one in self.asked)
        given = any(cleaned.get(f"f_{key}") for key in ("email", "phone", "address"))
        named = [key for key in ("email", "phone", "address") if f"f_{key}" in self.fields]
        if named and not given and not any(f"f_{key}" in self.errors for key in named):
            if needed:
                self.add_error(
                    f"f_{named[0]}", _("Give a mail address, a telephone number or a postal address.")
                )
            elif cleaned.get("wants_reply"):
                self.add_error(f"f_{named[0]}", _("Give a way to reach you, or do without a reply."))

    def said(self, cleaned: Mapping[str, Any] | None = None) -> tuple[str, list[dict[str, Any]]]:
        """The text and its passages."""
        given = self.cleaned_data if cleaned is None else cleaned
        pieces = [Piece(str(given.get("whole") or ""))]
        pieces += [Piece(str(given.get(f"p_{one.anchor}") or ""), anchor=one.anchor) for one in self.passages]
        pieces += [
            Piece(str(given.get(f"q_{one['key']}") or ""), question=str(one["key"]))
            for one in self.consultation.questions
        ]
        return one_text(pieces)

    @property
    def contact(self) -> dict[str, str]:
        """What says who she is; empty where nothing was given."""
        return {
            key: value
            for key in CONTACT_KEYS
            if (value := str(self.cleaned_data.get(f"f_{key}") or "").strip())
        }

    @property
    def other_fields(self) -> dict[str, str]:
        """The city's fields that are no contact."""
        return {
            key: value
            for one in self.asked
            if (key := str(one["key"])) not in {*CONTACT_KEYS, ANY_CONTACT}
            and (value := str(self.cleaned_data.get(f"f_{key}") or "").strip())
        }

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Each thing that was filled in with its label, for the page that shows it once more."""
        found = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if name in {"secret", "made", "website"} or not value:
                continue
            if name == "may_publish":
                value = dict(field.choices)[value]  # type: ignore[attr-defined]
            elif name == "wants_reply":
                value = _("Yes")
            found.append((str(field.label), str(value)))
        return found


class ShortForm(TrapForm):
    """A request for accommodation, or an appeal: one box, and a way to answer."""

    text = forms.CharField(max_length=5000, widget=forms.Textarea(attrs={"rows": 6}))
    name = forms.CharField(required=False, max_length=100)
    email = forms.EmailField(required=False, max_length=200)
    phone = forms.CharField(required=False, max_length=40)

    def __init__(self, *args: Any, question: str, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = question, hint
        self.fields["name"].label = _("Name")
        self.fields["email"].label, self.fields["phone"].label = _("Mail address"), _("Telephone number")
        self.fields["email"].help_text = _(
            "Without a way to reach you, the answer can be read by the receipt number."
        )

    @property
    def contact(self) -> dict[str, str]:
        """What was given of name, mail address and telephone number."""
        return {
            key: self.cleaned_data[key] for key in ("name", "email", "phone") if self.cleaned_data.get(key)
        }


def _box(label: str, hint: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": _BOX_ROWS, "data-count": str(LONGEST)}),
    )


_AUTOCOMPLETE = {
    "name": "name",
    "organisation": "organization",
    "postal_code": "postal-code",
    "address": "street-address",
    "email": "email",
    "phone": "tel",
}


def _line(key: str, label: str, *, required: bool, hint: str = "") -> forms.Field:
    attrs = {"autocomplete": _AUTOCOMPLETE.get(key, "off")}
    if key == "email":
        return forms.EmailField(
            label=label,
            required=required,
            max_length=200,
            help_text=hint,
            widget=forms.EmailInput(attrs=attrs),
        )
    if key == "phone":
        return forms.CharField(
            label=label,
            required=required,
            max_length=40,
            help_text=hint,
            validators=[_some_digits],
            widget=forms.TextInput(attrs={**attrs, "inputmode": "tel"}),
        )
    return forms.CharField(
        label=label,
        required=required,
        max_length=_LONG_FIELD,
        help_text=hint,
        widget=forms.TextInput(attrs=attrs),
    )


def _some_digits(value: str) -> None:
    if sum(one.isdigit() for one in value) < 5:
        raise ValidationError(_("This is no telephone number: write its digits."))


def files_sentence(problems: Sequence[str]) -> str:
    """What is wrong with files, in one sentence more."""
    kept = ngettext(
        "What you wrote is kept. Choose the file again.",
        "What you wrote is kept. Choose the files again.",
        len(problems) or 1,
    )
    return " ".join([*problems, kept])
