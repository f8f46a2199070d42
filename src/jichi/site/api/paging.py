"""The parameters that lists share, and one page of a list."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.utils.http import urlencode
from ninja import Query

from . import schemas

PageNumber = Annotated[int, Query(1, ge=1, le=100_000, description="Which page of the list.")]
PageSize = Annotated[int, Query(50, ge=1, le=200, description="How many items on a page.")]
Lang = Annotated[str, Query("", description="Language of names: ja, en, ja-simple …")]
ABSENT = {404: schemas.Problem, 422: schemas.Problem}
BAD = {422: schemas.Problem}


def paged(request: HttpRequest, rows: Any, page: int, size: int) -> tuple[dict[str, Any], list[Any]]:
    """The head of a list's page, and its rows.

    Raises:
        Http404: for a page beyond the last.
    """
    paginator: Paginator[Any] = Paginator(rows, size)
    if page > max(1, paginator.num_pages):
        raise Http404
    current = paginator.page(page)

    def link(number: int) -> str:
        given = {key: str(value) for key, value in request.GET.items() if key != "page"}
        return f"{settings.BASE_URL}{request.path}?{urlencode({**given, 'page': str(number)})}"

    head = {
        "count": paginator.count,
        "page": page,
        "pages": paginator.num_pages,
        "next": link(page + 1) if current.has_next() else None,
        "previous": link(page - 1) if current.has_previous() else None,
    }
    return head, list(current.object_list)
