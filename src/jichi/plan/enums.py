"""The closed lists of the plan room, importable by anybody."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LevelKind(models.TextChoices):
    """A branch groups; a project holds initiatives and yearly targets."""

    BRANCH = "branch", _("Branch")
    PROJECT = "project", _("Project")


class PlanState(models.TextChoices):
    """What a plan is on a given day."""

    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")
    ENDED = "ended", _("Ended, final evaluation due")
    SUPERSEDED = "superseded", _("Superseded")


class StatementKind(models.TextChoices):
    """The kinds of sentences a branch carries."""

    GOAL = "goal", _("Direct goal")
    DIRECTION = "direction", _("Direction")
    PROGRESS = "progress", _("What has been done so far")
    ISSUE = "issue", _("Issue")


class IndicatorKind(models.TextChoices):
    """市民の実感指標 and 成果指標."""

    SENSE = "sense", _("Residents' sense indicator")
    OUTCOME = "outcome", _("Outcome indicator")


class Comparator(models.TextChoices):
    """How a target is to be read: 以上, 以下, 程度, or nothing printed."""

    GE = "ge", _("at least")
    LE = "le", _("at most")
    ABOUT = "about", _("about")
    NONE = "none", pgettext_lazy("comparator", "none stated")


class PointRole(models.TextChoices):
    """The printed points of an indicator: 計画策定時, 現状, 目標."""

    BASELINE = "baseline", _("When the plan was first drawn up")
    CURRENT = "current", _("Current value in the plan")
    TARGET = "target", _("Target")


class FigureRole(models.TextChoices):
    """The printed points of a project's yearly series."""

    REFERENCE = "reference", _("Reference value")
    TARGET = "target", _("Target")


class DocumentKind(models.TextChoices):
    """What sort of policy document a plan names."""

    PLAN = "plan", _("Plan")
    POLICY = "policy", pgettext_lazy("document", "Policy")
    GUIDELINE = "guideline", _("Guideline")
    ORDINANCE = "ordinance", _("Ordinance")
    VISION = "vision", _("Vision")
    LAW = "law", _("Law")


class RevisionEvent(models.TextChoices):
    """What happens to a policy document in a year."""

    ADOPTED = "adopted", _("Adopted")
    REVISED = "revised", _("Revised")
    REVISION_PLANNED = "revision_planned", _("Revision planned")
    IN_EFFECT = "in_effect", _("In effect")
    ENDS = "ends", _("Ends")


class ImportState(models.TextChoices):
    """Where an import run stands."""

    REVIEW = "review", _("Waiting for review")
    CONFIRMED = "confirmed", _("Confirmed")
    REJECTED = "rejected", _("Rejected")


class LineState(models.TextChoices):
    """What became of a line of the source."""

    PLACED = "placed", _("Placed")
    UNCERTAIN = "uncertain", _("Uncertain")
    UNPLACED = "unplaced", _("Not placed")
    FURNITURE = "furniture", _("Page furniture")
