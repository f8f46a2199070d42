"""Rule sets: which there are, and what one version says, line by line, with its source."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from jichi.city.access import Viewer
from jichi.city.workbench import show
from jichi.evaluation.models import Cycle, RuleSet, RuleSetVersion
from jichi.evaluation.queries.grades import (
    RuleAbsent,
    content_of,
    cycles_by_rule,
    rule_in_force,
    rule_sets_for,
    rule_version_for,
)
from jichi.evaluation.rules.sentences import (
    absent_sentence,
    clause_of_proposal,
    clause_sentence,
    rule_sentences,
)
from jichi.evaluation.rules.sentences.words import FORMULAS, bounded, measure_name
from jichi.evaluation.rules.values import GradingRule, ProposalRule, Total
from jichi.ui.content import chosen, translated
from jichi.ui.numbers import fiscal_year, format_date, format_number

Summary = list[dict[str, Any]]


@require_safe
def rule_list(http: HttpRequest) -> HttpResponse:
    """Every rule set with its versions and which of them is in force today."""
    rows = [_line(row) for row in rule_sets_for(http.viewer)]  # type: ignore[attr-defined]
    context = {
        "title": _("Rules for grades and proposals"),
        "lead": _(
            "How grades are given is data with dates and a source. A version is never changed: another one is"
            " appended, and a grade keeps the version it was made with."
        ),
        "grading": [row for row in rows if row["kind"] == "grading"],
        "proposals": [row for row in rows if row["kind"] == "proposal"],
    }
    return show(http, "evaluation/rules/list.html", context, crumbs=_crumbs())


def _line(row: RuleSet) -> dict[str, Any]:
    versions = sorted(row.versions.all(), key=lambda one: one.number, reverse=True)
    try:
        current, said = rule_in_force(row.key, timezone.localdate()), ""
    except RuleAbsent as absent:
        current, said = None, absent_sentence(type(absent).__name__, absent.key, absent.on, absent.day)
    return {
        "kind": row.kind,
        "title": translated(row, "title").html,
        "said": said,
        "versions": [
            {
                "url": reverse("staff-evaluation-rule", args=[row.key, one.number]),
                "number": one.number,
                "is_current": current is not None and one.pk == current.pk,
                "is_confirmed": one.is_confirmed,
                "dates": _dates(one),
                "note": chosen(one.definition.get("note")).html,
            }
            for one in versions
        ],
    }


def _dates(version: RuleSetVersion) -> str:
    words = {"first": format_date(version.in_force_from, weekday=False)}
    if version.in_force_to is None:
        return _("in force from %(first)s") % words
    return _("in force from %(first)s to %(last)s") % {
        **words,
        "last": format_date(version.in_force_to, weekday=False),
    }


@require_safe
def rule_detail(http: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version for staff: what it says, its source, and which evaluations follow it."""
    viewer: Viewer = http.viewer  # type: ignore[attr-defined]
    version = _version(viewer, key, number)
    context = {
        **_said(version),
        "cycles": [
            _cycle(one, reverse("staff-evaluation-grades", args=[one.pk]))
            for one in cycles_by_rule(viewer, version)
        ],
    }
    crumbs = [
        *_crumbs(),
        {"title": _("Rules for grades and proposals"), "url": reverse("staff-evaluation-rules")},
    ]
    return show(http, "evaluation/rules/detail.html", context, crumbs=crumbs)


@require_safe
def rule_public(http: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version for anybody who wants to check a grade."""
    viewer: Viewer = http.viewer  # type: ignore[attr-defined]
    version = _version(viewer, key, number)
    said = _said(version)
    context = {
        **said,
        "cite_title": str(said["title"]),
        "cycles": [_cycle(one, "") for one in cycles_by_rule(viewer, version)],
        "crumbs": [
            {"title": _("Home"), "url": reverse("home")},
            {"title": said["title"]},
        ],
    }
    return render(http, "evaluation/rules/public.html", context)


def _version(viewer: Viewer, key: str, number: int) -> RuleSetVersion:
    found = rule_version_for(viewer, key, number)
    if found is None:
        raise Http404
    return found


def _cycle(one: Cycle, url: str) -> dict[str, Any]:
    return {
        "title": translated(one, "title").html,
        "url": url,
        "note": fiscal_year(one.fiscal_year),
    }


def _crumbs() -> list[dict[str, str]]:
    return [{"title": _("Evaluation"), "url": reverse("staff-evaluation")}]


# --- what a version says --------------------------------------------------------------------------------
def _said(version: RuleSetVersion) -> dict[str, Any]:
    content = content_of(version)
    return {
        "title": translated(version.rule_set, "title").html,
        "kind": version.rule_set.get_kind_display(),
        "version": version,
        "note": chosen(version.definition.get("note")).html,
        "facts": _facts(version),
        "is_proposal": isinstance(content, ProposalRule),
        **(_grading(content) if isinstance(content, GradingRule) else _proposing(content)),
    }


def _facts(version: RuleSetVersion) -> Summary:
    source = version.source
    rows: Summary = [
        {"term": pgettext("rule", "Version"), "value": version.number},
        {"term": pgettext("rule", "Dates"), "value": _dates(version)},
        {"term": _("Known since"), "value": format_date(version.known_from, weekday=False)},
        {
            "term": _("Source"),
            "value": source.get("title", ""),
            "url": source.get("url", ""),
            "note": str(chosen(source.get("note"))),
        },
        {"term": _("How sure the wording is"), "value": _confidence(source.get("confidence", ""))},
        {"term": _("Fingerprint"), "value": version.digest[:16]},
    ]
    return rows


def _confidence(word: str) -> str:
    return {
        "primary": _("read in the source itself"),
        "secondary": _("read in what others wrote about it"),
        "unseen": _("the source itself has not been seen"),
    }.get(word, "—")


def _grading(content: GradingRule) -> dict[str, Any]:
    measures = {one.measure for one in (*content.rule.clauses, *content.rule.about) if one.measure}
    return {
        "grades": [
            {
                "grade": grade,
                "label": chosen(content.labels.get(grade)).html,
                "state": content.states.get(grade, "between"),
            }
            for grade in content.rule.grades
        ],
        "clauses": [clause_sentence(one) for one in content.rule.clauses],
        "about": [clause_sentence(one) for one in content.rule.about],
        "beside": rule_sentences(content),
        "measures": [
            {"term": measure_name(one), "value": FORMULAS[one]}
            for one in sorted(measures, key=list(FORMULAS).index)
        ],
        "total": _total(content.total),
    }


def _total(total: Total | None) -> dict[str, Any] | None:
    if total is None:
        return None
    return {
        "criteria": [
            {
                "term": chosen(one.title).html,
                "value": _(", ").join(f"{name} = {worth}" for name, worth in one.worth.items()),
            }
            for one in total.criteria
        ],
        "bands": [
            {
                "term": band.grade,
                "value": bounded(band.bound, format_number(band.limit))
                if band.bound is not None and band.limit is not None
                else _("all that is left"),
            }
            for band in total.scale.bands
        ],
    }


def _proposing(content: ProposalRule) -> dict[str, Any]:
    parts = [(_("A project's accomplishment"), content.project), (_("A measure's progress"), content.measure)]
    return {
        "parts": [
            {"title": title, "clauses": [clause_of_proposal(one) for one in part.clauses]}
            for title, part in parts
            if part is not None
        ]
    }
