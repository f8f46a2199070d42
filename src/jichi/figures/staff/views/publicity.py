"""What everybody sees of the figures' state: whether what is late is told, and which cells are hidden."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import ask, go_on_from, posted
from jichi.figures.models import Publicity
from jichi.figures.queries import publicity as standing
from jichi.figures.services import set_publicity

from ..sourceforms import PublicityForm
from .known import crumbs

NAMES = ("shows_late", "least_cell")


@require_http_methods(["GET", "POST"])
def publicity(request: ViewedRequest) -> HttpResponse:
    """Set what everybody sees; the form begins with what holds today."""
    row = standing()
    form = PublicityForm(posted(request), initial={name: getattr(row, name) for name in (*NAMES, "version")})

    def differences(current: Publicity) -> list[tuple[str, str, str]]:
        go_on_from(form, version=str(current.version))
        return [
            (
                str(form.fields[name].label),
                _words(getattr(current, name)),
                _words(form.cleaned_data[name]),
            )
            for name in NAMES
            if getattr(current, name) != form.cleaned_data[name]
        ]

    return ask(
        request,
        form,
        title=_("What everybody sees of the figures"),
        lead=_(
            "It holds at once for the public pages. Breakdowns that are stored keep the threshold they were "
            "protected with."
        ),
        button=_("Save"),
        back=reverse("staff-figures"),
        crumbs=crumbs(),
        do=lambda data: set_publicity(viewer=request.viewer, **data),
        done=_("Saved."),
        conflict=differences,
    )


def _words(value: bool | int) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
