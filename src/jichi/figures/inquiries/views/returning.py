"""Workbooks that came back: uploaded by those asked or by who asks, each told of by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jichi.city.errors import Invalid
from jichi.city.uploads import is_refused, keeps_form, too_long_sentence
from jichi.city.workbench import show

from ..actions import ANSWER, TAKE_IN
from ..forms import ReturnedForm
from ..services import File, take_in_workbooks
from ..words import handed_in_words, respondent_name
from .frame import (
    below_request,
    inquiry_crumbs,
    inquiry_to,
    inquiry_url,
    request_to,
    request_url,
    sentences,
    title_of,
    viewer_of,
)


@keeps_form
@require_http_methods(["GET", "POST"])
def inquiry_returned(http: HttpRequest, pk: int) -> HttpResponse:
    """Upload workbooks that came back from any of those asked; then what became of each file."""
    inquiry = inquiry_to(http, pk, TAKE_IN)
    return returned_page(
        http,
        title=_("Workbooks that came back: %(title)s") % {"title": title_of(inquiry)},
        way=inquiry_crumbs(inquiry),
        back=inquiry_url(inquiry),
        take=lambda files, data: take_in_workbooks(
            viewer=viewer_of(http),
            inquiry_id=inquiry.pk,
            files=files,
            replaces=data["replaces"],
            note=data["note"],
        ),
    )


def returned_page(
    http: HttpRequest, *, title: str, way: list[Any], back: str, take: Any, after: str = ""
) -> HttpResponse:
    """The upload of workbooks, for those asked and for who asks; each file is told of by itself.

    ``after`` is what is said once something was taken in.
    """
    form = ReturnedForm(http.POST, http.FILES) if http.method == "POST" else ReturnedForm()
    done: list[Any] = []
    status = 200
    if http.method == "POST" and is_refused(http):
        form.errors.clear()
        form.add_error("files", too_long_sentence())
        status = 413
    elif http.method == "POST":
        status = 422
        if form.is_valid():
            files = [File(name=one.name, content=one.read()) for one in form.cleaned_data["files"]]
            try:
                done = take(files, form.cleaned_data)
            except Invalid as error:
                for text in sentences(error):
                    form.add_error("files", text)
            else:
                status = 200 if all(one.outcome in {"taken", "same"} for one in done) else 422
                form = ReturnedForm()
    if after and any(one.outcome == "taken" for one in done):
        messages.success(http, after)
    context = {
        "title": title,
        "form": form,
        "back": back,
        "files": [_file(one) for one in done],
        "summary": _summary(done),
    }
    return show(http, "figures/inquiries/returned.html", context, crumbs=way, status=status)


def _file(one: Any) -> dict[str, Any]:
    words = {
        "taken": ("met", _("Taken in")),
        "same": ("met", _("Says what stands already; no second return was made")),
        "refused": ("far_below", _("Not taken in")),
        "newer": ("cannot_judge", _("Not taken in: another answer came first")),
    }
    state, word = words[one.outcome]
    return {
        "name": one.name,
        "state": state,
        "word": word,
        "sentences": one.sentences,
        "warnings": one.warnings,
        "who": respondent_name(one.request) if one.request is not None else "",
        "url": request_url(one.request) if one.request is not None else "",
    }


def _summary(done: list[Any]) -> str:
    if not done:
        return ""
    taken = sum(one.outcome in {"taken", "same"} for one in done)
    text = ngettext(
        "%(taken)d of %(count)d file was taken in.", "%(taken)d of %(count)d files were taken in.", len(done)
    )
    return text % {"taken": taken, "count": len(done)}


def attached(file: File, kind: str) -> HttpResponse:
    """A file to be saved, under its own name."""
    response = HttpResponse(file.content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


@keeps_form
@require_http_methods(["GET", "POST"])
def request_upload(http: HttpRequest, pk: int) -> HttpResponse:
    """Upload the workbook of one request."""
    row = request_to(http, pk, ANSWER)
    return returned_page(
        http,
        title=_("Upload the workbook: %(title)s") % {"title": title_of(row.inquiry)},
        way=below_request(http, row),
        back=request_url(row),
        take=lambda files, data: take_in_workbooks(
            viewer=viewer_of(http),
            request_id=row.pk,
            files=files,
            replaces=data["replaces"],
            note=data["note"],
        ),
        after=handed_in_words(row.inquiry) if row.inquiry.check_levels else "",
    )
