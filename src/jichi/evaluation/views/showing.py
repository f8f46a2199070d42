"""How far an evaluation is shown: the stages' switches, approval, publication."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.views.acting import ask, go_on_from
from jichi.evaluation.actions import PROPOSE, PUBLISH, PUT_UP, SWITCH
from jichi.evaluation.enums import CycleState, PacketState, Stage
from jichi.evaluation.forms import PublishForm, StageForm, VersionForm
from jichi.evaluation.models import Cycle
from jichi.evaluation.page_words import moment_words
from jichi.evaluation.queries.packets import packet_file_for, packets_for
from jichi.evaluation.services.cycles import switch_stage
from jichi.evaluation.services.proposing import propose
from jichi.evaluation.services.publishing import (
    missing_for_approval,
    missing_for_publication,
    publish_cycle,
    put_up,
)
from jichi.office.services.packing import PacketFile

from .frame import cycle_crumbs, cycle_to, cycle_url, do, not_now, viewer_of

Rows = list[tuple[str, str, str]]
"""What, how it stands now, what one had chosen."""


def _again(form: forms.Form, words: Callable[[Cycle], Rows]) -> Callable[[Cycle], Rows]:
    """Let a form go on from the cycle as somebody else left it."""

    def again(current: Cycle) -> Rows:
        go_on_from(form, version=str(current.version))
        return words(current)

    return again


_LEADS = {
    Stage.COMMITTEE: lambda: _(
        "The external committee reads the drafts of the sheets and comments on them. A draft is made of every"
        " sheet as it stands; forms, remarks and Jichi's proposals stay inside."
    ),
    Stage.COUNCIL: lambda: _("The council's secretariat reads what was published, before or with everybody."),
    Stage.PUBLIC: lambda: _("Everybody reads the results on the public pages and can download them."),
}


@require_http_methods(["GET", "POST"])
def cycle_stage(http: HttpRequest, pk: int, stage: str) -> HttpResponse:
    """Switch one stage on, off, or on from a moment to come."""
    cycle = cycle_to(http, pk, SWITCH)
    names = {Stage.COMMITTEE: "committee_from", Stage.COUNCIL: "council_from", Stage.PUBLIC: "public_from"}
    if stage not in names:
        raise Http404
    chosen = Stage(stage)
    standing = getattr(cycle, names[chosen])
    local = timezone.localtime(standing) if standing is not None else None
    initial: dict[str, Any] = {"version": cycle.version, "when": "off"}
    if local is not None:
        initial |= {"when": "later", "day": local.date(), "hour": local.time()}
    form = StageForm(http.POST if http.method == "POST" else None, initial=initial)
    return ask(
        http,  # type: ignore[arg-type]
        form,
        title=_("%(stage)s: %(title)s") % {"stage": chosen.label, "title": cycle.title},
        lead=_LEADS[chosen](),
        button=_("Save"),
        crumbs=cycle_crumbs(cycle),
        back=cycle_url(cycle),
        do=lambda data: _switched(viewer_of(http), pk, data["version"], stage, form),
        done=_("Saved. It holds from the moment you chose."),
        conflict=_again(
            form,
            lambda current: [
                (str(chosen.label), moment_words(getattr(current, names[chosen])) or _("off"), "—")
            ],
        ),
    )


def _switched(viewer: Viewer, pk: int, version: int, stage: str, form: StageForm) -> Cycle:
    try:
        return switch_stage(viewer=viewer, cycle_id=pk, version=version, stage=stage, from_=form.moment())
    except Invalid as error:
        raise Invalid(
            {"when" if name == "stage" else name: texts for name, texts in error.messages.items()}
        ) from error


# --- approval and publication -------------------------------------------------------------------------
class PutUpForm(VersionForm):
    """The files that go along the route."""

    packets = forms.MultipleChoiceField(
        label=gettext_lazy("Packets"), required=False, widget=forms.CheckboxSelectMultiple
    )
    file = forms.FileField(label=gettext_lazy("Another file"), required=False)

    def __init__(self, *args: Any, packets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["packets"]
        field.choices = packets
        if not packets:
            del self.fields["packets"]


@require_http_methods(["GET", "POST"])
def cycle_put_up(http: HttpRequest, pk: int) -> HttpResponse:
    """Put the publication up for approval, with packets that were made or a file of one's own."""
    cycle = cycle_to(http, pk, PUT_UP)
    viewer = viewer_of(http)
    if cycle.state != CycleState.OPEN or not cycle.route_key:
        text = _("Only an open evaluation with a route of approval is put up.")
        return not_now(http, text, cycle_url(cycle))
    missing = missing_for_approval(viewer, cycle)
    if missing and http.method != "POST":
        return not_now(http, " ".join(missing), cycle_url(cycle))
    made = packets_for(viewer).filter(cycle=cycle, state=PacketState.DONE)
    labels = [(str(one.pk), f"{one.filename} · {moment_words(one.finished_at)}") for one in made]
    is_sent = http.method == "POST"
    form = PutUpForm(
        http.POST if is_sent else None,
        http.FILES if is_sent else None,
        initial={"version": cycle.version},
        packets=labels,
    )
    return ask(
        http,  # type: ignore[arg-type]
        form,
        title=_("Put up for approval: %(title)s") % {"title": cycle.title},
        lead=_("The files go along the route; the city's document system gives number and date."),
        button=_("Put up"),
        crumbs=cycle_crumbs(cycle),
        back=cycle_url(cycle),
        do=lambda data: put_up(viewer=viewer, cycle_id=pk, files=_files(viewer, data)),
        done=_("It is put up. How far it has come stands on the page of the evaluation."),
    )


