"""Undertakings of a pack of sample data, with all that happened to them, through the acts of the pages."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.pack import Pack
from jichi.city.trail import act
from jichi.directory.models import Body
from jichi.undertakings.actions import LOAD
from jichi.undertakings.models import Undertaking

from . import answering, asking, carrying_out, publishing

Facts = Mapping[str, Any]


@dataclass(slots=True)
class UndertakingsReport:
    """What a load did."""

    undertakings: int = 0
    steps: int = 0
    kept: int = 0

    @property
    def touched(self) -> int:
        """How many things are new."""
        return self.undertakings + self.steps


def load_undertakings(*, viewer: Viewer, pack: Pack, data: Facts) -> UndertakingsReport:
    """Enter a pack's undertakings that are not here yet and go the way of each; those here stay as they are.

    Only a pack of sample data brings any: what a real city was asked is entered by its people.

    Raises:
        NotAllowed; Invalid: naming the entry with an unknown office or committee, or the step refused.
    """
    report = UndertakingsReport()
    with act(viewer, LOAD):
        if data["undertakings"] and not pack.is_sample:
            raise Invalid({"undertakings": [_("Only a pack of sample data brings undertakings.")]})
        for place, item in enumerate(data["undertakings"]):
            where = f"undertakings/{place}"
            try:
                brought = bring_undertaking(viewer=viewer, pack=pack, item=item)
            except Invalid as error:
                raise Invalid(
                    {f"{where}/{name}".rstrip("/"): texts for name, texts in error.messages.items()}
                ) from error
            if brought:
                report.undertakings += 1
                report.steps += len(item.get("steps", []))
            else:
                report.kept += 1
    return report


def id_of(pack: str, key: str) -> uuid.UUID:
    """The lasting id of a pack's undertaking, so that a second load finds it."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"jichi:{pack}:undertaking:{key}")


def bring_undertaking(*, viewer: Viewer, pack: Pack, item: Facts) -> bool:
    """Enter one undertaking of a pack and go its way; False where it is here already.

    A higher room whose own pack file brings undertakings about its things calls this with ``context`` set.

    Raises:
        NotAllowed; Invalid: at the field or step of the entry.
    """
    if Undertaking.objects.filter(pk=id_of(pack.key, item["key"])).exists():
        return False
    body = item.get("source_body")
    row = asking.ask_for(
        viewer=viewer,
        undertaking_id=id_of(pack.key, item["key"]),
        kind=item["kind"],
        text=item["text"],
        summary=item.get("summary", ""),
        asked_on=datetime.date.fromisoformat(item["asked_on"]),
        source_body_id=_known(Body, body, "source_body") if body else None,
        source_name=item.get("source_name", ""),
        addressee=item.get("addressee", ""),
        context=item.get("context", ""),
        context_title=item.get("context_title", ""),
        is_sample=True,
        at=_moment(item["asked_on"] + "T10:00"),
    )
    for number, step in enumerate(item.get("steps", [])):
        try:
            _step(viewer, row.pk, step)
        except Invalid as error:
            raise Invalid(
                {f"steps/{number}/{name}".rstrip("/"): texts for name, texts in error.messages.items()}
            ) from error
    if item.get("translations"):
        _translate(row.pk, item["translations"])
    return True


def _step(viewer: Viewer, pk: uuid.UUID, step: Facts) -> None:
    common: dict[str, Any] = {
        "viewer": viewer,
        "undertaking_id": pk,
        "version": None,
        "at": _moment(step["at"]),
    }
    text = step.get("text", "")
    match step["act"]:
        case "assign":
            office = step.get("department")
            asking.assign(
                department_id=_known(Department, office, "department") if office else None,
                due_on=_day(step.get("due_on")),
                **common,
            )
        case "decide":
            answering.decide_adoption(adoption=step["adoption"], reason=text, **common)
        case "draft":
            answering.answer(text=text, **common)
        case "answer":
            answering.answer(text=text, **common)
            answering.confirm_answer(carry_out_by=_day(step.get("carry_out_by")), **common)
        case "progress":
            carrying_out.report_progress(
                text=text,
                carry_out_by=_day(step.get("carry_out_by")),
                translations={
                    language: {"text": words} for language, words in step.get("translations", {}).items()
                },
                **common,
            )
        case "finish":
            carrying_out.finish(
                done_on=datetime.date.fromisoformat(step["done_on"]),
                evidence_text=text,
                evidence_url=step.get("url", ""),
                **common,
            )
        case "close":
            carrying_out.close_without(reason=text, **common)
        case "publish":
            publishing.publish(**common)


def _translate(pk: uuid.UUID, translations: Facts) -> None:
    Undertaking.objects.filter(pk=pk).update(translations=dict(translations))


def _known(model: Any, key: str, field: str) -> int:
    pk: int | None = model.objects.filter(key=key).values_list("pk", flat=True).first()
    if pk is None:
        raise Invalid({field: [_("“%(key)s” is not known here.") % {"key": key}]})
    return pk


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _moment(text: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(text))
