"""From a merge to values: each target's expression becomes an observation, where its binding says so."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.queries import fiscal_year_start_month
from jichi.city.trail import act, record
from jichi.figures.models import Binding, Inquiry, InquirySeries, InquiryTarget, Merge, Observation
from jichi.figures.queries.bindings import bindings_in_force, subject_key
from jichi.figures.services.breakdowns import CellValue, store_breakdown
from jichi.figures.services.values import ENTER as ENTER_VALUES
from jichi.figures.services.values import Value, enter_changed
from jichi.plan.models import ProjectFigure, Series

from ..actions import ENTER
from ..merging import MOST_DIGITS, RULE, Gathered, Result, Return, WhyNone, gather, result_of
from ..months import first_day, last_day
from ..queries.returns import requests_of_whole, whole_of
from .merging import collect, digest_of_seen, seen_now
from .steps import inquiry_of, locked_inquiry

Status = Observation.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A target whose value is not entered, and why, in a sentence."""

    target: InquiryTarget
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What a merge gives for one target: the value that would be entered, or why none would."""

    target: InquiryTarget
    result: Result
    value: Value | None
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What entering the results of a merge did."""

    rows: tuple[Observation, ...]
    unchanged: int
    refused: tuple[Refused, ...]


def is_stale(merge: Merge) -> bool:
    """Whether the returns have changed since: others are accepted, corrected, sent back or withdrawn."""
    now = seen_now(merge.inquiry, merge.revisions["states"])
    requests = requests_of_whole(merge.inquiry)
    return digest_of_seen(now) != merge.digest or whole_of(merge.inquiry, requests) != merge.whole


def enter_results(*, viewer: Viewer, merge_id: int, reason: str = "") -> Results:
    """Enter what the targets of the series come to in this merge, with its coverage, as observations.

    Only figures whose binding in force names this series get a value; the others are named with the reason.
    A value that says what stands already is not entered again; one that differs corrects it, with
    ``reason`` (default: that of the merge).

    Raises:
        NotAllowed; Merge.DoesNotExist; Invalid: for a merge that is not the newest one or is stale, and where
        the series has no targets.
    """
    merge = Merge.objects.select_related("evidence").get(pk=merge_id)
    merge.inquiry = inquiry_of(merge.inquiry_id)
    viewer.require(ENTER, merge.inquiry)
    proposed = propose(viewer, merge)
    if not proposed:
        raise Invalid({"": [_("Nobody has said yet which figures this inquiry measures.")]})
    with act(viewer, ENTER, merge.inquiry):
        merge.inquiry = locked_inquiry(merge.inquiry_id)
        if merge.number != merge.inquiry.merges.count():
            raise Invalid({"": [_("There is a newer merge. Enter the results of that one.")]})
        if is_stale(merge):
            raise Invalid({"": [_("Returns have changed since this merge. Merge again first.")]})
        values = [one.value for one in proposed if one.value is not None]
        why = reason.strip() or merge.reason or _default_reason(merge)
        entered = enter_changed(viewer=viewer, values=values, evidence=merge.evidence, reason=why)
        fields = {"values": [0, len(entered.rows)]}
        record(viewer, ENTER, merge, fields=fields, count=len(entered.rows), digest=merge.digest)
        refused = [Refused(target=one.target, sentence=one.refused) for one in proposed if one.refused]
        refused += _broken_down(viewer, merge, [one.target for one in proposed], entered.rows)
    return Results(rows=entered.rows, unchanged=entered.unchanged, refused=tuple(refused))


def _broken_down(
    viewer: Viewer, merge: Merge, targets: Iterable[InquiryTarget], rows: Iterable[Observation]
) -> list[Refused]:
    """Keep new values by ward as well, where that is asked for; small cells are hidden there.

    What cannot be kept by ward (an expression that does not add up) is told, and the value stays.
    """
    found = []
    values = {(row.series_id, row.project_figure_id, row.definition): row for row in rows}
    for target in targets:
        row = values.get((target.series_id, target.project_figure_id, target.definition))
        if row is None or not target.by_ward:
            continue
        results = results_by_ward(merge, target)
        if not results:
            continue
        cells = [CellValue(key=(ward,), value=one.value, n=_persons(one)) for ward, one in results.items()]
        try:
            store_breakdown(viewer=viewer, observation=row, dimensions=["ward"], cells=cells)
        except Invalid as error:
            text = _("The value is entered, but not by ward: %(why)s")
            why = " ".join(text for texts in error.messages.values() for text in texts)
            found.append(Refused(target=target, sentence=text % {"why": why}))
    return found


def _persons(result: Result) -> int | None:
    """How many stand behind a share: the smallest of the sums it is made of, to be rather too careful."""
    sums = [Decimal(one["sum"]) for one in result.inputs.values() if one["sum"] is not None]
    return int(min(sums)) if sums and min(sums) >= 0 else None


def propose(viewer: Viewer, merge: Merge) -> list[Proposed]:
    """What would be entered from a merge, target by target; nothing is written."""
    inquiry = merge.inquiry
    targets = list(
        inquiry.series.targets.select_related(
            "series__indicator__department", "project_figure__project__department"
        ).order_by("order")
    )
    if not targets:
        return []
    collected = collect(inquiry, with_answered=len(merge.revisions["states"]) > 1)
    seen = merge.revisions["seen"]
    returns = [one.given for one in collected.taken if str(one.request.pk) in seen]
    columns = gather(collected.definition, returns)
    bindings = bindings_in_force(timezone.localdate(), subjects=[_subject(one) for one in targets])
    return [
        _proposed(viewer, merge, one, columns, returns, bindings.get(subject_key(_subject(one))))
        for one in targets
    ]


