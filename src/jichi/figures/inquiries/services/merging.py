"""Merging: the returns of an inquiry taken together once, with all that does not add up."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.figures.models import Evidence, Inquiry, InquiryRequest, Merge
from jichi.figures.services.values import add_evidence
from jichi.methods import outliers as methods
from jichi.sheets.definition import Address, Definition, Problem
from jichi.sheets.parsing import definition_of

from ..actions import MERGE
from ..merging import RULE, outliers, totals_of
from ..moves import RETURNED
from ..queries.returns import (
    Read,
    newest_revisions,
    previous_requests,
    read_all,
    requests_of_whole,
    whole_of,
)
from .steps import inquiry_of, locked_inquiry

State = InquiryRequest.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a merge sees: everybody who is asked, and the returns that are taken."""

    inquiry: Inquiry
    definition: Definition
    requests: tuple[InquiryRequest, ...]
    taken: tuple[Read, ...]
    whole: int
    states: tuple[str, ...]


def collect(inquiry: Inquiry, *, with_answered: bool) -> Collected:
    """The returns of an inquiry that a merge takes: those accepted, or with those answered and not yet."""
    requests = requests_of_whole(inquiry)
    states = tuple(sorted(RETURNED)) if with_answered else (State.ACCEPTED.value,)
    taken = read_all([row for row in requests if row.state in states], inquiry.form_version)
    return Collected(
        inquiry=inquiry,
        definition=definition_of(inquiry.form_version),
        requests=tuple(requests),
        taken=tuple(taken),
        whole=whole_of(inquiry, requests),
        states=states,
    )


def merge_inquiry(
    *,
    viewer: Viewer,
    inquiry_id: int,
    with_answered: bool = False,
    reason: str = "",
    at: datetime.datetime | None = None,
) -> Merge:
    """Take the accepted returns together, with totals, failed checks, gaps and what moved unlike the others.

    ``with_answered`` takes those answered and not accepted as well; the merge says so for ever. A further
    merge gets the next number and says why. Nothing is entered as a value yet: :func:`enter_results`.

    Raises:
        NotAllowed; Inquiry.DoesNotExist; Conflict: a return changed just now; Invalid: before sending,
        without any return, or without a reason.
    """
    inquiry = inquiry_of(inquiry_id)
    viewer.require(MERGE, inquiry)
    if inquiry.state == Inquiry.State.DRAFT:
        raise Invalid({"": [_("The inquiry is not sent yet.")]})
    if inquiry.merges.exists() and not reason.strip():
        raise Invalid({"reason": [_("It was merged before. Say why it is merged again.")]})
    # Reading the returns takes seconds, so it is done before the act holds the database; inside it is
    # made sure that they are still the same.
    collected = collect(inquiry, with_answered=with_answered)
    if not collected.taken:
        raise Invalid({"": [_("There is nothing to merge: no return is accepted yet.")]})
    totals = totals_of(collected.definition, [one.given for one in collected.taken])
    findings, seen = findings_of(collected), seen_of(collected)
    with act(viewer, MERGE, inquiry):
        inquiry = locked_inquiry(inquiry_id)
        if seen_now(inquiry, collected.states) != seen:
            raise Conflict(inquiry)
        number = inquiry.merges.count() + 1
        if number > 1 and not reason.strip():
            raise Conflict(inquiry)
        evidence = add_evidence(
            viewer=viewer,
            title=inquiry.title,
            kind=Evidence.Kind.INQUIRY,
            publisher=inquiry.department.name if inquiry.department is not None else "",
            is_sample=inquiry.is_sample,
            translations=_in_languages(inquiry),
        )
        assert viewer.actor is not None
        merge = Merge.objects.create(
            inquiry=inquiry,
            number=number,
            evidence=evidence,
            seen=len(seen),
            whole=collected.whole,
            totals=totals,
            findings=findings,
            revisions={
                "rule": RULE,
                "outliers": methods.VERSION,
                "states": list(collected.states),
                "seen": seen,
                "missing": [row.pk for row in collected.requests if str(row.pk) not in seen],
            },
            digest=digest_of_seen(seen),
            reason=reason.strip(),
            made_at=at or timezone.now(),
            made_by=viewer.actor,
        )
        fields = {"merge": [number - 1 or None, number], "seen": [None, merge.seen], "reason": CHANGED}
        record(viewer, MERGE, merge, fields=fields, count=merge.seen, digest=merge.digest)
    return merge


