"""What the evaluation room gives to the public search index. Declarations only."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import SearchSource

SEARCH: tuple[SearchSource, ...] = (
    SearchSource(
        key="evaluation.sheets",
        title=gettext_noop("Evaluation sheets"),
        types=("evaluation.sheet", "evaluation.cycle"),
        documents="jichi.evaluation.queries.results_findable:sheets",
    ),
)
