"""Arguments of the inquiries' routes for the permission matrix: everything belongs to ``owner``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jichi.city.models import Department
from jichi.figures.models import InquiryRequest, InquirySeries

from .sample import WOMEN, answer, form, office, request_of, sent


def request(owner: Department | None) -> InquiryRequest:
    """An answered request that ``owner`` was asked by ``owner``; without an owner, nobody's."""
    asked = owner or Department.objects.filter(key="niemands").first() or office("niemands", "無所属課")
    found = InquiryRequest.objects.filter(asked=asked, inquiry__department=owner).first()
    if found is not None:
        return found
    row = InquirySeries.objects.create(
        key=f"matrix-{owner.key if owner else 'none'}",
        title="調査",
        purpose="確かめるため",
        form=form("women", WOMEN).form,
        department=owner,
        check_levels=2,
    )
    asked_of = request_of(sent(row, [asked]), asked)
    return answer(asked_of, members=10, women=5)


def _series(owner: Department | None) -> dict[str, Any]:
    return {"pk": request(owner).inquiry.series_id}


def _inquiry(owner: Department | None) -> dict[str, Any]:
    return {"pk": request(owner).inquiry_id}


def _request(owner: Department | None) -> dict[str, Any]:
    return {"pk": request(owner).pk}


def _return(owner: Department | None) -> dict[str, Any]:
    return {"pk": request(owner).pk, "number": 1}


def _file(owner: Department | None) -> dict[str, Any]:
    from .test_workbooks import with_file

    return {"pk": with_file(request(owner)).pk, "number": 2}


_MAKERS: dict[Callable[[Department | None], dict[str, Any]], str] = {
    _series: "y-series y-targets y-new",
    _inquiry: "y y-edit y-choose y-send y-extend y-close y-bulk y-remind y-returned y-merge y-enter",
    _request: "y-request y-request-workbook y-request-paper y-request-upload y-request-nothing "
    "y-request-hand-on y-request-check-section y-request-check-bureau y-request-send-back "
    "y-request-talk y-request-cancel",
    _return: "y-request-return",
    _file: "y-request-file",
}

ADDRESSES = {f"staff-inquir{name}": make for make, names in _MAKERS.items() for name in names.split()}
