"""Sets of opinions that say the same: the list, one set, and the acts on them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.errors import Invalid
from jichi.city.requests import ViewedRequest
from jichi.consultations import services
from jichi.consultations.actions import DISPOSE
from jichi.consultations.marking import pieces_of
from jichi.consultations.models import Consultation
from jichi.methods.receipts import grouped
from jichi.methods.texts.spans import shared_spans
from jichi.ui.languages import html_lang
from jichi.ui.numbers import format_number
from jichi.voices.actions import GROUP, REPLY, SPLIT
from jichi.voices.enums import SetKind
from jichi.voices.models import Desk, OpinionSet
from jichi.voices.numbers import number_of
from jichi.voices.queries import sets as heard
from jichi.voices.queries import similar
from jichi.voices.services.shaping import move_wording, pin_set, rename_set, split_set
from jichi.voices.services.topic_acts import (
    put_in_topic,
    put_many_in_topic,
)
from jichi.voices.words import moment

from .staff_frame import acted, consultation_to, desk_of, number, only_posted, page, sent

PER_PAGE = 30
SUGGESTED = 8
"""Sets on a page that looks for the one most like each: every one is compared with all others."""


@require_safe
def sets(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """The sets, the largest first, filtered in the address."""
    row = consultation_to(request, pk)
    desk = desk_of(request, row)
    filters = heard.SetFilters.given(request.GET)
    suggests = request.GET.get("alike") == "1"
    found = heard.sets_for(request.viewer, desk, filters=filters)
    rows = Paginator(found, SUGGESTED if suggests else PER_PAGE)
    shown = rows.get_page(request.GET.get("page"))
    counts = heard.counts_of(shown.object_list)
    topics = heard.topics_of(request.viewer, desk)
    context = {
        "title": _("Opinions that say the same"),
        "lead": _(
            "Submissions and distinct arguments are counted apart. Number does not decide; content does."
        ),
        "cards": [
            {
                **set_card(row, one, counts.get(one.pk)),
                "alike": _alike(request, row, one) if suggests else None,
            }
            for one in shown
        ],
        "suggests": suggests,
        "page": shown,
        "filters": filters,
        "is_filtered": bool(filters.address()),
        "kinds": SetKind.choices,
        "topics": [(one.topic.pk, "　" * one.level + str(one.topic)) for one in topics],
        "may_shape": request.viewer.can(GROUP, desk) and request.viewer.can(DISPOSE, row),
    }
    return page(request, row, "sets.html", "staff-consultation-sets", context)


def _alike(request: ViewedRequest, row: Consultation, one: OpinionSet) -> dict[str, Any] | None:
    """The set that says most nearly what this one says, to be put together with it; None where none does."""
    assert row.desk is not None
    one.desk = row.desk
    found = similar.alike_sets(request.viewer, one, most=1)
    if not found:
        return None
    return {**set_card(row, found[0].row), "percent": round(found[0].similarity * 100)}


def set_card(row: Consultation, one: Any, counts: Any = None) -> dict[str, Any]:
    """A set as a line of a list: its title or its text, and its sizes."""
    return {
        "row": one,
        "url": reverse("staff-consultation-set", args=[row.pk, one.pk]),
        "dispose_url": reverse("staff-consultation-dispose", args=[row.pk, one.pk]),
        "title": one.title or "",
        "text": str(getattr(one, "lead_text", "") or "")[:160],
        "harsh": bool(getattr(one, "is_harsh", False)),
        "kind": one.get_kind_display(),
        "topic": str(one.topic) if one.topic_id else "",
        "pending": counts.pending if counts is not None else 0,
    }


def set_of(request: ViewedRequest, desk: Desk, pk: int) -> OpinionSet:
    """One set of the desk. Raises DoesNotExist."""
    found = heard.set_for(request.viewer, pk)
    if found.desk_id != desk.pk:
        raise OpinionSet.DoesNotExist
    return found


@require_safe
def one_set(request: ViewedRequest, pk: uuid.UUID, set_id: int) -> HttpResponse:
    """One set: its distinct texts by how often they were sent, why they are together, what can be done."""
    row = consultation_to(request, pk)
    desk = desk_of(request, row)
    found = set_of(request, desk, set_id)
    wordings = Paginator(heard.wordings_of(request.viewer, found), PER_PAGE).get_page(request.GET.get("page"))
    lead, lead_text = found.representative, heard.lead_texts([found.pk]).get(found.pk, "")
    context = {
        "title": found.title or _("Set %(number)d") % {"number": found.pk},
        "lead": _sizes(found),
        "found": found,
        "card": set_card(row, found),
        "wordings": [_wording_line(one, lead, lead_text) for one in wordings],
        "page": wordings,
        "alike": [
            {**set_card(row, one.row), "percent": round(one.similarity * 100)}
            for one in similar.alike_sets(request.viewer, found)
        ],
        "topics": heard.topics_of(request.viewer, desk),
        "may_shape": request.viewer.can(GROUP, desk),
        "may_dispose": request.viewer.can(DISPOSE, row),
        "reply_url": reverse("staff-set-reply", args=[found.pk]) if request.viewer.can(REPLY, desk) else "",
    }
    within = [{"title": _("Sets"), "url": reverse("staff-consultation-sets", args=[row.pk])}]
    return page(request, row, "set.html", "staff-consultation-sets", context, within=within)


def _sizes(found: OpinionSet) -> str:
    return _("%(opinions)s opinions in %(submissions)s submissions, %(wordings)s distinct texts") % {
        "opinions": format_number(found.size),
        "submissions": format_number(found.submissions),
        "wordings": format_number(found.wordings),
    }


def _wording_line(one: Any, lead: Any, lead_text: str) -> dict[str, Any]:
    same = one.pk == (lead.pk if lead is not None else None)
    spans = () if same or lead is None else shared_spans(str(one.text or ""), lead_text)
    shared = [{"start": span.left.start, "end": span.left.end} for span in spans]
    return {
        "row": one,
        "is_lead": same,
        "pieces": pieces_of(str(one.text or ""), shared),
        "lang": html_lang(one.language),
        "decision": one.get_decision_display(),
    }


def shape_set(request: ViewedRequest, pk: uuid.UUID, set_id: int) -> HttpResponse:
    """Rename, pin, split or put into a topic: the button says which."""
    row = consultation_to(request, pk)
    desk = desk_of(request, row, GROUP)
    if refused := only_posted(request):
        return refused
    found, data, viewer = set_of(request, desk, set_id), request.POST, request.viewer
    version, here = (
        number(data.get("version", "")) or None,
        reverse("staff-consultation-set", args=[pk, set_id]),
    )
    acts: dict[str, tuple[Any, str]] = {
        "rename": (
            lambda: rename_set(viewer=viewer, set_id=found.pk, version=version, title=data.get("title", "")),
            _("The title is kept."),
        ),
        "pin": (
            lambda: pin_set(viewer=viewer, set_id=found.pk, version=version, is_pinned=not found.by_hand),
            _("No later grouping puts it elsewhere.")
            if not found.by_hand
            else _("It may be put together again."),
        ),
        "split": (
            lambda: split_set(
                viewer=viewer,
                set_id=found.pk,
                version=version,
                wording_ids=[number(one) for one in data.getlist("wording")],
            ),
            _("They are a set of their own now."),
        ),
        "move": (lambda: _move(request, desk, found, data), _("They stand in the other set now.")),
        "topic": (
            lambda: put_in_topic(
                viewer=viewer,
                set_id=found.pk,
                version=version,
                topic_id=number(data.get("topic", "")) or None,
            ),
            _("It is in that topic and stays there."),
        ),
    }
    do, done = acts.get(data.get("act", ""), acts["rename"])
    return acted(request, here, do, done)


def _move(request: ViewedRequest, desk: Desk, found: OpinionSet, data: QueryDict) -> None:
    """Put the ticked texts of a set into another one. Raises Invalid, Conflict."""
    chosen = {number(one) for one in data.getlist("wording")}
    target = number(data.get("into", "").strip().lstrip("#"))
    if not chosen:
        raise Invalid({"wording": [_("Tick those that are meant first.")]})
    try:
        into = set_of(request, desk, target)
    except OpinionSet.DoesNotExist:
        raise Invalid({"into": [_("There is no set of this number here.")]}) from None
    with transaction.atomic():
        for one in heard.wordings_of(request.viewer, found).filter(pk__in=chosen):
            move_wording(viewer=request.viewer, wording_id=one.pk, version=one.version, set_id=into.pk)


def shape_sets(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Merge the ticked sets, or put them into one topic."""
    row = consultation_to(request, pk)
    desk = desk_of(request, row, GROUP)
    if refused := only_posted(request):
        return refused
    pair = request.POST.get("pair", "")
    chosen = [number(one) for one in (pair.split("-") if pair else request.POST.getlist("set"))]
    back = reverse("staff-consultation-sets", args=[pk])
    if kept := QueryDict(request.POST.get("kept", "")).urlencode():
        back = f"{back}?{kept}"
    if not chosen:
        messages.warning(request, _("Tick those that are meant first."))
        return redirect(back)
    rows = [set_of(request, desk, one) for one in dict.fromkeys(chosen)]
    if not pair and request.POST.get("act") == "topic":
        topic = number(request.POST.get("topic", ""))
        return acted(
            request,
            back,
            lambda: put_many_in_topic(viewer=request.viewer, set_ids=chosen, topic_id=topic),
            _("They are in that topic and stay there."),
        )
    into = max(rows, key=lambda one: (one.size, -one.pk))
    others = [one.pk for one in rows if one.pk != into.pk]

    def merge() -> None:
        services.merge_sets(viewer=request.viewer, consultation_id=row.pk, set_ids=others, into=into.pk)

    return acted(request, back, merge, _("They are one set now."))


