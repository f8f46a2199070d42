"""What of the undertakings an anonymous reader may find, per language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils import translation

from jichi.city.access import ANONYMOUS
from jichi.manifest import SearchDocument
from jichi.ui.content import translated
from jichi.undertakings.cards import public_url
from jichi.undertakings.words import plain_title_of, reference_of

from .lists import public_for

SOURCE = "undertakings.undertakings"
TYPE = "undertakings.undertaking"
_SAID = ("text", "answer", "evidence_text")


def undertakings(changed: Iterable[tuple[str, str]] | None = None) -> Iterator[SearchDocument]:
    """Every published undertaking by what was asked, the answer and who asked; ``changed`` narrows it."""
    rows = public_for(ANONYMOUS)
    if changed is not None:
        rows = rows.filter(pk__in=[pk for object_type, pk in changed if object_type == TYPE])
    found = list(rows)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for row in found:
                words = [row.get_kind_display(), *(str(translated(row, name)) for name in _SAID), row.text]
                yield SearchDocument(
                    source=SOURCE,
                    object_type=TYPE,
                    object_id=str(row.pk),
                    url=public_url(row),
                    language=language,
                    title=plain_title_of(row),
                    body=" ／ ".join(word for word in dict.fromkeys(words) if word),
                    context=f"{reference_of(row)} {_source(row)}",
                )


def _source(row: object) -> str:
    body = getattr(row, "source_body", None)
    return str(translated(body, "name") if body is not None else translated(row, "source_name"))
