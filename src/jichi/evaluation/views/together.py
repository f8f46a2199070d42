"""What is done for several sheets on a page of its own: giving them to somebody, more time, reminders."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.forms import take_objections
from jichi.city.queries import departments_for
from jichi.city.views.acting import posted
from jichi.city.workbench import show
from jichi.evaluation.actions import EXTEND, HAND_ON, REMIND
from jichi.evaluation.forms import AssignForm, ExtendForm, WordForm
from jichi.evaluation.models import Sheet
from jichi.evaluation.queries.people import people_of_office
from jichi.evaluation.services.delegating import assign
from jichi.evaluation.services.timing import extend, remind

from .frame import back_from, crumbs, start_url, viewer_of
from .lists import chosen_sheets, lines_of


def _page(
    http: HttpRequest,
    form: forms.Form,
    sheets: list[Sheet],
    *,
    title: str,
    lead: str,
    button: str,
    act: Callable[[list[int]], list[Sheet]],
    done: Callable[[int], str],
    fields: dict[str, str] | None = None,
) -> HttpResponse:
    """Show which sheets are meant, ask what the act needs, do it for all and go back where one came from."""
    back = back_from(http, start_url())
    if not sheets:
        messages.info(http, _("No sheet is ticked. Tick those that are meant, then press the button."))
        return redirect(back)
    status = 200
    if http.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changed = act([one.pk for one in sheets])
            except Invalid as error:
                take_objections(
                    form, Invalid({(fields or {}).get(k, k): v for k, v in error.messages.items()})
                )
            else:
                http.session.pop("evaluation-chosen", None)
                messages.success(http, done(len(changed)))
                return redirect(back)
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "button": button,
        "back": back,
        "lines": lines_of(sheets, timezone.now()),
    }
    return show(http, "evaluation/together.html", context, crumbs=crumbs(), status=status)


@require_http_methods(["GET", "POST"])
def sheets_assign(http: HttpRequest) -> HttpResponse:
    """Give sheets to somebody of their office, or to another office."""
    viewer = viewer_of(http)
    viewer.require(HAND_ON)
    sheets = [one for one in chosen_sheets(http, viewer) if viewer.can(HAND_ON, one)]
    form = AssignForm(posted(http), people=_people(sheets), offices=_offices(viewer))
    return _page(
        http,
        form,
        sheets,
        title=ngettext("Who fills in %(count)d sheet?", "Who fills in %(count)d sheets?", len(sheets))
        % {"count": len(sheets)},
        lead=_(
            "Everybody of the office can still read it and fill it in; it stands first in the list of the one"
            " it is given to. Given to another office, it leaves yours."
        ),
        button=_("Give"),
        act=lambda ids: assign(viewer=viewer, sheet_ids=ids, note=form.cleaned_data["note"], **form.target()),
        done=lambda count: (
            ngettext("%(count)d sheet is given.", "%(count)d sheets are given.", count) % {"count": count}
        ),
        fields={"person": "to", "department": "to"},
    )


def _people(sheets: list[Sheet]) -> list[tuple[str, str]]:
    """Those who work at the office of the sheets; nobody where they are of several offices."""
    offices = {one.department_id for one in sheets}
    if len(offices) != 1:
        return []
    return [(f"person:{pk}", person.name) for pk, person in people_of_office(offices.pop()).items()]


def _offices(viewer: Viewer) -> list[tuple[str, str]]:
    rows = departments_for(viewer, on=timezone.localdate())
    return [(f"office:{one.pk}", one.name) for one in rows]


@require_http_methods(["GET", "POST"])
def sheets_extend(http: HttpRequest) -> HttpResponse:
    """Give departments more time."""
    viewer = viewer_of(http)
    viewer.require(EXTEND)
    sheets = [one for one in chosen_sheets(http, viewer) if one.state == "filling"]
    form = ExtendForm(posted(http))
    return _page(
        http,
        form,
        sheets,
        title=ngettext("More time for %(count)d sheet", "More time for %(count)d sheets", len(sheets))
        % {"count": len(sheets)},
        lead=_("Only for sheets that still lie with their department. The reason stands on each sheet."),
        button=_("Give more time"),
        act=lambda ids: extend(
            viewer=viewer,
            sheet_ids=ids,
            due_on=form.cleaned_data["due_on"],
            reason=form.cleaned_data["reason"],
        ),
        done=lambda count: (
            ngettext("%(count)d sheet has more time.", "%(count)d sheets have more time.", count)
            % {"count": count}
        ),
    )


@require_http_methods(["GET", "POST"])
def sheets_remind(http: HttpRequest) -> HttpResponse:
    """Remind those with whom sheets lie."""
    viewer = viewer_of(http)
    viewer.require(REMIND)
    waiting = {"filling", "section", "bureau"}
    sheets = [one for one in chosen_sheets(http, viewer) if one.state in waiting]
    form = WordForm(posted(http))
    return _page(
        http,
        form,
        sheets,
        title=ngettext("Remind of %(count)d sheet", "Remind of %(count)d sheets", len(sheets))
        % {"count": len(sheets)},
        lead=_(
            "A reminder stands on the sheet and among the work of the office. Mail is not sent from here."
        ),
        button=_("Remind"),
        act=lambda ids: remind(viewer=viewer, sheet_ids=ids, text=form.cleaned_data["text"]),
        done=lambda count: (
            ngettext(
                "%(count)d was reminded; who had been reminded today is left out.",
                "%(count)d were reminded; who had been reminded today is left out.",
                count,
            )
            % {"count": count}
        ),
    )
