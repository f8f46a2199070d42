"""Which answers of a sheet everybody may see: those of parts that its form keeps from nobody."""

from __future__ import annotations

from jichi.sheets.definition import Definition, Filler, Part


def is_public(part: Part) -> bool:
    """Whether a part may be shown to everybody: one that only some inside may see is not."""
    return part.see == frozenset(Filler)


def public_fields(form: Definition) -> frozenset[str]:
    """The keys of the questions whose answers everybody may see."""
    return frozenset(field.key for part, field in form.fields() if is_public(part))
