"""What the plan's pages share: the line that says what a plan is today, paths and addresses."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.city.queries import fiscal_year_start_month
from jichi.plan.enums import PlanState
from jichi.plan.models import Node, Plan
from jichi.plan.queries import Outline
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_years, format_date

FORMATS = ("csv", "json", "xlsx")


def today() -> datetime.date:
    """The day in the city."""
    return timezone.localdate()


def state_of(plan: Plan, on: datetime.date | None = None) -> PlanState:
    """What the plan is on a day (default: today)."""
    return plan.state_on(on or today(), start_month=fiscal_year_start_month())


def last_day(plan: Plan) -> datetime.date:
    """The last day of the plan's last fiscal year."""
    return plan.last_day(start_month=fiscal_year_start_month())


def state_sentence(plan: Plan, on: datetime.date | None = None) -> str:
    """One sentence that says what a plan is on a day: draft, in force, ended or superseded."""
    state = state_of(plan, on)
    years = fiscal_years(plan.first_year, plan.last_year)
    if state is PlanState.DRAFT:
        if plan.adopted_on is not None:
            return _("This plan for %(years)s takes effect on %(day)s.") % {
                "years": years,
                "day": format_date(plan.adopted_on),
            }
        return _("This plan for %(years)s is a draft: it has not been adopted.") % {"years": years}
    if state is PlanState.IN_FORCE:
        return _("This plan for %(years)s is in force until %(day)s.") % {
            "years": years,
            "day": format_date(last_day(plan)),
        }
    if state is PlanState.SUPERSEDED:
        return _("This plan for %(years)s was superseded on %(day)s.") % {
            "years": years,
            "day": format_date(plan.superseded_on),
        }
    ended = format_date(last_day(plan))
    if plan.final_evaluation_on is not None:
        return _(
            "The period of this plan (%(years)s) ended on %(day)s; its final evaluation is dated %(final)s."
        ) % {
            "years": years,
            "day": ended,
            "final": format_date(plan.final_evaluation_on),
        }
    return _("The period of this plan (%(years)s) ended on %(day)s. Its final evaluation is due.") % {
        "years": years,
        "day": ended,
    }


def plan_state(plan: Plan) -> dict[str, Any]:
    """What the line above a page says of its plan."""
    return {
        "sentence": state_sentence(plan),
        "url": reverse("plan-detail", args=[plan.key]),
        "link_text": _("To this plan's contents"),
    }


def node_url(plan: Plan, node: Node) -> str:
    """The address of a node's page."""
    return reverse("node-detail", args=[plan.key, node.code])


def crumbs(plan: Plan, outline: Outline, node: Node | None = None, *, here: str = "") -> list[dict[str, Any]]:
    """The path to a page of the plan: home, plan, the nodes above, the page itself."""
    found: list[dict[str, Any]] = [
        {"title": _("Home"), "url": reverse("home")},
        {"title": translated(plan, "name").html, "url": reverse("plan-detail", args=[plan.key])},
    ]
    if node is not None:
        found += [{"title": titled(above), "url": node_url(plan, above)} for above in outline.path(node)]
        found.append({"title": titled(node), "url": node_url(plan, node)})
    if here:
        found.append({"title": here})
    return found


def counts_words(outline: Outline, node: Node | None = None) -> SafeString:
    """How many nodes of each level lie below ``node`` (or in the whole plan), in one line."""
    return format_html_join(
        " · ",
        "{}",
        (
            (format_html(_("{level}: {number}"), level=translated(c.level, "name").html, number=c.number),)
            for c in outline.counts(node)
        ),
    )


def titled(node: Node) -> SafeString:
    """Level and code, short enough for a path: 施策 5-1-1."""
    return format_html("{} {}", translated(node.level, "name").html, node.code)


def simple_crumbs(*steps: tuple[str, str]) -> list[dict[str, Any]]:
    """Home and the given (title, route name or address) steps; the last needs no address."""
    found: list[dict[str, Any]] = [{"title": _("Home"), "url": reverse("home")}]
    return found + [{"title": title, "url": url} for title, url in steps]


def downloads(route: str, args: Iterable[str]) -> list[dict[str, str]]:
    """The page's data in each form; empty where the installation offers none."""
    listed = list(args)
    try:
        return [{"url": reverse(route, args=[*listed, form]), "format": form} for form in FORMATS]
    except NoReverseMatch:
        return []
