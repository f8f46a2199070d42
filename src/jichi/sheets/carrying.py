"""Old answers in a newer form: what goes over into a draft, and what has no place any more."""

from __future__ import annotations

from dataclasses import dataclass

from .definition import (
    CHOOSING,
    NUMBERS,
    TEXTS,
    Address,
    Definition,
    Field,
    FieldType,
    Part,
    Raw,
    Value,
    Values,
)
from .reading import read
from .typed import plain_key, read_one, text_of


@dataclass(frozen=True, slots=True)
class Left:
    """An old answer that does not go over: where it stood, its text, and why.

    ``reason``: ``no_field``, ``no_row``, ``computed`` (the new form computes it), ``other_type``,
    ``other_unit`` (12 thousand yen are not 12 yen), or ``unreadable`` (the new field refuses it).
    """

    address: Address
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A draft for the newer form, and the answers that could not go over."""

    raw: dict[Address, str]
    left: tuple[Left, ...] = ()


def carry_over(old_values: Values, old: Definition, new: Definition) -> Carried:
    """The old answers as a draft for ``new``: fields of the same key and a compatible type go over.

    Computed values are neither carried nor missed. A row goes over where the new part has it.
    """
    before = {field.key: field for _part, field in old.fields()}
    after = {field.key: (part, field) for part, field in new.fields()}
    raw: dict[Address, str] = {}
    left: list[Left] = []
    for address, value in sorted(old_values.items()):
        source = before.get(address.field)
        if value is None or source is None or source.type is FieldType.COMPUTED:
            continue
        text = text_of(value, source)
        reason = _refused(address, after.get(address.field), source)
        if not reason:
            part_field = after[address.field]
            moved = _moved(value, source, part_field[1])
            if moved is not None:
                raw[address] = moved
                continue
            reason = "unreadable"
        left.append(Left(address, text, reason))
    return Carried(raw=raw, left=tuple(left))


def carry_typed(typed: Raw, old: Definition, new: Definition) -> Carried:
    """What was typed and not handed in as a draft for ``new``: answers as :func:`carry_over` carries them.

    What is no answer yet (words in a number, what is not asked as things stand) goes over as it was typed.
    """
    values = read(old, typed, fill=None).values
    carried = carry_over(values, old, new)
    before = {field.key: field for _part, field in old.fields()}
    after = {field.key: (part, field) for part, field in new.fields()}
    raw, left = dict(carried.raw), list(carried.left)
    for address, text in sorted(typed.items()):
        source = before.get(address.field)
        if source is None or address in values or source.type is FieldType.COMPUTED or not text.strip():
            continue
        if reason := _refused(address, after.get(address.field), source):
            left.append(Left(address, text.strip(), reason))
        else:
            raw[address] = text
    return Carried(raw=raw, left=tuple(left))


def _refused(address: Address, target: tuple[Part, Field] | None, source: Field) -> str:
    if target is None:
        return "no_field"
    part, field = target
    if field.type is FieldType.COMPUTED:
        return "computed"
    if not _compatible(source.type, field.type):
        return "other_type"
    if source.is_number and field.is_number and not _same_unit(source, field):
        return "other_unit"
    return "" if _has_row(part, address.row) else "no_row"


def _compatible(before: FieldType, after: FieldType) -> bool:
    if before is after or after in TEXTS:
        return True
    return any(before in kinds and after in kinds for kinds in (NUMBERS, TEXTS, CHOOSING))


def _same_unit(source: Field, target: Field) -> bool:
    """Whether the units are the same in Japanese, in which every unit is written."""
    before, after = (plain_key(field.unit["ja"]) if field.unit else "" for field in (source, target))
    return before == after


def _has_row(part: Part, row: str) -> bool:
    if part.rows is None:
        return not row
    if part.rows.fixed:
        return any(one.key == row for one in part.rows.fixed)
    return row.isdecimal()


def _moved(value: Value, source: Field, target: Field) -> str | None:
    """The text that the new field reads as the same answer; None where it refuses it."""
    read, misread = read_one(target, _as_text(value, source, target))
    return None if misread is not None or read is None else text_of(read, target)


def _as_text(value: Value, source: Field, target: Field) -> str:
    if isinstance(value, bool) and target.type in TEXTS:
        return "はい" if value else "いいえ"
    keys = value if isinstance(value, tuple) else (value,)
    chosen = [key for key in keys if isinstance(key, str)]
    if source.type not in CHOOSING or not chosen:
        return text_of(value, source)
    labels = {one.key: one.label["ja"] for one in source.choices}
    if target.type in TEXTS:
        return "、".join(labels.get(key, key) for key in chosen)
    known = {one.key for one in target.choices}
    # A choice that got another key is known by its label.
    return "\n".join(key if key in known else labels.get(key, key) for key in chosen)
