"""Pages of packets: what was made of an evaluation, asking for one, and how far it has come."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.views.acting import ask, posted
from jichi.city.workbench import Crumb, show
from jichi.evaluation.actions import MAKE_PACKET
from jichi.evaluation.enums import PacketState
from jichi.evaluation.models import Cycle, Packet
from jichi.evaluation.printing.templates import templates
from jichi.evaluation.queries.packets import packet_cycle_for, packet_file_for, packets_for
from jichi.evaluation.services.packets import ask_packet, resume_packet, stop_packet
from jichi.sheets.words import say
from jichi.ui.downloads import file_response
from jichi.ui.languages import LANGUAGE_INFO

PDF, ZIP = "application/pdf", "application/zip"
_STATES = {
    PacketState.WAITING: "not_loaded",
    PacketState.RUNNING: "partial",
    PacketState.DONE: "met",
    PacketState.FAILED: "far_below",
    PacketState.STOPPED: "cannot_judge",
}


class PacketForm(forms.Form):
    """Which packet, of which state of the sheets, in which language."""

    template = forms.ChoiceField()
    edition = forms.ChoiceField()
    language = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].label = _("Packet")
        self.fields["template"].choices = [(key, say(one.title)) for key, one in templates().items()]  # type: ignore[attr-defined]
        self.fields["edition"].label = _("What it shows")
        self.fields["edition"].choices = [  # type: ignore[attr-defined]
            ("published", _("What was published")),
            ("draft", _("The drafts that the committee was given")),
        ]
        self.fields["language"].label = _("Language")
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            (code, LANGUAGE_INFO[code]["name_local"]) for code, _name in settings.LANGUAGES
        ]


def _viewer(http: HttpRequest) -> Viewer:
    viewer: Viewer = http.viewer  # type: ignore[attr-defined]
    return viewer


def _crumbs(cycle: Cycle, *, packets: bool = False) -> list[Crumb]:
    way = [
        {"title": _("Evaluation"), "url": reverse("staff-evaluation")},
        {"title": cycle.title, "url": reverse("staff-evaluation-cycle", args=[cycle.pk])},
    ]
    if packets:
        way.append({"title": _("Packets"), "url": reverse("staff-evaluation-packets", args=[cycle.pk])})
    return way


def title_of(packet: Packet) -> str:
    """What the packet is called; the key where its template is gone."""
    template = templates().get(packet.template)
    return say(template.title) if template is not None else packet.template


def _line(packet: Packet) -> dict[str, Any]:
    return {
        "title": title_of(packet),
        "url": reverse("staff-evaluation-packet", args=[packet.pk]),
        "packet": packet,
        "state": _STATES[PacketState(packet.state)],
        "word": packet.get_state_display(),
        "edition": pgettext("edition", "Drafts")
        if packet.edition == "draft"
        else pgettext("edition", "Published"),
        "language": LANGUAGE_INFO.get(packet.language, LANGUAGE_INFO["ja"])["name_local"],
    }


@require_safe
def packet_list(http: HttpRequest, pk: int) -> HttpResponse:
    """What has been made of an evaluation, the newest first."""
    viewer = _viewer(http)
    cycle = packet_cycle_for(viewer, pk)
    lines = [_line(one) for one in packets_for(viewer).filter(cycle=cycle)[:100]]
    context = {
        "title": _("Packets"),
        "lead": _("One file for the council, for the settlement, or of all sheets."),
        "lines": lines,
        "new_url": reverse("staff-evaluation-packet-ask", args=[pk])
        if viewer.can(MAKE_PACKET, cycle)
        else "",
    }
    return show(http, "evaluation/packets/list.html", context, crumbs=_crumbs(cycle))


@require_http_methods(["GET", "POST"])
def packet_ask(http: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a packet."""
    viewer = _viewer(http)
    cycle = packet_cycle_for(viewer, pk)
    viewer.require(MAKE_PACKET, cycle)

    def do(data: dict[str, Any]) -> HttpResponse:
        packet = ask_packet(viewer=viewer, cycle_id=pk, **data)
        return redirect("staff-evaluation-packet", pk=packet.pk)

    return ask(
        http,  # type: ignore[arg-type]
        PacketForm(posted(http), initial={"language": "ja"}),
        title=_("Make a packet"),
        lead=_("It is made in the background. You can leave the page and come back."),
        button=_("Make it"),
        back=reverse("staff-evaluation-packets", args=[pk]),
        do=do,
        crumbs=_crumbs(cycle, packets=True),
    )


@require_safe
def packet_detail(http: HttpRequest, pk: int) -> HttpResponse:
    """How far a packet has come; when it is ready, the file."""
    viewer = _viewer(http)
    packet = packets_for(viewer).get(pk=pk)
    context = {
        **_line(packet),
        "lead": _lead(packet),
        "running": packet.state in (PacketState.WAITING, PacketState.RUNNING),
        "can_make": viewer.can(MAKE_PACKET, packet.cycle),
        "can_resume": packet.state in (PacketState.STOPPED, PacketState.FAILED),
        "is_done": packet.state == PacketState.DONE,
    }
    return show(http, "evaluation/packets/detail.html", context, crumbs=_crumbs(packet.cycle, packets=True))


def _lead(packet: Packet) -> str:
    if packet.state == PacketState.DONE:
        return _("It is ready: %(pages)d pages.") % {"pages": packet.pages}
    if packet.state == PacketState.FAILED:
        return _("It could not be made. What was made is kept; take it up again, or tell the administrator.")
    if packet.state == PacketState.STOPPED:
        return _("It was stopped. What was made is kept.")
    if packet.done == packet.total:
        return _("All sheets are there; the pages are being set.")
    return _("%(done)d of %(total)d sheets are made.") % {"done": packet.done, "total": packet.total}


@require_safe
def packet_file(http: HttpRequest, pk: int) -> HttpResponse:
    """The finished packet."""
    packet = packet_file_for(_viewer(http), pk)
    kind = PDF if packet.filename.endswith(".pdf") else ZIP
    return file_response(bytes(packet.content or b""), packet.filename, kind)


@require_POST
def packet_stop(http: HttpRequest, pk: int) -> HttpResponse:
    """Stop making a packet."""
    return _switched(http, pk, stop_packet, _("The packet was stopped."))


@require_POST
def packet_resume(http: HttpRequest, pk: int) -> HttpResponse:
    """Take a packet up again."""
    return _switched(http, pk, resume_packet, _("The packet is taken up again."))


def _switched(http: HttpRequest, pk: int, do: Any, done: str) -> HttpResponse:
    packet = packets_for(_viewer(http)).get(pk=pk)
    version = http.POST.get("version", "")
    try:
        do(viewer=_viewer(http), packet_id=packet.pk, version=int(version) if version.isdigit() else 0)
    except Conflict:
        messages.warning(http, _("The packet has gone on meanwhile. This is how it stands now."))
    except Invalid as problem:
        messages.warning(http, str(problem))
    else:
        messages.success(http, done)
    return redirect("staff-evaluation-packet", pk=pk)
