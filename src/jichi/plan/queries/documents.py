"""Policy documents, schemes and what is not held, as far as readable plans name them."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from jichi.city.access import Viewer
from jichi.plan.models import DocumentRevision, NotHeld, PolicyDocument, Scheme

from .nodes import nodes_for
from .plans import READ_DRAFT, visible


def documents_for(viewer: Viewer) -> QuerySet[PolicyDocument]:
    """Policy documents with their revisions and the nodes that name them, by name.

    A document that no plan names yet is shown to those alone who may read drafts.
    """
    rows = PolicyDocument.objects.all()
    if not viewer.can(READ_DRAFT):
        rows = rows.filter(nodes__in=nodes_for(viewer)).distinct()
    return rows.select_related("successor", "predecessor").prefetch_related(
        Prefetch("revisions", DocumentRevision.objects.order_by("order")),
        Prefetch("nodes", nodes_for(viewer).order_by("plan_id", "code")),
    )


def schemes_for(viewer: Viewer) -> QuerySet[Scheme]:
    """Schemes with the nodes that name them."""
    rows = Scheme.objects.all()
    if not viewer.can(READ_DRAFT):
        rows = rows.filter(nodes__in=nodes_for(viewer)).distinct()
    return rows.prefetch_related(Prefetch("nodes", nodes_for(viewer).order_by("plan_id", "code")))


def not_held_for(viewer: Viewer) -> QuerySet[NotHeld]:
    """Parts that plans refer to and that are not held here."""
    return (
        NotHeld.objects.filter(visible(viewer, "plan__"))
        .select_related("plan", "node__level")
        .order_by("plan_id", "key")
    )
