"""The topics of one consultation as a tree, and the acts on them."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.requests import ViewedRequest
from jichi.consultations.actions import LOOK
from jichi.voices.actions import TOPIC
from jichi.voices.queries import sets as heard
from jichi.voices.services.topic_acts import (
    merge_topics,
    new_topic,
    rename_topic,
)

from .staff_frame import acted, consultation_to, desk_of, number, only_posted, page


@require_safe
def topics(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """The topics as a tree, with their sets and opinions."""
    row = consultation_to(request, pk)
    desk = desk_of(request, row)
    sets_url = reverse("staff-consultation-sets", args=[pk])
    context = {
        "title": _("What do the opinions speak of?"),
        "lead": _(
            "Names are words of the opinions until somebody gives better ones. What people decide here stays."
        ),
        "rows": [
            {
                "topic": one.topic,
                "indent": range(one.level),
                "sets": one.sets,
                "opinions": one.opinions,
                "url": f"{sets_url}?{urlencode({'topic': one.topic.pk})}",
            }
            for one in heard.topics_of(request.viewer, desk)
        ],
        "none_url": f"{sets_url}?topic={heard.NO_TOPIC}",
        "may_shape": request.viewer.can(TOPIC, desk),
    }
    return page(request, row, "topics.html", "staff-consultation-topics", context)


def shape_topics(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Rename a topic, make a new one, or merge the ticked ones."""
    row = consultation_to(request, pk, LOOK)
    desk = desk_of(request, row, TOPIC)
    if refused := only_posted(request):
        return refused
    data, viewer, back = request.POST, request.viewer, reverse("staff-consultation-topics", args=[pk])
    known = {one.topic.pk for one in heard.topics_of(viewer, desk)}
    chosen = [one for one in (number(text) for text in data.getlist("topic")) if one in known]
    if data.get("act") == "new":
        return acted(
            request,
            back,
            lambda: new_topic(viewer=viewer, desk_id=desk.pk, title=data.get("title", "")),
            _("The topic is made. Put sets into it by hand."),
        )
    if data.get("act") == "merge" and len(chosen) > 1:
        return acted(
            request,
            back,
            lambda: merge_topics(viewer=viewer, topic_ids=chosen[1:], into=chosen[0]),
            _("They are one topic now."),
        )
    if data.get("act") == "rename" and chosen:
        version = number(data.get("version", "")) or None
        return acted(
            request,
            back,
            lambda: rename_topic(
                viewer=viewer, topic_id=chosen[0], version=version, title=data.get("title", "")
            ),
            _("The title is kept."),
        )
    messages.warning(request, _("Tick those that are meant first."))
    return redirect(back)
