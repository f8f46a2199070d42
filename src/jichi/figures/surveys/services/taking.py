"""Taking a report in, whole or not at all: wave, questions, cells, evidence, and the figures' values.

A report that is taken in again is a correction with a reason. What it changes is kept beside the report, and
the values it gives become new revisions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.figures.models import (
    Evidence,
    Observation,
    Survey,
    SurveyCell,
    SurveyDraft,
    SurveyQuestion,
    SurveyReport,
    SurveyWave,
)
from jichi.figures.services.values import add_evidence
from jichi.plan.services.translations import Memory, translations_for

from ..actions import TAKE
from ..checks import errors, findings
from ..differences import Difference, differences
from ..queries.judging import Judged, judged_questions
from ..queries.reports import report_of
from ..report import Question, Report, completed, from_json, to_json
from .entering import enter_states

WAVE_TEXTS = ("title", "design", "population", "weighting", "not_run_reason")
_WAVE_FACTS = (
    "title",
    "fiscal_year",
    "sampling",
    "mode",
    "design",
    "population",
    "asked",
    "answered",
    "field_first",
    "field_last",
    "weighting",
    "design_effect",
    "not_run_reason",
)
_BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What taking a report in did: the wave, what was new in the report, the values that were entered."""

    wave: SurveyWave
    differences: tuple[Difference, ...]
    is_new: bool
    values: tuple[Observation, ...]


def take_draft(
    *, viewer: Viewer, draft: SurveyDraft, version: int, reason: str = "", looked_at: bool = False
) -> Taken:
    """Confirm a draft; it goes. ``looked_at``: what looks wrong was compared with the printed report.

    Raises:
        Conflict: it was changed meanwhile, or confirmed by another; NotAllowed, Invalid: as
        :func:`take_report`, and where something looks wrong and nobody looked at it ("looked_at").
    """
    with act(viewer, TAKE, draft.survey):
        row = SurveyDraft.objects.select_for_update().select_related("survey").filter(pk=draft.pk).first()
        if row is None or row.version != version:
            raise Conflict(row)
        report = from_json(row.data)
        if not looked_at and (row.data.get("notes") or any(not one.is_error for one in findings(report))):
            text = _("Something in the report looks wrong. Compare it with the printed report, and say so.")
            raise Invalid({"looked_at": [text]})
        taken = take_report(
            viewer=viewer,
            survey=row.survey,
            report=report,
            decisions=row.decisions,
            reason=reason,
            filename=row.filename,
            sha256=row.sha256,
            content=bytes(row.content) if row.content is not None else None,
        )
        row.delete()
    return taken


def take_report(
    *,
    viewer: Viewer,
    survey: Survey,
    report: Report,
    decisions: Mapping[str, Mapping[str, Any]] | None = None,
    reason: str = "",
    filename: str = "",
    sha256: str = "",
    content: bytes | None = None,
    is_sample: bool = False,
    memory: Memory | None = None,
) -> Taken:
    """Take a report in and enter what it measures, as far as the viewer may and the figures are bound to it.

    A report that says what stands already changes nothing but enters values that were still missing.

    Raises:
        NotAllowed; Invalid: what is wrong in the report ("report"), a wording nobody decided on
        ("decisions"), a correction without a reason ("reason").
    """
    with act(viewer, TAKE, survey):
        Survey.objects.select_for_update().get(pk=survey.pk)
        report = completed(report, survey.publisher)
        wave = survey.waves.select_related("evidence").filter(key=report.key).first()
        judged = judged_questions(survey, report, decisions)
        _check(report, judged)
        changed = differences(report_of(wave), report) if wave is not None else []
        same_codes = wave is not None and _codes_of(wave) == {
            one.question.code: (one.definition, one.reason) for one in judged
        }
        is_new = wave is None
        if wave is None or changed or not same_codes:
            if wave is not None and not reason.strip():
                raise Invalid({"reason": [_("This wave stands already. Say why it is corrected.")]})
            evidence = _evidence(viewer, report, filename, sha256, is_sample, memory or {})
            wave = _store(viewer, survey, wave, report, judged, evidence, is_sample, memory or {})
            _keep(viewer, wave, report, changed, evidence, reason, content)
        rows = enter_states(
            viewer=viewer, survey=survey, wave=wave, report=report, judged=judged, reason=reason
        )
    return Taken(wave=wave, differences=tuple(changed), is_new=is_new, values=tuple(rows))


def enter_wave(*, viewer: Viewer, wave: SurveyWave, reason: str = "") -> list[Observation]:
    """Enter the values of a wave that were not entered when it was taken in: for figures bound to it since.

    Raises:
        NotAllowed; Invalid: without a reason where a value stands already.
    """
    report = report_of(wave)
    with act(viewer, TAKE, wave.survey):
        judged = judged_questions(wave.survey, report)
        return enter_states(
            viewer=viewer, survey=wave.survey, wave=wave, report=report, judged=judged, reason=reason
        )


