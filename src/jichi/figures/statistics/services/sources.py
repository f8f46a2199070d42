"""Table sources: who publishes a table, and who of the city takes it in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import Department
from jichi.city.trail import CHANGED, act, record
from jichi.figures.models import TableSource
from jichi.figures.statistics.declared import MAP

FACTS = ("title", "publisher", "url", "licence", "department_id", "translations")


def create_source(
    *,
    viewer: Viewer,
    key: str,
    title: str,
    publisher: str,
    department: Department | None,
    **facts: Any,
) -> TableSource:
    """Write down a table that somebody publishes again and again. ``facts``: url, licence, translations.

    Raises:
        NotAllowed: for another department's table; Invalid: messages per field.
    """
    source = TableSource(
        key=key, title=title.strip(), publisher=publisher.strip(), department=department, **facts
    )
    with act(viewer, MAP, source):
        clean(source)
        try:
            with transaction.atomic():
                source.save(force_insert=True)
        except IntegrityError as error:
            raise Invalid({"key": [_("Another table has this short name.")]}) from error
        fields = {
            name: [None, getattr(source, name)] for name in ("key", "title", "publisher", "department_id")
        }
        record(viewer, MAP, source, fields=fields)
    return source


def edit_source(*, viewer: Viewer, source: TableSource, version: int, **facts: Any) -> TableSource:
    """Change who publishes a table, where, under which licence, and who takes it in. Its key stays.

    Raises:
        NotAllowed: also for handing it to a department the viewer does not reach; Conflict: somebody changed
        it since ``version``; Invalid: messages per field.
    """
    if unknown := facts.keys() - {*FACTS, "department"}:
        raise TypeError(f"not a fact of a table source: {', '.join(sorted(unknown))}")
    with act(viewer, MAP, source):
        row = locked(source, version)
        before = {name: getattr(row, name) for name in FACTS}
        for name, value in facts.items():
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        viewer.require(MAP, row)
        changed = {
            name: [before[name], getattr(row, name)] for name in FACTS if before[name] != getattr(row, name)
        }
        if not changed:
            return row
        clean(row)
        bumped(row, *changed)
        if "translations" in changed:
            changed["translations"] = CHANGED  # type: ignore[assignment]
        record(viewer, MAP, row, fields=changed)
    return row


def locked(source: TableSource, version: int) -> TableSource:
    """The source as it stands, locked. Raises Conflict where it is no longer at ``version``."""
    row = TableSource.objects.select_for_update().get(pk=source.pk)
    if row.version != version:
        raise Conflict(row)
    return row


def bumped(source: TableSource, *names: str) -> None:
    """Save the named fields with the next version: whoever looked at the one before is told."""
    source.version += 1
    source.save(update_fields=[*names, "version"])


def clean(row: models.Model) -> None:
    """Raise Invalid with the model's own messages per field."""
    try:
        # What must be unique together is said by the acts, in words.
        row.full_clean(validate_constraints=False)
    except ValidationError as error:
        messages = {
            "" if name == "__all__" else name: [str(text) for text in texts]
            for name, texts in error.message_dict.items()
        }
        raise Invalid(messages) from error
