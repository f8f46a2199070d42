"""Forms and their versions. A version that was published is never changed: what is new is a new version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, record
from jichi.sheets.definition import Definition
from jichi.sheets.models import Form, FormVersion
from jichi.sheets.parsing import DefinitionError, parse_definition
from jichi.sheets.words import BASE, definition_messages

CREATE = "sheets.form:create"
PUBLISH = "sheets.form:publish"
_KEY = re.compile(r"[a-z][a-z0-9-]*")
_LONGEST_NOTE = 300


def create_form(
    *, viewer: Viewer, key: str, room: str, definition: Mapping[str, Any], note: str = ""
) -> FormVersion:
    """Create a form with its first version, which is returned.

    Raises:
        NotAllowed; Invalid: for a key that is taken or not well written, a definition that makes no sense.
    """
    with act(viewer, CREATE):
        parsed = _parsed(definition)
        if not _KEY.fullmatch(key) or len(key) > 60:
            raise Invalid(
                {"key": [_("A key has small letters, digits and hyphens, and begins with a letter.")]}
            )
        if Form.objects.filter(key=key).exists():
            text = _("There is a form “%(key)s” already. Publish a new version of it, or give another key.")
            raise Invalid({"key": [text % {"key": key}]})
        form = Form.objects.create(key=key, room=room, title=_title(parsed))
        record(viewer, CREATE, form, fields={"key": [None, key], "title": [None, form.title]})
        return _add(viewer, form, definition, parsed, note)


def publish_version(*, viewer: Viewer, form: Form, definition: Mapping[str, Any], note: str) -> FormVersion:
    """Publish a newer version of a form; answers given to older ones keep theirs.

    A definition that says the same as the newest version gives that one back and writes nothing.

    Raises:
        NotAllowed; Invalid: for a definition that makes no sense, one that says the same as an older version,
        or without a note on what is new.
    """
    with act(viewer, PUBLISH, form):
        parsed = _parsed(definition)
        locked = Form.objects.select_for_update().get(pk=form.pk)
        versions = list(locked.versions.defer("definition").order_by("number"))
        if versions and versions[-1].digest == parsed.digest:
            return versions[-1]
        for version in versions:
            if version.digest == parsed.digest:
                text = _("Version %(number)d said the same. Change something, or use that version.")
                raise Invalid({"definition": [text % {"number": version.number}]})
        if not note.strip():
            raise Invalid({"note": [_("Say what is new in this version.")]})
        title = _title(parsed)
        if title != locked.title:
            Form.objects.filter(pk=form.pk).update(title=title)
        return _add(viewer, locked, definition, parsed, note)


def _parsed(definition: Mapping[str, Any]) -> Definition:
    try:
        return parse_definition(definition)
    except DefinitionError as error:
        raise Invalid({"definition": definition_messages(error)}) from error


def _title(definition: Definition) -> str:
    return definition.title[BASE][:200]


def _add(
    viewer: Viewer, form: Form, definition: Mapping[str, Any], parsed: Definition, note: str
) -> FormVersion:
    note = note.strip()
    if len(note) > _LONGEST_NOTE:
        raise Invalid({"note": [_("At most %(most)d characters.") % {"most": _LONGEST_NOTE}]})
    newest = form.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = FormVersion.objects.create(
        form=form, number=newest + 1, definition=dict(definition), digest=parsed.digest, note=note
    )
    fields = {"number": [newest or None, version.number], "digest": [None, version.digest]}
    record(viewer, PUBLISH, version, fields=fields)
    return version
