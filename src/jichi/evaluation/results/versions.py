"""What was changed between two editions of a sheet, answer by answer, marked for eye and ear."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import InvalidOperation
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.evaluation.models import SheetEdition
from jichi.evaluation.openness import public_fields
from jichi.evaluation.queries.public_sheets import FormsNamed, form_named
from jichi.sheets.definition import Address, Definition, FieldType
from jichi.sheets.words import row_label
from jichi.ui.content import chosen
from jichi.ui.languages import html_lang
from jichi.ui.numbers import current_language, format_number

from .diff import Op, pieces
from .sections import texts_of
from .words import MISSING_ANSWER, number_or_dash, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An answer that differs: which, and its text with what went out and what came in."""

    label: SafeString
    marked: SafeString


def changed_between(before: SheetEdition, after: SheetEdition, forms: FormsNamed) -> tuple[Changed, ...]:
    """The answers that differ, of those that the forms of both editions show to everybody, in their order."""
    form, form_before = form_named(after, forms), form_named(before, forms)
    if form is None or form_before is None:
        return ()
    old, new = texts_of(before.content, form_before), texts_of(after.content, form)
    shown = public_fields(form) & public_fields(form_before)
    places = {key: place for place, key in enumerate(field.key for _part, field in form.fields())}
    both = sorted(
        {address for address in (*old, *new) if address.field in shown},
        key=lambda one: (places[one.field], len(one.row), one.row),
    )
    found = []
    for address in both:
        was, now = (texts.get(address, (None, ""))[1] for texts in (old, new))
        if was != now:
            whole = form.field(address.field)[1].type is not FieldType.LONG_TEXT
            found.append(Changed(label=_label(form, address), marked=marked(was, now, whole=whole)))
    return (*found, *beside_changed(before.content, after.content))


_BESIDE: Sequence[tuple[str, str, Mapping[str, Callable[[], str]]]] = (
    ("numbers", "name", {"target": lambda: _("Target"), "actual": lambda: _("Actual")}),
    (
        "finance",
        "code",
        {"estimate": lambda: _("Budget estimate"), "settled": lambda: _("Settled account")},
    ),
    ("projects", "code", {"accomplishment": lambda: _("Accomplishment")}),
)
"""What stands beside the answers, each by what its rows are known by, and what of a row can change."""


def beside_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Changed, ...]:
    """The measured values, budget lines and projects' judgements that differ between two contents.

    Nobody typed them: they changed with what they are taken from, and the next edition holds them as they are
    then.
    """
    found = []
    for kind, key, parts in _BESIDE:
        old = {one.get(key): one for one in before.get(kind) or []}
        new = {one.get(key): one for one in after.get(kind) or []}
        for row in dict.fromkeys([*new, *old]):
            was, now = old.get(row, {}), new.get(row, {})
            name = written(str(now.get("name") or was.get("name") or row)).html
            found += [
                Changed(
                    label=format_html(_("{label} ({row})"), label=name, row=said()),
                    marked=marked(_plain(was.get(part)), _plain(now.get(part)), whole=True),
                )
                for part, said in parts.items()
                if _plain(was.get(part)) != _plain(now.get(part))
            ]
    return tuple(found)


def _plain(value: Any) -> str:
    try:
        number = number_or_dash(value)
    except InvalidOperation:
        return str(value)  # a city's own sign for a judgement
    return "" if number is None else format_number(number)


def _label(form: Definition, address: Address) -> SafeString:
    part, field = form.field(address.field)
    label = chosen(field.label).html
    if not address.row:
        return label
    fixed = part.rows.fixed if part.rows is not None else ()
    named = next((chosen(one.label).html for one in fixed if one.key == address.row), None)
    row = named if named is not None else row_label(part, address.row)
    return format_html(_("{label} ({row})"), label=label, row=row)


def marked(before: str, after: str, *, whole: bool = False) -> SafeString:
    """The text with its changes in ``del`` and ``ins``, each named for those who hear it.

    ``whole``: a value that is replaced as a whole (a number, a choice) is not cut into pieces.
    """
    if whole or not before or not after:
        steps: Sequence[tuple[Op, str]] = [
            (Op.OUT, before or MISSING_ANSWER),
            (Op.SAME, " → "),
            (Op.IN, after or MISSING_ANSWER),
        ]
    else:
        steps = [(piece.op, piece.text) for piece in pieces(before, after)]
    inner = format_html_join("", "{}", ((_piece(op, text),) for op, text in steps))
    language = written(after or before).html_lang
    return format_html('<span lang="{}">{}</span>', language, inner) if language else inner


def _piece(op: Op, text: str) -> SafeString:
    if op is Op.SAME:
        return format_html("{}", text)
    element, said = ("del", _("taken out:")) if op is Op.OUT else ("ins", _("put in:"))
    return format_html(
        '<{0}><span class="visually-hidden"{1}>{2} </span>{3}</{0}>', element, _own_language(), said, text
    )


def _own_language() -> SafeString:
    """The page's own language again, inside a text that is in another."""
    if not written("x").html_lang:
        return SafeString("")
    return format_html(' lang="{}"', html_lang(current_language()))
