"""The addresses of approvals, their acts and their entry in the navigation. All are pages of staff."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Duty, Page, Route, Zone

from . import actions


def _inner(action: str, *names: str) -> tuple[Route, ...]:
    return tuple(Route(name=f"staff-approval{name}", zone=Zone.INNER, action=action) for name in names)


ROUTES: tuple[Route, ...] = (
    *_inner(actions.READ, "s", "", "-file"),
    *_inner(actions.PASS, "-pass"),
    *_inner(actions.SEND_BACK, "-send-back"),
    *_inner(actions.RESUBMIT, "-resubmit"),
    *_inner(actions.WITHDRAW, "-withdraw"),
    *_inner(actions.TAKE_PACKET, "-packet"),
    *_inner(actions.REGISTER, "-register"),
    *_inner(actions.TAKE_IN, "-numbers", "-numbers-list"),
    Route(name="staff-outbox", zone=Zone.INNER, action=actions.READ_MESSAGES),
    Route(name="staff-outbox-again", zone=Zone.INNER, action=actions.TRY_AGAIN),
)

PAGES: tuple[Page, ...] = (
    Page(
        title=gettext_noop("Approvals"),
        route="staff-approvals",
        order=515,
        zone=Zone.INNER,
        action=actions.READ,
    ),
    Page(
        title=gettext_noop("Undelivered mail"),
        route="staff-outbox",
        order=905,
        zone=Zone.INNER,
        action=actions.READ_MESSAGES,
    ),
)

DUTIES: tuple[Duty, ...] = (
    Duty(
        key="office.approval_waiting",
        title=gettext_noop("Approvals that wait for you"),
        waiting="jichi.office.duties:waiting",
    ),
    Duty(
        key="office.approval_returned",
        title=gettext_noop("Approvals that were sent back to you"),
        waiting="jichi.office.duties:returned",
    ),
)
