"""What the plan's staff pages declare: their addresses, their place in the workbench, what waits for whom."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Duty, Page, Route, Zone

READ = "plan.plan:read_draft"
EDIT = "plan.row:edit"
IMPORTS = "plan.import:read"


def _inner(action: str | None, *names: str) -> tuple[Route, ...]:
    return tuple(Route(name=name, zone=Zone.INNER, action=action) for name in names)


ROUTES: tuple[Route, ...] = (
    *_inner("city.account:own", "workbench"),
    *_inner(
        READ,
        "staff-plans",
        "staff-plan",
        "staff-node",
        "staff-incomplete",
        "staff-things",
        "staff-row",
        "staff-workbook",
        "staff-workbook-template",
    ),
    *_inner("plan.plan:life", "staff-plan-life"),
    *_inner(EDIT, "staff-row-new", "staff-row-remove", "staff-carry-over"),
    *_inner("plan.plan:apply", "staff-thing-new"),
    *_inner("plan.row:translate", "staff-row-translate"),
    *_inner("plan.edit:read", "staff-history"),
    *_inner("plan.edit:undo", "staff-undo", "staff-undo-act"),
    *_inner(
        IMPORTS,
        "staff-imports",
        "staff-import",
        "staff-import-parts",
        "staff-import-lines",
        "staff-import-changes",
    ),
    *_inner("plan.import:start", "staff-import-new"),
    *_inner("plan.import:decide", "staff-import-resolve", "staff-import-cell", "staff-import-end"),
)

PAGES: tuple[Page, ...] = (
    Page(
        title=gettext_noop("Workbench"),
        route="workbench",
        order=90,
        zone=Zone.INNER,
        action="city.account:own",
    ),
    Page(title=gettext_noop("Plans"), route="staff-plans", order=510, zone=Zone.INNER, action=READ),
    Page(title=gettext_noop("Imports"), route="staff-imports", order=520, zone=Zone.INNER, action=IMPORTS),
)

DUTIES: tuple[Duty, ...] = (
    Duty(
        key="plan.imports",
        title=gettext_noop("Imports to be reviewed"),
        waiting="jichi.plan.staff.duties:imports_waiting",
    ),
    Duty(
        key="plan.incomplete",
        title=gettext_noop("What is incomplete in the plans"),
        waiting="jichi.plan.staff.duties:gaps_waiting",
    ),
    Duty(
        key="plan.translations",
        title=gettext_noop("Texts without a translation"),
        waiting="jichi.plan.staff.duties:translations_waiting",
    ),
)
