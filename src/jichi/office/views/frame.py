"""What the pages of approvals have in common: finding the thing, the way back, files to be saved."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from jichi.city.requests import ViewedRequest
from jichi.city.workbench import Crumb
from jichi.office.models import Approval
from jichi.office.queries import approval_for


def approval_to(request: ViewedRequest, pk: uuid.UUID, key: str) -> Approval:
    """The approval, for somebody who may see it and do ``key`` at all. Absent and forbidden are both 404.

    Raises:
        Approval.DoesNotExist, NotAllowed.
    """
    approval = approval_for(request.viewer, pk)
    request.viewer.require(key)
    return approval


def our_approval(request: ViewedRequest, pk: uuid.UUID, key: str) -> Approval:
    """The approval, for somebody who may do ``key`` to it because it is her office's. Raises as above."""
    approval = approval_for(request.viewer, pk)
    request.viewer.require(key, approval)
    return approval


def url_of(approval: Approval) -> str:
    """The page of an approval."""
    return reverse("staff-approval", args=[approval.pk])


def crumbs() -> list[Crumb]:
    """The way to all approvals."""
    return [{"title": _("Approvals"), "url": reverse("staff-approvals")}]


def below(approval: Approval) -> list[Crumb]:
    """The way to a page below an approval's."""
    return [*crumbs(), {"title": approval.title, "url": url_of(approval)}]


def attached(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to be saved under its own name; browsers are told not to guess what it is, nor to keep it."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
