"""Mail that could not be delivered: what for, what was tried, what to do. Never an address, never a text."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from jichi.city.errors import Invalid
from jichi.city.requests import ViewedRequest
from jichi.city.workbench import show
from jichi.office.actions import TRY_AGAIN
from jichi.office.models import Message
from jichi.office.outbox import try_again, undelivered_for
from jichi.office.outbox.queries import counts_for, message_for

PER_PAGE = 50

TROUBLES: dict[str, str | Promise] = {
    "": gettext_lazy("Nobody has noted why."),
    "server": gettext_lazy("The mail server broke off. It is tried again by itself."),
    "refused": gettext_lazy("The mail server of the address refused it: the address may be wrong or full."),
    "no_address": gettext_lazy("The address was destroyed before the message went."),
    "unsure": gettext_lazy("The program was interrupted twice while sending: it may have arrived or not."),
}


@require_safe
def undelivered(request: ViewedRequest) -> HttpResponse:
    """The messages that did not go, those given up first."""
    viewer = request.viewer
    page = Paginator(undelivered_for(viewer), PER_PAGE).get_page(request.GET.get("page"))
    counts = counts_for(viewer)
    context = {
        "title": _("Undelivered mail"),
        "heading": _heading(page.paginator.count),
        "lead": _lead(counts),
        "late": counts["late"],
        "lines": [_line(row) for row in page],
        "page": page,
        "may_try": viewer.can(TRY_AGAIN),
    }
    return show(request, "office/outbox.html", context, crumbs=[])


@require_POST
def again(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Let one be sent once more."""
    try:
        try_again(viewer=request.viewer, message=message_for(request.viewer, pk))
    except Invalid as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The message will be sent again within a minute."))
    return HttpResponseRedirect(reverse("staff-outbox"))


def _heading(count: int) -> str:
    if not count:
        return _("Every message was delivered or is on its way")
    text = ngettext("%(count)d message did not arrive", "%(count)d messages did not arrive", count)
    return text % {"count": count}


def _lead(counts: dict[str, int]) -> str:
    sent = ngettext("%(sent)d was sent today", "%(sent)d were sent today", counts["sent"])
    waiting = ngettext("%(waiting)d waits to be sent", "%(waiting)d wait to be sent", counts["waiting"])
    return _("%(sent)s; %(waiting)s.") % {"sent": sent % counts, "waiting": waiting % counts}


def _line(row: Message) -> dict[str, Any]:
    given_up = row.state == Message.State.GIVEN_UP
    return {
        "pk": row.pk,
        "number": str(row.pk)[-8:],
        "what": row.kind or _("Message"),
        "context": row.context,
        "why": TROUBLES.get(row.trouble, TROUBLES[""]),
        "attempts": row.attempts,
        "posted": timezone.localtime(row.created_at),
        "next": timezone.localtime(row.next_at) if row.next_at else None,
        "mark": {
            "state": "below" if given_up else "between",
            "word": _("given up") if given_up else _("tried again"),
        },
    }
