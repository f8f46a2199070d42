"""The addresses of the staff pages of the cycle, with their acts, and their place in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Route, Zone

from . import actions


def _inner(action: str, *names: str) -> tuple[Route, ...]:
    return tuple(Route(name=f"staff-evaluation{name}", zone=Zone.INNER, action=action) for name in names)


ROUTES: tuple[Route, ...] = (
    *_inner(actions.READ, "", "-bulk", "-sheet", "-sheet-compare", "-sheet-revision", "-edition"),
    *_inner(actions.READ_CYCLE, "-cycles", "-cycle"),
    *_inner(actions.PREPARE, "-cycle-new", "-cycle-edit"),
    *_inner(actions.PROPOSE, "-cycle-propose"),
    *_inner(actions.OPEN, "-cycle-open"),
    *_inner(actions.SWITCH, "-cycle-stage"),
    *_inner(actions.PUT_UP, "-cycle-put-up"),
    *_inner(actions.PUBLISH, "-cycle-publish"),
    *_inner(actions.RUN, "-board", "-sheets"),
    *_inner(actions.HAND_ON, "-assign"),
    *_inner(actions.EXTEND, "-extend"),
    *_inner(actions.REMIND, "-remind"),
    *_inner(actions.FILL, "-sheet-save", "-sheet-hand-in"),
    *_inner(actions.SEND_BACK, "-sheet-send-back"),
    *_inner(actions.WITHDRAW, "-sheet-withdraw"),
    *_inner(actions.COMMENT, "-sheet-remark", "-remark-settle"),
    *_inner(actions.CORRECT, "-sheet-correct"),
    *_inner(actions.REVIEW, "-committee", "-sheet-comment", "-cycle-comment"),
)

PAGES: tuple[Page, ...] = (
    Page(
        title=gettext_noop("Evaluation"),
        route="staff-evaluation",
        order=510,
        zone=Zone.INNER,
        action=actions.READ,
    ),
)