@require_safe
def said(request: ViewedRequest, pk: uuid.UUID, wording: int) -> HttpResponse:
    """Who sent one text: its submissions in the order of receipt, each with what can be done alone."""
    row = consultation_to(request, pk)
    desk = desk_of(request, row)
    one = heard.wording_for(request.viewer, wording)
    if one.desk_id != desk.pk:
        raise Desk.DoesNotExist
    after = number(request.GET.get("after", ""))
    rows = list(
        heard.opinions_of(request.viewer, one)
        .filter(voice_id__gt=after)
        .select_related("disposition")[: PER_PAGE + 1]
    )
    shown = rows[:PER_PAGE]
    context = {
        "title": _("Who said this?"),
        "lead": sent(one.size),
        "wording": one,
        "text_lang": html_lang(one.language),
        "opinions": [
            {
                "row": opinion,
                "number": grouped(number_of(opinion.voice)),
                "channel": opinion.voice.get_channel_display(),
                "received": moment(opinion.voice.received_at),
                "own": getattr(opinion, "disposition", None),
            }
            for opinion in shown
        ],
        "more": f"?after={shown[-1].voice_id}" if len(rows) > PER_PAGE else "",
        "may_dispose": request.viewer.can(DISPOSE, row),
        "may_divide": request.viewer.can(SPLIT, desk),
    }
    within = [{"title": _("Sets"), "url": reverse("staff-consultation-sets", args=[row.pk])}]
    if one.set is not None:
        title = one.set.title or _("Set %(number)d") % {"number": one.set.pk}
        within.append({"title": title, "url": reverse("staff-consultation-set", args=[pk, one.set.pk])})
    return page(request, row, "said.html", "staff-consultation-sets", context, within=within)
