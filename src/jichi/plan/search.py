"""What the plan room gives to the public search index. Declarations only; see ``queries.findable``."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import SearchSource

_WHOLE = ("plan.plan", "plan.edit")
"""A whole plan applied or published, or an edit undone: anything in it may have changed."""
_TREE = ("plan.node", "plan.level")
_HERE = "jichi.plan.queries.findable"

SEARCH = (
    SearchSource(
        key="plan.branches",
        title=gettext_noop("Policies and measures"),
        types=(*_TREE, *_WHOLE, "plan.statement"),
        documents=f"{_HERE}:branches",
    ),
    SearchSource(
        key="plan.projects",
        title=gettext_noop("Projects"),
        types=(
            *_TREE,
            *_WHOLE,
            "plan.initiative",
            "plan.milestone",
            "plan.projectfigure",
            "plan.figurepoint",
        ),
        documents=f"{_HERE}:projects",
    ),
    SearchSource(
        key="plan.indicators",
        title=gettext_noop("Indicators"),
        types=("plan.indicator", *_TREE, *_WHOLE, "plan.placement", "plan.series", "plan.point"),
        documents=f"{_HERE}:indicators",
    ),
    SearchSource(
        key="plan.documents",
        title=gettext_noop("Policy documents"),
        types=("plan.policydocument", *_TREE, *_WHOLE, "plan.documentrevision"),
        documents=f"{_HERE}:policy_documents",
    ),
    SearchSource(
        key="plan.schemes",
        title=gettext_noop("Schemes"),
        types=("plan.scheme", *_TREE, *_WHOLE),
        documents=f"{_HERE}:schemes",
    ),
    SearchSource(
        key="plan.not_held",
        title=gettext_noop("What is not held here"),
        types=("plan.notheld", *_TREE, *_WHOLE),
        documents=f"{_HERE}:not_held",
    ),
)
