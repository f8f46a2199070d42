"""What this site is, how far it can be used by everybody, and what may be done with what stands on it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.city.queries import current_city
from jichi.ui.content import chosen
from jichi.ui.states import State


def _crumbs(*titles: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"title": _("Home"), "url": reverse("home")}, *({"title": t, "url": u} for t, u in titles)]


def about(request: HttpRequest) -> HttpResponse:
    """What the site does and what it does not do."""
    context = {
        "crumbs": _crumbs((_("About this site"), "")),
        # A partial figure carries its count, which a legend lacks; "far below" waits for the city's rule set.
        "states": [state.value for state in State if state not in {State.PARTIAL, State.FAR_BELOW}],
    }
    return render(request, "site/about.html", context)


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    steps = _crumbs((_("About this site"), reverse("about")), (_("Accessibility"), ""))
    return render(request, "site/accessibility.html", {"crumbs": steps})


def licence(request: HttpRequest) -> HttpResponse:
    """What may be done with the data, the descriptions and the program."""
    city = current_city()
    terms = dict(city.licence) if city is not None else {}
    context = {
        "data_terms": chosen(terms.get("data")).html,
        "description_terms": chosen(terms.get("descriptions")).html,
        "description_url": terms.get("descriptions_licence_url", ""),
        "description_name": terms.get("descriptions_licence", ""),
        "not_included": chosen(terms.get("not_included")).html,
        "crumbs": _crumbs((_("About this site"), reverse("about")), (_("Licence"), "")),
    }
    return render(request, "site/licence.html", context)
