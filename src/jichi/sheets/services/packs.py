"""Forms that a pack brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.pack import Pack
from jichi.sheets.models import Form
from jichi.sheets.parsing import digest_of_definition

from .forms import create_form, publish_version


def load_forms(*, viewer: Viewer, pack: Pack, data: Mapping[str, Any]) -> int:
    """Create the form of a pack's file, or publish its newer version; a second load changes nothing.

    A definition that any version had already is left: the city may have published a newer one since. Returns
    the number of versions published.

    Raises:
        Invalid: naming the form, for a definition that makes no sense.
    """
    key, definition = data["key"], data["definition"]
    note = data.get("note") or _("Pack %(pack)s") % {"pack": pack.key}
    try:
        form = Form.objects.filter(key=key).first()
        if form is None:
            create_form(viewer=viewer, key=key, room=data["room"], definition=definition, note=note)
            return 1
        if form.versions.filter(digest=digest_of_definition(definition)).exists():
            return 0
        publish_version(viewer=viewer, form=form, definition=definition, note=note)
    except Invalid as error:
        raise Invalid({f"{key}/{name}": texts for name, texts in error.messages.items()}) from error
    return 1