def _check(report: Report, judged: Sequence[Judged]) -> None:
    if wrong := errors(report):
        raise Invalid({"report": [one.text for one in wrong]})
    if still_open := [one.question.code for one in judged if one.is_open]:
        text = _("Decide, with a reason, whether these questions are still the same: %(codes)s.")
        raise Invalid({"decisions": [text % {"codes": ", ".join(still_open)}]})


def _codes_of(wave: SurveyWave) -> dict[str, tuple[str, str]]:
    return {row.code: (row.definition, row.decision_reason) for row in wave.questions.all()}


def _evidence(
    viewer: Viewer, report: Report, filename: str, sha256: str, is_sample: bool, memory: Memory
) -> Evidence:
    document = report.document
    facts = {
        "title": document.title,
        "publisher": document.publisher,
        "url": document.url,
        "locator": document.locator,
    }
    return add_evidence(
        viewer=viewer,
        **facts,
        published_on=document.published_on,
        kind=Evidence.Kind.SURVEY,
        filename=filename,
        sha256=sha256,
        is_sample=is_sample,
        translations=translations_for(memory, facts),
    )


def _store(
    viewer: Viewer,
    survey: Survey,
    wave: SurveyWave | None,
    report: Report,
    judged: Sequence[Judged],
    evidence: Evidence,
    is_sample: bool,
    memory: Memory,
) -> SurveyWave:
    row = wave or SurveyWave(survey=survey, key=report.key, is_sample=is_sample)
    before = {name: getattr(row, name) for name in _WAVE_FACTS} if row.pk else {}
    texts = {name: getattr(report, name) for name in WAVE_TEXTS}
    row.translations = translations_for(memory, texts, row if row.pk else None)
    for name in _WAVE_FACTS:
        setattr(row, name, getattr(report, name))
    row.evidence = evidence
    row.version = row.version + 1 if row.pk else 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Invalid({"": [_("Somebody took this wave in just now. Look at it first.")]}) from error
    _store_questions(row, judged, memory)
    prose = set(WAVE_TEXTS)
    fields: dict[str, Any] = {
        name: CHANGED if name in prose else [_said(before.get(name)), _said(getattr(row, name))]
        for name in _WAVE_FACTS
        if before.get(name) != getattr(row, name)
    }
    record(viewer, TAKE, row, fields={"wave": [bool(before), row.key], **fields})
    return row


def _said(value: Any) -> Any:
    return value if value is None or isinstance(value, int | bool) else str(value)


def _store_questions(wave: SurveyWave, judged: Sequence[Judged], memory: Memory) -> None:
    stored = {row.code: row for row in wave.questions.all()}
    SurveyCell.objects.filter(question__wave=wave).delete()
    SurveyQuestion.objects.filter(
        pk__in=[row.pk for code, row in stored.items() if code not in {one.question.code for one in judged}]
    ).delete()
    cells: list[SurveyCell] = []
    for order, one in enumerate(judged, start=1):
        question = one.question
        row = stored.get(question.code) or SurveyQuestion(wave=wave, code=question.code)
        row.translations = _translations(question, row, memory)
        row.order, row.wording, row.several = order, question.wording, question.several
        row.definition, row.decision_reason = one.definition, one.reason
        row.save()
        cells += _cells(row, question)
    SurveyCell.objects.bulk_create(cells, batch_size=_BATCH)


def _translations(question: Question, row: SurveyQuestion, memory: Memory) -> dict[str, dict[str, Any]]:
    """The wording in other languages, and the words of answers and groups under ``words``."""
    found: dict[str, dict[str, Any]] = {
        **translations_for(memory, {"wording": question.wording}, row if row.pk else None)
    }
    words = {
        word
        for table in question.tables
        for word in (table.dimension, table.group, *(one.option for one in table.answers))
        if word
    }
    old = row.translations or {}
    for language in {*memory, *old}:
        kept = {
            word: text
            for word in sorted(words)
            if (
                text := memory.get(language, {}).get(word) or old.get(language, {}).get("words", {}).get(word)
            )
        }
        if kept:
            found.setdefault(language, {})["words"] = kept
    return found


def _cells(row: SurveyQuestion, question: Question) -> list[SurveyCell]:
    lines = [(table, answer) for table in question.tables for answer in table.answers]
    return [
        SurveyCell(
            question=row,
            dimension=table.dimension,
            group=table.group,
            option=answer.option,
            order=order,
            percent=answer.percent,
            decimals=question.decimals,
            count=answer.count,
            score=answer.score,
            n=table.n,
            subtotal=answer.subtotal,
        )
        for order, (table, answer) in enumerate(lines, start=1)
    ]


def _keep(
    viewer: Viewer,
    wave: SurveyWave,
    report: Report,
    changed: Sequence[Difference],
    evidence: Evidence,
    reason: str,
    content: bytes | None,
) -> None:
    assert viewer.actor is not None
    SurveyReport.objects.create(
        wave=wave,
        number=wave.reports.count() + 1,
        evidence=evidence,
        content=content,
        data=to_json(report),
        changes=[asdict(one) for one in changed],
        reason=reason.strip()[:300],
        taken_by=viewer.actor,
    )
