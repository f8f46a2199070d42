"""The closed lists of the evaluation room, importable by anybody."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CycleKind(models.TextChoices):
    """What a cycle evaluates: the projects of one year, or the measures within or after a plan's period."""

    YEARLY = "yearly", _("Yearly evaluation of projects")
    INTERIM = "interim", _("Interim evaluation of measures")
    FINAL = "final", _("Final evaluation of measures")


class CycleState(models.TextChoices):
    """A cycle is prepared, open for work, and at its end published and locked."""

    PREPARING = "preparing", pgettext_lazy("cycle", "In preparation")
    OPEN = "open", pgettext_lazy("cycle", "Open")
    PUBLISHED = "published", pgettext_lazy("cycle", "Published")


class SheetKind(models.TextChoices):
    """Which form a sheet follows."""

    PROJECT = "project", _("Project sheet")
    WARD_PROJECT = "ward_project", _("Ward project sheet")
    MEASURE = "measure", _("Measure sheet")


class SheetState(models.TextChoices):
    """With whom a sheet lies. ``WITHDRAWN``: not evaluated this time, with the reason."""

    FILLING = "filling", pgettext_lazy("sheet", "With the department")
    SECTION = "section", pgettext_lazy("sheet", "With the section's head")
    BUREAU = "bureau", pgettext_lazy("sheet", "With the bureau")
    PLANNING = "planning", pgettext_lazy("sheet", "With the planning section")
    ACCEPTED = "accepted", pgettext_lazy("sheet", "Accepted")
    WITHDRAWN = "withdrawn", pgettext_lazy("sheet", "Not evaluated")


class SheetEventKind(models.TextChoices):
    """What can happen to a sheet."""

    OPENED = "opened", pgettext_lazy("sheet event", "Opened")
    ASSIGNED = "assigned", pgettext_lazy("sheet event", "Given to a person or an office")
    HANDED_IN = "handed_in", pgettext_lazy("sheet event", "Handed in")
    PASSED = "passed", pgettext_lazy("sheet event", "Passed")
    SENT_BACK = "sent_back", pgettext_lazy("sheet event", "Sent back")
    ACCEPTED = "accepted", pgettext_lazy("sheet event", "Accepted")
    EXTENDED = "extended", pgettext_lazy("sheet event", "Deadline moved")
    REMINDED = "reminded", pgettext_lazy("sheet event", "Reminded")
    WITHDRAWN = "withdrawn", pgettext_lazy("sheet event", "Taken out of the evaluation")
    WORKBOOK_TAKEN = "workbook_taken", pgettext_lazy("sheet event", "Workbook given out")
    CORRECTED = "corrected", pgettext_lazy("sheet event", "Corrected after publication")


class Stage(models.TextChoices):
    """How far an evaluation is shown. Each stage has its switch; what is not switched on stays inside."""

    INTERNAL = "internal", pgettext_lazy("stage", "Inside the city")
    COMMITTEE = "committee", pgettext_lazy("stage", "To the committee")
    COUNCIL = "council", pgettext_lazy("stage", "To the council")
    PUBLIC = "public", pgettext_lazy("stage", "Public")


class EditionKind(models.TextChoices):
    """Why a version of a sheet was kept: as given to the committee, as published, or as corrected."""

    DRAFT = "draft", pgettext_lazy("edition", "Draft for the committee")
    PUBLISHED = "published", pgettext_lazy("edition", "Published")
    CORRECTED = "corrected", pgettext_lazy("edition", "Corrected")


class RuleSetKind(models.TextChoices):
    """The city's rule for grades of indicators, or thresholds by which Jichi proposes a judgement."""

    GRADING = "grading", _("Rule for grades")
    PROPOSAL = "proposal", _("Thresholds for proposals")


class AmountKind(models.TextChoices):
    """An estimate (予算額) and a settled account (決算額) are two values, never one."""

    ESTIMATE = "estimate", _("Budget estimate")
    SETTLED = "settled", _("Settled account")


class PacketState(models.TextChoices):
    """How far the making of a packet has come."""

    WAITING = "waiting", pgettext_lazy("packet", "Waiting")
    RUNNING = "running", pgettext_lazy("packet", "Being made")
    DONE = "done", pgettext_lazy("packet", "Ready")
    FAILED = "failed", pgettext_lazy("packet", "Failed")
    STOPPED = "stopped", pgettext_lazy("packet", "Stopped")
