"""Taking in sheets of past years."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.forms import take_objections
from jichi.city.uploads import CSV, XLSX, SniffedFileField, is_refused, keeps_form, too_long_sentence
from jichi.city.workbench import show
from jichi.evaluation.actions import IMPORT_PAST
from jichi.evaluation.enums import CycleKind
from jichi.evaluation.services.past import take_in_past
from jichi.plan.queries import plans_for


class PastForm(forms.Form):
    """Of which plan and year the sheets are, and the file."""

    plan_id = forms.TypedChoiceField(label=gettext_lazy("Plan"), coerce=int)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of evaluation"), choices=CycleKind.choices)
    fiscal_year = forms.IntegerField(label=gettext_lazy("Fiscal year"))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    skips_bad = forms.BooleanField(
        label=gettext_lazy("Take in the good rows even where others cannot be taken"), required=False
    )
    file = SniffedFileField(kinds=(CSV, XLSX), label=gettext_lazy("File (csv or xlsx)"))

    def __init__(self, viewer: Viewer, *args: Any) -> None:
        super().__init__(*args)
        choices = [(plan.pk, plan.name) for plan in plans_for(viewer)]
        self.fields["plan_id"].choices = choices  # type: ignore[attr-defined]


@keeps_form
@require_http_methods(["GET", "POST"])
def upload(http: HttpRequest) -> HttpResponse:
    """Take in the sheets of a past year."""
    viewer: Viewer = http.viewer  # type: ignore[attr-defined]
    viewer.require(IMPORT_PAST)
    if http.method != "POST":
        return _page(http, PastForm(viewer))
    form = PastForm(viewer, http.POST, http.FILES)
    if is_refused(http):
        form.add_error("file", too_long_sentence())
    if not form.is_valid():
        return _page(http, form, status=422)
    data = dict(form.cleaned_data)
    file = data.pop("file")
    try:
        taken = take_in_past(viewer=viewer, content=file.read(), filename=file.name or "", **data)
    except Invalid as problem:
        take_objections(form, problem)
        return _page(http, form, status=422)
    text = _("Taken in: %(taken)d sheets. Left out, for want of a row: %(left)d.")
    messages.success(http, text % {"taken": taken.taken, "left": taken.left_out})
    for one in taken.bad[:50]:
        text = _("Row %(row)d was not taken: %(sentence)s")
        messages.warning(http, text % {"row": one.row, "sentence": one.sentence})
    if taken.unknown_heads:
        text = _("Columns that no form knows, and which were not taken: %(names)s")
        messages.warning(http, text % {"names": _(", ").join(taken.unknown_heads[:30])})
    return redirect("staff-evaluation-cycle", pk=taken.cycle.pk)


def _page(http: HttpRequest, form: PastForm, status: int = 200) -> HttpResponse:
    back = reverse("staff-evaluation")
    context = {"title": _("Take in sheets of a past year"), "form": form, "back": back}
    crumbs = [{"title": _("Evaluation"), "url": back}]
    return show(http, "evaluation/finance/past.html", context, crumbs=crumbs, status=status)
