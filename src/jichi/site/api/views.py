"""Around the API: the language of an answer, open access from other sites, its description for people."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from jichi.ui.languages import html_lang

from .application import openapi
from .language import language_of
from .problems import problem

View = Callable[..., HttpResponse]

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
    "Allow": "GET, HEAD, OPTIONS",
}


def answered(view: View) -> View:
    """``view`` as a part of the API: in the reader's language, readable from any site, errors as problems."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            response = _respond(view, request, *args, **kwargs)
        for name, value in CORS.items():
            response.headers[name] = value
        response.headers["Content-Language"] = html_lang(language)
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return wrapped


def _respond(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=PREFLIGHT)
    if request.method not in {"GET", "HEAD"}:
        response = problem(request, 405, _("This API only answers GET."))
        response.headers["Allow"] = PREFLIGHT["Allow"]
        return response
    method, request.method = request.method, "GET"  # the operations know GET alone; Django drops HEAD's body
    try:
        return view(request, *args, **kwargs)
    except Http404:
        return problem(request, 404, _("There is nothing at this address."))
    finally:
        request.method = method


@answered
def absent(request: HttpRequest) -> HttpResponse:
    """Any other address below /api/."""
    return problem(request, 404, _("There is nothing at this address."))


@answered
def openapi_json(request: HttpRequest) -> HttpResponse:
    """The description of the API (OpenAPI 3.1)."""
    document = {**openapi(), "servers": [{"url": settings.BASE_URL}]}
    content = json.dumps(document, ensure_ascii=False, indent=1)
    return HttpResponse(content, content_type="application/vnd.oai.openapi+json;version=3.1")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The API for people: every address, its parameters and its answer, without any script."""
    schema = openapi()
    context = {
        "version": schema["info"]["version"],
        "groups": _groups(schema),
        "schemas": [_described(name, one) for name, one in sorted(schema["components"]["schemas"].items())],
        "base": f"{settings.BASE_URL}/api/v1",
        "openapi_url": reverse("api-openapi"),
        "crumbs": [
            {"title": _("Home"), "url": reverse("home")},
            {"title": _("Open data"), "url": reverse("data-catalogue")},
            {"title": _("Read API")},
        ],
    }
    return render(request, "site/api/docs.html", context)


def _groups(schema: dict[str, Any]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        operation = methods["get"]
        title = operation["summary"]
        answer = operation["responses"].get(200) or operation["responses"]["200"]
        found.setdefault(operation["tags"][0], []).append(
            {
                "id": operation["operationId"],
                "path": path,
                "summary": _(title),
                "text": operation.get("description", ""),
                "parameters": [
                    {
                        "name": one["name"],
                        "where": one["in"],
                        "type": _type(one["schema"]),
                        "required": one.get("required", False),
                        "text": one["schema"].get("description", ""),
                    }
                    for one in operation.get("parameters", [])
                ],
                "answer": _type(answer["content"]["application/json"]["schema"]),
                "answer_id": _reference(answer["content"]["application/json"]["schema"]),
            }
        )
    titles = _tags()
    return [{"tag": titles[tag], "operations": operations} for tag, operations in found.items()]


def _tags() -> dict[str, str]:
    return {
        "plans": _("The plan"),
        "indicators": _("Indicators"),
        "projects": _("Projects"),
        "documents": _("Policy documents"),
        "city": _("The city"),
        "search": _("Search"),
        "evaluations": _("Evaluations"),
        "consultations": _("Public comment"),
        "data": _("Open data"),
    }


def _reference(schema: dict[str, Any]) -> str:
    target = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
    return str(target).rpartition("/")[2]


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "object")


def _described(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "text": schema.get("description", ""),
        "fields": [
            {"name": key, "type": _type(one), "text": one.get("description", "")}
            for key, one in schema.get("properties", {}).items()
        ],
    }
