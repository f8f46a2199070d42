"""What the site adds to the plan's pages: the words on them, explained."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from jichi.city.access import Viewer

from .queries import glossary_for


def words(viewer: Viewer, text: str, request: HttpRequest) -> dict[str, Any]:
    """The glossary terms that stand in ``text``, longest first where one holds another; empty without any."""
    rest = text
    found = []
    for term in sorted(glossary_for(viewer), key=lambda row: len(row.term), reverse=True):
        if term.term in rest:
            rest = rest.replace(term.term, " ")
            found.append(term)
    return {"terms": sorted(found, key=lambda row: row.reading or row.term)} if found else {}
