"""What of the site's own pages a reader may find, per language: the documents behind ``sources``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext

from jichi.city import registry
from jichi.city.access import ANONYMOUS
from jichi.manifest import SearchDocument, Zone
from jichi.site.queries import glossary_for
from jichi.ui.content import translated

Changed = Iterable[tuple[str, str]] | None


def glossary(changed: Changed = None) -> Iterator[SearchDocument]:
    """Every word the glossary explains, with its reading and its meaning."""
    rows = list(glossary_for(ANONYMOUS))
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            address = reverse("glossary")
            for row in rows:
                words = [str(translated(row, "meaning")), row.term, row.reading]
                yield SearchDocument(
                    source="site.glossary",
                    object_type="site.glossaryterm",
                    object_id=str(row.pk),
                    url=f"{address}#{row.key}",
                    language=language,
                    title=str(translated(row, "term")),
                    body=" ／ ".join(word for word in dict.fromkeys(words) if word),
                    weight=2,
                    context=gettext("Glossary"),
                )


def pages(changed: Changed = None) -> Iterator[SearchDocument]:
    """The public pages that rooms add to the navigation, by their titles."""
    entries = [
        page
        for room in registry.rooms()
        for page in room.pages
        if page.zone is Zone.PUBLIC and not page.action
    ]
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            for page in entries:
                try:
                    address = reverse(page.route)
                except NoReverseMatch:
                    continue
                yield SearchDocument(
                    source="site.pages",
                    object_type="site.page",
                    object_id=page.route,
                    url=address,
                    language=language,
                    title=gettext(page.title),
                    body="",
                    weight=1,
                )
