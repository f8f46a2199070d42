"""The rows of a result as data to take away (CSV, xlsx)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from jichi.consultations.result import OpinionRow, Result
from jichi.manifest import Column
from jichi.ui.content import chosen
from jichi.ui.downloads import Dataset

from .finding import passages_by_row
from .tables import channel_counts
from .words import apart_lines, code_words, heading_of, passage_words, period_of, topic_words

COLUMNS = (
    Column(key="number", title=gettext_noop("Number in the result"), type="integer"),
    Column(key="topic", title=gettext_noop("Topic")),
    Column(key="summary", title=gettext_noop("What was said, in short")),
    Column(key="opinions", title=gettext_noop("Opinions"), type="integer"),
    Column(key="submissions", title=gettext_noop("Submissions"), type="integer"),
    Column(key="view", title=gettext_noop("View of the city")),
    Column(key="code", title=gettext_noop("Code of disposition")),
    Column(key="code_title", title=gettext_noop("Disposition")),
    Column(key="change", title=gettext_noop("Change of the draft")),
    Column(key="passages", title=gettext_noop("Passages it bears on")),
    Column(key="undertaking", title=gettext_noop("Reference number of what was promised")),
    Column(
        key="is_late",
        title=gettext_noop("Late"),
        type="boolean",
        description=gettext_noop("Came in after the last day; counted apart."),
    ),
)


def dataset_of(result: Result, *, address: str = "", edition: int | None = None) -> Dataset:
    """Every row of the result, the late ones last; what the table counts stands on the second sheet."""
    anchors = passages_by_row(result)
    names = {one.anchor: passage_words(one) for one in result.passages}
    rows = [
        _row(result, one, [names[anchor] for anchor in anchors.get(one.number, ())]) for one in result.rows
    ]
    rows += [{**_row(result, one, []), "is_late": True} for one in result.apart.late_rows]
    title = str(chosen(result.title))
    return Dataset(
        key=f"{result.key}-result",
        title=title,
        columns=COLUMNS,
        rows=rows,
        about=[
            (_("Title"), title),
            (pgettext("public comment", "Result"), heading_of(result)),
            (_("Period"), period_of(result)),
            *(
                (
                    way,
                    _("%(submissions)s submissions, %(opinions)s opinions")
                    % {"submissions": came, "opinions": held},
                )
                for way, came, held in channel_counts(result).rows
            ),
            *((_("Apart"), line) for line in apart_lines(result)),
            (_("Edition of the result"), str(edition or "")),
            (_("Address"), address),
            (_("Sample data"), _("Yes") if result.is_sample else ""),
        ],
    )


def _row(result: Result, one: OpinionRow, passages: list[str]) -> Mapping[str, Any]:
    return {
        "number": one.number,
        "topic": topic_words(result, one.topic),
        "summary": str(chosen(one.summary)) or None,
        "opinions": one.opinions,
        "submissions": one.submissions,
        "view": str(chosen(one.view)) or None,
        "code": one.code or None,
        "code_title": code_words(result, one.code).removeprefix(one.code).strip() or None,
        "change": str(chosen(one.change)) or None,
        "passages": " / ".join(passages) or None,
        "undertaking": one.undertaking or None,
        "is_late": False,
    }
