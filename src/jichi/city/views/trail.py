"""The audit trail as administrators and auditors read it: sentences, pseudonyms, the head of the chain."""

from __future__ import annotations

import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city import readers, seal
from jichi.city.forms import TrailForm
from jichi.city.models import AuditEntry
from jichi.city.queries import actor_words, trail_for
from jichi.city.queries.trail import sentence_of
from jichi.city.requests import ViewedRequest
from jichi.ui.numbers import format_date
from jichi.ui.tables import Cell, Column, Table

PAGE_SIZE = 50


def _fields_words(entry: AuditEntry) -> str:
    parts = []
    for name, value in entry.fields.items():
        if not (isinstance(value, list) and len(value) == 2):
            parts.append(_("%(field)s: changed") % {"field": name})
            continue
        old, new = (_said(side) for side in value)
        if old and new:
            parts.append(_("%(field)s: %(old)s → %(new)s") % {"field": name, "old": old, "new": new})
        elif new:
            parts.append(_("%(field)s: %(new)s") % {"field": name, "new": new})
        elif old:
            parts.append(_("%(field)s: no longer %(old)s") % {"field": name, "old": old})
    return _("; ").join(parts)


def _said(value: object) -> str:
    if value is None:
        return ""
    return _(", ").join(str(one) for one in value) if isinstance(value, list) else str(value)


def _when(moment: datetime.datetime) -> Cell:
    local = timezone.localtime(moment)
    return Cell(format_date(local.date(), weekday=False), note=f"{local:%H:%M:%S}")


def _seal_words(entry: AuditEntry) -> Cell:
    placed = getattr(entry, "seal", None)
    return Cell(f"{placed.sequence}", note=placed.hash[:12]) if placed else Cell(_("not yet"))


@require_safe
def entries(request: ViewedRequest) -> HttpResponse:
    """The entries, newest first, by date, act and object; the filter stays in the address."""
    form = TrailForm(request.GET or None)
    page = Paginator(trail_for(request.viewer, form.as_filter()), PAGE_SIZE).get_page(request.GET.get("page"))
    names = actor_words(page.object_list)
    table = Table(
        caption=_("Entries of the audit trail"),
        columns=[
            Column(_("When"), narrow=True),
            Column(_("What was done"), head=True),
            Column(_("On what")),
            Column(_("By whom")),
            Column(_("Rows"), numeric=True),
            Column(_("Place in the chain")),
        ],
        rows=[
            [
                _when(entry.at),
                Cell(sentence_of(entry.act), note=_fields_words(entry)),
                Cell(entry.object_type or "–", note=entry.object_id),
                names[entry.actor],
                entry.count,
                _seal_words(entry),
            ]
            for entry in page.object_list
        ],
        phone="cards",
        hide_caption=True,
    )
    return render(request, "city/trail.html", {"form": form, "table": table, "page": page, **_state()})


def _state() -> dict[str, object]:
    return {"head": seal.head(), "pending": seal.pending(), "readers": readers.states(), "dense": True}


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute the whole chain on demand and say what was found."""
    problems = seal.verify() if request.method == "POST" else None
    context = {"problems": problems, "verified_at": timezone.localtime(), **_state()}
    return render(request, "city/trail_verify.html", context)
