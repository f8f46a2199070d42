"""What stands behind a value that came by inquiry: who answered and who did not, and the totals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.figures.models import InquiryRequest, Merge
from jichi.sheets.definition import Definition, Field, FieldType, Part
from jichi.sheets.pages.marking import foreign, marked, marked_row
from jichi.sheets.parsing import definition_of
from jichi.sheets.words import say
from jichi.ui import numbers
from jichi.ui.content import chosen, translated

from .actions import READ_INQUIRY
from .months import when
from .queries.merges import requests_named
from .words import about, as_of_text, asker_name, names_its_year, seen_words


def evidence_of_merge(viewer: Viewer, merge: Merge) -> dict[str, Any]:
    """The context of ``figures/inquiries/evidence.html``.

    For everybody: title, purpose, day, how many of how many, the offices with answered or not, and totals.
    Whoever may read the inquiry gets the way to each return as well.
    """
    inquiry = merge.inquiry
    may_read = viewer.can(READ_INQUIRY, inquiry)
    seen = merge.revisions["seen"]
    ids = [*map(int, seen), *merge.revisions["missing"]]
    requests = requests_named(ids)
    return {
        "merge": merge,
        "inquiry": inquiry,
        "title": translated(inquiry, "title").html,
        "purpose": translated(inquiry, "purpose").html,
        "about": "" if names_its_year(inquiry) else about(inquiry),
        "as_of": as_of_text(inquiry),
        "asker": translated(inquiry.department, "name").html if inquiry.department else asker_name(inquiry),
        "counts": seen_words(inquiry.series.kind, merge.seen, merge.whole),
        "is_partial": merge.seen < merge.whole,
        "seen": merge.seen,
        "whole": merge.whole,
        "unaccepted": len(merge.revisions["states"]) > 1,
        "offices": [
            _office(row, merge, may_read=may_read)
            for row in sorted(requests.values(), key=lambda row: when(row.inquiry))
        ],
        "not_asked": merge.whole - len(ids),
        "totals": totals_in_words(definition_of(inquiry.form_version), merge.totals),
        "inquiry_url": _url("staff-inquiry-merge", inquiry.pk) if may_read else "",
    }


def _office(row: InquiryRequest, merge: Merge, *, may_read: bool) -> dict[str, Any]:
    given = merge.revisions["seen"].get(str(row.pk))
    name = _name(row)
    url = ""
    if may_read and given is not None:
        number = given["revision"]
        url = (
            _url("staff-inquiry-request-return", row.pk, number)
            if number
            else _url("staff-inquiry-request", row.pk)
        )
    word = _("answered") if given is not None else _("not answered")
    if given is not None and not given["revision"]:
        word = _("nothing to report")
    return {"name": name, "answered": given is not None, "word": word, "url": url}


def _name(row: InquiryRequest) -> SafeString:
    """Who is asked, in the reader's language where it is known, and marked where not."""
    if row.place is not None:
        name = translated(row.place, "name").html
    else:
        name = translated(row.asked, "name").html if row.asked is not None else SafeString("")
    if row.label:
        return format_html("{}（{}）", chosen(row.label).html, name)
    if row.inquiry.month:
        return format_html(
            conditional_escape(_("%(name)s, month %(month)d")) % {"name": "{}", "month": row.inquiry.month},
            name,
        )
    return name


def _url(name: str, *args: Any) -> str:
    """The address, empty in a zone that does not have the page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def totals_in_words(definition: Definition, totals: dict[str, Any]) -> list[dict[str, Any]]:
    """The totals of a merge by part of the form, in words; free texts have none."""
    parts = []
    for part in definition.parts:
        lines = [
            line
            for field in part.fields
            if field.key in totals
            for line in _lines(part, field, totals[field.key])
        ]
        if lines:
            parts.append({"title": marked(part.title), "plain": say(part.title), "lines": lines})
    return parts


def _lines(part: Part, field: Field, facts: dict[str, Any]) -> list[dict[str, Any]]:
    notes = _notes(facts)
    label = marked(field.label)
    if "counts" in facts:
        return [
            {
                "label": format_html("{}: {}", label, _option(field, key)),
                "total": numbers.format_number(count),
                "notes": notes,
            }
            for key, count in facts["counts"].items()
        ]
    lines = [{"label": label, "total": _number(facts.get("total"), field), "notes": notes}]
    lines += [
        {
            "label": format_html("{}: {}", label, marked_row(part, row)),
            "total": _number(total, field),
            "notes": [],
        }
        for row, total in facts.get("rows", {}).items()
    ]
    return lines


def _option(field: Field, key: str) -> SafeString | str:
    if field.type is FieldType.YES_NO:
        return _("Yes") if key == "yes" else _("No")
    return next((marked(one.label) for one in field.choices if one.key == key), key)


def _number(text: str | None, field: Field) -> SafeString | str:
    if text is None:
        return "—"
    unit = say(field.unit) if field.unit is not None else ""
    words = numbers.format_value(Decimal(text), unit, decimals=field.decimals)
    lang = foreign(field.unit)
    return format_html('<span lang="{}">{}</span>', lang, words) if lang else words


def _notes(facts: dict[str, Any]) -> list[str]:
    found = []
    if count := len(facts.get("empty", [])):
        text = ngettext("empty in %(count)d return", "empty in %(count)d returns", count)
        found.append(text % {"count": count})
    if count := len(facts.get("not_asked", [])):
        text = ngettext("not asked in %(count)d return", "not asked in %(count)d returns", count)
        found.append(text % {"count": count})
    if facts.get("computed"):
        found.append(_("computed from the totals"))
    return found
