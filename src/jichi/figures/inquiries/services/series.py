"""Setting up what is asked again and again, and what its merged returns measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.figures.models import InquirySeries, InquiryTarget
from jichi.sheets.models import FormVersion

from ..actions import SAVE_SERIES
from ..targets import problem_of_expression

FACTS = ("title", "purpose", "kind", "form_id", "department_id", "check_levels", "translations")
_PROSE = frozenset({"purpose", "translations"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the returns measure: one subject and the expression over the form's fields that gives its value.

    Exactly one of ``series_id`` and ``project_figure_id``. ``by_ward``: also for each ward, where ward
    offices answer.
    """

    expression: str
    series_id: int | None = None
    project_figure_id: int | None = None
    decimals: int = 0
    definition: str = "1"
    quantity: str = ""
    counting: str = ""
    by_ward: bool = False


def save_series(
    *,
    viewer: Viewer,
    facts: Mapping[str, Any],
    series_id: int | None = None,
    version: int | None = None,
    key: str = "",
) -> InquirySeries:
    """Set up a repeated inquiry under ``key``, or change the facts given of the one with ``series_id``.

    Raises:
        NotAllowed; InquirySeries.DoesNotExist; Conflict; Invalid: by field.
    """
    if series_id is None:
        row = InquirySeries(key=key.strip(), **_known(facts))
        with act(viewer, SAVE_SERIES, row):
            _write(row)
            record(viewer, SAVE_SERIES, row, fields={"created": [None, row.key]})
        return row
    with act(viewer, SAVE_SERIES, InquirySeries.objects.get(pk=series_id)):
        row = InquirySeries.objects.select_for_update().get(pk=series_id)
        if row.version != version:
            raise Conflict(row)
        changed = {name: value for name, value in _known(facts).items() if getattr(row, name) != value}
        if not changed:
            return row
        if "kind" in changed and row.inquiries.exists():
            raise Invalid({"kind": [_("It was asked already; its kind stays.")]})
        before = {name: getattr(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        viewer.require(SAVE_SERIES, row)
        row.version += 1
        _write(row)
        record(
            viewer,
            SAVE_SERIES,
            row,
            fields={
                name: CHANGED if name in _PROSE else [before[name], value] for name, value in changed.items()
            },
        )
    return row


def save_targets(
    *, viewer: Viewer, series_id: int, version: int, targets: Iterable[Target]
) -> list[InquiryTarget]:
    """Say anew what the returns of a series measure; the list given takes the place of the one that stood.

    Raises:
        NotAllowed; InquirySeries.DoesNotExist; Conflict; Invalid: by position ("0", "1" …).
    """
    listed = list(targets)
    with act(viewer, SAVE_SERIES, InquirySeries.objects.get(pk=series_id)):
        row = InquirySeries.objects.select_for_update().get(pk=series_id)
        if row.version != version:
            raise Conflict(row)
        problems = _problems(row, listed)
        if problems:
            raise Invalid(problems)
        before = list(row.targets.order_by("order").values_list("expression", flat=True))
        row.targets.all().delete()
        made = InquiryTarget.objects.bulk_create(
            InquiryTarget(
                inquiry_series=row,
                order=place,
                **{
                    name: getattr(one, name)
                    for name in (
                        "series_id",
                        "project_figure_id",
                        "expression",
                        "decimals",
                        "definition",
                        "quantity",
                        "counting",
                        "by_ward",
                    )
                },
            )
            for place, one in enumerate(listed, start=1)
        )
        InquirySeries.objects.filter(pk=row.pk).update(version=row.version + 1)
        after = [one.expression for one in listed]
        record(viewer, SAVE_SERIES, row, fields={"targets": [before, after]})
    return made


def newest_version(form_id: int) -> FormVersion | None:
    """The last version of a form, None where it has none."""
    return FormVersion.objects.filter(form_id=form_id).order_by("-number").first()


def _problems(row: InquirySeries, listed: list[Target]) -> dict[str, list[str]]:
    version = newest_version(row.form_id)
    found: dict[str, list[str]] = {}
    seen: set[tuple[int | None, int | None, str]] = set()
    for place, one in enumerate(listed):
        texts = []
        if (one.series_id is None) == (one.project_figure_id is None):
            texts.append(_("Choose what it measures: one indicator's series or one project's number."))
        subject = (one.series_id, one.project_figure_id, one.definition)
        if subject in seen:
            texts.append(_("The same figure stands in the list twice."))
        seen.add(subject)
        if version is None:
            texts.append(_("The form has no version yet."))
        elif text := problem_of_expression(one.expression, version.definition):
            texts.append(text)
        if not 0 <= one.decimals <= 6:
            texts.append(_("Between none and 6 digits after the point."))
        if texts:
            found[str(place)] = texts
    return found


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := [name for name in facts if name not in FACTS]:
        raise Invalid({name: [_("This field cannot be edited here.")] for name in unknown})
    return {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}


def _write(row: InquirySeries) -> None:
    try:
        row.full_clean()
        with transaction.atomic():
            row.save()
    except ValidationError as error:
        raise Invalid(
            {"" if k == "__all__" else k: [str(m) for m in v] for k, v in error.message_dict.items()}
        ) from error
    except IntegrityError as error:
        raise Invalid({"": [_("There is one with this key already.")]}) from error
