"""Surveys, which answers of them measure which figure, and whether a wave is shown to everyone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import Department
from jichi.city.trail import CHANGED, act, record
from jichi.figures.models import Survey, SurveyTarget, SurveyWave
from jichi.plan.models import ProjectFigure, Series

from ..actions import PUBLISH, TAKE

RESERVED = frozenset({"new", "drafts"})
Translations = Mapping[str, Mapping[str, Any]]


def create_survey(
    *,
    viewer: Viewer,
    key: str,
    title: str,
    publisher: str,
    department: Department | None = None,
    translations: Translations | None = None,
) -> Survey:
    """Write down a survey whose reports are to be taken in.

    Raises:
        NotAllowed: for a department that is not the viewer's; Invalid: messages per field.
    """
    survey = Survey(
        key=key.strip(),
        title=title.strip(),
        publisher=publisher.strip(),
        department=department,
        translations=dict(translations or {}),
    )
    with act(viewer, TAKE, survey):
        if survey.key in RESERVED:
            raise Invalid({"key": [_("This key is taken by a page of its own; choose another.")]})
        clean(survey)
        survey.save(force_insert=True)
        record(viewer, TAKE, survey, fields={"key": [None, survey.key], "title": [None, survey.title]})
    return survey


def change_survey(
    *,
    viewer: Viewer,
    survey: Survey,
    version: int,
    title: str,
    publisher: str,
    department: Department | None,
    translations: Translations | None = None,
) -> Survey:
    """Change how a survey is called, who publishes it, or whose it is; its key stays.

    Raises:
        NotAllowed: for a survey of another department, or one that would go to another; Conflict; Invalid.
    """
    with act(viewer, TAKE, survey):
        row = Survey.objects.select_for_update().get(pk=survey.pk)
        if row.version != version:
            raise Conflict(row)
        facts: dict[str, Any] = {
            "title": title.strip(),
            "publisher": publisher.strip(),
            "department_id": department.pk if department else None,
        }
        if translations is not None:
            facts["translations"] = dict(translations)
        changes = {
            name: [getattr(row, name), value] for name, value in facts.items() if getattr(row, name) != value
        }
        if not changes:
            return row
        for name, value in facts.items():
            setattr(row, name, value)
        viewer.require(TAKE, row)
        clean(row)
        row.version += 1
        row.save()
        if "translations" in changes:
            changes["translations"] = CHANGED  # type: ignore[assignment]
        record(viewer, TAKE, row, fields=changes)
    return row


def add_target(
    *,
    viewer: Viewer,
    survey: Survey,
    series: Series | None = None,
    figure: ProjectFigure | None = None,
    question: str,
    options: Sequence[str],
    dimension: str = "",
    group: str = "",
    decimals: int = 1,
) -> SurveyTarget:
    """Say which answers of a question measure a figure; an earlier saying for the same figure is replaced.

    Raises:
        NotAllowed; Invalid: messages per field.
    """
    listed = list(dict.fromkeys(text for one in options if (text := one.strip())))
    problems: dict[str, list[str]] = {}
    if (series is None) == (figure is None):
        problems["figure"] = [_("Choose the figure that is measured.")]
    if not question.strip():
        problems["question"] = [_("Give the code of the question.")]
    if not listed:
        problems["options"] = [_("Give at least one answer whose share counts.")]
    if bool(dimension.strip()) != bool(group.strip()):
        text = _("A group needs both: by what it is divided (sex, ward) and which one it is.")
        problems["group"] = [text]
    if not 0 <= decimals <= 4:
        problems["decimals"] = [_("At most %(most)d digits after the point.") % {"most": 4}]
    with act(viewer, TAKE, survey):
        if problems:
            raise Invalid(problems)
        row = SurveyTarget.objects.filter(survey=survey, series=series, project_figure=figure).first()
        row = row or SurveyTarget(survey=survey, series=series, project_figure=figure)
        before = [row.question, row.options] if row.pk else None
        row.question, row.options = question.strip(), listed
        row.dimension, row.group, row.decimals = dimension.strip(), group.strip(), decimals
        clean(row)
        row.save()
        record(viewer, TAKE, row, fields={"target": [before, [row.question, listed]]})
    return row


def drop_target(*, viewer: Viewer, target: SurveyTarget) -> None:
    """No longer take a figure's value from a survey; what was entered stays."""
    with act(viewer, TAKE, target.survey):
        record(viewer, TAKE, target, fields={"target": [[target.question, target.options], None]})
        SurveyTarget.objects.filter(pk=target.pk).delete()


def show_wave(*, viewer: Viewer, wave: SurveyWave, shown: bool) -> SurveyWave:
    """Show a wave's questions and tables to everyone, or no longer.

    A wave of which a value is public stays public: its tables are the value's evidence.
    """
    with act(viewer, PUBLISH, wave.survey):
        row = SurveyWave.objects.select_for_update().get(pk=wave.pk)
        if (row.published_at is not None) == shown:
            return row
        row.published_at = timezone.now() if shown else None
        row.version += 1
        row.save(update_fields=["published_at", "version"])
        record(viewer, PUBLISH, row, fields={"shown": [not shown, shown]})
    return row


def clean(row: models.Model) -> None:
    """Check a row against its fields and constraints; raises Invalid with messages per field."""
    try:
        with transaction.atomic():
            row.full_clean()
    except ValidationError as error:
        messages = {"" if k == "__all__" else k: [str(m) for m in v] for k, v in error.message_dict.items()}
        raise Invalid(messages) from error
    except IntegrityError as error:
        raise Invalid({"": [_("Somebody else changed this just now. Look at it first.")]}) from error
