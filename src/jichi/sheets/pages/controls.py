"""One field on a page: its control with everything that is tied to it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jichi.sheets.definition import Address, Choice, Field, FieldType
from jichi.sheets.typed import NO, YES, read_one
from jichi.sheets.words import EXAMPLES, say

from .marking import foreign, marked

_FEW = 6
"""As many choices stand side by side; more are a list that opens."""

_SHORT = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.DATE, FieldType.FISCAL_YEAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One possible answer of a control."""

    value: str
    label: Any
    lang: str
    ident: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A field as it is shown. ``kind`` is ``text``, ``lines``, ``radio``, ``check``, ``select`` or ``value``.

    ``describes`` is the value of ``aria-describedby``; ``folded`` says that it is not asked as things stand;
    ``text`` is what was typed; ``aside`` what the room that asks says beside it.
    """

    kind: str
    name: str
    ident: str
    label: Any
    text: str
    value: Any
    unit: Any
    hint: Any
    example: str
    condition: Any
    previous: Any
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    options: tuple[Option, ...]
    optional: bool
    required: bool
    editable: bool
    folded: bool
    unfolded: bool
    numeric: bool
    short: bool
    input_mode: str
    describes: str
    grouped: bool
    aside: Any = ""


def ident_of(prefix: str, address: Address) -> str:
    """The id of a control; keys hold no hyphen, so that it is the only one."""
    return f"{prefix}{address.field}-{address.row}" if address.row else f"{prefix}{address.field}"


def make_control(
    asked_field: Field,
    address: Address,
    *,
    prefix: str,
    text: str,
    value: Any,
    editable: bool,
    in_table: bool,
    asked: bool,
    condition: Any,
    previous: Any,
    errors: tuple[str, ...],
    warnings: tuple[str, ...],
    aside: Any = "",
) -> Control:
    """The control of a field, with what was typed, even where that is no possible answer."""
    ident = ident_of(prefix, address)
    kind = _kind(asked_field, in_table) if editable else "value"
    options = _options(asked_field, kind, text, ident) if kind in {"radio", "check", "select"} else ()
    # The hint of a table stands in the head of its column.
    around = f"{prefix}{address.field}" if in_table else ident
    example = example_of(asked_field) if editable else ""
    described = {
        f"{around}--hint": asked_field.hint,
        f"{around}--example": example,
        f"{ident}--unit": asked_field.unit if kind == "text" else None,
        f"{ident}--previous": previous,
        f"{ident}--error": errors,
        f"{ident}--warning": warnings,
    }
    folded = bool(condition) and not asked
    return Control(
        kind=kind,
        name=f"{prefix}{address}",
        ident=ident,
        label=marked(asked_field.label),
        text=text,
        value=value,
        unit=marked(asked_field.unit),
        hint=marked(asked_field.hint),
        example=example,
        condition=condition,
        previous=previous,
        errors=errors,
        warnings=warnings,
        options=options,
        optional=not asked_field.required and asked_field.type is not FieldType.COMPUTED,
        required=asked_field.required,
        editable=editable,
        folded=folded,
        unfolded=bool(text.strip() or errors or warnings),
        numeric=asked_field.is_number,
        short=asked_field.type in _SHORT,
        input_mode=_input_mode(asked_field),
        describes=" ".join(one for one, there in described.items() if there),
        grouped=kind in {"radio", "check"},
        aside=aside,
    )


_MODES = {FieldType.INTEGER: "numeric", FieldType.DECIMAL: "decimal"}


def _input_mode(field: Field) -> str:
    """The keys that a telephone shows. Those for digits have no minus on some, so they need a bound."""
    return _MODES.get(field.type, "") if field.least is not None and field.least >= 0 else ""


def example_of(field: Field) -> str:
    """How a date or year may be written, where the form itself does not say."""
    return EXAMPLES.get(field.type, "") if not field.hint else ""


def _kind(field: Field, in_table: bool) -> str:
    match field.type:
        case FieldType.COMPUTED:
            return "value"
        case FieldType.LONG_TEXT:
            return "lines"
        case FieldType.CHOICES:
            return "check"
        case FieldType.YES_NO:
            return "select" if in_table else "radio"
        case FieldType.CHOICE:
            return "select" if in_table or len(field.choices) > _FEW else "radio"
    return "text"


def _options(field: Field, kind: str, text: str, ident: str) -> tuple[Option, ...]:
    value, _misread = read_one(field, text)
    if isinstance(value, bool):
        chosen = {YES if value else NO}
    else:
        chosen = set(value) if isinstance(value, tuple) else {value} if isinstance(value, str) else set()
    pairs: list[tuple[str, Any, str]] = []
    if kind == "select" or (kind == "radio" and not field.required):
        pairs.append(("", _("not answered"), ""))
    if field.type is FieldType.YES_NO:
        pairs += [(YES, _("Yes"), ""), (NO, _("No"), "")]
    else:
        pairs += [_pair(one, kind) for one in field.choices]
    typed = unicodedata.normalize("NFC", text.strip())
    if typed and not chosen:
        # Typed in a workbook or read from paper, and no possible answer: it stays to be seen and corrected.
        pairs.append((text, typed, ""))
        chosen = {text}
    chosen = chosen or {""}
    return tuple(
        Option(
            value=value,
            label=label,
            lang=lang,
            ident=ident if place == 0 else f"{ident}--{place}",
            chosen=value in chosen,
        )
        for place, (value, label, lang) in enumerate(pairs)
    )


def _pair(choice: Choice, kind: str) -> tuple[str, Any, str]:
    if kind == "select":
        # An option holds no markup, so its language stands on itself.
        return choice.key, say(choice.label), foreign(choice.label)
    return choice.key, marked(choice.label), ""
