"""What the site's own pages read beside the other rooms' queries."""

from __future__ import annotations

from django.db.models import QuerySet

from jichi.city.access import Viewer

from .models import GlossaryTerm


def glossary_for(viewer: Viewer) -> QuerySet[GlossaryTerm]:
    """The glossary, which everybody may read, in the order of the readings."""
    return GlossaryTerm.objects.order_by("reading", "term")
