"""What of the plans an anonymous reader may find, per language: the documents behind ``plan.search``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from jichi.city.access import ANONYMOUS
from jichi.manifest import SearchDocument
from jichi.plan.models import Indicator, Node, PolicyDocument
from jichi.ui.content import SOURCE_LANGUAGE, translated

from .documents import documents_for, not_held_for, schemes_for
from .indicators import indicators_for
from .nodes import nodes_for, projects_for
from .outline import Outline, outline_for
from .plans import plans_for

Changed = Iterable[tuple[str, str]] | None
_BETWEEN = " ／ "
_ABOVE = " › "


def _in_languages() -> Iterator[str]:
    """Each language of the installation in turn, active while the caller makes its documents."""
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            yield language


def _words(row: Any, *fields: str) -> list[str]:
    return [text for field in fields if (text := str(translated(row, field)))]


def _body(parts: Iterable[str], row: Any, field: str) -> str:
    """The parts in one line; in another language with the printed name, to be found by it."""
    found = [part for part in dict.fromkeys(parts) if part]
    printed, shown = str(getattr(row, field)), str(translated(row, field))
    if translation.get_language() != SOURCE_LANGUAGE and printed != shown:
        found.append(printed)
    return _BETWEEN.join(found)


def _outlines() -> list[Outline]:
    return [outline_for(ANONYMOUS, plan) for plan in plans_for(ANONYMOUS)]


def _path(outline: Outline, node: Node) -> str:
    above = [f"{one.code} {translated(one, 'name')}" for one in outline.path(node)]
    return _ABOVE.join([str(translated(outline.plan, "name")), *above])


def _node(
    source: str, outline: Outline, node: Node, parts: list[str], weight: int, language: str
) -> SearchDocument:
    level = outline.levels[node.level_id]
    return SearchDocument(
        source=source,
        object_type="plan.node",
        object_id=str(node.pk),
        url=reverse("node-detail", args=[outline.plan.key, node.code]),
        language=language,
        title=str(translated(node, "name")),
        body=_body([f"{translated(level, 'name')} {node.code}", *parts], node, "name"),
        weight=weight,
        code=node.code,
        context=_path(outline, node),
    )


def branches(changed: Changed = None) -> Iterator[SearchDocument]:
    """Every branch of the published plans, with its summary and sentences.

    ``changed`` narrows nothing here: a renamed branch shows in the paths of all that lies below it.
    """
    for outline in _outlines():
        rows = [
            node
            for node in nodes_for(ANONYMOUS).filter(plan=outline.plan).prefetch_related("statements")
            if not node.is_project
        ]
        for language in _in_languages():
            for node in rows:
                parts = _words(node, "summary")
                for statement in node.statements.all():
                    parts += _words(statement, "text")
                weight = 6 if outline.levels[node.level_id].depth < 2 else 5
                yield _node("plan.branches", outline, node, parts, weight, language)


def projects(changed: Changed = None) -> Iterator[SearchDocument]:
    """Every project, with its initiatives, yearly activities and the names of its yearly numbers."""
    for outline in _outlines():
        rows = projects_for(ANONYMOUS, [node for node in outline.walk() if node.is_project])
        for language in _in_languages():
            for node in rows:
                yield _node("plan.projects", outline, node, _of_project(node), 4, language)


def _of_project(node: Any) -> list[str]:
    parts = _words(node, "summary")
    for initiative in node.initiatives.all():
        parts += _words(initiative, "name")
        for milestone in initiative.milestones.all():
            parts += _words(milestone, "text")
    for figure in node.figures.all():
        parts += [f"{translated(figure, 'name')}（{translated(figure, 'unit')}）"]
    return parts


def indicators(changed: Changed = None) -> Iterator[SearchDocument]:
    """Every placed indicator, with its definition, series and the nodes that place it."""
    rows = list(indicators_for(ANONYMOUS))
    for language in _in_languages():
        for row in rows:
            yield _indicator(row, language)


def _indicator(row: Indicator, language: str) -> SearchDocument:
    placed = [placement.node for placement in row.placements.all()]
    where = [f"{node.code} {translated(node, 'name')}" for node in placed]
    parts = [*_words(row, "definition", "note", "source"), *where]
    for series in row.series.all():
        parts += _words(series, "name")
        parts += [point.printed for point in series.points.all() if point.printed]
    return SearchDocument(
        source="plan.indicators",
        object_type="plan.indicator",
        object_id=str(row.pk),
        url=reverse("indicator-detail", args=[row.key]),
        language=language,
        title=str(translated(row, "name")),
        body=_body(parts, row, "name"),
        weight=5,
        context=_ABOVE.join([row.get_kind_display(), *where[:1]]),
    )


def policy_documents(changed: Changed = None) -> Iterator[SearchDocument]:
    """Every policy document a published plan names, with its revisions."""
    rows = list(documents_for(ANONYMOUS))
    for language in _in_languages():
        for row in rows:
            yield _policy_document(row, language)


def _policy_document(row: PolicyDocument, language: str) -> SearchDocument:
    parts = _words(row, "legal_basis", "summary")
    for revision in row.revisions.all():
        parts += _words(revision, "label", "note")
    parts += [str(translated(node, "name")) for node in row.nodes.all()]
    return SearchDocument(
        source="plan.documents",
        object_type="plan.policydocument",
        object_id=str(row.pk),
        url=reverse("document-detail", args=[row.key]),
        language=language,
        title=str(translated(row, "name")),
        body=_body(parts, row, "name"),
        weight=3,
        context=row.get_kind_display(),
    )


def schemes(changed: Changed = None) -> Iterator[SearchDocument]:
    """Every scheme a published plan names."""
    rows = list(schemes_for(ANONYMOUS))
    for language in _in_languages():
        for row in rows:
            nodes = [f"{node.code} {translated(node, 'name')}" for node in row.nodes.all()]
            yield SearchDocument(
                source="plan.schemes",
                object_type="plan.scheme",
                object_id=str(row.pk),
                url=f"{reverse('scheme-list')}#{row.key}",
                language=language,
                title=str(translated(row, "name")),
                body=_body([*_words(row, "summary"), *nodes], row, "name"),
                weight=3,
                context=nodes[0] if nodes else "",
            )


def not_held(changed: Changed = None) -> Iterator[SearchDocument]:
    """What plans refer to and this installation does not hold."""
    rows = list(not_held_for(ANONYMOUS))
    for language in _in_languages():
        for row in rows:
            node = f"{row.node.code} {translated(row.node, 'name')}" if row.node else ""
            yield SearchDocument(
                source="plan.not_held",
                object_type="plan.notheld",
                object_id=str(row.pk),
                url=f"{reverse('not-held')}#{row.key}",
                language=language,
                title=str(translated(row, "title")),
                body=_body([*_words(row, "reason"), node], row, "title"),
                weight=1,
                context=node or str(translated(row.plan, "name")),
            )
