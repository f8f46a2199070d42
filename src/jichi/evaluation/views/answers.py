"""What stands beside the answers of a sheet: remarks, Jichi's proposals, what colleagues said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from jichi.evaluation.models import Proposal, Sheet, SheetComment
from jichi.evaluation.page_words import moment_words, said_by
from jichi.evaluation.rules.sentences.proposing import reason_sentences
from jichi.sheets.definition import Address, Definition, Field, Values
from jichi.sheets.words import place_label, say, value_words


def remark_line(definition: Definition, remark: SheetComment) -> dict[str, Any]:
    """A remark as the page shows it: about what, by which office, when, settled or not."""
    return {
        "id": remark.pk,
        "place": place_words(definition, remark.place),
        "anchor": f"a-{remark.place.replace('.', '-')}" if remark.place else "",
        "text": remark.text,
        "who": said_by(remark),
        "at": moment_words(remark.at),
        "settled": moment_words(remark.settled_at),
    }


def place_words(definition: Definition, place: str) -> str:
    """The answer that an address names, in words; empty for the sheet as a whole."""
    return place_label(definition, Address.of(place)) if place else ""


def asides(
    sheet: Sheet,
    definition: Definition,
    remarks: Iterable[SheetComment],
    proposals: Mapping[str, Proposal],
    *,
    may_remark: bool,
) -> dict[Address, SafeString]:
    """What stands beside each answer, by its address: open remarks, Jichi's proposal, a link to remark."""
    found: dict[Address, dict[str, Any]] = {}
    if may_remark:
        url = reverse("staff-evaluation-sheet-remark", args=[sheet.pk])
        for part, field in definition.fields():
            if part.rows is None:
                found[Address(field.key)] = {
                    "remark_url": f"{url}?place={field.key}",
                    "label": say(field.label),
                }
    for remark in remarks:
        if remark.place and remark.settled_at is None:
            beside = found.setdefault(Address.of(remark.place), {})
            beside.setdefault("remarks", []).insert(0, remark_line(definition, remark))
    for key, proposal in proposals.items():
        try:
            _part, field = definition.field(key)
        except KeyError:
            continue
        found.setdefault(Address(key), {})["proposal"] = proposal_line(field, proposal)
    return {address: render_to_string("evaluation/sheets/aside.html", one) for address, one in found.items()}


def proposal_line(field: Field, proposal: Proposal) -> dict[str, Any]:
    """What Jichi proposes for an answer, with its reasons and the thresholds it went by."""
    return {
        "value": value_words(proposal.value, field),
        "reasons": reason_sentences(proposal.reasons),
        "rule": proposal.rule.rule_set.title,
        "number": proposal.rule.number,
    }


def differing_proposals(
    definition: Definition, proposals: Mapping[str, Proposal], values: Values
) -> list[dict[str, Any]]:
    """Where the answers differ from what Jichi proposed: where, what was proposed, what is answered."""
    found = []
    for key, proposal in proposals.items():
        value = values.get(Address(key))
        if value is None or value == proposal.value:
            continue
        try:
            _part, field = definition.field(key)
        except KeyError:
            continue
        mine = value_words(value, field)
        line = {"field": key, "label": say(field.label), "mine": mine, "error": "", "reason": ""}
        found.append(line | {"proposal": proposal_line(field, proposal)})
    return found
