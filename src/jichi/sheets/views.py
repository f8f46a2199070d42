"""Forms for staff to look at: which there are, how one looks as a page and on paper. Nothing is kept."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.workbench import show
from jichi.ui import numbers

from .definition import Filler
from .models import FormVersion
from .pages import PaperHead, form_page, paper_page, raw_from_post, row_counts, rows_pressed
from .pages.marking import marked
from .queries import definition_of, forms_for, newest_versions_for, version_for
from .reading import read
from .words import say


@require_safe
def form_list(request: HttpRequest) -> HttpResponse:
    """Every form with its versions, newest first."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    forms = list(forms_for(viewer))
    newest = newest_versions_for(viewer)
    context = {
        "title": _("Question forms"),
        "lead": _(
            "What offices, operators and organisers are asked. A version that was published stays as it is."
        ),
        "forms": [
            {
                "form": form,
                "title": marked(definition_of(newest[form.pk]).title),
                "versions": [_line(form.key, version) for version in form.versions.all()],
            }
            for form in forms
            if form.pk in newest
        ],
    }
    return show(request, "sheets/staff/list.html", context, crumbs=[])


def _line(key: str, version: FormVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "on": numbers.format_date(timezone.localdate(version.created_at), weekday=False),
        "note": version.note,
        "answered": version.answered,  # type: ignore[attr-defined]
        "url": reverse("staff-form", args=[key, version.number]),
        "paper_url": reverse("staff-form-paper", args=[key, version.number]),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def form_preview(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version as a page (``?as=`` who fills it in); what is typed is checked, and never kept."""
    version = _version_or_404(request, key, number)
    definition = definition_of(version)
    fill = _filler(request)
    raw = raw_from_post(definition, request.POST)
    checked = request.method == "POST" and not rows_pressed(request.POST)
    problems = read(definition, raw, fill=fill).problems if checked else ()
    page = form_page(
        definition,
        raw=raw,
        problems=problems,
        fill=fill,
        rows=row_counts(definition, request.POST),
        action=request.get_full_path(),
    )
    context = {
        "title": _("Form: %(title)s") % {"title": say(definition.title)},
        "kind": _kind(version),
        "version": version,
        "tabs": [
            {
                "title": title,
                "url": f"{reverse('staff-form', args=[key, number])}?as={one.value}",
                "current": one is fill,
            }
            for one, title in _fillers()
        ],
        "paper_url": reverse("staff-form-paper", args=[key, number]),
        "checked": checked,
        **page,
    }
    status = 422 if page["sheet"].errors else 200
    return show(request, "sheets/staff/preview.html", context, crumbs=_crumbs(), status=status)


@require_safe
def form_on_paper(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version as it is printed, blank."""
    version = _version_or_404(request, key, number)
    page = paper_page(
        definition_of(version),
        head=PaperHead(),
        version=_("Form %(key)s, version %(number)d") % {"key": key, "number": number},
    )
    preview = {
        "title": _("Version %(number)d") % {"number": number},
        "url": reverse("staff-form", args=[key, number]),
    }
    context = {"title": _("On paper"), "kind": _kind(version), **page}
    return show(request, "sheets/staff/paper.html", context, crumbs=[*_crumbs(), preview])


def _version_or_404(request: HttpRequest, key: str, number: int) -> FormVersion:
    version = version_for(request.viewer, key, number)  # type: ignore[attr-defined]
    if version is None:
        raise Http404
    return version


def _fillers() -> list[tuple[Filler, str]]:
    return [
        (Filler.RESPONDENT, _("For whoever answers")),
        (Filler.CHECKER, _("For whoever checks")),
        (Filler.ASKER, _("For whoever asked")),
    ]


def _filler(request: HttpRequest) -> Filler:
    asked = request.GET.get("as", "")
    return next((one for one in Filler if one.value == asked), Filler.RESPONDENT)


def _kind(version: FormVersion) -> str:
    words = _("Version %(number)d of %(date)s")
    day = numbers.format_date(timezone.localdate(version.created_at), weekday=False)
    return words % {"number": version.number, "date": day}


def _crumbs() -> list[dict[str, str]]:
    return [{"title": _("Question forms"), "url": reverse("staff-forms")}]
