"""What the returns come to together: totals, what does not add up, who is missing, and the values of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jichi.city.access import Viewer
from jichi.figures.models import Inquiry, InquiryRequest, Merge
from jichi.figures.services.values import PUBLISH
from jichi.figures.staff.views.known import name_of, value_words
from jichi.sheets.definition import Address, Definition
from jichi.sheets.parsing import definition_of
from jichi.sheets.words import place_label, problem_text
from jichi.ui import numbers

from ..actions import ENTER, MERGE, READ_INQUIRY
from ..evidence import totals_in_words
from ..forms import MergeForm
from ..moves import RETURNED
from ..queries.board import merges_of
from ..queries.merges import entered_from, merge_of, requests_named
from ..queries.subjects import subject_of
from ..services import Results, enter_results, merge_inquiry
from ..services.merging import problem_of
from ..services.results import Proposed, is_stale, propose, why_none
from ..words import count_words, respondent_name, seen_words
from .frame import (
    ask,
    do,
    inquiry_crumbs,
    inquiry_to,
    number_in,
    request_url,
    title_of,
    viewer_of,
)


@require_http_methods(["GET", "POST"])
def inquiry_merge(http: HttpRequest, pk: int) -> HttpResponse:
    """The newest merge (``?number=`` another); a POST merges anew."""
    inquiry = inquiry_to(http, pk, READ_INQUIRY)
    viewer = viewer_of(http)
    number = number_in(http.GET.get("number", ""))
    merge = merge_of(viewer, inquiry.pk, number)
    if number is not None and merge is None:
        raise Http404
    form = MergeForm(http.POST if http.method == "POST" else None)
    title = _("Nothing is merged yet")
    if merge is not None:
        title = seen_words(inquiry.series.kind, merge.seen, merge.whole)
    return ask(
        http,
        form,
        title=title,
        button=_("Merge again") if merge is not None else _("Merge the returns"),
        crumbs=inquiry_crumbs(inquiry),
        back=reverse("staff-inquiry-merge", args=[inquiry.pk]),
        do=lambda data: merge_inquiry(
            viewer=viewer,
            inquiry_id=inquiry.pk,
            with_answered=data["with_answered"],
            reason=data["reason"],
        ),
        done=_("Merged. Look at what does not add up before you enter the results."),
        template="figures/inquiries/merge.html",
        beside=_beside(viewer, inquiry, merge),
    )


def _beside(viewer: Viewer, inquiry: Inquiry, merge: Merge | None) -> dict[str, Any]:
    rows = list(inquiry.requests.exclude(state="cancelled"))
    answered = sum(row.state in RETURNED for row in rows)
    accepted = sum(row.state == "accepted" for row in rows)
    context: dict[str, Any] = {
        "kind": title_of(inquiry),
        "inquiry": inquiry,
        "merge": merge,
        "counts": count_words(inquiry.series.kind, answered, len(rows)),
        "accepted": accepted,
        "waiting": answered - accepted,
        "may_merge": viewer.can(MERGE, inquiry) and inquiry.state != Inquiry.State.DRAFT,
        "first": merge is None,
    }
    if merge is None:
        return context
    merge.inquiry = inquiry
    merges = merges_of(viewer, inquiry)
    definition = definition_of(inquiry.form_version)
    named = requests_named(_ids(merge))
    is_newest = merge.number == merges[0].number
    entered = entered_from(viewer, merge)
    is_hidden = any(one.published_at is None for one in entered)
    return context | {
        "merges": [
            {
                "number": one.number,
                "at": timezone.localtime(one.made_at),
                "seen": one.seen,
                "whole": one.whole,
                "reason": one.reason,
                "current": one.pk == merge.pk,
                "url": f"{reverse('staff-inquiry-merge', args=[inquiry.pk])}?number={one.number}",
            }
            for one in merges
        ],
        "is_newest": is_newest,
        "stale": is_newest and is_stale(merge),
        "unaccepted": len(merge.revisions["states"]) > 1,
        "missing": [_named(named[pk]) for pk in merge.revisions["missing"] if pk in named],
        "not_asked": merge.whole - merge.seen - len(merge.revisions["missing"]),
        "totals": totals_in_words(definition, merge.totals),
        "findings": _findings(merge, definition, named),
        "proposed": [_proposed(one) for one in propose(viewer, merge)] if is_newest else [],
        "may_enter": viewer.can(ENTER, inquiry) and is_newest,
        "enter_url": reverse("staff-inquiry-enter", args=[inquiry.pk]),
        "targets_url": reverse("staff-inquiry-targets", args=[inquiry.series_id]),
        "entered": [
            {
                "name": name_of(one.series or one.project_figure),
                "text": value_words(one),
                "revision": one.revision,
                "public": one.published_at is not None,
                "url": _subject_url(one),
            }
            for one in entered
        ],
        "publish_url": reverse("staff-values-publish") if is_hidden and viewer.can(PUBLISH) else "",
        "evidence_url": reverse("figures-evidence", args=[merge.evidence_id]),
    }


def _subject_url(one: Any) -> str:
    kind, pk = ("series", one.series_id) if one.series_id else ("number", one.project_figure_id)
    return reverse("staff-subject", args=[kind, pk])


def _ids(merge: Merge) -> list[int]:
    return [*map(int, merge.revisions["seen"]), *merge.revisions["missing"]]


def _named(row: InquiryRequest) -> dict[str, str]:
    name = respondent_name(row)
    if row.inquiry.month:
        name = _("%(name)s, month %(month)d") % {"name": name, "month": row.inquiry.month}
    return {"name": name, "url": request_url(row), "state": row.get_state_display()}


# --- what is to be looked at ----------------------------------------------------------------------
def _findings(merge: Merge, definition: Definition, named: dict[int, InquiryRequest]) -> dict[str, Any]:
    found: dict[str, list[dict[str, Any]]] = {"errors": [], "warnings": [], "empty": [], "outliers": []}
    for one in merge.findings:
        row = named.get(one["request"])
        if row is None:
            continue
        line = _named(row)
        if one["kind"] == "check":
            text = problem_text(problem_of(one), definition)
            found["errors" if one["severity"] == "error" else "warnings"].append(line | {"text": text})
        elif one["kind"] == "empty":
            found["empty"].append(line | {"text": place_label(definition, Address.of(one["place"]))})
        else:
            found["outliers"].append(line | _outlier(one, definition))
    return found


def _outlier(one: dict[str, Any], definition: Definition) -> dict[str, Any]:
    address = Address.of(one["place"])
    _part, field = definition.field(address.field)
    now, before = Decimal(one["now"]), Decimal(one["before"])
    return {
        "text": place_label(definition, address),
        "now": numbers.format_number(now, field.decimals),
        "before": numbers.format_number(before, field.decimals),
        "why": _why(one),
    }


def _why(one: dict[str, Any]) -> str:
    ratio = one["ratio"]
    facts = {"ratio": f"{ratio:,.2f}".rstrip("0").rstrip(".") if ratio is not None else ""}
    match one["why"]:
        case "unit":
            power = f"{10 ** abs(one['power']):,}"
            return _("about %(power)s times more or less: another unit?") % {"power": power}
        case "appeared":
            return _("nothing last time")
        case "vanished":
            return _("nothing this time")
        case "sign":
            return _("the sign changed")
        case "ratio":
            return _("%(ratio)s times last time's") % facts
    return _("%(ratio)s times last time's, unlike the others") % facts


# --- the values -----------------------------------------------------------------------------------
def _proposed(one: Proposed) -> dict[str, Any]:
    target, result = one.target, one.result
    unit = one.value.unit if one.value is not None else ""
    shown = (
        numbers.format_value(result.value, unit, decimals=target.decimals)
        if result.value is not None
        else why_none(result)
    )
    return {
        "name": name_of(subject_of(target)),
        "expression": target.expression,
        "text": shown,
        "refused": one.refused,
        "has_value": result.value is not None,
    }


@require_http_methods(["GET", "POST"])
def inquiry_enter(http: HttpRequest, pk: int) -> HttpResponse:
    """Enter what the newest merge comes to as values."""
    inquiry = inquiry_to(http, pk, ENTER)
    back = reverse("staff-inquiry-merge", args=[inquiry.pk])
    merge = merge_of(viewer_of(http), inquiry.pk)
    if merge is None:
        return redirect(back)
    viewer = viewer_of(http)
    reason = http.POST.get("reason", "")[:300]

    def enter() -> Results:
        done = enter_results(viewer=viewer, merge_id=merge.pk, reason=reason)
        for one in done.refused:
            text = _("%(name)s: %(sentence)s")
            messages.warning(http, text % {"name": name_of(subject_of(one.target)), "sentence": one.sentence})
        return done

    return do(http, enter, back=back, done=_entered)


def _entered(done: Results) -> str:
    if not done.rows:
        return _("Nothing is new: what the merge gives stands already.") if done.unchanged else ""
    text = ngettext(
        "%(count)d value was entered. It is not public until it is published.",
        "%(count)d values were entered. They are not public until they are published.",
        len(done.rows),
    )
    return text % {"count": len(done.rows)}
