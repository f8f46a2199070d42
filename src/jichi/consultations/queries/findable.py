"""What of the consultations an anonymous reader may find, per language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jichi.consultations.addresses import public_url, result_url
from jichi.consultations.enums import VersionKind
from jichi.consultations.models import Consultation
from jichi.consultations.result import Result
from jichi.manifest import SearchDocument
from jichi.ui.content import chosen, translated

from .consultations import public_for
from .results import published_result

Changed = Iterable[tuple[str, str]] | None
SOURCE = "consultations.consultations"
TYPE = "consultations.consultation"
LONGEST = 20_000
"""Characters of one document of the index."""


def consultations(changed: Changed = None) -> Iterator[SearchDocument]:
    """Every public consultation by its notice and draft, and once it is published by its result."""
    rows = public_for()
    if changed is not None:
        rows = rows.filter(pk__in=[pk for kind, pk in changed if kind == TYPE])
    for row in rows:
        result = published_result(row)
        texts = _drafts(row)
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                yield _document(row, language, texts.get(language, ""), result)


def _document(row: Consultation, language: str, text: str, result: Result | None) -> SearchDocument:
    words = [str(translated(row, name)) for name in ("summary", "notice")]
    words += [text, row.exempt_reason, row.withdrawn_reason]
    if result is not None:
        words += [f"{chosen(one.summary)} {chosen(one.view)}" for one in result.rows]
    return SearchDocument(
        source=SOURCE,
        object_type=TYPE,
        object_id=str(row.pk),
        url=result_url(row) if result is not None else public_url(row),
        language=language,
        title=_("Public comment: %(title)s") % {"title": translated(row, "title")},
        body=" ／ ".join(word for word in dict.fromkeys(words) if word)[:LONGEST],
        context=f"{row.get_kind_display()} {translated(row.department, 'name')}",
    )


def _drafts(row: Consultation) -> dict[str, str]:
    """The words of the published drafts by language; the whole text where a language has several."""
    texts = row.texts.filter(kind=VersionKind.DRAFT, published_at__lte=timezone.now())
    found: dict[str, str] = {}
    for text in texts.order_by("audience", "number"):
        content: dict[str, Any] = text.content
        words = " ".join(str(one["text"]) for one in content["paragraphs"])
        found[text.language] = f"{found.get(text.language, '')} {words}".strip()
    return found
