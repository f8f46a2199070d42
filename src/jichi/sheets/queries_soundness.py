"""What ``jichi check`` looks at here; it is run by whoever administers the machine, not by a viewer."""

from __future__ import annotations

from collections.abc import Iterator

from .models import AnswerRevision, FormVersion


def stored_versions() -> Iterator[FormVersion]:
    """Every version of every form."""
    return FormVersion.objects.select_related("form").order_by("form__key", "number").iterator(chunk_size=50)


def files_of_revisions() -> Iterator[AnswerRevision]:
    """Every revision that came in a file, with the file, a few at a time."""
    rows = AnswerRevision.objects.exclude(sha256="").only(
        "answer_set_id", "number", "filename", "sha256", "content"
    )
    return rows.order_by("pk").iterator(chunk_size=20)
