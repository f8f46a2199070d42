"""Reading forms and answers, always for a viewer.

Whether the viewer may see the answers of one thing is decided by the room that asks; here only those see
answers who may see any.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Max, Prefetch, QuerySet

from jichi.city.access import Viewer

from .definition import Address, Definition, Raw, Value
from .models import AnswerRevision, AnswerSet, Form, FormVersion
from .parsing import definition_of
from .reading import from_json, raw_from_json

__all__ = [
    "Answers",
    "answers_of",
    "definition_of",
    "form_versions_for",
    "forms_for",
    "newest_revisions_for",
    "newest_version",
    "newest_versions_for",
    "revision_file_for",
    "values_of",
    "version_for",
]

READ_FORMS = "sheets.form:read"
READ_ANSWERS = "sheets.answers:read"


def form_versions_for(viewer: Viewer) -> QuerySet[FormVersion]:
    """The versions of forms that the viewer may see, newest first within each form."""
    rows = FormVersion.objects.select_related("form").order_by("form__key", "-number")
    return rows if viewer.can(READ_FORMS) else rows.none()


def forms_for(viewer: Viewer) -> QuerySet[Form]:
    """The forms that the viewer may see, with their versions, newest first, each with its sets of answers."""
    if not viewer.can(READ_FORMS):
        return Form.objects.none()
    versions = FormVersion.objects.annotate(answered=Count("answer_sets")).order_by("-number")
    return Form.objects.prefetch_related(Prefetch("versions", versions.defer("definition")))


def newest_versions_for(viewer: Viewer) -> dict[int, FormVersion]:
    """The version in which each form is asked from now on, by the form's id."""
    rows = form_versions_for(viewer).annotate(newest=Max("form__versions__number"))
    return {row.form_id: row for row in rows.filter(number=F("newest"))}


def version_for(viewer: Viewer, key: str, number: int) -> FormVersion | None:
    """One version of a form; None where there is none, or none for this viewer."""
    return form_versions_for(viewer).filter(form__key=key, number=number).first()


def newest_version(form: Form) -> FormVersion:
    """The version in which a form is asked from now on. Raises FormVersion.DoesNotExist."""
    return FormVersion.objects.select_related("form").filter(form=form).order_by("-number")[:1].get()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What stands in one set of answers: the form, the draft as typed, and every revision, newest first.

    Revisions come without the files they arrived in.
    """

    answer_set: AnswerSet
    definition: Definition
    draft: Raw
    revisions: tuple[AnswerRevision, ...]

    @property
    def newest(self) -> AnswerRevision | None:
        """What was handed in last."""
        return self.revisions[0] if self.revisions else None

    @property
    def has_draft(self) -> bool:
        """Whether something is typed that was not handed in."""
        return self.answer_set.draft_at is not None


def answers_of(viewer: Viewer, answer_set_id: uuid.UUID) -> Answers:
    """What stands in a set of answers, read anew.

    Raises:
        NotAllowed: for a viewer who sees no answers at all; AnswerSet.DoesNotExist.
    """
    _see_answers(viewer)
    answer_set = AnswerSet.objects.select_related("form_version__form").get(pk=answer_set_id)
    rows = AnswerRevision.objects.filter(answer_set=answer_set).defer("content")
    revisions = tuple(rows.select_related("form_version").order_by("-number"))
    return Answers(
        answer_set=answer_set,
        definition=definition_of(answer_set.form_version),
        draft=raw_from_json(answer_set.draft),
        revisions=revisions,
    )


def newest_revisions_for(
    viewer: Viewer, answer_set_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, AnswerRevision]:
    """What was handed in last, by set of answers; one query however many there are, without the files."""
    _see_answers(viewer)
    rows = AnswerRevision.objects.filter(
        answer_set__in=list(answer_set_ids), number=F("answer_set__revision")
    )
    found = rows.select_related("form_version").defer("content")
    return {row.answer_set_id: row for row in found}


def revision_file_for(viewer: Viewer, answer_set_id: uuid.UUID, number: int) -> AnswerRevision | None:
    """One revision with the file it came in."""
    _see_answers(viewer)
    return AnswerRevision.objects.filter(answer_set=answer_set_id, number=number).first()


def values_of(revision: AnswerRevision) -> dict[Address, Value]:
    """The values of a revision, read by the version of the form it was given to."""
    return from_json(revision.values, definition_of(revision.form_version))


def _see_answers(viewer: Viewer) -> None:
    viewer.require(READ_ANSWERS)
