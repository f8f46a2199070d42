"""What can be chosen when an evaluation is prepared: plans, offices, rules, routes of approval."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.queries import departments_for
from jichi.directory.queries import bodies_for
from jichi.evaluation.enums import RuleSetKind
from jichi.office.models import Route
from jichi.plan.queries import plans_for

from .grades import rule_sets_for

Choices = list[tuple[str, str]]


def plan_choices(viewer: Viewer) -> Choices:
    """The plans, the newest first."""
    return [(str(one.pk), one.name) for one in plans_for(viewer)]


def office_choices(viewer: Viewer) -> Choices:
    """The offices that exist today."""
    return [(str(one.pk), one.name) for one in departments_for(viewer, on=timezone.localdate())]


def rule_choices(viewer: Viewer, kind: RuleSetKind) -> Choices:
    """Versions of rules of a kind, the newest of each first; one that is not confirmed says so."""
    found: Choices = []
    for rule_set in rule_sets_for(viewer):
        if rule_set.kind != kind:
            continue
        for version in sorted(rule_set.versions.all(), key=lambda one: -one.number):
            words = _("%(title)s, version %(number)d")
            if not version.is_confirmed and kind == RuleSetKind.GRADING:
                words = _("%(title)s, version %(number)d (not confirmed by the city)")
            found.append((str(version.pk), words % {"title": rule_set.title, "number": version.number}))
    return found


def route_choices(viewer: Viewer) -> Choices:
    """The routes of approval, by title."""
    return [(one.key, one.title) for one in Route.objects.order_by("title", "key")]


def route_title(key: str) -> str:
    """What a route of approval is called; its key where it is no longer known, nothing for no key."""
    title = Route.objects.filter(key=key).values_list("title", flat=True).first() if key else ""
    return title or key


def body_choices(viewer: Viewer) -> Choices:
    """The committees for which somebody may speak."""
    return [(str(one.pk), one.name) for one in bodies_for(viewer, timezone.localdate())]