def _files(viewer: Viewer, data: dict[str, Any]) -> list[PacketFile]:
    found = []
    for pk in data.get("packets", []):
        row = packet_file_for(viewer, int(pk))
        found.append(PacketFile(name=row.filename, content=bytes(row.content or b"")))
    if (sent := data.get("file")) is not None:
        found.append(PacketFile(name=sent.name, content=sent.read()))
    if not found:
        raise Invalid({"": [_("Choose at least one packet or file.")]})
    return found


@require_http_methods(["GET", "POST"])
def cycle_publish(http: HttpRequest, pk: int) -> HttpResponse:
    """Publish an evaluation: everything is locked; everybody reads it at once, later, or not yet."""
    cycle = cycle_to(http, pk, PUBLISH)
    if cycle.state == CycleState.PUBLISHED:
        text = _("The evaluation is published; nothing of it changes any more.")
        return not_now(http, text, cycle_url(cycle))
    if cycle.state != CycleState.OPEN:
        return redirect(cycle_url(cycle))
    missing = missing_for_publication(viewer_of(http), cycle)
    if missing and http.method != "POST":
        return not_now(http, " ".join(missing), cycle_url(cycle))
    form = PublishForm(http.POST if http.method == "POST" else None, initial={"version": cycle.version})
    return ask(
        http,  # type: ignore[arg-type]
        form,
        title=_("Publish: %(title)s") % {"title": cycle.title},
        lead=_(
            "Every accepted sheet becomes an edition that stays for good, and the evaluation is locked. A"
            " sheet can then only be corrected, openly and with a reason."
        ),
        button=_("Publish the evaluation"),
        danger=True,
        crumbs=cycle_crumbs(cycle),
        back=cycle_url(cycle),
        do=lambda data: publish_cycle(
            viewer=viewer_of(http), cycle_id=pk, version=data["version"], public_from=form.moment()
        ),
        done=_("The evaluation is published and locked."),
        conflict=_again(form, lambda current: [(_("State"), current.get_state_display(), "—")]),
    )


@require_http_methods(["GET", "POST"])
def cycle_propose(http: HttpRequest, pk: int) -> HttpResponse:
    """Let Jichi propose judgements, where the city turned that on."""
    cycle = cycle_to(http, pk, PROPOSE)
    return do(
        http,
        lambda: propose(viewer=viewer_of(http), cycle_id=pk),
        back=cycle_url(cycle),
        done=lambda count: (
            ngettext(
                "%(count)d proposal is new; people decide.",
                "%(count)d proposals are new; people decide.",
                count,
            )
            % {"count": count}
        ),
    )
