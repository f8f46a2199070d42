"""Saying why a passage of the final text differs from the draft, and which opinions stand behind it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, record
from jichi.consultations.actions import CHANGE
from jichi.consultations.enums import Audience, Side, VersionKind
from jichi.consultations.models import Consultation, DraftVersion, PassageChange, PassageReason
from jichi.consultations.queries.passages import compared, text_of
from jichi.voices.models import OpinionSet

from .holding import clean, held, moment


def explain_change(
    *,
    viewer: Viewer,
    text_id: int,
    anchor: str,
    reason: str,
    behind: Sequence[int] = (),
    against: Sequence[int] = (),
    not_from_opinions: bool = False,
    version: int | None = None,
    at: datetime.datetime | None = None,
) -> PassageChange:
    """Explain one changed passage of the final text; ``version`` is that of the explanation changed.

    ``behind`` and ``against`` are sets of opinions that asked for the change or for the opposite. A passage
    changed for another reason says so (``not_from_opinions``).

    Raises:
        DraftVersion.DoesNotExist; NotAllowed; Conflict; Invalid: not a final text, a passage that does not
            differ, no reason, no opinions behind it.
    """
    text = DraftVersion.objects.get(pk=text_id)
    with held(viewer, CHANGE, text.consultation_id, None) as row:
        assert viewer.actor is not None
        now = moment(viewer, CHANGE, at)
        _require_differs(row, text, anchor)
        said = clean(reason, "reason", most=4_000, required=_("Say why this passage was changed."))
        if not behind and not not_from_opinions:
            why = _("Name the opinions behind the change, or say that it does not come from opinions.")
            raise Invalid({"behind": [why]})
        sides = _sides(row, behind, against)
        found = PassageChange.objects.select_for_update().filter(text=text, anchor=anchor).first()
        if found is not None and found.version != version:
            raise Conflict(found)
        found = found or PassageChange(text=text, anchor=anchor, version=0)
        found.reason, found.not_from_opinions = said, not_from_opinions and not behind
        found.by, found.at, found.version = viewer.actor, now, found.version + 1
        found.save()
        found.reasons.all().delete()
        PassageReason.objects.bulk_create(
            PassageReason(change=found, set_id=pk, side=side) for pk, side in sides.items()
        )
        fields = {
            "anchor": anchor,
            "reason": CHANGED,
            "behind": [None, len(behind)],
            "against": [None, len(against)],
        }
        record(viewer, CHANGE, found, fields=fields)
        return found


def _require_differs(row: Consultation, text: DraftVersion, anchor: str) -> None:
    draft = text_of(row, Audience.FULL)
    if text.kind != VersionKind.FINAL or draft is None:
        raise Invalid({"": [_("Only changes of the final text are explained.")]})
    if text != text_of(row, Audience.FULL, kind=VersionKind.FINAL):
        raise Invalid({"": [_("There is a newer final text; explain the changes of that one.")]})
    if anchor not in {one.anchor for one in compared(draft, text)}:
        raise Invalid({"anchor": [_("This passage is as it was in the draft.")]})


def _sides(row: Consultation, behind: Sequence[int], against: Sequence[int]) -> dict[int, str]:
    if set(behind) & set(against):
        raise Invalid({"against": [_("The same opinions cannot ask for it and for the opposite.")]})
    sides = dict.fromkeys(behind, str(Side.BEHIND)) | dict.fromkeys(against, str(Side.AGAINST))
    known = OpinionSet.objects.filter(pk__in=sides, desk_id=row.desk_id or 0).values_list("pk", flat=True)
    if set(sides) - set(known):
        raise Invalid({"behind": [_("This set of opinions is not one of this consultation.")]})
    return sides
