"""Which answers of a sheet everybody may see: those of parts that its form keeps from nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jichi.sheets.definition import Address, Definition, Filler, Part


def is_public(part: Part) -> bool:
    """Whether a part may be shown to everybody: one that only some inside may see is not."""
    return part.see == frozenset(Filler)


def public_fields(form: Definition) -> frozenset[str]:
    """The keys of the questions whose answers everybody may see."""
    return frozenset(field.key for part, field in form.fields() if is_public(part))


def public_form(form: Definition) -> Definition:
    """The form without the parts that only some inside may see."""
    return replace(form, parts=tuple(part for part in form.parts if is_public(part)))


def public_content(content: Mapping[str, Any], form: Definition) -> dict[str, Any]:
    """What an edition holds, without the answers that only some inside may see."""
    shown = public_fields(form)
    given = (content.get("values") or {}).items()
    return {**content, "values": {key: value for key, value in given if Address.of(key).field in shown}}
