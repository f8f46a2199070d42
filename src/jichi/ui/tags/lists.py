"""Lists of things and ways to go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.paginator import Page
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .base import register, render


@register.simple_tag
def breadcrumb(items: Iterable[Mapping[str, str]]) -> SafeString:
    """``{% breadcrumb items %}`` with title and url each; the last one, the page itself, needs no url."""
    return render("breadcrumb", items=list(items))


@register.simple_tag
def tabs_links(items: Iterable[Mapping[str, Any]], label: str) -> SafeString:
    """Tabs that are links: title, url, current."""
    return render("tabs_links", items=list(items), label=label)


@register.simple_tag
def toc(items: Iterable[Mapping[str, Any]], label: str = "") -> SafeString:
    """Contents of this page: title and url (``#id``) each."""
    return render("toc", items=list(items), label=label or _("On this page"))


@register.simple_tag
def card_list(items: Iterable[Mapping[str, Any]], heading: int = 3) -> SafeString:
    """A list of things with a page each: title, url, and optionally code, kind, text, meta, state."""
    return render("card_list", items=list(items), heading=heading)


@register.simple_tag
def download_list(items: Iterable[Mapping[str, Any]], label: str = "", heading: int = 2) -> SafeString:
    """Files to take away: url, format; title, size. ``heading=0`` leaves the label to screen readers."""
    said = label or _("Download the data of this page")
    return render("download_list", items=list(items), label=said, heading=heading)


@register.simple_tag
def summary_list(rows: Iterable[Any]) -> SafeString:
    """Terms and what is said of them: (term, value) pairs or mappings with term, value, url, note."""
    made = [row if isinstance(row, Mapping) else {"term": row[0], "value": row[1]} for row in rows]
    return render("summary_list", rows=made)


@register.simple_tag
def step_list(steps: Sequence[Mapping[str, Any]]) -> SafeString:
    """Steps in order: title, and optionally text, date, state (``done``, ``current``, ``todo``)."""
    return render("step_list", steps=steps)


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Page[Any], param: str = "page") -> SafeString:
    """Links to the pages of a list; the rest of the address (filters) is kept."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None

    def address(page_number: int) -> str:
        if query is None:
            return f"?{param}={page_number}"
        query[param] = str(page_number)
        return f"?{query.urlencode()}"

    around = [
        {"gap": True}
        if not isinstance(n, int)
        else {"number": n, "url": address(n), "current": n == page.number}
        for n in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return render(
        "pagination",
        pages=around,
        page=page,
        previous=address(page.number - 1) if page.has_previous() else "",
        next=address(page.number + 1) if page.has_next() else "",
    )
