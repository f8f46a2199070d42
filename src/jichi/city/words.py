"""Names of roles and of what a grant reaches, in the reader's language."""

from __future__ import annotations

import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jichi.manifest import Role

from .models import Grant

ROLE_TITLES: dict[Role, str | Promise] = {
    Role.ANYONE: gettext_lazy("Anyone"),
    Role.ACCOUNT_HOLDER: gettext_lazy("Account holder"),
    Role.OFFICER: gettext_lazy("Department officer"),
    Role.SECTION_HEAD: gettext_lazy("Section head"),
    Role.BUREAU_HEAD: gettext_lazy("Bureau head"),
    Role.APPROVER: gettext_lazy("Approver"),
    Role.PLANNING_OFFICER: gettext_lazy("Planning officer"),
    Role.EXTERNAL_REVIEWER: gettext_lazy("External reviewer"),
    Role.COUNCIL_SECRETARIAT: gettext_lazy("Council secretariat"),
    Role.AUDITOR: gettext_lazy("Auditor"),
    Role.PLACE_OPERATOR: gettext_lazy("Operator of a place"),
    Role.GROUP_REPRESENTATIVE: gettext_lazy("Representative of a group"),
    Role.TRANSLATOR: gettext_lazy("Translator"),
    Role.ADMINISTRATOR: gettext_lazy("Administrator"),
}


def role_title(role: str) -> str:
    """The role's name on pages."""
    return str(ROLE_TITLES[Role(role)])


def reach_of(grant: Grant) -> str:
    """What a grant is for: a department, one object, or the whole city."""
    if grant.department is not None:
        return grant.department.name
    if grant.object_type:
        return f"{grant.object_type} {grant.object_id}"
    return _("the whole city")


def standing_of(grant: Grant, day: datetime.date) -> str:
    """Whether the grant is in force on ``day``, in a word."""
    if hasattr(grant, "withdrawal"):
        return _("withdrawn")
    if grant.valid_from > day:
        return _("not yet in force")
    if grant.valid_to is not None and grant.valid_to < day:
        return _("ended")
    return _("in force")
