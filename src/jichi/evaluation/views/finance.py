"""Pages of budget lines: what was taken in, what no project bears yet, and who bears what."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.forms import take_objections
from jichi.city.uploads import CSV, XLSX, SniffedFileField, is_refused, keeps_form, too_long_sentence
from jichi.city.views.acting import ask, posted
from jichi.city.workbench import Crumb, show
from jichi.evaluation.actions import SHARE, TAKE_FINANCE
from jichi.evaluation.enums import AmountKind
from jichi.evaluation.finance_file import HEADS, LINE_COLUMNS, SHARE_COLUMNS
from jichi.evaluation.queries import finance as queries
from jichi.evaluation.services.finance import Taken, share_line, take_in_lines, take_in_shares
from jichi.methods.eras import fiscal_year_of
from jichi.ui import numbers
from jichi.ui.downloads import file_response

SHARES = "shares"
MORE_LINES = 4
"""Empty places offered for further projects of a line."""


class UploadForm(forms.Form):
    """A file of the finance system; what it is stands before it, so that it survives a file too large."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What the file holds"),
        choices=[
            *AmountKind.choices,
            (SHARES, gettext_lazy("Which project bears which part of a line")),
        ],
    )
    fiscal_year = forms.IntegerField(label=gettext_lazy("Fiscal year"))
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Unit of the amounts"),
        coerce=int,
        choices=[(1, gettext_lazy("yen")), (1000, gettext_lazy("thousand yen"))],
    )
    skips_bad = forms.BooleanField(
        label=gettext_lazy("Take in the good rows even where others cannot be taken"), required=False
    )
    file = SniffedFileField(kinds=(CSV, XLSX), label=gettext_lazy("File (csv or xlsx)"))


def _viewer(http: HttpRequest) -> Viewer:
    viewer: Viewer = http.viewer  # type: ignore[attr-defined]
    return viewer


def _crumbs(year: int | None = None) -> list[Crumb]:
    found = [{"title": _("Budget lines"), "url": reverse("staff-finance")}]
    if year is not None:
        url = f"{reverse('staff-finance')}?year={year}"
        found.append({"title": numbers.fiscal_year(year, style="short"), "url": url})
    return found


@require_safe
def line_list(http: HttpRequest) -> HttpResponse:
    """The lines of a year (``?year=``), what is left to do first (``?only=unshared``, ``?q=``)."""
    viewer = _viewer(http)
    years = queries.years_of_lines(viewer)
    asked = http.GET.get("year", "")
    newest = years[0] if years else None
    year = next((one for one in years if str(one) == asked), newest)
    context: dict[str, Any] = {
        "title": _("Budget lines"),
        "years": [
            {"title": numbers.fiscal_year(one, style="short"), "url": f"?year={one}", "current": one == year}
            for one in years
        ],
        "upload_url": reverse("staff-finance-upload") if viewer.can(TAKE_FINANCE) else "",
    }
    if year is None:
        return show(http, "evaluation/finance/list.html", context, crumbs=[])
    only = "unshared" if http.GET.get("only") == "unshared" else ""
    text = http.GET.get("q", "").strip()
    page = Paginator(queries.lines_for(viewer, year, text=text, only=only), 50).get_page(http.GET.get("page"))
    totals = queries.totals_of(viewer, year)
    context |= {
        "title": _("Budget lines of %(year)s") % {"year": numbers.fiscal_year(year)},
        "lead": _lead(totals),
        "year": year,
        "totals": totals,
        "only": only,
        "q": text,
        "page": page,
        "lines": queries.seen_lines(list(page.object_list)),
        "imports": queries.imports_for(viewer, year)[:20],
    }
    return show(http, "evaluation/finance/list.html", context, crumbs=[])


def _lead(totals: queries.YearTotals) -> str:
    lines = ngettext("%(count)d line", "%(count)d lines", totals.lines) % {"count": totals.lines}
    if not totals.unshared:
        return _("%(lines)s; projects bear all of them.") % {"lines": lines}
    text = _("%(lines)s; of %(count)d of them projects do not bear the whole.")
    return text % {"lines": lines, "count": totals.unshared}


@keeps_form
@require_http_methods(["GET", "POST"])
def upload(http: HttpRequest) -> HttpResponse:
    """Take in a file."""
    viewer = _viewer(http)
    viewer.require(TAKE_FINANCE)
    year = fiscal_year_of(timezone.localdate()) - 1
    if http.method != "POST":
        return _upload_page(http, UploadForm(initial={"fiscal_year": year}))
    form = UploadForm(http.POST, http.FILES)
    if is_refused(http):
        form.add_error("file", too_long_sentence())
    if not form.is_valid():
        return _upload_page(http, form, status=422)
    try:
        taken = _take(viewer, form.cleaned_data)
    except Invalid as problem:
        take_objections(form, problem)
        return _upload_page(http, form, status=422)
    messages.success(http, _told(taken))
    for one in taken.bad[:50]:
        text = _("Row %(row)d was not taken: %(sentence)s")
        messages.warning(http, text % {"row": one.row, "sentence": one.sentence})
    return redirect(f"{reverse('staff-finance')}?year={form.cleaned_data['fiscal_year']}")


