"""The API's operations. Versioned: what is here keeps its meaning; a breaking change becomes version 2."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation

from jichi.city.access import ANONYMOUS
from jichi.plan.queries import (
    documents_for,
    indicators_for,
    not_held_for,
    plan_for,
    plans_for,
    schemes_for,
)
from jichi.plan.queries.export import node_row, ordered_nodes_for
from jichi.site.data import catalogue
from jichi.site.data.queries import ward_rows
from jichi.site.search import queries as searching
from jichi.ui.downloads import FORMATS

from . import consultations, evaluations, figure_schemas, reading, schemas
from .paging import ABSENT, BAD, Lang, PageNumber, PageSize, paged
from .problems import problem
from .reading import address, said

DESCRIPTION = """Everything the public pages show, to be read by programs. No key is needed; only GET works.

Names come in the language of the parameter `lang` (or of `Accept-Language`), falling back to the language of
the source. Keys, codes, years and numbers are the same in every language. Lists come in pages. Every answer
has an `ETag`: ask again with `If-None-Match` and an unchanged answer costs nothing. Errors are problem
details (RFC 9457).
"""


class ReadApi(NinjaAPI):
    """The API, whose operations are called what their functions are called."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the operation in the description."""
        return operation.view_func.__name__


api = ReadApi(
    title="Jichi",
    version="1.0.0",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-v1",
    servers=[],
)
api.add_router("", evaluations.router)
api.add_router("", consultations.router)


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A parameter that cannot be used."""
    errors = [
        {"parameter": str(item.get("loc", ("",))[-1]), "reason": str(item.get("msg", ""))}
        for item in error.errors
    ]
    return problem(request, 422, _("A parameter cannot be used."), errors=errors)


@api.exception_handler(Http404)
def on_absent(request: HttpRequest, error: Http404) -> HttpResponse:
    """Nothing there, or nothing that may be read: the same answer."""
    return problem(request, 404, _("There is nothing at this address."))


@api.exception_handler(HttpError)
def on_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Any other refusal."""
    return problem(request, error.status_code, str(error))


@api.get(
    "/plans",
    response={200: list[schemas.Plan], **BAD},
    url_name="plans",
    summary=gettext_noop("Plans"),
    tags=["plans"],
)
def plans(request: HttpRequest, lang: Lang) -> Any:
    """All published plans, newest first."""
    return [reading.plan_answer(plan) for plan in plans_for(ANONYMOUS)]


@api.get(
    "/plans/{key}",
    response={200: schemas.PlanTree, **ABSENT},
    url_name="plan",
    summary=gettext_noop("One plan"),
    tags=["plans"],
)
def plan(request: HttpRequest, key: str, lang: Lang) -> Any:
    """A plan with its whole tree."""
    found = plan_for(ANONYMOUS, key)
    if found is None:
        raise Http404
    return reading.tree_answer(found)


@api.get(
    "/nodes",
    response={200: schemas.Page[schemas.Node], **ABSENT},
    url_name="nodes",
    summary=gettext_noop("Parts"),
    tags=["plans"],
)
def nodes(
    request: HttpRequest,
    lang: Lang,
    plan: Annotated[str, Query("", description="Key of a plan.")],
    level: Annotated[str, Query("", description="Key of a level.")],
    parent: Annotated[str, Query("", description="Code of the part above.")],
    page: PageNumber,
    size: PageSize,
) -> Any:
    """Policies, measures and projects of all plans, in printed order."""
    wanted = {"plan__key": plan, "level__key": level, "parent__code": parent}
    rows = ordered_nodes_for(ANONYMOUS).filter(**{name: value for name, value in wanted.items() if value})
    head, found = paged(request, rows, page, size)
    return {**head, "items": [node_row(row) for row in found]}


