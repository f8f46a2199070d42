"""Lines of tables on the pages of surveys: figures with what a wave gives them, differences, problems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.figures.models import Observation, SurveyDraft
from jichi.figures.surveys.checks import Finding
from jichi.figures.surveys.differences import Difference
from jichi.figures.surveys.queries import TargetState
from jichi.figures.surveys.report import FACTS, Report
from jichi.figures.surveys.showing import interval_words
from jichi.figures.surveys.telling import no_interval_words
from jichi.figures.surveys.wording import Piece
from jichi.plan.models import Series
from jichi.ui.numbers import format_number, format_value
from jichi.ui.tables import Cell, Column, Table

from .common import name_of, standing_words, subject_url

READ_VALUES = "figures.observation:read_unpublished"


def value_words(row: Observation) -> str:
    """A stored value with its unit, or why there is none."""
    if row.value is None:
        return row.note
    return format_value(row.value, row.unit, decimals=row.decimals)


def figures_table(viewer: Viewer, states: Sequence[TargetState]) -> Table:
    """Each figure with the value a report gives it, what stands, and what is done."""
    return Table(
        caption=_("What the report gives to the figures"),
        columns=[
            Column(_("Figure"), head=True),
            Column(_("Value"), numeric=True),
            Column(_("What stands"), numeric=True),
            Column(_("What is done")),
        ],
        rows=[_figure(viewer, state) for state in states],
        phone="cards",
        hide_caption=True,
        ident="figures",
    )


def _figure(viewer: Viewer, state: TargetState) -> list[Cell]:
    subject = state.subject
    owner: Any = subject.indicator if isinstance(subject, Series) else subject.project
    unit = owner.unit if isinstance(subject, Series) else subject.unit
    url = subject_url(subject) if viewer.can(READ_VALUES, owner) else ""
    target = state.target
    asked = f"{target.question}: {' + '.join(target.options)}"
    if target.group:
        asked += f" ({target.group})"
    value, note = "—", ""
    if state.value is not None and state.value.value is None:
        note = state.value.note
    elif state.measured is not None and state.measured.value is not None:
        found = state.measured
        value = format_value(found.value, unit, decimals=found.decimals)
        parts = [f"n = {format_number(found.n)}" if found.n is not None else ""]
        parts.append(
            _("95 %% interval: %(ends)s") % {"ends": interval_words(found, unit)}
            if found.interval
            else no_interval_words(found)
        )
        note = " · ".join(part for part in parts if part)
    done = standing_words(state)
    if state.needs_definition and state.value is not None and state.judged is not None:
        done += " " + _("Definition %(code)s is written down.") % {"code": state.judged.definition}
    if state.withdrawn:
        done += " " + _("What stood under another definition is taken back.")
    return [
        Cell(name_of(subject), url=url, note=asked),
        Cell(value, note=note),
        Cell(value_words(state.before) if state.before is not None else "—"),
        Cell(done),
    ]


# ---- differences -------------------------------------------------------------------------------------
def difference_lines(found: Iterable[Difference]) -> list[dict[str, str]]:
    """Each difference as place, before and after."""
    kinds = {"added": _("added"), "gone": _("gone"), "changed": ""}
    return [
        {
            "place": " · ".join(
                part for part in (one.question, one.dimension, one.group, one.option, _what(one)) if part
            ),
            "kind": kinds[one.kind],
            "before": one.before,
            "after": one.after,
        }
        for one in found
    ]


def _what(one: Difference) -> str:
    words = {
        "question": _("question"),
        "wording": _("wording"),
        "several": _("several answers"),
        "decimals": _("digits after the point"),
        "table": _("table of answers"),
        "n": "n",
        "answer": _("answer option"),
        "percent": "%",
        "count": _("number of answers"),
        "score": _("mean of points"),
        "subtotal": _("subtotal"),
        "order": _("order of the answers"),
    }
    return str(FACTS[one.what]) if one.what in FACTS else words[one.what]


# ---- problems ----------------------------------------------------------------------------------------
def finding_lines(found: Iterable[Finding], report: Report, draft: SurveyDraft) -> list[dict[str, str]]:
    """Each sentence about a draft with where it is, and the page on which it is mended."""
    return [_finding(one, report, draft) for one in found]


def _finding(one: Finding, report: Report, draft: SurveyDraft) -> dict[str, str]:
    path, token = one.path, draft.token
    if path[0] != "questions" or len(path) == 1:
        name = ".".join(str(part) for part in path)
        new = reverse("staff-survey-draft-question-new", args=[token])
        wave = reverse("staff-survey-draft-wave", args=[token])
        return {
            "place": str(FACTS.get(name, _("Questions"))),
            "url": new if path[0] == "questions" else wave,
            "text": one.text,
        }
    number = int(path[1])
    question = report.questions[number]
    if len(path) > 3 and path[2] == "tables":
        table = question.tables[int(path[3])]
        group = table.group or _("all who answered")
        option = ""
        if len(path) > 5 and path[4] == "answers":
            option = table.answers[int(path[5])].option
        place = " · ".join(part for part in (question.code, group, option) if part)
        url = reverse("staff-survey-draft-table", args=[token, number, int(path[3])])
        return {"place": place, "url": url, "text": one.text}
    url = reverse("staff-survey-draft-question", args=[token, number])
    return {"place": question.code, "url": url, "text": one.text}


def pieces_html(pieces: Iterable[Piece]) -> SafeString:
    """A word diff as text with what is gone and what is new marked."""
    shapes = {"same": "{}", "out": "<del>{}</del>", "in": "<ins>{}</ins>"}
    return format_html_join("", "{}", ((format_html(shapes[one.kind], one.text),) for one in pieces))