def _take(viewer: Viewer, data: dict[str, Any]) -> Taken:
    file = data["file"]
    facts: dict[str, Any] = {
        "viewer": viewer,
        "fiscal_year": data["fiscal_year"],
        "content": file.read(),
        "filename": file.name or "",
        "skips_bad": data["skips_bad"],
    }
    if data["kind"] == SHARES:
        return take_in_shares(**facts)
    return take_in_lines(kind=data["kind"], unit=data["unit"], **facts)


def _told(taken: Taken) -> str:
    text = _("Taken in: %(new)d new, %(changed)d changed, %(same)d as they were.")
    return text % {"new": taken.new, "changed": taken.changed, "same": taken.same}


def _upload_page(http: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    context = {
        "title": _("Take in a file of the finance system"),
        "form": form,
        "back": reverse("staff-finance"),
        "columns": [
            (_("Lines"), _(", ").join(HEADS[key][0] for key in LINE_COLUMNS)),
            (_("Shares"), _(", ").join(HEADS[key][0] for key in SHARE_COLUMNS)),
        ],
    }
    return show(http, "evaluation/finance/upload.html", context, crumbs=_crumbs(), status=status)


@require_safe
def line_detail(http: HttpRequest, pk: int) -> HttpResponse:
    """One line: what it said when, from which file, and who bears it."""
    viewer = _viewer(http)
    line = queries.line_for(viewer, pk)
    (seen,) = queries.seen_lines([line])
    context = {
        "title": f"{line.code} {line.name}",
        "lead": line.department_name,
        "line": line,
        "seen": seen,
        "rest": Decimal(100) - seen.shared,
        "amounts": [
            {"amount": one, "kind": one.get_kind_display(), "newest": one in (seen.estimate, seen.settled)}
            for one in line.amounts.all()
        ],
        "can_share": viewer.can(SHARE),
    }
    return show(http, "evaluation/finance/line.html", context, crumbs=_crumbs(line.fiscal_year))


class SharesForm(forms.Form):
    """The projects of a line with their per cent, and what stood there when the page was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, year: int, held: dict[int, Decimal], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("seen", _packed(held))
        choices = [("", "—"), *queries.project_choices(year)]
        places = [*held.items(), *[("", None)] * MORE_LINES]
        self.places = len(places)
        for at, (node, percent) in enumerate(places):
            self.fields[f"node_{at}"] = forms.ChoiceField(
                label=_("Project %(number)d") % {"number": at + 1},
                choices=choices,
                required=False,
                initial=node,
            )
            self.fields[f"percent_{at}"] = forms.DecimalField(
                label=_("Per cent of project %(number)d") % {"number": at + 1},
                required=False,
                initial=percent,
                max_digits=6,
                decimal_places=3,
            )

    def shares(self) -> dict[int, Decimal]:
        """What was chosen. Raises Invalid where one half of a place is empty or a project stands twice."""
        found: dict[int, Decimal] = {}
        for at in range(self.places):
            node, percent = self.cleaned_data.get(f"node_{at}"), self.cleaned_data.get(f"percent_{at}")
            if not node and percent is None:
                continue
            if not node:
                raise Invalid({f"node_{at}": [_("Choose the project that bears this part.")]})
            if percent is None:
                raise Invalid({f"percent_{at}": [_("Say which per cent it bears.")]})
            if int(node) in found:
                raise Invalid({f"node_{at}": [_("This project stands above already.")]})
            found[int(node)] = percent
        return found


def _packed(held: dict[int, Decimal]) -> str:
    return ",".join(f"{node}:{percent.normalize():f}" for node, percent in sorted(held.items()))


def _unpacked(text: str) -> dict[int, Decimal]:
    found = {}
    for one in filter(None, text.split(",")):
        node, _colon, percent = one.partition(":")
        if not node.isdecimal() or not percent.replace(".", "", 1).isdecimal():
            return {}
        found[int(node)] = Decimal(percent)
    return found


@require_http_methods(["GET", "POST"])
def line_shares(http: HttpRequest, pk: int) -> HttpResponse:
    """Say which projects bear a line."""
    viewer = _viewer(http)
    line = queries.line_for(viewer, pk)
    viewer.require(SHARE, line)
    (seen,) = queries.seen_lines([line])
    held = {one.node_id: one.percent for one in seen.shares}
    form = SharesForm(line.fiscal_year, held, posted(http))

    def do(data: dict[str, Any]) -> None:
        share_line(viewer=viewer, line_id=pk, shares=form.shares(), seen=_unpacked(data["seen"]))

    return ask(
        http,  # type: ignore[arg-type]
        form,
        title=_("Who bears %(line)s?") % {"line": f"{line.code} {line.name}"},
        lead=_("Shares are in per cent of the line; together at most 100. Empty places count for nothing."),
        button=_("Save"),
        back=reverse("staff-finance-line", args=[pk]),
        do=do,
        done=_("The shares were saved."),
        crumbs=_crumbs(line.fiscal_year),
    )


@require_safe
def import_file(http: HttpRequest, pk: int) -> HttpResponse:
    """A file as it was taken in."""
    row = queries.import_file_for(_viewer(http), pk)
    return file_response(bytes(row.content), row.filename or "lines", "application/octet-stream")