@api.get(
    "/plans/{key}/nodes/{code}",
    response={200: schemas.NodeDetail, **ABSENT},
    url_name="node",
    summary=gettext_noop("One part"),
    tags=["plans"],
)
def node(request: HttpRequest, key: str, code: str, lang: Lang) -> Any:
    """A part of a plan by its code, with its sentences and what hangs on it."""
    rows = ordered_nodes_for(ANONYMOUS).filter(plan__key=key, code=code)
    related = ("statements", "children", "placements__indicator", "documents", "schemes")
    found = rows.prefetch_related(*related).first()
    if found is None:
        raise Http404
    return reading.node_answer(found)


@api.get(
    "/plans/{key}/figures",
    response={200: list[figure_schemas.FigureState], **ABSENT},
    url_name="plan-figures",
    summary=gettext_noop("Figures of a plan by state"),
    tags=["plans"],
)
def plan_figures(request: HttpRequest, key: str, lang: Lang) -> Any:
    """Every figure the plan promises to watch: what it counts, where it comes from, and what is known."""
    found = plan_for(ANONYMOUS, key)
    if found is None:
        raise Http404
    return reading.figure_answers(found)


@api.get(
    "/indicators",
    response={200: schemas.Page[schemas.Indicator], **ABSENT},
    url_name="indicators",
    summary=gettext_noop("Indicators"),
    tags=["indicators"],
)
def indicators(
    request: HttpRequest,
    lang: Lang,
    plan: Annotated[str, Query("", description="Key of a plan.")],
    node: Annotated[str, Query("", description="Code of the part that places the indicator.")],
    kind: Annotated[str, Query("", description="sense or outcome")],
    page: PageNumber,
    size: PageSize,
) -> Any:
    """Indicators that a published plan places."""
    wanted = {"placements__node__plan__key": plan, "placements__node__code": node, "kind": kind}
    rows = indicators_for(ANONYMOUS).filter(**{name: value for name, value in wanted.items() if value})
    head, found = paged(request, rows.distinct().order_by("key"), page, size)
    return {**head, "items": [reading.indicator_answer(row) for row in found]}


@api.get(
    "/indicators/{key}",
    response={200: schemas.IndicatorDetail, **ABSENT},
    url_name="indicator",
    summary=gettext_noop("One indicator"),
    tags=["indicators"],
)
def indicator(request: HttpRequest, key: str, lang: Lang) -> Any:
    """An indicator with every printed point and every measured value, each with its evidence."""
    found = indicators_for(ANONYMOUS).filter(key=key).first()
    if found is None:
        raise Http404
    return reading.indicator_detail_answer(found)


@api.get(
    "/projects",
    response={200: schemas.Page[schemas.Project], **ABSENT},
    url_name="projects",
    summary=gettext_noop("Projects"),
    tags=["projects"],
)
def projects(
    request: HttpRequest,
    lang: Lang,
    plan: Annotated[str, Query("", description="Key of a plan.")],
    parent: Annotated[str, Query("", description="Code of the measure.")],
    page: PageNumber,
    size: PageSize,
) -> Any:
    """Projects with initiatives, yearly activities and yearly numbers."""
    wanted = {"plan__key": plan, "parent__code": parent}
    rows = ordered_nodes_for(ANONYMOUS).filter(level__kind="project")
    head, found = paged(
        request, rows.filter(**{name: value for name, value in wanted.items() if value}), page, size
    )
    return {**head, "items": reading.project_answers(found)}


@api.get(
    "/projects/{plan}/{code}",
    response={200: schemas.Project, **ABSENT},
    url_name="project",
    summary=gettext_noop("One project"),
    tags=["projects"],
)
def project(request: HttpRequest, plan: str, code: str, lang: Lang) -> Any:
    """A project by its code."""
    rows = ordered_nodes_for(ANONYMOUS).filter(level__kind="project", plan__key=plan, code=code)
    found = reading.project_answers(list(rows))
    if not found:
        raise Http404
    return found[0]


@api.get(
    "/documents",
    response={200: schemas.Page[schemas.Document], **ABSENT},
    url_name="documents",
    summary=gettext_noop("Policy documents"),
    tags=["documents"],
)
def documents(request: HttpRequest, lang: Lang, page: PageNumber, size: PageSize) -> Any:
    """Plans, policies, guidelines and ordinances that a published plan names."""
    head, found = paged(request, documents_for(ANONYMOUS).order_by("key"), page, size)
    return {**head, "items": [reading.document_answer(row) for row in found]}


