"""What stands in a sheet's form now."""

from __future__ import annotations

from collections.abc import Mapping

from jichi.evaluation.models import Sheet
from jichi.sheets.definition import Address
from jichi.sheets.models import AnswerRevision
from jichi.sheets.reading import raw_from_json


def typed_so_far(sheet: Sheet, answers: Mapping[str, str] | None = None) -> dict[Address, str]:
    """The draft, or else what was handed in last, as typed; with ``answers`` by address put over it.

    An answer that is empty takes away what stands there.
    """
    if sheet.answer_set.draft:
        found = dict(raw_from_json(sheet.answer_set.draft))
    else:
        rows = AnswerRevision.objects.filter(answer_set=sheet.answer_set_id).order_by("-number")
        newest = rows.defer("content").first()
        found = dict(raw_from_json(newest.raw)) if newest is not None else {}
    for key, text in (answers or {}).items():
        found[Address.of(key)] = text
    return {address: text for address, text in found.items() if text.strip()}
