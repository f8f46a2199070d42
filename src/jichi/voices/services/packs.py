"""Texts that offices reply with often, as a city's pack brings them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.pack import Pack
from jichi.city.trail import act
from jichi.voices.actions import TEMPLATE
from jichi.voices.models import ReplyTemplate

from .replying import save_template


@dataclass(slots=True)
class TemplatesReport:
    """What a load did."""

    templates: int = 0
    kept: int = 0

    @property
    def touched(self) -> int:
        """How many templates are new."""
        return self.templates


def load_reply_templates(*, viewer: Viewer, pack: Pack, data: Mapping[str, Any]) -> TemplatesReport:
    """Keep a pack's templates; one whose office, language and title are here already stays as it is.

    Raises:
        NotAllowed; Invalid: naming the entry with an unknown office.
    """
    report = TemplatesReport()
    with act(viewer, TEMPLATE):
        for place, item in enumerate(data["templates"]):
            office = _office(item.get("department"), f"templates/{place}/department")
            key = {"department_id": office, "language": item.get("language", "ja"), "title": item["title"]}
            if ReplyTemplate.objects.filter(**key).exists():
                report.kept += 1
                continue
            save_template(viewer=viewer, text=item["text"], **key)
            report.templates += 1
    return report


def _office(key: str | None, where: str) -> int | None:
    if key is None:
        return None
    pk = Department.objects.filter(key=key).values_list("pk", flat=True).first()
    if pk is None:
        raise Invalid({where: [_("“%(key)s” is not known here.") % {"key": key}]})
    return pk