@api.get(
    "/documents/{key}",
    response={200: schemas.Document, **ABSENT},
    url_name="document",
    summary=gettext_noop("One policy document"),
    tags=["documents"],
)
def document(request: HttpRequest, key: str, lang: Lang) -> Any:
    """A policy document with its revisions."""
    found = documents_for(ANONYMOUS).filter(key=key).first()
    if found is None:
        raise Http404
    return reading.document_answer(found)


@api.get(
    "/schemes",
    response={200: list[schemas.Scheme], **BAD},
    url_name="schemes",
    summary=gettext_noop("Schemes"),
    tags=["documents"],
)
def schemes(request: HttpRequest, lang: Lang) -> Any:
    """Named schemes of the city that a published plan speaks of."""
    return [
        {
            "key": row.key,
            "name": said(row, "name"),
            "summary": said(row, "summary"),
            "nodes": [one.code for one in row.nodes.all()],
        }
        for row in schemes_for(ANONYMOUS).order_by("key")
    ]


@api.get(
    "/not-held",
    response={200: list[schemas.NotHeld], **BAD},
    url_name="not-held",
    summary=gettext_noop("What is not held"),
    tags=["documents"],
)
def not_held(request: HttpRequest, lang: Lang) -> Any:
    """Parts that the plans refer to and that are not held here, with the reason."""
    return [
        {
            "plan": row.plan.key,
            "key": row.key,
            "title": said(row, "title"),
            "reason": said(row, "reason"),
            "node": row.node.code if row.node else None,
        }
        for row in not_held_for(ANONYMOUS)
    ]


@api.get(
    "/wards",
    response={200: list[schemas.Ward], **BAD},
    url_name="wards",
    summary=gettext_noop("Wards"),
    tags=["city"],
)
def wards(request: HttpRequest, lang: Lang) -> Any:
    """The wards of the city."""
    return list(ward_rows(ANONYMOUS))


@api.get(
    "/search",
    response={200: schemas.FoundPage, **BAD},
    url_name="search",
    summary=gettext_noop("Search"),
    tags=["search"],
)
def search(
    request: HttpRequest,
    lang: Lang,
    q: Annotated[
        str, Query(..., max_length=searching.LONGEST_QUERY, description="Words that must all be found.")
    ],
    kind: Annotated[str, Query("", description="One of the kinds that an answer names.")],
    page: PageNumber,
    size: Annotated[int, Query(20, ge=1, le=100)],
) -> Any:
    """Full-text search over all public pages in the language asked for."""
    found = searching.search(q, language=get_language() or "ja", source=kind, page=page, size=size)
    return {
        "query": found.query,
        "count": found.total,
        "is_broad": found.is_broad,
        "kinds": found.counts,
        "page": found.page,
        "pages": found.pages,
        "items": [reading.found_answer(hit) for hit in found.hits],
        "related": [reading.found_answer(hit) for hit in found.related],
    }


@api.get(
    "/catalogue",
    response={200: list[schemas.Dataset], **BAD},
    url_name="catalogue",
    summary=gettext_noop("Datasets"),
    tags=["data"],
)
def datasets(request: HttpRequest, lang: Lang) -> Any:
    """Every public dataset with its columns and the addresses of its files."""
    licence = catalogue.licence_url()
    return [
        {
            "key": entry.key,
            "title": entry.title,
            "description": entry.description,
            "rows": entry.rows,
            "updated_at": entry.updated,
            "licence": licence,
            "columns": [reading.column_answer(column) for column in entry.columns],
            "files": {form: address("data-file", entry.key, form) for form in FORMATS},
        }
        for entry in catalogue.entries()
    ]


@lru_cache(maxsize=1)
def openapi() -> dict[str, Any]:
    """The description of this API (OpenAPI 3.1), without this installation's address. Not to be changed."""
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))
