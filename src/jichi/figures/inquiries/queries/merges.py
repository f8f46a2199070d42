"""A merge as it is read: whose returns it saw, who is missing, and what was entered from it."""

from __future__ import annotations

from collections.abc import Iterable

from jichi.city.access import Viewer
from jichi.figures.models import Evidence, InquiryRequest, Merge, Observation
from jichi.figures.queries import observations_for


def merge_of(viewer: Viewer, inquiry_id: int, number: int | None = None) -> Merge | None:
    """A merge of an inquiry, the newest where no number is given; None where there is none."""
    rows = Merge.objects.filter(inquiry_id=inquiry_id).select_related(
        "evidence", "inquiry__series", "inquiry__department", "inquiry__form_version__form"
    )
    if number is not None:
        rows = rows.filter(number=number)
    return rows.order_by("-number").first()


def merge_of_evidence(evidence: Evidence) -> Merge | None:
    """The merge that an evidence stands for; None for evidence of another kind."""
    rows = Merge.objects.select_related(
        "inquiry__series", "inquiry__department", "inquiry__form_version__form", "evidence"
    )
    return rows.filter(evidence=evidence).first()


def requests_named(ids: Iterable[int]) -> dict[int, InquiryRequest]:
    """Requests with what their names are made of. The names of offices and places are public."""
    rows = InquiryRequest.objects.filter(pk__in=list(ids)).select_related(
        "asked", "department", "place", "inquiry__series", "inquiry__department"
    )
    return {row.pk: row for row in rows.order_by("asked__key", "place__key", "inquiry__month", "label", "pk")}


def entered_from(viewer: Viewer, merge: Merge) -> list[Observation]:
    """The values that rest on a merge, as far as the viewer sees them."""
    rows = observations_for(viewer).filter(evidence_id=merge.evidence_id)
    return list(rows.select_related("series__indicator", "project_figure__project__plan").order_by("pk"))
