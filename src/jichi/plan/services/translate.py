"""Entering the translations of a plan row's texts. The texts themselves are edited by :mod:`.edits`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.plan.models import (
    DocumentRevision,
    FigurePoint,
    Indicator,
    Initiative,
    Level,
    Milestone,
    Node,
    NotHeld,
    Period,
    Plan,
    Point,
    PolicyDocument,
    ProjectFigure,
    Scheme,
    Series,
    Statement,
)

from .edits import is_stale, load, owner_of, plan_of
from .facts import facts_of
from .sync import Sync

TRANSLATE = "plan.row:translate"

# The texts of each row that readers of other languages need.
TRANSLATABLE: dict[type[models.Model], tuple[str, ...]] = {
    Plan: ("name", "scope_note"),
    Level: ("name",),
    Period: ("name",),
    Node: ("name", "summary"),
    Statement: ("text",),
    Indicator: ("name", "unit", "source", "definition", "note"),
    Series: ("name",),
    Point: ("note",),
    Initiative: ("name",),
    Milestone: ("text",),
    ProjectFigure: ("name", "unit"),
    FigurePoint: ("note",),
    PolicyDocument: ("name", "legal_basis", "summary"),
    DocumentRevision: ("label", "note"),
    Scheme: ("name", "summary"),
    NotHeld: ("title", "reason"),
}


def translate_row(
    *,
    viewer: Viewer,
    model: str,
    pk: Any,
    version: int | str | None,
    language: str,
    texts: Mapping[str, str],
    reason: str = "",
) -> models.Model:
    """Set the translations of a row's texts into one language; an empty text takes a translation away.

    Raises:
        NotAllowed, Conflict (the row as somebody else left it), Invalid (messages per field; an unknown
        language, the source's own, or a field that carries no text to translate).
    """
    row = load(model, pk)
    with act(viewer, TRANSLATE, owner_of(row)) as act_id:
        row = load(model, pk, lock=True)
        if is_stale(row, version):
            raise Conflict(row)
        _check(row, language, texts)
        before = facts_of(row)
        _set(row, language, texts)
        after = facts_of(row)
        if before == after:
            return row
        names = ["translations"]
        if hasattr(row, "version"):
            row.version += 1
            names.append("version")
        row.save(update_fields=names)
        assert viewer.actor is not None
        sync = Sync(actor=viewer.actor, act_id=act_id, plan=plan_of(row), reason=reason)
        sync.remember(row, before, after)
        sync.finish()
        record(viewer, TRANSLATE, row, fields={f"translations.{language}": CHANGED})
    return row


def _check(row: models.Model, language: str, texts: Mapping[str, str]) -> None:
    plan = plan_of(row)
    source = plan.language if plan is not None else settings.LANGUAGE_CODE
    if language not in dict(settings.LANGUAGES) or language == source:
        raise Invalid({"language": [_("Nothing is translated into this language here.")]})
    allowed = TRANSLATABLE.get(type(row), ())
    if unknown := [name for name in texts if name not in allowed]:
        raise Invalid({name: [_("This field cannot be edited here.")] for name in unknown})
    without = [name for name, text in texts.items() if text.strip() and not getattr(row, name)]
    if without:
        raise Invalid({name: [_("There is no text here to be translated.")] for name in without})


def _set(row: models.Model, language: str, texts: Mapping[str, str]) -> None:
    translations: dict[str, dict[str, str]] = {key: dict(found) for key, found in row.translations.items()}  # type: ignore[attr-defined]
    fields = translations.setdefault(language, {})
    for name, text in texts.items():
        if text.strip():
            fields[name] = text.strip()
        else:
            fields.pop(name, None)
    row.translations = {key: found for key, found in translations.items() if found}  # type: ignore[attr-defined]