def results_by_ward(merge: Merge, target: InquiryTarget) -> dict[str, Result]:
    """Ward key → the value of a target over the returns of that ward's offices and places alone."""
    collected = collect(merge.inquiry, with_answered=len(merge.revisions["states"]) > 1)
    groups: dict[str, list[Return]] = {}
    for one in collected.taken:
        if one.given.group:
            groups.setdefault(one.given.group, []).append(one.given)
    return {
        ward: _result(target, gather(collected.definition, returns), returns)
        for ward, returns in sorted(groups.items())
    }


def _subject(target: InquiryTarget) -> Series | ProjectFigure:
    subject = target.series or target.project_figure
    assert subject is not None
    return subject


def _result(target: InquiryTarget, columns: dict[str, Gathered], returns: Iterable[Return]) -> Result:
    listed = list(returns)
    return result_of(
        target.expression,
        columns,
        decimals=target.decimals,
        returned=len(listed),
        nothing=sum(one.nothing for one in listed),
    )


def _proposed(
    viewer: Viewer,
    merge: Merge,
    target: InquiryTarget,
    columns: dict[str, Gathered],
    returns: list[Return],
    binding: Binding | None,
) -> Proposed:
    result = _result(target, columns, returns)
    refused = _refusal(merge, target, binding)
    if not refused and binding is not None:
        value = _value(merge, target, result, binding, len(returns))
        if viewer.can(ENTER_VALUES, value.owner):
            return Proposed(target=target, result=result, value=value)
        refused = _("This figure belongs to another office; the planning section can enter it.")
    return Proposed(target=target, result=result, value=None, refused=refused)


def _refusal(merge: Merge, target: InquiryTarget, binding: Binding | None) -> str:
    if binding is None:
        return _("This figure is bound to no source yet. Decide first where it comes from.")
    if binding.via != Binding.Via.INQUIRY or binding.source_key != merge.inquiry.series.key:
        return _("This figure is bound to another source; nothing is entered for it from here.")
    if binding.definition != target.definition:
        return _("This figure is bound to another definition; nothing is entered for it from here.")
    return ""


def _value(merge: Merge, target: InquiryTarget, result: Result, binding: Binding, returned: int) -> Value:
    inquiry = merge.inquiry
    notes = {code: _note(result, returned, inquiry.series.kind, code) for code, _name in settings.LANGUAGES}
    complete = merge.seen == merge.whole or (inquiry.state == Inquiry.State.CLOSED and not inquiry.month)
    accepted_only = len(merge.revisions["states"]) == 1
    return Value(
        series=target.series,
        figure=target.project_figure,
        fiscal_year=inquiry.fiscal_year,
        value=result.value,
        decimals=target.decimals,
        as_of=inquiry.as_of,
        period=_period(inquiry),
        definition=target.definition,
        quantity=target.quantity,
        counting=target.counting,
        coverage=(merge.seen, merge.whole) if merge.whole else None,
        status=Status.FINAL if complete and accepted_only else Status.PROVISIONAL,
        source_kind=binding.source_kind,
        binding=binding,
        rule_version=RULE,
        computation=_computation(merge, target, result),
        evidence_count=merge.seen,
        evidence_digest=merge.digest,
        note=notes["ja"],
        translations={
            code: {"note": text} for code, text in notes.items() if code != "ja" and text and notes["ja"]
        },
    )


def _computation(merge: Merge, target: InquiryTarget, result: Result) -> dict[str, Any]:
    return {
        "rule": RULE,
        "expression": target.expression,
        "inputs": dict(result.inputs),
        "merge": merge.pk,
        "number": merge.number,
        "states": merge.revisions["states"],
        "revisions": merge.digest,
        "value": None if result.value is None else format(Decimal(result.value), "f"),
    }


def _period(inquiry: Inquiry) -> tuple[datetime.date, datetime.date] | None:
    if inquiry.month:
        first = first_day(inquiry.fiscal_year, fiscal_year_start_month())
        return first, last_day(inquiry.fiscal_year, inquiry.month)
    if inquiry.period_first is not None and inquiry.period_last is not None:
        return inquiry.period_first, inquiry.period_last
    return None


def _note(result: Result, returned: int, kind: str, language: str) -> str:
    """Why there is no value, or what it leaves out, in one language."""
    with translation.override(language):
        if result.why is not None:
            return why_none(result)
        left_out = len(result.not_asked)
        if left_out and kind == InquirySeries.Kind.EVENT:
            text = ngettext(
                "%(count)d of %(whole)d events was not held.",
                "%(count)d of %(whole)d events were not held.",
                left_out,
            )
            return text % {"count": left_out, "whole": returned}
    return ""


def why_none(result: Result) -> str:
    """Why a target has no value, in a sentence; empty where it has one."""
    if result.why is None:
        return ""
    count = len(result.because)
    if result.why is WhyNone.EMPTY:
        text = ngettext(
            "The number is missing in %(count)d return.",
            "The number is missing in %(count)d returns.",
            count,
        )
        return text % {"count": count}
    sentences = {
        WhyNone.NO_RETURNS: _("No return has come."),
        WhyNone.NOT_HELD: _("Nothing was held or open, so nothing could be counted."),
        WhyNone.UNKNOWN_FIELD: _("The form of this inquiry does not ask for it."),
        WhyNone.UNDEFINED: _("It cannot be computed from these returns."),
        WhyNone.TOO_LARGE: _("The number that comes out has more than %(most)d digits before the point.")
        % {"most": MOST_DIGITS},
    }
    return sentences[result.why]


def _default_reason(merge: Merge) -> str:
    return _("Returns of the inquiry merged anew (no. %(number)d)") % {"number": merge.number}