def seen_now(inquiry: Inquiry, states: Iterable[str]) -> dict[str, Any]:
    """What a merge of the returns in these states would take as they stand, without reading them."""
    taken = [row for row in requests_of_whole(inquiry) if row.state in set(states)]
    revisions = newest_revisions(taken)
    return {
        str(row.pk): seen_as(row, None if row.has_nothing else revisions[row.pk].number)
        for row in taken
        if row.has_nothing or row.pk in revisions
    }


def seen_of(collected: Collected) -> dict[str, Any]:
    """Request id → what is taken of it."""
    return {
        str(one.request.pk): seen_as(one.request, one.revision.number if one.revision is not None else None)
        for one in collected.taken
    }


def seen_as(request: InquiryRequest, revision: int | None) -> dict[str, Any]:
    """What a merge keeps of a return: its revision (0: nothing to report) and the answers it belongs to."""
    return {"revision": revision or 0, "answers": str(request.answer_set_id)}


def digest_of_seen(seen: Mapping[str, Any]) -> str:
    """The fingerprint of exactly these revisions."""
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def findings_of(collected: Collected) -> list[dict[str, Any]]:
    """What is to be looked at, ready for JSON: failed checks, gaps in numbers, outliers against last time."""
    found = [
        {"kind": "check", "request": one.request.pk, **_as_json(problem)}
        for one in collected.taken
        for problem in one.problems
    ]
    return found + list(_gaps(collected)) + list(_outliers(collected))


def _as_json(problem: Problem) -> dict[str, Any]:
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "params": dict(problem.params or {}),
        "places": [str(place) for place in problem.places],
        "message": dict(problem.message) if problem.message is not None else None,
    }


def problem_of(finding: Mapping[str, Any]) -> Problem:
    """The problem that a finding of kind ``check`` was made of."""
    return Problem(
        code=finding["code"],
        places=tuple(Address.of(text) for text in finding["places"]),
        params=finding["params"],
        severity=type(Problem(code="").severity)(finding["severity"]),
        message=finding["message"],
    )


def _gaps(collected: Collected) -> Iterable[dict[str, Any]]:
    for one in collected.taken:
        if one.given.nothing:
            continue
        for _part, field in collected.definition.fields():
            if not field.is_number or field.formula:
                continue
            for address in sorted(place for place in one.given.asked if place.field == field.key):
                if one.given.values.get(address) is None:
                    yield {"kind": "empty", "request": one.request.pk, "place": str(address)}


def _outliers(collected: Collected) -> Iterable[dict[str, Any]]:
    inquiry = collected.inquiry
    own = [one for one in collected.taken if one.request.inquiry_id == inquiry.pk]
    earlier = previous_requests(inquiry, [one.request for one in own])
    read = {one.request.pk: one.given for one in read_all(earlier.values(), inquiry.form_version)}
    before = {pk: read[row.pk] for pk, row in earlier.items() if row.pk in read}
    for address, odd in outliers(collected.definition, [one.given for one in own], before):
        yield {
            "kind": "outlier",
            "request": int(odd.key),
            "place": str(address),
            "now": format(odd.now, "f"),
            "before": format(odd.before, "f"),
            "why": odd.why.value,
            "ratio": None if odd.ratio is None else round(odd.ratio, 4),
            "score": None if odd.score is None else round(odd.score, 2),
            "power": odd.power,
        }


def _in_languages(inquiry: Inquiry) -> dict[str, dict[str, str]]:
    """Title and publisher of the evidence in the languages in which both rows know them."""
    found: dict[str, dict[str, str]] = {}
    offices = inquiry.department.translations if inquiry.department is not None else {}
    for name, texts, source in (("title", inquiry.translations, "title"), ("publisher", offices, "name")):
        for language, words in texts.items():
            if words.get(source):
                found.setdefault(language, {})[name] = words[source]
    return found
